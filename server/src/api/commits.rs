//! Commits.

use actix_web::web::{self, Data};
use actix_web::{HttpResponse, post};
use domain::{CommitId, Digest, FilePath, Namespace};
use registry::{Fault, NewCommit, Operation, Registry};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{CHANGE, JSON_BODY, problems};
use crate::address;
use crate::auth::Reader;
use crate::config::Limits;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};

/// What would be right for a change.
const RIGHT: &str = "Write {\"put\": PATH, \"blob\": SHA256} or {\"delete\": PATH}.";
/// Most faults that are told at once.
const MOST_FAULTS: usize = 100;

/// Where a branch is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct BranchAddress {
    /// The person or organisation the repository belongs to.
    #[param(value_type = String, example = "alice")]
    ns: Namespace,
    /// The repository's name.
    #[param(example = "tiny-ranker")]
    name: String,
    /// The branch; made when it does not exist. A `/` in it is written `%2F`.
    #[param(example = "main")]
    branch: String,
}

/// A commit to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCommit, example = json!({
    "message": "Add the model",
    "parent": "bd9dbf5aae1a3862dd1526723246b20206e5fc37",
    "operations": [
        {"put": "model.onnx", "blob": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"delete": "old.onnx"}
    ]
}))]
pub(super) struct NewCommitDocument {
    /// What changed.
    message: String,
    /// The newest commit you saw; when the branch has moved on, the answer is 412. Without it the commit lands anyhow.
    #[schema(value_type = Option<String>)]
    parent: Option<CommitId>,
    /// The changes, applied in order.
    #[schema(value_type = Vec<Change>)]
    operations: Vec<Map<String, Value>>,
}

impl Sent for NewCommitDocument {
    fn limit_bytes(limits: &Limits) -> usize {
        limits.commit_bytes
    }
}

/// One change.
#[derive(ToSchema)]
#[schema(as = Change)]
#[expect(dead_code, reason = "describes the two forms for readers of the API document; `change` reads them")]
#[serde(untagged)]
enum Change {
    /// The file holds these bytes from now on.
    Put {
        /// Where it lies.
        put: String,
        /// SHA-256 of bytes that you uploaded or may read, 64 hex digits.
        blob: String,
    },
    /// The file is gone.
    Delete {
        /// Where it lay.
        delete: String,
    },
}

/// A commit that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = Commit, example = json!({
    "commit": "bd9dbf5aae1a3862dd1526723246b20206e5fc37", "branch": "main", "parent": null, "files": 3
}))]
struct CommitDocument {
    /// The newest commit of the branch.
    #[schema(value_type = String)]
    commit: CommitId,
    /// The branch.
    branch: String,
    /// The commit before it.
    #[schema(value_type = Option<String>)]
    parent: Option<CommitId>,
    /// How many files it holds.
    files: usize,
}

problems!(CommitProblems: [
    JSON_BODY, CHANGE,
    &[
        Kind::BadAddress, Kind::RepositoryNotFound, Kind::StaleParent, Kind::BranchRefused, Kind::BlobUnknown,
        Kind::NothingToDelete, Kind::PathClash, Kind::NothingToCommit, Kind::TooMany,
    ],
].concat());

/// Change a branch.
///
/// All changes land together or not at all. Upload the bytes first.
#[utoipa::path(
    tag = "repositories",
    params(BranchAddress),
    request_body = NewCommitDocument,
    responses(
        (status = 201, description = "The branch has a new commit.", body = CommitDocument),
        (status = 200, description = "Nothing would have changed; this is the newest commit.", body = CommitDocument),
        CommitProblems
    )
)]
#[post("/repositories/{ns}/{name}/commits/{branch}")]
pub(super) async fn create_commit(
    new: Json<NewCommitDocument>,
    at: web::Path<BranchAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let Json(new) = new;
    let name = address::repository(at.ns.as_str(), &at.name)?;
    let operations = operations(&new.operations)?;
    let commit = NewCommit { message: new.message, parent: new.parent, operations };
    let made = registry.commit(&reader.0, &name, &at.branch, commit).await?;
    let document = CommitDocument {
        commit: made.commit.id,
        branch: at.into_inner().branch,
        parent: made.commit.parent,
        files: made.commit.files,
    };
    let mut answer = if made.changed { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(document))
}

/// The changes in words; all that is wrong with them at once.
fn operations(sent: &[Map<String, Value>]) -> Result<Vec<Operation>, Problem> {
    let mut faults = Vec::new();
    let mut operations = Vec::with_capacity(sent.len());
    for (number, fields) in sent.iter().enumerate() {
        match change(fields) {
            Ok(operation) => operations.push(operation),
            Err((field, wrong)) if faults.len() < MOST_FAULTS => {
                faults.push(Fault::new(format!("operations[{number}]{field}"), wrong, RIGHT));
            }
            Err(_beyond_what_is_told) => {}
        }
    }
    if faults.is_empty() {
        return Ok(operations);
    }
    Err(Problem::new(Kind::InvalidField, "some changes are not written as they must be").with_faults(faults))
}

/// One change: flat, or with path and blob in an object of their own. The error is the field and what is wrong.
fn change(fields: &Map<String, Value>) -> Result<Operation, (&'static str, String)> {
    let known = fields.keys().all(|key| matches!(key.as_str(), "put" | "blob" | "delete"));
    match (fields.get("put"), fields.get("delete")) {
        (Some(put), None) if known => {
            let (path, blob) = match put {
                Value::Object(nested) => (nested.get("path"), nested.get("blob")),
                flat => (Some(flat), fields.get("blob")),
            };
            Ok(Operation::Put { path: word::<FilePath>(path, ".put")?, blob: word::<Digest>(blob, ".blob")? })
        }
        (None, Some(delete)) if known && !fields.contains_key("blob") => {
            let path = delete.as_object().map_or(Some(delete), |nested| nested.get("path"));
            Ok(Operation::Delete { path: word::<FilePath>(path, ".delete")? })
        }
        _neither_or_both => Err(("", "This is neither of the two forms.".to_owned())),
    }
}

fn word<T>(value: Option<&Value>, field: &'static str) -> Result<T, (&'static str, String)>
where
    T: std::str::FromStr<Err = domain::Malformed>,
{
    let text = value.and_then(Value::as_str).ok_or_else(|| (field, "The text is missing.".to_owned()))?;
    text.parse().map_err(|error: domain::Malformed| {
        (field, format!("`{}` is not {}: {}.", error.found, error.what, error.rule))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Vec<Operation>, Problem> {
        operations(&serde_json::from_value::<Vec<Map<String, Value>>>(value).unwrap())
    }

    #[test]
    fn both_forms_of_a_change_are_read() {
        let digest = Digest::of(b"x");
        let put = Operation::Put { path: "a".parse().unwrap(), blob: digest };
        let delete = Operation::Delete { path: "b".parse().unwrap() };

        let flat = read(json!([{"put": "a", "blob": digest.hex()}, {"delete": "b"}])).unwrap();
        let nested =
            read(json!([{"put": {"path": "a", "blob": digest.hex()}}, {"delete": {"path": "b"}}])).unwrap();

        assert_eq!(flat, [put, delete]);
        assert_eq!(nested, flat);
    }

    #[test]
    fn every_wrong_change_is_named() {
        let problem = read(json!([
            {"put": "../x", "blob": Digest::of(b"x").hex()},
            {"put": "a", "blob": "sha256-1"},
            {"put": "a", "delete": "a"},
            {"move": "a"},
            {"delete": "a", "blob": "b"},
            {"delete": 1},
        ]))
        .unwrap_err();

        let fields: Vec<_> = problem.faults().iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "operations[0].put",
                "operations[1].blob",
                "operations[2]",
                "operations[3]",
                "operations[4]",
                "operations[5].delete"
            ]
        );
    }
}
