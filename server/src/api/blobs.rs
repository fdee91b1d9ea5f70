//! Bytes by their SHA-256.

use std::io;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, put};
use domain::Digest;
use futures_util::{Stream, StreamExt, stream};
use registry::{Actor, Blob, Error, Registry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CHANGE, problems};
use crate::auth::Reader;
use crate::bytes::{self, About, FOREVER, NOWHERE};
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// Which bytes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct BlobAddress {
    /// Their SHA-256, 64 lower-case hex digits.
    #[param(value_type = String, example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    sha256: Digest,
}

/// Bytes that are kept here.
#[derive(Serialize, ToSchema)]
#[schema(as = Blob, example = json!({
    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "size": 3
}))]
struct BlobDocument {
    /// Their SHA-256, 64 hex digits.
    sha256: String,
    /// How many they are.
    size: u64,
}

impl BlobDocument {
    fn of(blob: &Blob) -> Self {
        Self { sha256: blob.sha256.hex(), size: blob.size }
    }
}

problems!(UploadProblems: [
    CHANGE,
    &[
        Kind::BadAddress, Kind::UploadCut, Kind::TooSlow, Kind::TooLarge, Kind::DigestMismatch, Kind::LengthMismatch,
        Kind::UnsupportedMediaType,
    ],
].concat());

/// Upload bytes.
///
/// Bytes are uploaded before the commit that names them. They are compared with the SHA-256 in the address; when they
/// differ nothing is kept. Sending the same bytes again changes nothing. Bytes that you may read already need not be
/// sent: the answer comes before the body is read.
#[utoipa::path(
    tag = "blobs",
    params(BlobAddress),
    request_body(content = String, content_type = "application/octet-stream", description = "The bytes as they are."),
    responses(
        (status = 201, description = "The bytes are kept.", body = BlobDocument),
        (status = 200, description = "The bytes were here already.", body = BlobDocument),
        UploadProblems
    )
)]
#[put("/blobs/{sha256}")]
pub(super) async fn upload_blob(
    at: web::Path<BlobAddress>,
    body: Payload,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let Reader(actor) = reader;
    if actor == Actor::Anonymous {
        return Err(Error::Unauthenticated.into());
    }
    match registry.blob(&actor, &at.sha256).await {
        Ok(blob) => return Ok(HttpResponse::Ok().json(BlobDocument::of(&blob))),
        // A token for writing alone cannot ask what is here, but it can send.
        Err(Error::BlobNotFound { .. } | Error::ScopeMissing { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let announced = (Some(at.sha256), announced_length(&request));
    let blob = receive(&registry, actor, announced, body, idle(&request)).await?;
    Ok(HttpResponse::Created().json(BlobDocument::of(&blob)))
}

/// Keeps the bytes of a body, whose digest was announced, or their length when they are a part of something.
pub(crate) async fn receive(
    registry: &Registry,
    actor: Actor,
    (digest, length): (Option<Digest>, Option<u64>),
    body: Payload,
    idle: Duration,
) -> Result<Blob, Problem> {
    let registry = registry.clone();
    finished(async move {
        let bytes = steady(body, idle);
        match digest {
            Some(digest) => registry.receive(&actor, digest, length, bytes).await,
            None => registry.receive_part(&actor, length, bytes).await,
        }
    })
    .await
}

/// What becomes of an upload, which is a task of its own: when the client goes away it is still given up in good order.
pub(crate) async fn finished<T: 'static>(
    receiving: impl Future<Output = Result<T, Error>> + 'static,
) -> Result<T, Problem> {
    let received = actix_web::rt::spawn(receiving).await.map_err(Problem::internal)?;
    received.map_err(|error| if is_too_slow(&error) { Problem::of(Kind::TooSlow) } else { error.into() })
}

/// The longest pause in the middle of a body.
pub(crate) fn idle(request: &HttpRequest) -> Duration {
    request.app_data::<Data<Site>>().map_or(Duration::MAX, |site| site.limits.idle)
}

/// Whether an upload was cut by us because nothing came.
fn is_too_slow(error: &Error) -> bool {
    let Error::UploadCut { source } = error else { return false };
    source.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

/// The announced length of a body.
pub(crate) fn announced_length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The chunks of a body, ending with an error when none comes for too long.
pub(crate) fn steady(body: Payload, idle: Duration) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        match tokio::time::timeout(idle, body.next()).await {
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(body))),
            Ok(Some(Err(error))) => Some((Err(io::Error::other(error)), None)),
            Ok(None) => None,
            Err(elapsed) => Some((Err(io::Error::new(io::ErrorKind::TimedOut, elapsed)), None)),
        }
    })
}

problems!(DownloadProblems: [
    Kind::BadAddress, Kind::BlobNotFound, Kind::RangeNotSatisfiable, Kind::RemovedByOrder,
]);

/// Download bytes.
///
/// Knowing a SHA-256 gives no access: the bytes must belong to a repository that you may read, or be your own upload.
/// `Range` with one range, `If-Range` and `If-None-Match` work; `Repr-Digest` is the SHA-256 of the whole.
#[utoipa::path(
    tag = "blobs",
    params(BlobAddress),
    responses(
        (status = 200, description = "The bytes.", body = String, content_type = "application/octet-stream"),
        (status = 206, description = "A part of them.", body = String, content_type = "application/octet-stream"),
        (status = 304, description = "You have them already."),
        DownloadProblems
    )
)]
#[get("/blobs/{sha256}")]
pub(super) async fn download_blob(
    at: web::Path<BlobAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let blob = match registry.blob(&reader.0, &at.sha256).await {
        Err(Error::BlobNotFound { digest }) => return Err(registry.missing_bytes(&digest).await.into()),
        found => found?,
    };
    let about = About {
        etag: blob.sha256.hex(),
        sha256: blob.sha256,
        media_type: "application/octet-stream",
        cache: if reader.0 == Actor::Anonymous { FOREVER } else { NOWHERE },
    };
    bytes::of_blob(&request, &registry, &blob, &about).await
}
