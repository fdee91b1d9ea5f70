//! The JSON Schema of `system-card.yaml`, for editors and for other programs.

/// The text of the schema, JSON Schema 2020-12.
pub const SCHEMA_TEXT: &str = include_str!("../../../../templates/schemas/system-card.json");

/// The schema as a value, as published at `/schemas/system-card.json`.
///
/// # Errors
/// Never for the text that is built in; a test reads it.
pub fn schema() -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_str(SCHEMA_TEXT)
}
