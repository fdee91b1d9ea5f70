//! What the server answers, as far as this program reads it. The API may say more.

use domain::{CommitId, Digest, FilePath, RepositoryName, Version};
use serde::{Deserialize, Serialize};

/// A repository.
#[derive(Debug, Deserialize)]
pub(crate) struct RepositoryAnswer {
    /// As it is spelled there.
    pub(crate) name: RepositoryName,
    /// Address of its page.
    pub(crate) url: String,
    /// Its branches.
    #[serde(default)]
    pub(crate) branches: Vec<BranchAnswer>,
    /// Versions of its releases, newest publication first.
    #[serde(default)]
    pub(crate) releases: Vec<Version>,
}

/// A branch.
#[derive(Debug, Deserialize)]
pub(crate) struct BranchAnswer {
    /// Its name.
    pub(crate) name: String,
    /// Its newest commit.
    pub(crate) commit: Option<CommitId>,
}

impl RepositoryAnswer {
    /// The newest commit of a branch.
    pub(crate) fn head(&self, branch: &str) -> Option<CommitId> {
        self.branches.iter().find(|known| known.name == branch)?.commit
    }
}

/// The files at a commit.
#[derive(Debug, Deserialize)]
pub(crate) struct TreeAnswer {
    /// The commit.
    pub(crate) commit: CommitId,
    /// Its files.
    pub(crate) files: Vec<FileAnswer>,
}

/// A file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct FileAnswer {
    /// Where it lies.
    pub(crate) path: FilePath,
    /// SHA-256 of its bytes.
    pub(crate) sha256: Digest,
}

/// A commit that was made.
#[derive(Debug, Deserialize)]
pub(crate) struct CommitAnswer {
    /// Its id.
    pub(crate) commit: CommitId,
}

/// What is known of a card apart from the card itself.
#[derive(Debug, Deserialize)]
pub(crate) struct CardStateAnswer {
    /// Its versions, newest first.
    versions: Vec<CardVersionAnswer>,
}

/// One version of a card.
#[derive(Debug, Deserialize)]
struct CardVersionAnswer {
    version: u64,
    run: Option<RunAnswer>,
}

/// On what machine a card was made.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct RunAnswer {
    /// Class of the processor.
    pub(crate) cpu: String,
}

impl CardStateAnswer {
    /// On what machine this version was made.
    pub(crate) fn run(self, version: u64) -> Option<RunAnswer> {
        self.versions.into_iter().find(|known| known.version == version)?.run
    }
}

/// A release.
#[derive(Debug, Deserialize)]
pub(crate) struct ReleaseAnswer {
    /// Its repository.
    pub(crate) repository: RepositoryName,
    /// Its version.
    pub(crate) version: Version,
    /// SHA-256 of its document.
    pub(crate) digest: Digest,
    /// Address of its page.
    pub(crate) url: String,
    /// Its files.
    pub(crate) files: Vec<FileAnswer>,
    /// What became of its card.
    pub(crate) card: CardAnswer,
    /// Set once it was withdrawn.
    pub(crate) withdrawn: Option<WithdrawalAnswer>,
}

/// What became of the card of a release.
#[derive(Debug, Deserialize)]
pub(crate) struct CardAnswer {
    /// `none`, `pending`, `ready` or `failed`.
    pub(crate) status: String,
    /// Last part of its address.
    pub(crate) slug: Option<String>,
    /// Its version, once it is ready.
    pub(crate) version: Option<u64>,
    /// Why it failed.
    pub(crate) problem: Option<String>,
}

/// That a publisher took a release back.
#[derive(Debug, Deserialize)]
pub(crate) struct WithdrawalAnswer {
    /// Why.
    pub(crate) reason: String,
}
