//! What a server said when it said no.

use std::fmt;
use std::time::Duration;

use cards::Fault;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;

use crate::error::lines;

/// Longest part of a text that is printed, in characters.
const MOST_CHARS: usize = 2000;

/// A problem as a server tells it (RFC 9457).
#[derive(Debug)]
pub(crate) struct Problem {
    /// Status of the answer.
    pub(crate) status: u16,
    /// When to come back, as the server wishes.
    pub(crate) retry_after: Option<Duration>,
    address: String,
    said: Said,
}

#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(rename = "type")]
    page: Option<String>,
    title: Option<String>,
    detail: Option<String>,
    request_id: Option<String>,
    #[serde(default)]
    errors: Vec<SaidFault>,
}

#[derive(Debug, Deserialize)]
struct SaidFault {
    file: Option<String>,
    line: Option<usize>,
    #[serde(default)]
    field: String,
    #[serde(default)]
    wrong: String,
    #[serde(default)]
    right: String,
}

impl Problem {
    /// Reads the body of an answer; one that is no problem document is a problem all the same.
    pub(crate) fn read(status: StatusCode, address: &str, body: &[u8]) -> Self {
        let said = serde_json::from_slice(body).unwrap_or_default();
        Self { status: status.as_u16(), retry_after: None, address: address.to_owned(), said }
    }

    /// The same problem with the server's wish.
    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        Self { retry_after, ..self }
    }

    /// The kind of problem: the last part of its page's address.
    pub(crate) fn slug(&self) -> &str {
        self.said.page.as_deref().and_then(|page| page.rsplit('/').next()).unwrap_or_default()
    }

    /// Whether the same request may succeed a little later.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self.status, 408 | 429 | 502 | 503 | 504) || self.slug() == "upload-cut"
    }

    /// What speaks against it, one by one.
    fn faults(&self) -> Vec<Fault> {
        let fault = |said: &SaidFault| {
            let mut fault = Fault::new(plain(&said.field), plain(&said.wrong), plain(&said.right));
            fault.file = Some(said.file.as_deref().map_or_else(|| "release".to_owned(), plain));
            fault.line = said.line;
            fault
        };
        self.said.errors.iter().map(fault).collect()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.said.errors.is_empty() {
            write!(out, "the server refused, {}", lines(&self.faults()))?;
        } else if let Some(words) = self.said.detail.as_ref().or(self.said.title.as_ref()) {
            out.write_str(&plain(words))?;
        } else {
            write!(out, "the server answered {} at {}", self.status, self.address)?;
        }
        if self.status == 401 {
            out.write_str(" (the token is read from VITRINE_TOKEN or HF_TOKEN)")?;
        }
        match self.said.request_id.as_deref().filter(|_| self.status >= 500) {
            Some(id) => write!(out, " (request {}, for those who run the site)", plain(id)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// When the server wishes to be asked again, in seconds; a date is not read.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// A text from elsewhere, without anything that steers a terminal.
fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(MOST_CHARS).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: u16, body: &str) -> Problem {
        Problem::read(StatusCode::from_u16(status).unwrap(), "http://a.example/x", body.as_bytes())
    }

    #[test]
    fn the_detail_is_what_people_read() {
        let body =
            r#"{"type": "/problems/release-exists", "title": "T", "detail": "it exists", "request_id": "7"}"#;

        assert_eq!(problem(409, body).to_string(), "it exists");
        assert_eq!(problem(409, body).slug(), "release-exists");
        assert_eq!(problem(500, body).to_string(), "it exists (request 7, for those who run the site)");
    }

    #[test]
    fn faults_are_told_one_by_one() {
        let body = r#"{"detail": "no", "errors": [
            {"file": "system-card.yaml", "line": 3, "field": "slug", "wrong": "Missing.", "right": "Write it."},
            {"field": "license", "wrong": "Missing.", "right": "Give one."}]}"#;

        assert_eq!(
            problem(422, body).to_string(),
            "the server refused, 2 things are wrong:\n  system-card.yaml:3 slug: Missing. Write it.\n  release license: \
             Missing. Give one."
        );
    }

    #[test]
    fn answers_that_are_no_problem_documents_are_told_by_their_status() {
        assert_eq!(problem(502, "<html>").to_string(), "the server answered 502 at http://a.example/x");
        assert_eq!(problem(404, "[]").to_string(), "the server answered 404 at http://a.example/x");
    }

    #[test]
    fn nothing_from_a_server_steers_the_terminal() {
        let body = r#"{"detail": "\u001b[2Jgone"}"#;

        assert_eq!(problem(404, body).to_string(), " [2Jgone");
    }

    #[test]
    fn only_passing_troubles_are_worth_another_try() {
        for (status, passes) in
            [(503, true), (502, true), (408, true), (500, false), (404, false), (422, false)]
        {
            assert_eq!(problem(status, "").may_pass(), passes, "{status}");
        }
        assert!(problem(400, r#"{"type": "/problems/upload-cut"}"#).may_pass());
    }
}
