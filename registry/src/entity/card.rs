//! Cards, one a ranking release.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "cards")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub release: Uuid,
    pub repository: Uuid,
    pub slug: String,
    pub status: String,
    pub version: Option<i64>,
    pub document: Option<String>,
    pub problem_code: Option<String>,
    pub problem: Option<String>,
    pub run_record: Option<String>,
    pub language: Option<String>,
    pub operator: Option<String>,
    pub author: Option<String>,
    pub finished_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
