//! The document that describes the API.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

use super::problems;
use crate::problem::Kind;

/// The OpenAPI document as JSON text, made once.
#[derive(Debug)]
pub(crate) struct DocumentText(pub(crate) String);

problems!(OpenapiProblems: [Kind::BadRequest]);

/// This document.
///
/// OpenAPI 3.1, as JSON. `vitrine openapi` prints the same.
#[utoipa::path(
    tag = "documentation",
    responses((status = 200, description = "The OpenAPI document.", body = Object), OpenapiProblems)
)]
#[get("/api/openapi.json")]
pub(super) async fn openapi_json(text: Data<DocumentText>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(text.0.clone())
}
