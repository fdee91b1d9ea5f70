//! Who asks, and what they may do.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use domain::Scope;
use registry::Registry;
use serde_json::json;

use super::refused;
use super::repository_type::At;
use crate::auth::Reader;
use crate::problem::Problem;

/// `GET /api/whoami-v2`
pub(super) async fn whoami(reader: Reader, registry: Data<Registry>) -> Result<HttpResponse, Problem> {
    let person = registry.whoami(&reader.0).await?;
    let role = if person.scopes.contains(&Scope::Write) { "write" } else { "read" };
    let organisations: Vec<_> =
        person.organisations.iter().map(|name| json!({"type": "org", "name": name.as_str()})).collect();
    Ok(HttpResponse::Ok().json(json!({
        "type": "user",
        "id": person.id.simple().to_string(),
        "name": person.name.as_str(),
        "fullname": person.name.as_str(),
        "email": null,
        "orgs": organisations,
        "auth": {"type": "access_token", "accessToken": {"displayName": "token", "role": role}},
    })))
}

/// `GET /api/{type}s/{ns}/{name}/auth-check`
pub(super) async fn may_read(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    registry.check_access(&reader.0, &at.name).await.map_err(|error| refused(error, &reader.0))?;
    Ok(HttpResponse::Ok().json(json!({})))
}

/// `GET /api/{type}s/{ns}/{name}/auth-check/write`
pub(super) async fn may_write(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    registry.may_commit(&reader.0, &at.name).await.map_err(|error| refused(error, &reader.0))?;
    Ok(HttpResponse::Ok().json(json!({})))
}
