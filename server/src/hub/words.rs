//! What goes wrong, in the words that clients of the Hub protocol read: headers, and `error` in the body.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue};
use domain::RepositoryName;
use registry::{Actor, Error};

use crate::address;
use crate::problem::{Kind, Problem};

const REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");
const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-error-message");

/// Whether an address belongs to the protocol, so that its problems are told in the protocol's words too.
pub(crate) fn is_hub(path: &str) -> bool {
    let api =
        path.strip_prefix("/api/").is_some_and(|rest| !rest.starts_with("v1") && rest != "openapi.json");
    api || path.contains("/resolve/") || path.contains(".git/info/lfs/")
}

/// A problem as one sentence, with everything that is wrong in it: clients print it as it is.
pub(crate) fn spoken(detail: &str, faults: &[registry::Fault]) -> String {
    let faults = faults.iter().map(registry::Fault::to_string).collect::<Vec<_>>();
    if faults.is_empty() { detail.to_owned() } else { format!("{detail}: {}", faults.join(" · ")) }
}

/// What the registry says, in the words of the protocol. To nobody in particular, private equals missing: a token is
/// asked for.
pub(crate) fn refused(error: Error, actor: &Actor) -> Problem {
    let (code, commit) = match &error {
        Error::RepositoryNotFound { .. } => ("RepoNotFound", None),
        Error::AccessNeeded { .. } => ("GatedRepo", None),
        Error::RevisionNotFound { .. } => ("RevisionNotFound", None),
        Error::FileNotFound { commit, .. } => ("EntryNotFound", Some(*commit)),
        Error::NothingToDelete { .. } => ("EntryNotFound", None),
        _no_word_for_it => return error.into(),
    };
    let message = match &error {
        Error::NothingToDelete { path } => format!("A file with this name doesn't exist: `{path}`"),
        other => other.to_string(),
    };
    let problem = match &error {
        Error::RepositoryNotFound { .. } if *actor == Actor::Anonymous => Problem::new(
            Kind::TokenNeeded,
            format!("{message}, or it is private; send a token if it is yours"),
        ),
        Error::AccessNeeded { .. } if *actor == Actor::Anonymous => {
            Problem::new(Kind::TokenNeeded, message.clone())
        }
        Error::NothingToDelete { .. } => Problem::new(Kind::FileNotFound, message.clone()),
        _as_it_is => error.into(),
    };
    let said = [
        (ERROR_CODE, code.to_owned()),
        (ERROR_MESSAGE, message.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).collect()),
        (REPO_COMMIT, commit.map(|commit| commit.to_string()).unwrap_or_default()),
    ];
    said.into_iter().filter(|(_, value)| !value.is_empty()).fold(problem, |problem, (name, value)| {
        match HeaderValue::from_str(&value) {
            Ok(value) => problem.with_header(name, value),
            Err(_not_for_headers) => problem,
        }
    })
}

/// The repository of `[/datasets]/{ns}/{name}.git/info/lfs/…`.
pub(super) fn lfs_repository(request: &HttpRequest) -> Result<RepositoryName, Problem> {
    let segments = address::segments(request)?;
    let named = match segments.as_slice() {
        [folder, namespace, name, _info, _lfs, ..] if folder == "datasets" && name != "info" => {
            (namespace, name)
        }
        [namespace, name, ..] => (namespace, name),
        _too_short => return Err(Problem::of(Kind::AddressNotFound)),
    };
    address::repository(named.0, named.1.strip_suffix(".git").unwrap_or(named.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_the_protocol_are_told_from_our_own() {
        for (path, hub) in [
            ("/api/models/a/b", true),
            ("/api/whoami-v2", true),
            ("/alice/tiny/resolve/main/x", true),
            ("/alice/tiny.git/info/lfs/objects/batch", true),
            ("/api/v1/releases", false),
            ("/api/openapi.json", false),
            ("/cards", false),
        ] {
            assert_eq!(is_hub(path), hub, "{path}");
        }
    }
}
