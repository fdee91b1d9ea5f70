//! The header of a safetensors file: 8 bytes with its length, then JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Most bytes of a file that are read: a header of 16 MiB, which describes over 100,000 tensors.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// What a file of weights holds.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Held {
    /// How many tensors.
    pub(super) tensors: u64,
    /// How many numbers of each kind.
    pub(super) kinds: BTreeMap<String, u64>,
    /// The architecture, where the file names it.
    pub(super) architecture: Option<String>,
}

impl Held {
    /// Counts a tensor; `None` where it holds more numbers than can be counted.
    pub(super) fn count(&mut self, kind: &str, mut shape: impl Iterator<Item = u64>) -> Option<()> {
        let size = shape.try_fold(1_u64, u64::checked_mul)?;
        let all = self.kinds.entry(kind.to_owned()).or_default();
        *all = all.checked_add(size).filter(|all| *all <= 1 << 53)?;
        self.tensors += 1;
        Some(())
    }
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// Reads the beginning of a file of this size. What is wrong is told as a sentence.
pub(super) fn read(start: &[u8], size: u64) -> Result<Held, String> {
    let (length, rest) = start.split_first_chunk::<8>().ok_or("The file is shorter than its header.")?;
    let length = u64::from_le_bytes(*length);
    if length > size.saturating_sub(8) {
        return Err("The file is shorter than its header.".to_owned());
    }
    let header = usize::try_from(length).ok().and_then(|length| rest.get(..length));
    let header = header.ok_or("The header is larger than 16 MiB, the most that is read here.")?;
    let entries: BTreeMap<String, Value> =
        serde_json::from_slice(header).map_err(|error| format!("The header is no JSON object: {error}."))?;
    let data = size - 8 - length;
    let mut held = Held::default();
    for (name, entry) in entries.into_iter().filter(|(name, _)| name != "__metadata__") {
        let wrong = |what: &str| format!("The entry `{}` {what}.", super::examine::legible(&name));
        let Entry { dtype, shape, data_offsets: [begin, end] } =
            serde_json::from_value(entry).map_err(|_other| wrong("does not describe a tensor"))?;
        if begin > end || end > data {
            return Err(wrong("lies outside the file"));
        }
        if !dtype.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
            || dtype.len() > 20
        {
            return Err(wrong("is of a kind that has no name"));
        }
        held.count(&dtype, shape.into_iter()).ok_or_else(|| wrong("holds too many numbers"))?;
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: usize) -> Vec<u8> {
        let mut bytes = u64::try_from(header.len()).unwrap().to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(std::iter::repeat_n(0, data));
        bytes
    }

    fn read_whole(bytes: &[u8]) -> Result<Held, String> {
        read(bytes, u64::try_from(bytes.len()).unwrap())
    }

    #[test]
    fn tensors_and_their_numbers_are_counted_by_kind() {
        let header = r#"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
            "b":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}}"#;

        let held = read_whole(&file(header, 26)).unwrap();

        assert_eq!(held.tensors, 2);
        assert_eq!(held.kinds, BTreeMap::from([("F32".to_owned(), 6), ("BF16".to_owned(), 1)]));
    }

    #[test]
    fn broken_headers_are_refused_with_a_reason() {
        let entry = |text: &str| file(&format!("{{\"a\":{text}}}"), 8);
        for (bytes, part) in [
            (vec![1, 2], "shorter"),
            (u64::MAX.to_le_bytes().to_vec(), "shorter"),
            (file("[]", 0), "no JSON object"),
            (entry("1"), "does not describe"),
            (entry(r#"{"dtype":"F32","shape":[1],"data_offsets":[4,99]}"#), "outside"),
            (entry(r#"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}"#), "too many"),
            (entry(r#"{"dtype":"<b>","shape":[1],"data_offsets":[0,8]}"#), "no name"),
        ] {
            let why = read_whole(&bytes).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
    }
}
