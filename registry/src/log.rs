//! The record book: every release, card and withdrawal is entered for ever, and anybody can prove it.
//!
//! An entry waits in `log_pending` from the transaction that gives rise to it. A round gives waiting entries their
//! places and makes that durable, then signs, then writes the checkpoint into the guard outside the database, and only
//! then shows it. Nothing is signed that a crash could take back.

mod append;
mod audit;
mod begin;
mod book;
mod cosign;
mod handover;
mod outbox;
mod past;
mod policy;
mod read;
mod refusal;
mod round;

use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use blobs::{BlobStore, Guard};
use tlog::{NoteSigner, NoteVerifier};
use tokio::sync::{Mutex, Notify, watch};
use witness::Witnesses;

use crate::{Error, Registry};

pub(crate) use begin::is_begun;
pub use book::{BookEntry, BookPage, Published, Record};
pub use handover::KeyRole;
pub(crate) use outbox::{
    RemovalFacts, enter, keep_document, keep_withdrawal, of_card, of_release, of_removal, of_withdrawal,
    removal_entry,
};
pub use read::{LogEntry, LogQuery, StoredDocument};
pub use refusal::LogRefusal;

/// What the record book is kept with.
#[derive(Debug)]
pub struct LogKeeper {
    /// Signs checkpoints; its name is the record book's origin.
    pub signer: NoteSigner,
    /// File of the guard. Where the bytes lie in a bucket the guard does too, and this is not used.
    pub guard: PathBuf,
    /// Who is asked to cosign checkpoints.
    pub witnesses: Option<Witnesses>,
}

/// The record book as this process keeps it.
pub(crate) struct Log {
    signer: NoteSigner,
    guard: Guard,
    witnesses: Option<Witnesses>,
    /// Rung when an entry waits.
    bell: Notify,
    /// Entries that a published checkpoint covers, as far as this process knows.
    published: watch::Sender<u64>,
    /// The key of the newest checkpoint that is out.
    shown_key: RwLock<NoteVerifier>,
    /// One round at a time.
    turn: Mutex<()>,
}

/// The guard of the record book at this place, or in the bucket of the bytes.
pub(crate) fn guard_at(store: &BlobStore, file: PathBuf) -> Guard {
    Guard::in_bucket(store, "log").unwrap_or_else(|| Guard::in_file(file))
}

impl Log {
    fn new(registry: &Registry, keeper: LogKeeper) -> Self {
        let LogKeeper { signer, guard, witnesses } = keeper;
        let guard = guard_at(registry.store(), guard);
        let (published, _nobody_yet) = watch::channel(0);
        let shown_key = RwLock::new(signer.verifier().clone());
        Self { signer, guard, witnesses, bell: Notify::new(), published, shown_key, turn: Mutex::new(()) }
    }

    fn show_key(&self, key: &NoteVerifier) {
        *self.shown_key.write().unwrap_or_else(PoisonError::into_inner) = key.clone();
    }

    fn origin(&self) -> &str {
        self.signer.verifier().name().as_str()
    }
}

impl Registry {
    /// The record book.
    fn log(&self) -> Result<&Log, Error> {
        self.0.log.get().ok_or(Error::LogStuck { reason: "it is not open" })
    }

    /// Tells whoever keeps the record book that an entry waits.
    pub(crate) fn ring_log(&self) {
        if let Some(log) = self.0.log.get() {
            log.bell.notify_one();
        }
    }

    /// How many entries the newest checkpoint covers, as far as this process knows. No SQL statement.
    ///
    /// # Errors
    /// [`Error::LogStuck`] before [`Registry::open_log`].
    pub fn log_shown(&self) -> Result<u64, Error> {
        Ok(*self.log()?.published.borrow())
    }

    /// The key that checkpoints are to be checked with, as text.
    ///
    /// # Errors
    /// [`Error::LogStuck`] before [`Registry::open_log`].
    pub fn log_key(&self) -> Result<String, Error> {
        Ok(self.log()?.shown_key.read().unwrap_or_else(PoisonError::into_inner).to_string())
    }
}
