//! Where a card lies: on a server, or in a file.

use std::path::{Path, PathBuf};

use domain::Slug;

use crate::error::Error;
use crate::evidence::ReleaseName;
use crate::site::Site;

/// A card, and the server that its release may be asked from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct CardAt {
    /// The server of its address, else the one that arguments and environment name.
    pub(crate) site: Site,
    /// Where it lies.
    pub(crate) place: Place,
}

/// Where a card lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// In a file.
    File(PathBuf),
    /// On the server.
    Server {
        /// Last part of its address.
        slug: Slug,
        /// Which version; `None`: the newest.
        version: Option<u64>,
    },
    /// On the server: no card, but the examination of this release.
    Examination(ReleaseName),
}

impl CardAt {
    /// Reads the address of an examination, `ns/name@version` for that of a release, a web address, a path such as `/cards/feed/v/1`, the name of a file that exists, or a slug.
    pub(crate) fn find(text: &str, usual: &Site) -> Result<Self, Error> {
        if text.starts_with("http://") || text.starts_with("https://") {
            let path = text.split(['?', '#']).next().unwrap_or(text);
            if let Some((server, release)) = examination(path) {
                return Ok(Self { site: usual.at(server)?, place: Place::Examination(release) });
            }
            let (server, card) = path.split_once("/cards/").ok_or_else(|| wrong(text))?;
            let server = server.trim_end_matches("/api/v1");
            return Ok(Self { site: usual.at(server)?, place: on_server(card).ok_or_else(|| wrong(text))? });
        }
        let site = usual.clone();
        if Path::new(text).is_file() {
            return Ok(Self { site, place: Place::File(PathBuf::from(text)) });
        }
        if let Ok(release) = text.parse() {
            return Ok(Self { site, place: Place::Examination(release) });
        }
        let place = match text.strip_prefix("/cards/") {
            Some(card) => on_server(card),
            // Alone it would rather be a file that is not there.
            None if text.contains('.') => None,
            None => on_server(text),
        };
        Ok(Self { site, place: place.ok_or_else(|| wrong(text))? })
    }
}

/// The server and the release of the address of an examination.
fn examination(address: &str) -> Option<(&str, ReleaseName)> {
    let (server, release) = address.split_once("/api/v1/releases/")?;
    let (repository, version) = release.strip_suffix("/examination")?.rsplit_once('/')?;
    let version = version.replace("%2B", "+");
    Some((server, ReleaseName { repository: repository.parse().ok()?, version: version.parse().ok()? }))
}

/// What stands behind `/cards/`: `feed`, `feed/v/2`, each with or without `.json`.
fn on_server(card: &str) -> Option<Place> {
    let card = card.trim_end_matches('/');
    let card = card.strip_suffix(".json").unwrap_or(card);
    let (slug, version) = match card.split_once("/v/") {
        Some((slug, version)) => (slug, Some(version.parse().ok().filter(|version| *version > 0)?)),
        None => (card, None),
    };
    Some(Place::Server { slug: slug.parse().ok()?, version })
}

fn wrong(text: &str) -> Error {
    Error::Usage(format!(
        "`{text}` is neither a file that exists nor a card; write the address of a card such as \
         `https://vitrine.example/cards/feed`, or its last part"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::SiteArguments;

    fn find(text: &str) -> Result<(String, Place), Error> {
        let usual = SiteArguments { server: Some("http://usual.example".to_owned()) }.site().unwrap();
        CardAt::find(text, &usual).map(|at| (at.site.to_string(), at.place))
    }

    fn card(slug: &str, version: Option<u64>) -> Place {
        Place::Server { slug: slug.parse().unwrap(), version }
    }

    #[test]
    fn addresses_of_cards_are_read_in_every_spelling() {
        for (text, server, version) in [
            ("http://a.example/cards/feed", "http://a.example", None),
            ("https://a.example/cards/feed.json?lang=hi#x", "https://a.example", None),
            ("http://a.example/sub/cards/feed/v/2", "http://a.example/sub", Some(2)),
            ("http://a.example/api/v1/cards/feed/v/2.json", "http://a.example", Some(2)),
            ("/cards/feed/v/3", "http://usual.example", Some(3)),
            ("feed", "http://usual.example", None),
            ("feed/v/1", "http://usual.example", Some(1)),
        ] {
            assert_eq!(find(text).unwrap(), (server.to_owned(), card("feed", version)), "{text}");
        }
    }

    #[test]
    fn examinations_are_named_by_their_release_or_their_address() {
        let release = Place::Examination("alice/tiny@1.0.0".parse().unwrap());
        for (text, server) in [
            ("alice/tiny@1.0.0", "http://usual.example"),
            ("https://a.example/api/v1/releases/alice/tiny/1.0.0/examination", "https://a.example"),
        ] {
            assert_eq!(find(text).unwrap(), (server.to_owned(), release.clone()), "{text}");
        }
    }

    #[test]
    fn a_file_that_exists_is_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();

        assert_eq!(find(path).unwrap().1, Place::File(file.path().to_owned()));
    }

    #[test]
    fn everything_else_is_wrong_usage() {
        for bad in ["no-such-file.json", "http://a.example/models/x", "feed/v/0", "feed/v/x", "", "Feed Me"] {
            assert!(matches!(find(bad), Err(Error::Usage(_))), "{bad}");
        }
    }
}
