//! One card: a version of it, or all that happened at its address.

use domain::{Digest, Slug, Uuid};
use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};

use super::{CardEntry, CardHistory, CardStatus, StoredCard};
use crate::authorize::{Action, Resource, authorize};
use crate::entity::{card, document, link, release, repository, slug};
use crate::release::{SummaryRow, WithdrawalRow, summaries};
use crate::removal::{card_at, card_version_at};
use crate::stored::{count, moment, number, word};
use crate::{Actor, Error, Registry};

/// A version of a card.
#[derive(Debug, FromQueryResult)]
struct CardRow {
    release: Uuid,
    repository: Uuid,
    slug: String,
    version: Option<i64>,
    newest: Option<i64>,
    document: Option<String>,
    bytes: Vec<u8>,
    repository_name: String,
    release_version: String,
    release_document: String,
    published_at: i64,
    #[sea_orm(nested)]
    withdrawal: WithdrawalRow,
}

impl Registry {
    /// The newest version of a card. One SQL statement.
    ///
    /// # Errors
    /// [`Error::CardNotFound`], also while the first one is pending.
    pub async fn card(&self, actor: &Actor, slug: &Slug) -> Result<StoredCard, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let newest = cards_at(slug).order_by_desc(card::Column::Version);
        let row = newest.into_model::<CardRow>().one(self.db()).await?;
        match row {
            Some(row) => row.read(),
            None => Err(self.missing_at(&card_at(slug), Error::CardNotFound { slug: slug.clone() }).await),
        }
    }

    /// One version of a card. One SQL statement.
    ///
    /// # Errors
    /// [`Error::CardNotFound`], [`Error::CardVersionNotFound`].
    pub async fn card_version(&self, actor: &Actor, slug: &Slug, version: u32) -> Result<StoredCard, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let this = cards_at(slug).filter(card::Column::Version.eq(number(version)));
        if let Some(row) = this.into_model::<CardRow>().one(self.db()).await? {
            return row.read();
        }
        self.card(actor, slug).await?;
        let missing = Error::CardVersionNotFound { slug: slug.clone(), version };
        Err(self.missing_at(&card_version_at(slug, version), missing).await)
    }

    /// All that happened at a card's address, also while the first card is pending. Two SQL statements.
    ///
    /// # Errors
    /// [`Error::CardNotFound`].
    pub async fn card_history(&self, actor: &Actor, slug: &Slug) -> Result<CardHistory, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let to_repository =
            link::<slug::Entity, _>(slug::Column::Repository, repository::Entity, repository::Column::Id);
        let owner = slug::Entity::find_by_id(slug.to_string())
            .join(JoinType::InnerJoin, to_repository)
            .select_also(repository::Entity)
            .one(self.db())
            .await?;
        let Some((_, Some(owner))) = owner else {
            return Err(self.missing_at(&card_at(slug), Error::CardNotFound { slug: slug.clone() }).await);
        };
        let rows = summaries()
            .filter(card::Column::Slug.eq(slug.as_str()))
            .column_as(card::Column::Document, "card_document")
            .column_as(card::Column::RunRecord, "run_record")
            .order_by_desc(release::Column::PublishedAt)
            .order_by_desc(release::Column::Id)
            .into_model::<EntryRow>()
            .all(self.db())
            .await?;
        Ok(CardHistory {
            slug: slug.clone(),
            repository: word(&owner.name, "repositories", owner.id, "name")?,
            entries: rows.into_iter().map(EntryRow::read).collect::<Result<_, _>>()?,
        })
    }
}

/// A release with the digest of its card.
#[derive(Debug, FromQueryResult)]
struct EntryRow {
    #[sea_orm(nested)]
    summary: SummaryRow,
    card_document: Option<String>,
    run_record: Option<String>,
}

impl EntryRow {
    fn read(self) -> Result<CardEntry, Error> {
        let summary = self.summary.read()?;
        let digest = self.card_document.as_deref().map(|hex| word(hex, "cards", hex, "document"));
        let run = self.run_record.as_deref().map(serde_json::from_str).transpose().map_err(|_no_record| {
            Error::inconsistent("cards", self.card_document.as_deref().unwrap_or_default(), "run_record")
        })?;
        Ok(CardEntry {
            release: summary.version,
            published_at: summary.published_at,
            card: summary.card,
            sha256: digest.transpose()?,
            run,
            withdrawn: summary.withdrawn,
        })
    }
}

/// The cards that are ready at this address, each with the newest version there is.
fn cards_at(slug: &Slug) -> Select<card::Entity> {
    let to_release = link::<card::Entity, _>(card::Column::Release, release::Entity, release::Column::Id);
    let to_repository =
        link::<card::Entity, _>(card::Column::Repository, repository::Entity, repository::Column::Id);
    let to_document =
        link::<card::Entity, _>(card::Column::Document, document::Entity, document::Column::Sha256);
    let mut newest = Query::select();
    newest
        .expr(Func::max(Expr::col((card::Entity, card::Column::Version))))
        .from(card::Entity)
        .and_where(card::Column::Slug.eq(slug.as_str()));
    card::Entity::find()
        .filter(card::Column::Slug.eq(slug.as_str()))
        .filter(card::Column::Status.eq(CardStatus::Ready.as_str()))
        .join(JoinType::InnerJoin, to_release)
        .join(JoinType::InnerJoin, to_repository)
        .join(JoinType::InnerJoin, to_document)
        .column_as(Expr::SubQuery(None, Box::new(newest.take().into())), "newest")
        .column(document::Column::Bytes)
        .column_as(repository::Column::Name, "repository_name")
        .column_as(release::Column::Version, "release_version")
        .column_as(release::Column::Document, "release_document")
        .column(release::Column::PublishedAt)
        .column(release::Column::WithdrawnAt)
        .column(release::Column::WithdrawnReason)
}

impl CardRow {
    fn read(self) -> Result<StoredCard, Error> {
        let id = self.release;
        let version = |version: Option<i64>| {
            let version = version.ok_or_else(|| Error::inconsistent("cards", id, "version"))?;
            count(version, "cards", id, "version")
        };
        let sha256 = self.document.as_deref().unwrap_or_default();
        let sha256: Digest = word(sha256, "cards", id, "document")?;
        Ok(StoredCard {
            slug: word(&self.slug, "cards", id, "slug")?,
            version: version(self.version)?,
            newest: version(self.newest)?,
            bytes: self.bytes,
            sha256,
            repository: word(&self.repository_name, "repositories", id, "name")?,
            repository_id: self.repository,
            release: word(&self.release_version, "releases", id, "version")?,
            release_digest: word(&self.release_document, "releases", id, "document")?,
            published_at: moment(self.published_at, "releases", id, "published_at")?,
            withdrawn: self.withdrawal.read(id)?,
        })
    }
}
