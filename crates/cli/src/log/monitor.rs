//! `vitrine log monitor`: what is new in a record book since the last time.

use std::time::Duration;

use clap::Args;
use serde_json::Value;
use tlog::{Checkpoint, Hash, Level, TILE_HASHES, Tile, TileReader, decode_bundle};

use super::PATIENCE;
use super::trust::TrustArguments;
use crate::error::Error;
use crate::out::Out;
use crate::record::{Source, TileError};

/// Arguments of `vitrine log monitor`.
#[derive(Args, Debug)]
pub(crate) struct MonitorArguments {
    /// Address of a Vitrine or of a record book, or a folder with the files of one
    #[arg(value_name = "URL|FOLDER")]
    pub(super) book: String,
    /// Only entries about this repository, card or audit; all when missing
    #[arg(long, value_name = "ID")]
    pub(super) follow: Vec<String>,
    /// Look again every so many seconds; once when missing
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) every: Option<u64>,
    #[command(flatten)]
    pub(super) trust: TrustArguments,
}

/// Prints each new entry in a line of its own, after it was checked.
pub(crate) async fn monitor(arguments: MonitorArguments, out: &mut Out) -> Result<u8, Error> {
    let MonitorArguments { book, follow, every, trust } = arguments;
    let source = Source::named(&book, PATIENCE)?;
    loop {
        let (source, trust) = (source.clone(), trust.clone());
        match tokio::task::spawn_blocking(move || news(&source, &trust)).await?? {
            Err(wrong) => {
                out.say(format_args!("The record book does not hold: {wrong}"))?;
                return Ok(1);
            }
            Ok(entries) => {
                for entry in entries.iter().filter(|entry| is_followed(entry, &follow)) {
                    out.say(entry)?;
                }
            }
        }
        match every {
            None => return Ok(0),
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
        }
    }
}

fn is_followed(entry: &Value, follow: &[String]) -> bool {
    let id = entry.get("id").and_then(Value::as_str).unwrap_or_default();
    follow.is_empty() || follow.iter().any(|followed| followed == id)
}

/// The entries since the checkpoint seen last, each with its number as `index`; the inner error says what is wrong.
fn news(source: &Source, trust: &TrustArguments) -> Result<Result<Vec<Value>, String>, Error> {
    let trust = match trust.trust(source)? {
        Ok(trust) => trust,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let note: Result<tlog::Note, _> = String::from_utf8_lossy(&source.read("checkpoint")?).parse();
    let verified = note.and_then(|note| trust.policy.verify(&note).map(|checkpoint| (note, checkpoint)));
    let (note, present) = match verified {
        Ok(verified) => verified,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let last = trust.seen.checkpoint()?;
    let stands = trust.succession.stands_in(source, &present);
    match stands.and_then(|()| entries(source, last.as_ref(), &present)) {
        Ok(entries) => {
            trust.keep(&note)?;
            Ok(Ok(entries))
        }
        Err(TileError::Wrong(error)) => Ok(Err(error.to_string())),
        Err(TileError::Fetch(error)) => Err(*error),
    }
}

/// The entries behind `last`, each compared with the tree, and that the tree goes on where `last` ended.
fn entries(
    source: &Source,
    last: Option<&Checkpoint>,
    present: &Checkpoint,
) -> Result<Vec<Value>, TileError> {
    let mut reader = TileReader::new(present.size(), present.root())?;
    let first = last.map_or(0, Checkpoint::size);
    if let Some(last) = last {
        let proof = reader.consistency_proof(first, |tile| source.tile(tile))?;
        let (old, new) = ((first, &last.root()), (present.size(), &present.root()));
        tlog::verify_consistency(old, new, &proof)?;
    }
    let mut entries = Vec::new();
    let mut number = first / TILE_HASHES;
    while let Some(tile) = Tile::in_tree(Level::Entries, number, present.size()) {
        let bytes = source.tile(tile)?;
        let bundle = decode_bundle(&bytes, tile.width())?;
        for (index, entry) in (number * TILE_HASHES..).zip(bundle).filter(|(index, _)| *index >= first) {
            let expected = reader.leaf(index, |tile| source.tile(tile))?;
            let computed = Hash::of_leaf(entry);
            if computed != expected {
                return Err(tlog::Error::NotIncluded { computed, expected }.into());
            }
            let mut value: Value = serde_json::from_slice(entry).map_err(Error::from)?;
            if let Some(fields) = value.as_object_mut() {
                fields.insert("index".to_owned(), index.into());
            }
            entries.push(value);
        }
        number += 1;
    }
    Ok(entries)
}
