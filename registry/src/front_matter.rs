//! The front matter of a `README.md`: YAML between two lines of three hyphens, as the Hub has it.

use std::collections::BTreeMap;

use cards::Fault;
use cards::front_matter::{MOST_BYTES, yaml_of};
pub use cards::front_matter::{README, card_data};
use saphyr_parser::{Event, Parser};

/// Most values that are kept of one field: more than any field may have, so that too many are seen.
const MOST_VALUES: usize = 500;

/// The fields at the top level, each with its line and its values: one for a word, several for a list of words.
/// Deeper structures are passed over.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter(BTreeMap<String, Field>);

/// One field.
#[derive(Debug, Default)]
pub(crate) struct Field {
    /// Line in the file, from 1.
    pub(crate) line: usize,
    /// Its values.
    pub(crate) values: Vec<String>,
}

impl FrontMatter {
    /// The field of this name, if it has a value.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.0.get(name).filter(|field| !field.values.is_empty())
    }

    /// The first value of the field of this name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.field(name)?.values.first().map(String::as_str)
    }
}

/// Reads the front matter at the beginning of a text; empty when there is none.
pub(crate) fn read(text: &str) -> Result<FrontMatter, Fault> {
    match yaml_of(text) {
        None => Ok(FrontMatter::default()),
        Some(yaml) if yaml.len() > MOST_BYTES => Err(fault(
            1,
            format!("The front matter is longer than {MOST_BYTES} bytes."),
            "Move the rest below it.",
        )),
        Some(yaml) => fields_of(yaml),
    }
}

/// What the reader is inside of.
enum Inside {
    /// The top level, waiting for a name.
    Top,
    /// The top level, waiting for the value of this name.
    Value(String),
    /// The list that is the value of this name.
    List(String),
}

fn fields_of(yaml: &str) -> Result<FrontMatter, Fault> {
    let mut fields = BTreeMap::<String, Field>::new();
    let mut inside = Inside::Top;
    // Everything below the top level but lists of words is passed over; this counts how deep we are in it.
    let mut depth = 0_usize;
    for event in Parser::new_from_str(yaml) {
        let (event, span) = event.map_err(|error| {
            let wrong = format!("The front matter is no YAML: {}.", error.info());
            fault(error.marker().line() + 1, wrong, "Write `name: value` lines.")
        })?;
        // The line of hyphens comes before; lines count from 1.
        let line = span.start.line() + 1;
        match event {
            Event::Alias(_) => {
                let wrong = "The front matter uses an alias.".to_owned();
                return Err(fault(line, wrong, "Write the value out."));
            }
            Event::Scalar(word, ..) => inside = keep(&mut fields, inside, depth, line, &word),
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                depth += 1;
                inside = match inside {
                    Inside::Value(name) if matches!(event, Event::SequenceStart(..)) && depth == 2 => {
                        Inside::List(name)
                    }
                    other => other,
                };
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth = depth.saturating_sub(1);
                if depth == 1 {
                    inside = Inside::Top;
                }
            }
            _ => {}
        }
    }
    Ok(FrontMatter(fields))
}

/// Keeps a word where it is a name or value that counts. Says what the reader is inside of then.
fn keep(
    fields: &mut BTreeMap<String, Field>,
    inside: Inside,
    depth: usize,
    line: usize,
    word: &str,
) -> Inside {
    let mut add = |name: &str| {
        let field = fields.entry(name.to_owned()).or_insert_with(|| Field { line, values: Vec::new() });
        if !word.is_empty() && word != "~" && field.values.len() < MOST_VALUES {
            field.values.push(word.to_owned());
        }
    };
    match inside {
        Inside::Top if depth == 1 => Inside::Value(word.to_owned()),
        Inside::Value(name) if depth == 1 => {
            add(&name);
            Inside::Top
        }
        Inside::List(name) if depth == 2 => {
            add(&name);
            Inside::List(name)
        }
        other => other,
    }
}

fn fault(line: usize, wrong: String, right: &str) -> Fault {
    Fault::new("", wrong, right).at(line).in_file(README)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, name: &str) -> Vec<String> {
        let matter = read(text).unwrap();
        matter.field(name).map(|field| field.values.clone()).unwrap_or_default()
    }

    #[test]
    fn words_and_lists_of_words_are_read() {
        let text = "---\nlicense: apache-2.0\nlanguage:\n- hi\n- ta\ntags: [a, b]\nmodel-index:\n  - name: x\n    \
                    results: [1, 2]\ndescription: >-\n  Two\n  lines\nempty:\n---\n# Title\nlicense: mit\n";

        assert_eq!(values(text, "license"), ["apache-2.0"]);
        assert_eq!(values(text, "language"), ["hi", "ta"]);
        assert_eq!(values(text, "tags"), ["a", "b"]);
        assert_eq!(values(text, "description"), ["Two lines"]);
        assert_eq!(values(text, "model-index"), Vec::<String>::new());
        assert_eq!(values(text, "name"), Vec::<String>::new());
        assert_eq!(values(text, "empty"), Vec::<String>::new());
        assert_eq!(read(text).unwrap().field("language").unwrap().line, 4);
    }

    #[test]
    fn a_text_without_front_matter_has_no_fields() {
        for text in ["", "# Title", "---", "--- x\nlicense: mit\n---\n", "---\nlicense: mit\n"] {
            assert!(values(text, "license").is_empty(), "{text}");
        }
    }

    #[test]
    fn bombs_and_broken_yaml_are_refused_with_their_line() {
        let broken = read("---\nlicense: mit\nx: [\n---\n").unwrap_err();
        let alias = read("---\na: &a x\nb: *a\n---\n").unwrap_err();
        let long = read(&format!("---\nx: {}\n---\n", "y".repeat(MOST_BYTES))).unwrap_err();

        assert!(broken.wrong.starts_with("The front matter is no YAML"), "{broken}");
        assert_eq!((alias.line, alias.right.as_str()), (Some(3), "Write the value out."));
        assert!(long.wrong.contains("longer than"));
    }
}
