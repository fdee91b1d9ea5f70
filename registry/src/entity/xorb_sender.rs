//! Who sent which xorb.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "xorb_senders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub xorb: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: Uuid,
    pub sent_at: i64,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
