//! Bytes on their way out: whole, in part, or not at all because the client has them (RFC 9110 §13, §14).

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Digest;
use futures_util::stream::{self, StreamExt as _};
use registry::{Blob, Registry};

use crate::config::Offload;
use crate::edge::HeadOnly;
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// Bytes that anyone may read and that never change may be kept for ever.
pub(crate) const FOREVER: &str = "public, max-age=31536000, immutable";
/// Bytes that may change must be asked for each time.
pub(crate) const ASK: &str = "no-cache";
/// Bytes that only some may read are kept nowhere.
pub(crate) const NOWHERE: &str = "private, no-store";

/// Smaller blobs are sent by this process even where a proxy sends files: 64 KiB.
const OFFLOAD_BYTES: u64 = 64 << 10;

/// Headers that make a request conditional (RFC 9110 §13.1).
const CONDITIONS: [HeaderName; 5] = [
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
    header::IF_RANGE,
];

/// What is said about the bytes.
pub(crate) struct About {
    /// Strong validator, without quotes.
    pub(crate) etag: String,
    /// SHA-256 of the whole.
    pub(crate) sha256: Digest,
    /// Media type that a browser cannot run.
    pub(crate) media_type: &'static str,
    /// Who may keep the answer for how long.
    pub(crate) cache: &'static str,
}

/// What a request wants of some bytes.
#[derive(Debug, Eq, PartialEq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    NothingNew,
    Beyond,
}

/// Answers with a blob, or with the part that the request wants.
pub(crate) async fn of_blob(
    request: &HttpRequest,
    registry: &Registry,
    blob: &Blob,
    about: &About,
) -> Result<HttpResponse, Problem> {
    let range = match wanted(request.headers(), &about.etag, blob.size) {
        Wanted::NothingNew => return Ok(headed(StatusCode::NOT_MODIFIED, about).finish()),
        Wanted::Beyond => return Err(beyond(blob.size)),
        Wanted::Whole => None,
        Wanted::Part(range) => Some(range),
    };
    if let Some(handed) = handed_over(request, registry, (blob, about)).await? {
        return Ok(handed);
    }
    let bytes = if request.extensions().contains::<HeadOnly>() {
        // Only the length is said; nothing is opened for it.
        stream::empty().boxed()
    } else {
        registry.read_blob(blob, range.clone()).await?
    };
    let (mut answer, length) = match range {
        None => (headed(StatusCode::OK, about), blob.size),
        Some(range) => {
            let mut answer = headed(StatusCode::PARTIAL_CONTENT, about);
            let last = range.end.saturating_sub(1);
            answer.insert_header((
                header::CONTENT_RANGE,
                format!("bytes {}-{last}/{}", range.start, blob.size),
            ));
            (answer, range.end - range.start)
        }
    };
    Ok(answer.body(SizedStream::new(length, bytes)))
}

/// An answer without bytes that tells the proxy before us which file to send; it cuts out the range, too.
///
/// Only a proxy that says it can, by `X-Sendfile-Type` with the name of the header it reads, is told so: everybody else
/// would take no bytes for the whole. What has no body, and every condition, stay with us: the proxy does not know our
/// validators.
async fn handed_over(
    request: &HttpRequest,
    registry: &Registry,
    (blob, about): (&Blob, &About),
) -> Result<Option<HttpResponse>, Problem> {
    let site = request.app_data::<Data<Site>>();
    let Some(offload) = site.and_then(|site| site.offload.as_ref()) else { return Ok(None) };
    let name = match offload {
        Offload::XAccelRedirect(_) => "x-accel-redirect",
        Offload::XSendfile => "x-sendfile",
    };
    let able = request.headers().get("x-sendfile-type");
    let able = able.is_some_and(|able| able.as_bytes().eq_ignore_ascii_case(name.as_bytes()));
    let conditional = CONDITIONS.iter().any(|condition| request.headers().contains_key(condition));
    if !able || conditional || request.extensions().contains::<HeadOnly>() || blob.size < OFFLOAD_BYTES {
        return Ok(None);
    }
    let Some(file) = registry.file_of_blob(blob).await? else { return Ok(None) };
    let value = match offload {
        Offload::XAccelRedirect(address) => format!("{address}/{}", file.key),
        Offload::XSendfile => file.path.display().to_string(),
    };
    let mut answer = headed(StatusCode::OK, about);
    Ok(Some(answer.insert_header((HeaderName::from_static(name), value)).finish()))
}

/// Answers with a small document.
pub(crate) fn of_document(request: &HttpRequest, bytes: Vec<u8>, about: &About) -> HttpResponse {
    if names(request.headers(), &header::IF_NONE_MATCH, &about.etag, Comparison::Weak) {
        return headed(StatusCode::NOT_MODIFIED, about).finish();
    }
    headed(StatusCode::OK, about).body(bytes)
}

fn beyond(size: u64) -> Problem {
    let problem = Problem::new(Kind::RangeNotSatisfiable, format!("the file has {size} bytes"));
    match HeaderValue::from_str(&format!("bytes */{size}")) {
        Ok(value) => problem.with_header(header::CONTENT_RANGE, value),
        Err(_never) => problem,
    }
}

fn headed(status: StatusCode, about: &About) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    let digest = format!("sha-256=:{}:", STANDARD.encode(about.sha256.as_bytes()));
    answer
        .insert_header((header::ETAG, format!("\"{}\"", about.etag)))
        .insert_header((HeaderName::from_static("repr-digest"), digest))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_TYPE, about.media_type))
        .insert_header((header::CACHE_CONTROL, about.cache));
    if about.cache == FOREVER {
        answer.insert_header((HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"));
    }
    answer
}

fn wanted(headers: &HeaderMap, etag: &str, size: u64) -> Wanted {
    if names(headers, &header::IF_NONE_MATCH, etag, Comparison::Weak) {
        return Wanted::NothingNew;
    }
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let fresh = !headers.contains_key(header::IF_RANGE)
        || names(headers, &header::IF_RANGE, etag, Comparison::Strong);
    match asked.filter(|_| fresh) {
        Some(asked) => part(asked, size),
        None => Wanted::Whole,
    }
}

/// How two validators are compared (RFC 9110 §8.8.3.2).
#[derive(Clone, Copy, Eq, PartialEq)]
enum Comparison {
    /// A validator marked as weak is never equal.
    Strong,
    /// The mark does not count.
    Weak,
}

/// Whether a header names this validator. A date in `If-Range` never does: dates are not strong.
fn names(headers: &HeaderMap, header: &HeaderName, etag: &str, how: Comparison) -> bool {
    let lists = headers.get_all(header).filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim).any(|named| {
        let bare = match (named.strip_prefix("W/"), how) {
            (Some(_), Comparison::Strong) => return false,
            (Some(bare), Comparison::Weak) => bare,
            (None, _) => named,
        };
        (bare == "*" && how == Comparison::Weak)
            || bare.strip_prefix('"').and_then(|bare| bare.strip_suffix('"')) == Some(etag)
    })
}

/// The one part that is asked for. Several parts, other units and nonsense are answered with the whole.
fn part(asked: &str, size: u64) -> Wanted {
    let Some((first, last)) = asked
        .trim()
        .strip_prefix("bytes=")
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    match (number(first), number(last)) {
        (None, Some(0)) if first.is_empty() => Wanted::Beyond,
        (None, Some(_)) if first.is_empty() && size == 0 => Wanted::Beyond,
        (None, Some(suffix)) if first.is_empty() => Wanted::Part(size.saturating_sub(suffix)..size),
        (Some(first), None) if last.is_empty() => from(first, size, size),
        (Some(first), Some(last)) if first <= last => from(first, last.saturating_add(1), size),
        _nonsense => Wanted::Whole,
    }
}

fn from(first: u64, end: u64, size: u64) -> Wanted {
    if first >= size { Wanted::Beyond } else { Wanted::Part(first..end.min(size)) }
}

/// Digits only: `u64::from_str` would also take a sign. A number too large for 64 bits lies behind every end.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    fn ranged(value: &str) -> Wanted {
        wanted(&asked(&[(header::RANGE, value)]), "e", 10)
    }

    #[test]
    fn one_part_is_cut_out() {
        for (asked, range) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=2-", 2..10),
            ("bytes=2-99", 2..10),
            ("bytes=-3", 7..10),
            ("bytes=-30", 0..10),
            ("bytes=0-99999999999999999999999", 0..10),
        ] {
            assert_eq!(ranged(asked), Wanted::Part(range), "{asked}");
        }
    }

    #[test]
    fn what_lies_behind_the_end_is_refused() {
        for asked in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(ranged(asked), Wanted::Beyond, "{asked}");
        }
        assert_eq!(wanted(&asked(&[(header::RANGE, "bytes=0-0")]), "e", 0), Wanted::Beyond);
        assert_eq!(wanted(&asked(&[(header::RANGE, "bytes=-1")]), "e", 0), Wanted::Beyond);
    }

    #[test]
    fn several_parts_other_units_and_nonsense_give_the_whole() {
        for asked in
            ["bytes=0-1,3-4", "lines=1-2", "bytes=5-2", "bytes=a-b", "bytes=+1-2", "bytes=--1", "", "bytes=-"]
        {
            assert_eq!(ranged(asked), Wanted::Whole, "{asked}");
        }
    }

    #[test]
    fn a_part_is_given_only_of_the_bytes_that_the_client_knows() {
        let with =
            |value: &str| wanted(&asked(&[(header::RANGE, "bytes=0-0"), (header::IF_RANGE, value)]), "e", 10);

        assert_eq!(with("\"e\""), Wanted::Part(0..1));
        for other in ["\"f\"", "W/\"e\"", "e", "*", "Sun, 22 Nov 2026 10:00:00 GMT"] {
            assert_eq!(with(other), Wanted::Whole, "{other}");
        }
    }

    #[test]
    fn a_client_that_has_the_bytes_gets_none() {
        for value in ["\"e\"", "W/\"e\"", "\"x\", \"e\"", "*"] {
            let headers = asked(&[(header::IF_NONE_MATCH, value), (header::RANGE, "bytes=0-0")]);
            assert_eq!(wanted(&headers, "e", 10), Wanted::NothingNew, "{value}");
        }
        assert_eq!(wanted(&asked(&[(header::IF_NONE_MATCH, "\"x\"")]), "e", 10), Wanted::Whole);
    }
}
