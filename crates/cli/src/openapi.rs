//! `vitrine openapi`: the description of the JSON API.

use crate::error::Error;
use crate::out::Out;

/// Prints the OpenAPI 3.1 document; starts nothing.
pub(crate) fn openapi(out: &mut Out) -> Result<u8, Error> {
    out.say(serde_json::to_string_pretty(&server::openapi())?)?;
    Ok(0)
}
