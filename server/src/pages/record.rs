//! The box "Is this what was published?" of releases and cards, and the script that compares a file with them.

use actix_web::HttpResponse;
use actix_web::http::header;
use cards::words::Messages;
use domain::Timestamp;
use registry::Record;

use super::assets;

/// What a page with this box may load besides: the script that compares files. It sends nothing anywhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where something stands in the record book, and how to check that.
#[derive(Clone)]
pub(super) struct RecordBox {
    pub(super) script: &'static str,
    /// Missing while the entry waits for its place.
    pub(super) place: Option<Place>,
    pub(super) proof_path: String,
    /// Files with their fingerprints, where the page does not list them anyway.
    pub(super) files: Vec<KnownFile>,
    pub(super) pull: String,
    pub(super) verify: String,
    /// The same check of the files by a program of others.
    pub(super) outside: String,
    /// Fetches what checkers of record books by others need.
    pub(super) fetch: String,
}

/// The place of an entry, in words.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) date: String,
    pub(super) time: String,
    pub(super) number: u64,
    pub(super) size: u64,
    pub(super) path: String,
    pub(super) observers: usize,
    pub(super) names: String,
}

/// A file and its fingerprint.
#[derive(Clone)]
pub(super) struct KnownFile {
    pub(super) name: String,
    pub(super) sha256: String,
}

/// What the box is about.
pub(super) struct About<'a> {
    /// Such as `ns/name@1.0.0`.
    pub(super) release: &'a str,
    /// The folder that the commands use.
    pub(super) folder: &'a str,
    /// Where the proof file is.
    pub(super) proof_path: String,
    /// The address of this site.
    pub(super) site: &'a str,
}

impl RecordBox {
    pub(super) fn new(about: About<'_>, record: Option<&Record>, messages: &Messages) -> Self {
        let About { release, folder, proof_path, site } = about;
        Self {
            script: assets::check_path(),
            place: record.map(|record| Place::new(record, messages)),
            files: Vec::new(),
            pull: format!("vitrine pull {release} {folder}"),
            verify: format!("vitrine verify {folder}"),
            outside: format!(
                "model_signing verify key --signature {folder}.vitrine/model.sig \
                 --public_key {folder}.vitrine/registry.pem {folder}"
            ),
            fetch: format!("curl -fO {site}{proof_path} -o log.vkey {site}/log/vkey"),
            proof_path,
        }
    }
}

impl Place {
    fn new(record: &Record, messages: &Messages) -> Self {
        let Record { index, at, published } = record;
        Self {
            date: messages.date(*at),
            time: clock_time(*at),
            number: index + 1,
            size: published.size,
            path: super::book::entry_path(*index),
            observers: published.witnesses.len(),
            names: published.witnesses.join(", "),
        }
    }
}

/// Hours and minutes in UTC, such as `10:04`.
pub(super) fn clock_time(moment: Timestamp) -> String {
    moment.to_string().get(11..16).unwrap_or_default().to_owned()
}

/// Lets the page load the script of the box.
pub(super) fn allow_script(answer: &mut HttpResponse) {
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(POLICY));
}

/// A place in the middle of the book, with or without observers.
#[cfg(test)]
pub(super) fn sample(witnesses: &[&str]) -> Record {
    Record {
        index: 1_233,
        at: "2026-03-12T10:04:59Z".parse().unwrap(),
        published: super::book::published(5_678, witnesses),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_from_one_and_names_the_minute() {
        let place = Place::new(&sample(&["X University", "Y Foundation"]), Messages::english());

        assert_eq!((place.number, place.size, place.observers), (1_234, 5_678, 2));
        assert_eq!((place.date.as_str(), place.time.as_str()), ("12 March 2026", "10:04"));
        assert_eq!((place.names.as_str(), place.path.as_str()), ("X University, Y Foundation", "/log/1233"));
    }
}
