//! Somebody who uses the platform through HTTP.

use std::sync::Once;

use domain::Digest;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{Answer, Must};

/// A client with a token, or without.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    token: Option<String>,
}

impl Client {
    /// A client of the site at `HOST:PORT`.
    #[must_use]
    pub fn new(address: &str, token: Option<&str>) -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| {
            // Another test of this process may have done it; either is as good.
            let _already = rustls::crypto::ring::default_provider().install_default();
        });
        let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build();
        Self {
            http: http.must("making a client"),
            address: format!("http://{address}"),
            token: token.map(str::to_owned),
        }
    }

    /// Its token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request to this address of the platform, with the client's token.
    pub fn request(&self, method: Method, at: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{at}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.must("sending a request")).await
    }

    /// `GET`.
    pub async fn get(&self, at: &str) -> Answer {
        self.send(self.request(Method::GET, at)).await
    }

    /// `GET` with one more header.
    pub async fn get_with(&self, at: &str, header: (&str, &str)) -> Answer {
        self.send(self.request(Method::GET, at).header(header.0, header.1)).await
    }

    /// `GET` as a browser does it.
    pub async fn browse(&self, at: &str) -> Answer {
        self.get_with(at, ("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")).await
    }

    /// `HEAD`.
    pub async fn head(&self, at: &str) -> Answer {
        self.send(self.request(Method::HEAD, at)).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, at: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, at).json(body)).await
    }

    /// Uploads bytes under a digest, which need not be theirs.
    pub async fn upload_as(&self, digest: &Digest, bytes: impl Into<reqwest::Body>) -> Answer {
        let at = format!("/api/v1/blobs/{}", digest.hex());
        self.send(self.request(Method::PUT, &at).body(bytes)).await
    }

    /// Uploads bytes, which must work.
    ///
    /// # Panics
    /// When it does not.
    pub async fn upload(&self, bytes: &[u8]) -> Digest {
        let digest = Digest::of(bytes);
        let answer = self.upload_as(&digest, bytes.to_vec()).await;
        assert!(matches!(answer.code, 200 | 201), "{}", answer.text());
        digest
    }

    /// Makes a repository, which must work.
    pub async fn repository(&self, name: &str, kind: &str, visibility: &str) -> Value {
        let (namespace, name) = name.split_once('/').must("namespace/name");
        let new = json!({"namespace": namespace, "name": name, "kind": kind, "visibility": visibility});
        self.post("/api/v1/repositories", &new).await.status(201).json()
    }

    /// Commits to `main`.
    pub async fn commit(&self, repository: &str, operations: Value, parent: Option<&str>) -> Answer {
        let at = format!("/api/v1/repositories/{repository}/commits/main");
        self.post(&at, &json!({"message": "Change", "parent": parent, "operations": operations})).await
    }

    /// Uploads and commits files, which must work; gives the commit's id.
    ///
    /// # Panics
    /// When it does not.
    pub async fn put_files(&self, repository: &str, files: &[(&str, &[u8])]) -> String {
        let mut operations = Vec::new();
        for (path, bytes) in files {
            operations.push(json!({"put": path, "blob": self.upload(bytes).await.hex()}));
        }
        let made = self.commit(repository, operations.into(), None).await;
        assert!(matches!(made.code, 200 | 201), "{}", made.text());
        made.json().get("commit").and_then(Value::as_str).must("a commit").to_owned()
    }

    /// Publishes what `main` holds, with a licence.
    pub async fn publish(&self, repository: &str, version: &str) -> Answer {
        let draft = json!({
            "repository": repository, "version": version, "revision": "main", "license": "Apache-2.0",
        });
        self.post("/api/v1/releases", &draft).await
    }

    /// Makes a public repository with files and publishes them as 1.0.0, which must work.
    pub async fn release(&self, repository: &str, kind: &str, files: &[(&str, &[u8])]) -> Value {
        self.repository(repository, kind, "public").await;
        self.put_files(repository, files).await;
        let mut made = self.publish(repository, "1.0.0").await.status(201).json();
        made.as_object_mut().and_then(|made| made.remove("proof")).must("a proof comes with it");
        made
    }
}
