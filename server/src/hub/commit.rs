//! Commits as the Hub protocol sends them: one JSON object a line, read as they come.

mod lines;

use std::io;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::{CommitId, Digest, FilePath, RepositoryName};
use futures_util::stream;
use registry::{Actor, Error, NewCommit, Operation, README, Registry};
use serde::Deserialize;
use serde_json::json;

use self::lines::Lines;
use super::refused;
use super::repository_type::At;
use super::tree::yes;
use crate::auth::Reader;
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// One line.
#[derive(Deserialize)]
#[serde(tag = "key", content = "value", rename_all = "camelCase")]
enum Line {
    Header(Header),
    File(File),
    LfsFile(LargeFile),
    DeletedFile(Gone),
    DeletedFolder(Gone),
}

/// What the commit says of itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    summary: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parent_commit: Option<String>,
}

/// A small file with its bytes.
#[derive(Deserialize)]
struct File {
    path: String,
    content: String,
    #[serde(default)]
    encoding: Option<String>,
}

/// A large file, whose bytes were sent before.
#[derive(Deserialize)]
struct LargeFile {
    path: String,
    oid: String,
}

/// A file or folder that goes.
#[derive(Deserialize)]
struct Gone {
    path: String,
}

/// `POST /api/{type}s/{ns}/{name}/commit/{rev}`
pub(super) async fn commit(
    request: HttpRequest,
    body: Payload,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (Reader(actor), at) = (reader, At::of(&request)?);
    registry.may_commit(&actor, &at.name).await.map_err(|error| refused(error, &actor))?;
    if yes(&request, "create_pr") {
        return Err(Problem::new(Kind::BadRequest, "this site has no pull requests; commit to a branch"));
    }
    let branch = at.first()?.to_owned();
    let mut lines = Lines::new(body, site.limits.idle);
    let mut read = Read { registry: &registry, actor: &actor, header: None, operations: Vec::new() };
    while let Some(line) = lines.next().await? {
        read.line(&line).await?;
    }
    let new = read.commit(&at.name, &branch).await?;
    let made = registry.commit(&actor, &at.name, &branch, new).await;
    let made = made.map_err(|error| in_commit(error, &actor))?;
    let id = made.commit.id.to_string();
    Ok(HttpResponse::Ok().json(json!({
        "success": true,
        "commitOid": id,
        "commitUrl": format!("{}/commit/{id}", at.kind.page(&site, &at.name)),
        "hookOutput": "",
    })))
}

/// What clients of the protocol expect to be a bad request is one.
fn in_commit(error: Error, actor: &Actor) -> Problem {
    match error {
        Error::BlobUnknown { .. }
        | Error::PathClash { .. }
        | Error::BranchRefused { .. }
        | Error::NothingToCommit
        | Error::Malformed(_)
        | Error::TooMany { .. } => Problem::new(Kind::BadRequest, error.to_string()),
        Error::StaleParent { .. } => {
            let told = "A commit has happened since. Please refresh and try again.";
            Problem::new(Kind::StaleParent, told)
        }
        other => refused(other, actor),
    }
}

/// A commit, read so far. The bytes of small files are kept as they come.
struct Read<'a> {
    registry: &'a Registry,
    actor: &'a Actor,
    header: Option<Header>,
    operations: Vec<Operation>,
}

impl Read<'_> {
    async fn line(&mut self, line: &[u8]) -> Result<(), Problem> {
        let line: Line = serde_json::from_slice(line)
            .map_err(|error| bad(format!("line {} of the commit: {error}", self.operations.len() + 1)))?;
        let operation = match line {
            Line::Header(header) => {
                self.header = Some(header);
                return Ok(());
            }
            Line::File(file) => self.file(file).await?,
            Line::LfsFile(LargeFile { path: at, oid }) => {
                let blob = oid.parse().map_err(|error: domain::Malformed| bad(error.to_string()))?;
                Operation::Put { path: path(&at)?, blob }
            }
            Line::DeletedFile(Gone { path: at }) => Operation::Delete { path: path(&at)? },
            Line::DeletedFolder(Gone { path: at }) => {
                Operation::DeleteFolder { path: path(at.trim_end_matches('/'))? }
            }
        };
        if self.operations.len() == self.registry.limits().operations {
            let limit = self.registry.limits().operations;
            return Err(bad(format!("changes in one commit: at most {limit}")));
        }
        self.operations.push(operation);
        Ok(())
    }

    async fn file(&self, file: File) -> Result<Operation, Problem> {
        let at = path(&file.path)?;
        let bytes = match file.encoding.as_deref() {
            None | Some("base64") => STANDARD
                .decode(file.content.as_bytes())
                .map_err(|error| bad(format!("`{at}` is not written in base64: {error}")))?,
            Some("utf-8") => file.content.into_bytes(),
            Some(other) => return Err(bad(format!("`{at}` is written in `{other}`; write base64"))),
        };
        if at.as_str() == README
            && let Err(fault) = registry::card_data(&String::from_utf8_lossy(&bytes))
        {
            return Err(bad(fault.to_string()).with_faults(vec![fault]));
        }
        let (digest, length) = (Digest::of(&bytes), bytes.len() as u64);
        let whole = stream::iter([Ok::<_, io::Error>(Bytes::from(bytes))]);
        let kept = self.registry.receive(self.actor, digest, Some(length), whole).await;
        let kept = kept.map_err(|error| refused(error, self.actor))?;
        Ok(Operation::Put { path: at, blob: kept.sha256 })
    }

    /// The commit that was read.
    async fn commit(self, name: &RepositoryName, branch: &str) -> Result<NewCommit, Problem> {
        let header = self.header.ok_or_else(|| bad("the commit has no header line"))?;
        let parent = match header.parent_commit {
            Some(parent) => Some(head(self.registry, self.actor, name, branch, &parent).await?),
            None => None,
        };
        let description = header.description.filter(|text| !text.trim().is_empty());
        let message = match description {
            Some(description) => format!("{}\n\n{description}", header.summary),
            None => header.summary,
        };
        Ok(NewCommit { message, parent, operations: self.operations })
    }
}

/// The commit that a parent, perhaps shortened, names; it must be where the branch stands.
async fn head(
    registry: &Registry,
    actor: &Actor,
    name: &RepositoryName,
    branch: &str,
    parent: &str,
) -> Result<CommitId, Problem> {
    if let Ok(whole) = parent.parse() {
        return Ok(whole);
    }
    let repository = registry.repository(actor, name).await.map_err(|error| refused(error, actor))?;
    let found = repository.branches.iter().find(|known| known.name == branch);
    let head = found.and_then(|branch| branch.head);
    match head.filter(|head| parent.len() >= 5 && head.to_string().starts_with(parent)) {
        Some(head) => Ok(head),
        None => Err(in_commit(Error::StaleParent { branch: branch.to_owned(), head }, actor)),
    }
}

fn path(text: &str) -> Result<FilePath, Problem> {
    text.parse().map_err(|error: domain::Malformed| bad(error.to_string()))
}

fn bad(said: impl Into<String>) -> Problem {
    Problem::new(Kind::BadRequest, said)
}
