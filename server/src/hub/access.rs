//! Who may have the bytes of a gated repository: asking, deciding, and the list of requests.

use actix_web::http::header;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use domain::{AccessState, Namespace};
use registry::{Actor, Registry};
use serde::Deserialize;
use serde_json::{Value, json};

use super::info::moment;
use super::refused;
use super::repository_type::At;
use crate::address;
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};

/// Longest form, in bytes.
const FORM_BYTES: usize = 1024;

/// What the protocol calls each state.
const WORDS: [(AccessState, &str); 3] =
    [(AccessState::Asked, "pending"), (AccessState::Granted, "accepted"), (AccessState::Refused, "rejected")];

fn state_of(word: &str) -> Result<AccessState, Problem> {
    let found = WORDS.iter().find(|(_, known)| *known == word).map(|(state, _)| *state);
    found.ok_or_else(|| Problem::new(Kind::InvalidField, "`status` is `pending`, `accepted` or `rejected`"))
}

/// `GET /api/{type}s/{ns}/{name}/user-access-request/{status}`
pub(super) async fn list(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (Reader(actor), at) = (reader, At::of(&request)?);
    let wanted = state_of(at.first()?)?;
    let all = registry.access_requests(&actor, &at.name).await.map_err(|error| refused(error, &actor))?;
    let said = all.into_iter().filter(|asked| asked.state == wanted).map(|asked| {
        let person = asked.person.as_str();
        json!({
            "requestId": person,
            "user": {"user": person, "fullname": person},
            "status": at.first().unwrap_or_default(),
            "timestamp": moment(asked.asked_at),
        })
    });
    Ok(HttpResponse::Ok().json(said.collect::<Vec<Value>>()))
}

/// What is decided about whom.
#[derive(Debug, Deserialize)]
pub(super) struct Decision {
    #[serde(alias = "requestId")]
    user: Namespace,
    #[serde(default)]
    status: Option<String>,
}

impl Sent for Decision {}

/// `POST /api/{type}s/{ns}/{name}/user-access-request/handle`, and `…/grant` for those who need not have asked.
pub(super) async fn decide(
    decision: Json<Decision>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (Json(decision), Reader(actor), at) = (decision, reader, At::of(&request)?);
    let state = match (at.first()?, &decision.status) {
        ("grant", _) => AccessState::Granted,
        (_handle, Some(word)) => state_of(word)?,
        (_handle, None) => return Err(Problem::new(Kind::InvalidField, "`status` is missing")),
    };
    let decided = registry.decide_access(&actor, &at.name, &decision.user, state).await;
    decided.map_err(|error| refused(error, &actor))?;
    Ok(HttpResponse::Ok().json(json!({})))
}

/// What a form on the page sends: pages know nobody's name, so the token comes with it.
#[derive(Deserialize)]
struct Form {
    token: String,
}

/// `POST /{ns}/{name}/ask-access`: the terms are accepted, and the bytes asked for.
pub(super) async fn ask(
    request: HttpRequest,
    body: Payload,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let segments = address::segments(&request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).filter(|one| *one != "datasets").collect();
    let [namespace, name, _ask] = segments.as_slice() else { return Err(Problem::of(Kind::AddressNotFound)) };
    let name = address::repository(namespace, name)?;
    if let Reader(actor @ Actor::User { .. }) = reader {
        let state = registry.ask_access(&actor, &name).await.map_err(|error| refused(error, &actor))?;
        return Ok(HttpResponse::Ok().json(json!({"state": state.as_str()})));
    }
    let bytes = body.to_bytes_limited(FORM_BYTES).await.map_err(|_too_long| Problem::of(Kind::TooLarge))?;
    let bytes = bytes.map_err(|error| Problem::new(Kind::UploadCut, error.to_string()))?;
    let form = Query::<Form>::from_query(&String::from_utf8_lossy(&bytes));
    let Query(form) = form.map_err(|_no_form| registry::Error::Unauthenticated)?;
    let actor = registry.authenticate(form.token.trim()).await?;
    let state = registry.ask_access(&actor, &name).await?;
    let page = format!("/{name}?access={state}");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, page)).finish())
}
