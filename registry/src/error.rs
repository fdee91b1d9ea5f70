//! Why the registry refused.

use std::error::Error as StdError;
use std::fmt;

use cards::Fault;
use domain::{
    AccessState, CommitId, Digest, FilePath, Malformed, Namespace, RemovalReason, RepositoryName, Scope,
    Slug, Timestamp, Version,
};
use sea_orm::DbErr;

/// Why the registry refused. One variant is one situation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody anonymous asked for what needs a name.
    #[error("this needs a token; send `Authorization: Bearer hf_…`")]
    Unauthenticated,
    /// A token came that is mistyped, unknown, expired or revoked.
    #[error("this token is not valid here: it is mistyped, expired or was revoked")]
    TokenRefused,
    /// The person may see this but not do that.
    #[error("{actor} may not {action} in `{place}`; ask an owner of `{place}`")]
    Forbidden {
        /// Who asked.
        actor: String,
        /// What for, as a verb.
        action: &'static str,
        /// The namespace or repository concerned.
        place: String,
    },
    /// The token was made for less.
    #[error("this token lacks the scope `{scope}`; make one that has it")]
    ScopeMissing {
        /// What it would need.
        scope: Scope,
    },
    /// The namespace is taken, perhaps in a spelling that looks alike.
    #[error("the name `{name}` is taken")]
    NamespaceExists {
        /// As asked for.
        name: Namespace,
    },
    /// The name is kept for the site itself.
    #[error("the name `{name}` is reserved; choose another of at least three letters")]
    NamespaceReserved {
        /// As asked for.
        name: Namespace,
    },
    /// No such person or organisation.
    #[error("there is no person or organisation named `{name}`")]
    NamespaceNotFound {
        /// As asked for.
        name: Namespace,
    },
    /// The repository's name is taken, perhaps in a spelling that looks alike, or by an old name.
    #[error("repository `{name}` already exists")]
    RepositoryExists {
        /// As it is spelled here.
        name: RepositoryName,
    },
    /// The bytes of a gated repository are for those who asked for them.
    #[error("access to `{name}` is restricted: {}", next_step(*.state, .name))]
    AccessNeeded {
        /// Which.
        name: RepositoryName,
        /// What became of this actor's request; nothing where there is none.
        state: Option<AccessState>,
    },
    /// Only what everyone sees can have a gate.
    #[error("`{name}` has no gate; only a public repository can have one: make it public, then set the gate")]
    GateRefused {
        /// Which.
        name: RepositoryName,
    },
    /// There is no such repository, or it is private and this actor must not learn of it.
    #[error("there is no repository `{name}`")]
    RepositoryNotFound {
        /// As asked for.
        name: RepositoryName,
    },
    /// A repository that has published cannot become private, move or go.
    #[error(
        "`{name}` has published releases: it stays public and keeps its name; a release can be withdrawn"
    )]
    RepositoryFixed {
        /// The repository.
        name: RepositoryName,
    },
    /// A visibility that cannot be chosen yet.
    #[error("a repository cannot be made {visibility}; write public or private")]
    VisibilityRefused {
        /// As asked for.
        visibility: domain::Visibility,
    },
    /// No branch, release or commit of that name.
    #[error("`{repository}` has no branch, release or commit `{revision}`")]
    RevisionNotFound {
        /// Where it was looked for.
        repository: RepositoryName,
        /// As asked for.
        revision: String,
    },
    /// The name cannot be a branch.
    #[error("`{name}` cannot be a branch: {rule}")]
    BranchRefused {
        /// As asked for.
        name: String,
        /// What would be right.
        rule: &'static str,
    },
    /// There is such a branch already.
    #[error("branch `{name}` already exists")]
    BranchExists {
        /// As asked for.
        name: String,
    },
    /// The branch stays.
    #[error("branch `{name}` cannot be taken away: {rule}")]
    BranchFixed {
        /// The branch.
        name: String,
        /// Why.
        rule: &'static str,
    },
    /// The name cannot be a tag.
    #[error("`{name}` cannot be a tag: {rule}")]
    TagRefused {
        /// As asked for.
        name: String,
        /// What would be right.
        rule: &'static str,
    },
    /// There is such a tag already.
    #[error("tag `{name}` already exists; a tag does not move")]
    TagExists {
        /// As asked for.
        name: String,
    },
    /// The tag is a published release.
    #[error(
        "tag `{name}` is a published release of `{repository}`: it never moves and never goes; a release can be \
         withdrawn"
    )]
    TagFixed {
        /// As asked for.
        name: String,
        /// The repository.
        repository: RepositoryName,
    },
    /// No such file at that commit.
    #[error("there is no file `{path}` at commit {commit}")]
    FileNotFound {
        /// As asked for.
        path: FilePath,
        /// Where it was looked for.
        commit: CommitId,
    },
    /// No such blob, or this actor may not read it.
    #[error("there are no bytes {digest} here")]
    BlobNotFound {
        /// As asked for.
        digest: Digest,
    },
    /// A commit names bytes that this actor neither uploaded nor may read.
    #[error("`{path}` names bytes {digest} that you have not uploaded; send them first")]
    BlobUnknown {
        /// The file that was to hold them.
        path: FilePath,
        /// As named.
        digest: Digest,
    },
    /// The sender announced other bytes than it sent; nothing is kept.
    #[error("the bytes hash to {actual}, not to {expected}; nothing was kept")]
    DigestMismatch {
        /// What was announced.
        expected: Digest,
        /// What arrived.
        actual: Digest,
    },
    /// Other many bytes arrived than were announced; nothing is kept.
    #[error("{actual_bytes} bytes arrived, {expected_bytes} were announced; nothing was kept")]
    LengthMismatch {
        /// What was announced.
        expected_bytes: u64,
        /// What arrived.
        actual_bytes: u64,
    },
    /// More bytes than allowed; nothing is kept.
    #[error("more than {limit_bytes} bytes; nothing was kept")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The sender stopped in the middle; nothing is kept.
    #[error("the upload was cut; nothing was kept, send it again")]
    UploadCut {
        /// What the sender's side said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A file's chunks are not what they are said to be; nothing was kept.
    #[error("these chunks cannot be taken: {reason}")]
    ChunksRefused {
        /// What is wrong.
        reason: String,
    },
    /// A file names chunks that this actor neither sent nor may read, or that are gone.
    #[error(
        "chunks of `{xorb}` are not here, or are not yours; delete the client's folder `xet` in its cache and send the \
         file again"
    )]
    ChunksUnknown {
        /// The xorb that they belong to.
        xorb: String,
    },
    /// The branch moved on since the commit that the caller started from.
    #[error("branch `{branch}` has moved on since; look at its newest commit and try again")]
    StaleParent {
        /// The branch.
        branch: String,
        /// Where the branch is now.
        head: Option<CommitId>,
    },
    /// A file that was to be deleted is not there.
    #[error("`{path}` cannot be deleted: there is no such file")]
    NothingToDelete {
        /// As asked for.
        path: FilePath,
    },
    /// A name is a file and a folder at once, or two names differ only in case.
    #[error("`{one}` and `{other}` cannot both be there: {why}")]
    PathClash {
        /// One of them.
        one: FilePath,
        /// The other.
        other: FilePath,
        /// Which rule they break.
        why: &'static str,
    },
    /// A commit on an empty branch that puts nothing there.
    #[error("there is nothing to commit; put at least one file")]
    NothingToCommit,
    /// More than fits into one commit or repository.
    #[error("{what}: at most {limit}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// That version is published already; what is published never changes.
    #[error("release `{repository}@{version}` already exists; publish a new version")]
    ReleaseExists {
        /// The repository.
        repository: RepositoryName,
        /// As asked for.
        version: Version,
    },
    /// No such release.
    #[error("there is no release `{repository}@{version}`")]
    ReleaseNotFound {
        /// The repository.
        repository: RepositoryName,
        /// As asked for.
        version: Version,
    },
    /// It was removed by order; only hashes and the entries of the record book are left.
    #[error("this was removed by order on {} ({reason}); the record book says so for ever", at.strftime("%Y-%m-%d"))]
    Removed {
        /// Why, as a code.
        reason: RemovalReason,
        /// When.
        at: Timestamp,
    },
    /// What was removed may still be read from the database's files.
    #[error("it is removed, but others read the database all the time, so its space is not freed; try again")]
    WipeHindered,
    /// Only public repositories publish.
    #[error("`{name}` is private; only a public repository publishes releases")]
    NotPublic {
        /// The repository.
        name: RepositoryName,
    },
    /// The draft cannot be published; nothing was. All faults at once.
    #[error("this cannot be published: {}", join(.0))]
    Unpublishable(Vec<Fault>),
    /// What is withdrawn cannot be withdrawn again.
    #[error("release `{repository}@{version}` is withdrawn already")]
    AlreadyWithdrawn {
        /// The repository.
        repository: RepositoryName,
        /// The release.
        version: Version,
    },
    /// No such card, or none that is ready.
    #[error("there is no card `{slug}`")]
    CardNotFound {
        /// As asked for.
        slug: Slug,
    },
    /// The card has no such version.
    #[error("card `{slug}` has no version {version}")]
    CardVersionNotFound {
        /// The card.
        slug: Slug,
        /// As asked for.
        version: u32,
    },
    /// A word of the request has not the form it must have.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The place to read on from was not made by this registry.
    #[error("this place in the list is not one we gave out; begin again without it")]
    CursorRefused,
    /// The release has no model that can be run on rows.
    #[error("release `{repository}@{version}` has no ranking model to run")]
    NoModel {
        /// The repository.
        repository: RepositoryName,
        /// The release.
        version: Version,
    },
    /// There is no examination of a release, or none yet.
    #[error("release `{repository}@{version}` was not examined: {why}")]
    NotExamined {
        /// The repository.
        repository: RepositoryName,
        /// The release.
        version: Version,
        /// Why not.
        why: String,
    },
    /// The rows do not fit the model; nothing was run.
    #[error("these rows do not fit the model: {}", join(.0))]
    RowsRefused(Vec<Fault>),
    /// The model ran and failed, or was stopped at a limit.
    #[error("the model did not score these rows ({code}): {reason}")]
    RunFailed {
        /// Outcome of the worker, such as `limit_cpu`.
        code: &'static str,
        /// A sentence.
        reason: String,
    },
    /// All places for running models are taken.
    #[error("all places for running models are taken; try again in {retry_seconds} seconds")]
    Busy {
        /// When to come back.
        retry_seconds: u32,
    },
    /// The record book is not the one that was signed.
    #[error(transparent)]
    LogRefused(#[from] crate::LogRefusal),
    /// The record book does not go on. What was to be entered waits, and is not lost.
    #[error("the record book does not go on just now ({reason}); what you sent is kept and will be entered")]
    LogStuck {
        /// In a few words.
        reason: &'static str,
    },
    /// No such entry stands in the record book.
    #[error("the record book has no entry `{coordinates}`")]
    LogEntryNotFound {
        /// As asked for.
        coordinates: String,
    },
    /// The record book does not go that far.
    #[error("the record book has {size} entries; ask for `old` up to `new`, and `new` up to that")]
    LogBeyond {
        /// Entries that are published.
        size: u64,
    },
    /// The record book's tree cannot be worked on.
    #[error("the record book's tree cannot be worked on")]
    Tree(#[from] tlog::Error),
    /// The database refused.
    #[error("the database did not answer as it should")]
    Database(#[source] DbErr),
    /// The store of bytes refused.
    #[error("the store of bytes did not answer as it should")]
    Storage(#[source] blobs::Error),
    /// A document could not be written.
    #[error("a document could not be written")]
    Document(#[from] domain::canonical::Error),
    /// A row that no program of ours wrote.
    #[error("table `{table}`, row `{id}`: column `{column}` holds what it cannot hold")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// Which row.
        id: String,
        /// Which column.
        column: &'static str,
    },
    /// A background task ended in a way that it must not.
    #[error("a background task ended before it was done")]
    TaskLost {
        /// What the runtime said.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// What somebody who wants the bytes of a gated repository does next.
fn next_step(state: Option<AccessState>, name: &RepositoryName) -> String {
    match state {
        Some(AccessState::Asked) => "you asked, and its owner has not decided yet".to_owned(),
        Some(AccessState::Refused) => "its owner refused your request".to_owned(),
        Some(AccessState::Granted) | None => {
            format!(
                "accept its terms on the page `/{name}`, or send `POST /{name}/ask-access` with your token"
            )
        }
    }
}

impl Error {
    /// A row that cannot be turned into words.
    pub(crate) fn inconsistent(table: &'static str, id: impl fmt::Display, column: &'static str) -> Self {
        Self::Inconsistent { table, id: id.to_string(), column }
    }

    /// Whether a database constraint says that such a row exists.
    pub(crate) fn is_duplicate(error: &DbErr) -> bool {
        matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<blobs::Error> for Error {
    fn from(error: blobs::Error) -> Self {
        match error {
            blobs::Error::Mismatch { expected, actual } => Self::DigestMismatch { expected, actual },
            blobs::Error::LengthMismatch { expected_bytes, actual_bytes } => {
                Self::LengthMismatch { expected_bytes, actual_bytes }
            }
            blobs::Error::TooLarge { limit_bytes } => Self::TooLarge { limit_bytes },
            blobs::Error::Sender { source } => Self::UploadCut { source },
            other => Self::Storage(other),
        }
    }
}

impl From<xet::Error> for Error {
    fn from(error: xet::Error) -> Self {
        Self::ChunksRefused { reason: error.to_string() }
    }
}

fn join(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join(" · ")
}
