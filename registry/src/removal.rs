//! Removal by order: a release goes with its bytes and names. Hashes, the version and the record book's entries stay,
//! so that every proof goes on to hold and nobody can pretend that there never was anything.
//!
//! What is to go is written into a list outside the database first: a backup from before loses it again at its start.

mod erase;
mod history;
pub(crate) mod list;
mod plan;
mod shown;

use blobs::Guard;
use domain::{Digest, RemovalReason, RepositoryName, Timestamp, Version};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use crate::authorize::{Action, Resource, authorize};
use crate::database::LIST;
use crate::entity::{layout, release};
use crate::stored::word;
use crate::{Actor, Error, Registry};

pub(crate) use erase::removals;
use plan::Plan;
pub(crate) use shown::{card_at, card_version_at, refuse_removed_name, repository_at};

/// Longest name of an authority, in bytes.
const AUTHORITY_BYTES: usize = 1024;

/// Which release is to go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Condemned {
    /// The one of this name.
    Named(RepositoryName, Version),
    /// The one whose document has this digest.
    Document(Digest),
}

/// On whose word, and why.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Order {
    /// Why, as a code.
    pub reason: RemovalReason,
    /// Which court or authority, and under which number. It names no person.
    pub authority: Option<String>,
}

/// What a removal did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Removed {
    /// Objects of the store that went.
    pub objects: usize,
    /// Digests of files that stay, because another release or repository holds them.
    pub kept: Vec<Digest>,
    /// Whether the repository went too: it had no other release.
    pub repository: bool,
}

impl Registry {
    /// Removes a release by order, with every byte and name that nothing else needs. Asked again it finishes what was
    /// begun. The record book says so from the next round on.
    ///
    /// # Errors
    /// [`Error::ReleaseNotFound`], [`Error::RepositoryNotFound`], [`Error::BlobNotFound`] for a digest of no release;
    /// [`Error::Malformed`] for an authority that is no text; who may not: [`Error::Forbidden`].
    pub async fn remove_by_order(
        &self,
        actor: &Actor,
        which: &Condemned,
        order: &Order,
    ) -> Result<Removed, Error> {
        authorize(actor, Action::Administer, Resource::Platform)?;
        let authority = order.authority.as_deref();
        let checked =
            authority.map(|text| crate::text::plain("an authority", text, AUTHORITY_BYTES)).transpose()?;
        let order = Order { reason: order.reason, authority: checked.filter(|text| !text.is_empty()) };
        let row = self.condemned(actor, which).await?;
        let digest: Digest = word(&row.document, "releases", row.id, "document")?;
        let plan = Plan::of(self.db(), &row).await?;
        let objects = plan.objects.clone();
        let at = Timestamp::from_second(self.now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH);
        let entry = list::Entry { release: digest, order, at, objects };
        // If we die after this the next start of any process does the rest.
        let entry = list::add(&self.removals_list()?, entry).await?;
        self.erase(&row, &entry).await?;
        // From here on nothing leads to the bytes; if we die, the next start removes them.
        self.remove_objects(&entry).await?;
        self.0.db.wipe().await?;
        self.ring_log();
        let Plan { kept, whole: repository, .. } = plan;
        Ok(Removed { objects: entry.objects.len(), kept, repository })
    }

    /// Keeps the list of removals at this place, or in the bucket of the bytes, and removes again what came back.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Database`]; [`Error::Inconsistent`] for a list that cannot be read.
    pub async fn heed_removals(&self, file: std::path::PathBuf) -> Result<(), Error> {
        let list = self.0.removals.get_or_init(|| list::at(self.store(), file));
        let mut came_back = false;
        for entry in list::read(list).await? {
            let row = release::Entity::find().filter(release::Column::Document.eq(entry.release.hex()));
            if let Some(row) = row.one(self.db()).await?.filter(|row| row.removed_at.is_none()) {
                tracing::warn!(release.id = %row.id, "A removed release came back with a backup; it is removed again");
                self.erase(&row, &entry).await?;
                came_back = true;
            }
            self.remove_objects(&entry).await?;
        }
        if came_back { self.0.db.wipe().await } else { Ok(()) }
    }

    pub(crate) fn removals_list(&self) -> Result<Guard, Error> {
        let list = self.0.removals.get().cloned();
        list.ok_or_else(|| Error::inconsistent("removals", "list", "place"))
    }

    async fn condemned(&self, actor: &Actor, which: &Condemned) -> Result<release::Model, Error> {
        let (name, version) = match which {
            Condemned::Document(digest) => {
                let row = release::Entity::find().filter(release::Column::Document.eq(digest.hex()));
                return row.one(self.db()).await?.ok_or(Error::BlobNotFound { digest: *digest });
            }
            Condemned::Named(name, version) => (name, version),
        };
        let repository = match self.place(actor, Action::See, name).await {
            // Begun before, and perhaps not finished.
            Err(Error::Removed { .. }) => self.removed_repository(name).await?,
            place => Some(place?.id),
        };
        let row = release::Entity::find()
            .filter(release::Column::Repository.eq(repository))
            .filter(release::Column::Version.eq(version.to_string()));
        let missing = || Error::ReleaseNotFound { repository: name.clone(), version: version.clone() };
        row.one(self.db()).await?.ok_or_else(missing)
    }

    /// Removes the objects of a removal that no blob needs.
    async fn remove_objects(&self, entry: &list::Entry) -> Result<(), Error> {
        for some in entry.objects.chunks(LIST) {
            let needed = layout::Entity::find()
                .filter(layout::Column::ObjectKey.is_in(some.iter().map(String::as_str)))
                .all(self.db())
                .await?;
            for key in some.iter().filter(|key| needed.iter().all(|row| row.object_key != **key)) {
                self.store().remove(key).await?;
            }
        }
        Ok(())
    }
}
