//! Every kind of problem there is: its address, its status.

/// Makes the enum and its table.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $status:literal $slug:literal,)+) => {
        /// A kind of problem. Each has a page at `/problems/{slug}` that explains it in plain language.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Kind {
            $($(#[$doc])* $variant,)+
        }

        impl Kind {
            /// All of them, in the order of their status.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Last part of the address of its page.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            /// Status of an answer that has it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }
        }
    };
}

kinds! {
    /// The request cannot be read.
    BadRequest = 400 "bad-request",
    /// The address holds a word that cannot be.
    BadAddress = 400 "bad-address",
    /// The body is no JSON.
    InvalidJson = 400 "invalid-json",
    /// The place to read on from is unknown.
    UnknownCursor = 400 "unknown-cursor",
    /// The sender stopped in the middle.
    UploadCut = 400 "upload-cut",
    /// Chunks of a file are not what they are said to be.
    ChunksRefused = 400 "chunks-refused",
    /// Chunks of a file are not here.
    ChunksUnknown = 400 "chunks-unknown",
    /// This needs a token.
    TokenNeeded = 401 "token-needed",
    /// The token is mistyped, unknown, expired or revoked.
    TokenRefused = 401 "token-refused",
    /// The person may not do this here.
    Forbidden = 403 "forbidden",
    /// The bytes are for those who asked for them.
    AccessNeeded = 403 "access-needed",
    /// The token was made for less.
    ScopeMissing = 403 "scope-missing",
    /// The branch stays.
    BranchFixed = 403 "branch-fixed",
    /// Nothing is at this address.
    AddressNotFound = 404 "address-not-found",
    /// No such person or organisation.
    NamespaceNotFound = 404 "namespace-not-found",
    /// No such repository.
    RepositoryNotFound = 404 "repository-not-found",
    /// No such branch, release or commit.
    RevisionNotFound = 404 "revision-not-found",
    /// No such file.
    FileNotFound = 404 "file-not-found",
    /// No such bytes.
    BlobNotFound = 404 "blob-not-found",
    /// No such release.
    ReleaseNotFound = 404 "release-not-found",
    /// The release was not examined, or not yet.
    NotExamined = 404 "not-examined",
    /// No such card, or no such version of it.
    CardNotFound = 404 "card-not-found",
    /// No such entry in the record book.
    LogEntryNotFound = 404 "log-entry-not-found",
    /// The address exists, but not for this method.
    MethodNotAllowed = 405 "method-not-allowed",
    /// The body came too slowly.
    TooSlow = 408 "too-slow",
    /// The namespace is taken.
    NamespaceExists = 409 "namespace-exists",
    /// The repository's name is taken.
    RepositoryExists = 409 "repository-exists",
    /// A repository that has published stays as it is.
    RepositoryFixed = 409 "repository-fixed",
    /// There is no gate here, and none can be.
    GateRefused = 409 "gate-refused",
    /// There is such a branch already.
    BranchExists = 409 "branch-exists",
    /// There is such a tag already.
    TagExists = 409 "tag-exists",
    /// The tag is a release and stays.
    TagFixed = 409 "tag-fixed",
    /// That version is published already.
    ReleaseExists = 409 "release-exists",
    /// The release is withdrawn already.
    AlreadyWithdrawn = 409 "already-withdrawn",
    /// The branch moved on.
    StaleParent = 412 "stale-parent",
    /// More bytes than allowed.
    TooLarge = 413 "too-large",
    /// The body is of a kind that is not read here.
    UnsupportedMediaType = 415 "unsupported-media-type",
    /// The part of the file that was asked for does not exist.
    RangeNotSatisfiable = 416 "range-not-satisfiable",
    /// A field holds what it cannot hold.
    InvalidField = 422 "invalid-field",
    /// The name is kept for the site.
    NamespaceReserved = 422 "namespace-reserved",
    /// A visibility that cannot be chosen.
    VisibilityRefused = 422 "visibility-refused",
    /// The name cannot be a branch.
    BranchRefused = 422 "branch-refused",
    /// The name cannot be a tag.
    TagRefused = 422 "tag-refused",
    /// A commit names bytes that were not uploaded.
    BlobUnknown = 422 "blob-unknown",
    /// Other bytes came than were announced.
    DigestMismatch = 422 "digest-mismatch",
    /// Fewer or more bytes came than were announced.
    LengthMismatch = 422 "length-mismatch",
    /// A file that was to be deleted is not there.
    NothingToDelete = 422 "nothing-to-delete",
    /// Two names cannot both be there.
    PathClash = 422 "path-clash",
    /// A commit that changes nothing on an empty branch.
    NothingToCommit = 422 "nothing-to-commit",
    /// More than fits.
    TooMany = 422 "too-many",
    /// Only public repositories publish.
    NotPublic = 422 "not-public",
    /// The draft has faults.
    Unpublishable = 422 "unpublishable",
    /// The release has no model to run.
    NoModel = 422 "no-model",
    /// The rows do not fit the model.
    RowsRefused = 422 "rows-refused",
    /// The model failed or was stopped at a limit.
    RunFailed = 422 "run-failed",
    /// It was removed by order.
    RemovedByOrder = 451 "removed-by-order",
    /// Something broke here.
    Internal = 500 "internal",
    /// All places are taken; come back.
    Busy = 503 "busy",
    /// The record book does not go on.
    LogStuck = 503 "log-stuck",
    /// Database or bytes cannot be reached.
    NotReady = 503 "not-ready",
}

impl Kind {
    /// The kind with this slug.
    #[must_use]
    pub fn named(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }

    /// Id of the message that is its title.
    #[must_use]
    pub fn title_id(self) -> String {
        format!("problem-{}-title", self.slug())
    }

    /// Id of the message that explains it.
    #[must_use]
    pub fn text_id(self) -> String {
        format!("problem-{}-text", self.slug())
    }

    /// Address of its page.
    #[must_use]
    pub fn page(self) -> String {
        format!("/problems/{}", self.slug())
    }
}

#[cfg(test)]
mod tests {
    use cards::words::Messages;

    use super::*;

    #[test]
    fn every_kind_is_found_by_its_slug_and_has_words_in_every_language() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.slug()), Some(*kind));
            for messages in Messages::all() {
                for id in [kind.title_id(), kind.text_id()] {
                    assert!(
                        !messages.text(&id).contains('⟦'),
                        "{id} has no words in {}",
                        messages.language()
                    );
                }
            }
        }
    }

    #[test]
    fn kinds_stand_in_the_order_of_their_status() {
        assert!(Kind::ALL.is_sorted_by_key(|kind| kind.status()));
        assert_eq!(Kind::named("no-such"), None);
    }
}
