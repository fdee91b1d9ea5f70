//! The JSON Schemas of our documents, for everyone who writes or reads them.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};

use crate::bytes::ASK;
use crate::problem::{Kind, Problem};

/// Every schema: its name and its text.
const SCHEMAS: &[(&str, &str)] = &[
    ("release.json", include_str!("../../templates/schemas/release.json")),
    ("card.json", include_str!("../../templates/schemas/card.json")),
    ("examination.json", include_str!("../../templates/schemas/examination.json")),
    ("system-card.json", include_str!("../../templates/schemas/system-card.json")),
];

/// Adds `/schemas/…`.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.route("/schemas/{name}", web::get().to(show));
}

async fn show(name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = SCHEMAS.iter().find(|(known, _)| *known == name.as_str());
    let (_, text) = found.ok_or(Problem::of(Kind::AddressNotFound))?;
    Ok(HttpResponse::Ok()
        .content_type("application/schema+json")
        .insert_header((header::CACHE_CONTROL, ASK))
        .body(*text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_json_and_names_its_address() {
        for (name, text) in SCHEMAS {
            let schema: serde_json::Value = serde_json::from_str(text).unwrap();

            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
            assert!(schema["$id"].as_str().unwrap().ends_with(&format!("/schemas/{name}")), "{name}");
        }
    }
}
