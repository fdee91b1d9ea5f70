//! Pages, style and scripts, packed for readers who take it: a card comes through a slow line in a fifth of the time.

use std::io::Write as _;

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, AcceptEncoding, Encoding, Header as _, HeaderMap, HeaderValue};
use flate2::Compression;
use flate2::write::GzEncoder;

/// What is packed. Answers of the API are not: they may hold what only their reader knows beside what others chose.
const PACKED: [&str; 5] =
    ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/atom+xml"];
/// Shorter texts hardly get shorter.
const LEAST_BYTES: usize = 1024;

/// Whether a reader takes what is packed by gzip, and likes it no less than what is not.
pub(super) fn takes_gzip(request: &impl HttpMessage) -> bool {
    let known = [Encoding::gzip(), Encoding::identity()];
    let accept = AcceptEncoding::parse(request)
        .ok()
        .filter(|_| request.headers().contains_key(header::ACCEPT_ENCODING));
    accept.and_then(|accept| accept.negotiate(known.iter())) == Some(Encoding::gzip())
}

/// The answer, packed if its reader takes that.
pub(super) fn packed(answer: ServiceResponse<BoxBody>, takes_gzip: bool) -> ServiceResponse<BoxBody> {
    let (request, mut response) = answer.into_parts();
    if response.status() != StatusCode::OK || !is_packable(response.headers()) {
        return ServiceResponse::new(request, response);
    }
    // Caches must not give to one reader what was packed for another.
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !takes_gzip {
        return ServiceResponse::new(request, response);
    }
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(bytes) if bytes.len() >= LEAST_BYTES => match gzip(&bytes) {
            Some(short) => {
                let gzip = HeaderValue::from_static("gzip");
                response.headers_mut().insert(header::CONTENT_ENCODING, gzip);
                BoxBody::new(short)
            }
            None => BoxBody::new(bytes),
        },
        Ok(bytes) => BoxBody::new(bytes),
        Err(streamed) => streamed,
    };
    ServiceResponse::new(request, response.set_body(body))
}

/// A whole text whose validator, if it has one, holds for every form of it.
fn is_packable(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    let strong = headers.get(header::ETAG).is_some_and(|tag| !tag.as_bytes().starts_with(b"W/"));
    PACKED.contains(&kind) && !strong && !headers.contains_key(header::CONTENT_ENCODING)
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::new(5));
    packing.write_all(bytes).and_then(|()| packing.finish()).ok()
}
