//! The list of removals that lies outside the database, one line of JSON a release. It names nothing.

use std::path::PathBuf;

use blobs::{BlobStore, Guard, Swap};
use domain::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::Order;
use crate::Error;

/// A release that is to be gone, whichever backup is put back.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Entry {
    /// SHA-256 of its document.
    pub(super) release: Digest,
    /// On whose word.
    pub(super) order: Order,
    /// When, in whole seconds.
    pub(super) at: Timestamp,
    /// Objects that held its bytes.
    pub(super) objects: Vec<String>,
}

/// The list at this place, or in the bucket of the bytes.
pub(crate) fn at(store: &BlobStore, file: PathBuf) -> Guard {
    Guard::in_bucket(store, "removals").unwrap_or_else(|| Guard::in_file(file))
}

/// Adds what another copy of the list says.
pub(crate) async fn join(list: &Guard, other: &str) -> Result<(), Error> {
    for entry in parse(other)? {
        add(list, entry).await?;
    }
    Ok(())
}

/// All of them, oldest first.
pub(super) async fn read(list: &Guard) -> Result<Vec<Entry>, Error> {
    let text = list.read().await?.map(|guarded| guarded.text).unwrap_or_default();
    parse(&text)
}

/// Writes a removal down, durably. One that stands there already only gains objects; it is given back.
pub(super) async fn add(list: &Guard, new: Entry) -> Result<Entry, Error> {
    loop {
        let seen = list.read().await?;
        let mut entries = parse(seen.as_ref().map_or("", |seen| &seen.text))?;
        let entry = if let Some(known) = entries.iter_mut().find(|known| known.release == new.release) {
            known.objects.extend(new.objects.iter().cloned());
            known.objects.sort();
            known.objects.dedup();
            known.clone()
        } else {
            entries.push(new.clone());
            new.clone()
        };
        let mut text = String::new();
        for entry in &entries {
            let line = domain::canonical::to_vec(entry)?;
            text.push_str(&String::from_utf8_lossy(&line));
            text.push('\n');
        }
        if list.swap(seen.as_ref(), &text).await? == Swap::Done {
            return Ok(entry);
        }
    }
}

fn parse(text: &str) -> Result<Vec<Entry>, Error> {
    let entry = |(number, line): (usize, &str)| {
        serde_json::from_str(line)
            .map_err(|_no_entry| Error::inconsistent("guard/removals", number + 1, "line"))
    };
    text.lines().enumerate().map(entry).collect()
}
