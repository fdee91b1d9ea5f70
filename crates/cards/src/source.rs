//! What people write: `system-card.yaml`, read with every fault told at once.

mod card;
mod choice;
pub mod claims;
mod consistency;
mod control;
mod duty;
mod evidence;
mod hardness;
mod places;
mod read;
mod reader;
mod record;
mod schema;
mod sentences;
mod signal;
mod skeleton;
mod text;
mod words;
mod yaml;

pub use card::{Author, Decides, Field, Operator, SystemCard};
pub(crate) use consistency::each_effect;
pub(crate) use places::place;

pub use choice::{ListsChoice, ModelChoice, Step, StepKind, Value};
pub use control::{Control, Effect, NonProfiling, Switch};
pub use duty::{Appeal, DataUse, Gaming, ImpactAssessment, LegalBasis, Risk, Withheld};
pub use evidence::{Cited, Source, Translation, TranslationState};
pub use hardness::HardWords;
pub use read::{hard_words, read};
pub use schema::{SCHEMA_TEXT, schema};
pub use signal::{Exposure, ExposureGroup, ExposureGroups, Group, MutableBy, Signal};
pub use skeleton::skeleton;
pub use text::Text;

/// The schema that a card names.
pub const SCHEMA: &str = "vitrine/system-card/1";

#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
