//! Chance, handed in.

use std::sync::atomic::{AtomicU64, Ordering};

/// Where unpredictable bytes come from.
pub trait Chance: Send + Sync {
    /// Fills the slice with bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's random source, fit for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    /// # Panics
    /// When the operating system has no random source: then no secret can be made and going on would be worse.
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no random bytes: {error}");
        }
    }
}

/// A counter in disguise: repeatable bytes for tests, never for secrets.
#[derive(Debug, Default)]
pub struct FixedChance(AtomicU64);

impl Chance for FixedChance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut word = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            word = (word ^ (word >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            for (byte, fresh) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *byte = fresh;
            }
        }
    }
}
