//! Opening the record book: begun once, looked through each time, refused when it is not the one that was signed.

use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait as _, PaginatorTrait as _};
use tlog::{Checkpoint, Hash, Note};

use super::handover::Succession;
use super::{Log, LogKeeper, LogRefusal, outbox, past};
use crate::entity::log_head;
use crate::stored::count;
use crate::{Error, Registry};

/// The one row of `log_head`.
pub(super) const HEAD: i64 = 1;

/// How far the record book goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Head {
    pub(super) size: u64,
    pub(super) root: Hash,
}

impl Head {
    pub(super) fn read(row: &log_head::Model) -> Result<Self, Error> {
        let root = row.root.as_slice().try_into().map(Hash);
        let root = root.map_err(|_length| Error::inconsistent("log_head", row.id, "root"))?;
        Ok(Self { size: count(row.size, "log_head", row.id, "size")?, root })
    }
}

/// Whether a record book was begun in this database.
pub(crate) async fn is_begun(db: &impl ConnectionTrait) -> Result<bool, Error> {
    Ok(log_head::Entity::find_by_id(HEAD).count(db).await? == 1)
}

impl Registry {
    /// Whether a record book was begun in this database.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn log_begun(&self) -> Result<bool, Error> {
        is_begun(self.db()).await
    }

    /// Opens the record book and looks it through whole: every entry and every tile is hashed. The first time it is
    /// begun, and everything that was published before is entered in order of time. Once this returns nothing waits, unless witnesses that are needed did not answer.
    ///
    /// # Errors
    /// [`Error::LogRefused`] says in a sentence why this is not the record book that was signed.
    pub async fn open_log(&self, keeper: LogKeeper) -> Result<(), Error> {
        let log = Log::new(self, keeper);
        // The guard is read first: what other processes add meanwhile only makes the database longer.
        let guarded = log.guard.read().await?;
        let succession = self.succession(log.signer.verifier()).await?;
        if succession.last() != log.signer.verifier() {
            let named = |key: &tlog::NoteVerifier| format!("{}+{:08x}", key.name(), key.id());
            let (found, signs) = (named(log.signer.verifier()), named(succession.last()));
            return Err(LogRefusal::KeyReplaced { found, signs }.into());
        }
        let guarded = guarded.map(|guarded| log.verified(&guarded.text, &succession)).transpose()?;
        if !self.log_begun().await? {
            match &guarded {
                Some(guarded) if guarded.size() > 0 => {
                    return Err(LogRefusal::Older { found: 0, signed: guarded.size() }.into());
                }
                _none_or_empty => self.begin_log().await?,
            }
        }
        let published = self.last_checkpoint().await?;
        let published = published.map(|row| log.verified(&row.note, &succession)).transpose()?;
        if let Some(published) = &published {
            log.show_key(succession.of(published.size()));
        }
        if published.is_some() && guarded.is_none() {
            return Err(LogRefusal::GuardGone.into());
        }
        let signed: Vec<Checkpoint> = guarded.into_iter().chain(published).collect();
        self.audit_log(&signed).await?;
        let log = self.0.log.get_or_init(|| log);
        self.enter_policy(log).await?;
        loop {
            match self.round(log).await {
                Ok(round) if round.left_some() => {}
                // Witnesses may come back while the site runs.
                Err(Error::LogStuck { reason }) => {
                    tracing::warn!(reason, "The record book does not go on yet");
                    return Ok(());
                }
                round => return round.map(|_done| ()),
            }
        }
    }

    /// Writes down that there is a record book, and what has to stand in it: all or nothing.
    async fn begin_log(&self) -> Result<(), Error> {
        let change = self.begin().await?;
        let empty =
            log_head::ActiveModel { id: Set(HEAD), size: Set(0), root: Set(Hash::of_nothing().0.to_vec()) };
        match log_head::Entity::insert(empty).exec_without_returning(&*change).await {
            // Another process was faster.
            Err(error) if Error::is_duplicate(&error) => return Ok(()),
            inserted => inserted?,
        };
        for happened in past::past(&*change).await? {
            if let Some(document) = &happened.document {
                outbox::keep_withdrawal(&change, document, happened.at()?).await?;
            }
            outbox::enter(&change, &happened.entry).await?;
        }
        change.commit().await
    }
}

impl Log {
    /// A checkpoint that was signed by the key of this record book whose turn it was.
    pub(super) fn verified(&self, note: &str, succession: &Succession) -> Result<Checkpoint, Error> {
        let note: Note = note.parse()?;
        let checkpoint: Checkpoint = note.text().parse()?;
        let key = succession.of(checkpoint.size());
        let other = || LogRefusal::OtherKey { found: format!("{}+{:08x}", key.name(), key.id()) };
        note.verify(std::slice::from_ref(key)).map_err(|_not_ours| other())?;
        if checkpoint.origin() == self.origin() { Ok(checkpoint) } else { Err(other().into()) }
    }
}
