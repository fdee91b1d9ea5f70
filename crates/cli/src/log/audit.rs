//! `vitrine log audit`: everything in a record book, computed again from its entries.

mod walk;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use tlog::{Checkpoint, Note};

use super::PATIENCE;
use super::trust::{Trust, TrustArguments};
use crate::error::Error;
use crate::out::Out;
use crate::record::Source;
use crate::succession::Succession;

pub(super) use walk::{KeyEntry, Walk, walk};

/// Arguments of `vitrine log audit`.
#[derive(Args, Debug)]
pub(crate) struct AuditArguments {
    /// Address of a Vitrine or of a record book, or a folder with the files of one
    #[arg(value_name = "URL|FOLDER")]
    pub(super) book: String,
    /// File with an older checkpoint, which must be the beginning of this record book; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) checkpoint: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) trust: TrustArguments,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What an audit found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The record book.
    pub(super) checkpoint: Option<Checkpoint>,
    /// Everything that is wrong, as sentences.
    pub(super) wrong: Vec<String>,
    /// Older checkpoints that were compared.
    pub(super) older: usize,
}

/// Reads a whole record book.
pub(crate) async fn audit(arguments: AuditArguments, out: &mut Out) -> Result<u8, Error> {
    let AuditArguments { book, checkpoint, trust, json } = arguments;
    let source = Source::named(&book, PATIENCE)?;
    let auditing = move || check(&source, &trust, &checkpoint, None);
    let found = tokio::task::spawn_blocking(auditing).await??;
    tell(&found, json, out)
}

/// Checks a record book, and copies it to a folder where one is named. Blocks.
pub(super) fn check(
    source: &Source,
    trust: &TrustArguments,
    older: &[PathBuf],
    copy: Option<&std::path::Path>,
) -> Result<Found, Error> {
    let wrong = |sentence: String| Found { wrong: vec![sentence], ..Found::default() };
    let trust = match trust.trust(source)? {
        Ok(trust) => trust,
        Err(sentence) => return Ok(wrong(sentence)),
    };
    let Trust { policy, seen, succession, .. } = &trust;
    let signed = source.read("checkpoint")?;
    let note: Result<Note, tlog::Error> = String::from_utf8_lossy(&signed).parse();
    let verified = note.and_then(|note| policy.verify(&note).map(|checkpoint| (note, checkpoint)));
    let (note, checkpoint) = match verified {
        Ok(verified) => verified,
        Err(error) => return Ok(wrong(format!("checkpoint: {error}"))),
    };
    let mut found = Found { checkpoint: Some(checkpoint.clone()), ..Found::default() };
    let mut earlier = Vec::new();
    for path in older {
        let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
        let note: Result<Note, tlog::Error> = text.parse();
        match note.and_then(|note| policy.verify(&note)) {
            Ok(checkpoint) => earlier.push((path.display().to_string(), checkpoint)),
            Err(error) => found.wrong.push(format!("`{}`: {error}", path.display())),
        }
    }
    earlier.extend(seen.checkpoint()?.map(|checkpoint| ("the checkpoint seen last".to_owned(), checkpoint)));
    found.older = earlier.len();
    let keys = walk(&Walk { source, checkpoint: &checkpoint, earlier: &earlier, copy }, &mut found.wrong)?;
    if found.wrong.is_empty() {
        compare_keys(&keys, succession, &mut found.wrong);
    }
    if found.wrong.is_empty() {
        if let Some(folder) = copy {
            for (path, bytes) in succession.files() {
                super::export::put(folder, path, bytes)?;
            }
            super::export::put(folder, "checkpoint", &signed)?;
        }
        trust.keep(&note)?;
    }
    Ok(found)
}

/// Compares the entries about keys with the handovers that the record book offers: none may be kept back.
fn compare_keys(stand: &[KeyEntry], succession: &Succession, wrong: &mut Vec<String>) {
    let offered: BTreeMap<u64, String> =
        succession.entries().map(|(entry, ver, doc)| (entry, format!("{ver} {}", doc.hex()))).collect();
    let stand: BTreeMap<u64, String> =
        stand.iter().map(|KeyEntry { entry, ver, doc }| (*entry, format!("{ver} {doc}"))).collect();
    for (entry, said) in &stand {
        if offered.get(entry) != Some(said) {
            let path = said.split(' ').next().unwrap_or_default().replace('.', "/");
            wrong.push(format!("entry {entry}: a key gave way, but keys/{path} is not what it is about"));
        }
    }
    for entry in offered.keys().filter(|entry| !stand.contains_key(entry)) {
        wrong.push(format!("entry {entry}: a handover names it, but it is about no key"));
    }
}

/// Says what was found.
pub(super) fn tell(found: &Found, json: bool, out: &mut Out) -> Result<u8, Error> {
    let good = found.wrong.is_empty();
    let (origin, size) =
        found.checkpoint.as_ref().map_or(("?", 0), |checkpoint| (checkpoint.origin(), checkpoint.size()));
    if json {
        out.say(json!({
            "outcome": if good { "ok" } else { "mismatch" },
            "origin": origin, "size": size, "older_checkpoints": found.older, "findings": found.wrong,
        }))?;
        return Ok(u8::from(!good));
    }
    for wrong in &found.wrong {
        out.say(wrong)?;
    }
    if good {
        out.say(format_args!(
            "All good: {size} entries of {origin}, every tile, and {} older checkpoints",
            found.older
        ))?;
    } else {
        out.say(format_args!(
            "The record book {origin} does not hold: {} things are wrong",
            found.wrong.len()
        ))?;
    }
    Ok(u8::from(!good))
}
