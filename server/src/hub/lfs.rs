//! Large files by git-lfs: which bytes are wanted, then the bytes themselves at signed addresses.
//! Source: git-lfs, "Git LFS Batch API" and "Basic Transfer API"; parts: the Hub's own extension.

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use domain::Digest;
use registry::{Actor, Blob, Error, Granted, Registry};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

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
/// From more bytes than this on, whoever can send parts is asked for parts, so that a cut upload goes on where it was.
const IN_PARTS_BYTES: u64 = 32 << 20;
/// Least bytes of a part.
const PART_BYTES: u64 = 16 << 20;
/// Most parts of a file.
const MOST_PARTS: u32 = 1_000;
/// The media type of questions and answers.
const MEDIA_TYPE: &str = "application/vnd.git-lfs+json";

/// Which objects somebody wants to send or to fetch.
#[derive(Deserialize)]
struct Batch {
    operation: Direction,
    /// Ways of sending that the client knows, besides `basic`.
    #[serde(default)]
    transfers: Vec<String>,
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
    let offers = |way: &str| batch.transfers.iter().any(|transfer| transfer == way);
    let in_parts = offers("multipart");
    // Clients that offer chunks send them, to the addresses of that protocol, only if they are chosen here.
    let transfer = if offers("xet") && batch.operation == Direction::Upload { "xet" } else { "basic" };
    let sending = Sending { actor: &actor, registry: &registry, site: &site, request: &request };
    let mut objects = Vec::with_capacity(batch.objects.len());
    for object in &batch.objects {
        objects.push(match batch.operation {
            Direction::Upload => sending.object(object, in_parts).await?,
            Direction::Download => to_fetch(object, &actor, &registry, &site).await?,
        });
    }
    let answer = json!({"transfer": transfer, "objects": objects, "hash_algo": "sha256"});
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

/// Whom the answers about bytes to come are for.
struct Sending<'a> {
    actor: &'a Actor,
    registry: &'a Registry,
    site: &'a Site,
    request: &'a HttpRequest,
}

impl Sending<'_> {
    /// Where the bytes of an object are to be sent, if they are wanted.
    async fn object(&self, object: &Object, in_parts: bool) -> Result<Value, Problem> {
        let Ok(digest) = object.oid.parse::<Digest>() else {
            return Ok(wrong(object, 422, "an oid is a SHA-256: 64 hex digits"));
        };
        if object.size > self.site.limits.blob_bytes {
            return Ok(wrong(object, 413, &format!("a file may have {} bytes", self.site.limits.blob_bytes)));
        }
        if known(object, self.actor, self.registry).await?.is_some() {
            return Ok(json!({"oid": object.oid, "size": object.size, "authenticated": true}));
        }
        let header = if in_parts && object.size > IN_PARTS_BYTES {
            self.parts(digest, object.size).await?
        } else {
            json!({})
        };
        let href = self.address(Granted::Upload { digest, size: object.size }).await?;
        let verify = self.request.uri().path().replace("/objects/batch", "/verify");
        let actions = json!({
            "upload": {"href": href, "header": header},
            "verify": {"href": format!("{}{verify}", self.site.public_url), "header": {}},
        });
        Ok(json!({"oid": object.oid, "size": object.size, "authenticated": true, "actions": actions}))
    }

    /// How long each part is, and where each is to be sent: an extension of the Hub to git-lfs.
    async fn parts(&self, digest: Digest, size: u64) -> Result<Value, Problem> {
        let mut header = Map::from_iter([("chunk_size".to_owned(), json!(part_bytes(size).to_string()))]);
        for number in 1..=number_of_parts(size) {
            let address = self.address(Granted::Part { digest, size, number }).await?;
            header.insert(format!("{number:05}"), json!(address));
        }
        Ok(header.into())
    }

    async fn address(&self, granted: Granted) -> Result<String, Problem> {
        let grant = self.registry.grant(self.actor, granted).await?;
        Ok(format!("{}/api/lfs/{}", self.site.public_url, grant.text))
    }
}

/// Bytes of each part but the last.
const fn part_bytes(size: u64) -> u64 {
    let least = size.div_ceil(MOST_PARTS as u64);
    if least > PART_BYTES { least.next_multiple_of(PART_BYTES) } else { PART_BYTES }
}

fn number_of_parts(size: u64) -> u32 {
    u32::try_from(size.div_ceil(part_bytes(size))).unwrap_or(MOST_PARTS)
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

/// `PUT /api/lfs/{grant}`: the bytes, or a part of them. The grant in the address is all the right there is.
pub(super) async fn upload(
    request: HttpRequest,
    body: Payload,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (actor, granted) = registry.granted(request.match_info().query("grant")).await?;
    let (digest, length) = match granted {
        Granted::Upload { digest, size } => (Some(digest), size),
        Granted::Part { size, number, .. } => {
            let before = part_bytes(size).saturating_mul(u64::from(number.saturating_sub(1)));
            (None, size.saturating_sub(before).min(part_bytes(size)))
        }
        Granted::Chunks => return Err(Error::TokenRefused.into()),
    };
    if announced_length(&request).is_some_and(|announced| announced != length) {
        return Err(Problem::new(Kind::LengthMismatch, format!("{length} bytes were announced")));
    }
    let blob = receive(&registry, actor, (digest, Some(length)), body, site.limits.idle).await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", blob.sha256.hex()))).finish())
}

/// Which parts make up the bytes.
#[derive(Deserialize)]
struct Completion {
    oid: String,
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "partNumber")]
    number: u32,
    /// What the answer to the part called it.
    etag: String,
}

/// `POST /api/lfs/{grant}`: all parts were sent.
pub(super) async fn complete(
    request: HttpRequest,
    body: Payload,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (actor, granted) = registry.granted(request.match_info().query("grant")).await?;
    let Granted::Upload { digest, size } = granted else { return Err(Error::TokenRefused.into()) };
    let mut completion: Completion = question(body, &site).await?;
    completion.parts.sort_by_key(|part| part.number);
    let numbers = completion.parts.iter().map(|part| part.number);
    if completion.oid != digest.hex() || !numbers.eq(1..=number_of_parts(size)) {
        let expected = number_of_parts(size);
        let what = format!("the parts 1 to {expected} of {}, each with its ETag, belong here", digest.hex());
        return Err(Problem::new(Kind::InvalidJson, what));
    }
    let parts = completion.parts.iter().map(|part| part.etag.trim_matches('"').parse::<Digest>());
    let parts = parts.collect::<Result<Vec<Digest>, _>>();
    let parts = parts.map_err(|error| Problem::new(Kind::InvalidJson, format!("an ETag: {error}")))?;
    let blob = registry.join(&actor, (digest, size), &parts).await?;
    Ok(HttpResponse::Ok().json(json!({"oid": blob.sha256.hex(), "size": blob.size})))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_parts_as_the_client_counts() {
        for size in [1, PART_BYTES, PART_BYTES + 1, 64 << 20, 10 << 30, 64 << 30, (64 << 30) + 1] {
            let (length, parts) = (part_bytes(size), number_of_parts(size));

            assert_eq!(u64::from(parts), size.div_ceil(length), "{size}");
            assert!(parts <= MOST_PARTS && length % PART_BYTES == 0, "{size}: {parts} of {length}");
        }
    }
}
