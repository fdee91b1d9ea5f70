//! What happens to every request and every answer, whatever the address.
//!
//! A request gets a number, is refused when its token is wrong or its body is packed, and `HEAD` runs as `GET`. An
//! answer gets its safety headers; a [`Problem`] becomes JSON or a page; one line goes to the log.

mod answer;
mod headers;
mod pack;
mod shelf;

use std::error::Error as StdError;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use cards::words::Messages;
use registry::{Actor, Registry};
use tracing::{error, info};

use crate::auth::{self, Reader};
use crate::language;
use crate::problem::{Kind, Problem};
use crate::site::Site;
use answer::Bodiless;
use shelf::Key;
pub(crate) use shelf::Shelf;

/// The number of a request, the same in the answer's `X-Request-Id`, in problems and in the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestId(pub String);

/// What must be known of a request when its answer is made.
struct Asked {
    id: String,
    method: Method,
    path: String,
    messages: &'static Messages,
    wants_page: bool,
    named: bool,
    takes_gzip: bool,
}

/// Marks a request whose answer goes without its body.
pub(crate) struct HeadOnly;

/// Passes a request on and finishes its answer.
pub(crate) async fn pass(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let site = site(&request)?;
    let mut asked = Asked::of(&request, &site);
    let shelf = request.app_data::<Data<Shelf>>().cloned();
    let changes = request.app_data::<Data<Registry>>().map_or(0, |registry| registry.changes());
    let key = Key::of(&request).filter(|_| shelf.is_some());
    if let Some((key, shelf)) = key.as_ref().zip(shelf.as_ref())
        && let Some(mut answer) = shelf.answer(key, changes)
    {
        headers::number(answer.headers_mut(), &asked);
        let answer = request.into_response(answer);
        log(&answer, &asked, started);
        return Ok(answer);
    }
    if asked.method == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadOnly);
    }
    request.extensions_mut().insert(RequestId(asked.id.clone()));
    let answer = match admit(&request, &mut asked).await {
        Ok(()) => next.call(request).await?,
        Err(problem) => request.error_response(problem),
    };
    let mut answer = answer::shown(answer, &asked);
    headers::add(&mut answer, &asked, site.is_secure());
    let mut answer = pack::packed(answer, asked.takes_gzip);
    if asked.method == Method::HEAD {
        answer = answer.map_body(|_, body| Bodiless(body.size()).boxed());
    }
    log(&answer, &asked, started);
    Ok(match key.zip(shelf) {
        Some((key, shelf)) if !asked.named => shelf.keep(key, (started, changes), answer),
        _ => answer,
    })
}

fn site(request: &ServiceRequest) -> Result<Data<Site>, Problem> {
    request.app_data::<Data<Site>>().cloned().ok_or(Problem::of(Kind::Internal))
}

impl Asked {
    fn of(request: &ServiceRequest, site: &Site) -> Self {
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        Self {
            id: site.request_id(),
            method: request.method().clone(),
            path: told(request.path()),
            messages: language::wanted(request.head()),
            wants_page: accept.is_some_and(|accept| accept.contains("text/html")),
            named: false,
            takes_gzip: pack::takes_gzip(request),
        }
    }
}

/// A path as it may be told and logged: grants stand for tokens, and whoever reads a log must not get them.
fn told(path: &str) -> String {
    match path.strip_prefix("/api/lfs/") {
        Some(_grant) => "/api/lfs/…".to_owned(),
        None => path.to_owned(),
    }
}

/// Looks at what is judged before any handler runs: the token, and whether the body is packed.
async fn admit(request: &ServiceRequest, asked: &mut Asked) -> Result<(), Problem> {
    if let Some(encoding) = request.headers().get(header::CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(Problem::new(Kind::UnsupportedMediaType, "packed bodies are not read; send it unpacked"));
    }
    if request.path().starts_with("/api/xet/") {
        // There a grant stands in place of the token; the handlers look at it.
        return Ok(());
    }
    let registry = request.app_data::<Data<Registry>>().ok_or(Problem::of(Kind::Internal))?;
    let actor = auth::actor(request.headers(), registry).await?;
    asked.named = actor != Actor::Anonymous;
    request.extensions_mut().insert(Reader(actor));
    Ok(())
}

/// One line a request; failures of ours with the whole chain of causes. Never tokens, never bodies.
fn log(answer: &ServiceResponse, asked: &Asked, started: Instant) {
    let (status, path, id) = (answer.status(), asked.path.as_str(), asked.id.as_str());
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        let causes = answer.response().error().map(causes).unwrap_or_default();
        error!(request.id = id, http.path = path, "Request {id} failed: {causes}");
    }
    info!(
        request.id = id,
        http.method = %asked.method,
        http.path = path,
        http.status = status.as_u16(),
        millis,
        "{} {path} {}",
        asked.method,
        status.as_u16()
    );
}

/// What went wrong, and why, and why that.
fn causes(error: &Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.as_error::<Problem>().and_then(Problem::cause);
    while let Some(error) = cause {
        told.push_str(": ");
        told.push_str(&error.to_string());
        cause = StdError::source(error);
    }
    told
}
