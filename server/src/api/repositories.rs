//! Repositories.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::{CommitId, Gate, Kind as Holds, Namespace, RepositoryName, Timestamp, Version, Visibility};
use registry::{NewRepository, Registry, Repository};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CHANGE, JSON_BODY, problems};
use crate::address;
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// Where a repository is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RepositoryAddress {
    /// The person or organisation it belongs to.
    #[param(value_type = String, example = "alice")]
    ns: Namespace,
    /// Its name.
    #[param(example = "tiny-ranker")]
    name: String,
}

impl RepositoryAddress {
    /// The name of the repository.
    pub(super) fn name(&self) -> Result<RepositoryName, Problem> {
        address::repository(self.ns.as_str(), &self.name)
    }
}

/// A repository to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRepository, example = json!({
    "namespace": "alice", "name": "tiny-ranker", "kind": "ranking", "visibility": "public"
}))]
pub(super) struct NewRepositoryDocument {
    /// The person or organisation it belongs to.
    #[schema(value_type = String)]
    namespace: Namespace,
    /// Its name: letters, digits, `.`, `_` and `-`.
    name: String,
    /// `model`, `ranking` or `dataset`.
    #[schema(value_type = String)]
    #[serde(default = "model")]
    kind: Holds,
    /// `public` or `private`.
    #[schema(value_type = String)]
    #[serde(default = "public")]
    visibility: Visibility,
    /// Whether it begins with a commit that holds `.gitattributes`, as repositories made by clients of the Hub do.
    #[serde(default)]
    first_commit: bool,
}

const fn model() -> Holds {
    Holds::Model
}

const fn public() -> Visibility {
    Visibility::Public
}

impl Sent for NewRepositoryDocument {}

/// A repository.
#[derive(Serialize, ToSchema)]
#[schema(as = Repository, example = json!({
    "id": "019aab1c-7e5f-7d0c-8a4b-5c6d7e8f9a0b", "name": "alice/tiny-ranker", "kind": "ranking",
    "visibility": "public", "gate": null, "created_at": "2026-11-22T10:00:00Z", "url": "https://vitrine.example/alice/tiny-ranker",
    "branches": [{"name": "main", "commit": "bd9dbf5aae1a3862dd1526723246b20206e5fc37"}], "releases": ["1.0.0"]
}))]
struct RepositoryDocument {
    /// Identifier that never changes.
    id: String,
    /// `namespace/name`, as it is spelled here.
    #[schema(value_type = String)]
    name: RepositoryName,
    /// `model`, `ranking` or `dataset`.
    #[schema(value_type = String)]
    kind: Holds,
    /// `public`, `gated` or `private`.
    #[schema(value_type = String)]
    visibility: Visibility,
    /// Who gets the files of a gated one: `auto` everyone who asks with a name, `manual` whom an owner lets in; else `null`.
    #[schema(value_type = Option<String>)]
    gate: Option<Gate>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Address of its page.
    url: String,
    /// Its branches, sorted by name.
    branches: Vec<BranchDocument>,
    /// Versions of its releases, newest publication first.
    #[schema(value_type = Vec<String>)]
    releases: Vec<Version>,
}

/// A branch.
#[derive(Serialize, ToSchema)]
#[schema(as = Branch)]
struct BranchDocument {
    /// Its name.
    name: String,
    /// Its newest commit; `null` before the first.
    #[schema(value_type = Option<String>)]
    commit: Option<CommitId>,
}

impl RepositoryDocument {
    fn new(repository: Repository, site: &Site) -> Self {
        Self {
            id: repository.id.to_string(),
            url: format!("{}/{}", site.public_url, repository.name),
            name: repository.name,
            kind: repository.kind,
            visibility: repository.visibility,
            gate: repository.gate,
            created_at: repository.created_at,
            branches: repository
                .branches
                .into_iter()
                .map(|branch| BranchDocument { name: branch.name, commit: branch.head })
                .collect(),
            releases: repository.releases,
        }
    }
}

problems!(CreateProblems: [
    JSON_BODY, CHANGE,
    &[Kind::NamespaceNotFound, Kind::RepositoryExists, Kind::NamespaceReserved, Kind::VisibilityRefused],
].concat());

/// Make a repository.
///
/// Only a public repository can publish releases; from its first release on it stays public and keeps its name.
#[utoipa::path(
    tag = "repositories",
    request_body = NewRepositoryDocument,
    responses(
        (status = 201, description = "It is made; `Location` is its address.", body = RepositoryDocument),
        CreateProblems
    )
)]
#[post("/repositories")]
pub(super) async fn create_repository(
    new: Json<NewRepositoryDocument>,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let Json(new) = new;
    let first_commit = new.first_commit;
    let name = RepositoryName::new(new.namespace, &new.name).map_err(registry::Error::from)?;
    let new = NewRepository { name, kind: new.kind, visibility: new.visibility };
    let mut repository = registry.create_repository(&reader.0, new).await?;
    if first_commit {
        registry.begin_repository(&reader.0, &repository.name).await?;
        repository = registry.repository(&reader.0, &repository.name).await?;
    }
    let location = format!("/api/v1/repositories/{}", repository.name);
    let document = RepositoryDocument::new(repository, &site);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(document))
}

problems!(ShowProblems: [Kind::BadAddress, Kind::RepositoryNotFound]);

/// A repository, its branches and releases.
///
/// Another spelling of the name (case, or one of `-`, `_`, `.` for another) leads here by a redirect.
#[utoipa::path(
    tag = "repositories",
    params(RepositoryAddress),
    responses((status = 200, description = "The repository.", body = RepositoryDocument), ShowProblems)
)]
#[get("/repositories/{ns}/{name}")]
pub(super) async fn show_repository(
    at: web::Path<RepositoryAddress>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let name = at.name()?;
    let repository = registry.repository(&reader.0, &name).await?;
    if let Some(redirect) = address::respelled(&request, &name, &repository.name) {
        return Ok(redirect);
    }
    Ok(HttpResponse::Ok().json(RepositoryDocument::new(repository, &site)))
}
