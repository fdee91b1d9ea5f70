//! Which model, which output, which lists, which steps.

use std::collections::BTreeMap;

use domain::FilePath;
use explain::Order;
use serde::{Deserialize, Serialize};

use super::Text;
use super::reader::{Reader, Spot};
use super::words::{PARAGRAPH, TITLE, UNIT};
use super::yaml::Kind;
use crate::condition::Condition;
use crate::fault::legible;

/// Weights of the model's outputs whose weighted sum is the score; empty: one output is the score.
pub type Value = BTreeMap<String, f64>;

/// Which file, output and direction.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelChoice {
    /// The model at the root of the release; `None`: the only `.onnx` there.
    pub file: Option<FilePath>,
    /// The output that is the score; `None`: the output `score`, else the only numeric one.
    pub output: Option<String>,
    /// Which end is shown first.
    pub order: Order,
}

/// The reference lists.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListsChoice {
    /// The table at the root of the release, `.csv` or `.parquet`; `None`: `reference.csv` or `reference.parquet`.
    pub file: Option<FilePath>,
    /// Column that says which list an item stands in; default `list_id`.
    pub list: String,
    /// Column that names the item; default `item_id`.
    pub item: String,
    /// Column with words for the item; `None`: `item_title` where it exists.
    pub title: Option<String>,
    /// Column with the known right answer; `None`: `label` where it exists.
    pub label: Option<String>,
    /// Whether the items are made up.
    pub made_up: bool,
    /// How the lists were made.
    pub recipe: Option<Text>,
}

/// One step on the way to the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What kind of step.
    pub kind: StepKind,
    /// What it is called.
    pub title: Text,
    /// What happens.
    pub plain: Text,
    /// Items that stay; `None`: the rule is not published. Written `where`.
    #[serde(rename = "where")]
    pub rule: Option<Condition>,
    /// How many items stay at most, by score.
    pub keep_top: Option<u64>,
    /// Id of a published number about this step.
    pub cited: Option<String>,
}

/// What kind of step.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Items are collected.
    Gather,
    /// Items are left out.
    Filter,
    /// Items get a score.
    Score,
    /// A second model orders again.
    Rerank,
    /// Alike items are spread.
    Diversity,
    /// Items are moved down for safety.
    IntegrityDemotion,
    /// Items from elsewhere are mixed in.
    Mix,
    /// The list is shown.
    Show,
}

impl ModelChoice {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let order = &[("descending", Order::Descending), ("ascending", Order::Ascending)];
        let choice = Self {
            file: record.may("file", |r, s| file(r, s, &[".onnx"])),
            output: record.may_plain("output"),
            order: record.may("order", |r, s| r.choice(s, order)).unwrap_or_default(),
        };
        record.finish();
        Some(choice)
    }
}

impl Default for ListsChoice {
    /// The usual names of columns, for real items.
    fn default() -> Self {
        let [list, item] = ["list_id", "item_id"].map(str::to_owned);
        Self { file: None, list, item, title: None, label: None, made_up: false, recipe: None }
    }
}

impl ListsChoice {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let usual = Self::default();
        let choice = Self {
            file: record.may("file", |r, s| file(r, s, &[".csv", ".parquet"])),
            list: record.may_plain("list").unwrap_or(usual.list),
            item: record.may_plain("item").unwrap_or(usual.item),
            title: record.may_plain("title"),
            label: record.may_plain("label"),
            made_up: record.flag(("made_up", "`true` if the items are made up, else `false`")),
            recipe: record.may_text("recipe", PARAGRAPH),
        };
        record.finish();
        Some(choice)
    }
}

impl Step {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let kind = ("kind", "what kind of step it is, such as `gather`, `filter`, `score` or `show`");
        let step = Self {
            kind: record.need(kind, |r, s| r.choice(s, StepKind::NAMES)).unwrap_or(StepKind::Show),
            title: record.text(("title", "what the step is called"), TITLE),
            plain: record.text(("plain", "what happens in this step"), PARAGRAPH),
            rule: record.may("where", condition),
            keep_top: record.may("keep_top", positive),
            cited: record.may("cited", id),
        };
        record.finish();
        Some(step)
    }
}

impl StepKind {
    const NAMES: &[(&str, Self)] = &[
        ("gather", Self::Gather),
        ("filter", Self::Filter),
        ("score", Self::Score),
        ("rerank", Self::Rerank),
        ("diversity", Self::Diversity),
        ("integrity_demotion", Self::IntegrityDemotion),
        ("mix", Self::Mix),
        ("show", Self::Show),
    ];
}

/// A word of the domain, such as a slug.
pub(super) fn word<T: std::str::FromStr<Err = domain::Malformed>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: domain::Malformed| capital(&format!("{}.", error.rule)))
}

/// A name used inside the card.
pub(super) fn id(reader: &mut Reader, spot: &Spot<'_>) -> Option<String> {
    reader.parsed(spot, |text| {
        let fits = text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
            && text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let right = "Write 1 to 64 letters, digits, `_`, `-` or `.`, such as `age_hours`.";
        if fits { Ok(text.to_owned()) } else { Err(right.to_owned()) }
    })
}

/// A column of an input, from 0.
pub(super) fn index(reader: &mut Reader, spot: &Spot<'_>) -> Option<usize> {
    reader.count(spot).and_then(|count| usize::try_from(count).ok())
}

fn positive(reader: &mut Reader, spot: &Spot<'_>) -> Option<u64> {
    let count = reader.count(spot)?;
    if count == 0 {
        reader.fault(spot, "This would keep nothing.", "Write a whole number from 1.");
    }
    Some(count)
}

/// A unit; an empty text means that there is none.
pub(super) fn unit(reader: &mut Reader, spot: &Spot<'_>) -> Option<Text> {
    let none = matches!(&spot.node.kind, Kind::Scalar { text, quoted: true } if text.is_empty());
    if none { None } else { reader.text(spot, UNIT) }
}

/// Two capital letters or three digits.
pub(super) fn region(reader: &mut Reader, spot: &Spot<'_>) -> Option<String> {
    reader.parsed(spot, |text| {
        let country = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        let area = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        let right = "Write a country code such as `IN`, or `\"001\"` for the world.";
        if country || area { Ok(text.to_owned()) } else { Err(right.to_owned()) }
    })
}

/// A day as `YYYY-MM-DD`.
pub(super) fn date(reader: &mut Reader, spot: &Spot<'_>) -> Option<String> {
    reader.parsed(spot, |text| {
        let real = text.len() == 10 && format!("{text}T00:00:00Z").parse::<domain::Timestamp>().is_ok();
        if real { Ok(text.to_owned()) } else { Err("Write a day such as `2026-11-22`.".to_owned()) }
    })
}

/// A condition over columns.
pub(super) fn condition(reader: &mut Reader, spot: &Spot<'_>) -> Option<Condition> {
    reader.parsed(spot, |text| Condition::parse(text).map_err(|error| capital(&format!("{error}"))))
}

/// Names with numbers: weights of outputs, or values of signals.
pub(super) fn weights(reader: &mut Reader, spot: &Spot<'_>) -> Option<Value> {
    let Kind::Map(entries) = &spot.node.kind else {
        let wrong = format!("This is {}, not names with numbers.", spot.node.describe());
        reader.fault(spot, wrong, "Write `{NAME: NUMBER}`.");
        return None;
    };
    if entries.is_empty() {
        reader.fault(spot, "This is empty.", "Write `{NAME: NUMBER}`.");
    }
    let mut weights = Value::new();
    for (key, node) in entries {
        let field = format!("{}.{}", spot.field, legible(&key.name));
        let number = reader.number(&Spot { node, field });
        weights.extend(number.map(|number| (key.name.clone(), number)));
    }
    Some(weights)
}

/// A file at the root of the release with one of these endings.
fn file(reader: &mut Reader, spot: &Spot<'_>, endings: &[&str]) -> Option<FilePath> {
    reader.parsed(spot, |text| {
        let fits = endings.iter().any(|ending| text.ends_with(ending)) && !text.contains('/');
        let right = || format!("Write a file at the root whose name ends in {}.", endings.join(" or "));
        if fits { word(text) } else { Err(right()) }
    })
}

fn capital(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
