//! `vitrine log doctor`: a quick look whether a record book can be read and believed. `audit` looks at everything.

use clap::Args;
use tlog::{Checkpoint, Hash, Level, Note, TILE_HASHES, Tile, TileReader, decode_bundle, verify_consistency};

use super::PATIENCE;
use super::trust::TrustArguments;
use crate::error::Error;
use crate::out::Out;
use crate::record::{Source, TileError};

/// Arguments of `vitrine log doctor`.
#[derive(Args, Debug)]
pub(crate) struct DoctorArguments {
    /// Address of a Vitrine or of a record book, or a folder with the files of one
    #[arg(value_name = "URL|FOLDER")]
    pub(super) book: String,
    #[command(flatten)]
    pub(super) trust: TrustArguments,
}

/// Prints a line for each thing that was looked at; ends at the first that is wrong.
pub(crate) async fn doctor(arguments: DoctorArguments, out: &mut Out) -> Result<u8, Error> {
    let DoctorArguments { book, trust } = arguments;
    let source = Source::named(&book, PATIENCE)?;
    let (lines, wrong) = tokio::task::spawn_blocking(move || look(&source, &trust)).await??;
    for line in lines {
        out.say(format_args!("good: {line}"))?;
    }
    match wrong {
        None => Ok(0),
        Some(wrong) => {
            out.say(format_args!("wrong: {wrong}"))?;
            Ok(1)
        }
    }
}

/// What is good, and the first thing that is not.
fn look(source: &Source, trust: &TrustArguments) -> Result<(Vec<String>, Option<String>), Error> {
    let mut good = Vec::new();
    let trust = match trust.trust(source)? {
        Ok(trust) => trust,
        Err(wrong) => return Ok((good, Some(wrong))),
    };
    good.push("the key can be read".to_owned());
    let note: Result<Note, tlog::Error> = String::from_utf8_lossy(&source.read("checkpoint")?).parse();
    let checkpoint = match note.and_then(|note| trust.policy.verify(&note)) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return Ok((good, Some(format!("checkpoint: {error}")))),
    };
    good.push(format!(
        "the checkpoint of {} with {} entries is signed",
        checkpoint.origin(),
        checkpoint.size()
    ));
    let last = trust.seen.checkpoint()?;
    let stands = trust.succession.stands_in(source, &checkpoint);
    match stands.and_then(|()| sample(source, &checkpoint, last.as_ref(), &mut good)) {
        Ok(()) => Ok((good, None)),
        Err(TileError::Wrong(error)) => Ok((good, Some(error.to_string()))),
        Err(TileError::Fetch(error)) if error.is_not_found() || error.is_no_file() => {
            Ok((good, Some(error.sentence())))
        }
        Err(TileError::Fetch(error)) => Err(*error),
    }
}

/// The first and the last entry, and that the book goes on where it was seen last.
fn sample(
    source: &Source,
    checkpoint: &Checkpoint,
    last: Option<&Checkpoint>,
    good: &mut Vec<String>,
) -> Result<(), TileError> {
    let size = checkpoint.size();
    let mut reader = TileReader::new(size, checkpoint.root())?;
    if size > 0 {
        for index in [0, size - 1] {
            same_entry(source, &mut reader, index, size)?;
        }
        good.push("the first and the last entry stand in the tree".to_owned());
    }
    if let Some(last) = last {
        let proof = reader.consistency_proof(last.size(), |tile| source.tile(tile))?;
        verify_consistency((last.size(), &last.root()), (size, &checkpoint.root()), &proof)?;
        good.push(format!("it goes on where it was seen last, at {} entries", last.size()));
    }
    Ok(())
}

/// Compares an entry that is offered with its hash in the tree.
fn same_entry(source: &Source, reader: &mut TileReader, index: u64, size: u64) -> Result<(), TileError> {
    let number = index / TILE_HASHES;
    let missing = tlog::Error::NoSuchEntry { index, size };
    let tile = Tile::in_tree(Level::Entries, number, size).ok_or_else(|| missing.clone())?;
    let bytes = source.read(&tile.to_string())?;
    let entries = decode_bundle(&bytes, tile.width())?;
    let place = usize::try_from(index % TILE_HASHES).unwrap_or(usize::MAX);
    let computed = Hash::of_leaf(entries.get(place).ok_or(missing)?);
    let expected = reader.leaf(index, |tile| source.tile(tile))?;
    if computed == expected { Ok(()) } else { Err(tlog::Error::NotIncluded { computed, expected }.into()) }
}
