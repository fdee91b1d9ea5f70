//! Gates, and the requests of those who want the files behind them.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, get, put};
use domain::{AccessState, Gate, Namespace, Timestamp};
use registry::{AccessRequest, Registry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::repositories::RepositoryAddress;
use super::{CHANGE, JSON_BODY, problems};
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};

/// Who gets the files of a repository.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Gate, example = json!({"gate": "manual"}))]
pub(super) struct GateDocument {
    /// `auto`: everyone who accepts the terms with a name; `manual`: whom an owner lets in; `null`: everyone.
    #[schema(value_type = Option<String>)]
    gate: Option<Gate>,
}

impl Sent for GateDocument {}

problems!(GateProblems: [
    JSON_BODY, CHANGE, &[Kind::BadAddress, Kind::RepositoryNotFound, Kind::GateRefused],
].concat());

/// Put a gate before the files of a public repository.
///
/// Everyone still sees the repository, its releases, cards and hashes. Files are for its members and for those who asked.
#[utoipa::path(
    tag = "repositories",
    params(RepositoryAddress),
    request_body = GateDocument,
    responses((status = 200, description = "The gate as it is now.", body = GateDocument), GateProblems)
)]
#[put("/repositories/{ns}/{name}/gate")]
pub(super) async fn set_gate(
    wanted: Json<GateDocument>,
    at: web::Path<RepositoryAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let repository = registry.set_gate(&reader.0, &at.name()?, wanted.0.gate).await?;
    Ok(HttpResponse::Ok().json(GateDocument { gate: repository.gate }))
}

/// How the requests are written.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Written {
    /// `csv` for a table; JSON else.
    #[param(example = "csv")]
    format: Option<String>,
}

/// A request for the files of a repository.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessRequest, example = json!({
    "person": "ben", "state": "asked", "asked_at": "2026-11-22T10:00:00Z", "decided_at": null
}))]
struct RequestDocument {
    /// Who asks.
    #[schema(value_type = String)]
    person: Namespace,
    /// `asked`, `granted` or `refused`.
    #[schema(value_type = String)]
    state: AccessState,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
    /// When it was decided; `null` before.
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
}

impl From<AccessRequest> for RequestDocument {
    fn from(request: AccessRequest) -> Self {
        let AccessRequest { person, state, asked_at, decided_at } = request;
        Self { person, state, asked_at, decided_at }
    }
}

problems!(ListProblems: [CHANGE, &[Kind::BadAddress, Kind::RepositoryNotFound]].concat());

/// Who asked for the files of a repository, for its owners.
#[utoipa::path(
    tag = "repositories",
    params(RepositoryAddress, Written),
    responses(
        (status = 200, description = "The requests, the oldest first.", body = Vec<RequestDocument>),
        ListProblems
    )
)]
#[get("/repositories/{ns}/{name}/access")]
pub(super) async fn list_access(
    at: web::Path<RepositoryAddress>,
    written: web::Query<Written>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let requests = registry.access_requests(&reader.0, &at.name()?).await?;
    if written.format.as_deref() != Some("csv") {
        let documents: Vec<RequestDocument> = requests.into_iter().map(RequestDocument::from).collect();
        return Ok(HttpResponse::Ok().json(documents));
    }
    // Names, states and moments hold neither commas nor quotes.
    let lines = requests.into_iter().map(|AccessRequest { person, state, asked_at, decided_at }| {
        let decided = decided_at.map(|at| at.to_string()).unwrap_or_default();
        format!("{person},{state},{asked_at},{decided}")
    });
    let head = "person,state,asked_at,decided_at".to_owned();
    let table = std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n") + "\n";
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8")).body(table))
}
