//! Tags. A tag that is a semantic version publishes a release.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use domain::{EntryKind, Version};
use registry::{Draft, Error, Facts, Registry};
use serde::Deserialize;
use serde_json::json;

use super::refused;
use super::repository_type::At;
use crate::api::entry_of;
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::Problem;

/// A tag to make.
#[derive(Debug, Deserialize)]
pub(super) struct New {
    tag: String,
    #[serde(default)]
    message: Option<String>,
}

impl Sent for New {}

/// `POST /api/{type}s/{ns}/{name}/tag/{rev}`
pub(super) async fn create(
    new: Json<New>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (Json(new), Reader(actor), at) = (new, reader, At::of(&request)?);
    let revision = at.first()?.to_owned();
    if let Ok(version) = new.tag.parse::<Version>() {
        let draft = Draft { repository: at.name, version, revision, facts: facts(new.message) };
        let release = registry.publish(&actor, draft).await.map_err(|error| already(error, &actor))?;
        let entry = entry_of(&release, EntryKind::Release);
        let proof = registry.proven(&entry).await?.to_string();
        let address = format!("{}/releases/{}", release.document.repository.name, release.document.version);
        return Ok(HttpResponse::Created().json(json!({
            "release": address, "digest": release.digest.to_string(), "proof": proof,
        })));
    }
    let message = new.message.unwrap_or_default();
    let made = registry.create_tag(&actor, &at.name, (&new.tag, &message), &revision).await;
    made.map_err(|error| refused(error, &actor))?;
    Ok(HttpResponse::Created().json(json!({})))
}

/// What a tag's message says is what the release says of itself.
fn facts(message: Option<String>) -> Facts {
    Facts { description: message.filter(|message| !message.trim().is_empty()), ..Facts::default() }
}

/// A release that is there already is a tag that is there already, and never moves.
fn already(error: Error, actor: &registry::Actor) -> Problem {
    match error {
        Error::ReleaseExists { repository, version } => {
            Error::TagFixed { name: format!("v{version}"), repository }.into()
        }
        other => refused(other, actor),
    }
}

/// `DELETE /api/{type}s/{ns}/{name}/tag/{tag}`
pub(super) async fn delete(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    let gone = registry.delete_tag(&reader.0, &at.name, at.first()?).await;
    gone.map_err(|error| refused(error, &reader.0))?;
    Ok(HttpResponse::Ok().json(json!({})))
}
