//! Controls: what a person can do, and what that does to the list.

use std::collections::BTreeMap;

use domain::{RepositoryName, Version};
use serde::{Deserialize, Serialize};

use super::reader::{Reader, Spot};
use super::words::{PARAGRAPH, SHORT};
use super::{Text, choice};
use crate::condition::Condition;

/// Something a person can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Name used inside the card.
    pub id: String,
    /// What the person does.
    pub plain: Text,
    /// Where it is found. Written `where`.
    #[serde(rename = "where")]
    pub place: Text,
    /// What it does to the list.
    pub effect: Effect,
    /// The items it concerns; `None`: all.
    pub in_lists: Option<Condition>,
}

/// What a control does to a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// These signals (by id) take these values on the items concerned.
    Set(BTreeMap<String, f64>),
    /// Items that match leave the list.
    Remove(Condition),
    /// Another output or another release orders the same list.
    Switch(Switch),
    /// It works outside this model and cannot be measured here.
    Outside,
}

/// What orders the list instead.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// Another output of the same model.
    Output(String),
    /// Another published release.
    Release {
        /// Its repository.
        repository: RepositoryName,
        /// Its version.
        version: Version,
    },
}

/// The option without profiling (DSA Art. 38).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NonProfiling {
    /// Whether there is such an option.
    pub available: bool,
    /// How to reach it, or why there is none.
    pub how: Text,
    /// What it does to the list; `None`: there is no such option, or no signal uses a profile anyway.
    pub effect: Option<Effect>,
}

impl Control {
    pub(super) fn read_all(reader: &mut Reader, spot: &Spot<'_>) -> Option<Vec<Self>> {
        reader.list(spot, Self::read)
    }

    fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let effect = ("effect", "`{set: …}`, `{remove: …}`, `{switch: …}` or `{outside: true}`");
        let control = Self {
            id: record.need(("id", "a name such as `unfollow`"), choice::id).unwrap_or_default(),
            plain: record.text(("plain", "what the person does"), SHORT),
            place: record.text(("where", "where it is found"), SHORT),
            effect: record.need(effect, Effect::read).unwrap_or(Effect::Outside),
            in_lists: record.may("in_lists", choice::condition),
        };
        record.finish();
        Some(control)
    }
}

impl Effect {
    fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let found = [
            record.may("set", choice::weights).map(Self::Set),
            record.may("remove", choice::condition).map(Self::Remove),
            record.may("switch", Switch::read).map(Self::Switch),
            record.may("outside", |r, s| r.choice(s, &[("true", ())])).map(|()| Self::Outside),
        ];
        let named = ["set", "remove", "switch", "outside"].iter().filter(|name| record.has(name)).count();
        record.finish();
        if named != 1 {
            let wrong = format!("A control has one effect; {named} are given.");
            reader.fault(spot, wrong, "Write one of `set`, `remove`, `switch`, `outside`.");
        }
        found.into_iter().flatten().next()
    }
}

impl Switch {
    /// `ns/name@1.0.0` is a release, anything else an output.
    fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        reader.parsed(spot, |text| {
            let Some((repository, version)) = text.split_once('@').filter(|_| text.contains('/')) else {
                return Ok(Self::Output(text.to_owned()));
            };
            let repository = repository.parse().map_err(|error: domain::Malformed| sentence(&error))?;
            let version = version.parse().map_err(|error: domain::Malformed| sentence(&error))?;
            Ok(Self::Release { repository, version })
        })
    }
}

/// What would be right, as a sentence.
fn sentence(error: &domain::Malformed) -> String {
    format!("Write the name of an output, or a release such as `ns/name@1.0.0`: {}.", error.rule)
}

impl NonProfiling {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let option = Self {
            available: record.flag(("available", "`true` if readers can switch profiling off, else `false`")),
            how: record.text(("how", "how to reach the option, or why there is none"), PARAGRAPH),
            effect: record.may("effect", Effect::read),
        };
        record.finish();
        Some(option)
    }
}
