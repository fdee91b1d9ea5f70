//! How the models behind two versions of a card order the same lists.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use cards::difference::{Ordered, Reordering, ordered_rows, reordering};
use cards::measure::Scorers as _;
use cards::source::Switch;
use domain::Digest;
use explain::Matrix;

use crate::files::{StoredFiles, on_thread};
use crate::generate::{Models, Other};
use crate::{Actor, Error, Registry, StoredCard};

/// Most comparisons that are remembered.
const KEPT: usize = 256;

/// How the models of two versions order the same lists.
#[derive(Clone, Debug)]
pub enum Compared {
    /// Both ordered them.
    Ordered(Arc<Reordering>),
    /// The first model needs a signal that the lists of the second do not hold.
    Unfit,
    /// The first list is longer than what is ordered.
    TooLong,
}

/// Comparisons of releases, which never change: by the digests of both.
#[derive(Debug, Default)]
pub(crate) struct Comparisons(Mutex<VecDeque<(Key, Compared)>>);

type Key = (Digest, Digest);

impl Comparisons {
    fn of(&self, key: &Key) -> Option<Compared> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, found)| found.clone())
    }

    fn keep(&self, key: Key, found: Compared) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((key, found));
    }
}

impl Registry {
    /// How the models of two versions order the lists of the second. Both models run in workers; a comparison is remembered.
    ///
    /// # Errors
    /// [`Error::RunFailed`], [`Error::Busy`]; who may not: as for the files of the releases.
    pub async fn compare_orders(
        &self,
        actor: &Actor,
        from: &StoredCard,
        to: &StoredCard,
    ) -> Result<Compared, Error> {
        let before = self.ranking_files(actor, &from.repository, &from.release).await?;
        let after = self.ranking_files(actor, &to.repository, &to.release).await?;
        let key = (from.release_digest, to.release_digest);
        if let Some(known) = self.0.comparisons.of(&key) {
            return Ok(known);
        }
        let place = self.model_place().await?;
        let (registry, name) = (self.clone(), (from.repository.clone(), from.release.clone()));
        let compared = on_thread(move || {
            let _place = place;
            registry.compare_here((&before, name), &after)
        });
        let found = compared.await??;
        self.0.comparisons.keep(key, found.clone());
        Ok(found)
    }

    fn compare_here(
        &self,
        (before, name): (&StoredFiles, (domain::RepositoryName, domain::Version)),
        after: &StoredFiles,
    ) -> Result<Compared, Error> {
        let there = cards::check(before).map_err(Error::Unpublishable)?;
        let here = cards::check(after).map_err(Error::Unpublishable)?;
        let old_order = there.card.model.order;
        let Some(other) = Other::fitting(there, &here) else { return Ok(Compared::Unfit) };
        let failed = |error: explain::ScoreError| Error::RunFailed { code: error.code, reason: error.reason };
        let refused =
            |error: ranking::RunError| Error::RunFailed { code: error.code(), reason: error.to_string() };
        let others = [(name.clone(), other)].into();
        let mut models =
            Models::start(&self.0.worker, &self.limits().worker, &here, others).map_err(refused)?;
        if ordered_rows(&here) == 0 {
            return Ok(Compared::TooLong);
        }
        let all = here.lists.rows();
        let values = all.values().get(..ordered_rows(&here) * all.columns()).unwrap_or_default().to_vec();
        let rows = Matrix::new(all.columns(), values)
            .map_err(|error| Error::RunFailed { code: "runtime_error", reason: error.to_string() })?;
        let new = models.usual().score(&rows).map_err(failed)?;
        let switch = Switch::Release { repository: name.0, version: name.1 };
        let Some(mut other) = models.other(&switch).map_err(failed)? else { return Ok(Compared::Unfit) };
        let old = other.score(&rows).map_err(failed)?;
        drop(other);
        let before = Ordered { scores: &old, order: old_order };
        let after = Ordered { scores: &new, order: here.card.model.order };
        Ok(Compared::Ordered(Arc::new(reordering(&here, before, after))))
    }
}
