//! Whether the release that a revision names was withdrawn.

use domain::{Uuid, Version};
use sea_orm::{ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect as _};

use super::Withdrawal;
use super::row::WithdrawalRow;
use crate::access::Place;
use crate::entity::release;
use crate::{Error, Registry};

/// A release with what became of it.
#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    #[sea_orm(nested)]
    withdrawal: WithdrawalRow,
}

impl Registry {
    /// When and why the release of this version was withdrawn, if it was. One SQL statement.
    pub(crate) async fn withdrawal(
        &self,
        place: &Place,
        version: &Version,
    ) -> Result<Option<Withdrawal>, Error> {
        let row = release::Entity::find()
            .select_only()
            .column(release::Column::Id)
            .column(release::Column::WithdrawnAt)
            .column(release::Column::WithdrawnReason)
            .filter(release::Column::Repository.eq(place.id))
            .filter(release::Column::Version.eq(version.to_string()))
            .into_model::<Row>()
            .one(self.db())
            .await?;
        row.map_or(Ok(None), |row| row.withdrawal.read(row.id))
    }
}
