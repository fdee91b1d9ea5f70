//! Headers that every answer has.

use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::Asked;

/// What a page of ours may load: its own style, and pictures of its own. No script at all.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                           base-uri 'none'; frame-ancestors 'none'";
/// What a file that people sent may do in a browser: nothing.
const FILE_POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";
/// Devices that no page of ours asks for.
const PERMISSIONS: &str = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), \
                           microphone=(), payment=(), usb=()";

/// Headers with a value that never changes.
const ALWAYS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

/// Adds what the handler has not said otherwise.
pub(super) fn add(answer: &mut ServiceResponse, asked: &Asked, secure: bool) {
    let is_page = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let is_success = answer.status().is_success() || answer.status().is_redirection();
    for (name, value) in &ALWAYS {
        set(answer, name, value);
    }
    set(answer, &header::CONTENT_SECURITY_POLICY, if is_page { PAGE_POLICY } else { FILE_POLICY });
    set(answer, &HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(answer, &header::VARY, "Accept, Accept-Language, Authorization");
    // What was shown to somebody with a name stays with them; everything else is asked for again each time.
    let keep = if asked.named || !is_success { "no-store" } else { "no-cache" };
    set(answer, &header::CACHE_CONTROL, keep);
    if secure {
        set(answer, &header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    number(answer.headers_mut(), asked);
}

/// The number of the request.
pub(super) fn number(headers: &mut HeaderMap, asked: &Asked) {
    if let Ok(id) = HeaderValue::from_str(&asked.id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// Sets a header that is not there yet.
fn set(answer: &mut ServiceResponse, name: &HeaderName, value: &'static str) {
    if !answer.headers().contains_key(name) {
        answer.headers_mut().insert(name.clone(), HeaderValue::from_static(value));
    }
}
