//! Large files by git-lfs: which bytes are wanted, then the bytes themselves at signed addresses.
//! Source: git-lfs, "Git LFS Batch API" and "Basic Transfer API".

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use domain::Digest;
use registry::{Actor, Blob, Error, Granted, Registry};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refused;
use super::words::lfs_repository;
use crate::api::{announced_length, receive};
use crate::auth::Reader;
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// Most objects of one question.
const MOST_OBJECTS: usize = 1_000;
/// Longest question, in bytes.
const QUESTION_BYTES: usize = 1 << 20;
/// The media type of questions and answers.
const MEDIA_TYPE: &str = "application/vnd.git-lfs+json";

/// Which objects somebody wants to send or to fetch.
#[derive(Deserialize)]
struct Batch {
    operation: Direction,
    objects: Vec<Object>,
}

#[derive(Clone, Copy, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Upload,
    Download,
}

/// Bytes by their name.
#[derive(Deserialize, Serialize)]
struct Object {
    oid: String,
    size: u64,
}

/// `POST /{ns}/{name}.git/info/lfs/objects/batch`
pub(super) async fn batch(
    request: HttpRequest,
    body: Payload,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (Reader(actor), name) = (reader, lfs_repository(&request)?);
    let batch: Batch = question(body, &site).await?;
    match batch.operation {
        Direction::Upload => registry.may_commit(&actor, &name).await,
        Direction::Download => registry.repository(&actor, &name).await.map(|_seen| ()),
    }
    .map_err(|error| refused(error, &actor))?;
    if batch.objects.len() > MOST_OBJECTS {
        return Err(Problem::new(Kind::TooMany, format!("objects of one question: at most {MOST_OBJECTS}")));
    }
    let mut objects = Vec::with_capacity(batch.objects.len());
    for object in &batch.objects {
        objects.push(match batch.operation {
            Direction::Upload => to_send(object, &actor, &registry, &site, &request).await?,
            Direction::Download => to_fetch(object, &actor, &registry, &site).await?,
        });
    }
    let answer = json!({"transfer": "basic", "objects": objects, "hash_algo": "sha256"});
    Ok(HttpResponse::Ok().content_type(MEDIA_TYPE).json(answer))
}

/// A small JSON body, whatever media type it is said to have.
async fn question<T: for<'de> Deserialize<'de>>(body: Payload, site: &Site) -> Result<T, Problem> {
    let bytes = body.to_bytes_limited(QUESTION_BYTES.min(site.limits.json_bytes)).await;
    let bytes = bytes.map_err(|_too_long| Problem::of(Kind::TooLarge))?;
    let bytes = bytes.map_err(|error| Problem::new(Kind::UploadCut, error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| Problem::new(Kind::InvalidJson, error.to_string()))
}

/// Bytes that this actor may read here already, of this size.
async fn known(object: &Object, actor: &Actor, registry: &Registry) -> Result<Option<Blob>, Problem> {
    let Ok(digest) = object.oid.parse::<Digest>() else { return Ok(None) };
    match registry.blob(actor, &digest).await {
        Ok(blob) => Ok(Some(blob).filter(|blob| blob.size == object.size)),
        // A token for writing alone cannot ask what is here, but it can send.
        Err(Error::BlobNotFound { .. } | Error::ScopeMissing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn wrong(object: &Object, code: u16, message: &str) -> Value {
    json!({"oid": object.oid, "size": object.size, "error": {"code": code, "message": message}})
}

async fn to_send(
    object: &Object,
    actor: &Actor,
    registry: &Registry,
    site: &Site,
    request: &HttpRequest,
) -> Result<Value, Problem> {
    let Ok(digest) = object.oid.parse::<Digest>() else {
        return Ok(wrong(object, 422, "an oid is a SHA-256: 64 hex digits"));
    };
    if object.size > site.limits.blob_bytes {
        return Ok(wrong(object, 413, &format!("a file may have {} bytes", site.limits.blob_bytes)));
    }
    if known(object, actor, registry).await?.is_some() {
        return Ok(json!({"oid": object.oid, "size": object.size, "authenticated": true}));
    }
    let grant = registry.grant(actor, Granted::Upload { digest, size: object.size }).await?;
    let verify = request.uri().path().replace("/objects/batch", "/verify");
    let actions = json!({
        "upload": {"href": format!("{}/api/lfs/{}", site.public_url, grant.text), "header": {}},
        "verify": {"href": format!("{}{verify}", site.public_url), "header": {}},
    });
    Ok(json!({"oid": object.oid, "size": object.size, "authenticated": true, "actions": actions}))
}

async fn to_fetch(
    object: &Object,
    actor: &Actor,
    registry: &Registry,
    site: &Site,
) -> Result<Value, Problem> {
    if known(object, actor, registry).await?.is_none() {
        return Ok(wrong(object, 404, "there are no such bytes here"));
    }
    let href = format!("{}/api/v1/blobs/{}", site.public_url, object.oid);
    let actions = json!({"download": {"href": href, "header": {}}});
    Ok(json!({"oid": object.oid, "size": object.size, "authenticated": true, "actions": actions}))
}

/// `PUT /api/lfs/{grant}`: the bytes. The grant in the address is all the right there is.
pub(super) async fn upload(
    request: HttpRequest,
    body: Payload,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (actor, granted) = registry.granted(request.match_info().query("grant")).await?;
    let Granted::Upload { digest, size } = granted else { return Err(Error::TokenRefused.into()) };
    if announced_length(&request).is_some_and(|length| length != size) {
        return Err(Problem::new(Kind::LengthMismatch, format!("{size} bytes were announced")));
    }
    receive(&registry, actor, (digest, Some(size)), body, site.limits.idle).await?;
    Ok(HttpResponse::Ok().finish())
}

/// `POST /{ns}/{name}.git/info/lfs/verify`
pub(super) async fn verify(
    request: HttpRequest,
    body: Payload,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (Reader(actor), name) = (reader, lfs_repository(&request)?);
    registry.may_commit(&actor, &name).await.map_err(|error| refused(error, &actor))?;
    let object: Object = question(body, &site).await?;
    match known(&object, &actor, &registry).await? {
        Some(_) => Ok(HttpResponse::Ok().json(object)),
        None => {
            Err(Problem::new(Kind::BlobNotFound, "these bytes did not arrive, or are others than announced"))
        }
    }
}
