//! The front matter of a `README.md`, and YAML files of its kind, as JSON.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

use crate::Fault;

/// Longest front matter, in bytes.
pub const MOST_BYTES: usize = 64 * 1024;
/// Name of the file that a release describes itself in, with its front matter.
pub const README: &str = "README.md";

/// How deep lists and objects may lie in each other.
const DEEPEST: usize = 16;

/// The front matter of a `README.md` as the Hub protocol shows it; `None` when there is none.
///
/// # Errors
/// A fault with its line for front matter that is no YAML, that is no object, that uses aliases, or that is too long
/// or too deep.
pub fn card_data(text: &str) -> Result<Option<Map<String, Value>>, Fault> {
    let Some(yaml) = yaml_of(text) else { return Ok(None) };
    if yaml.len() > MOST_BYTES {
        let wrong = format!("The front matter is longer than {MOST_BYTES} bytes.");
        return Err(fault(1, wrong, "Move the rest below it."));
    }
    match value(yaml)? {
        Value::Object(fields) => Ok(Some(fields)),
        Value::Null => Ok(Some(Map::new())),
        _ => Err(fault(2, "The front matter is no object.".to_owned(), "Write `name: value` lines.")),
    }
}

/// YAML as JSON, its lines counted as below a line of hyphens; `null` where it is empty.
///
/// # Errors
/// As [`card_data`]; for length see to it before.
pub fn value(yaml: &str) -> Result<Value, Fault> {
    let mut open: Vec<Open> = Vec::new();
    let mut whole = None;
    for event in Parser::new_from_str(yaml) {
        let (event, span) = event.map_err(|error| {
            let wrong = format!("The front matter is no YAML: {}.", error.info());
            fault(error.marker().line() + 1, wrong, "Write `name: value` lines.")
        })?;
        let line = span.start.line() + 1;
        let value = match event {
            Event::Alias(_) => {
                return Err(fault(
                    line,
                    "The front matter uses an alias.".to_owned(),
                    "Write the value out.",
                ));
            }
            Event::Scalar(word, style, ..) => Some(scalar(&word, style)),
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() == DEEPEST => {
                let wrong = format!("Values lie more than {DEEPEST} deep in each other.");
                return Err(fault(line, wrong, "Write them flatter."));
            }
            Event::MappingStart(..) => {
                open.push(Open::Object(Map::new(), None));
                None
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(Open::close),
            _ => None,
        };
        if let Some(value) = value {
            match open.last_mut() {
                Some(open) => open.take(value),
                None => whole = Some(value),
            }
        }
    }
    Ok(whole.unwrap_or(Value::Null))
}

/// What stands between the first line and the next line of three hyphens.
#[must_use]
pub fn yaml_of(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let after = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"))?;
    let mut end = 0;
    for line in after.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return after.get(..end);
        }
        end += line.len();
    }
    None
}

fn fault(line: usize, wrong: String, right: &str) -> Fault {
    Fault::new("", wrong, right).at(line).in_file(README)
}

/// A list or object whose end has not come.
enum Open {
    List(Vec<Value>),
    /// With the name whose value comes next.
    Object(Map<String, Value>, Option<String>),
}

impl Open {
    fn take(&mut self, value: Value) {
        match self {
            Self::List(values) => values.push(value),
            Self::Object(fields, waiting) => match waiting.take() {
                Some(name) => {
                    fields.insert(name, value);
                }
                None => *waiting = Some(name_of(value)),
            },
        }
    }

    fn close(self) -> Value {
        match self {
            Self::List(values) => Value::Array(values),
            Self::Object(fields, _) => Value::Object(fields),
        }
    }
}

fn name_of(value: Value) -> String {
    match value {
        Value::String(name) => name,
        other => other.to_string(),
    }
}

/// A word as YAML's core schema reads it (YAML 1.2 §10.3).
fn scalar(word: &str, style: ScalarStyle) -> Value {
    if !matches!(style, ScalarStyle::Plain) {
        return Value::String(word.to_owned());
    }
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let begins_as_number = word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    let number = word.parse::<i64>().map(Number::from).ok().or_else(|| {
        let number = word.parse::<f64>().ok().filter(|_| begins_as_number)?;
        Number::from_f64(number)
    });
    number.map_or_else(|| Value::String(word.to_owned()), Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(yaml: &str) -> Value {
        card_data(&format!("---\n{yaml}\n---\n")).unwrap().map_or(Value::Null, Value::Object)
    }

    #[test]
    fn values_have_their_types() {
        let yaml =
            "a: 1\nb: 1.5\nc: yes\nd: true\ne: null\nf: '1'\ng: [x, {y: z}]\nh:\n  - 2\ni: 1.0.0\nj:\n  -";

        assert_eq!(
            read(yaml),
            json!({"a": 1, "b": 1.5, "c": "yes", "d": true, "e": null, "f": "1", "g": ["x", {"y": "z"}], "h": [2],
                   "i": "1.0.0", "j": [null]})
        );
        assert_eq!(read(""), json!({}));
        assert_eq!(card_data("# Title").unwrap(), None);
    }

    #[test]
    fn what_is_no_object_or_has_no_end_is_refused() {
        for yaml in ["- a", "word", "a: [", "a: &x 1\nb: *x", &format!("a: {}1", "[".repeat(20))] {
            assert!(card_data(&format!("---\n{yaml}\n---\n")).is_err(), "{yaml}");
        }
    }
}
