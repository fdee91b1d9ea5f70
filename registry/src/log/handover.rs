//! Keys that gave way to others: written down as entries of the record book, and who signs what because of them.

use domain::{Coordinates, Digest, Entry, EntryKind, Uuid};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use tlog::dsse::StatementSigner;
use tlog::{LogHandover, Note, NoteSigner, NoteVerifier, RegistryHandover};

use super::begin::HEAD;
use super::outbox;
use crate::entity::{document, log_head, log_leaf, log_pending, secret};
use crate::stored::{count, number as number_of};
use crate::{Error, LogRefusal, Registry};

/// Why a key is not given away twice.
const BEFORE_US: &str = "somebody else gave it away meanwhile";

/// Whose key it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyRole {
    /// It signs checkpoints of the record book.
    Log,
    /// It signs what the registry says of releases and cards.
    Registry,
}

impl KeyRole {
    /// The role as it stands in addresses and in the coordinates of entries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Registry => "registry",
        }
    }

    /// Where the entry about the handover with this number stands.
    #[must_use]
    pub fn coordinates(self, number: u64) -> Coordinates {
        let ver = format!("{}.{number}", self.as_str());
        Coordinates { kind: EntryKind::Key, id: Uuid::nil(), ver }
    }
}

/// A handover as it stands in the record book.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Kept {
    /// Number of its entry; `None`: it waits.
    entry: Option<u64>,
    digest: Digest,
    bytes: Vec<u8>,
}

/// Who signed, signs and will sign checkpoints.
#[derive(Clone, Debug)]
pub(super) struct Succession {
    /// Handovers that have their place: the key before, and the entry.
    before: Vec<(NoteVerifier, u64)>,
    /// The key behind the last of them.
    present: NoteVerifier,
    /// The key behind a handover that still waits.
    next: Option<NoteVerifier>,
}

impl Succession {
    /// Who signs a checkpoint of so many entries.
    pub(super) fn of(&self, size: u64) -> &NoteVerifier {
        let before = self.before.iter().find(|(_, entry)| size <= *entry);
        before.map_or(&self.present, |(key, _)| key)
    }

    /// Who signs once nothing waits.
    pub(super) fn last(&self) -> &NoteVerifier {
        self.next.as_ref().unwrap_or(&self.present)
    }

    /// Keys of the past, each with the entry from which on it signs nothing.
    pub(super) fn past(&self) -> &[(NoteVerifier, u64)] {
        &self.before
    }
}

impl Registry {
    /// Who signs checkpoints; `first` where no key ever gave way.
    pub(super) async fn succession(&self, first: &NoteVerifier) -> Result<Succession, Error> {
        let mut succession = Succession { before: Vec::new(), present: first.clone(), next: None };
        for kept in self.handovers(self.db(), KeyRole::Log).await? {
            let handover: LogHandover = String::from_utf8_lossy(&kept.bytes).parse()?;
            if let Some(entry) = kept.entry {
                succession.before.push((handover.old, entry));
                succession.present = handover.new;
            } else {
                if succession.before.is_empty() {
                    succession.present = handover.old;
                }
                succession.next = Some(handover.new);
            }
        }
        Ok(succession)
    }

    /// The keys that signed the record book before this one.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Inconsistent`].
    pub async fn former_log_keys(&self, present: &NoteVerifier) -> Result<Vec<NoteVerifier>, Error> {
        let Succession { before, present: last, next } = self.succession(present).await?;
        let gave_way = next.map(|_next| last);
        Ok(before.into_iter().map(|(key, _)| key).chain(gave_way).collect())
    }

    /// Has the record book say that its key gives way to another: the entry waits for the next round. Asked again with
    /// the same keys it says nothing new.
    ///
    /// # Errors
    /// [`Error::LogRefused`] where `old` is not the key that signs, or `new` has another name.
    pub async fn hand_over_log_key(&self, old: &NoteSigner, new: &NoteSigner) -> Result<(), Error> {
        let succession = self.succession(old.verifier()).await?;
        if succession.last() == new.verifier() {
            return Ok(());
        }
        if succession.last() != old.verifier() {
            return Err(LogRefusal::NoHandover { reason: "it is not the one that signs now" }.into());
        }
        if succession.next.is_some() {
            return Err(LogRefusal::NoHandover {
                reason: "its own handover still waits; start the site once",
            }
            .into());
        }
        let published = self.last_checkpoint().await?;
        let published =
            published.ok_or(LogRefusal::NoHandover { reason: "nothing was signed with it yet" })?;
        let note: Note = published.note.parse()?;
        if note.verify(std::slice::from_ref(old.verifier())).is_err() {
            return Err(LogRefusal::NoHandover { reason: "it is not the one that signs now" }.into());
        }
        let number = self.handovers(self.db(), KeyRole::Log).await?.len() as u64 + 1;
        let note = LogHandover::sign(number, old, new)?.to_string().into_bytes();
        self.enter_handover(KeyRole::Log, number, note, None).await
    }

    /// Has the record book say that the registry's key gives way to another. From then on `pin` names the new one.
    ///
    /// # Errors
    /// [`Error::LogRefused`] where `old` is not the key that signs.
    pub async fn hand_over_registry_key(
        &self,
        origin: &str,
        (old, new): (&StatementSigner, &StatementSigner),
        pin: &str,
    ) -> Result<(), Error> {
        let (was, is) = (old.verifier().hint()?, new.verifier().hint()?);
        let pinned = self.pinned(pin).await?;
        if pinned.as_ref() == Some(&is) {
            return Ok(());
        }
        if pinned.as_ref() != Some(&was) {
            return Err(LogRefusal::NoHandover { reason: "it is not the one that signs now" }.into());
        }
        let number = self.handovers(self.db(), KeyRole::Registry).await?.len() as u64 + 1;
        let document = RegistryHandover::sign(origin, number, old, new)?;
        self.enter_handover(KeyRole::Registry, number, document, Some((pin, (&was, &is)))).await
    }

    async fn enter_handover(
        &self,
        role: KeyRole,
        number: u64,
        bytes: Vec<u8>,
        pin: Option<(&str, (&str, &str))>,
    ) -> Result<(), Error> {
        let doc_type = match role {
            KeyRole::Log => LogHandover::TYPE,
            KeyRole::Registry => RegistryHandover::TYPE,
        };
        let change = self.begin().await?;
        // Rounds and other rotations wait: nobody gives places or numbers away until this is written down.
        log_head::Entity::find_by_id(HEAD).lock_exclusive().one(&*change).await?;
        let before = self.handovers(&*change, role).await?;
        if before.len() as u64 + 1 != number {
            return Err(LogRefusal::NoHandover { reason: BEFORE_US }.into());
        }
        let prev = before.last().map(|before| before.digest);
        let doc = Digest::of(&bytes);
        let entry = Entry::new(role.coordinates(number), (doc, doc_type), prev, self.now())?;
        outbox::keep_document(&change, (&entry, &bytes), entry.at).await?;
        outbox::enter(&change, &entry).await?;
        if let Some((name, (was, is))) = pin {
            let changed = secret::Entity::update_many()
                .col_expr(secret::Column::Bytes, Expr::value(is.as_bytes().to_vec()))
                .filter(secret::Column::Name.eq(name))
                .filter(secret::Column::Bytes.eq(was.as_bytes().to_vec()))
                .exec(&*change)
                .await?;
            if changed.rows_affected != 1 {
                return Err(LogRefusal::NoHandover { reason: BEFORE_US }.into());
            }
        }
        change.commit().await?;
        self.ring_log();
        Ok(())
    }

    /// The document of the handover with this number, once a published checkpoint holds its entry.
    ///
    /// # Errors
    /// [`Error::LogEntryNotFound`], [`Error::Database`].
    pub async fn handover(&self, role: KeyRole, number: u64) -> Result<Vec<u8>, Error> {
        let at = usize::try_from(number.wrapping_sub(1)).unwrap_or(usize::MAX);
        let all = self.handovers(self.db(), role).await?;
        let missing = || Error::LogEntryNotFound { coordinates: role.coordinates(number).to_string() };
        let size = self.last_checkpoint().await?.map_or(0, |row| row.size);
        let kept = all.into_iter().nth(at);
        let kept = kept.filter(|kept| kept.entry.is_some_and(|entry| number_of(entry) < size));
        Ok(kept.ok_or_else(missing)?.bytes)
    }

    /// All handovers of a role in their order, the one that waits last.
    async fn handovers(&self, db: &impl ConnectionTrait, role: KeyRole) -> Result<Vec<Kept>, Error> {
        let of_role = |coordinates: &Coordinates| coordinates.ver.starts_with(&format!("{}.", role.as_str()));
        let mut kept = Vec::new();
        // What waits is read first: it may get its place in between, and is seen twice then, not never.
        let waits = log_pending::Entity::find().filter(log_pending::Column::Kind.eq(EntryKind::Key.as_str()));
        let waits = waits.order_by_asc(log_pending::Column::Id).all(db).await?;
        let stands = log_leaf::Entity::find().filter(log_leaf::Column::Kind.eq(EntryKind::Key.as_str()));
        for row in stands.order_by_asc(log_leaf::Column::Idx).all(db).await? {
            let entry = Entry::from_bytes(&row.leaf)?;
            if of_role(&entry.coordinates) {
                let index = count(row.idx, "log_leaves", row.idx, "idx")?;
                kept.push(kept_of(db, Some(index), &entry).await?);
            }
        }
        for row in waits {
            let entry = Entry::from_bytes(&row.leaf)?;
            if of_role(&entry.coordinates) && kept.iter().all(|stands: &Kept| stands.digest != entry.doc) {
                kept.push(kept_of(db, None, &entry).await?);
            }
        }
        Ok(kept)
    }
}

async fn kept_of(db: &impl ConnectionTrait, index: Option<u64>, entry: &Entry) -> Result<Kept, Error> {
    let row = document::Entity::find_by_id(entry.doc.hex()).one(db).await?;
    let row = row.ok_or_else(|| Error::inconsistent("documents", entry.doc, "sha256"))?;
    if Digest::of(&row.bytes) != entry.doc {
        return Err(Error::inconsistent("documents", entry.doc, "bytes"));
    }
    Ok(Kept { entry: index, digest: entry.doc, bytes: row.bytes })
}
