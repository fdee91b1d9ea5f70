//! Comparing a stored card with the same card computed again.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What a comparison found.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    /// The two have the same canonical bytes.
    Exact,
    /// Every word and count is the same, and every measured number lies within its tolerance.
    Agrees {
        /// Measured numbers that are not the same to the last digit.
        numbers: usize,
        /// The largest difference, as a part of its tolerance, from 0 to 1.
        largest: f64,
    },
    /// Something is not the same.
    Differs {
        /// Where the first difference stands (RFC 6901), in the order of the canonical form.
        pointer: String,
        /// What the stored card says; `null` where it says nothing.
        stored: Value,
        /// What was computed; `null` where nothing was.
        again: Value,
    },
}

/// Compares a stored card with the card computed again.
///
/// A measured number is an object with `value` and `tolerance`: its tolerance must be the same, and its other numbers
/// may differ by no more than the tolerance that was computed again. Everything else must be the same.
#[must_use]
pub fn compare(stored: &Value, again: &Value) -> Replay {
    outcome(Strictness::Tolerant, stored, again)
}

/// Compares as [`compare`] does, but no number may differ in any digit: what a machine of the class that made the card
/// must compute.
#[must_use]
pub fn compare_exactly(stored: &Value, again: &Value) -> Replay {
    outcome(Strictness::Exact, stored, again)
}

fn outcome(strictness: Strictness, stored: &Value, again: &Value) -> Replay {
    let mut walk = Walk { strictness, path: Vec::new(), numbers: 0, largest: 0.0 };
    match walk.compare(Some(stored), Some(again)) {
        Err(Difference(pointer, stored, again)) => Replay::Differs { pointer, stored, again },
        Ok(()) if walk.numbers == 0 => Replay::Exact,
        Ok(()) => Replay::Agrees { numbers: walk.numbers, largest: walk.largest },
    }
}

/// How far a measured number may be off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Strictness {
    /// Not at all.
    Exact,
    /// By its tolerance.
    Tolerant,
}

struct Walk {
    strictness: Strictness,
    path: Vec<String>,
    numbers: usize,
    largest: f64,
}

impl Walk {
    fn compare(&mut self, stored: Option<&Value>, again: Option<&Value>) -> Result<(), Difference> {
        match (stored, again) {
            (Some(Value::Object(one)), Some(Value::Object(other))) => match tolerance(one, other) {
                Some(tolerance) => self.measured(one, other, tolerance),
                None => self.members(one, other),
            },
            (Some(Value::Array(one)), Some(Value::Array(other))) => {
                for at in 0..one.len().max(other.len()) {
                    self.at(at.to_string(), |walk| walk.compare(one.get(at), other.get(at)))?;
                }
                Ok(())
            }
            (Some(one), Some(other)) if same(one, other) => Ok(()),
            _ => Err(self.difference(stored, again)),
        }
    }

    fn members(&mut self, stored: &Map<String, Value>, again: &Map<String, Value>) -> Result<(), Difference> {
        for name in names(stored, again) {
            self.at(name.to_owned(), |walk| walk.compare(stored.get(name), again.get(name)))?;
        }
        Ok(())
    }

    fn measured(
        &mut self,
        stored: &Map<String, Value>,
        again: &Map<String, Value>,
        tolerance: f64,
    ) -> Result<(), Difference> {
        for name in names(stored, again) {
            let (one, other) = (stored.get(name), again.get(name));
            self.at(name.to_owned(), |walk| {
                match (one.and_then(Value::as_f64), other.and_then(Value::as_f64)) {
                    (Some(number), Some(fresh)) => walk.number((number, fresh), tolerance, (one, other)),
                    _ => walk.compare(one, other),
                }
            })?;
        }
        Ok(())
    }

    fn number(
        &mut self,
        (stored, again): (f64, f64),
        tolerance: f64,
        shown: (Option<&Value>, Option<&Value>),
    ) -> Result<(), Difference> {
        let off = (stored - again).abs();
        if off > 0.0 {
            if off > tolerance || self.strictness == Strictness::Exact {
                return Err(self.difference(shown.0, shown.1));
            }
            self.numbers += 1;
            self.largest = self.largest.max(off / tolerance);
        }
        Ok(())
    }

    fn at(
        &mut self,
        name: String,
        step: impl FnOnce(&mut Self) -> Result<(), Difference>,
    ) -> Result<(), Difference> {
        self.path.push(name);
        let outcome = step(self);
        self.path.pop();
        outcome
    }

    fn difference(&self, stored: Option<&Value>, again: Option<&Value>) -> Difference {
        let mut pointer = String::new();
        for name in &self.path {
            pointer.push('/');
            pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        }
        Difference(pointer, stored.cloned().unwrap_or_default(), again.cloned().unwrap_or_default())
    }
}

/// Where the first difference stands, what is stored there and what was computed.
struct Difference(String, Value, Value);

/// The tolerance of a measured number, if both are one and agree about it.
fn tolerance(stored: &Map<String, Value>, again: &Map<String, Value>) -> Option<f64> {
    let of = |number: &Map<String, Value>| {
        number.get("value").filter(|value| value.is_number())?;
        number.get("tolerance").and_then(Value::as_f64)
    };
    let (one, other) = (of(stored)?, of(again)?);
    (one.to_bits() == other.to_bits()).then_some(other)
}

/// Whether two values have the same canonical form; 1 and 1.0 have.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(number), Value::Number(fresh)) => number == fresh || number.as_f64() == fresh.as_f64(),
        _ => one == other,
    }
}

fn names<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    one.keys().chain(other.keys()).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn card() -> Value {
        json!({
            "signals": [{"id": "age", "rank": 1, "places": {"value": 3.5, "low": 3.0, "high": 4.0, "tolerance": 0.02}}],
            "title": {"en": "Feed"},
            "step": {"value": null, "reason": "not_published"},
        })
    }

    #[test]
    fn the_exact_comparison_has_no_tolerance() {
        let nearly = changed("/signals/0/places/low", json!(3.01));

        assert!(matches!(compare(&nearly, &card()), Replay::Agrees { numbers: 1, .. }));
        assert!(matches!(
            compare_exactly(&nearly, &card()),
            Replay::Differs { pointer, .. } if pointer == "/signals/0/places/low"
        ));
        assert_eq!(compare_exactly(&card(), &card()), Replay::Exact);
    }

    fn changed(pointer: &str, value: Value) -> Value {
        let mut card = card();
        *card.pointer_mut(pointer).unwrap() = value;
        card
    }

    fn differs_at(stored: &Value) -> String {
        match compare(stored, &card()) {
            Replay::Differs { pointer, .. } => pointer,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_same_card_is_exact_however_numbers_are_spelled() {
        assert_eq!(compare(&card(), &card()), Replay::Exact);
        assert_eq!(compare(&changed("/signals/0/rank", json!(1.0)), &card()), Replay::Exact);
        assert_eq!(compare(&changed("/signals/0/places/low", json!(3)), &card()), Replay::Exact);
    }

    #[test]
    fn numbers_within_their_tolerance_agree() {
        let replay = compare(&changed("/signals/0/places/value", json!(3.51)), &card());

        let Replay::Agrees { numbers: 1, largest } = replay else { panic!("{replay:?}") };
        assert!((largest - 0.5).abs() < 1e-9);
    }

    #[test]
    fn every_other_change_is_found_where_it_stands() {
        for (pointer, lie) in [
            ("/signals/0/places/value", json!(3.53)),
            ("/signals/0/places/high", json!(4.1)),
            ("/signals/0/places/low", json!(null)),
            ("/signals/0/rank", json!(2)),
            ("/signals/0/id", json!("other")),
            ("/title/en", json!("feed")),
            ("/step/reason", json!("cited")),
            ("/step/value", json!(0)),
        ] {
            assert_eq!(differs_at(&changed(pointer, lie)), pointer);
        }
    }

    #[test]
    fn a_wider_tolerance_hides_nothing() {
        let mut stored = changed("/signals/0/places/value", json!(9));
        stored["signals"][0]["places"]["tolerance"] = json!(100);

        assert_eq!(differs_at(&stored), "/signals/0/places/tolerance");
    }

    #[test]
    fn what_is_missing_or_too_much_is_found() {
        let mut stored = card();
        stored["signals"][0]["a/b~c"] = json!(1);
        assert_eq!(differs_at(&stored), "/signals/0/a~1b~0c");
        assert_eq!(differs_at(&changed("/signals", json!([]))), "/signals/0");
        assert_eq!(differs_at(&json!("text")), "");
    }
}
