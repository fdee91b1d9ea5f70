//! Errors as people and programs see them: RFC 9457 problems, each kind with a page of its own.
//!
//! `kind_of` is the one table from what the registry says to what is answered.

mod document;
mod kind;

use std::error::Error as StdError;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use registry::{Error, Fault};

pub(crate) use document::{FaultDocument, ProblemDocument, documented};
pub use kind::Kind;

/// Something went wrong for whoever asked.
///
/// Handlers return it; the edge of the server turns it into JSON or a page, as the client wants.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    faults: Vec<Fault>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Box<dyn StdError>>,
}

/// A problem in words, ready to be shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProblemView {
    /// Which kind it is.
    pub kind: Kind,
    /// Status of the answer.
    pub status: u16,
    /// Its title.
    pub title: String,
    /// What it means, in plain language.
    pub text: String,
    /// What happened this time; the same as `text` where nothing more may be said.
    pub detail: String,
    /// The number by which those who run the site find it in their log.
    pub request_id: String,
    /// Everything that is wrong in what was sent.
    pub errors: Vec<Fault>,
}

impl Problem {
    /// A problem that is explained by its kind.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        Self { kind, detail: None, faults: Vec::new(), headers: Vec::new(), cause: None }
    }

    /// A problem and what happened this time.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::of(kind) }
    }

    /// The same with everything that is wrong in what was sent.
    #[must_use]
    pub fn with_faults(self, faults: Vec<Fault>) -> Self {
        Self { faults, ..self }
    }

    /// The same with a header on the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// A failure of ours; the cause goes to the log and to nobody else.
    pub fn internal(cause: impl StdError + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), ..Self::of(Kind::Internal) }
    }

    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What went wrong underneath, for the log.
    pub(crate) fn cause(&self) -> Option<&dyn StdError> {
        self.cause.as_deref()
    }

    /// What happened this time, unless it is ours alone to know.
    pub(crate) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What is wrong in what was sent.
    pub(crate) fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.detail.as_deref().unwrap_or(self.kind.slug()))
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Status and headers; the edge adds the body, for it knows what the client wants to read.
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        if self.status_code() == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"vitrine\""));
        }
        for (name, value) in &self.headers {
            answer.insert_header((name.clone(), value.clone()));
        }
        answer.finish()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let kind = kind_of(&error);
        if kind.status() == 500 {
            return Self { cause: Some(Box::new(error)), ..Self::of(kind) };
        }
        let mut problem = Self::new(kind, error.to_string());
        match error {
            Error::Unpublishable(faults) => {
                problem.detail = Some(counted(&faults));
                problem.faults = faults;
            }
            Error::RowsRefused(faults) => problem.faults = faults,
            Error::Busy { retry_seconds } => {
                problem.headers.push((header::RETRY_AFTER, HeaderValue::from(retry_seconds)));
            }
            _only_words => {}
        }
        problem
    }
}

/// The faults stand in a list of their own, so the sentence only counts them.
fn counted(faults: &[Fault]) -> String {
    match faults.len() {
        1 => "nothing was published: there is one fault".to_owned(),
        many => format!("nothing was published: there are {many} faults"),
    }
}

/// What is answered to what the registry says. Without a `_` on purpose: a new variant asks for its kind.
#[expect(clippy::too_many_lines, reason = "one line a variant")]
const fn kind_of(error: &Error) -> Kind {
    match error {
        Error::Unauthenticated => Kind::TokenNeeded,
        Error::TokenRefused => Kind::TokenRefused,
        Error::Forbidden { .. } => Kind::Forbidden,
        Error::ScopeMissing { .. } => Kind::ScopeMissing,
        Error::NamespaceExists { .. } => Kind::NamespaceExists,
        Error::NamespaceReserved { .. } => Kind::NamespaceReserved,
        Error::NamespaceNotFound { .. } => Kind::NamespaceNotFound,
        Error::RepositoryExists { .. } => Kind::RepositoryExists,
        Error::RepositoryNotFound { .. } => Kind::RepositoryNotFound,
        Error::RepositoryFixed { .. } => Kind::RepositoryFixed,
        Error::AccessNeeded { .. } => Kind::AccessNeeded,
        Error::GateRefused { .. } => Kind::GateRefused,
        Error::VisibilityRefused { .. } => Kind::VisibilityRefused,
        Error::RevisionNotFound { .. } => Kind::RevisionNotFound,
        Error::BranchRefused { .. } => Kind::BranchRefused,
        Error::BranchExists { .. } => Kind::BranchExists,
        Error::BranchFixed { .. } => Kind::BranchFixed,
        Error::TagRefused { .. } => Kind::TagRefused,
        Error::TagExists { .. } => Kind::TagExists,
        Error::TagFixed { .. } => Kind::TagFixed,
        Error::FileNotFound { .. } => Kind::FileNotFound,
        Error::BlobNotFound { .. } => Kind::BlobNotFound,
        Error::BlobUnknown { .. } => Kind::BlobUnknown,
        Error::DigestMismatch { .. } => Kind::DigestMismatch,
        Error::LengthMismatch { .. } => Kind::LengthMismatch,
        Error::TooLarge { .. } => Kind::TooLarge,
        Error::UploadCut { .. } => Kind::UploadCut,
        Error::ChunksRefused { .. } => Kind::ChunksRefused,
        Error::ChunksUnknown { .. } => Kind::ChunksUnknown,
        Error::StaleParent { .. } => Kind::StaleParent,
        Error::NothingToDelete { .. } => Kind::NothingToDelete,
        Error::PathClash { .. } => Kind::PathClash,
        Error::NothingToCommit => Kind::NothingToCommit,
        Error::TooMany { .. } => Kind::TooMany,
        Error::ReleaseExists { .. } => Kind::ReleaseExists,
        Error::ReleaseNotFound { .. } => Kind::ReleaseNotFound,
        Error::Removed { .. } => Kind::RemovedByOrder,
        Error::NotPublic { .. } => Kind::NotPublic,
        Error::Unpublishable(_) => Kind::Unpublishable,
        Error::AlreadyWithdrawn { .. } => Kind::AlreadyWithdrawn,
        Error::CardNotFound { .. } | Error::CardVersionNotFound { .. } => Kind::CardNotFound,
        Error::Malformed(_) => Kind::InvalidField,
        Error::CursorRefused => Kind::UnknownCursor,
        Error::NoModel { .. } => Kind::NoModel,
        Error::NotExamined { .. } => Kind::NotExamined,
        Error::RowsRefused(_) => Kind::RowsRefused,
        Error::RunFailed { .. } => Kind::RunFailed,
        Error::Busy { .. } => Kind::Busy,
        Error::LogStuck { .. } => Kind::LogStuck,
        Error::LogEntryNotFound { .. } => Kind::LogEntryNotFound,
        Error::LogBeyond { .. } => Kind::BadAddress,
        Error::Database(_)
        | Error::Storage(_)
        | Error::Document(_)
        | Error::LogRefused(_)
        | Error::Tree(_)
        | Error::WipeHindered
        | Error::Inconsistent { .. }
        | Error::TaskLost { .. } => Kind::Internal,
    }
}
