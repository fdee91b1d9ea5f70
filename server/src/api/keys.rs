//! The keys that people and organisations sign their models with.

use actix_web::web::{self, Data};
use actix_web::{HttpResponse, get, put};
use domain::{Namespace, Timestamp};
use registry::{PublisherKey, Registry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CHANGE, JSON_BODY, problems};
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};

/// Whose keys.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct NamespaceAddress {
    /// The person or organisation.
    #[param(value_type = String, example = "alice")]
    ns: Namespace,
}

/// A key to name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPublisherKey, example = json!({"pem": "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n"}))]
struct NewKeyDocument {
    /// A public key on P-256, P-384 or P-521, as PEM.
    pem: String,
}

impl Sent for NewKeyDocument {}

/// A key that a person or organisation signs models with.
#[derive(Serialize, ToSchema)]
#[schema(as = PublisherKey)]
struct KeyDocument {
    /// SHA-256 of its PEM: how signatures name it.
    #[schema(example = "dec5f5fdba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61")]
    hint: String,
    /// The public key as PEM.
    #[schema(example = "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n")]
    pem: String,
    /// When it was named.
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
}

fn answer(keys: Vec<PublisherKey>) -> HttpResponse {
    let document = |PublisherKey { hint, pem, added_at }| KeyDocument { hint, pem, added_at };
    HttpResponse::Ok().json(keys.into_iter().map(document).collect::<Vec<_>>())
}

problems!(NameProblems: [
    JSON_BODY, CHANGE, &[Kind::BadAddress, Kind::NamespaceNotFound, Kind::TooMany],
].concat());

/// Name a key that signs the models of a person or organisation.
///
/// A release may hold the publisher's own `OpenSSF` model-signing bundle, such as `model.sig`. What it says is checked
/// against these keys, also for releases that were published before the key was named.
#[utoipa::path(
    tag = "releases",
    params(NamespaceAddress),
    request_body = NewKeyDocument,
    responses((status = 200, description = "All keys, the oldest first.", body = Vec<KeyDocument>), NameProblems)
)]
#[put("/namespaces/{ns}/keys")]
pub(super) async fn name_key(
    new: Json<NewKeyDocument>,
    at: web::Path<NamespaceAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    Ok(answer(registry.name_key(&reader.0, &at.ns, &new.0.pem).await?))
}

problems!(ListProblems: [Kind::BadAddress, Kind::NamespaceNotFound]);

/// The keys that sign the models of a person or organisation.
#[utoipa::path(
    tag = "releases",
    params(NamespaceAddress),
    responses((status = 200, description = "All keys, the oldest first.", body = Vec<KeyDocument>), ListProblems)
)]
#[get("/namespaces/{ns}/keys")]
pub(super) async fn list_keys(
    at: web::Path<NamespaceAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    Ok(answer(registry.publisher_keys(&reader.0, &at.ns).await?))
}
