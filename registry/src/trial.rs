//! Trying a card's system out, with models that stay loaded for a while.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cards::trial::{self, Trial, TrialError, Wish};
use cards::{Bundle, Fault};
use domain::{Digest, Slug};
use explain::{Means, TABLE_BYTES};
use ranking::{ModelScorer, RunError};

use crate::files::{StoredFiles, on_thread};
use crate::{Actor, Error, Registry, StoredCard};

/// Most models that stay loaded.
const KEPT: usize = 4;
/// Largest model that stays loaded, in bytes: 32 MiB.
const KEPT_MODEL_BYTES: usize = 32 << 20;
/// Most numbers of reference lists that stay in memory with it.
const KEPT_NUMBERS: usize = 2_000_000;

/// A loaded model with the release it belongs to.
struct Loaded {
    release: Digest,
    bundle: Arc<Bundle>,
    model: ModelScorer,
}

/// Models that were used last, the newest at the end. Each is used by one request at a time.
#[derive(Default)]
pub(crate) struct LoadedModels(Mutex<VecDeque<Loaded>>);

/// Why nothing was tried.
enum Refusal {
    Bundle(Vec<Fault>),
    Run(RunError),
    Trial(TrialError),
}

impl LoadedModels {
    fn take(&self, release: &Digest) -> Option<Loaded> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|loaded| loaded.release == *release)?;
        kept.remove(at)
    }

    fn keep(&self, loaded: Loaded) {
        let rows = loaded.bundle.lists.rows();
        if loaded.bundle.model_bytes.len() > KEPT_MODEL_BYTES || rows.values().len() > KEPT_NUMBERS {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(loaded);
        if kept.len() > KEPT {
            kept.pop_front();
        }
    }
}

impl Registry {
    /// Tries something on the newest version of a card, with its model in the worker.
    ///
    /// # Errors
    /// [`Error::CardNotFound`], [`Error::RowsRefused`] where the wish does not fit, [`Error::RunFailed`],
    /// [`Error::Busy`].
    pub async fn try_card(
        &self,
        actor: &Actor,
        slug: &Slug,
        wish: Wish,
    ) -> Result<(StoredCard, Trial), Error> {
        let card = self.card(actor, slug).await?;
        let files = self.ranking_files(actor, &card.repository, &card.release).await?;
        let place = self.model_place().await?;
        let (registry, release) = (self.clone(), card.release_digest);
        let tried = on_thread(move || {
            let _place = place;
            registry.try_here(release, &files, &wish)
        });
        let trial = tried.await?.map_err(refused)?;
        Ok((card, trial))
    }

    fn try_here(&self, release: Digest, files: &StoredFiles, wish: &Wish) -> Result<Trial, Refusal> {
        if let Some(loaded) = self.0.loaded.take(&release) {
            match self.try_with(loaded, wish) {
                // A worker that was used up by others is no fault of this wish: a fresh one is asked.
                Err(Refusal::Trial(TrialError::Explain(explain::Error::Score(_)))) => {}
                other => return other,
            }
        }
        let bundle = Arc::new(cards::check(files).map_err(Refusal::Bundle)?);
        let model = self.start(&bundle).map_err(Refusal::Run)?;
        self.try_with(Loaded { release, bundle, model }, wish)
    }

    fn try_with(&self, mut loaded: Loaded, wish: &Wish) -> Result<Trial, Refusal> {
        let until = Instant::now() + self.limits().try_wall;
        let stop = || Instant::now() >= until;
        let means = Means { threads: 1, table_bytes: TABLE_BYTES, stop: &stop };
        let most = self.limits().try_items;
        let tried = trial::attempt(&loaded.bundle, wish, &mut loaded.model, (&means, most));
        if !matches!(tried, Err(TrialError::Explain(explain::Error::Score(_)))) {
            self.0.loaded.keep(loaded);
        }
        tried.map_err(Refusal::Trial)
    }
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Bundle(faults) => Error::Unpublishable(faults),
        Refusal::Run(error) => Error::RunFailed { code: error.code(), reason: error.to_string() },
        Refusal::Trial(TrialError::Faults(faults)) => Error::RowsRefused(faults),
        Refusal::Trial(TrialError::Explain(explain::Error::Score(error))) => {
            Error::RunFailed { code: error.code, reason: error.reason }
        }
        Refusal::Trial(TrialError::Explain(error @ explain::Error::Stopped)) => {
            Error::RunFailed { code: "limit_wall", reason: error.to_string() }
        }
        Refusal::Trial(TrialError::Explain(error)) => {
            Error::RowsRefused(vec![Fault::new("", error.to_string(), "Try another list.")])
        }
    }
}
