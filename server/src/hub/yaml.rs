//! Whether the head of a `README.md` can be read.

use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::json;

use crate::json::{Json, Sent};

/// A `README.md`.
#[derive(Debug, Deserialize)]
pub(super) struct Readme {
    content: String,
}

impl Sent for Readme {
    fn is_for_everyone() -> bool {
        true
    }
}

/// `POST /api/validate-yaml`
pub(super) async fn validate(readme: Json<Readme>) -> HttpResponse {
    match registry::card_data(&readme.0.content) {
        Ok(Some(fields)) if !fields.is_empty() => {
            HttpResponse::Ok().json(json!({"errors": [], "warnings": []}))
        }
        Ok(_empty) => {
            let warning = json!({"message": "empty or missing yaml metadata in repo card"});
            HttpResponse::Ok().json(json!({"errors": [], "warnings": [warning]}))
        }
        Err(fault) => {
            let said = fault.to_string();
            let errors = json!([{"message": said}]);
            HttpResponse::BadRequest().json(json!({"error": said, "errors": errors, "warnings": []}))
        }
    }
}
