//! Measuring: from a release to its card.
//!
//! [`generate`] is a function of the release, of this engine's version and of the card's place in its history, and of
//! nothing else: no clock, no host, no chance but the stated seed.

mod bench;
mod checks;
mod context;
mod controls;
mod evidence;
mod examples;
mod facts;
mod flips;
mod form;
mod golden;
mod inside;
mod parts;
mod plan;
mod resolution;
mod signals;

use domain::{Digest, ReleaseDocument, Slug};
use explain::{ScoreError, Scorer};

use self::bench::Bench;
use self::context::Context;
use crate::Bundle;
use crate::card::{
    Card, CardRelease, CardSchema, Checks, Control, Evidence, Example, NonProfilingOption, Prediction,
    RuntimeFacts, Signal,
};
use crate::condition::ConditionError;
use crate::source::{Author, Switch};

/// What a card is made of.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The release document.
    pub release: &'a ReleaseDocument,
    /// SHA-256 of the release document's bytes.
    pub release_digest: Digest,
    /// The checked files of the release.
    pub bundle: &'a Bundle,
    /// Address of the card; `None`: the one of `system-card.yaml`, else the one nearest to the repository's name.
    pub slug: Option<&'a Slug>,
    /// Which card of the repository this is, from 1.
    pub version: u64,
    /// SHA-256 of the card document before.
    pub previous: Option<Digest>,
}

/// Whatever gives scores to rows, in the order of the model's inputs.
pub trait Scorers {
    /// What orders the lists.
    fn usual(&mut self) -> &mut dyn Scorer;

    /// What orders the lists instead, for rows of the same columns; `None` if it cannot be run here.
    ///
    /// # Errors
    /// [`ScoreError`] when it should run and does not.
    fn other(&mut self, instead: &Switch) -> Result<Option<Box<dyn Scorer + '_>>, ScoreError>;

    /// What runs the model.
    fn runtime(&self) -> RuntimeFacts;
}

/// How far the measuring is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// Parts that are done.
    pub done: usize,
    /// All parts.
    pub of: usize,
}

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The model gave no scores, or the numbers do not fit together.
    #[error(transparent)]
    Explain(#[from] explain::Error),
    /// A number that is not finite.
    #[error("a number of the lists cannot be written down")]
    Canonical(#[from] domain::canonical::Error),
    /// A condition cannot be applied to the lists.
    #[error("the condition of {what} cannot be applied")]
    Condition {
        /// Which part of the card holds it, such as `control hide_old`.
        what: String,
        /// Why.
        source: ConditionError,
    },
    /// The card has no address.
    #[error("the name `{name}` gives no address for a card; write `slug` in system-card.yaml")]
    NoSlug {
        /// Name of the repository.
        name: String,
    },
    /// The release document does not list a file that the card rests on.
    #[error("the release does not list the file `{path}`")]
    NotListed {
        /// The file.
        path: String,
    },
    /// A signal that no input of the model is fed by.
    #[error("the signal `{signal}` feeds no input of the model")]
    NoInput {
        /// The signal.
        signal: String,
    },
    /// A signal that a control names does not exist.
    #[error("{what} names the signal `{signal}`, which does not exist")]
    NoSignal {
        /// Which part of the card names it.
        what: String,
        /// The signal.
        signal: String,
    },
}

impl From<ScoreError> for GenerateError {
    fn from(error: ScoreError) -> Self {
        Self::Explain(error.into())
    }
}

impl GenerateError {
    /// The worker's outcome if the model gave no scores, such as `limit_wall`.
    #[must_use]
    pub const fn outcome(&self) -> Option<&'static str> {
        match self {
            Self::Explain(explain::Error::Score(error)) => Some(error.code),
            _ => None,
        }
    }
}

/// Measures a release and writes its card.
///
/// Asks the model for two scores an item, one a golden row and some thousand more to try what was read from it, besides
/// at most about 650,000 scores: fewer where the lists are few, more only where a single list is so long that one draw of
/// all signals exceeds this. A model that cannot be opened is asked for at most about 650,000 more.
///
/// # Errors
/// [`GenerateError`]; most often that the model gave no scores.
pub fn generate(
    request: Request<'_>,
    scorers: &mut dyn Scorers,
    progress: &mut dyn FnMut(Progress),
) -> Result<Card, GenerateError> {
    let slug = slug(request)?;
    let context = Context::new(request.bundle, scorers.usual())?;
    let golden = golden::measure(&request, scorers.usual())?;
    let mut evidence = evidence::write(&request, &context, scorers.runtime(), &slug, golden)?;
    let of = context.plan.parts(context.source);
    let mut done = 0;
    let mut tick = || {
        done += 1;
        progress(Progress { done, of });
    };
    let mut signals = signals::measure(&context, scorers.usual(), &mut tick)?;
    let controls = controls::measure(&context, scorers, &mut tick)?;
    let non_profiling_option = controls::non_profiling(&context, scorers)?;
    tick();
    let mut examples = examples::measure(&context, scorers.usual(), plan::EXAMPLES)?;
    tick();
    // After these, so that no row that is made to try the model stands in the way of what is measured on the lists.
    let (model_form, inside) = form::measure(&context, scorers.usual())?;
    evidence.model_form = Some(model_form);
    let mut bench = Bench::new(&context, inside.as_ref(), scorers.usual())?;
    evidence.quality = Some(parts::measure(&mut bench, &mut signals)?);
    inside::measure(&mut bench, &mut signals)?;
    flips::measure(&mut bench, &signals, &mut examples)?;
    let checks = checks::measure(&mut bench)?;
    let predictions = parts::predictions(&bench);
    let found =
        Found { slug, signals, predictions, controls, non_profiling_option, examples, checks, evidence };
    write(request, &context, found)
}

/// The examples that the card of a release would show if it showed so many, each with what would turn it round. Fewer
/// where the lists have fewer pairs.
///
/// # Errors
/// [`GenerateError`]; most often that the model gave no scores.
pub fn examples(
    bundle: &Bundle,
    scorers: &mut dyn Scorers,
    wanted: usize,
) -> Result<Vec<Example>, GenerateError> {
    let context = Context::new(bundle, scorers.usual())?;
    let signals = signals::measure(&context, scorers.usual(), &mut || ())?;
    let mut examples = examples::measure(&context, scorers.usual(), wanted)?;
    let (_, inside) = form::measure(&context, scorers.usual())?;
    let mut bench = Bench::new(&context, inside.as_ref(), scorers.usual())?;
    flips::measure(&mut bench, &signals, &mut examples)?;
    Ok(examples)
}

/// What was measured, ready to be written down.
struct Found {
    slug: Slug,
    signals: Vec<Signal>,
    predictions: Vec<Prediction>,
    controls: Vec<Control>,
    non_profiling_option: NonProfilingOption,
    examples: Vec<Example>,
    checks: Checks,
    evidence: Evidence,
}

/// The card: the words of its author beside what was measured.
fn write(request: Request<'_>, context: &Context<'_>, found: Found) -> Result<Card, GenerateError> {
    let source = context.source.clone();
    Ok(Card {
        schema: CardSchema,
        card_id: found.slug,
        version: request.version,
        previous: request.previous,
        release: release(request),
        title: source.title,
        one_line: source.one_line,
        operator: source.operator,
        author: author(request),
        surface: source.surface,
        regions: source.regions,
        audience: source.audience,
        domain: source.domain,
        purpose: source.purpose,
        who_is_affected: source.who_is_affected,
        intended_use: source.intended_use,
        out_of_scope: source.out_of_scope,
        alternatives: source.alternatives,
        decides: source.decides,
        score_unit: source.score_unit,
        order: source.model.order,
        lists: facts::lists(context),
        steps: facts::steps(context)?,
        headlines: signals::headlines(&found.signals),
        groups: facts::groups(context.source, &found.signals),
        signals: found.signals,
        outputs: facts::outputs(request.bundle),
        predictions: found.predictions,
        controls: found.controls,
        no_controls_because: source.no_controls_because,
        non_profiling_option: found.non_profiling_option,
        examples: found.examples,
        checks: Some(found.checks),
        limits: source.limits,
        risks: source.risks,
        withheld: source.withheld,
        human_oversight: source.human_oversight,
        appeal: source.appeal,
        legal_basis: source.legal_basis,
        impact_assessments: source.impact_assessments,
        data_used: source.data_used,
        known_gaming: source.known_gaming,
        cited: source.cited,
        sources: source.sources,
        translations: source.translations,
        proper_names: source.proper_names,
        evidence: found.evidence,
    })
}

fn release(request: Request<'_>) -> CardRelease {
    CardRelease {
        repository: request.release.repository.clone(),
        version: request.release.version.clone(),
        digest: request.release_digest,
        commit: request.release.commit,
        published_at: request.release.published_at,
    }
}

fn slug(request: Request<'_>) -> Result<Slug, GenerateError> {
    let name = request.release.repository.name.name();
    let written = request.slug.or(request.bundle.card.slug.as_ref()).cloned();
    written.or_else(|| Slug::near(name)).ok_or_else(|| GenerateError::NoSlug { name: name.to_owned() })
}

fn author(request: Request<'_>) -> Author {
    let publisher = || request.release.repository.name.namespace().to_string();
    let written = request.bundle.card.author.clone();
    written.unwrap_or_else(|| Author { name: publisher(), url: None, contact: None })
}

#[cfg(test)]
mod tests;
