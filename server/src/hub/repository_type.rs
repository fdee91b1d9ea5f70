//! Addresses of repositories in the protocol.

use actix_web::HttpRequest;
use domain::{Kind, RepositoryName};
use serde::{Deserialize, Serialize};

use crate::address;
use crate::problem::{self, Problem};
use crate::site::Site;

/// What a repository holds, in the words of the protocol.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RepositoryType {
    /// A model, ranking models among them.
    #[default]
    Model,
    /// Data.
    Dataset,
}

impl RepositoryType {
    /// The kind that a new repository of this type has.
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Model => Kind::Model,
            Self::Dataset => Kind::Dataset,
        }
    }

    /// The type of a repository of this kind.
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Dataset => Self::Dataset,
            Kind::Model | Kind::Ranking => Self::Model,
        }
    }

    /// The address of a repository that people open.
    pub(super) fn page(self, site: &Site, name: &RepositoryName) -> String {
        let folder = if self == Self::Dataset { "datasets/" } else { "" };
        format!("{}/{folder}{name}", site.public_url)
    }
}

/// A repository, and what stands behind it in the address.
pub(super) struct At {
    /// Which type the address is of.
    pub(super) kind: RepositoryType,
    /// The repository, as it was asked for.
    pub(super) name: RepositoryName,
    /// The segments behind the word that says what is asked, decoded once each.
    pub(super) rest: Vec<String>,
}

impl At {
    /// Reads `/api/{type}s/{ns}/{name}/{word}/{rest…}`.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let segments = address::segments(request)?;
        let nothing = || Problem::of(problem::Kind::AddressNotFound);
        let [_api, plural, namespace, name, rest @ ..] = segments.as_slice() else { return Err(nothing()) };
        let kind = if plural == "datasets" { RepositoryType::Dataset } else { RepositoryType::Model };
        let rest = rest.get(1..).unwrap_or_default().to_vec();
        Ok(Self { kind, name: address::repository(namespace, name)?, rest })
    }

    /// The first segment of the rest: a revision, a branch, a tag.
    pub(super) fn first(&self) -> Result<&str, Problem> {
        self.rest.first().map(String::as_str).ok_or_else(|| Problem::of(problem::Kind::AddressNotFound))
    }

    /// The path behind the first segment, written as one segment or as several; empty for the root.
    pub(super) fn path(&self) -> String {
        self.rest.get(1..).unwrap_or_default().join("/").trim_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn at(address: &str) -> At {
        At::of(&TestRequest::with_uri(address).to_http_request()).unwrap()
    }

    #[test]
    fn a_folder_may_be_written_as_one_segment_or_as_several() {
        for address in
            ["/api/models/a1c/tiny/tree/feature%2Fx/b%2Fc", "/api/models/a1c/tiny/tree/feature%2Fx/b/c/"]
        {
            let at = at(address);

            assert_eq!((at.first().unwrap(), at.path().as_str()), ("feature/x", "b/c"));
        }
    }

    #[test]
    fn the_type_stands_in_the_address() {
        assert_eq!(at("/api/datasets/a1c/tiny").kind, RepositoryType::Dataset);
        assert!(at("/api/models/a1c/tiny").rest.is_empty());
    }
}
