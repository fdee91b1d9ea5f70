//! The files of a commit.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{CommitId, FilePath, GitSha1, Namespace};
use registry::{Entry, Registry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problems;
use crate::address;
use crate::auth::Reader;
use crate::problem::{Kind, Problem};

/// Where a state of a repository is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct TreeAddress {
    /// The person or organisation the repository belongs to.
    #[param(value_type = String, example = "alice")]
    ns: Namespace,
    /// The repository's name.
    #[param(example = "tiny-ranker")]
    name: String,
    /// A branch, a release (`1.0.0` or `v1.0.0`) or a commit; a `/` in it is written `%2F`.
    #[param(example = "main")]
    rev: String,
}

/// The files of a commit.
#[derive(Serialize, ToSchema)]
#[schema(as = Tree)]
struct TreeDocument {
    /// The commit that the revision means.
    #[schema(value_type = String, example = "bd9dbf5aae1a3862dd1526723246b20206e5fc37")]
    commit: CommitId,
    /// Its files, sorted by path.
    files: Vec<TreeFile>,
}

/// A file of a commit.
#[derive(Serialize, ToSchema)]
struct TreeFile {
    /// Where it lies.
    #[schema(value_type = String, example = "model.onnx")]
    path: FilePath,
    /// Size in bytes.
    #[schema(example = 1024)]
    size: u64,
    /// SHA-256 of its bytes, 64 hex digits.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    sha256: String,
    /// The id git gives to its bytes, or to the pointer to them when they are large.
    #[schema(value_type = String, example = "bd9dbf5aae1a3862dd1526723246b20206e5fc37")]
    oid: GitSha1,
}

impl From<Entry> for TreeFile {
    fn from(entry: Entry) -> Self {
        Self { path: entry.path, size: entry.size, sha256: entry.sha256.hex(), oid: entry.oid }
    }
}

problems!(TreeProblems: [Kind::BadAddress, Kind::RepositoryNotFound, Kind::RevisionNotFound]);

/// The files at a branch, release or commit.
#[utoipa::path(
    tag = "repositories",
    params(TreeAddress),
    responses((status = 200, description = "The files.", body = TreeDocument), TreeProblems)
)]
#[get("/repositories/{ns}/{name}/tree/{rev}")]
pub(super) async fn show_tree(
    at: web::Path<TreeAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let name = address::repository(at.ns.as_str(), &at.name)?;
    let tree = registry.tree(&reader.0, &name, &at.rev).await?;
    if let Some(redirect) = address::respelled(&request, &name, &tree.repository) {
        return Ok(redirect);
    }
    let files = tree.entries.into_iter().map(TreeFile::from).collect();
    Ok(HttpResponse::Ok().json(TreeDocument { commit: tree.commit.id, files }))
}
