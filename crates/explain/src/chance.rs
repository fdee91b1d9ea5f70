//! Chance that repeats itself: `ChaCha8` streams named by seed, purpose and index.
//!
//! A stream depends on its name alone, so one more draw for one purpose changes no other number.
//! Source of the generator: D. J. Bernstein, "`ChaCha`, a variant of Salsa20" (2008), 8 rounds.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// One sequence of draws.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of this name. The 32 bytes of the key are the seed, the FNV-1a hash of the purpose and the index,
    /// eight bytes each (little-endian), and eight zero bytes.
    #[must_use]
    pub fn new(seed: u64, purpose: &str, index: usize) -> Self {
        let mut key = [0_u8; 32];
        let words = seed.to_le_bytes().into_iter().chain(fnv(purpose).to_le_bytes());
        for (slot, byte) in key.iter_mut().zip(words.chain((index as u64).to_le_bytes())) {
            *slot = byte;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A whole number from 0 up to, but not including, `bound`, each equally likely; 0 for a bound of 0 or 1.
    ///
    /// Source: D. Lemire, "Fast random integer generation in an interval" (2019), section 4.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        if bound <= 1 {
            return 0;
        }
        let reject_below = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            let low = product & u128::from(u64::MAX);
            if low >= u128::from(reject_below) {
                return usize::try_from(product >> 64).unwrap_or_default();
            }
        }
    }

    /// A number from 0 up to, but not including, 1, on a grid of 2^-53.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of the items, each equally likely; `None` of nothing.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Brings the items into an order that is equally likely as any other (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo).
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_named_by_seed_purpose_and_index() {
        let first = |seed, purpose, index| Stream::new(seed, purpose, index).below(1 << 40);

        assert_eq!(first(1, "a", 0), first(1, "a", 0));
        assert_ne!(first(1, "a", 0), first(2, "a", 0));
        assert_ne!(first(1, "a", 0), first(1, "b", 0));
        assert_ne!(first(1, "a", 0), first(1, "a", 1));
    }

    #[test]
    fn draws_never_change_between_versions_and_machines() {
        let mut stream = Stream::new(7, "golden", 3);
        let draws: Vec<usize> = (0..6).map(|_| stream.below(1000)).collect();

        assert_eq!(draws, [749, 535, 547, 100, 672, 21]);
    }

    #[test]
    fn every_number_below_the_bound_comes_equally_often() {
        let mut stream = Stream::new(1, "test", 0);
        let mut seen = [0_u32; 5];
        for _ in 0..50_000 {
            seen[stream.below(5)] += 1;
        }

        // Five standard deviations of a binomial count (50 000 draws, one in five) are 447.
        assert!(seen.iter().all(|&times| times.abs_diff(10_000) < 447), "{seen:?}");
        assert_eq!((stream.below(0), stream.below(1)), (0, 0));
    }

    #[test]
    fn a_shuffle_keeps_all_items() {
        let mut items: Vec<u32> = (0..100).collect();
        Stream::new(1, "test", 0).shuffle(&mut items);

        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
