//! Taking a repository away, which is possible until it has published.

use domain::{RepositoryName, Uuid};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::refuse_if_published;
use crate::authorize::Action;
use crate::database::Change;
use crate::entity::{access, branch, commit, redirect, repository, repository_blob};
use crate::refs::delete_tags;
use crate::{Actor, Error, Registry};

impl Registry {
    /// Takes a repository away with its branches, tags and commits. Its name is free again. Bytes that nothing else
    /// needs go with the next sweep.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`]; [`Error::RepositoryFixed`] once it has published; who may not:
    /// [`Error::Forbidden`].
    pub async fn delete_repository(&self, actor: &Actor, name: &RepositoryName) -> Result<(), Error> {
        let place = self.place(actor, Action::Rearrange, name).await?;
        let change = self.begin().await?;
        refuse_if_published(&change, &place).await?;
        delete_all(&change, place.id).await?;
        change.commit().await
    }
}

async fn delete_all(change: &Change, id: Uuid) -> Result<(), Error> {
    delete_contents(change, id).await?;
    repository::Entity::delete_by_id(id).exec(&**change).await?;
    Ok(())
}

/// Everything in a repository, as rows that go with it.
pub(crate) async fn delete_contents(change: &Change, id: Uuid) -> Result<(), Error> {
    delete_tags(change, id).await?;
    branch::Entity::delete_many().filter(branch::Column::Repository.eq(id)).exec(&**change).await?;
    repository_blob::Entity::delete_many()
        .filter(repository_blob::Column::Repository.eq(id))
        .exec(&**change)
        .await?;
    commit::Entity::delete_many().filter(commit::Column::Repository.eq(id)).exec(&**change).await?;
    redirect::Entity::delete_many().filter(redirect::Column::Repository.eq(id)).exec(&**change).await?;
    access::Entity::delete_many().filter(access::Column::Repository.eq(id)).exec(&**change).await?;
    Ok(())
}
