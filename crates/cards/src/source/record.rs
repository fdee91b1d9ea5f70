//! Reads fields out of the tree and remembers every fault, so that a writer sees all of them at once.

use domain::Language;

use super::claims::{self, Claim, Part, Statement};
use super::text::Text;
use super::yaml::{Key, Kind, Node, shortened};
use crate::Fault;

/// Longest single-line value, such as an id or a web address, in characters.
const MAX_PLAIN: usize = 2000;
/// Longest text before it is looked at closely, in bytes.
const MAX_TEXT_BYTES: usize = 10_000;
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

/// How a text is judged.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// Longest text, in characters.
    pub(super) longest: usize,
    /// Whether it says something about the system, so that its numbers must be cited.
    pub(super) claim: Claim,
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
        Some(Record {
            reader: self,
            entries,
            field: spot.field.clone(),
            line: spot.node.line,
            known: Vec::new(),
        })
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
        if text.chars().any(char::is_control) {
            self.fault(
                spot,
                "This holds a line break or another control character.",
                "Write it on one line.",
            );
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
                self.fault(spot, format!("`{}` does not fit here.", shortened(&text)), right);
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

    /// The language of plain strings, remembered for all words that follow.
    pub(super) fn card_language(&mut self, spot: &Spot<'_>) -> Option<Language> {
        let language: Language = self.parsed(spot, super::choice::word)?;
        self.language = language.clone();
        Some(language)
    }

    /// Words in the card's language, or in several.
    pub(super) fn text(&mut self, spot: &Spot<'_>, words: Words) -> Option<Text> {
        let mut text = Text::default();
        match &spot.node.kind {
            Kind::Map(entries) => {
                for (key, node) in entries {
                    let inner = Spot { node, field: format!("{}.{}", spot.field, shortened(&key.name)) };
                    let language = self.text_language(key, &inner);
                    let sentence = self.sentence(&inner, words);
                    text.0.extend(language.zip(sentence));
                }
                if !text.0.contains_key(&self.language) {
                    let wrong = format!("The text in the card's language, `{}`, is missing.", self.language);
                    self.fault(spot, wrong, format!("Write `{}: …`.", self.language));
                    return None;
                }
            }
            Kind::Scalar { .. } | Kind::List(_) => {
                let sentence = self.sentence(spot, words)?;
                text.0.insert(self.language.clone(), sentence);
            }
        }
        Some(text)
    }

    fn text_language(&mut self, key: &Key, spot: &Spot<'_>) -> Option<Language> {
        match key.name.parse() {
            Ok(language) => Some(language),
            Err(error) => {
                self.faults.push(
                    Fault::new(
                        spot.field.clone(),
                        format!("`{}` is no language.", shortened(&key.name)),
                        format!("Write a tag such as `en` or `hi`: {}.", error.rule),
                    )
                    .at(key.line),
                );
                None
            }
        }
    }

    fn sentence(&mut self, spot: &Spot<'_>, words: Words) -> Option<String> {
        let Kind::Scalar { text, quoted } = &spot.node.kind else {
            let wrong = format!("This is {}, not text.", spot.node.describe());
            self.fault(spot, wrong, "Write words. Put them in quotes if they hold a colon.");
            return None;
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.len() > MAX_TEXT_BYTES {
            self.fault(
                spot,
                "The text is far too long.",
                format!("Write at most {} characters.", words.longest),
            );
            return None;
        }
        if text.is_empty() || (!quoted && spot.node.describe() == "nothing") {
            self.fault(spot, "The text is empty.", "Write words for readers.");
            return None;
        }
        if text.chars().any(char::is_control) {
            self.fault(spot, "The text holds control characters.", "Write plain text.");
            return None;
        }
        let characters = shown_characters(&text);
        if characters > words.longest {
            let wrong = format!("The text has {characters} characters.");
            self.fault(spot, wrong, format!("Write at most {}.", words.longest));
            return None;
        }
        let field = spot.field.clone();
        self.statements.push(Statement {
            line: spot.node.line,
            field,
            text: text.clone(),
            claim: words.claim,
        });
        Some(text)
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
            let name = shortened(&key.name);
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

/// Characters that a reader sees: of a reference to a published number only what is shown.
fn shown_characters(text: &str) -> usize {
    let shown = |part| match part {
        Part::Words(words) => words.chars().count(),
        Part::Cited { shown, .. } => shown.chars().count(),
    };
    claims::parts(text).into_iter().map(shown).sum()
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
