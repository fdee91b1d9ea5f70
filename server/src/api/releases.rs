//! Releases.

mod document;
mod facts;
mod list;

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get, post};
use domain::{Coordinates, EntryKind, Kind as Holds, Namespace, RepositoryName, Version};
use registry::{Error, Registry, Release, ReleaseQuery, Withdrawal};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{CHANGE, JSON_BODY, problems};
use crate::address;
use crate::auth::Reader;
use crate::bytes::{self, ASK, About};
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};
use crate::site::Site;
pub(super) use document::WithdrawalDocument;
use document::{PublishedDocument, ReleaseDocument};
use facts::NewReleaseDocument;
use list::ReleasePage;

/// Where a release is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ReleaseAddress {
    /// The person or organisation the repository belongs to.
    #[param(value_type = String, example = "alice")]
    ns: Namespace,
    /// The repository's name.
    #[param(example = "tiny-ranker")]
    name: String,
    /// The version, with or without a leading `v`.
    #[param(value_type = String, example = "1.0.0")]
    version: Version,
}

impl ReleaseAddress {
    /// The name of the repository.
    pub(super) fn name(&self) -> Result<RepositoryName, Problem> {
        address::repository(self.ns.as_str(), &self.name)
    }

    /// The version.
    pub(super) const fn version(&self) -> &Version {
        &self.version
    }
}

problems!(PublishProblems: [
    JSON_BODY, CHANGE,
    &[
        Kind::RepositoryNotFound, Kind::RevisionNotFound, Kind::ReleaseExists, Kind::NotPublic, Kind::Unpublishable,
        Kind::LogStuck,
    ],
].concat());

/// Publish a release.
///
/// Publishing is final: a release can be withdrawn, but never changed. Everything that reading the files can show to
/// be wrong is told at once, and nothing is published. Whoever lost the answer may send the same again. The answer comes once the release stands in a published
/// checkpoint of the record book, and holds the proof. A release that holds a ranking system gets a system card.
#[utoipa::path(
    tag = "releases",
    request_body = NewReleaseDocument,
    responses(
        (status = 200, description = "The same draft was published before.", body = PublishedDocument),
        (status = 201, description = "It is published; `Location` is its address.", body = PublishedDocument),
        PublishProblems
    )
)]
#[post("/releases")]
pub(super) async fn publish_release(
    new: Json<NewReleaseDocument>,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let draft = new.0.draft()?;
    let (release, mut answer) = match registry.publish(&reader.0, draft.clone()).await {
        Err(Error::ReleaseExists { .. }) => {
            (registry.published_before(&reader.0, &draft).await?, HttpResponse::Ok())
        }
        published => (published?, HttpResponse::Created()),
    };
    let document = &release.document;
    let proof = registry.proven(&entry_of(&release, EntryKind::Release)).await?.to_string();
    let location = format!("/api/v1/releases/{}/{}", document.repository.name, document.version);
    Ok(answer
        .insert_header((header::LOCATION, location))
        .json(PublishedDocument { release: ReleaseDocument::new(release, &site), proof }))
}

/// Where the record book writes something about a release.
pub(crate) fn entry_of(release: &Release, kind: EntryKind) -> Coordinates {
    let document = &release.document;
    Coordinates { kind, id: document.repository.id, ver: document.version.to_string() }
}

/// Which releases to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReleasesWanted {
    /// Words that must all occur in the name or description.
    #[param(example = "feed")]
    search: Option<String>,
    /// Only `model`, `ranking` or `dataset`.
    #[param(value_type = Option<String>, example = "ranking")]
    kind: Option<Holds>,
    /// Only releases of this repository, withdrawn ones too.
    #[param(value_type = Option<String>, example = "alice/tiny-ranker")]
    repository: Option<RepositoryName>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many at most, 1 to 100; 20 when missing.
    #[param(minimum = 1, maximum = 100, example = 20)]
    #[serde(default, deserialize_with = "address::count_if_any")]
    limit: Option<usize>,
}

problems!(ListProblems: [Kind::BadAddress, Kind::UnknownCursor]);

/// Releases, newest first.
#[utoipa::path(
    tag = "releases",
    params(ReleasesWanted),
    responses((status = 200, description = "A page of the list.", body = ReleasePage), ListProblems)
)]
#[get("/releases")]
pub(super) async fn list_releases(
    wanted: web::Query<ReleasesWanted>,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let web::Query(wanted) = wanted;
    let query = ReleaseQuery {
        search: wanted.search,
        kind: wanted.kind,
        repository: wanted.repository,
        cursor: wanted.cursor,
        limit: wanted.limit.unwrap_or(0),
    };
    let page = registry.list_releases(&reader.0, &query).await?;
    Ok(HttpResponse::Ok().json(ReleasePage::new(page, &site)))
}

problems!(ShowProblems: [
    Kind::BadAddress, Kind::RepositoryNotFound, Kind::ReleaseNotFound, Kind::RemovedByOrder,
]);

/// A release: what was published, and what became of it since.
///
/// A withdrawn release stays readable; `withdrawn` says why it was withdrawn, the header `X-Withdrawn` the first 200 characters of that, percent-encoded.
#[utoipa::path(
    tag = "releases",
    params(ReleaseAddress),
    responses((status = 200, description = "The release.", body = ReleaseDocument), ShowProblems)
)]
#[get("/releases/{ns}/{name}/{version}")]
pub(super) async fn show_release(
    at: web::Path<ReleaseAddress>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let name = at.name()?;
    let release = registry.release(&reader.0, &name, &at.version).await?;
    if let Some(redirect) = address::respelled(&request, &name, &release.document.repository.name) {
        return Ok(redirect);
    }
    let mut answer = HttpResponse::Ok();
    say_withdrawn(&mut answer, &release);
    Ok(answer.json(ReleaseDocument::new(release, &site)))
}

/// Says in a header that a release was withdrawn, and why.
fn say_withdrawn(answer: &mut HttpResponseBuilder, release: &Release) {
    if let Some(withdrawal) = &release.withdrawn {
        answer.insert_header(withdrawn_header(withdrawal));
    }
}

/// Most characters of a reason in a header: proxies refuse long ones, and a character can take twelve bytes.
const REASON_IN_HEADER: usize = 200;

/// The header that says why a release was withdrawn.
///
/// Reasons are in any language; headers are ASCII, so the beginning of the reason is percent-encoded.
pub(crate) fn withdrawn_header(withdrawal: &Withdrawal) -> (HeaderName, HeaderValue) {
    let start: String = withdrawal.reason.chars().take(REASON_IN_HEADER).collect();
    // What is percent-encoded is always fit for a header.
    let value =
        HeaderValue::from_str(&address::encoded(&start)).unwrap_or(HeaderValue::from_static("withdrawn"));
    (HeaderName::from_static("x-withdrawn"), value)
}

/// The release document: the exact bytes that were published.
///
/// Canonical JSON (RFC 8785); their SHA-256 is the digest of the release. Schema: `/schemas/release.json`.
#[utoipa::path(
    tag = "releases",
    params(ReleaseAddress),
    responses(
        (status = 200, description = "The document.", body = Object),
        (status = 304, description = "You have it already."),
        ShowProblems
    )
)]
#[get("/releases/{ns}/{name}/{version}/document")]
pub(super) async fn show_release_document(
    at: web::Path<ReleaseAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let name = at.name()?;
    let release = registry.release(&reader.0, &name, &at.version).await?;
    if let Some(redirect) = address::respelled(&request, &name, &release.document.repository.name) {
        return Ok(redirect);
    }
    let about = About {
        etag: release.digest.hex(),
        sha256: release.digest,
        media_type: "application/json",
        cache: ASK,
    };
    Ok(bytes::of_document(&request, release.bytes, &about))
}

problems!(ExaminationProblems: [Kind::BadAddress, Kind::RepositoryNotFound, Kind::ReleaseNotFound, Kind::NotExamined]);

/// The examination of a release: what reading its files and running its samples showed.
///
/// Canonical JSON (RFC 8785), the bytes that `vitrine replay` compares. Schema: `/schemas/examination.json`. It comes a
/// little after the release.
#[utoipa::path(
    tag = "releases",
    params(ReleaseAddress),
    responses(
        (status = 200, description = "The examination.", body = Object),
        (status = 304, description = "You have it already."),
        ExaminationProblems
    )
)]
#[get("/releases/{ns}/{name}/{version}/examination")]
pub(super) async fn show_examination(
    at: web::Path<ReleaseAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let name = at.name()?;
    let (release, kept) = registry.examination(&reader.0, &name, &at.version).await?;
    if let Some(redirect) = address::respelled(&request, &name, &release.document.repository.name) {
        return Ok(redirect);
    }
    let about =
        About { etag: kept.digest.hex(), sha256: kept.digest, media_type: "application/json", cache: ASK };
    Ok(bytes::of_document(&request, kept.text.into_bytes(), &about))
}

/// Why a release is withdrawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWithdrawal, example = json!({"reason": "The scores were computed with a wrong unit."}))]
struct NewWithdrawal {
    /// The reason, shown to everyone.
    reason: String,
}

impl Sent for NewWithdrawal {}

problems!(WithdrawProblems: [
    JSON_BODY, CHANGE,
    &[Kind::BadAddress, Kind::RepositoryNotFound, Kind::ReleaseNotFound, Kind::AlreadyWithdrawn, Kind::LogStuck],
].concat());

/// Withdraw a release.
///
/// It stays readable and says why it was withdrawn. This cannot be undone.
#[utoipa::path(
    tag = "releases",
    params(ReleaseAddress),
    request_body = NewWithdrawal,
    responses((status = 200, description = "It is withdrawn.", body = ReleaseDocument), WithdrawProblems)
)]
#[post("/releases/{ns}/{name}/{version}/withdraw")]
pub(super) async fn withdraw_release(
    new: Json<NewWithdrawal>,
    at: web::Path<ReleaseAddress>,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let release = registry.withdraw(&reader.0, &at.name()?, &at.version, &new.0.reason).await?;
    registry.proven(&entry_of(&release, EntryKind::Withdrawal)).await?;
    Ok(HttpResponse::Ok().json(ReleaseDocument::new(release, &site)))
}
