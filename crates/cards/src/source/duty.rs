//! What an operator owes to the public: risks, appeal, laws, data, sources.

use domain::{Digest, Language};
use serde::{Deserialize, Serialize};

use super::record::{Reader, Spot};
use super::words::{DEFINITION, NAME, PARAGRAPH, SHORT};
use super::{Text, choice};

/// What may go wrong.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// What it is called.
    pub name: Text,
    /// Whom it may harm.
    pub who: Text,
    /// How.
    pub harm: Text,
    /// What good stands against it.
    pub benefit: Text,
    /// What is done about it.
    pub mitigation: Text,
}

/// What is not published.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// What is kept back.
    pub what: Text,
    /// Why.
    pub why: Text,
    /// Until which day, `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// Where to complain.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// How it is done.
    pub how: Text,
    /// Web address.
    pub url: Option<String>,
    /// Within how many days an answer comes, as the operator states it.
    pub days: Option<u64>,
}

/// A law that the system stands on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// Name of the law, with its article.
    pub law: Text,
    /// What it allows or asks.
    pub why: Option<Text>,
    /// Web address.
    pub url: Option<String>,
}

/// An assessment that was made.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImpactAssessment {
    /// Name of the assessment.
    pub name: Text,
    /// Day it was finished, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Web address.
    pub url: Option<String>,
    /// What it found.
    pub summary: Option<Text>,
}

/// Data that the system uses.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataUse {
    /// What data.
    pub name: Text,
    /// Whether it is about people.
    pub personal: bool,
    /// How long it is kept.
    pub retention: Text,
    /// SHA-256 of the data set, where it is published.
    pub dataset_sha256: Option<Digest>,
}

/// A way people are known to trick the system.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaming {
    /// What they do.
    pub attack: Text,
    /// What is done against it.
    pub defence: Option<Text>,
}

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

impl Risk {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let risk = Self {
            name: record.text(("name", "what the risk is called"), NAME),
            who: record.text(("who", "whom it may harm"), PARAGRAPH),
            harm: record.text(("harm", "how it may harm them"), PARAGRAPH),
            benefit: record.text(("benefit", "what good stands against it"), PARAGRAPH),
            mitigation: record.text(("mitigation", "what is done about it"), PARAGRAPH),
        };
        record.finish();
        Some(risk)
    }
}

impl Withheld {
    pub(super) fn read_all(reader: &mut Reader, spot: &Spot<'_>) -> Option<Vec<Self>> {
        reader.list(spot, Self::read)
    }

    fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let withheld = Self {
            what: record.text(("what", "what is not published"), PARAGRAPH),
            why: record.text(("why", "why it is not published"), PARAGRAPH),
            until: record.may("until", choice::date),
        };
        record.finish();
        Some(withheld)
    }
}

impl Appeal {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let appeal = Self {
            how: record.text(("how", "how to complain"), PARAGRAPH),
            url: record.may("url", Reader::url),
            days: record.may("days", Reader::count),
        };
        record.finish();
        Some(appeal)
    }
}

impl LegalBasis {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let basis = Self {
            law: record.text(("law", "the law and its article"), DEFINITION),
            why: record.may_text("why", PARAGRAPH),
            url: record.may("url", Reader::url),
        };
        record.finish();
        Some(basis)
    }
}

impl ImpactAssessment {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let assessment = Self {
            name: record.text(("name", "what the assessment is called"), NAME),
            date: record.may("date", choice::date),
            url: record.may("url", Reader::url),
            summary: record.may_text("summary", PARAGRAPH),
        };
        record.finish();
        Some(assessment)
    }
}

impl DataUse {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let data = Self {
            name: record.text(("name", "what data is used"), NAME),
            personal: record.flag(("personal", "`true` if it is about people, else `false`")),
            retention: record
                .text(("retention", "how long it is kept, or that this is not published"), SHORT),
            dataset_sha256: record.may("dataset_sha256", |r, s| r.parsed(s, choice::word)),
        };
        record.finish();
        Some(data)
    }
}

impl Gaming {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let gaming = Self {
            attack: record.text(("attack", "what people do to trick it"), PARAGRAPH),
            defence: record.may_text("defence", PARAGRAPH),
        };
        record.finish();
        Some(gaming)
    }
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
