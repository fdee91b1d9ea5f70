//! Keys of a record book and of its registry that gave way to others: read from the book, checked, and told to whoever
//! trusts one of them.

use domain::{Coordinates, Digest, Entry, EntryKind, Uuid};
use tlog::dsse::StatementVerifier;
use tlog::{
    Checkpoint, Hash, LogHandover, NoteVerifier, Policy, ProofFile, RegistryHandover, TileReader,
    verify_inclusion,
};

use crate::error::Error;
use crate::evidence::Piece;
use crate::record::{Source, TileError};

/// Most times that a key is followed.
const MOST: u64 = 1_000;
/// Whose key it is: the word in addresses and entries.
const LOG: &str = "log";
const REGISTRY: &str = "registry";
/// How the address of a handover's proof ends.
const PROOF: &str = ".tlog-proof";

/// A key that gave way to the next.
#[derive(Clone, Debug)]
struct Step<K> {
    old: K,
    new: K,
    /// Number of the entry that says so.
    entry: u64,
}

/// One file of a record book: its path, and its bytes.
type BookFile = (String, Vec<u8>);

/// All handovers of a record book, in their order. Each is signed by both keys; that it stands in a book signed by the
/// right key is known after [`Succession::lead`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Succession {
    log: Vec<Step<NoteVerifier>>,
    registry: Vec<Step<StatementVerifier>>,
    proofs: Vec<(String, ProofFile)>,
    files: Vec<BookFile>,
}

impl Succession {
    /// Reads the handovers that a record book offers. Blocks.
    ///
    /// The inner error says what is wrong with them.
    pub(crate) fn read(source: &Source) -> Result<Result<Self, String>, Error> {
        let mut succession = Self::default();
        for role in [LOG, REGISTRY] {
            for number in 1..=MOST {
                let path = format!("keys/{role}/{number}");
                let proof_path = format!("{path}{PROOF}");
                let Some(document) = offered(source, &path)? else { break };
                // Without a proof it is not out yet; an audit finds one that is kept back.
                let Some(proof) = offered(source, &proof_path)? else { break };
                if let Err(wrong) = succession.add((role, number), &document, &proof) {
                    return Ok(Err(format!("{path}: {wrong}")));
                }
                succession.files.extend([(path, document), (proof_path, proof)]);
            }
        }
        Ok(Ok(succession))
    }

    fn add(&mut self, (role, number): (&str, u64), document: &[u8], proof: &[u8]) -> Result<(), String> {
        let wrong = |error: tlog::Error| error.to_string();
        let text = String::from_utf8_lossy(document);
        let proof: ProofFile = String::from_utf8_lossy(proof).parse().map_err(wrong)?;
        let entry = Entry::from_bytes(proof.extra.as_deref().unwrap_or_default());
        let entry = entry.map_err(|error| format!("its proof carries no entry: {error}"))?;
        if entry.coordinates != coordinates(role, number) || entry.doc != Digest::of(document) {
            return Err("its proof is about something else".to_owned());
        }
        let checkpoint: Checkpoint = proof.checkpoint.text().parse().map_err(wrong)?;
        let origin = checkpoint.origin();
        let said = if role == LOG {
            let LogHandover { number, old, new } = text.parse().map_err(wrong)?;
            if old.name().as_str() != origin {
                return Err(format!("it is about `{}`, not about `{origin}`", old.name()));
            }
            follow(&mut self.log, Step { old, new, entry: proof.index })?;
            number
        } else {
            let RegistryHandover { number, old, new } =
                RegistryHandover::read(document, origin).map_err(wrong)?;
            follow(&mut self.registry, Step { old, new, entry: proof.index })?;
            number
        };
        if said != number {
            return Err(format!("it says that it is number {said}"));
        }
        self.proofs.push((format!("keys/{role}/{number}{PROOF}"), proof));
        Ok(())
    }

    /// Has a policy that names one of the log's keys trust the others, each in its turn, and checks that the handovers
    /// stand in the book that they sign.
    ///
    /// # Errors
    /// A sentence that names the handover that does not.
    pub(crate) fn lead(&self, policy: &mut Policy) -> Result<(), String> {
        // Backward from a key in the middle, then forward from the first.
        for step in self.log.iter().rev().chain(&self.log) {
            policy.hand_over(&step.old, &step.new, step.entry);
        }
        let signers = policy.without_witnesses();
        for (path, proof) in &self.proofs {
            let stands = signers.verify(&proof.checkpoint).and_then(|checkpoint| {
                let leaf = Hash::of_leaf(proof.extra.as_deref().unwrap_or_default());
                verify_inclusion(proof.index, checkpoint.size(), &leaf, &proof.hashes, &checkpoint.root())
            });
            stands.map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(())
    }

    /// That the entries of all handovers stand in the book with this checkpoint, which was verified. Blocks.
    ///
    /// # Errors
    /// [`TileError::Wrong`] for one that does not.
    pub(crate) fn stands_in(&self, source: &Source, book: &Checkpoint) -> Result<(), TileError> {
        if self.proofs.is_empty() {
            return Ok(());
        }
        let (size, root) = (book.size(), book.root());
        let mut reader = TileReader::new(size, root)?;
        for (_, proof) in &self.proofs {
            let expected = reader.leaf(proof.index, |tile| source.tile(tile))?;
            let computed = Hash::of_leaf(proof.extra.as_deref().unwrap_or_default());
            if computed != expected {
                return Err(tlog::Error::NotIncluded { computed, expected }.into());
            }
        }
        Ok(())
    }

    /// That all handovers are here that were kept before.
    ///
    /// # Errors
    /// A sentence that names the one that is missing or another one now.
    pub(crate) fn goes_on_from(&self, kept: &Self) -> Result<(), String> {
        let documents = kept.files.iter().filter(|(path, _)| !path.ends_with(PROOF));
        for (path, bytes) in documents {
            if !self.files.iter().any(|(known, same)| known == path && same == bytes) {
                return Err(format!("{path}: the record book no longer offers what it offered before"));
            }
        }
        Ok(())
    }

    /// Whether two texts of a key are the same key, or keys that followed each other.
    pub(crate) fn joins(&self, piece: Piece, one: &str, other: &str) -> bool {
        one.trim_end() == other.trim_end()
            || match piece {
                Piece::LogKey => joined(&self.log, log_key(one).as_ref(), log_key(other).as_ref()),
                Piece::RegistryKey => {
                    joined(&self.registry, registry_key(one).as_ref(), registry_key(other).as_ref())
                }
                _ => false,
            }
    }

    /// The text of the newest key that followed the one with this text; itself where none did.
    pub(crate) fn newest(&self, piece: Piece, text: &str) -> String {
        let newest = match piece {
            Piece::LogKey => log_key(text)
                .and_then(|key| last(&self.log, &key).cloned())
                .map(|newest| format!("{newest}\n")),
            Piece::RegistryKey => registry_key(text)
                .and_then(|key| last(&self.registry, &key).cloned())
                .and_then(|newest| newest.to_pem().ok()),
            _ => None,
        };
        newest.unwrap_or_else(|| text.to_owned())
    }

    /// The entry with which the registry's key with this text gave way, if it did.
    pub(crate) fn registry_key_until(&self, pem: &str) -> Option<u64> {
        let key = registry_key(pem)?;
        self.registry.iter().find(|step| step.old == key).map(|step| step.entry)
    }

    /// What the entries about keys must say: number, version, document.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, String, Digest)> {
        self.proofs.iter().filter_map(|(_, proof)| {
            let entry = Entry::from_bytes(proof.extra.as_deref()?).ok()?;
            Some((proof.index, entry.coordinates.ver, entry.doc))
        })
    }

    /// The files it was read from.
    pub(crate) fn files(&self) -> &[BookFile] {
        &self.files
    }
}

fn coordinates(role: &str, number: u64) -> Coordinates {
    Coordinates { kind: EntryKind::Key, id: Uuid::nil(), ver: format!("{role}.{number}") }
}

/// A file of the book; `None` where it offers none.
fn offered(source: &Source, path: &str) -> Result<Option<Vec<u8>>, Error> {
    match source.read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_not_found() || error.is_no_file() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a step behind the others.
fn follow<K: PartialEq>(steps: &mut Vec<Step<K>>, step: Step<K>) -> Result<(), String> {
    if let Some(before) = steps.last()
        && (before.new != step.old || before.entry >= step.entry)
    {
        return Err("it does not begin with the key that the one before ended with".to_owned());
    }
    if steps.iter().any(|before| before.old == step.new) {
        return Err("its new key is one that gave way before".to_owned());
    }
    steps.push(step);
    Ok(())
}

fn log_key(text: &str) -> Option<NoteVerifier> {
    text.trim_end_matches('\n').parse().ok()
}

fn registry_key(pem: &str) -> Option<StatementVerifier> {
    StatementVerifier::from_pem(pem).ok()
}

fn joined<K: PartialEq>(steps: &[Step<K>], one: Option<&K>, other: Option<&K>) -> bool {
    let known = |key: Option<&K>| {
        key.is_some_and(|key| steps.iter().any(|step| step.old == *key || step.new == *key))
    };
    known(one) && known(other)
}

fn last<'a, K: PartialEq>(steps: &'a [Step<K>], key: &K) -> Option<&'a K> {
    let known = steps.iter().any(|step| step.old == *key || step.new == *key);
    steps.last().filter(|_| known).map(|step| &step.new)
}
