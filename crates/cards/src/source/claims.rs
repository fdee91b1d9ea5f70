//! Numbers in words (decision record: three kinds of number).
//!
//! A number in a sentence about the system is either measured, and then the card prints it, or published by someone,
//! and then the sentence names the publication: `about [1000](#stories) stories`, where `stories` is an id in `cited`.
//! Bare digits are therefore refused in *claims*. They are fine in what *defines* a quantity (`plain_name`,
//! `plain_help`, `unit`), in names, titles, laws, sources, addresses and dates, and in `proper_names`.

use std::collections::BTreeMap;

use domain::Language;

use super::Cited;
use crate::Fault;
use crate::fault::legible;

/// Whether a text says something about the system.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Claim {
    /// It does; bare digits are refused.
    Yes,
    /// It is a name or says what is counted; digits are fine.
    No,
}

/// A text that was read, with its place.
pub(super) struct Statement {
    pub(super) line: usize,
    pub(super) field: String,
    pub(super) language: Language,
    pub(super) text: String,
    pub(super) claim: Claim,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part<'a> {
    /// Words as they are.
    Words(&'a str),
    /// Words that refer to a published number.
    Cited {
        /// What is shown, such as `1,000`.
        shown: &'a str,
        /// The id in `cited`.
        id: &'a str,
    },
}

/// The parts of a text: words, and references written `[1,000](#id)`.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut words = 0;
    let mut from = 0;
    while let Some(offset) = text.get(from..).and_then(|rest| rest.find('[')) {
        let start = from + offset;
        if let Some((shown, id, end)) = reference(text, start) {
            parts.extend(text.get(words..start).filter(|words| !words.is_empty()).map(Part::Words));
            parts.push(Part::Cited { shown, id });
            words = end;
            from = end;
        } else {
            from = start + 1;
        }
    }
    parts.extend(text.get(words..).filter(|words| !words.is_empty()).map(Part::Words));
    parts
}

/// `[shown](#id)` at this byte: what is shown, the id, and the byte behind it.
fn reference(text: &str, start: usize) -> Option<(&str, &str, usize)> {
    let (shown, behind) = text.get(start + 1..)?.split_once(']')?;
    let (id, _) = behind.strip_prefix("(#")?.split_once(')')?;
    (!shown.contains('[')).then_some((shown, id, start + shown.len() + id.len() + 5))
}

/// The faults of all texts: bare digits in claims, references to nothing, and shown numbers that are not the cited ones.
pub(super) fn faults(statements: &[Statement], cited: &[Cited], proper_names: &[String]) -> Vec<Fault> {
    let values: BTreeMap<&str, f64> = cited.iter().map(|cited| (cited.id.as_str(), cited.value)).collect();
    let check = |statement: &Statement| {
        let wrong = parts(&statement.text).into_iter().filter_map(|part| match part {
            Part::Words(words) => bare_digits(words, proper_names)
                .filter(|_| statement.claim == Claim::Yes)
                .map(|digits| (format!("`{digits}` is a number without a source."), BARE.to_owned())),
            Part::Cited { shown, id } => misquoted(shown, id, values.get(id).copied()),
        });
        wrong
            .map(|(wrong, right)| Fault::new(statement.field.clone(), wrong, right).at(statement.line))
            .collect::<Vec<_>>()
    };
    statements.iter().flat_map(check).collect()
}

const BARE: &str = "Add it to `cited` and write `[number](#id)`, or say it in words without a number.";

/// The first run of digits outside proper names.
fn bare_digits(words: &str, proper_names: &[String]) -> Option<String> {
    let mut rest = words.to_owned();
    for name in proper_names {
        rest = rest.replace(name.as_str(), " ");
    }
    let digits: String =
        rest.chars().skip_while(|c| !c.is_numeric()).take_while(|c| c.is_numeric()).collect();
    Some(digits).filter(|digits| !digits.is_empty())
}

fn misquoted(shown: &str, id: &str, value: Option<f64>) -> Option<(String, String)> {
    let Some(value) = value else {
        return Some((
            format!("`#{}` is no id in `cited`.", legible(id)),
            "Add the number to `cited`, or name one that is there.".to_owned(),
        ));
    };
    let number = number_in(shown);
    if number.is_some_and(|number| (number - value).abs() <= 1e-9 * value.abs()) {
        return None;
    }
    Some((
        format!("`{}` is shown for `{id}`, whose value is {value}.", legible(shown)),
        format!("Write `[{value}](#{id})`, or correct the value in `cited`."),
    ))
}

/// The one number in a shown text: digits of any script that is written in India, with `,` or spaces between groups and
/// `.` before decimals.
fn number_in(shown: &str) -> Option<f64> {
    let plain: String = shown
        .chars()
        .map(|c| if c == '−' { '-' } else { digit(c).and_then(|d| char::from_digit(d, 10)).unwrap_or(c) })
        .collect();
    let start = plain.find(|c: char| c.is_ascii_digit())?;
    let end = plain.rfind(|c: char| c.is_ascii_digit())?;
    let digits: String =
        plain.get(start..=end)?.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    let sign = if plain.get(..start)?.ends_with('-') { -1.0 } else { 1.0 };
    digits.parse::<f64>().ok().map(|number| sign * number)
}

/// Zeros of the decimal digits of Arabic, Persian and Urdu, Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu,
/// Kannada, Malayalam, Ol Chiki and Meetei Mayek (Unicode 16, category Nd).
const ZEROS: [u32; 13] =
    [0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0x1C50, 0xABF0];

fn digit(c: char) -> Option<u32> {
    c.to_digit(10)
        .or_else(|| ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|digit| *digit < 10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(id: &str, value: f64) -> Cited {
        Cited {
            id: id.to_owned(),
            value,
            unit: None,
            source_url: "https://example.org".to_owned(),
            commit_or_date: "2026".to_owned(),
            locator: "page 1".to_owned(),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let statement = Statement {
            line: 1,
            field: "purpose".to_owned(),
            language: Language::english(),
            text: text.to_owned(),
            claim: Claim::Yes,
        };
        let cited = [cited("stories", 1000.0), cited("fall", -2.5), cited("lakh", 1_234_567.0)];
        let found = faults(&[statement], &cited, &["Arc 3.1".to_owned()]);
        let found: Vec<String> = found.into_iter().map(|fault| fault.wrong).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn bare_digits_are_refused_in_claims() {
        check("It looks at many stories.", &[]);
        check("It looks at 1000 stories.", &["`1000` is a number without a source."]);
        check("इसमें १० कहानियाँ हैं।", &["`१०` is a number without a source."]);
        check("Half is ½.", &["`½` is a number without a source."]);
        check("Arc 3.1 is a language.", &[]);
        check("Arc 3.2 is a language.", &["`3` is a number without a source."]);
    }

    #[test]
    fn cited_numbers_must_exist_and_be_the_cited_ones() {
        check("About [1000](#stories) stories, [1,000](#stories).", &[]);
        check("About [१,०००](#stories) and [12,34,567](#lakh) and [−2.5](#fall).", &[]);
        check("About [900](#stories).", &["`900` is shown for `stories`, whose value is 1000."]);
        check("About [many](#stories).", &["`many` is shown for `stories`, whose value is 1000."]);
        check("About [7](#nothing).", &["`#nothing` is no id in `cited`."]);
        check("[see 5] [1000](#stories)", &["`5` is a number without a source."]);
        check("[[1000](#stories)", &[]);
        check("[1000](#stories", &["`1000` is a number without a source."]);
    }

    #[test]
    fn parts_give_the_whole_text_back() {
        assert_eq!(
            parts("a [1](#x)é[2](#y) [z"),
            [
                Part::Words("a "),
                Part::Cited { shown: "1", id: "x" },
                Part::Words("é"),
                Part::Cited { shown: "2", id: "y" },
                Part::Words(" [z"),
            ]
        );
    }

    #[test]
    fn definitions_may_hold_digits() {
        let text = "Likes in the last 30 days".to_owned();
        let statement = Statement {
            line: 1,
            field: String::new(),
            language: Language::english(),
            text,
            claim: Claim::No,
        };

        assert_eq!(faults(&[statement], &[], &[]), []);
    }
}
