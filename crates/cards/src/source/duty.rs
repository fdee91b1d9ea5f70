//! What an operator owes to the public: risks, appeal, laws, data.

use domain::Digest;
use serde::{Deserialize, Serialize};

use super::reader::{Reader, Spot};
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
