//! Examinations, one a release. The document is canonical JSON, kept as its exact text.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "examinations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub release: Uuid,
    pub status: String,
    pub document: Option<String>,
    pub problem: Option<String>,
    pub run_record: Option<String>,
    pub finished_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
