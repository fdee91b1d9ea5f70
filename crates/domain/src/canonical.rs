//! Canonical JSON (RFC 8785): one value, one sequence of bytes.

use serde::Serialize;

/// Integers beyond this cannot be carried exactly by every JSON reader (RFC 8785 §3.2.2.3): 2^53.
pub const LARGEST_INTEGER: u64 = 1 << 53;

/// The value has no canonical form.
#[derive(Debug, thiserror::Error)]
#[error("this value has no canonical JSON form (a number that is not finite, or a key that is no text)")]
pub struct Error {
    /// What the writer said.
    #[source]
    source: serde_json::Error,
}

/// The canonical bytes of a value: keys sorted by UTF-16, no white space, shortest numbers.
///
/// JSON has no NaN and no infinity, and none must get here: measured numbers are checked when they are made.
///
/// # Errors
/// [`Error`] for a value that has no JSON form.
pub fn to_vec<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    serde_json_canonicalizer::to_vec(value).map_err(|source| Error { source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_numbers_are_short() {
        let value = serde_json::json!({"b": 1.0, "a": [1e21, 0.1, -0.0], "é": "\u{20}"});

        let bytes = to_vec(&value).unwrap();

        assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"a":[1e+21,0.1,0],"b":1,"é":" "}"#);
    }
}
