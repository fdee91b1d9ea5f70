//! Addresses as they came: split at `/` first, decoded after, and decoded once.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use domain::RepositoryName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::problem::{Kind, Problem};

/// What stands as it is in a segment of an address (RFC 3986 §2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The segments of a request's address, decoded once each; `a%2Fb` is one segment.
///
/// # Errors
/// [`Kind::BadAddress`] for a segment that is no UTF-8.
pub fn segments(request: &HttpRequest) -> Result<Vec<String>, Problem> {
    request.uri().path().split('/').skip(1).map(decoded).collect()
}

fn decoded(segment: &str) -> Result<String, Problem> {
    let text = percent_decode_str(segment).decode_utf8();
    text.map(std::borrow::Cow::into_owned).map_err(|error| {
        Problem::new(Kind::BadAddress, format!("the address is not written in UTF-8: {error}"))
    })
}

/// A segment as it stands in an address.
#[must_use]
pub fn encoded(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}

/// A word of an address.
///
/// # Errors
/// [`Kind::BadAddress`] with the word's own rule.
pub fn word<T>(text: &str) -> Result<T, Problem>
where
    T: std::str::FromStr<Err = domain::Malformed>,
{
    text.parse().map_err(|error: domain::Malformed| Problem::new(Kind::BadAddress, error.to_string()))
}

/// The name of a repository from its two segments.
///
/// # Errors
/// [`Kind::BadAddress`] when one of them is no name.
pub fn repository(namespace: &str, name: &str) -> Result<RepositoryName, Problem> {
    let whole = RepositoryName::new(word(namespace)?, name);
    whole.map_err(|error| Problem::new(Kind::BadAddress, error.to_string()))
}

/// A whole number in an address, for `deserialize_with`.
///
/// # Errors
/// What would be right, for anything else.
pub(crate) fn count<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
{
    let text = Cow::<str>::deserialize(from)?;
    text.parse().map_err(|_not_whole| {
        D::Error::custom(format!("`{text}` is no number here: write a whole number from 1"))
    })
}

/// As [`count`], for a number that may be missing.
///
/// # Errors
/// As [`count`].
pub(crate) fn count_if_any<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
{
    count(from).map(Some)
}

/// The answer that leads to the right spelling of a repository's name; `None` when it was spelled right.
///
/// Everything else of the address stays as it came.
#[must_use]
pub fn respelled(
    request: &HttpRequest,
    asked: &RepositoryName,
    right: &RepositoryName,
) -> Option<HttpResponse> {
    if asked == right {
        return None;
    }
    let path = renamed(request.uri().path(), asked, right)?;
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut answer = HttpResponse::build(StatusCode::TEMPORARY_REDIRECT);
    Some(answer.insert_header((header::LOCATION, format!("{path}{query}"))).finish())
}

/// The path with the right name where the asked one stands, however it was encoded; `None` when it stands nowhere.
fn renamed(path: &str, asked: &RepositoryName, right: &RepositoryName) -> Option<String> {
    let (asked, right) = (asked.to_string(), right.to_string());
    let mut segments: Vec<&str> = path.split('/').collect();
    let is_asked = |pair: &[&str]| {
        let text = pair.join("/");
        percent_decode_str(&text).decode_utf8().is_ok_and(|text| text == asked)
    };
    let place = segments.windows(2).position(is_asked)?;
    segments.splice(place..place + 2, [right.as_str()]);
    Some(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(path: &str) -> Result<Vec<String>, Problem> {
        segments(&TestRequest::with_uri(path).to_http_request())
    }

    #[test]
    fn an_address_is_split_before_it_is_decoded_and_decoded_once() {
        assert_eq!(of("/a/b/feature%2Fx/%252e%252e").unwrap(), ["a", "b", "feature/x", "%2e%2e"]);
        assert_eq!(of("/%E0%A4%AE").unwrap(), ["म"]);
        assert!(of("/%ff").is_err());
    }

    #[test]
    fn a_segment_is_encoded_so_that_it_decodes_to_itself() {
        for text in ["a b/c#d?%20", "மா", "x+y&'[1]"] {
            assert_eq!(decoded(&encoded(text)).unwrap(), text);
        }
    }

    #[test]
    fn another_spelling_leads_to_the_right_one() {
        let request = TestRequest::with_uri("/api/v1/repositories/ALICE/tiny_x?a=1").to_http_request();
        let (asked, right) = ("ALICE/tiny_x".parse().unwrap(), "alice/tiny-x".parse().unwrap());

        let answer = respelled(&request, &asked, &right).unwrap();

        assert_eq!(answer.status(), 307);
        assert_eq!(answer.headers().get("location").unwrap(), "/api/v1/repositories/alice/tiny-x?a=1");
        assert!(respelled(&request, &right, &right).is_none());
    }

    #[test]
    fn a_name_that_was_encoded_leads_to_the_right_one_and_not_to_itself() {
        let request = TestRequest::with_uri("/ALI%43E/tiny/resolve/main/ALICE/tiny").to_http_request();
        let (asked, right) = ("ALICE/tiny".parse().unwrap(), "alice/tiny".parse().unwrap());

        let answer = respelled(&request, &asked, &right).unwrap();

        assert_eq!(answer.headers().get("location").unwrap(), "/alice/tiny/resolve/main/ALICE/tiny");
    }
}
