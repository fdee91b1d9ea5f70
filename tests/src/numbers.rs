//! Numbers on pages, and whether a card's JSON holds them.

use serde_json::Value;

/// A number as a page shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// Its value.
    pub value: f64,
    /// How it is rounded.
    pub rounded: Rounded,
}

/// How a page rounds a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rounded {
    /// To so many digits behind the point.
    Decimals(i32),
    /// To a share in words, such as `1 in 20`.
    Share,
    /// To a hundredth, such as `3 in 100`.
    Hundredth,
}

/// The numbers in a text, in order. `1,000` is one number, and so is `1 in 20`; digits inside words, such as in a
/// digest or an address, are none.
#[must_use]
pub fn in_text(text: &str) -> Vec<Shown> {
    let prose = text.split_whitespace().filter(|word| !word.contains("://"));
    let words = prose.flat_map(|word| word.split(|c: char| "()/;:%–×“”\"?".contains(c)));
    let words: Vec<&str> = words.map(|word| word.trim_matches(|c: char| ".,!+-".contains(c))).collect();
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let Some(shown) = number(first) else { continue };
        let whole = match after {
            ["in", whole, ..] => number(whole),
            _ends_here => None,
        };
        if let Some(whole) = whole {
            rest = after.get(2..).unwrap_or_default();
            let hundred = (whole.value - 100.0).abs() < f64::EPSILON;
            let rounded = if hundred { Rounded::Hundredth } else { Rounded::Share };
            found.push(Shown { value: shown.value / whole.value, rounded });
        } else {
            found.push(shown);
        }
    }
    found
}

fn number(word: &str) -> Option<Shown> {
    let digits = word.replace(',', "");
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let decimals = digits.split_once('.').map_or(0, |(_, behind)| behind.len());
    let value = digits.parse().ok().filter(|_| plain)?;
    Some(Shown { value, rounded: Rounded::Decimals(i32::try_from(decimals).ok()?) })
}

/// Whether a number that a page shows is one of these values, rounded: as it is, as a share of a hundred, or as the
/// length of a list.
#[must_use]
pub fn holds(value: &Value, shown: Shown) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|held| same(held, shown)),
        Value::String(text) => {
            // Dates are written `2026-11-22T10:00:00Z`.
            let parts = text.split(['-', 'T', 'Z', ':']).flat_map(in_text);
            parts.chain(in_text(text)).any(|held| same(held.value, shown))
        }
        Value::Array(items) => length(items.len(), shown) || items.iter().any(|item| holds(item, shown)),
        Value::Object(fields) => {
            length(fields.len(), shown) || fields.values().any(|field| holds(field, shown))
        }
        Value::Null | Value::Bool(_) => false,
    }
}

fn length(length: usize, shown: Shown) -> bool {
    u32::try_from(length).is_ok_and(|length| same(f64::from(length), shown))
}

/// Whether rounding the held number to the digits shown, or to two to four significant ones, gives the shown number; it
/// may be shown as a percentage, or in thousands or millions.
fn same(held: f64, shown: Shown) -> bool {
    let held = held.abs();
    let near = |held: f64, unit: f64| (held - shown.value).abs() <= unit * (0.5 + 1e-6);
    let significant =
        |held: f64, digits: f64| 10_f64.powf(held.max(f64::MIN_POSITIVE).log10().floor() + 1.0 - digits);
    match shown.rounded {
        // Shares in words are coarse: within an eighth of what they say.
        Rounded::Share => (held - shown.value).abs() <= shown.value / 8.0,
        Rounded::Hundredth => (held - shown.value).abs() <= 0.005 + f64::EPSILON,
        Rounded::Decimals(decimals) => [held, held * 100.0, held / 1e3, held / 1e6].into_iter().any(|held| {
            let unit = 10_f64.powi(-decimals);
            [0.0, 2.0, 3.0, 4.0].into_iter().any(|digits| {
                let unit = if digits > 0.0 { unit.max(significant(held, digits)) } else { unit };
                // What is rounded to tens shows no tens.
                near(held, unit) && ((shown.value / unit).round() * unit - shown.value).abs() < unit * 1e-6
            })
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(text: &str, value: &Value) -> bool {
        in_text(text).into_iter().all(|shown| holds(value, shown))
    }

    #[test]
    fn rounded_numbers_are_found_and_others_are_not() {
        let value =
            json!({"places": 8.432, "share": 0.374, "big": 12_345, "name": "Story 7", "list": [[], []]});

        for text in ["about 8.4 places", "8 places", "37 %", "12,345", "Story 7", "2 of them", "no number"] {
            assert!(found(text, &value), "{text}");
        }
        for text in ["8.5 places", "9", "38 %", "12,346"] {
            assert!(!found(text, &value), "{text}");
        }
    }

    #[test]
    fn a_share_in_words_is_one_number() {
        let value = json!({"moved": 0.052});

        assert!(found("About 1 in 20 of the items move.", &value));
        assert!(!found("About 1 in 10 of the items move.", &value));
        assert_eq!(in_text("1 in 20").len(), 1);
        assert!(found("About 5 in 100 of the items move.", &value));
        assert!(!found("About 6 in 100 of the items move.", &value));
    }

    #[test]
    fn the_parts_of_a_date_are_numbers() {
        assert!(found("22 November 2026", &json!("2026-11-22T10:00:00Z")));
        assert!(!found("23 November 2026", &json!("2026-11-22T10:00:00Z")));
    }

    #[test]
    fn digits_inside_words_are_no_numbers() {
        assert!(in_text("sha256:ba7816bf v1 x2 http://a:80/1").is_empty());
        assert_eq!(in_text("(1,000.5)."), [Shown { value: 1000.5, rounded: Rounded::Decimals(1) }]);
    }
}
