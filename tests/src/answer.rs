//! What the platform answered.

use reqwest::header::HeaderMap;
use serde_json::Value;
use server::problem::Kind;

use crate::Must;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub code: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (code, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.must("reading the answer").to_vec();
        Self { code, headers, bytes }
    }

    /// The same answer, if it has this status.
    ///
    /// # Panics
    /// When it has another one.
    #[track_caller]
    #[must_use]
    pub fn status(self, expected: u16) -> Self {
        assert_eq!(self.code, expected, "{}", self.text());
        self
    }

    /// A header as text; empty when it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).must(&self.text())
    }

    /// The problem in the answer, which must be of this kind and complete.
    ///
    /// # Panics
    /// When the answer is something else.
    #[track_caller]
    pub fn problem(&self, kind: Kind) -> Value {
        let problem = self.json();
        let said = |field: &str| problem.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        assert_eq!(said("type"), kind.page(), "{problem}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.code, kind.status());
        assert_eq!(problem.get("status").and_then(Value::as_u64), Some(u64::from(kind.status())));
        assert_eq!(said("request_id"), self.header("x-request-id"));
        assert_eq!(self.headers.contains_key("www-authenticate"), kind.status() == 401);
        for field in ["title", "detail", "instance", "request_id"] {
            assert!(!said(field).is_empty(), "`{field}` is missing: {problem}");
        }
        problem
    }

    /// The fields that the problem in the answer finds fault with, in order.
    #[must_use]
    pub fn faulty_fields(&self) -> Vec<String> {
        let errors = self.json().get("errors").and_then(Value::as_array).cloned().unwrap_or_default();
        let field = |error: &Value| error.get("field").and_then(Value::as_str).map(str::to_owned);
        errors.iter().filter_map(field).collect()
    }
}
