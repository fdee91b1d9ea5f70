//! Everything that can be wrong with a bundle by itself.

/// Why a bundle is refused before any file is looked at.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// A text does not have its form.
    #[error("{what} is `{found}`; it should be {wanted}")]
    Malformed {
        /// Which part of the bundle.
        what: &'static str,
        /// What stands there, shortened.
        found: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// More of something than we read.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The largest number accepted.
        limit: usize,
    },
    /// The signature does not fit the key that it claims.
    #[error("the signature of the bundle is false: the key did not sign these bytes")]
    FalseSignature,
    /// A file that is named twice.
    #[error("the bundle names `{name}` twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// The root does not fit the files that are named.
    #[error("the named files give the root {computed}, but the bundle says {stated}")]
    Root {
        /// What the digests in the bundle give.
        computed: String,
        /// What the bundle says.
        stated: String,
    },
    /// The key could not be written down.
    #[error("the statement cannot be signed: {0}")]
    Unsignable(String),
}

impl Error {
    /// A text that does not have its form; only its beginning is kept.
    pub(crate) fn malformed(what: &'static str, found: &str, wanted: &'static str) -> Self {
        const SHOWN: usize = 80;
        let mut shown: String = found.chars().take(SHOWN).collect();
        if shown.len() < found.len() {
            shown.push('…');
        }
        Self::Malformed { what, found: shown, wanted }
    }
}
