//! Releases: named, published, immutable snapshots of one commit.

mod list;
mod row;
mod withdrawn;

use domain::{
    Digest, Kind, Language, License, PreReleaseTest, Relation, ReleaseDocument, RepositoryName, Timestamp,
    Variant, Version,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::authorize::{Action, authorize};
use crate::entity::{release, repository};
use crate::log::{enter, keep_withdrawal, of_withdrawal};
use crate::stored::micros;
use crate::text::plain;
use crate::{Actor, CardState, Error, ExaminationState, PublisherSignature, Registry};

pub(crate) use list::{behind, found_by};
pub(crate) use row::{SummaryRow, WithdrawalRow, summaries};

/// Longest reason for a withdrawal, in bytes.
const REASON_BYTES: usize = 4096;

/// A release to publish.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Draft {
    /// Whose release.
    pub repository: RepositoryName,
    /// Its version.
    pub version: Version,
    /// Branch or commit to publish.
    pub revision: String,
    /// What the publisher says of it.
    pub facts: Facts,
}

/// What the publisher says of a release. What is missing is taken from the front matter of `README.md`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Facts {
    /// Under which terms; must be known in the end.
    pub license: Option<License>,
    /// Languages it is made for.
    pub languages: Vec<Language>,
    /// What it was made from.
    pub base: Option<NewBase>,
    /// What it does, as a task of the Hub such as `text-ranking`.
    pub pipeline_tag: Option<String>,
    /// The library that reads it.
    pub library_name: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Names of the data sets it learnt from.
    pub datasets: Vec<String>,
    /// The family of models it belongs to.
    pub family: Option<String>,
    /// How far its training went.
    pub variant: Option<Variant>,
    /// What it learnt from.
    pub training_data: Option<String>,
    /// What its training took of energy.
    pub energy: Option<String>,
    /// Who should not use it, or what for.
    pub out_of_scope: Vec<String>,
    /// Tests that were made before it was published.
    pub pre_release_tests: Vec<PreReleaseTest>,
    /// What it is.
    pub description: Option<String>,
    /// Address of the announcement.
    pub announcement: Option<String>,
    /// Address of the paper.
    pub paper: Option<String>,
    /// Address of the starting code.
    pub starting_code: Option<String>,
    /// What it is meant for.
    pub intended_use: Option<String>,
    /// What it cannot do.
    pub limits: Vec<String>,
    /// What could go wrong.
    pub risks: Vec<String>,
    /// What it is good for.
    pub benefits: Vec<String>,
    /// Whether it makes text, pictures, sound or video.
    pub generates_media: Option<bool>,
    /// What the publisher discloses about generated media.
    pub disclosure: Option<String>,
}

/// The release that a draft was made from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewBase {
    /// `namespace/name@version` of a release here, or a name elsewhere.
    pub release: String,
    /// How the draft was made from it.
    pub relation: Relation,
}

/// A published release.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Release {
    /// What was published.
    pub document: ReleaseDocument,
    /// SHA-256 of its exact bytes.
    pub digest: Digest,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// Whether its files were inspected.
    pub scan: Scan,
    /// What became of its card.
    pub card: CardState,
    /// Set once its publisher has withdrawn it; it stays readable.
    pub withdrawn: Option<Withdrawal>,
    /// Set once its bytes were removed by order.
    pub removed: Option<Removal>,
    /// What the publisher's own signatures among the files say.
    pub signatures: Vec<PublisherSignature>,
}

/// Whether the files of a release were inspected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scan {
    /// Not yet.
    Pending,
    /// Inspected, nothing refused.
    Done,
    /// Inspected and refused.
    Refused,
}

impl Scan {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// That a publisher took a release back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Withdrawal {
    /// Why, in the publisher's words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// That the bytes of a release were removed by order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Removal {
    /// By which law or order.
    pub basis: String,
    /// When.
    pub at: Timestamp,
}

/// A release in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReleaseSummary {
    /// Whose release.
    pub repository: RepositoryName,
    /// Its version.
    pub version: Version,
    /// What it holds.
    pub kind: Kind,
    /// SHA-256 of the release document.
    pub digest: Digest,
    /// When it was published.
    pub published_at: Timestamp,
    /// Under which terms.
    pub license: License,
    /// What it is, in the publisher's words.
    pub description: Option<String>,
    /// What became of its card.
    pub card: CardState,
    /// Set once its publisher has withdrawn it.
    pub withdrawn: Option<Withdrawal>,
}

/// Which releases to list. They come newest first; withdrawn ones only when asked for by repository.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ReleaseQuery {
    /// Words that must all occur in the name or description.
    pub search: Option<String>,
    /// Only releases that hold this.
    pub kind: Option<Kind>,
    /// Only releases of this repository, withdrawn ones too.
    pub repository: Option<RepositoryName>,
    /// Where to read on.
    pub cursor: Option<String>,
    /// How many at most, 1 to 100; 0 means 20.
    pub limit: usize,
}

impl Registry {
    /// A release. One SQL statement.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`], [`Error::ReleaseNotFound`].
    pub async fn release(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
    ) -> Result<Release, Error> {
        if let Some(release) = self.find_release(actor, name, version).await? {
            return Ok(release);
        }
        // Perhaps the repository has another name by now, or there is none.
        let place = self.place(actor, Action::See, name).await?;
        let moved = place.name.folded() != name.folded();
        let found = if moved { self.find_release(actor, &place.name, version).await? } else { None };
        found.ok_or_else(|| Error::ReleaseNotFound { repository: place.name, version: version.clone() })
    }

    /// Takes a release back; it stays readable and says why.
    ///
    /// # Errors
    /// [`Error::AlreadyWithdrawn`], [`Error::ReleaseNotFound`]; [`Error::Malformed`] without a reason; who may not:
    /// [`Error::Forbidden`], [`Error::ScopeMissing`].
    pub async fn withdraw(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
        reason: &str,
    ) -> Result<Release, Error> {
        let place = self.place(actor, Action::Withdraw, name).await?;
        let release = self.release(actor, &place.name, version).await?;
        let reason = plain("a reason", reason, REASON_BYTES)?;
        if reason.is_empty() {
            let rule = "say in a sentence why it is withdrawn";
            return Err(domain::Malformed::new("a reason", &reason, rule).into());
        }
        let now = self.now();
        let change = self.begin().await?;
        let withdrawn = release::Entity::update_many()
            .col_expr(release::Column::WithdrawnAt, Expr::value(micros(now)))
            .col_expr(release::Column::WithdrawnReason, Expr::value(&reason))
            .col_expr(release::Column::WithdrawnBy, Expr::value(actor.id()))
            .filter(release::Column::Document.eq(release.digest.hex()))
            .filter(release::Column::WithdrawnAt.is_null())
            .exec(&*change)
            .await?;
        if withdrawn.rows_affected != 1 {
            return Err(Error::AlreadyWithdrawn { repository: place.name, version: version.clone() });
        }
        let which = (place.id, version.to_string());
        let (entry, bytes) = of_withdrawal((which.0, &which.1), release.digest, &reason, now)?;
        keep_withdrawal(&change, &bytes, now).await?;
        enter(&change, &entry).await?;
        change.commit().await?;
        // From here on it is withdrawn, and the record book will say so.
        self.ring_log();
        self.release(actor, &place.name, version).await
    }

    pub(crate) async fn find_release(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
    ) -> Result<Option<Release>, Error> {
        let which = row::whole()
            .filter(repository::Column::Folded.eq(name.folded()))
            .filter(release::Column::Version.eq(version.to_string()));
        match which.into_model::<row::WholeRow>().one(self.db()).await? {
            Some(row) => self.readable(actor, name, row).await.map(Some),
            None => Ok(None),
        }
    }

    /// A release and what was found in it. One SQL statement.
    ///
    /// # Errors
    /// As [`Registry::release`].
    pub async fn examined_release(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
    ) -> Result<(Release, ExaminationState), Error> {
        let mut name = name.clone();
        loop {
            let which = row::examined()
                .filter(repository::Column::Folded.eq(name.folded()))
                .filter(release::Column::Version.eq(version.to_string()));
            if let Some(mut row) = which.into_model::<row::ExaminedRow>().one(self.db()).await? {
                let examination = row.read_examination()?;
                return Ok((self.readable(actor, &name, row.whole).await?, examination));
            }
            // Perhaps the repository has another name by now, or there is none.
            let place = self.place(actor, Action::See, &name).await?;
            if place.name.folded() == name.folded() {
                return Err(Error::ReleaseNotFound { repository: place.name, version: version.clone() });
            }
            name = place.name;
        }
    }

    async fn readable(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        row: row::WholeRow,
    ) -> Result<Release, Error> {
        let visibility = row.visibility()?;
        if let Some(removed) = row.removed() {
            let resource = crate::authorize::Resource::Repository { name, visibility, standing: None };
            authorize(actor, Action::See, resource)?;
            return Err(self.removed(removed).await?);
        }
        let release = row.read()?;
        let name = &release.document.repository.name;
        let resource = crate::authorize::Resource::Repository { name, visibility, standing: None };
        authorize(actor, Action::See, resource)?;
        Ok(release)
    }
}
