//! The head of a GGUF file: its metadata and the list of its tensors (versions 2 and 3, little endian).

use super::weights::Held;

/// Most bytes of a file that are read: vocabularies stand before the tensors.
pub(super) const MOST_BYTES: usize = 64 << 20;
/// Deepest nesting of arrays.
const DEEPEST: u32 = 4;
/// Most dimensions of a tensor.
const MOST_DIMENSIONS: u32 = 8;

/// Names of the kinds of elements, by their numbers; the empty ones were taken out of the format.
const KINDS: [&str; 40] = [
    "F32", "F16", "Q4_0", "Q4_1", "", "", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
    "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8",
    "I16", "I32", "I64", "F64", "IQ1_M", "BF16", "", "", "", "TQ1_0", "TQ2_0", "", "", "", "MXFP4",
];

/// Reads the beginning of a file. What is wrong is told as a sentence.
pub(super) fn read(start: &[u8]) -> Result<Held, String> {
    let mut reader = Reader { rest: start };
    if reader.take::<4>()? != *b"GGUF" {
        return Err("The file does not begin as GGUF files do.".to_owned());
    }
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(format!("The file is of version {version}; versions 2 and 3 can be read here."));
    }
    let (tensors, entries) = (reader.u64()?, reader.u64()?);
    let mut held = Held::default();
    for _ in 0..entries {
        let key = reader.text()?;
        let kind = reader.u32()?;
        if key == b"general.architecture" && kind == TEXT {
            held.architecture = Some(String::from_utf8_lossy(reader.text()?).into_owned());
        } else {
            reader.skip(kind, 0)?;
        }
    }
    for _ in 0..tensors {
        reader.text()?;
        let dimensions = reader.u32()?;
        if dimensions > MOST_DIMENSIONS {
            return Err(format!("A tensor has {dimensions} dimensions."));
        }
        let shape = (0..dimensions).map(|_| reader.u64()).collect::<Result<Vec<_>, _>>()?;
        let kind = reader.u32()?;
        reader.u64()?;
        let name =
            usize::try_from(kind).ok().and_then(|kind| KINDS.get(kind)).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("kind {kind}"), |name| (*name).to_owned());
        held.count(&name, shape.into_iter()).ok_or("A tensor holds too many numbers.")?;
    }
    Ok(held)
}

/// The kind of a value that is text.
const TEXT: u32 = 8;

/// What is left to read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take<const SIZE: usize>(&mut self) -> Result<[u8; SIZE], String> {
        let (taken, rest) = self.rest.split_first_chunk::<SIZE>().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.take().map(u64::from_le_bytes)
    }

    fn bytes(&mut self, length: u64) -> Result<&'a [u8], String> {
        let length = usize::try_from(length).map_err(|_long| cut())?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn text(&mut self) -> Result<&'a [u8], String> {
        let length = self.u64()?;
        self.bytes(length)
    }

    /// Passes over a value of this kind.
    fn skip(&mut self, kind: u32, depth: u32) -> Result<(), String> {
        let size = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            TEXT => self.u64()?,
            9 if depth < DEEPEST => return self.skip_array(depth),
            other => return Err(format!("The metadata holds a value of the unknown kind {other}.")),
        };
        self.bytes(size).map(drop)
    }

    fn skip_array(&mut self, depth: u32) -> Result<(), String> {
        let (kind, count) = (self.u32()?, self.u64()?);
        // Each value takes a byte at least, so an untrue count ends with the bytes.
        for _ in 0..count {
            self.skip(kind, depth + 1)?;
        }
        Ok(())
    }
}

fn cut() -> String {
    "The head of the file is cut, or longer than 64 MiB.".to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn text(word: &str) -> Vec<u8> {
        [&u64::try_from(word.len()).unwrap().to_le_bytes()[..], word.as_bytes()].concat()
    }

    fn file() -> Vec<u8> {
        let words =
            [&9_u32.to_le_bytes()[..], &TEXT.to_le_bytes(), &2_u64.to_le_bytes(), &text("a"), &text("b")];
        let mut bytes =
            [&b"GGUF"[..], &3_u32.to_le_bytes(), &2_u64.to_le_bytes(), &2_u64.to_le_bytes()].concat();
        bytes.extend([text("general.architecture"), TEXT.to_le_bytes().to_vec(), text("llama")].concat());
        bytes.extend([text("words"), words.concat()].concat());
        for (name, shape, kind) in [("x", &[4_u64, 2][..], 0_u32), ("y", &[32], 12)] {
            bytes.extend(text(name));
            bytes.extend(u32::try_from(shape.len()).unwrap().to_le_bytes());
            bytes.extend(shape.iter().flat_map(|length| length.to_le_bytes()));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(0_u64.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn tensors_numbers_and_architecture_are_read() {
        let held = read(&file()).unwrap();

        assert_eq!((held.tensors, held.architecture.as_deref()), (2, Some("llama")));
        assert_eq!(held.kinds, BTreeMap::from([("F32".to_owned(), 8), ("Q4_K".to_owned(), 32)]));
    }

    #[test]
    fn every_cut_and_every_changed_byte_ends_with_an_answer() {
        let whole = file();
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "cut at {length}");
        }
        for (at, value) in (0..whole.len()).flat_map(|at| [0, 9, 127, 255].map(|value| (at, value))) {
            let mut changed = whole.clone();
            changed[at] = value;
            if let Ok(held) = read(&changed) {
                assert!(held.tensors <= 2);
            }
        }
    }
}
