//! Making, renaming and taking away repositories.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use domain::{Gate, Namespace, RepositoryName, Visibility};
use registry::{Actor, Error, NewRepository, Registry, Repository};
use serde::Deserialize;
use serde_json::json;

use super::info::gated;
use super::refused;
use super::repository_type::{At, RepositoryType};
use crate::address;
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// A repository as it is named in bodies: with its owner apart, or before it.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    name: String,
    #[serde(default)]
    organization: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<RepositoryType>,
    #[serde(default)]
    private: Option<bool>,
    #[serde(default)]
    visibility: Option<Visibility>,
}

impl Sent for Named {}

impl Named {
    fn repository(&self, actor: &Actor) -> Result<RepositoryName, Problem> {
        if let Some((namespace, name)) = self.name.split_once('/') {
            return address::repository(namespace, name);
        }
        let own = || actor.name().cloned().ok_or(Error::Unauthenticated);
        let namespace: Namespace = match &self.organization {
            Some(organisation) => address::word(organisation)?,
            None => own()?,
        };
        address::repository(namespace.as_str(), &self.name)
    }

    fn visibility(&self) -> Visibility {
        let private = self.private == Some(true);
        self.visibility.unwrap_or(if private { Visibility::Private } else { Visibility::Public })
    }
}

/// `POST /api/repos/create`
pub(super) async fn create(
    new: Json<Named>,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (Json(new), Reader(actor)) = (new, reader);
    let name = new.repository(&actor)?;
    let kind = new.kind.unwrap_or_default();
    let wanted = NewRepository { name: name.clone(), kind: kind.kind(), visibility: new.visibility() };
    match registry.create_repository(&actor, wanted).await {
        Ok(made) => {
            registry.begin_repository(&actor, &made.name).await?;
            Ok(HttpResponse::Ok().json(described(&site, &made)))
        }
        Err(Error::RepositoryExists { .. }) => Ok(exists(&site, kind, &name)),
        Err(error) => Err(refused(error, &actor)),
    }
}

fn described(site: &Site, repository: &Repository) -> serde_json::Value {
    let url = RepositoryType::of(repository.kind).page(site, &repository.name);
    json!({"url": url, "name": repository.name.to_string(), "id": repository.id.simple().to_string()})
}

/// Clients read the address of what is there already out of the refusal.
fn exists(site: &Site, kind: RepositoryType, name: &RepositoryName) -> HttpResponse {
    let error = format!(
        "You already created this {} repo, or its name is taken: {name}",
        match kind {
            RepositoryType::Model => "model",
            RepositoryType::Dataset => "dataset",
        }
    );
    HttpResponse::Conflict().json(json!({"error": error, "url": kind.page(site, name)}))
}

/// `DELETE /api/repos/delete`
pub(super) async fn delete(
    gone: Json<Named>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (Json(gone), Reader(actor)) = (gone, reader);
    let name = gone.repository(&actor)?;
    registry.delete_repository(&actor, &name).await.map_err(|error| refused(error, &actor))?;
    Ok(HttpResponse::Ok().finish())
}

/// A repository and the name it is to have.
#[derive(Debug, Deserialize)]
pub(super) struct Rename {
    #[serde(rename = "fromRepo")]
    from: String,
    #[serde(rename = "toRepo")]
    to: String,
}

impl Sent for Rename {}

/// `POST /api/repos/move`
pub(super) async fn rename(
    wanted: Json<Rename>,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (Json(Rename { from, to }), Reader(actor)) = (wanted, reader);
    let (from, to) = (address::word::<RepositoryName>(&from)?, address::word::<RepositoryName>(&to)?);
    let moved = registry.move_repository(&actor, &from, &to).await.map_err(|error| refused(error, &actor))?;
    Ok(HttpResponse::Ok().json(described(&site, &moved)))
}

/// What is to change of a repository.
#[derive(Debug, Deserialize)]
pub(super) struct Settings {
    #[serde(default)]
    private: Option<bool>,
    #[serde(default)]
    visibility: Option<Visibility>,
    #[serde(default)]
    gated: Option<Gated>,
}

/// How the protocol says whether there is a gate: `false`, or which one.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum Gated {
    Which(Gate),
    Any(bool),
}

impl Sent for Settings {}

/// `PUT /api/{type}s/{ns}/{name}/settings`
pub(super) async fn settings(
    wanted: Json<Settings>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (Json(wanted), Reader(actor), at) = (wanted, reader, At::of(&request)?);
    let private = |private| if private { Visibility::Private } else { Visibility::Public };
    if let Some(visibility) = wanted.visibility.or(wanted.private.map(private)) {
        let set = registry.set_visibility(&actor, &at.name, visibility).await;
        set.map_err(|error| refused(error, &actor))?;
    }
    match wanted.gated {
        None => {}
        Some(Gated::Any(true)) => {
            return Err(Problem::new(Kind::InvalidField, "`gated` is `auto`, `manual` or `false`"));
        }
        Some(gated) => {
            let gate = if let Gated::Which(gate) = gated { Some(gate) } else { None };
            registry.set_gate(&actor, &at.name, gate).await.map_err(|error| refused(error, &actor))?;
        }
    }
    let now = registry.repository(&actor, &at.name).await.map_err(|error| refused(error, &actor))?;
    let said = json!({"private": now.visibility == Visibility::Private, "gated": gated(now.gate)});
    Ok(HttpResponse::Ok().json(said))
}
