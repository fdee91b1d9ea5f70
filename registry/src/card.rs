//! System cards as they are kept.

mod facets;
mod list;
mod order;
mod show;

pub(crate) use facets::insert_facets;
pub use facets::{Facet, FacetChoice};
pub use order::CardSort;

use domain::{Digest, Language, RepositoryName, Slug, Timestamp, Uuid, Version};
use serde::{Deserialize, Serialize};

use crate::{Error, Withdrawal};

/// Kind of search rows about cards.
pub(crate) const SEARCH_CARD: &str = "card";

/// How far the card of a release is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CardStatus {
    /// The release holds no ranking system.
    None,
    /// A job will make it.
    Pending,
    /// It is there.
    Ready,
    /// Running the model showed that no card can be made.
    Failed,
}

impl CardStatus {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn read(text: &str, release: Uuid) -> Result<Self, Error> {
        [Self::Pending, Self::Ready, Self::Failed]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| Error::inconsistent("cards", release, "status"))
    }
}

/// What became of the card of a release.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardState {
    /// How far it is.
    pub status: CardStatus,
    /// Its address; `None` when the release holds no ranking system.
    pub slug: Option<Slug>,
    /// Its version, once it is ready.
    pub version: Option<u32>,
    /// Why it failed.
    pub problem: Option<CardProblem>,
}

/// Why a card could not be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardProblem {
    /// Outcome of the worker, such as `limit_cpu` or `bad_output`.
    pub code: String,
    /// A sentence.
    pub text: String,
}

/// A card in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardSummary {
    /// Its address.
    pub slug: Slug,
    /// Language of title and line.
    pub language: Language,
    /// What system it is about.
    pub title: String,
    /// What that system does, in one line.
    pub one_line: String,
    /// Newest version of the card.
    pub version: u32,
    /// Who runs the system.
    pub operator: String,
    /// Who wrote the card.
    pub author: String,
    /// The repository it belongs to.
    pub repository: RepositoryName,
    /// The release it is about.
    pub release: Version,
    /// When that release was published.
    pub published_at: Timestamp,
    /// Set once that release was withdrawn.
    pub withdrawn: Option<Withdrawal>,
}

/// Which cards to list: each once, in its newest version.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CardQuery {
    /// Words that must all occur in the title, line, operator, author or name.
    pub search: Option<String>,
    /// Language to show titles in, where there is a choice.
    pub language: Option<Language>,
    /// Where to read on.
    pub cursor: Option<String>,
    /// How many at most, 1 to 100; 0 means 20.
    pub limit: usize,
    /// Whether older versions are listed too.
    pub every_version: bool,
    /// Only cards of repositories in this namespace.
    pub publisher: Option<String>,
    /// Only cards that have all of these values.
    pub facets: Vec<(Facet, String)>,
    /// In which order.
    pub sort: CardSort,
}

/// One version of a card, for ever the same.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredCard {
    /// Its address.
    pub slug: Slug,
    /// Which version, from 1.
    pub version: u32,
    /// Newest version there is.
    pub newest: u32,
    /// Its exact canonical JSON.
    pub bytes: Vec<u8>,
    /// SHA-256 of those bytes.
    pub sha256: Digest,
    /// The repository it belongs to.
    pub repository: RepositoryName,
    /// That repository's identifier, as the record book names it.
    pub repository_id: Uuid,
    /// The release it is about.
    pub release: Version,
    /// SHA-256 of that release's document.
    pub release_digest: Digest,
    /// When that release was published.
    pub published_at: Timestamp,
    /// Set once that release was withdrawn.
    pub withdrawn: Option<Withdrawal>,
}

/// All that happened at one card address, newest release first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardHistory {
    /// The address.
    pub slug: Slug,
    /// The repository it belongs to.
    pub repository: RepositoryName,
    /// One entry a release.
    pub entries: Vec<CardEntry>,
}

/// The card of one release.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardEntry {
    /// The release.
    pub release: Version,
    /// When it was published.
    pub published_at: Timestamp,
    /// What became of its card.
    pub card: CardState,
    /// SHA-256 of the card document, once it is ready.
    pub sha256: Option<Digest>,
    /// On what machine it was made, and when; never part of the card.
    pub run: Option<RunRecord>,
    /// Set once the release was withdrawn.
    pub withdrawn: Option<Withdrawal>,
}

/// On what machine a card was made, and when. Lies beside the card: the card itself is the same wherever it is made.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RunRecord {
    /// When the work began.
    pub began_at: Timestamp,
    /// When it was done.
    pub ended_at: Timestamp,
    /// How often it was tried.
    pub tries: i64,
    /// Version of the program.
    pub engine: String,
    /// Class of the processor. On the same class a replay gives the same bytes.
    pub cpu: String,
    /// How the runtime was allowed to change the graph.
    pub optimisation: String,
}
