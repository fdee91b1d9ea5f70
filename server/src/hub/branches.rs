//! Branches, and the commits that lead to them.

use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use registry::{Commit, MAIN, Registry};
use serde::Deserialize;
use serde_json::{Value, json};

use super::info::moment;
use super::refused;
use super::repository_type::At;
use super::tree::{next_page, parameter, parameters};
use crate::auth::Reader;
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// Most commits of one page.
const MOST: usize = 100;

/// `GET /api/{type}s/{ns}/{name}/refs`
pub(super) async fn refs(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    let refs = registry.refs(&reader.0, &at.name).await.map_err(|error| refused(error, &reader.0))?;
    let named = |kind: &str, name: &str, commit: String| json!({"name": name, "ref": format!("refs/{kind}/{name}"), "targetCommit": commit});
    let branches = refs
        .branches
        .iter()
        .filter_map(|branch| Some(named("heads", &branch.name, branch.head?.to_string())));
    let branches: Vec<Value> = branches.collect();
    let tags = refs.tags.iter().map(|tag| named("tags", &tag.name, tag.commit.to_string()));
    let tags: Vec<Value> = tags.collect();
    let mut said = json!({"branches": branches, "converts": [], "tags": tags});
    let pulls = parameters(&request).any(|(name, value)| name == "include_prs" && value != "0");
    if pulls && let Some(said) = said.as_object_mut() {
        said.insert("pullRequests".to_owned(), json!([]));
    }
    Ok(HttpResponse::Ok().json(said))
}

/// `GET /api/{type}s/{ns}/{name}/commits/{rev}`
pub(super) async fn history(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    let limit = parameter(&request, "limit").and_then(|limit| limit.parse().ok()).unwrap_or(MOST);
    let from = parameter(&request, "cursor");
    let from = from.as_deref().map_or_else(|| at.first(), Ok)?;
    let history = registry.history(&reader.0, &at.name, from, limit.clamp(1, MOST)).await;
    let history = history.map_err(|error| refused(error, &reader.0))?;
    let formatted = parameters(&request).any(|(_, value)| value == "formatted");
    let said: Vec<Value> = history.commits.iter().map(|commit| described(commit, formatted)).collect();
    let mut answer = HttpResponse::Ok();
    if let Some(next) = history.next {
        answer.insert_header((header::LINK, next_page(&request, &site, &next.to_string())));
    }
    Ok(answer.json(said))
}

fn described(commit: &Commit, formatted: bool) -> Value {
    let (title, message) = commit.message.split_once('\n').unwrap_or((&commit.message, ""));
    let message = message.trim_start_matches('\n');
    let mut said = json!({
        "id": commit.id.to_string(),
        "title": title,
        "message": message,
        "date": moment(commit.created_at),
        "authors": [{"user": commit.author}],
    });
    if formatted && let Some(said) = said.as_object_mut() {
        said.insert("formatted".to_owned(), json!({"title": title, "message": message}));
    }
    said
}

/// Where a new branch begins.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    #[serde(default)]
    starting_point: Option<String>,
}

/// `POST /api/{type}s/{ns}/{name}/branch/{branch}`
pub(super) async fn create(
    request: HttpRequest,
    body: Bytes,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    let branch = at.first()?;
    if branch.starts_with("refs/") {
        return Err(Problem::new(Kind::BadRequest, "a branch cannot have a name that begins with refs/"));
    }
    let new: New = if body.trim_ascii().is_empty() {
        New::default()
    } else {
        serde_json::from_slice(&body).map_err(|error| Problem::new(Kind::InvalidJson, error.to_string()))?
    };
    let from = new.starting_point.as_deref().unwrap_or(MAIN);
    let made = registry.create_branch(&reader.0, &at.name, branch, from).await;
    made.map_err(|error| refused(error, &reader.0))?;
    Ok(HttpResponse::Created().json(json!({})))
}

/// `DELETE /api/{type}s/{ns}/{name}/branch/{branch}`
pub(super) async fn delete(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    let gone = registry.delete_branch(&reader.0, &at.name, at.first()?).await;
    gone.map_err(|error| refused(error, &reader.0))?;
    Ok(HttpResponse::Ok().json(json!({})))
}
