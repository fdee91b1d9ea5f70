//! Entry bundles: entries side by side, each after its length (C2SP tlog-tiles, "Log Entries").

use crate::{Error, TILE_HASHES};

/// The longest entry that a bundle can hold, in bytes: its length has 16 bits.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// The bytes of a bundle of at most 256 entries.
///
/// # Errors
/// [`Error::EntryTooLong`], [`Error::TooMany`].
pub fn encode_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, Error> {
    let limit = usize::try_from(TILE_HASHES).unwrap_or(usize::MAX);
    if entries.len() > limit {
        return Err(Error::TooMany { what: "entries in a bundle", limit });
    }
    let mut bytes = Vec::new();
    for entry in entries.iter().map(AsRef::as_ref) {
        let too_long = || Error::EntryTooLong { found: entry.len(), limit: MAX_ENTRY_BYTES };
        let length = u16::try_from(entry.len()).ok().ok_or_else(too_long)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The `count` entries of a bundle.
///
/// # Errors
/// [`Error::BundleCut`] in the middle of an entry, [`Error::BundleCount`] where it has fewer or more.
pub fn decode_bundle(mut bytes: &[u8], count: u16) -> Result<Vec<&[u8]>, Error> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let cut = || Error::BundleCut { entry: entries.len() };
        let (length, rest) = bytes.split_first_chunk::<2>().ok_or_else(cut)?;
        let (entry, rest) =
            rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(cut)?;
        entries.push(entry);
        bytes = rest;
        if entries.len() > usize::from(count) {
            break;
        }
    }
    if entries.len() != usize::from(count) {
        return Err(Error::BundleCount { found: entries.len(), expected: usize::from(count) });
    }
    Ok(entries)
}
