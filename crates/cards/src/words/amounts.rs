//! Amounts in words: places, shares, points, bytes.

use super::Messages;
use super::figures::significant;

/// Shares that have a name, from, to (exclusive), and their message.
const SHARES: &[(f64, f64, &str)] = &[
    (0.045, 0.055, "share-twentieth"),
    (0.09, 0.11, "share-tenth"),
    (0.18, 0.22, "share-fifth"),
    (0.235, 0.27, "share-quarter"),
    (0.31, 0.36, "share-third"),
    (0.38, 0.42, "share-two-fifths"),
    (0.47, 0.53, "share-half"),
    (0.58, 0.62, "share-three-fifths"),
    (0.64, 0.69, "share-two-thirds"),
    (0.73, 0.77, "share-three-quarters"),
    (0.78, 0.82, "share-four-fifths"),
    (0.88, 0.92, "share-nine-tenths"),
    (0.985, 1.0, "share-nearly-all"),
];

impl Messages {
    /// A number of places in words, such as `about 9 places`.
    #[must_use]
    pub fn places(&self, places: f64) -> String {
        match places.abs() {
            0.0 => self.text("places-none"),
            small if small < 0.05 => self.text("places-hardly"),
            places => self.say("places-about").with("count", whole(places)).to_string(),
        }
    }

    /// A number of places whose span stands beside it: as [`Messages::places`], with one more digit where the whole
    /// number would lie outside the span.
    #[must_use]
    pub fn places_in_span(&self, places: f64, low: f64, high: f64) -> String {
        let count = whole(places);
        if (tenths(low)..=tenths(high)).contains(&count) {
            return self.places(places);
        }
        self.say("places-about").with("count", tenths(places)).to_string()
    }

    /// A span of places with one more digit, such as `between 8.4 and 9.6 places`.
    #[must_use]
    pub fn places_between(&self, low: f64, high: f64) -> String {
        let (low, high) = (tenths(low), tenths(high));
        if low.total_cmp(&high).is_eq() {
            self.say("places-around").with("count", low).to_string()
        } else {
            self.say("places-between").with("low", low).with("high", high).to_string()
        }
    }

    /// A share between 0 and 1 in words, such as `about a third`.
    #[must_use]
    pub fn share(&self, share: f64) -> String {
        let named = SHARES.iter().find(|(from, to, _)| (*from..*to).contains(&share));
        if share <= 0.0 {
            self.text("share-none")
        } else if share >= 1.0 {
            self.text("share-all")
        } else if share < 0.01 {
            self.text("share-under-one")
        } else if let Some((_, _, id)) = named {
            self.text(id)
        } else {
            self.share_of_hundred(share)
        }
    }

    /// A share between 0 and 1 beside others of which it is to be told apart, such as `about 43 in 100`.
    #[must_use]
    pub fn share_of_hundred(&self, share: f64) -> String {
        self.say("share-of-hundred").with("count", libm::round(share * 100.0)).to_string()
    }

    /// An amount of the score's own unit, at most two significant digits, such as `about 1.4 points`.
    #[must_use]
    pub fn points(&self, points: f64, unit: Option<&str>) -> String {
        let count = significant(points.abs(), 2);
        if count == 0.0 {
            return self.text("points-none");
        }
        match unit {
            Some(unit) => {
                self.say("points-in-unit").with("count", count).with("unit", unit.to_owned()).to_string()
            }
            None => self.say("points-about").with("count", count).to_string(),
        }
    }

    /// A span of the score's own unit, two significant digits each, such as `between 1.2 and 1.9 points`.
    #[must_use]
    pub fn points_between(&self, low: f64, high: f64, unit: Option<&str>) -> String {
        let (low, high) = (significant(low, 2), significant(high, 2));
        if low.total_cmp(&high).is_eq() {
            return self.points(low, unit);
        }
        let say = match unit {
            Some(unit) => self.say("points-between-in-unit").with("unit", unit.to_owned()),
            None => self.say("points-between"),
        };
        say.with("low", low).with("high", high).to_string()
    }

    /// A value of a signal with its unit, at most four significant digits, such as `2.5 hours`.
    #[must_use]
    pub fn value(&self, value: f64, unit: Option<&str>) -> String {
        let count = self.rounded(value, 4);
        match unit.filter(|unit| !unit.is_empty()) {
            Some(unit) => {
                self.say("value-in-unit").with("count", count).with("unit", unit.to_owned()).to_string()
            }
            None => count,
        }
    }

    /// A value that others published, with all its digits and its unit.
    #[must_use]
    pub fn full_value(&self, value: f64, unit: Option<&str>) -> String {
        let count = self.number(value);
        match unit.filter(|unit| !unit.is_empty()) {
            Some(unit) => {
                self.say("value-in-unit").with("count", count).with("unit", unit.to_owned()).to_string()
            }
            None => count,
        }
    }

    /// A size in bytes, in the unit that needs fewest digits: `12 bytes`, `3.4 kB`, `1.2 GB` (powers of 1000).
    #[must_use]
    pub fn bytes(&self, bytes: u64) -> String {
        const UNITS: &[(u64, &str)] = &[
            (1_000_000_000_000, "size-terabytes"),
            (1_000_000_000, "size-gigabytes"),
            (1_000_000, "size-megabytes"),
            (1_000, "size-kilobytes"),
        ];
        #[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
        let scaled = |unit: u64| significant(bytes as f64 / unit as f64, 3);
        match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
            Some((unit, id)) => self.say(id).with("count", scaled(*unit)).to_string(),
            None => self.say("size-bytes").with("count", bytes).to_string(),
        }
    }
}

/// Places for a headline: whole from 2 on, tenths below, never more than two significant digits.
pub(super) fn whole(places: f64) -> f64 {
    if places < 2.0 { tenths(places) } else { significant(libm::round(places), 2) }
}

/// Places with tenths below 10, whole above, never more than two significant digits.
fn tenths(places: f64) -> f64 {
    if places.abs() < 10.0 { libm::round(places * 10.0) / 10.0 } else { significant(libm::round(places), 2) }
}
