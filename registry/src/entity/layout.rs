//! Which objects hold a blob.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "layouts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub blob: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i64,
    pub object_key: String,
    pub start: i64,
    pub length: i64,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
