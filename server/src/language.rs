//! Which language a reader wants.

use actix_web::dev::RequestHead;
use actix_web::http::header;
use cards::words::Messages;
use domain::Language;

/// Most languages that are looked at; more are not wanted by anyone.
const MOST_WANTED: usize = 20;

/// The words for this request: `?lang=` first, then `Accept-Language`, else English.
#[must_use]
pub fn wanted(request: &RequestHead) -> &'static Messages {
    let query = request.uri.query().unwrap_or_default();
    let chosen = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
    let header = request.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let languages: Vec<Language> = chosen
        .and_then(|tag| tag.parse().ok())
        .into_iter()
        .chain(by_preference(header.unwrap_or_default()))
        .collect();
    Messages::best(&languages)
}

/// The words for whatever carries the head of a request.
#[must_use]
pub fn of(request: &actix_web::HttpRequest) -> &'static Messages {
    wanted(request.head())
}

/// The languages of an `Accept-Language` header, most wanted first.
fn by_preference(header: &str) -> Vec<Language> {
    let mut wanted: Vec<(f32, Language)> = header.split(',').take(MOST_WANTED).filter_map(weighed).collect();
    wanted.sort_by(|one, other| other.0.total_cmp(&one.0));
    wanted.into_iter().map(|(_, language)| language).collect()
}

/// One language and its weight, which is 1 where none is given (RFC 9110 §12.5.4).
fn weighed(part: &str) -> Option<(f32, Language)> {
    let (tag, weight) = match part.split_once(";q=") {
        Some((tag, weight)) => (tag, weight.trim().parse().ok()?),
        None => (part, 1.0),
    };
    let language = tag.trim().parse().ok()?;
    (weight > 0.0).then_some((weight, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_come_in_the_order_of_their_weights() {
        let wanted = by_preference("en;q=0.5, hi, ta;q=0.8, *;q=0.1, ur;q=0, nonsense!");

        assert_eq!(wanted.iter().map(Language::to_string).collect::<Vec<_>>(), ["hi", "ta", "en"]);
    }
}
