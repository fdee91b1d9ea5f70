//! Whom to believe besides the record book itself, and that the record book says so.

use domain::{Coordinates, Digest, Entry, EntryKind, Uuid};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::{Log, outbox};
use crate::entity::{log_leaf, log_pending};
use crate::{Error, Registry};

/// What a policy's document is: its exact text.
const POLICY: &str = "c2sp.org/tlog-policy";

impl Log {
    /// Whom to believe, as C2SP tlog-policy.
    pub(super) fn policy(&self) -> String {
        match &self.witnesses {
            Some(witnesses) => witnesses.text().to_owned(),
            None => format!("log {}\nquorum none\n", self.signer.verifier()),
        }
    }
}

impl Registry {
    /// Whom to believe, as C2SP tlog-policy: the record book's key, and the witnesses that are asked. Keys that gave way
    /// stand above in comments, each with the number of entries up to which it signed.
    ///
    /// # Errors
    /// [`Error::LogStuck`] before [`Registry::open_log`].
    pub async fn log_policy(&self) -> Result<String, Error> {
        let log = self.log()?;
        let succession = self.succession(log.signer.verifier()).await?;
        let past = succession.past().iter();
        let past = past.fold(String::new(), |text, (key, entry)| {
            text + &format!("# up to {entry} entries: log {key}\n")
        });
        // Until the first checkpoint of a new key is out, readers need the one before.
        let (own, shown) = (log.signer.verifier().to_string(), self.log_key()?);
        Ok(past + &log.policy().replace(&own, &shown))
    }

    /// Has the record book say which witnesses are asked, where that is not what it said last.
    pub(super) async fn enter_policy(&self, log: &Log) -> Result<(), Error> {
        let text = log.policy();
        let doc = Digest::of(text.as_bytes());
        let last = self.last_policy().await?;
        let same = last.as_ref().map_or(log.witnesses.is_none(), |last| last.doc == doc);
        if same {
            return Ok(());
        }
        let before = last.as_ref().and_then(|last| last.coordinates.ver.parse::<u64>().ok()).unwrap_or(0);
        let coordinates =
            Coordinates { kind: EntryKind::Policy, id: Uuid::nil(), ver: (before + 1).to_string() };
        let entry = Entry::new(coordinates, (doc, POLICY), last.map(|last| last.doc), self.now())?;
        let change = self.begin().await?;
        outbox::keep_document(&change, (&entry, text.as_bytes()), entry.at).await?;
        outbox::enter(&change, &entry).await?;
        change.commit().await
    }

    /// The newest entry about a policy, whether it stands or waits.
    async fn last_policy(&self) -> Result<Option<Entry>, Error> {
        let waits =
            log_pending::Entity::find().filter(log_pending::Column::Kind.eq(EntryKind::Policy.as_str()));
        let waits = waits.order_by_desc(log_pending::Column::Id).one(self.db()).await?.map(|row| row.leaf);
        let stands = log_leaf::Entity::find().filter(log_leaf::Column::Kind.eq(EntryKind::Policy.as_str()));
        let stands = stands.order_by_desc(log_leaf::Column::Idx).one(self.db()).await?.map(|row| row.leaf);
        let Some(leaf) = waits.or(stands) else { return Ok(None) };
        Ok(Some(Entry::from_bytes(&leaf)?))
    }
}
