//! The style sheet, the icon, and what robots are told.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use domain::Digest;

const STYLE: &str = include_str!("../../../templates/static/style.css");
const SCRIPT: &str = include_str!("../../../templates/static/try.js");
const CHECK: &str = include_str!("../../../templates/static/check.js");
const ICON: &str = include_str!("../../../templates/static/favicon.svg");
const ROBOTS: &str = include_str!("../../../templates/static/robots.txt");

static STYLE_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/static/style.css?v={}", Digest::of(STYLE.as_bytes()).short()));

static SCRIPT_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/static/try.js?v={}", Digest::of(SCRIPT.as_bytes()).short()));

static CHECK_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/static/check.js?v={}", Digest::of(CHECK.as_bytes()).short()));

/// The address of the script that compares files; another script has another address.
pub(super) fn check_path() -> &'static str {
    &CHECK_PATH
}

/// The address of the script; another script has another address.
pub(super) fn script_path() -> &'static str {
    &SCRIPT_PATH
}

/// The address of the style sheet; another sheet has another address.
pub(super) fn style_path() -> &'static str {
    &STYLE_PATH
}

/// A page as one file: the style in it, no scripts, and links that lead to this site from anywhere.
pub(super) fn alone(html: &str, site: &str) -> String {
    let style = format!("<link rel=\"stylesheet\" href=\"{}\">", style_path());
    let icon = "<link rel=\"icon\" href=\"/static/favicon.svg\" type=\"image/svg+xml\">\n";
    let mut alone = html.replace(&style, &format!("<style>\n{STYLE}</style>")).replace(icon, "");
    for script in [script_path(), check_path()] {
        alone = alone.replace(&format!("<script src=\"{script}\" defer></script>\n"), "");
    }
    alone
        .replace(" href=\"/", &format!(" href=\"{site}/"))
        .replace(" action=\"/", &format!(" action=\"{site}/"))
}

pub(super) async fn style(request: HttpRequest) -> HttpResponse {
    versioned(&request, style_path(), ("text/css; charset=utf-8", STYLE))
}

pub(super) async fn script(request: HttpRequest) -> HttpResponse {
    versioned(&request, script_path(), ("text/javascript; charset=utf-8", SCRIPT))
}

pub(super) async fn check(request: HttpRequest) -> HttpResponse {
    versioned(&request, check_path(), ("text/javascript; charset=utf-8", CHECK))
}

/// A text that never changes under its full address.
fn versioned(request: &HttpRequest, full: &str, (kind, text): (&'static str, &'static str)) -> HttpResponse {
    let asked = request.uri().path_and_query().map(ToString::to_string);
    let keep =
        if asked.as_deref() == Some(full) { "public, max-age=31536000, immutable" } else { "no-cache" };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CACHE_CONTROL, keep))
        .body(text)
}

pub(super) async fn icon() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/svg+xml"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(ICON)
}

pub(super) async fn robots() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8")).body(ROBOTS)
}
