//! How a language writes numbers and days.

use std::convert::Infallible;

use fixed_decimal::{Decimal, FloatPrecision};
use fluent_bundle::FluentValue;
use fluent_bundle::memoizer::MemoizerKind;
use icu_calendar::Date;
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use intl_memoizer::Memoizable;
use unic_langid::LanguageIdentifier;

use super::Messages;

impl Messages {
    /// A number with all its digits, grouped as the language does it.
    #[must_use]
    pub fn number(&self, number: f64) -> String {
        in_locale(&self.formats, number)
    }

    /// A number with at most so many significant digits.
    #[must_use]
    pub fn rounded(&self, number: f64, digits: usize) -> String {
        self.number(significant(number, digits))
    }

    /// The day of a moment in UTC, such as `12 March 2026`.
    #[must_use]
    pub fn date(&self, moment: domain::Timestamp) -> String {
        self.day(&moment.to_string())
    }

    /// A day written `YYYY-MM-DD…`; other text is given back as it is.
    #[must_use]
    pub fn day(&self, text: &str) -> String {
        let written = || {
            let mut parts = text.get(..10)?.splitn(3, '-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            let date = Date::try_new_iso(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
            let formatter = DateTimeFormatter::try_new((&self.formats).into(), YMD::long()).ok()?;
            Some(formatter.format(&date).to_string())
        };
        written().unwrap_or_else(|| text.to_owned())
    }
}

/// A number rounded to so many significant digits (at least one).
pub(super) fn significant(number: f64, digits: usize) -> f64 {
    // Printing and parsing are exact in the standard library; scaling by powers of ten would not be.
    let behind = digits.saturating_sub(1);
    format!("{number:.behind$e}").parse().unwrap_or(number)
}

/// The formatter of all numbers in messages.
pub(super) fn printed<M: MemoizerKind>(value: &FluentValue<'_>, memory: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    memory.with_try_get_threadsafe::<Habits, _, _>((), |habits| in_locale(&habits.0, number.value)).ok()
}

/// The locale of a bundle, found once.
struct Habits(Locale);

impl Memoizable for Habits {
    type Args = ();
    type Error = Infallible;

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, Infallible> {
        Ok(Self(language.to_string().parse().unwrap_or(Locale::UNKNOWN)))
    }
}

fn in_locale(locale: &Locale, number: f64) -> String {
    let written = || {
        let formatter = DecimalFormatter::try_new(
            locale.into(),
            icu_decimal::options::DecimalFormatterOptions::default(),
        )
        .ok()?;
        let decimal = Decimal::try_from_f64(number, FloatPrecision::RoundTrip).ok()?;
        Some(formatter.format(&decimal).to_string())
    };
    written().unwrap_or_else(|| number.to_string())
}
