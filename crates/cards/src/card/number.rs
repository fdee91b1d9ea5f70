//! Measured numbers, and the reasons why one is missing.

use explain::Estimate;
use serde::{Deserialize, Serialize};

/// A number that was computed from the model and computes again.
///
/// Rounded to 9 significant digits. Two runs agree when all parts differ by at most `tolerance`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The number.
    pub value: f64,
    /// Lower end of the 95 % interval, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of the 95 % interval, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Standard error, where the number comes from drawn orders; without it the number is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<f64>,
    /// How far another run on another machine may be off, in the unit of the value.
    pub tolerance: f64,
}

impl Measured {
    /// Places: ties that fall the other way on another machine move a mean by less than this.
    pub const PLACES: f64 = 0.02;
    /// Shares and correlations, from -1 or 0 to 1.
    pub const SHARE: f64 = 0.005;
    /// Numbers that count without rounding: no other run may differ.
    pub const EXACT: f64 = 0.0;

    /// A number without an interval.
    #[must_use]
    pub fn new(value: f64, tolerance: f64) -> Self {
        Self { value: rounded(value), low: None, high: None, stderr: None, tolerance }
    }

    /// A mean over lists with its interval.
    #[must_use]
    pub fn of(estimate: Estimate, tolerance: f64) -> Self {
        Self {
            low: estimate.low.map(rounded),
            high: estimate.high.map(rounded),
            ..Self::new(estimate.value, tolerance)
        }
    }

    /// The same with a standard error.
    #[must_use]
    pub fn with_stderr(self, stderr: Option<f64>) -> Self {
        Self { stderr: stderr.map(rounded), ..self }
    }

    /// Whether the 95 % interval holds zero: no clear effect. `false` where there is no interval.
    #[must_use]
    pub fn may_be_zero(&self) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high)) if low <= 0.0 && high >= 0.0)
    }
}

/// The number rounded to 9 significant digits, halves away from zero in its shortest decimal form. Zero has no sign.
#[must_use]
pub fn rounded(number: f64) -> f64 {
    // Printing and parsing are exact in the standard library, so this is the same on every machine.
    let rounded = format!("{number:.8e}").parse().unwrap_or(number);
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// A number, or the reason why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Known<T> {
    /// There is one.
    Yes(T),
    /// There is none.
    No(Missing),
}

impl<T> Known<T> {
    /// Nothing, for this reason.
    #[must_use]
    pub const fn no(reason: Reason) -> Self {
        Self::No(Missing { value: (), reason })
    }

    /// What is known, if anything is.
    #[must_use]
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Yes(known) => Some(known),
            Self::No(_) => None,
        }
    }

    /// Why nothing is known, if nothing is.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Yes(_) => None,
            Self::No(missing) => Some(missing.reason),
        }
    }
}

/// Stands where a number would stand: `{"reason":"…","value":null}`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// Always `null`.
    pub value: (),
    /// Why.
    pub reason: Reason,
}

/// Why a number is missing.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The operator did not publish the rule.
    NotPublished,
    /// The operator published a number of its own, named beside it; it is not measured.
    Cited,
    /// It works outside this model.
    OutsideTheModel,
    /// No item of the reference lists is concerned.
    NoItemConcerned,
    /// The other release or output cannot be run here.
    NotAvailable,
    /// The card does not say what the option does to the list.
    NotDescribed,
    /// There is no such option.
    NoSuchOption,
    /// With many signals only the strongest were measured on other lists.
    NotAmongTheStrongest,
    /// The signal has one value only in these lists.
    OneValueOnly,
    /// The reference lists are real ones, so no made-up ones are held against them.
    ListsAreReal,
    /// There are no two items with scores that could be put in an order.
    NothingToOrder,
    /// The group has fewer than 30 items or occurs in fewer than 10 lists: its numbers would be chance.
    TooFewItems,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_nine_digits() {
        for (number, expected) in [
            (0.123_456_789_49, 0.123_456_789),
            (123_456_789_500.0, 123_456_790_000.0),
            (-2.0 / 3.0, -0.666_666_667),
            (1e-300, 1e-300),
            (42.0, 42.0),
        ] {
            assert_eq!(rounded(number).to_bits(), f64::to_bits(expected), "{number}");
        }
        assert_eq!(rounded(-0.0).to_bits(), 0);
    }

    #[test]
    fn a_missing_number_is_null_with_a_reason() {
        let missing: Known<Measured> = Known::no(Reason::OutsideTheModel);

        let json = serde_json::to_string(&missing).unwrap();

        assert_eq!(json, r#"{"value":null,"reason":"outside_the_model"}"#);
        assert_eq!(serde_json::from_str::<Known<Measured>>(&json).unwrap(), missing);
        let number = Known::Yes(Measured::new(1.5, 0.1));
        let json = serde_json::to_string(&number).unwrap();
        assert_eq!(json, r#"{"value":1.5,"tolerance":0.1}"#);
        assert_eq!(serde_json::from_str::<Known<Measured>>(&json).unwrap(), number);
    }

    #[test]
    fn an_interval_across_zero_shows_no_clear_effect() {
        let measured = |low, high| Measured { low: Some(low), high: Some(high), ..Measured::new(1.0, 0.1) };

        assert!(measured(-1.0, 2.0).may_be_zero() && measured(0.0, 2.0).may_be_zero());
        assert!(!measured(0.5, 2.0).may_be_zero() && !Measured::new(0.0, 0.1).may_be_zero());
    }
}
