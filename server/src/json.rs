//! JSON bodies, read with limits on size and depth and with errors that say where.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use registry::{Actor, Fault};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::auth::Reader;
use crate::config::Limits;
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// How deep lists and objects may lie in each other.
const DEEPEST: usize = 64;

/// What may be sent as JSON.
pub(crate) trait Sent: DeserializeOwned + 'static {
    /// How many bytes it may have.
    fn limit_bytes(limits: &Limits) -> usize {
        limits.json_bytes
    }

    /// Whether nobody in particular may send it.
    fn is_for_everyone() -> bool {
        false
    }
}

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Sent> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let (request, body) = (request.clone(), body.take());
        Box::pin(async move {
            let site = request.app_data::<Data<Site>>().ok_or(Problem::of(Kind::Internal))?;
            // Before the body: it may be long, and what is wrong in it does not matter to who may not send it.
            if !T::is_for_everyone() && is_anonymous(&request) {
                return Err(registry::Error::Unauthenticated.into());
            }
            if request.content_type() != "application/json" {
                return Err(Problem::new(
                    Kind::UnsupportedMediaType,
                    "send the body as `Content-Type: application/json`",
                ));
            }
            let limit = T::limit_bytes(&site.limits);
            let bytes = whole(&request, body, limit, &site.limits).await?;
            read_object(&bytes).map(Self)
        })
    }
}

fn is_anonymous(request: &HttpRequest) -> bool {
    request.extensions().get::<Reader>().is_none_or(|reader| reader.0 == Actor::Anonymous)
}

/// The whole body, unless it is too long or comes too slowly.
async fn whole(
    request: &HttpRequest,
    mut body: Payload,
    limit: usize,
    limits: &Limits,
) -> Result<BytesMut, Problem> {
    let too_large = || Problem::new(Kind::TooLarge, format!("more than {limit} bytes of JSON"));
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    loop {
        let chunk = match tokio::time::timeout(limits.idle, body.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(Some(Err(error))) => return Err(Problem::new(Kind::UploadCut, error.to_string())),
            Ok(None) => return Ok(bytes),
            Err(_elapsed) => return Err(Problem::of(Kind::TooSlow)),
        };
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// A value with named fields from JSON text; fields in a list, told apart by their places alone, are refused.
fn read_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        let _well_formed: serde_json::Value = read(bytes)?;
        let fault = Fault::new("body", "The body is no object.", "Write `{…}` with the fields by name.");
        return Err(Problem::new(Kind::InvalidField, "the body is no object").with_faults(vec![fault]));
    }
    read(bytes)
}

/// A value from JSON text.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if depth(bytes) > DEEPEST {
        return Err(Problem::new(
            Kind::InvalidJson,
            format!("lists and objects lie more than {DEEPEST} deep in each other"),
        ));
    }
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut text)
        .map_err(|error| explained(&error.path().to_string(), error.inner()))?;
    text.end().map_err(|error| explained(WHOLE, &error))?;
    Ok(value)
}

/// The path of the whole body.
const WHOLE: &str = ".";

fn explained(path: &str, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let wrong = plain(said.split(" at line ").next().unwrap_or(&said));
    match error.classify() {
        Category::Data => {
            let said = format!("The reader says: {wrong}.");
            let right = "Compare it with the API reference at /docs/api.";
            let fault = Fault::new(field(path, &wrong), said, right).at(line);
            Problem::new(Kind::InvalidField, format!("line {line}, column {column}: {wrong}"))
                .with_faults(vec![fault])
        }
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(Kind::InvalidJson, format!("line {line}, column {column}: {wrong}"))
        }
    }
}

/// The field that is wrong: at the path, or where the message names one in backticks that stands or should stand there.
fn field(path: &str, message: &str) -> String {
    let named = ["missing field `", "unknown field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start)?.split('`').next());
    match (path, named) {
        (WHOLE, named) => named.unwrap_or("body").to_owned(),
        (path, Some(named)) if path != named && !path.ends_with(&format!(".{named}")) => {
            format!("{path}.{named}")
        }
        (path, _) => path.to_owned(),
    }
}

/// What the reader says, in the words of JSON.
fn plain(said: &str) -> String {
    let said = said.replace("a sequence", "a list").replace("invalid type: sequence", "invalid type: list");
    let said = said.replace("a map", "an object").replace("invalid type: map", "invalid type: object");
    match said.split_once("expected struct ") {
        Some((before, _name_of_ours)) => format!("{before}expected an object"),
        None => said,
    }
}

/// How deep lists and objects lie in each other, without reading them.
fn depth(bytes: &[u8]) -> usize {
    let (mut deepest, mut now, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

impl<T: fmt::Debug> fmt::Debug for Json<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is refused is tested")]
    struct Named {
        name: String,
        parts: Option<Vec<Part>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is refused is tested")]
    struct Part {
        size: u8,
    }

    #[test]
    fn text_that_is_no_json_is_located() {
        let problem = read::<Named>(b"{\n  \"name\": oops}").unwrap_err();

        assert_eq!(problem.kind(), Kind::InvalidJson);
        assert_eq!(problem.to_string(), "line 2, column 11: expected value");
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (body, field) in [
            ("{}", "name"),
            (r#"{"name":"a","surprise":1}"#, "surprise"),
            (r#"{"name":"a","name":"b"}"#, "name"),
            (r#"{"name":1}"#, "name"),
            (r#"{"name":"a","parts":1}"#, "parts"),
            (r#"{"name":"a","parts":[{"size":1},{"size":"big"}]}"#, "parts[1].size"),
            (r#"{"name":"a","parts":[{"size":1},{}]}"#, "parts[1].size"),
            (r#"{"name":"a","parts":[{"size":1,"colour":2}]}"#, "parts[0].colour"),
            (r#"{"name":"a","parts":[7]}"#, "parts[0]"),
            ("[\"a\",null]", "body"),
            ("null", "body"),
        ] {
            let problem = read_object::<Named>(body.as_bytes()).unwrap_err();

            assert_eq!(problem.kind(), Kind::InvalidField, "{body}");
            assert_eq!(problem.faults().first().map(|fault| fault.field.as_str()), Some(field));
        }
    }

    #[test]
    fn types_are_named_in_the_words_of_json() {
        let told = |body: &str| read_object::<Named>(body.as_bytes()).unwrap_err().to_string();

        assert_eq!(
            told(r#"{"name":"a","parts":[7]}"#),
            "line 1, column 22: invalid type: integer `7`, expected an object"
        );
        assert_eq!(told(r#"{"name":[]}"#), "line 1, column 8: invalid type: list, expected a string");
        assert_eq!(told("{\"name\":\"a\"} x"), "line 1, column 14: trailing characters");
        assert_eq!(read_object::<Named>(b"nul").unwrap_err().kind(), Kind::InvalidJson);
    }

    #[test]
    fn depth_counts_brackets_outside_of_text() {
        assert_eq!(depth(br#"{"a":["[[[\"[["]}"#), 2);
        assert!(read::<serde_json::Value>(&b"[".repeat(100_000)).is_err());
        assert!(read::<serde_json::Value>(&[b"[".repeat(64), b"]".repeat(64)].concat()).is_ok());
        assert!(read::<serde_json::Value>(&[b"[".repeat(65), b"]".repeat(65)].concat()).is_err());
    }
}
