//! Files of repositories at `/{ns}/{name}/resolve/{rev}/{path}`, as clients of the Hub protocol fetch them.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use domain::{FilePath, RepositoryName, Visibility};
use registry::{File, Registry};

use crate::address;
use crate::api::withdrawn_header;
use crate::auth::Reader;
use crate::bytes::{self, ASK, About, FOREVER, NOWHERE};
use crate::hub::refused;
use crate::problem::{Kind, Problem};

const REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");
const LINKED_ETAG: HeaderName = HeaderName::from_static("x-linked-etag");
const LINKED_SIZE: HeaderName = HeaderName::from_static("x-linked-size");

/// What stands before the revision: nothing, namespace, name, `resolve`.
const SEGMENTS_BEFORE_REVISION: usize = 3;

/// Adds the address of files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/datasets/{ns}/{name}/resolve/{rev}/{path:.*}", get().to(resolve))
        .route("/{ns}/{name}/resolve/{rev}/{path:.*}", get().to(resolve));
}

/// One file at a revision, which is one segment of the address.
struct Asked {
    name: RepositoryName,
    revision: String,
    path: FilePath,
}

impl Asked {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let segments = address::segments(request)?;
        // Datasets have a folder of their own, and `datasets` is nobody's name.
        let segments = match segments.split_first() {
            Some((folder, rest)) if folder == "datasets" => rest,
            _ => segments.as_slice(),
        };
        let (before, after) = segments.split_at(SEGMENTS_BEFORE_REVISION.min(segments.len()));
        match (before, after) {
            ([namespace, name, _resolve], [revision, path @ ..]) => Ok(Self {
                name: address::repository(namespace, name)?,
                revision: revision.clone(),
                path: address::word(&path.join("/"))?,
            }),
            _too_short => Err(Problem::of(Kind::AddressNotFound)),
        }
    }
}

async fn resolve(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::of(&request)?;
    let found = registry.file(&reader.0, &asked.name, &asked.revision, &asked.path).await;
    let file = found.map_err(|error| refused(error, &reader.0))?;
    if let Some(redirect) = address::respelled(&request, &asked.name, &file.repository) {
        return Ok(redirect);
    }
    let about = about(&file, &asked.revision);
    let mut answer = bytes::of_blob(&request, &registry, &file.blob, &about).await?;
    describe(&mut answer, &file);
    Ok(answer)
}

/// What is said about a file: text is shown as text, everything else is only ever downloaded.
fn about(file: &File, revision: &str) -> About {
    let etag = if file.entry.large { file.entry.sha256.hex() } else { file.entry.oid.to_string() };
    let cache = match file.visibility {
        Visibility::Public if revision == file.commit.id.to_string() => FOREVER,
        Visibility::Public => ASK,
        Visibility::Gated | Visibility::Sealed | Visibility::Private => NOWHERE,
    };
    let media_type = if file.entry.large { "application/octet-stream" } else { "text/plain; charset=utf-8" };
    About { etag, sha256: file.entry.sha256, media_type, cache }
}

/// The headers that clients of the Hub protocol read.
fn describe(answer: &mut HttpResponse, file: &File) {
    let mut say = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    };
    say(REPO_COMMIT, file.commit.id.to_string());
    say(LINKED_SIZE, file.entry.size.to_string());
    if file.entry.large {
        say(LINKED_ETAG, format!("\"{}\"", file.entry.sha256.hex()));
    }
    say(header::CONTENT_DISPOSITION, disposition(file.entry.path.file_name()));
    if let Some((name, value)) = file.withdrawn.as_ref().map(withdrawn_header) {
        answer.headers_mut().insert(name, value);
    }
}

/// The file's name for people, in both forms of RFC 6266.
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    format!("inline; filename*=UTF-8''{}; filename=\"{ascii}\";", address::encoded(name))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(address: &str) -> Result<Asked, Problem> {
        Asked::of(&TestRequest::with_uri(address).to_http_request())
    }

    #[test]
    fn the_revision_is_one_segment_and_the_path_is_the_rest() {
        let asked = asked("/alice/tiny/resolve/feature%2Fx/a%20b/%E0%A4%AE.txt").unwrap();

        assert_eq!(asked.name.to_string(), "alice/tiny");
        assert_eq!(asked.revision, "feature/x");
        assert_eq!(asked.path.as_str(), "a b/म.txt");
    }

    #[test]
    fn addresses_that_leave_the_repository_are_refused() {
        for address in [
            "/alice/tiny/resolve/main/",
            "/alice/tiny/resolve/main/../x",
            "/alice/tiny/resolve/main/%2e%2e/x",
            "/alice/tiny/resolve/main/%2e%2e%2fx",
            "/alice/tiny/resolve/main/a%00b",
            "/%2e%2e/tiny/resolve/main/x",
        ] {
            assert!(asked(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_name_that_was_encoded_twice_is_decoded_once() {
        assert_eq!(asked("/alice/tiny/resolve/main/%252e%252e").unwrap().path.as_str(), "%2e%2e");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("a\"b\\म.txt"),
            "inline; filename*=UTF-8''a%22b%5C%E0%A4%AE.txt; filename=\"a_b__.txt\";"
        );
    }
}
