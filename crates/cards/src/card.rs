//! The card document: what people wrote about a release, and what was measured on it.
//!
//! Immutable and replayable: a function of the release document, the version of this engine and the schema. It holds
//! no sentences but those that people wrote; what the pages say about numbers is made from the numbers.

mod checks;
mod control;
mod evidence;
mod example;
mod facts;
mod form;
mod inside;
mod number;
mod scores;
mod signal;

use std::fmt;
use std::str::FromStr;

use domain::{CommitId, Digest, Malformed, ReleaseRepository, Slug, Timestamp, Version, canonical};
use explain::Order;
use serde::{Deserialize, Serialize};

pub use checks::{Checks, Diversity, Exposure, GroupExposure, Position, Quality, Stability};
pub use control::{Control, EffectKind, MeasuredEffect, NonProfilingOption, Together};
pub use evidence::{Background, Draws, Evidence, File, Methods, ModelFacts, OpsetFact, Replay, RuntimeFacts};
pub use example::{Contribution, Example, ExampleItem, Others};
pub use facts::{Group, ListFacts, Output, Spread, Step};
pub use form::{FormKind, ModelForm};
pub use inside::{AloneIntoTop, Dependence, Flip, Gain, Point, Prediction, Proof, Tested};
pub use number::{Known, Measured, Missing, Reason, rounded};
pub use scores::{Parity, Resolution, WorstRow};
pub use signal::{Direction, Importance, Metric, OffEffect, OtherList, OtherLists, Range, Signal, Tensor};

use crate::source::{
    Appeal, Author, Cited, DataUse, Decides, Field, Gaming, ImpactAssessment, LegalBasis, Operator, Risk,
    Source, Text, Translation, Withheld,
};

/// Everything a card says. Canonical JSON (RFC 8785) with the schema `vitrine/card/1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Always `vitrine/card/1`.
    pub schema: CardSchema,
    /// Address of the card below `/cards/`.
    pub card_id: Slug,
    /// Counts the cards of this repository, from 1.
    pub version: u64,
    /// SHA-256 of the card document before this one; `null` for the first.
    pub previous: Option<Digest>,
    /// The release that the card describes.
    pub release: CardRelease,
    /// What the system is called.
    pub title: Text,
    /// What it does for a reader.
    pub one_line: Text,
    /// Who runs the system.
    pub operator: Operator,
    /// Who wrote the words of the card.
    pub author: Author,
    /// Where people meet the order.
    pub surface: Text,
    /// BCP 47 region subtags.
    pub regions: Vec<String>,
    /// Who sees the result.
    pub audience: Vec<Text>,
    /// The field of life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Field>,
    /// What the system is for.
    pub purpose: Text,
    /// Whom its decisions touch.
    pub who_is_affected: Text,
    /// What it is meant to be used for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intended_use: Option<Text>,
    /// What it must not be used for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_scope: Option<Text>,
    /// What was considered instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<Text>,
    /// Whether it decides an order, a score or a step.
    pub decides: Decides,
    /// Unit of the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_unit: Option<Text>,
    /// Which end of the scores is shown first. Directions and places are turned by it, points are not.
    pub order: Order,
    /// The reference lists.
    pub lists: ListFacts,
    /// How the list comes about, in order.
    pub steps: Vec<Step>,
    /// Every input of the model, as written in the source; their `importance.rank` orders them.
    pub signals: Vec<Signal>,
    /// Ids of the signals for the first screen, strongest first: those of the first three that moved an item and do
    /// not depend on the list. May be empty.
    pub headlines: Vec<String>,
    /// Groups of signals.
    pub groups: Vec<Group>,
    /// What the model gives.
    pub outputs: Vec<Output>,
    /// What the predictions inside the model add; empty where it is not read as a sum of several that have names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Prediction>,
    /// What a person can do.
    pub controls: Vec<Control>,
    /// Why there are no controls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_controls_because: Option<Text>,
    /// The option without profiling.
    pub non_profiling_option: NonProfilingOption,
    /// Why one item stands above another, in lists of the release. Fewer than three where the lists hold no more pairs
    /// that stand clearly apart.
    pub examples: Vec<Example>,
    /// What was tried on whole lists; left out by engines that did not try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<Checks>,
    /// What the system cannot do.
    pub limits: Vec<Text>,
    /// What may go wrong, for whom.
    pub risks: Vec<Risk>,
    /// What is not published; empty: nothing is withheld.
    pub withheld: Vec<Withheld>,
    /// How people watch over the system.
    pub human_oversight: Text,
    /// Where to complain.
    pub appeal: Appeal,
    /// Laws it stands on.
    pub legal_basis: Vec<LegalBasis>,
    /// Assessments that were made.
    pub impact_assessments: Vec<ImpactAssessment>,
    /// Data that the system uses.
    pub data_used: Vec<DataUse>,
    /// Ways people are known to trick it, as stated by the publisher.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_gaming: Vec<Gaming>,
    /// Numbers that others published.
    pub cited: Vec<Cited>,
    /// Documents that the card rests on.
    pub sources: Vec<Source>,
    /// State of the languages that are not the first one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Names that readability does not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proper_names: Vec<String>,
    /// What every number rests on, and how to compute it again.
    pub evidence: Evidence,
}

impl Card {
    /// The exact bytes that are kept, and their digest.
    ///
    /// # Errors
    /// [`canonical::Error`] for a number that is not finite.
    pub fn to_bytes(&self) -> Result<(Vec<u8>, Digest), canonical::Error> {
        let bytes = canonical::to_vec(self)?;
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// The signal with this id.
    #[must_use]
    pub fn signal(&self, id: &str) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.id == id)
    }

    /// All signals, the strongest first.
    #[must_use]
    pub fn ranked_signals(&self) -> Vec<&Signal> {
        let mut signals: Vec<&Signal> = self.signals.iter().collect();
        signals.sort_by_key(|signal| signal.importance.rank);
        signals
    }

    /// How many signals describe the reader.
    #[must_use]
    pub fn profile_signals(&self) -> usize {
        self.signals.iter().filter(|signal| signal.uses_profile).count()
    }
}

/// The release that a card describes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardRelease {
    /// Its repository.
    pub repository: ReleaseRepository,
    /// Its version.
    pub version: Version,
    /// SHA-256 of the release document.
    pub digest: Digest,
    /// The commit that was published.
    pub commit: CommitId,
    /// When it was published.
    pub published_at: Timestamp,
}

/// The schema of card documents that this program writes: `vitrine/card/1`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct CardSchema;

impl fmt::Display for CardSchema {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("vitrine/card/1")
    }
}

impl FromStr for CardSchema {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text == "vitrine/card/1" {
            Ok(Self)
        } else {
            Err(Malformed::new("a schema of cards", text, "this program reads `vitrine/card/1`"))
        }
    }
}

impl Serialize for CardSchema {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CardSchema {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
