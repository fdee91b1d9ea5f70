//! Entries of the record book, in order.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "log_leaves")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub idx: i64,
    pub coordinates: String,
    pub kind: String,
    #[sea_orm(column_type = "Blob")]
    pub leaf: Vec<u8>,
    #[sea_orm(column_type = "Blob")]
    pub leaf_hash: Vec<u8>,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
