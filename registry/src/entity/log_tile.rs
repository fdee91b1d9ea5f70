//! Tiles of the tree over the entries: up to 256 hashes side by side.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "log_tiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub level: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    #[sea_orm(column_type = "Blob")]
    pub hashes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
