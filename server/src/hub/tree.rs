//! The files of a commit, as folders or by their paths.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use domain::{FilePath, GitSha1};
use percent_encoding::percent_decode_str;
use registry::{Commit, Entry, Registry, Tree};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::info::moment;
use super::refused;
use super::repository_type::At;
use crate::address::{self, encoded};
use crate::auth::Reader;
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// Bytes of the pointer that git keeps in place of a large file, without the digits of its size.
pub(super) const POINTER_BYTES: usize = 125;
/// Most entries of one page.
const MOST: usize = 1_000;
/// Most entries of one page where each says its last commit.
const MOST_EXPANDED: usize = 50;
/// Most paths of one question.
const MOST_PATHS: usize = 1_000;

/// The parameters of a query, decoded.
pub(super) fn parameters(request: &HttpRequest) -> impl Iterator<Item = (String, String)> {
    form(request.query_string().as_bytes()).into_iter()
}

/// The fields of a form.
fn form(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(bytes);
    let word = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let fields = text.split('&').filter(|field| !field.is_empty());
    fields
        .map(|field| {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            (word(name), word(value))
        })
        .collect()
}

/// The value of a parameter.
pub(super) fn parameter(request: &HttpRequest, wanted: &str) -> Option<String> {
    parameters(request).find(|(name, _)| name == wanted).map(|(_, value)| value)
}

/// Whether a parameter says yes, in any case of letters.
pub(super) fn yes(request: &HttpRequest, wanted: &str) -> bool {
    parameter(request, wanted).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
}

/// `GET /api/{type}s/{ns}/{name}/tree/{rev}[/{path}]`
pub(super) async fn list(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    let tree = registry.tree(&reader.0, &at.name, at.first()?).await;
    let tree = tree.map_err(|error| refused(error, &reader.0))?;
    if let Some(redirect) = address::respelled(&request, &at.name, &tree.repository) {
        return Ok(redirect);
    }
    let folder = at.path();
    let items = items(&tree, &folder, yes(&request, "recursive"));
    if items.is_empty() && !folder.is_empty() {
        return Err(no_folder(&folder, &tree.commit, &reader));
    }
    let expand = yes(&request, "expand");
    let most = if expand { MOST_EXPANDED } else { MOST };
    let limit =
        parameter(&request, "limit").and_then(|limit| limit.parse().ok()).unwrap_or(most).clamp(1, most);
    let after = parameter(&request, "cursor").unwrap_or_default();
    let mut left = items.into_iter().filter(|item| item.path() > after.as_str());
    let page: Vec<Item<'_>> = left.by_ref().take(limit).collect();
    let mut answer = HttpResponse::Ok();
    if let (Some(last), true) = (page.last(), left.next().is_some()) {
        let next = next_page(&request, &site, last.path());
        answer.insert_header((header::LINK, next));
    }
    let last = last_changes(&registry, &reader, &tree, page.iter().filter(|_| expand)).await?;
    let said: Vec<Value> = page.iter().map(|item| item.said(last.get(item.path()))).collect();
    Ok(answer.json(said))
}

/// For each of these items the commit that changed it last.
async fn last_changes<'a>(
    registry: &Registry,
    reader: &Reader,
    tree: &Tree,
    items: impl Iterator<Item = &'a Item<'a>>,
) -> Result<BTreeMap<String, Commit>, Problem> {
    let paths: Vec<&str> = items.map(Item::path).collect();
    registry.last_changes(&reader.0, tree, &paths).await.map_err(|error| refused(error, &reader.0))
}

fn no_folder(folder: &str, commit: &Commit, reader: &Reader) -> Problem {
    match folder.parse::<FilePath>() {
        Ok(path) => refused(registry::Error::FileNotFound { path, commit: commit.id }, &reader.0),
        Err(malformed) => Problem::new(Kind::BadAddress, malformed.to_string()),
    }
}

/// The same address with the place to read on from.
pub(super) fn next_page(request: &HttpRequest, site: &Site, after: &str) -> HeaderValue {
    let mut query: Vec<String> = parameters(request)
        .filter(|(name, _)| name != "cursor")
        .map(|(name, value)| format!("{}={}", encoded(&name), encoded(&value)))
        .collect();
    query.push(format!("cursor={}", encoded(after)));
    let address = format!("<{}{}?{}>; rel=\"next\"", site.public_url, request.uri().path(), query.join("&"));
    HeaderValue::from_str(&address).unwrap_or(HeaderValue::from_static(""))
}

/// A file or a folder.
enum Item<'a> {
    File(&'a Entry),
    Folder(String, GitSha1),
}

impl Item<'_> {
    fn path(&self) -> &str {
        match self {
            Self::File(entry) => entry.path.as_str(),
            Self::Folder(path, _) => path,
        }
    }

    /// What is said of it; with the commit that changed it last, where one is given.
    fn said(&self, commit: Option<&Commit>) -> Value {
        let mut said = Map::new();
        let mut say = |name: &str, value: Value| said.insert(name.to_owned(), value);
        match self {
            Self::Folder(path, oid) => {
                say("type", json!("directory"));
                say("oid", json!(oid.to_string()));
                say("size", json!(0));
                say("path", json!(path));
            }
            Self::File(entry) => {
                say("type", json!("file"));
                say("oid", json!(entry.oid.to_string()));
                say("size", json!(entry.size));
                say("path", json!(entry.path.as_str()));
                if entry.large {
                    let pointer = POINTER_BYTES + entry.size.to_string().len();
                    let (oid, size) = (entry.sha256.hex(), entry.size);
                    say("lfs", json!({"oid": oid, "size": size, "pointerSize": pointer}));
                }
            }
        }
        if let Some(commit) = commit {
            let title = commit.message.lines().next().unwrap_or_default();
            let date = moment(commit.created_at);
            say("lastCommit", json!({"id": commit.id.to_string(), "title": title, "date": date}));
        }
        Value::Object(said)
    }
}

/// What lies in a folder, sorted by path; with everything below it where that is wanted.
fn items<'a>(tree: &'a Tree, folder: &str, recursive: bool) -> Vec<Item<'a>> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut items = BTreeMap::new();
    let mut folders = BTreeSet::new();
    for entry in &tree.entries {
        let Some(inside) = entry.path.as_str().strip_prefix(&prefix) else { continue };
        let ends = inside.match_indices('/').map(|(end, _)| prefix.len() + end);
        let ends: Vec<usize> = if recursive { ends.collect() } else { ends.take(1).collect() };
        if recursive || ends.is_empty() {
            items.insert(entry.path.as_str().to_owned(), Item::File(entry));
        }
        folders.extend(ends.iter().filter_map(|end| entry.path.as_str().get(..*end)));
    }
    for folder in folders {
        items.insert(folder.to_owned(), Item::Folder(folder.to_owned(), tree.folder_id(folder)));
    }
    items.into_values().collect()
}

/// A question about paths, as JSON.
#[derive(Deserialize)]
struct Asked {
    paths: Paths,
    #[serde(default)]
    expand: bool,
}

/// One path or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Paths {
    One(String),
    Many(Vec<String>),
}

/// `POST /api/{type}s/{ns}/{name}/paths-info/{rev}`: the question is a form or JSON.
pub(super) async fn paths_info(
    request: HttpRequest,
    body: Bytes,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    let (paths, expand) = asked(&body)?;
    if paths.len() > MOST_PATHS {
        return Err(Problem::new(Kind::TooMany, format!("paths of one question: at most {MOST_PATHS}")));
    }
    let tree = registry.tree(&reader.0, &at.name, at.first()?).await;
    let tree = tree.map_err(|error| refused(error, &reader.0))?;
    let known: BTreeMap<String, Item<'_>> =
        items(&tree, "", true).into_iter().map(|item| (item.path().to_owned(), item)).collect();
    let found: Vec<&Item<'_>> = paths.iter().filter_map(|path| known.get(path.trim_matches('/'))).collect();
    let last = last_changes(&registry, &reader, &tree, found.iter().copied().filter(|_| expand)).await?;
    let said: Vec<Value> = found.iter().map(|item| item.said(last.get(item.path()))).collect();
    Ok(HttpResponse::Ok().json(said))
}

fn asked(body: &[u8]) -> Result<(Vec<String>, bool), Problem> {
    if body.trim_ascii_start().first() == Some(&b'{') {
        let asked: Asked = serde_json::from_slice(body)
            .map_err(|error| Problem::new(Kind::InvalidJson, error.to_string()))?;
        let paths = match asked.paths {
            Paths::One(path) => vec![path],
            Paths::Many(paths) => paths,
        };
        return Ok((paths, asked.expand));
    }
    let fields = form(body);
    let expand = fields.iter().any(|(name, value)| name == "expand" && value.eq_ignore_ascii_case("true"));
    let paths = fields.into_iter().filter(|(name, _)| matches!(name.as_str(), "paths" | "paths[]"));
    Ok((paths.map(|(_, path)| path).collect(), expand))
}
