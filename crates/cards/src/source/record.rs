//! Mappings: known fields are read one by one, the others are named.

use super::reader::{Reader, Spot};
use super::sentences::Words;
use super::text::Text;
use super::yaml::{Key, Node};
use crate::Fault;
use crate::fault::legible;

/// A mapping that is being read; [`Record::finish`] names the keys that nobody asked for.
pub(super) struct Record<'r, 'n> {
    reader: &'r mut Reader,
    entries: &'n [(Key, Node)],
    field: String,
    line: usize,
    known: Vec<&'static str>,
}

/// A field that must be there: its name, and what to write for it.
pub(super) type Needed = (&'static str, &'static str);

impl<'r, 'n> Record<'r, 'n> {
    /// The fields of a mapping that starts on this line.
    pub(super) fn new(reader: &'r mut Reader, entries: &'n [(Key, Node)], spot: &Spot<'n>) -> Self {
        Self { reader, entries, field: spot.field.clone(), line: spot.node.line, known: Vec::new() }
    }
}

impl<'n> Record<'_, 'n> {
    /// A field that may be missing.
    pub(super) fn may<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader, &Spot<'n>) -> Option<T>,
    ) -> Option<T> {
        self.known.push(name);
        let (_, node) = self.entries.iter().find(|(key, _)| key.name == name)?;
        let field = self.path(name);
        read(self.reader, &Spot { node, field })
    }

    /// A field that must be there.
    pub(super) fn need<T>(
        &mut self,
        (name, what): Needed,
        read: impl FnOnce(&mut Reader, &Spot<'n>) -> Option<T>,
    ) -> Option<T> {
        if !self.has(name) {
            let fault = Fault::new(self.path(name), "This is missing.", format!("Write {what}."));
            self.reader.faults.push(fault.at(self.line));
        }
        self.may(name, read)
    }

    /// Words that must be there; empty after a fault.
    pub(super) fn text(&mut self, needed: Needed, words: Words) -> Text {
        self.need(needed, |reader, spot| reader.text(spot, words)).unwrap_or_default()
    }

    /// Words that may be missing.
    pub(super) fn may_text(&mut self, name: &'static str, words: Words) -> Option<Text> {
        self.may(name, |reader, spot| reader.text(spot, words))
    }

    /// A single value that must be there; empty after a fault.
    pub(super) fn plain(&mut self, needed: Needed) -> String {
        self.need(needed, Reader::plain).unwrap_or_default()
    }

    /// A single value that may be missing.
    pub(super) fn may_plain(&mut self, name: &'static str) -> Option<String> {
        self.may(name, Reader::plain)
    }

    /// `true` or `false`, which must be there; `false` after a fault.
    pub(super) fn flag(&mut self, needed: Needed) -> bool {
        self.need(needed, Reader::flag).unwrap_or_default()
    }

    /// A list that must be there and hold something.
    pub(super) fn some<T>(
        &mut self,
        needed: Needed,
        read: impl FnMut(&mut Reader, &Spot<'_>) -> Option<T>,
    ) -> Vec<T> {
        self.need(needed, |reader, spot| reader.list_of_some(spot, read)).unwrap_or_default()
    }

    /// A list that may be missing or empty.
    pub(super) fn any<T>(
        &mut self,
        name: &'static str,
        read: impl FnMut(&mut Reader, &Spot<'_>) -> Option<T>,
    ) -> Vec<T> {
        self.may(name, |reader, spot| reader.list(spot, read)).unwrap_or_default()
    }

    /// Whether the mapping has this key.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key.name == name)
    }

    /// Names every key that nobody asked for, with the nearest known one.
    pub(super) fn finish(self) {
        for (key, _) in self.entries.iter().filter(|(key, _)| !self.known.contains(&key.name.as_str())) {
            let name = legible(&key.name);
            let right = match nearest(&key.name, &self.known) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Known here: {}.", self.known.join(", ")),
            };
            let path = self.path(&name);
            self.reader
                .faults
                .push(Fault::new(path, format!("`{name}` is no known field."), right).at(key.line));
        }
    }

    fn path(&self, name: &str) -> String {
        if self.field.is_empty() { name.to_owned() } else { format!("{}.{name}", self.field) }
    }
}

/// The known name that differs in at most a third of its letters, rounded up; the nearest first, then those that begin
/// alike.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(60).collect();
    let distances = known.iter().map(|known| {
        let letters: Vec<char> = known.chars().collect();
        (distance(&name, &letters), name.first() != letters.first(), *known)
    });
    let allowed = name.len().div_ceil(3);
    distances.filter(|(distance, ..)| *distance <= allowed).min().map(|(.., known)| known)
}

/// How many letters must be added, removed or changed (Levenshtein).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, x) in a.iter().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let changed = diagonal + usize::from(x != y);
            diagonal = *cell;
            left = changed.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().filter(|_| !b.is_empty()).unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_by_its_letters() {
        let known = ["plain_name", "plain_help", "unit", "url"];
        assert_eq!(nearest("plain_nam", &known), Some("plain_name"));
        assert_eq!(nearest("units", &known), Some("unit"));
        assert_eq!(nearest("colour", &known), None);
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
        assert_eq!(distance(&letters(""), &letters("abc")), 3);
        assert_eq!(distance(&letters("abc"), &letters("")), 3);
    }
}
