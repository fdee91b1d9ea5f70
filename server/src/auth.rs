//! Who asks.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use registry::{Actor, Registry};

use crate::problem::Problem;

/// Longest `Authorization` header that is looked at, in bytes.
const LONGEST: usize = 512;

/// Whoever asks: a person by a token, or nobody in particular.
#[derive(Clone, Debug)]
pub struct Reader(pub Actor);

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    /// The edge has looked at the token before any handler runs, so that a wrong one is refused at every address.
    fn from_request(request: &HttpRequest, _body: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().cloned();
        ready(Ok(known.unwrap_or(Self(Actor::Anonymous))))
    }
}

/// Who sends these headers.
///
/// # Errors
/// A problem with status 401 for a header that holds no token that is valid now; never falls back to nobody.
pub(crate) async fn actor(headers: &HeaderMap, registry: &Registry) -> Result<Actor, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    let Some(value) = values.next() else { return Ok(Actor::Anonymous) };
    let refused = || Problem::from(registry::Error::TokenRefused);
    if values.next().is_some() || value.len() > LONGEST {
        return Err(refused());
    }
    let text = value.to_str().map_err(|_not_ascii| refused())?;
    let token = token(text).ok_or_else(refused)?;
    registry.authenticate(&token).await.map_err(Problem::from)
}

/// The token in an `Authorization` header: of `Bearer`, or the password of `Basic`, which git sends.
fn token(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
        return pair.split_once(':').map(|(_, password)| password.to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_in_both_schemes_and_nowhere_else() {
        for (header, expected) in [
            ("Bearer hf_abc", Some("hf_abc")),
            ("bearer  hf_abc ", Some("hf_abc")),
            ("Basic YWxpY2U6aGZfYWJj", Some("hf_abc")),
            ("Basic YWxpY2U=", None),
            ("Basic !", None),
            ("Digest x", None),
            ("hf_abc", None),
            ("", None),
        ] {
            assert_eq!(token(header).as_deref(), expected, "{header}");
        }
    }
}
