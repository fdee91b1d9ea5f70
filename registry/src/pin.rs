//! What a site was begun with and must keep: not the keys themselves, only which ones they are.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::OnConflict;

use crate::entity::secret;
use crate::stored::micros;
use crate::{Error, Registry};

impl Registry {
    /// What was written down under this name, if anything was.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Inconsistent`] for what is no text.
    pub async fn pinned(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(row) = secret::Entity::find_by_id(name.to_owned()).one(self.db()).await? else {
            return Ok(None);
        };
        let text = String::from_utf8(row.bytes);
        text.map(Some).map_err(|_no_text| Error::inconsistent("secrets", name, "bytes"))
    }

    /// Writes something down under this name, once. Gives what stands there, which somebody else may have written.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Inconsistent`].
    pub async fn pin(&self, name: &str, text: &str) -> Result<String, Error> {
        let row = secret::ActiveModel {
            name: Set(name.to_owned()),
            bytes: Set(text.as_bytes().to_vec()),
            created_at: Set(micros(self.now())),
        };
        let change = self.begin().await?;
        let known = OnConflict::column(secret::Column::Name).do_nothing().to_owned();
        secret::Entity::insert(row).on_conflict(known).exec_without_returning(&*change).await?;
        change.commit().await?;
        self.pinned(name).await?.ok_or_else(|| Error::inconsistent("secrets", name, "bytes"))
    }
}
