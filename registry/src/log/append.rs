//! The operator's own door to the record book.

use domain::Entry;

use super::outbox;
use crate::authorize::{Action, Resource, authorize};
use crate::{Actor, Error, Registry};

impl Registry {
    /// Has entries wait for the next round, all of them or none; those whose coordinates wait already are passed by.
    /// Durable when it returns; [`Registry::proven`] waits until one is published.
    ///
    /// # Errors
    /// [`Error::Forbidden`] and its kind to all but the operator, [`Error::Database`].
    pub async fn append(&self, actor: &Actor, entries: &[Entry]) -> Result<(), Error> {
        authorize(actor, Action::Administer, Resource::Platform)?;
        let change = self.begin().await?;
        outbox::enter_all(&change, entries).await?;
        change.commit().await?;
        // If we die here the next round finds them.
        self.ring_log();
        Ok(())
    }
}
