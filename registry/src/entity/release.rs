//! Releases.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "releases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub repository: Uuid,
    pub version: String,
    pub document: String,
    pub commit_id: String,
    pub kind: String,
    pub license: String,
    pub description: Option<String>,
    pub published_at: i64,
    pub publisher: Option<Uuid>,
    pub scan: String,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_reason: Option<String>,
    pub withdrawn_by: Option<Uuid>,
    pub removed_at: Option<i64>,
    pub removed_basis: Option<String>,
    pub signatures: Option<String>,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
