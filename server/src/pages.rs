//! What people read: HTML, one file a noun. Each page is a struct beside its handler, its template in `templates/`.
//!
//! No sentence stands here or in a template: all of them are messages (`templates/locales`) or documents
//! (`templates/docs`). Every page works without a script.

mod assets;
mod book;
mod card;
mod cards;
mod citation;
mod compare;
mod docs;
mod feed;
mod frame;
mod home;
mod lines;
mod markdown;
mod native;
pub(crate) mod problem;
mod quiz;
mod record;
mod reference;
mod regions;
mod release;
mod releases;
mod repository;
#[cfg(test)]
mod tests;
mod tree;
mod trial;

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::Digest;

use crate::problem::Problem;
pub(crate) use card::{alone as card_alone, picture as card_picture, title as card_title};
use frame::Frame;

/// Adds every page. The addresses of repositories come last: they match whatever has two segments.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(home::show))
        .route("/static/style.css", web::get().to(assets::style))
        .route("/static/check.js", web::get().to(assets::check))
        .route("/static/try.js", web::get().to(assets::script))
        .route("/static/favicon.svg", web::get().to(assets::icon))
        .route("/robots.txt", web::get().to(assets::robots))
        .route("/cards", web::get().to(cards::list))
        .route("/cards/{slug}", web::get().to(card::show))
        .route("/feed.atom", web::get().to(feed::of_site))
        .route("/cards/{slug}/feed.atom", web::get().to(feed::of_card))
        .route("/cards/{slug}/compare/{from}/{to}", web::get().to(compare::show))
        .route("/cards/{slug}/quiz", web::get().to(quiz::show))
        .route("/cards/{slug}/v/{version}", web::get().to(card::show_version))
        .service(
            web::resource("/cards/{slug}/try")
                .app_data(trial::form_config())
                .route(web::get().to(trial::show))
                .route(web::post().to(trial::show)),
        )
        .route("/releases", web::get().to(releases::list))
        .route("/log", web::get().to(book::list))
        .route("/log/{index}", web::get().to(book::show))
        .route("/docs", web::get().to(docs::list))
        .route("/docs/api", web::get().to(reference::show))
        .route("/docs/{page}", web::get().to(docs::show))
        .route("/problems", web::get().to(problem::list))
        .route("/problems/{slug}", web::get().to(problem::show))
        .route("/{ns}/{name}/releases/{version}", web::get().to(release::show))
        .route("/{ns}/{name}/tree/{rev}", web::get().to(tree::show))
        .route("/{ns}/{name}/tree/{rev}/{path:.*}", web::get().to(tree::show))
        .route("/{ns}/{name}", web::get().to(repository::show));
}

/// A page as an answer. A reader who has it already gets 304.
fn answer(request: &HttpRequest, frame: &Frame, page: &impl Template) -> Result<HttpResponse, Problem> {
    let html = page.render().map_err(Problem::internal)?;
    // Weak, because the same page may be sent packed.
    let tag = format!("W/\"{}\"", Digest::of(html.as_bytes()).short());
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let mut answer = if known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_LANGUAGE, frame.language()));
    Ok(answer.body(html))
}
