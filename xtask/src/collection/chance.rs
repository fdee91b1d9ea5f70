//! Draws that repeat themselves: a fixed seed for every table, whole-number arithmetic, and `libm` for curves.

/// One sequence of draws.
pub(super) struct Chance(u64);

impl Chance {
    /// The sequence of a table, started from the FNV-1a hash of its name.
    pub(super) fn new(name: &str) -> Self {
        let hash = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        Self(name.bytes().fold(0xCBF2_9CE4_8422_2325, hash))
    }

    /// 64 fresh bits. Source: S. Vigna, `SplitMix64` (2015).
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but not including, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number between two bounds.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from 0 up to, but not including, `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.bits()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// A draw of the standard normal distribution (Box and Muller, 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// A draw whose logarithm is normal: `median` in the middle, `spread` as the deviation of the logarithm.
    pub(super) fn skewed(&mut self, median: f64, spread: f64) -> f64 {
        median * libm::exp(spread * self.normal())
    }
}

/// A whole number within bounds, as a cell.
pub(super) fn whole(value: f64, low: f64, high: f64) -> String {
    format!("{:.0}", value.clamp(low, high))
}

/// A number within bounds with so many decimals, as a cell.
pub(super) fn decimal(value: f64, low: f64, high: f64, decimals: usize) -> String {
    format!("{:.decimals$}", value.clamp(low, high))
}

/// 1 or 0, as a cell.
pub(super) fn flag(value: bool) -> String {
    u8::from(value).to_string()
}

/// `Author C` and the like, as a cell: the first letters are the most frequent.
pub(super) fn named(chance: &mut Chance, noun: &str, names: u64) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let place = chance.below(names).min(chance.below(names));
    let letter = usize::try_from(place)
        .ok()
        .and_then(|place| letters.get(place))
        .map_or('Z', |letter| char::from(*letter));
    format!("{noun} {letter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_the_same_draws_again() {
        let draws = |name| {
            let mut chance = Chance::new(name);
            [chance.bits(), chance.bits()]
        };
        assert_eq!(draws("reddit-hot"), draws("reddit-hot"));
        assert_ne!(draws("reddit-hot"), draws("lemmy-hot"));
    }

    #[test]
    fn draws_have_the_shape_they_claim() {
        let mut chance = Chance::new("shape");
        let normals: Vec<f64> = (0..10_000).map(|_| chance.normal()).collect();
        let mean = normals.iter().sum::<f64>() / 10_000.0;
        let square = normals.iter().map(|value| value * value).sum::<f64>() / 10_000.0;

        assert!(mean.abs() < 0.05 && (square - 1.0).abs() < 0.05, "{mean} {square}");
        assert!((0..1000).all(|_| chance.below(3) < 3 && (2.0..5.0).contains(&chance.between(2.0, 5.0))));
    }
}
