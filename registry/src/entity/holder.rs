//! Who brought a blob.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "blob_holders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub blob: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: Uuid,
    pub held_at: i64,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
