//! API tokens as their owners hold them.

use std::fmt;
use std::str::FromStr;

use crate::{Chance, Digest, Malformed};

/// Digits of base 62, in the order of their values.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What stands before the secret; the prefix that clients and secret scanners know.
const PREFIX: &str = "hf_";
/// Random characters: 34 of base 62, over 200 bits.
const RANDOM_CHARS: usize = 34;
/// Characters of the check sum: a CRC-32 in base 62.
const CHECK_CHARS: usize = 6;

/// A token: `hf_`, 34 random characters and a CRC-32 of them in 6, all of base 62.
///
/// Shown once; the registry stores only its SHA-256. The check sum tells mistyped tokens from foreign ones.
#[derive(Clone, Eq, PartialEq)]
pub struct TokenSecret(String);

impl TokenSecret {
    /// A new secret.
    pub fn new(chance: &dyn Chance) -> Self {
        let mut random = String::with_capacity(RANDOM_CHARS);
        while random.len() < RANDOM_CHARS {
            let mut bytes = [0; 64];
            chance.fill(&mut bytes);
            // 248 is the largest multiple of 62 in a byte: beyond it digits would not be equally likely.
            random.extend(
                bytes
                    .iter()
                    .filter(|byte| **byte < 248)
                    .take(RANDOM_CHARS - random.len())
                    .map(|byte| digit(u32::from(*byte))),
            );
        }
        Self(format!("{PREFIX}{random}{}", check_sum(&random)))
    }

    /// The text to hand to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the registry stores instead of the secret.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("hf_…")
    }
}

impl FromStr for TokenSecret {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let wrong =
            || Malformed::new("a token", "hf_…", "write it as it was shown: `hf_` and 40 letters and digits");
        let body = text.strip_prefix(PREFIX).ok_or_else(wrong)?;
        let plain =
            body.len() == RANDOM_CHARS + CHECK_CHARS && body.bytes().all(|b| b.is_ascii_alphanumeric());
        if !plain {
            return Err(wrong());
        }
        let (random, check) = body.split_at(RANDOM_CHARS);
        if check_sum(random) == check { Ok(Self(text.to_owned())) } else { Err(wrong()) }
    }
}

fn check_sum(random: &str) -> String {
    let mut rest = crc32fast::hash(random.as_bytes());
    let mut digits: Vec<char> = Vec::with_capacity(CHECK_CHARS);
    for _ in 0..CHECK_CHARS {
        digits.push(digit(rest));
        rest /= 62;
    }
    digits.iter().rev().collect()
}

/// The digit of base 62 for this value modulo 62.
fn digit(value: u32) -> char {
    let place = usize::try_from(value % 62).unwrap_or(0);
    BASE62.get(place).map_or('0', |byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FixedChance, SystemChance};

    #[test]
    fn a_token_has_the_form_that_clients_know_and_parses_back() {
        let token = TokenSecret::new(&SystemChance);

        assert_eq!(token.reveal().len(), 43);
        assert_eq!(token.reveal().parse(), Ok(token.clone()));
        assert_ne!(token, TokenSecret::new(&SystemChance));
    }

    #[test]
    fn a_mistyped_token_is_told_apart_and_never_printed() {
        let token = TokenSecret::new(&FixedChance::default());
        let mistyped = token.reveal().replacen(|c: char| c.is_ascii_digit(), "x", 1);

        let error = mistyped.parse::<TokenSecret>().unwrap_err();

        assert!(!error.to_string().contains(&mistyped));
        assert_eq!(format!("{token:?}"), "hf_…");
    }
}
