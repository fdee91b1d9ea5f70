//! The JSON API, version 1. One file a noun; each handler parses, asks the registry, answers.

mod access;
mod blobs;
mod cards;
mod commits;
mod document;
mod explain;
mod keys;
mod log;
mod releases;
mod repositories;
mod scores;
mod trees;
mod trials;

use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use crate::problem::{FaultDocument, Kind, ProblemDocument};

pub(crate) use blobs::{announced_length, finished, idle, receive, steady};
pub(crate) use cards::{Comparison, card_json, card_state, card_version_json, compare, facets, sort_if_any};
pub(crate) use document::DocumentText;
pub(crate) use releases::{entry_of, withdrawn_header};

/// Declares the problems that an operation can answer with, as a type for its documentation.
macro_rules! problems {
    ($name:ident: $kinds:expr) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses()
            -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::problem::documented(&[&$kinds[..], $crate::api::ALWAYS].concat())
            }
        }
    };
}
use problems;

/// What every address can answer with.
const ALWAYS: &[Kind] = &[Kind::TokenRefused, Kind::Internal];
/// What every address that reads JSON can answer with.
const JSON_BODY: &[Kind] = &[
    Kind::InvalidJson,
    Kind::UploadCut,
    Kind::TooSlow,
    Kind::TooLarge,
    Kind::UnsupportedMediaType,
    Kind::InvalidField,
];
/// What every address that changes something can answer with.
const CHANGE: &[Kind] = &[Kind::TokenNeeded, Kind::Forbidden, Kind::ScopeMissing];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vitrine",
        version = "1",
        description = "Published releases of models, immutable and hashed, and the system cards made from them. \
                       Reading what is public needs no token. Everything else needs the header \
                       `Authorization: Bearer hf_…`; a token that is wrong is refused at every address. Errors are \
                       problems as of RFC 9457, and the address in `type` explains each in plain language. This \
                       version only ever gains addresses and fields. `HEAD` works wherever `GET` does.",
        license(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0"),
    ),
    servers((url = "/", description = "This site")),
    security((), ("token" = [])),
    tags(
        (name = "repositories", description = "Where people prepare what they publish: branches of commits."),
        (name = "blobs", description = "Bytes by their SHA-256."),
        (name = "releases", description = "Published snapshots that never change."),
        (name = "cards", description = "System cards: what decides the order of a list, measured."),
        (name = "log", description = "The record book: what was published, for ever, with proofs."),
        (name = "documentation", description = "This document."),
    ),
    components(schemas(ProblemDocument, FaultDocument)),
)]
struct Base;

/// Adds every address of the API.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(document::openapi_json).service(
        scope::scope("/api/v1")
            .service(repositories::create_repository)
            .service(repositories::show_repository)
            .service(access::set_gate)
            .service(access::list_access)
            .service(commits::create_commit)
            .service(trees::show_tree)
            .service(blobs::upload_blob)
            .service(blobs::download_blob)
            .service(releases::publish_release)
            .service(releases::list_releases)
            .service(releases::show_release)
            .service(releases::show_release_document)
            .service(releases::show_examination)
            .service(releases::withdraw_release)
            .service(keys::name_key)
            .service(keys::list_keys)
            .service(scores::score_rows)
            .service(explain::explain_release)
            .service(cards::compare_cards)
            .service(cards::list_cards)
            .service(cards::show_card)
            .service(cards::show_card_version)
            .service(cards::show_quiz)
            .service(trials::try_card)
            .service(log::log_proof)
            .service(log::log_consistency)
            .service(log::log_entries),
    );
}

/// The OpenAPI 3.1 document of the API; starts nothing.
#[must_use]
pub fn openapi() -> Document {
    let app = actix_web::App::new().into_utoipa_app().openapi(Base::openapi()).configure(configure);
    let (_app, mut document) = app.split_for_parts();
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("hf_ and 40 letters and digits")
        .description(Some("An API token. `vitrine admin token NAME` makes one."))
        .build();
    document.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(scheme));
    document
}
