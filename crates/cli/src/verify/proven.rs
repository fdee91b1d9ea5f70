//! Steps four to seven: the release stands in the record book, the record book is signed and seen by witnesses, and it is
//! the one that was seen before.

use std::path::Path;

use domain::{Entry, EntryKind};
use tlog::{
    Checkpoint, Hash, Note, NoteVerifier, Policy, ProofFile, TileReader, verify_consistency, verify_inclusion,
};

use super::seen::Seen;
use super::{Finding, Report, Step};
use crate::client::Client;
use crate::error::Error;
use crate::evidence::{Evidence, Piece, Pieces};
use crate::record::{Source, TileError};
use crate::succession::Succession;

/// In what an entry is not that of the release.
fn differs(entry: &Entry, evidence: &Evidence) -> Option<String> {
    let Entry { coordinates, doc, .. } = entry;
    let document = &evidence.document;
    let (id, version) = (document.repository.id.to_string(), document.version.to_string());
    [
        ("kind", coordinates.kind.to_string(), EntryKind::Release.to_string()),
        ("id", coordinates.id.to_string(), id),
        ("ver", coordinates.ver.clone(), version),
        ("doc", doc.hex(), evidence.digest.hex()),
    ]
    .into_iter()
    .find(|(_, found, asked)| found != asked)
    .map(|(field, found, asked)| {
        format!("the entry is another one: its `{field}` is `{found}`, that of the release is `{asked}`")
    })
}

/// Where a check looks besides the evidence.
pub(super) struct Around<'a> {
    pub(super) client: Option<&'a Client>,
    pub(super) state: Option<&'a Path>,
    pub(super) policy: Option<&'a Path>,
}

/// Checks the proof. What is wrong goes into the report.
pub(super) async fn check(
    evidence: &Evidence,
    pieces: &Pieces,
    around: &Around<'_>,
    report: &mut Report,
) -> Result<(), Error> {
    let Some(text) = pieces.text(Piece::Proof) else {
        report.leave_out("record book: there is no proof (release.tlog-proof)");
        return Ok(());
    };
    let fault = |step, wrong: String| Finding::of(step, &Piece::Proof.file(), wrong);
    let proof: ProofFile = match text.parse() {
        Ok(proof) => proof,
        Err(error) => {
            report.findings.push(fault(Step::Inclusion, tlog::Error::to_string(&error)));
            return Ok(());
        }
    };
    let Some(leaf) = entry_of(&proof, evidence, report) else { return Ok(()) };
    if let Err(error) = included(&proof, &leaf) {
        report.findings.push(fault(Step::Inclusion, error.to_string()));
    }
    let Some(mut policy) = policy(pieces, around, report)? else { return Ok(()) };
    let Some(succession) = succession(&proof, around, &mut policy, report).await? else { return Ok(()) };
    if let Some(wrong) = stray_key(pieces, &policy) {
        report.findings.push(Finding::of(Step::Log, &Piece::LogKey.file(), wrong));
        return Ok(());
    }
    let checkpoint = match policy.verify(&proof.checkpoint) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            report.findings.push(fault(Step::Log, error.to_string()));
            return Ok(());
        }
    };
    if !report.findings.is_empty() {
        // Nothing of a bad release is remembered.
        return Ok(());
    }
    let seen = Seen::of(checkpoint.origin(), around.state)?;
    if !same_keys(&seen, (pieces, &succession), proof.index, report)? {
        return Ok(());
    }
    let proven = (&checkpoint, &proof.checkpoint);
    let compared = remember(&seen, proven, (&policy, around.client, &succession), report).await?;
    if compared && report.findings.is_empty() {
        keep_keys(&seen, pieces, &succession)?;
    }
    Ok(())
}

/// The fourth step: the entry that the proof carries is that of this release. Gives its hash.
fn entry_of(proof: &ProofFile, evidence: &Evidence, report: &mut Report) -> Option<Hash> {
    let mut fault = |wrong: String| {
        report.findings.push(Finding::of(Step::Entry, &Piece::Proof.file(), wrong));
        None
    };
    let Some(leaf) = &proof.extra else {
        return fault("the proof carries no entry (`extra`); ask the registry for a new one".to_owned());
    };
    let entry = match Entry::from_bytes(leaf) {
        Ok(entry) => entry,
        Err(error) => return fault(format!("the proof carries no entry of a record book: {error}")),
    };
    match differs(&entry, evidence) {
        Some(wrong) => fault(wrong),
        None => Some(Hash::of_leaf(leaf)),
    }
}

/// The fifth step. Who signed the checkpoint is the sixth.
fn included(proof: &ProofFile, leaf: &Hash) -> Result<(), tlog::Error> {
    let checkpoint: Checkpoint = proof.checkpoint.text().parse()?;
    verify_inclusion(proof.index, checkpoint.size(), leaf, &proof.hashes, &checkpoint.root())
}

/// Whom to trust: the policy that was named, else that of the evidence, else the log's key alone.
fn policy(pieces: &Pieces, around: &Around<'_>, report: &mut Report) -> Result<Option<Policy>, Error> {
    if let Some(path) = around.policy {
        let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
        let parsed: Result<Policy, tlog::Error> = text.parse();
        return parsed.map(Some).map_err(|error| Error::Usage(format!("`{}`: {error}", path.display())));
    }
    let parsed = match (pieces.text(Piece::Policy), pieces.text(Piece::LogKey)) {
        (Some(text), _) => text.parse().map_err(|error| (Piece::Policy, error)),
        (None, Some(key)) => {
            let key: Result<NoteVerifier, _> = key.trim_end_matches('\n').parse();
            key.and_then(Policy::of_log).map_err(|error| (Piece::LogKey, error))
        }
        (None, None) => {
            report.leave_out("record book: there is no key of the record book (log.vkey)");
            return Ok(None);
        }
    };
    match parsed {
        Ok(policy) => Ok(Some(policy)),
        Err((piece, error)) => {
            report.findings.push(Finding::of(Step::Log, &piece.file(), tlog::Error::to_string(&error)));
            Ok(None)
        }
    }
}

/// Why the key beside a policy is not one of those that the policy trusts; it would be remembered otherwise.
fn stray_key(pieces: &Pieces, policy: &Policy) -> Option<String> {
    let text = pieces.text(Piece::LogKey)?;
    let key: Result<NoteVerifier, tlog::Error> = text.trim_end_matches('\n').parse();
    match key {
        Err(error) => Some(error.to_string()),
        Ok(key) if policy.logs().iter().any(|log| log.key == key) => None,
        Ok(_) => Some("this key is not one that the policy names".to_owned()),
    }
}

/// The keys that gave way to others, as the record book says, or as it said when it was asked last. The policy learns
/// of them. `None`: what it says does not hold, which is in the report then.
async fn succession(
    proof: &ProofFile,
    around: &Around<'_>,
    policy: &mut Policy,
    report: &mut Report,
) -> Result<Option<Succession>, Error> {
    let asked = match around.client {
        None => None,
        Some(client) => {
            let source = Source::site(client.clone());
            tokio::task::spawn_blocking(move || Succession::read(&source)).await?.ok()
        }
    };
    // Whose book it is remains to be verified; this only names a folder.
    let origin = proof.checkpoint.text().lines().next().unwrap_or_default();
    let kept = Succession::read(&Seen::of(origin, around.state)?.succession())?;
    let known = match asked {
        Some(Ok(asked)) => kept.and_then(|kept| asked.goes_on_from(&kept).map(|()| asked)),
        Some(wrong) => wrong,
        None => kept,
    };
    match known.and_then(|known| known.lead(policy).map(|()| known)) {
        Ok(known) => Ok(Some(known)),
        Err(wrong) => {
            report.findings.push(Finding::about(Step::Key, wrong));
            Ok(None)
        }
    }
}

/// The keys that belong to a record book; the same for ever unless the book itself says otherwise.
const KEYS: [Piece; 2] = [Piece::RegistryKey, Piece::LogKey];

/// Whether the keys are those seen before, or followed them or were followed by them; and that the registry's key had
/// not given way yet when the release was entered.
fn same_keys(
    seen: &Seen,
    (pieces, succession): (&Pieces, &Succession),
    entry: u64,
    report: &mut Report,
) -> Result<bool, Error> {
    for piece in KEYS {
        let Some(now) = pieces.text(piece) else { continue };
        let before = seen.text(piece.file())?;
        if before.is_some_and(|before| !succession.joins(piece, &now, &before)) {
            let wrong = "this is another key than the one seen before for this record book, and no handover from one to \
                         the other is known; the server is asked for handovers without --offline";
            report.findings.push(Finding::of(Step::Key, &piece.file(), wrong.to_owned()));
            return Ok(false);
        }
    }
    let pem = pieces.text(Piece::RegistryKey).unwrap_or_default();
    if let Some(until) = succession.registry_key_until(&pem).filter(|until| entry > *until) {
        let wrong = format!("this key gave way with entry {until}, but the release is entry {entry}");
        report.findings.push(Finding::of(Step::Key, &Piece::RegistryKey.file(), wrong));
        return Ok(false);
    }
    Ok(true)
}

fn keep_keys(seen: &Seen, pieces: &Pieces, succession: &Succession) -> Result<(), Error> {
    seen.keep_succession(succession)?;
    for piece in KEYS {
        if let Some(text) = pieces.text(piece) {
            seen.keep(piece.file(), &succession.newest(piece, &text))?;
        }
    }
    Ok(())
}

/// The seventh step: the record book of the proof, the one seen last, and the present one are one and the same book, and
/// its handovers stand in it. Whether all of that could be compared.
async fn remember(
    seen: &Seen,
    (proven, note): (&Checkpoint, &Note),
    (policy, client, succession): (&Policy, Option<&Client>, &Succession),
    report: &mut Report,
) -> Result<bool, Error> {
    let last = seen.checkpoint()?;
    let Some(client) = client else {
        return offline(seen, last.as_ref(), (proven, note), report);
    };
    let source = Source::site(client.clone());
    let present = match source.checkpoint(policy).await {
        Ok(present) => present,
        Err(TileError::Fetch(error)) => {
            report.leave_out(&format!("record book: {}", error.sentence()));
            return Ok(false);
        }
        Err(TileError::Wrong(error)) => {
            report
                .findings
                .push(Finding::about(Step::Consistency, format!("the present record book: {error}")));
            return Ok(false);
        }
    };
    let (present_note, present) = present;
    for earlier in [Some(proven), last.as_ref()].into_iter().flatten() {
        match continues(&source, earlier, &present).await? {
            Ok(()) => {}
            Err(TileError::Fetch(error)) => {
                report.leave_out(&format!("record book: {}", error.sentence()));
                return Ok(false);
            }
            Err(TileError::Wrong(error)) => {
                report.findings.push(Finding::about(Step::Consistency, error.to_string()));
                return Ok(false);
            }
        }
    }
    let (book, steps) = (present.clone(), succession.clone());
    match tokio::task::spawn_blocking(move || steps.stands_in(&source, &book)).await? {
        Ok(()) => {}
        Err(TileError::Fetch(error)) => {
            report.leave_out(&format!("record book: {}", error.sentence()));
            return Ok(false);
        }
        Err(TileError::Wrong(error)) => {
            report.findings.push(Finding::about(Step::Key, format!("a handover: {error}")));
            return Ok(false);
        }
    }
    seen.keep_checkpoint(&present_note)?;
    Ok(true)
}

/// Whether one tree is the beginning of another, asked of tiles that nobody has to trust.
pub(super) async fn continues(
    source: &Source,
    earlier: &Checkpoint,
    later: &Checkpoint,
) -> Result<Result<(), TileError>, Error> {
    let (source, earlier, later) = (source.clone(), earlier.clone(), later.clone());
    let asking = move || {
        if earlier.origin() != later.origin() {
            return Err(TileError::Wrong(tlog::Error::UnknownLog { found: later.origin().to_owned() }));
        }
        let mut reader = TileReader::new(later.size(), later.root())?;
        let proof = reader.consistency_proof(earlier.size(), |tile| source.tile(tile))?;
        let (old, new) = ((earlier.size(), &earlier.root()), (later.size(), &later.root()));
        Ok(verify_consistency(old, new, &proof)?)
    };
    Ok(tokio::task::spawn_blocking(asking).await?)
}

/// Without a network only books of the same size can be compared; the first one is remembered.
fn offline(
    seen: &Seen,
    last: Option<&Checkpoint>,
    (proven, note): (&Checkpoint, &Note),
    report: &mut Report,
) -> Result<bool, Error> {
    match last {
        None => {
            seen.keep_checkpoint(note)?;
            Ok(true)
        }
        Some(last) if last.size() == proven.size() => {
            if last.root() != proven.root() {
                let (size, computed, expected) = (last.size(), proven.root(), last.root());
                let error = tlog::Error::Inconsistent { size, computed, expected };
                report.findings.push(Finding::about(Step::Consistency, error.to_string()));
            }
            Ok(true)
        }
        Some(last) => {
            report.remarks.push(format!(
                "the record book of the proof ({} entries) was not compared with the one seen last ({} entries): \
                 that needs the server",
                proven.size(),
                last.size()
            ));
            Ok(false)
        }
    }
}
