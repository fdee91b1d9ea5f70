//! What the registry signs: of each release a statement and an `OpenSSF` model-signing bundle, of each card a statement.
//!
//! Nothing of it is stored: the same documents and key give the same bytes (RFC 6979).

use actix_web::web::{Data, Path, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use domain::{Digest, Slug};
use oms::Statement;
use registry::{Registry, Release};

use crate::address;
use crate::auth::Reader;
use crate::bytes::{self, ASK, About};
use crate::keys::RegistryKey;
use crate::problem::Problem;

/// What an envelope with a statement is.
const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";
/// What a bundle is.
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// Adds the addresses of keys and of what they signed.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/keys/registry.pem", get().to(key))
        .route("/cards/{slug}/v/{n}/statement.json", get().to(card))
        .route("/{ns}/{name}/releases/{version}/release.json", get().to(statement))
        .route("/{ns}/{name}/releases/{version}/model.sig", get().to(bundle));
}

async fn key(
    request: HttpRequest,
    registry: Data<Registry>,
    key: Data<RegistryKey>,
) -> Result<HttpResponse, Problem> {
    key.in_turn(&registry).await?;
    Ok(answer(&request, key.public_pem().as_bytes().to_vec(), "application/x-pem-file"))
}

async fn statement(
    at: Path<(String, String, String)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
    key: Data<RegistryKey>,
) -> Result<HttpResponse, Problem> {
    let release = match asked(&at, &request, &reader, &registry).await? {
        Ok(release) => release,
        Err(redirect) => return Ok(redirect),
    };
    let statement = Statement::of_release(&release.document, &release.digest);
    let signed = statement.sign(key.in_turn(&registry).await?).map_err(Problem::internal)?;
    Ok(answer(&request, signed, ENVELOPE))
}

async fn bundle(
    at: Path<(String, String, String)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
    key: Data<RegistryKey>,
) -> Result<HttpResponse, Problem> {
    let release = match asked(&at, &request, &reader, &registry).await? {
        Ok(release) => release,
        Err(redirect) => return Ok(redirect),
    };
    let signed =
        oms::release_bundle(&release.document, key.in_turn(&registry).await?).map_err(Problem::internal)?;
    Ok(answer(&request, signed, BUNDLE))
}

async fn card(
    at: Path<(Slug, u32)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
    key: Data<RegistryKey>,
) -> Result<HttpResponse, Problem> {
    let (slug, version) = at.into_inner();
    let card = registry.card_version(&reader.0, &slug, version).await?;
    let statement = Statement::of_card(slug.as_str(), version, &card.sha256, &card.release_digest);
    let signed = statement.sign(key.in_turn(&registry).await?).map_err(Problem::internal)?;
    Ok(answer(&request, signed, ENVELOPE))
}

/// The release at an address, or the way to where it is.
async fn asked(
    at: &Path<(String, String, String)>,
    request: &HttpRequest,
    reader: &Reader,
    registry: &Registry,
) -> Result<Result<Release, HttpResponse>, Problem> {
    let (namespace, name, version) = &**at;
    let name = address::repository(namespace, name)?;
    let release = registry.release(&reader.0, &name, &address::word(version)?).await?;
    Ok(address::respelled(request, &name, &release.document.repository.name).map_or(Ok(release), Err))
}

fn answer(request: &HttpRequest, bytes: Vec<u8>, media_type: &'static str) -> HttpResponse {
    let sha256 = Digest::of(&bytes);
    bytes::of_document(request, bytes, &About { etag: sha256.hex(), sha256, media_type, cache: ASK })
}
