//! Reads single values and lists out of the tree and remembers every fault, so that a writer sees all of them at once.

use domain::Language;

use super::claims::Statement;
use super::record::Record;
use super::yaml::{Kind, Node};
use crate::Fault;
use crate::characters::deceives;
use crate::fault::legible;

/// Longest single-line value, such as an id or a web address, in characters.
const MAX_PLAIN: usize = 2000;
/// Most items of a list.
const MAX_ITEMS: usize = 5000;

/// What was found so far while reading one file.
pub(super) struct Reader {
    /// Language of plain strings.
    pub(super) language: Language,
    pub(super) faults: Vec<Fault>,
    /// Texts whose numbers are checked once everything is read.
    pub(super) statements: Vec<Statement>,
}

/// A value with the path of the field it stands in.
pub(super) struct Spot<'n> {
    pub(super) node: &'n Node,
    pub(super) field: String,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self { language: Language::english(), faults: Vec::new(), statements: Vec::new() }
    }

    pub(super) fn fault(&mut self, spot: &Spot<'_>, wrong: impl Into<String>, right: impl Into<String>) {
        self.faults.push(Fault::new(spot.field.clone(), wrong, right).at(spot.node.line));
    }

    /// The value as a mapping.
    pub(super) fn record<'r, 'n>(&'r mut self, spot: &Spot<'n>) -> Option<Record<'r, 'n>> {
        let Kind::Map(entries) = &spot.node.kind else {
            let wrong = format!("This is {}, not a mapping.", spot.node.describe());
            self.fault(spot, wrong, "Write `key: value` lines below it.");
            return None;
        };
        Some(Record::new(self, entries, spot))
    }

    /// The items of a list, each read by `read`; items that cannot be read are left out, with their faults noted.
    pub(super) fn list<T>(
        &mut self,
        spot: &Spot<'_>,
        mut read: impl FnMut(&mut Self, &Spot<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Kind::List(items) = &spot.node.kind else {
            let wrong = format!("This is {}, not a list.", spot.node.describe());
            self.fault(spot, wrong, "Write each item on a line that starts with `- `, or `[]` for none.");
            return None;
        };
        if items.len() > MAX_ITEMS {
            self.fault(spot, "The list has more than 5,000 items.", "Write fewer.");
            return None;
        }
        let mut values = Vec::with_capacity(items.len());
        for (index, node) in items.iter().enumerate() {
            values.extend(read(self, &Spot { node, field: format!("{}[{index}]", spot.field) }));
        }
        Some(values)
    }

    /// A list that must hold something.
    pub(super) fn list_of_some<T>(
        &mut self,
        spot: &Spot<'_>,
        read: impl FnMut(&mut Self, &Spot<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        if matches!(&spot.node.kind, Kind::List(items) if items.is_empty()) {
            self.fault(spot, "The list is empty.", "Write at least one item.");
            return None;
        }
        self.list(spot, read)
    }

    /// A value without line breaks: an id, a name, a web address.
    pub(super) fn plain(&mut self, spot: &Spot<'_>) -> Option<String> {
        let Kind::Scalar { text, quoted } = &spot.node.kind else {
            let wrong = format!("This is {}, not a single value.", spot.node.describe());
            self.fault(spot, wrong, "Write one value.");
            return None;
        };
        if text.trim().is_empty() || (!quoted && spot.node.describe() == "nothing") {
            self.fault(spot, "This is empty.", "Write a value, or leave the whole line out.");
            return None;
        }
        if text.chars().any(deceives) {
            let wrong = "This holds a line break, or a character that is not seen.";
            self.fault(spot, wrong, "Write it on one line, with letters that are seen.");
            return None;
        }
        if text.chars().count() > MAX_PLAIN {
            self.fault(spot, "This is longer than 2,000 characters.", "Write it shorter.");
            return None;
        }
        Some(text.trim().to_owned())
    }

    /// A word that parses to `T`; the error says what would be right.
    pub(super) fn parsed<T>(
        &mut self,
        spot: &Spot<'_>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.plain(spot)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(right) => {
                self.fault(spot, format!("`{}` does not fit here.", legible(&text)), right);
                None
            }
        }
    }

    /// One word out of a few.
    pub(super) fn choice<T: Copy>(&mut self, spot: &Spot<'_>, choices: &[(&str, T)]) -> Option<T> {
        self.parsed(spot, |text| {
            let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
            let names: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
            found.ok_or_else(|| format!("Write one of {}.", names.join(", ")))
        })
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, spot: &Spot<'_>) -> Option<bool> {
        self.choice(spot, &[("true", true), ("false", false)])
    }

    /// A finite number.
    pub(super) fn number(&mut self, spot: &Spot<'_>) -> Option<f64> {
        self.parsed(spot, |text| {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| "Write a number such as `24` or `0.5`.".to_owned())
        })
    }

    /// A whole number from 0 to 2^53.
    pub(super) fn count(&mut self, spot: &Spot<'_>) -> Option<u64> {
        self.parsed(spot, |text| {
            let count = text.parse::<u64>().ok().filter(|count| *count <= 1 << 53);
            count.ok_or_else(|| "Write a whole number from 0.".to_owned())
        })
    }

    /// A web address.
    pub(super) fn url(&mut self, spot: &Spot<'_>) -> Option<String> {
        self.parsed(spot, |text| {
            let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            let fits = host.is_some_and(|host| host.contains(|c| c != '/'))
                && !text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '`'));
            if fits {
                Ok(text.to_owned())
            } else {
                Err("Write an address that starts with `https://`.".to_owned())
            }
        })
    }
}
