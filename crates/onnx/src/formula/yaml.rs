//! Formulas as they are published: one entry, or a catalogue with `entries`.
//!
//! Read are `id`, `order`, `formula` (a list of steps) and `inputs` (a list of names, or of maps with `name`). All
//! other keys are for people and are left alone.

use super::tree::{self, Node, fault};
use super::{Formula, FormulaError, MOST_NAMES, Order};
use crate::names::{nearest, quoted};

/// Reads one formula; `id` picks it from a catalogue, or says which one an entry must be.
///
/// # Errors
/// [`FormulaError::Yaml`] with the line, when the text is no such YAML; [`FormulaError::UnknownEntry`];
/// [`FormulaError::WhichEntry`] when a catalogue has several entries and `id` is missing. The steps themselves are
/// checked by [`super::compile`] and [`super::evaluate()`].
pub fn read_yaml(text: &str, id: Option<&str>) -> Result<Formula, FormulaError> {
    let root = tree::read(text)?;
    let entries = entries(&root)?;
    let Some(id) = id else {
        return match entries.as_slice() {
            [entry] => formula(entry),
            others => Err(FormulaError::WhichEntry { count: others.len() }),
        };
    };
    let ids = entries.iter().map(|entry| entry_id(entry)).collect::<Result<Vec<_>, _>>()?;
    let mut found = entries.iter().zip(&ids).filter(|(_, known)| **known == id).map(|(entry, _)| entry);
    match (found.next(), found.next()) {
        (Some(entry), None) => formula(entry),
        (Some(_), Some(second)) => {
            Err(fault(second.line, format!("the id {} stands here twice", quoted(id))))
        }
        (None, _) => Err(FormulaError::UnknownEntry {
            id: quoted(id).trim_matches('`').to_owned(),
            near: nearest(id, ids.into_iter())
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?")),
        }),
    }
}

/// All formulas of a catalogue, in order; one entry alone is a catalogue of one.
///
/// # Errors
/// [`FormulaError::Yaml`] with the line, when the text is no such YAML.
pub fn read_catalogue(text: &str) -> Result<Vec<Formula>, FormulaError> {
    let root = tree::read(text)?;
    entries(&root)?.into_iter().map(formula).collect()
}

/// The ids of all entries, in order.
///
/// # Errors
/// [`FormulaError::Yaml`] when the text is no catalogue or an entry has no id.
pub fn catalogue_ids(text: &str) -> Result<Vec<String>, FormulaError> {
    let root = tree::read(text)?;
    entries(&root)?.into_iter().map(|entry| entry_id(entry).map(str::to_owned)).collect()
}

/// The entries of a catalogue, or the one entry that the text is.
fn entries(root: &Node) -> Result<Vec<&Node>, FormulaError> {
    match root.get("entries") {
        Some(entries) => Ok(entries.list("`entries`")?.iter().collect()),
        None if root.get("formula").is_some() => Ok(vec![root]),
        None => {
            Err(fault(root.line, "neither `formula` nor `entries` is here; write one of them".to_owned()))
        }
    }
}

fn entry_id(entry: &Node) -> Result<&str, FormulaError> {
    entry
        .get("id")
        .ok_or_else(|| fault(entry.line, "the entry has no `id`; give it one".to_owned()))?
        .text("`id`")
}

fn formula(entry: &Node) -> Result<Formula, FormulaError> {
    let steps = required(entry, "formula")?.list("`formula`")?;
    let inputs = required(entry, "inputs")?.list("`inputs`")?;
    if steps.len().max(inputs.len()) > MOST_NAMES {
        return Err(FormulaError::TooMany { what: "steps or inputs", limit: MOST_NAMES });
    }
    Ok(Formula {
        id: entry_id(entry)?.to_owned(),
        steps: steps.iter().map(|step| step.text("a step").map(str::to_owned)).collect::<Result<_, _>>()?,
        inputs: inputs.iter().map(input).collect::<Result<_, _>>()?,
        order: entry.get("order").map_or(Ok(Order::default()), order)?,
    })
}

fn required<'a>(entry: &'a Node, key: &str) -> Result<&'a Node, FormulaError> {
    entry.get(key).ok_or_else(|| fault(entry.line, format!("the entry has no `{key}`; add it as a list")))
}

fn input(input: &Node) -> Result<String, FormulaError> {
    input.get("name").unwrap_or(input).text("the `name` of an input").map(str::to_owned)
}

/// The first word counts; some entries add a remark behind it.
fn order(order: &Node) -> Result<Order, FormulaError> {
    let text = order.text("`order`")?;
    match text.split_whitespace().next() {
        Some("descending") => Ok(Order::Descending),
        Some("ascending") => Ok(Order::Ascending),
        _ => {
            let found = quoted(text);
            Err(fault(order.line, format!("`order` is {found}; write `descending` or `ascending`")))
        }
    }
}
