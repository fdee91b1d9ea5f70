//! Signals: the inputs of the model in plain words.

use serde::{Deserialize, Serialize};

use super::reader::{Reader, Spot};
use super::record::Needed;
use super::words::{DEFINITION, NAME, REASON};
use super::yaml::Kind;
use super::{Text, choice};

/// One input of the model in plain words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Name used inside the card.
    pub id: String,
    /// Column of the reference lists.
    pub column: String,
    /// Input of the model; `None`: the input named like the column, or the only matrix.
    pub input: Option<String>,
    /// Column of that input, counted from 0; `None`: by name or by the order of the columns.
    pub index: Option<usize>,
    /// What it is called for readers.
    pub plain_name: Text,
    /// What it means and how it is counted.
    pub plain_help: Text,
    /// Unit of its values; `None`: a plain number or a share.
    pub unit: Option<Text>,
    /// Id of its group.
    pub group: Option<String>,
    /// Where the values come from.
    pub source: Text,
    /// Whether it describes the reader.
    pub uses_profile: bool,
    /// Whether it is sensitive personal data.
    pub sensitive: bool,
    /// Who can change it.
    pub mutable_by: MutableBy,
    /// The value that says nothing about the reader.
    pub neutral: Option<f64>,
    /// Why the system looks at it, at most 400 characters.
    pub reason_for_importance: Text,
}

/// Who can change a signal.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MutableBy {
    /// Whoever looks at the list.
    Reader,
    /// Whoever made the item.
    Author,
    /// Whoever runs the system.
    Operator,
    /// Nobody by choice.
    NoOne,
}

/// A group of signals.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name used inside the card.
    pub id: String,
    /// What it is called for readers.
    pub plain_name: Text,
}

/// A column whose groups' share of attention is measured.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// Column of the reference lists; not an input of the model.
    pub column: String,
    /// What the groups are called for readers.
    pub plain_name: Text,
    /// Which groups are compared.
    pub groups: ExposureGroups,
}

/// Which values of a column are compared.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExposureGroups {
    /// Every value that occurs.
    All,
    /// Only these values.
    Named(Vec<ExposureGroup>),
}

/// One value of an exposure column.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExposureGroup {
    /// The value as it stands in the column.
    pub value: String,
    /// What it is called for readers; `None`: the value itself.
    pub plain_name: Option<Text>,
}

impl Signal {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let it = &mut record;
        let signal = Self {
            id: it.need(("id", "a name such as `age_hours`"), choice::id).unwrap_or_default(),
            column: it.plain(("column", "the column of the reference lists")),
            input: it.may_plain("input"),
            index: it.may("index", choice::index),
            plain_name: it.text(("plain_name", "what readers call it"), NAME),
            plain_help: it.text(("plain_help", "what it means and how it is counted"), DEFINITION),
            unit: it.need(("unit", "its unit, or `\"\"` for none"), choice::unit),
            group: it.may("group", choice::id),
            source: it.text(("source", "where the values come from"), DEFINITION),
            uses_profile: it.flag(("uses_profile", "`true` if it describes the reader, else `false`")),
            sensitive: it.flag(("sensitive", "`true` if it is sensitive personal data, else `false`")),
            mutable_by: it.need(MUTABLE_BY, |r, s| r.choice(s, MutableBy::NAMES)).unwrap_or(MutableBy::NoOne),
            neutral: it.may("neutral", Reader::number),
            reason_for_importance: it.text(("reason_for_importance", "why the system looks at it"), REASON),
        };
        record.finish();
        Some(signal)
    }
}

const MUTABLE_BY: Needed = ("mutable_by", "who can change it: `reader`, `author`, `operator` or `no_one`");

impl MutableBy {
    const NAMES: &[(&str, Self)] = &[
        ("reader", Self::Reader),
        ("author", Self::Author),
        ("operator", Self::Operator),
        ("no_one", Self::NoOne),
    ];
}

impl Group {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let group = Self {
            id: record.need(("id", "a name such as `freshness`"), choice::id).unwrap_or_default(),
            plain_name: record.text(("plain_name", "what readers call it"), NAME),
        };
        record.finish();
        Some(group)
    }
}

impl Exposure {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let groups = ("groups", "`all`, or the list of values that are compared");
        let exposure = Self {
            column: record.plain(("column", "the column of the reference lists")),
            plain_name: record.text(("plain_name", "what readers call the groups"), NAME),
            groups: record.need(groups, ExposureGroups::read).unwrap_or(ExposureGroups::All),
        };
        record.finish();
        Some(exposure)
    }
}

impl ExposureGroups {
    fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        match &spot.node.kind {
            Kind::Scalar { .. } => reader.choice(spot, &[("all", ())]).map(|()| Self::All),
            Kind::List(_) | Kind::Map(_) => reader.list_of_some(spot, ExposureGroup::read).map(Self::Named),
        }
    }
}

impl ExposureGroup {
    fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        if matches!(&spot.node.kind, Kind::Scalar { .. }) {
            return reader.plain(spot).map(|value| Self { value, plain_name: None });
        }
        let mut record = reader.record(spot)?;
        let group = Self {
            value: record.plain(("value", "the value as it stands in the column")),
            plain_name: record.may_text("plain_name", NAME),
        };
        record.finish();
        Some(group)
    }
}
