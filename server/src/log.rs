//! The record book as C2SP tlog-tiles lays it out: checkpoint and tiles under `/log`, documents by their hash.

use actix_web::http::header::{self, HeaderName};
use actix_web::web::{Data, Path, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use domain::{Coordinates, Digest, EntryKind, Slug};
use registry::{KeyRole, Registry};
use tlog::{ProofFile, Tile};

use crate::address;
use crate::auth::Reader;
use crate::bytes::{self, ASK, About, FOREVER};
use crate::problem::{Kind, Problem};

const TEXT: &str = "text/plain; charset=utf-8";

/// Adds the addresses of the record book.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/log/checkpoint", get().to(checkpoint))
        .route("/log/vkey", get().to(vkey))
        .route("/log/policy", get().to(policy))
        .route("/log/keys/{role}/{number}", get().to(handover))
        .route("/log/tile/{tile:.*}", get().to(tile))
        .route("/objects/sha256/{hex}", get().to(object))
        .route("/cards/{slug}/v/{n}/card.tlog-proof", get().to(card_proof))
        .route("/{ns}/{name}/releases/{version}/release.tlog-proof", get().to(release_proof));
}

async fn checkpoint(request: HttpRequest, registry: Data<Registry>) -> Result<HttpResponse, Problem> {
    let (_size, note) = registry.checkpoint().await?;
    Ok(answer(&request, note.into_bytes(), TEXT, ASK))
}

async fn vkey(request: HttpRequest, registry: Data<Registry>) -> Result<HttpResponse, Problem> {
    Ok(answer(&request, format!("{}\n", registry.log_key()?).into_bytes(), TEXT, ASK))
}

/// Whom to believe, as C2SP tlog-policy: the record book's key, and the witnesses that it asks.
async fn policy(request: HttpRequest, registry: Data<Registry>) -> Result<HttpResponse, Problem> {
    Ok(answer(&request, registry.log_policy().await?.into_bytes(), TEXT, ASK))
}

/// How a key gave way to the next, signed by both; with `.tlog-proof` behind the number, that it stands in the book.
async fn handover(
    at: Path<(String, String)>,
    request: HttpRequest,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let none = || Problem::of(Kind::AddressNotFound);
    let (role, number) = at.into_inner();
    let role = [KeyRole::Log, KeyRole::Registry].into_iter().find(|known| known.as_str() == role);
    let role = role.ok_or_else(none)?;
    let (number, wants_proof) = match number.strip_suffix(".tlog-proof") {
        Some(number) => (number.to_owned(), true),
        None => (number, false),
    };
    let number: u64 = number.parse().map_err(|_no_number| none())?;
    if wants_proof {
        return proof(&request, &registry, &role.coordinates(number)).await;
    }
    let media_type = match role {
        KeyRole::Log => TEXT,
        KeyRole::Registry => "application/json",
    };
    Ok(answer(&request, registry.handover(role, number).await?, media_type, FOREVER))
}

async fn tile(
    at: Path<String>,
    request: HttpRequest,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let none = || Problem::of(Kind::AddressNotFound);
    // The path as it was sent: no other spelling leads here.
    let spelled = request.path().strip_prefix("/log/").filter(|path| *path == format!("tile/{at}"));
    let tile: Tile = spelled.ok_or_else(none)?.parse().map_err(|_no_tile| none())?;
    let bytes = registry.tile(tile).await?.ok_or_else(none)?;
    Ok(answer(&request, bytes, "application/octet-stream", FOREVER))
}

async fn object(
    hex: Path<String>,
    request: HttpRequest,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let none = || Problem::of(Kind::AddressNotFound);
    let digest: Digest = format!("sha256:{hex}").parse().map_err(|_no_digest| none())?;
    let document = registry.stored_document(&digest).await?.ok_or_else(none)?;
    let media_type = if document.schema.starts_with("vitrine/") { "application/json" } else { TEXT };
    Ok(answer(&request, document.bytes, media_type, FOREVER))
}

async fn release_proof(
    at: Path<(String, String, String)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (namespace, name, version) = at.into_inner();
    let name = address::repository(&namespace, &name)?;
    let release = registry.release(&reader.0, &name, &address::word(&version)?).await?;
    if let Some(redirect) = address::respelled(&request, &name, &release.document.repository.name) {
        return Ok(redirect);
    }
    let (id, ver) = (release.document.repository.id, release.document.version.to_string());
    proof(&request, &registry, &Coordinates { kind: EntryKind::Release, id, ver }).await
}

async fn card_proof(
    at: Path<(Slug, u32)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (slug, version) = at.into_inner();
    let card = registry.card_version(&reader.0, &slug, version).await?;
    let (id, ver) = (card.repository_id, version.to_string());
    proof(&request, &registry, &Coordinates { kind: EntryKind::Card, id, ver }).await
}

/// The proof file of an entry.
pub(crate) async fn proof(
    request: &HttpRequest,
    registry: &Registry,
    coordinates: &Coordinates,
) -> Result<HttpResponse, Problem> {
    let proof: Option<ProofFile> = registry.proof(coordinates).await?;
    let missing = || registry::Error::LogEntryNotFound { coordinates: coordinates.to_string() };
    Ok(answer(request, proof.ok_or_else(missing)?.to_string().into_bytes(), TEXT, ASK))
}

/// Bytes that pages of other sites may read too.
fn answer(
    request: &HttpRequest,
    bytes: Vec<u8>,
    media_type: &'static str,
    cache: &'static str,
) -> HttpResponse {
    let sha256 = Digest::of(&bytes);
    let mut answer =
        bytes::of_document(request, bytes, &About { etag: sha256.hex(), sha256, media_type, cache });
    let any = header::HeaderValue::from_static("*");
    answer.headers_mut().insert(HeaderName::from_static("access-control-allow-origin"), any);
    answer
}
