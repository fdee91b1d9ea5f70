//! What is answered where something was removed: that it was, why and when, and nothing else.

use domain::{Digest, RepositoryName, Slug, Uuid};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::access::Place;
use crate::entity::{release, removal, removed_digest, removed_name};
use crate::stored::{moment, word};
use crate::{Error, Registry};

/// The place of a repository, by its folded name.
pub(crate) fn repository_at(folded: &str) -> String {
    format!("/{folded}")
}

/// The place of a card.
pub(crate) fn card_at(slug: &Slug) -> String {
    format!("/cards/{slug}")
}

/// The place of one version of a card.
pub(crate) fn card_version_at(slug: &Slug, version: u32) -> String {
    format!("/cards/{slug}/v/{version}")
}

/// What is kept of a place's name.
pub(super) fn hash_of(place: &str) -> String {
    Digest::of(place.as_bytes()).hex()
}

/// Refuses a name that led to what was removed: nothing else is ever found there.
pub(crate) async fn refuse_removed_name(
    db: &impl ConnectionTrait,
    place: &str,
    refusal: Error,
) -> Result<(), Error> {
    match removed_name::Entity::find_by_id(hash_of(place)).one(db).await? {
        Some(_) => Err(refusal),
        None => Ok(()),
    }
}

impl Registry {
    /// Why nothing is at this place: it was removed, or else what was to be said.
    pub(crate) async fn missing_at(&self, place: &str, otherwise: Error) -> Error {
        let looked = removed_name::Entity::find_by_id(hash_of(place)).one(self.db()).await;
        match looked {
            Ok(Some(row)) => self.removed(row.release).await.unwrap_or_else(|error| error),
            Ok(None) => otherwise,
            Err(error) => error.into(),
        }
    }

    /// The repository that had this name until it was removed.
    pub(super) async fn removed_repository(&self, name: &RepositoryName) -> Result<Option<Uuid>, Error> {
        let hash = hash_of(&repository_at(&name.folded()));
        let Some(row) = removed_name::Entity::find_by_id(hash).one(self.db()).await? else { return Ok(None) };
        let row = release::Entity::find_by_id(row.release).one(self.db()).await?;
        Ok(row.map(|row| row.repository))
    }

    /// Why there are no bytes of this digest: [`Error::Removed`], else [`Error::BlobNotFound`].
    pub async fn missing_bytes(&self, digest: &Digest) -> Error {
        match removed_digest::Entity::find_by_id(digest.hex()).one(self.db()).await {
            Ok(Some(row)) => self.removed(row.release).await.unwrap_or_else(|error| error),
            Ok(None) => Error::BlobNotFound { digest: *digest },
            Err(error) => error.into(),
        }
    }

    /// Why a revision leads nowhere: it names a release that was removed, or its commit.
    pub(crate) async fn missing_revision(&self, place: &Place, revision: &str, otherwise: Error) -> Error {
        let version = crate::tree::version_of(revision).map(|version| version.to_string());
        let named = match version {
            Some(version) => release::Column::Version.eq(version),
            None => release::Column::CommitId.eq(revision),
        };
        let row = release::Entity::find()
            .filter(release::Column::Repository.eq(place.id))
            .filter(release::Column::RemovedAt.is_not_null())
            .filter(named);
        match row.one(self.db()).await {
            Ok(Some(row)) => self.removed(row.id).await.unwrap_or_else(|error| error),
            Ok(None) => otherwise,
            Err(error) => error.into(),
        }
    }

    /// Whether a document or file of this digest was removed.
    pub(crate) async fn is_removed(&self, hex: &str) -> Result<bool, Error> {
        Ok(removed_digest::Entity::find_by_id(hex.to_owned()).one(self.db()).await?.is_some())
    }

    /// That a release was removed, as an error to whoever asks for it.
    pub(crate) async fn removed(&self, release: Uuid) -> Result<Error, Error> {
        let row = removal::Entity::find_by_id(release).one(self.db()).await?;
        let row = row.ok_or_else(|| Error::inconsistent("removals", release, "release"))?;
        Ok(Error::Removed {
            reason: word(&row.reason, "removals", release, "reason")?,
            at: moment(row.removed_at, "removals", release, "removed_at")?,
        })
    }

    /// That there is no such repository, or that it was removed.
    pub(crate) async fn missing_repository(&self, name: &RepositoryName) -> Error {
        let otherwise = Error::RepositoryNotFound { name: name.clone() };
        self.missing_at(&repository_at(&name.folded()), otherwise).await
    }
}
