//! What a card rests on: numbers and documents of others, and who wrote its languages.

use domain::Language;
use serde::{Deserialize, Serialize};

use super::reader::{Reader, Spot};
use super::{Text, choice};

/// A number that others published; never mixed with measured ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// Name used in texts: `[1000](#id)`.
    pub id: String,
    /// The number.
    pub value: f64,
    /// Its unit; `None`: a plain number.
    pub unit: Option<Text>,
    /// Where it is published.
    pub source_url: String,
    /// Commit or day of what was read.
    pub commit_or_date: String,
    /// Where in the document: file, line, section.
    pub locator: String,
}

/// A document that a card rests on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name of the document.
    pub name: String,
    /// Web address.
    pub url: Option<String>,
    /// Commit or day of what was read.
    pub commit_or_date: Option<String>,
    /// Where in it: path, section, lines.
    pub locator: Option<String>,
}

/// State of one language.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// Which language.
    pub language: Language,
    /// Who made it.
    pub state: TranslationState,
    /// Who read it over.
    pub reviewer: Option<String>,
}

/// How a translation came about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TranslationState {
    /// A person wrote it.
    Human,
    /// A machine wrote it.
    Machine,
    /// A person has read it over.
    Reviewed,
}

impl Cited {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let cited = Self {
            id: record.need(("id", "a name such as `stories`"), choice::id).unwrap_or_default(),
            value: record.need(("value", "the number"), Reader::number).unwrap_or_default(),
            unit: record.need(("unit", "its unit, or `\"\"` for none"), choice::unit),
            source_url: record.need(("source_url", "where it is published"), Reader::url).unwrap_or_default(),
            commit_or_date: record.plain(("commit_or_date", "the commit or the day you read")),
            locator: record.plain(("locator", "the file, line or section")),
        };
        record.finish();
        Some(cited)
    }
}

impl Source {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let source = Self {
            name: record.plain(("name", "what the document is called")),
            url: record.may("url", Reader::url),
            commit_or_date: record.may_plain("commit_or_date"),
            locator: record.may_plain("locator"),
        };
        record.finish();
        Some(source)
    }
}

impl Translation {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let language =
            record.need(("language", "the language, such as `hi`"), |r, s| r.parsed(s, choice::word));
        let state = ("state", "`human`, `machine` or `reviewed`");
        let translation = Self {
            language: language.unwrap_or_else(Language::english),
            state: record
                .need(state, |r, s| r.choice(s, TranslationState::NAMES))
                .unwrap_or(TranslationState::Machine),
            reviewer: record.may_plain("reviewer"),
        };
        record.finish();
        Some(translation)
    }
}

impl TranslationState {
    const NAMES: &[(&str, Self)] =
        &[("human", Self::Human), ("machine", Self::Machine), ("reviewed", Self::Reviewed)];
}
