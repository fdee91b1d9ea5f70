//! Other releases that order the same lists.

use std::collections::{BTreeMap, BTreeSet};

use cards::source::{Effect, Switch, SystemCard};
use cards::{Bundle, Output};
use domain::{RepositoryName, Version};

use crate::files::on_thread;
use crate::{Actor, Error, Registry};

/// Models that can order the lists of another release, by the names and versions of their own.
pub type Others = BTreeMap<(RepositoryName, Version), Other>;

/// A model that can order the lists of another release.
#[derive(Clone, Debug)]
pub struct Other {
    pub(super) model: Vec<u8>,
    pub(super) output: Output,
    /// For each of its inputs the column of the rows it is given.
    pub(super) columns: Vec<usize>,
}

impl Other {
    /// The model of a release, for the lists of another; `None` when it needs a signal that the other has not.
    #[must_use]
    pub fn fitting(there: Bundle, here: &Bundle) -> Option<Self> {
        let find = |slot| {
            let wanted = &there.signal(slot)?.column;
            let same = |slot: &usize| here.signal(*slot).is_some_and(|signal| signal.column == *wanted);
            (0..here.slots.len()).find(same)
        };
        let columns = (0..there.slots.len()).map(find).collect::<Option<_>>()?;
        Some(Self { model: there.model_bytes, output: there.output, columns })
    }
}

/// The releases that the controls and the option without profiling switch to, each once.
#[must_use]
pub fn switched_to(card: &SystemCard) -> BTreeSet<(RepositoryName, Version)> {
    let effects = card.controls.iter().map(|control| &control.effect).chain(&card.non_profiling.effect);
    let to_release = |effect: &Effect| match effect {
        Effect::Switch(Switch::Release { repository, version }) => {
            Some((repository.clone(), version.clone()))
        }
        _ => None,
    };
    effects.filter_map(to_release).collect()
}

impl Registry {
    /// The models that a published card switches to. One that cannot order these lists is not among them, now or later:
    /// what is published stays.
    ///
    /// That there is no such release is an error: there was one when the card was published.
    pub(super) async fn others(&self, here: &Bundle) -> Result<Others, Error> {
        let mut others = Others::new();
        for (repository, version) in switched_to(&here.card) {
            if let Some(other) = self.other(here, &repository, &version).await? {
                others.insert((repository, version), other);
            }
        }
        Ok(others)
    }

    async fn other(
        &self,
        here: &Bundle,
        repository: &RepositoryName,
        version: &Version,
    ) -> Result<Option<Other>, Error> {
        let release = self.release(&Actor::Anonymous, repository, version).await?;
        let files = release.document.files.into_iter().map(|file| (file.path.to_string(), file.sha256));
        let files: Vec<_> = files.filter(|(path, _)| !path.contains('/')).collect();
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        if !cards::is_ranking(&paths) {
            return Ok(None);
        }
        let files = self.stored_files(files).await?;
        // It was checked when it was published: what is wrong now is ours.
        let there = on_thread(move || cards::check(&files)).await?.map_err(Error::Unpublishable)?;
        Ok(Other::fitting(there, here))
    }
}
