//! Asking a server: one place for addresses, tokens, problems and patience.

mod answers;
mod patience;
mod problem;

use std::time::Duration;

use bytes::Bytes;
use domain::{Digest, RepositoryName, Slug, Version};
use reqwest::header::{AUTHORIZATION, HeaderValue, IF_RANGE, RANGE};
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::site::Site;

pub(crate) use answers::{
    CardStateAnswer, CommitAnswer, ReleaseAnswer, RepositoryAnswer, RunAnswer, TreeAnswer,
};
pub(crate) use patience::Patience;
pub(crate) use problem::Problem;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for the whole answer to a small question.
const SMALL: Duration = Duration::from_mins(1);
/// How often the system asks whether a silent connection is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// Largest document that is read as a whole: 64 MiB.
const DOCUMENT_BYTES: usize = 64 << 20;

/// Chooses who computes the cryptography of every connection of this process.
pub(crate) fn choose_cryptography() {
    // Fails only where somebody was chosen already; then that choice stands.
    let _chosen_already = rustls::crypto::ring::default_provider().install_default();
}

/// A server that answers.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    site: Site,
    http: reqwest::Client,
    patience: Duration,
}

/// Which part of some bytes came.
pub(crate) enum Part {
    /// All of them, from the first.
    Whole(Response),
    /// Those that were asked for.
    Rest(Response),
    /// There are fewer bytes than that.
    Beyond,
}

impl Client {
    /// A client of this server that waits so long for it to come back.
    pub(crate) fn new(site: Site, patience: Duration) -> Result<Self, Error> {
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("vitrine/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .tcp_keepalive(KEEPALIVE)
            .redirect(reqwest::redirect::Policy::limited(5));
        if site.is_here() {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|source| Error::Unreachable { server: site.to_string(), source })?;
        Ok(Self { site, http, patience })
    }

    /// The server.
    pub(crate) const fn site(&self) -> &Site {
        &self.site
    }

    /// How long to wait for the server to come back.
    pub(crate) const fn patience(&self) -> Patience {
        Patience::new(self.patience)
    }

    /// A repository.
    pub(crate) async fn repository(&self, name: &RepositoryName) -> Result<RepositoryAnswer, Error> {
        self.look(&format!("/api/v1/repositories/{name}")).await
    }

    /// The files of a branch.
    pub(crate) async fn tree(&self, name: &RepositoryName, branch: &str) -> Result<TreeAnswer, Error> {
        self.look(&format!("/api/v1/repositories/{name}/tree/{branch}")).await
    }

    /// A release.
    pub(crate) async fn release(
        &self,
        name: &RepositoryName,
        version: &Version,
    ) -> Result<ReleaseAnswer, Error> {
        self.look(&format!("/api/v1/releases/{name}/{version}")).await
    }

    /// The exact bytes of a release document.
    pub(crate) async fn document(&self, name: &RepositoryName, version: &Version) -> Result<Bytes, Error> {
        self.look_bytes(&format!("/api/v1/releases/{name}/{version}/document")).await
    }

    /// The exact bytes of the examination of a release.
    pub(crate) async fn examination(&self, name: &RepositoryName, version: &Version) -> Result<Bytes, Error> {
        self.look_bytes(&format!("/api/v1/releases/{name}/{version}/examination")).await
    }

    /// The exact bytes of a card: of one version, or of the newest.
    pub(crate) async fn card(&self, slug: &Slug, version: Option<u64>) -> Result<Bytes, Error> {
        match version {
            Some(version) => self.look_bytes(&format!("/api/v1/cards/{slug}/v/{version}")).await,
            None => self.look_bytes(&format!("/api/v1/cards/{slug}")).await,
        }
    }

    /// What is known of a card apart from the card itself.
    pub(crate) async fn card_state(&self, slug: &Slug) -> Result<CardStateAnswer, Error> {
        self.look(&format!("/cards/{slug}/state.json")).await
    }

    /// Whether the server has these bytes and this client may use them.
    pub(crate) async fn has_blob(&self, digest: &Digest) -> Result<bool, Error> {
        let request = self.request(Method::HEAD, &blob(digest)).timeout(SMALL);
        match self.answer(request).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sends bytes once, however long it takes.
    pub(crate) async fn put_blob(&self, digest: &Digest, size: u64, bytes: Body) -> Result<(), Error> {
        let request = self
            .request(Method::PUT, &blob(digest))
            .header(reqwest::header::CONTENT_LENGTH, size)
            .header(reqwest::header::CONTENT_TYPE, "application/octet-stream")
            .body(bytes);
        self.answer(request).await.map(drop)
    }

    /// Asks once for bytes from this one on.
    pub(crate) async fn blob_from(&self, digest: &Digest, first: u64) -> Result<Part, Error> {
        let mut request = self.request(Method::GET, &blob(digest));
        if first > 0 {
            request = request
                .header(RANGE, format!("bytes={first}-"))
                .header(IF_RANGE, format!("\"{}\"", digest.hex()));
        }
        let answer = self.send(request).await?;
        match answer.status() {
            StatusCode::OK => Ok(Part::Whole(answer)),
            StatusCode::PARTIAL_CONTENT if begins_at(&answer, first) => Ok(Part::Rest(answer)),
            StatusCode::RANGE_NOT_SATISFIABLE => Ok(Part::Beyond),
            status if status.is_success() => {
                Err(self.unreadable(&blob(digest), &"another part than asked for"))
            }
            _ => Err(self.problem(answer).await),
        }
    }

    /// Tells the server something, once.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        what: &impl Serialize,
    ) -> Result<T, Error> {
        let request = self.request(Method::POST, path).timeout(SMALL).json(what);
        let bytes = self.bytes(self.answer(request).await?).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.unreadable(path, &error))
    }

    /// Asks for JSON, patiently.
    async fn look<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let bytes = self.look_bytes(path).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.unreadable(path, &error))
    }

    /// Asks for a document, patiently.
    pub(crate) async fn look_bytes(&self, path: &str) -> Result<Bytes, Error> {
        let ask = async || {
            let answer = self.answer(self.request(Method::GET, path).timeout(SMALL)).await?;
            self.bytes(answer).await
        };
        self.patience().retry(ask).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, self.site.below(path));
        match self.site.token() {
            Some(token) => request.header(AUTHORIZATION, secret(token)),
            None => request,
        }
    }

    /// The answer, if it is a good one.
    async fn answer(&self, request: RequestBuilder) -> Result<Response, Error> {
        let answer = self.send(request).await?;
        if answer.status().is_success() { Ok(answer) } else { Err(self.problem(answer).await) }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Error> {
        request.send().await.map_err(|source| self.unreachable(source))
    }

    /// The body of a small answer.
    async fn bytes(&self, mut answer: Response) -> Result<Bytes, Error> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|source| self.unreachable(source))? {
            if body.len() + chunk.len() > DOCUMENT_BYTES {
                return Err(self.unreadable(answer.url().path(), &"it is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.into())
    }

    async fn problem(&self, answer: Response) -> Error {
        let (status, address) = (answer.status(), answer.url().to_string());
        let retry_after = problem::retry_after(answer.headers());
        // A problem without words is one too.
        let body = self.bytes(answer).await.unwrap_or_default();
        Box::new(Problem::read(status, &address, &body).with_retry_after(retry_after)).into()
    }

    /// The connection broke.
    pub(crate) fn unreachable(&self, source: reqwest::Error) -> Error {
        Error::Unreachable { server: self.site.to_string(), source: source.without_url() }
    }

    fn unreadable(&self, path: &str, wrong: &impl ToString) -> Error {
        Error::Unreadable { address: self.site.below(path), wrong: wrong.to_string() }
    }
}

fn blob(digest: &Digest) -> String {
    format!("/api/v1/blobs/{}", digest.hex())
}

/// A token as a header that no log prints. One with impossible characters is sent as an empty one, and refused.
fn secret(token: &str) -> HeaderValue {
    let value = HeaderValue::try_from(format!("Bearer {token}"));
    let mut value = value.unwrap_or_else(|_impossible| HeaderValue::from_static("Bearer"));
    value.set_sensitive(true);
    value
}

/// Whether a partial answer begins where it was asked to.
fn begins_at(answer: &Response, first: u64) -> bool {
    let range = answer.headers().get(reqwest::header::CONTENT_RANGE).and_then(|range| range.to_str().ok());
    range
        .and_then(|range| range.strip_prefix("bytes ")?.split_once('-'))
        .is_some_and(|(start, _)| start.parse() == Ok(first))
}
