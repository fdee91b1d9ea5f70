//! Keys that people and organisations sign their models with.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "namespace_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub namespace: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hint: String,
    pub pem: String,
    pub added_at: i64,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
