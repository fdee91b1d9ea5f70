//! The other releases that a card switches to. They must be there first: a card is a function of its release alone, so
//! it may not say another thing once they come.

use cards::Fault;
use cards::source::{Effect, Switch, SystemCard};
use domain::Kind;

use crate::{Actor, Error, Registry};

impl Registry {
    /// A fault for each control, and for the option without profiling, that names a release which cannot order lists.
    pub(super) async fn missing_switches(&self, card: &SystemCard) -> Result<Vec<Fault>, Error> {
        let mut faults = Vec::new();
        let controls = card.controls.iter().enumerate();
        let effects =
            controls.map(|(at, control)| (format!("controls[{at}].effect.switch"), &control.effect));
        let option = card.non_profiling.effect.iter();
        let option = option.map(|effect| ("non_profiling.effect.switch".to_owned(), effect));
        for (field, effect) in effects.chain(option) {
            let Effect::Switch(Switch::Release { repository, version }) = effect else { continue };
            match self.release(&Actor::Anonymous, repository, version).await {
                Ok(other) if other.document.kind == Kind::Ranking => {}
                Ok(_)
                | Err(
                    Error::ReleaseNotFound { .. } | Error::RepositoryNotFound { .. } | Error::Removed { .. },
                ) => {
                    let wrong = format!("There is no public ranking release {repository}@{version}.");
                    let fault =
                        Fault::new(field, wrong, "Name one that is published here, or publish it first.");
                    faults.push(fault.in_file(cards::CARD_FILE));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(faults)
    }
}
