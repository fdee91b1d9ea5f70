//! Which files of a commit to come are large, and which are here already.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use registry::Registry;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refused;
use super::repository_type::At;
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::Problem;

/// Files beyond this are large whatever they hold: 10 MiB.
const REGULAR_BYTES: u64 = 10 << 20;

/// Files that a client is about to send.
#[derive(Debug, Deserialize)]
pub(super) struct Announced {
    files: Vec<File>,
}

/// One of them, with its beginning.
#[derive(Debug, Deserialize)]
struct File {
    path: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    sample: String,
}

impl Sent for Announced {}

/// `POST /api/{type}s/{ns}/{name}/preupload/{rev}`
pub(super) async fn preupload(
    announced: Json<Announced>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    registry.may_commit(&reader.0, &at.name).await.map_err(|error| refused(error, &reader.0))?;
    let tree = registry.tree(&reader.0, &at.name, at.first()?).await;
    let tree = tree.map_err(|error| refused(error, &reader.0))?;
    let files: Vec<Value> = announced
        .0
        .files
        .iter()
        .map(|file| {
            let known = tree.entry(&file.path);
            let oid = known.map(|entry| if entry.large { entry.sha256.hex() } else { entry.oid.to_string() });
            let mode = if is_large(file) { "lfs" } else { "regular" };
            json!({"path": file.path, "uploadMode": mode, "shouldIgnore": false, "oid": oid})
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({"files": files, "commitOid": tree.commit.id.to_string()})))
}

/// Whether a file is large: beyond 10 MiB, or not text as far as its beginning tells.
fn is_large(file: &File) -> bool {
    let sample = STANDARD.decode(file.sample.as_bytes()).unwrap_or_default();
    file.size > REGULAR_BYTES || !is_text(&sample)
}

/// Text has no zero byte and is UTF-8, but for a character that the end cuts.
fn is_text(sample: &[u8]) -> bool {
    let utf8 = match str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    utf8 && !sample.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_everything_else_by_its_beginning() {
        assert!(is_text("नमस्ते".as_bytes()));
        assert!(is_text("नमस्ते".as_bytes().get(..7).unwrap()));
        assert!(is_text(b""));
        assert!(!is_text(b"a\0b"));
        assert!(!is_text(b"\xff\xfe"));
    }
}
