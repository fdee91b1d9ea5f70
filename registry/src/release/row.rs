//! Releases as one statement brings them.

use domain::{Digest, ReleaseDocument, Uuid, Visibility};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _, QuerySelect as _, Select,
};

use super::{Release, ReleaseSummary, Removal, Scan, Withdrawal};
use crate::entity::{card, document, examination, link, release, repository};
use crate::page::Place;
use crate::signature::read_signatures;
use crate::stored::{count, moment, word};
use crate::{CardProblem, CardState, CardStatus, Error, ExaminationState};

/// A release in a list.
#[derive(Debug, FromQueryResult)]
pub(crate) struct SummaryRow {
    id: Uuid,
    repository_name: String,
    version: String,
    kind: String,
    document: String,
    published_at: i64,
    license: String,
    description: Option<String>,
    #[sea_orm(nested)]
    withdrawal: WithdrawalRow,
    #[sea_orm(nested)]
    card: CardRow,
}

/// When and why a release was withdrawn, if it was.
#[derive(Debug, FromQueryResult)]
pub(crate) struct WithdrawalRow {
    withdrawn_at: Option<i64>,
    withdrawn_reason: Option<String>,
}

/// What became of a release's card.
#[derive(Debug, FromQueryResult)]
struct CardRow {
    card_status: Option<String>,
    card_slug: Option<String>,
    card_version: Option<i64>,
    problem_code: Option<String>,
    problem: Option<String>,
}

/// A release with its document.
#[derive(Debug, FromQueryResult)]
pub(super) struct WholeRow {
    id: Uuid,
    document: String,
    bytes: Vec<u8>,
    scan: String,
    visibility: String,
    removed_at: Option<i64>,
    removed_basis: Option<String>,
    signatures: Option<String>,
    #[sea_orm(nested)]
    withdrawal: WithdrawalRow,
    #[sea_orm(nested)]
    card: CardRow,
}

/// A release with its document and its examination.
#[derive(Debug, FromQueryResult)]
pub(super) struct ExaminedRow {
    #[sea_orm(nested)]
    pub(super) whole: WholeRow,
    pub(super) examination_status: Option<String>,
    pub(super) examination_document: Option<String>,
    pub(super) examination_problem: Option<String>,
    pub(super) examination_run: Option<String>,
}

/// Releases with their repositories and cards, but for those that were removed by order.
pub(crate) fn summaries() -> Select<release::Entity> {
    with_removed().filter(release::Column::RemovedAt.is_null())
}

fn with_removed() -> Select<release::Entity> {
    release::Entity::find()
        .join(
            JoinType::InnerJoin,
            link::<release::Entity, _>(
                release::Column::Repository,
                repository::Entity,
                repository::Column::Id,
            ),
        )
        .join(
            JoinType::LeftJoin,
            link::<release::Entity, _>(release::Column::Id, card::Entity, card::Column::Release),
        )
        .column_as(repository::Column::Name, "repository_name")
        .column_as(card::Column::Status, "card_status")
        .column_as(card::Column::Slug, "card_slug")
        .column_as(card::Column::Version, "card_version")
        .column(card::Column::ProblemCode)
        .column(card::Column::Problem)
}

/// The same with the documents, and with the releases that were removed by order.
pub(super) fn whole() -> Select<release::Entity> {
    with_removed()
        .join(
            JoinType::InnerJoin,
            link::<release::Entity, _>(release::Column::Document, document::Entity, document::Column::Sha256),
        )
        .column(document::Column::Bytes)
        .column(repository::Column::Visibility)
}

/// The same with what was found in the releases.
pub(super) fn examined() -> Select<release::Entity> {
    whole()
        .join(
            JoinType::LeftJoin,
            link::<release::Entity, _>(
                release::Column::Id,
                examination::Entity,
                examination::Column::Release,
            ),
        )
        .column_as(examination::Column::Status, "examination_status")
        .column_as(examination::Column::Document, "examination_document")
        .column_as(examination::Column::Problem, "examination_problem")
        .column_as(examination::Column::RunRecord, "examination_run")
}

impl ExaminedRow {
    pub(super) fn read_examination(&mut self) -> Result<ExaminationState, Error> {
        let id = self.whole.id;
        let Some(status) = self.examination_status.take() else { return Ok(ExaminationState::Pending) };
        let (document, run) = (self.examination_document.take(), self.examination_run.take());
        ExaminationState::read(id, &status, (document, self.examination_problem.take(), run))
    }
}

impl SummaryRow {
    pub(crate) const fn place(&self) -> Place {
        Place { at: self.published_at, id: self.id }
    }

    pub(crate) fn read(self) -> Result<ReleaseSummary, Error> {
        let id = self.id;
        Ok(ReleaseSummary {
            repository: word(&self.repository_name, "repositories", id, "name")?,
            version: word(&self.version, "releases", id, "version")?,
            kind: word(&self.kind, "releases", id, "kind")?,
            digest: word(&self.document, "releases", id, "document")?,
            published_at: moment(self.published_at, "releases", id, "published_at")?,
            license: word(&self.license, "releases", id, "license")?,
            description: self.description,
            card: self.card.read(id)?,
            withdrawn: self.withdrawal.read(id)?,
        })
    }
}

impl WithdrawalRow {
    pub(crate) fn read(self, release: Uuid) -> Result<Option<Withdrawal>, Error> {
        let Some(at) = self.withdrawn_at else { return Ok(None) };
        let at = moment(at, "releases", release, "withdrawn_at")?;
        Ok(Some(Withdrawal { reason: self.withdrawn_reason.unwrap_or_default(), at }))
    }
}

impl CardRow {
    fn read(self, release: Uuid) -> Result<CardState, Error> {
        let Some(status) = self.card_status else {
            return Ok(CardState { status: CardStatus::None, slug: None, version: None, problem: None });
        };
        let problem = self.problem_code.zip(self.problem);
        let slug = self.card_slug.map(|slug| word(&slug, "cards", release, "slug"));
        let version = self.card_version.map(|version| count(version, "cards", release, "version"));
        Ok(CardState {
            status: CardStatus::read(&status, release)?,
            slug: slug.transpose()?,
            version: version.transpose()?,
            problem: problem.map(|(code, text)| CardProblem { code, text }),
        })
    }
}

impl WholeRow {
    /// The release's identifier, where it was removed by order.
    pub(super) fn removed(&self) -> Option<Uuid> {
        self.removed_at.map(|_| self.id)
    }

    pub(super) fn visibility(&self) -> Result<Visibility, Error> {
        word(&self.visibility, "repositories", self.id, "visibility")
    }

    pub(super) fn read(self) -> Result<Release, Error> {
        let id = self.id;
        let digest: Digest = word(&self.document, "releases", id, "document")?;
        let document: ReleaseDocument = serde_json::from_slice(&self.bytes)
            .map_err(|_no_document| Error::inconsistent("documents", digest, "bytes"))?;
        let removed = self.removed_at.map(|at| {
            let at = moment(at, "releases", id, "removed_at")?;
            Ok::<_, Error>(Removal { basis: self.removed_basis.unwrap_or_default(), at })
        });
        Ok(Release {
            document,
            digest,
            bytes: self.bytes,
            scan: read_scan(&self.scan, id)?,
            card: self.card.read(id)?,
            withdrawn: self.withdrawal.read(id)?,
            removed: removed.transpose()?,
            signatures: read_signatures(self.signatures.as_deref(), id)?,
        })
    }
}

fn read_scan(text: &str, release: Uuid) -> Result<Scan, Error> {
    [Scan::Pending, Scan::Done, Scan::Refused]
        .into_iter()
        .find(|scan| scan.as_str() == text)
        .ok_or_else(|| Error::inconsistent("releases", release, "scan"))
}
