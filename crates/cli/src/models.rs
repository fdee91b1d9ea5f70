//! Measuring cards on this machine, as the server does.

use cards::Bundle;
use cards::card::Card;
use cards::measure::Request;
use cards::source::SystemCard;
use domain::{Digest, ReleaseDocument};
use ranking::{Limits, WorkerProgram};
use registry::{Models, Others};

use crate::bar;
use crate::error::Error;
use crate::evidence::ReleaseName;

/// A card to be measured.
pub(crate) struct Task {
    /// The release document.
    pub(crate) document: ReleaseDocument,
    /// SHA-256 of its bytes.
    pub(crate) digest: Digest,
    /// Which card of the repository it is, from 1.
    pub(crate) version: u64,
    /// SHA-256 of the card document before.
    pub(crate) previous: Option<Digest>,
    /// The checked files of the release.
    pub(crate) bundle: Bundle,
    /// The releases that the card switches to, as far as they exist.
    pub(crate) others: Vec<Other>,
}

/// Another release that a card switches to.
pub(crate) struct Other {
    /// Its name.
    pub(crate) name: ReleaseName,
    /// Its checked files.
    pub(crate) bundle: Bundle,
}

/// The releases that the controls and the option without profiling switch to, each once.
pub(crate) fn switched_to(card: &SystemCard) -> Vec<ReleaseName> {
    let names = registry::switched_to(card).into_iter();
    names.map(|(repository, version)| ReleaseName { repository, version }).collect()
}

/// Measures a card, without holding up anything else.
pub(crate) async fn measure(task: Task) -> Result<Card, Error> {
    tokio::task::spawn_blocking(move || measure_here(task)).await?
}

fn measure_here(task: Task) -> Result<Card, Error> {
    let Task { document, digest, version, previous, bundle, others } = task;
    let (program, limits) = (WorkerProgram::this_program()?, Limits::default());
    let mut models = Models::start(&program, &limits, &bundle, fitting(others, &bundle))?;
    let request = Request {
        release: &document,
        release_digest: digest,
        bundle: &bundle,
        slug: None,
        version,
        previous,
    };
    let bar = bar::of_parts("Measuring", 0);
    let card = cards::generate(request, &mut models, &mut |progress| {
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
    });
    bar.finish_and_clear();
    Ok(card?)
}

/// The others whose models can order these lists. The card says of the rest that they are not available.
fn fitting(others: Vec<Other>, here: &Bundle) -> Others {
    let fit = |Other { name, bundle }: Other| {
        let model = registry::Other::fitting(bundle, here)?;
        Some(((name.repository, name.version), model))
    };
    others.into_iter().filter_map(fit).collect()
}
