//! Pages that were made a moment ago, for readers without a name.
//!
//! A page is given again for half a second, and only while this process has written nothing since it was begun. When it
//! is older, the next reader has it made anew while others still get it for [`GRACE`]. So what a reader sees after a
//! change made here is never older than that change, and at most a second older than a change made by another process.
//! Readers with a token or a cookie, questions about what a reader has already, and
//! everything but whole pages pass by.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use bytes::Bytes;

use super::pack;

/// How long a page is given again.
const FRESH: Duration = Duration::from_millis(500);
/// How long it is given on while it is made anew.
const GRACE: Duration = Duration::from_millis(400);
/// Most bytes of all pages together: 32 MiB.
const MOST_BYTES: usize = 32 << 20;
/// Most pages.
const MOST_PAGES: usize = 1_000;
/// Longest address or header that a page is kept by.
const MOST_KEY_BYTES: usize = 300;

/// The pages of a process.
#[derive(Debug, Default)]
pub(crate) struct Shelf(RwLock<Held>);

#[derive(Debug, Default)]
struct Held {
    pages: HashMap<Key, Arc<Kept>>,
    bytes: usize,
}

/// What a page depends on, besides what is stored.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Key {
    address: String,
    accept: String,
    languages: String,
    gzip: bool,
}

/// A page with its headers.
#[derive(Debug)]
struct Kept {
    begun: Instant,
    /// How many changes there had been when the page was begun.
    changes: u64,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
    /// Whether somebody has it made anew.
    renewed: AtomicBool,
}

impl Key {
    /// What the page of this request would be kept by; `None` where it must be made anew.
    pub(super) fn of(request: &ServiceRequest) -> Option<Self> {
        let personal = [
            header::AUTHORIZATION,
            header::COOKIE,
            header::IF_NONE_MATCH,
            header::RANGE,
            header::CONTENT_LENGTH,
        ];
        let headers = request.headers();
        if *request.method() != Method::GET || personal.iter().any(|name| headers.contains_key(name)) {
            return None;
        }
        let text = |name: HeaderName| match headers.get(&name) {
            None => Some(String::new()),
            Some(value) => value.to_str().ok().filter(|text| text.len() <= MOST_KEY_BYTES).map(str::to_owned),
        };
        let address = request.uri().path_and_query()?.as_str();
        (address.len() <= MOST_KEY_BYTES).then_some(())?;
        Some(Self {
            address: address.to_owned(),
            accept: text(header::ACCEPT)?,
            languages: text(header::ACCEPT_LANGUAGE)?,
            gzip: pack::takes_gzip(request),
        })
    }
}

impl Shelf {
    /// The page, if it is there and nothing has changed since.
    pub(super) fn answer(&self, key: &Key, changes: u64) -> Option<HttpResponse<BoxBody>> {
        let kept = {
            let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(held.pages.get(key)?)
        };
        if kept.changes != changes || !kept.is_fresh() {
            return None;
        }
        let mut answer = HttpResponse::Ok().body(kept.body.clone());
        for (name, value) in &kept.headers {
            answer.headers_mut().append(name.clone(), value.clone());
        }
        Some(answer)
    }

    /// Keeps a page that was begun then, after so many changes.
    pub(super) fn keep(
        &self,
        key: Key,
        (begun, changes): (Instant, u64),
        answer: ServiceResponse,
    ) -> ServiceResponse {
        if answer.status() != StatusCode::OK || !is_shared(answer.headers()) {
            return answer;
        }
        let (request, response) = answer.into_parts();
        let (response, body) = response.into_parts();
        let body = match body.try_into_bytes() {
            Ok(bytes) => bytes,
            Err(streamed) => return ServiceResponse::new(request, response.set_body(streamed)),
        };
        let headers = response.headers().iter().filter(|(name, _)| *name != "x-request-id");
        let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        self.put(key, Kept { begun, changes, headers, body: body.clone(), renewed: AtomicBool::new(false) });
        ServiceResponse::new(request, response.set_body(BoxBody::new(body)))
    }

    fn put(&self, key: Key, kept: Kept) {
        let size = kept.body.len();
        if size > MOST_BYTES / 8 {
            return;
        }
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.pages.len() >= MOST_PAGES || held.bytes + size > MOST_BYTES {
            // Everything here is old in a moment anyway.
            held.pages.clear();
            held.bytes = 0;
        }
        let before = held.pages.insert(key, Arc::new(kept));
        held.bytes = held.bytes + size - before.map_or(0, |before| before.body.len());
    }
}

impl Kept {
    /// Whether it may be given. Of those who come after [`FRESH`] the first is told no, so that it is made anew.
    fn is_fresh(&self) -> bool {
        let age = self.begun.elapsed();
        age <= FRESH || age <= FRESH + GRACE && self.renewed.swap(true, Ordering::AcqRel)
    }
}

/// A page that everyone without a name may see.
fn is_shared(headers: &HeaderMap) -> bool {
    let holds = |name: HeaderName, word: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(word))
    };
    holds(header::CONTENT_TYPE, "text/html")
        && !holds(header::CACHE_CONTROL, "no-store")
        && !holds(header::CACHE_CONTROL, "private")
        && !headers.contains_key(header::SET_COOKIE)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn key(address: &str) -> Key {
        Key::of(&TestRequest::get().uri(address).to_srv_request()).unwrap()
    }

    fn page(words: &'static str) -> ServiceResponse {
        let answer = HttpResponse::Ok().content_type("text/html").body(words);
        TestRequest::get().to_srv_request().into_response(answer)
    }

    #[test]
    fn a_page_is_given_again_until_something_changes_or_it_is_old() {
        let shelf = Shelf::default();
        let _sent = shelf.keep(key("/a?b"), (Instant::now(), 7), page("words"));

        assert!(shelf.answer(&key("/a?b"), 7).is_some());
        assert!(shelf.answer(&key("/a"), 7).is_none());
        assert!(shelf.answer(&key("/a?b"), 8).is_none());
        std::thread::sleep(FRESH + Duration::from_millis(20));
        assert!(shelf.answer(&key("/a?b"), 7).is_none(), "the first has it made anew");
        assert!(shelf.answer(&key("/a?b"), 7).is_some(), "the others still get it");
        assert!(shelf.answer(&key("/a?b"), 8).is_none());
        std::thread::sleep(GRACE);
        assert!(shelf.answer(&key("/a?b"), 7).is_none());
    }

    #[test]
    fn what_is_for_one_reader_or_no_page_is_not_kept() {
        for (name, value) in [("authorization", "Bearer x"), ("cookie", "a=b"), ("if-none-match", "x")] {
            let request = TestRequest::get().uri("/").insert_header((name, value)).to_srv_request();
            assert_eq!(Key::of(&request), None, "{name}");
        }
        assert_eq!(Key::of(&TestRequest::post().uri("/").to_srv_request()), None);
        let shelf = Shelf::default();
        let secret = HttpResponse::Ok()
            .content_type("text/html")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body("secret");
        let problem = HttpResponse::NotFound().content_type("text/html").body("nothing");
        let json = HttpResponse::Ok().content_type("application/json").body("{}");
        for answer in [secret, problem, json] {
            let answer = TestRequest::get().to_srv_request().into_response(answer);
            let _sent = shelf.keep(key("/"), (Instant::now(), 0), answer);
        }
        assert!(shelf.answer(&key("/"), 0).is_none());
    }

    #[test]
    fn the_shelf_does_not_grow_without_end() {
        let shelf = Shelf::default();
        for number in 0..2 * MOST_PAGES {
            let _sent = shelf.keep(key(&format!("/{number}")), (Instant::now(), 0), page("words"));
        }

        let held = shelf.0.read().unwrap();
        assert!(held.pages.len() <= MOST_PAGES);
        assert_eq!(held.bytes, held.pages.len() * "words".len());
    }
}
