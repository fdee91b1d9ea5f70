//! Whom to trust about a record book: what the person says, else the key that was seen before, else the key it shows.

use std::path::PathBuf;

use clap::Args;
use tlog::{NoteVerifier, Policy};

use crate::error::Error;
use crate::record::Source;
use crate::verify::Seen;

/// Whom to trust.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct TrustArguments {
    /// File that says which record book and witnesses to trust [default: the key that the record book shows]
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Folder where the record books seen are remembered [default: vitrine in the user's state folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
}

/// A policy, and what was seen of that record book before.
pub(crate) struct Trust {
    pub(crate) policy: Policy,
    pub(crate) seen: Seen,
    /// The key text of the record book, where it showed one.
    pub(crate) key: Option<String>,
}

impl TrustArguments {
    /// Finds out whom to trust. Blocks where the record book has to be asked.
    ///
    /// The inner error says that the record book shows another key than before.
    pub(crate) fn trust(&self, source: &Source) -> Result<Result<Trust, String>, Error> {
        if let Some(path) = &self.policy {
            let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
            let policy: Policy =
                text.parse().map_err(|error| Error::Usage(format!("`{}`: {error}", path.display())))?;
            let [log] = policy.logs() else {
                return Err(Error::Usage(format!("`{}` must name one record book", path.display())));
            };
            let seen = Seen::of(log.key.name().as_str(), self.state.as_deref())?;
            return Ok(Ok(Trust { policy, seen, key: None }));
        }
        let text = String::from_utf8_lossy(&source.read("vkey")?).into_owned();
        let key: Result<NoteVerifier, tlog::Error> = text.trim_end_matches('\n').parse();
        let key = match key {
            Ok(key) => key,
            Err(error) => return Ok(Err(format!("vkey: {error}"))),
        };
        let seen = Seen::of(key.name().as_str(), self.state.as_deref())?;
        if seen.text("log.vkey")?.is_some_and(|before| before.trim_end() != text.trim_end()) {
            return Ok(Err(format!("vkey: the key of `{}` is another one than before", key.name())));
        }
        match Policy::of_log(key) {
            Ok(policy) => Ok(Ok(Trust { policy, seen, key: Some(text) })),
            Err(error) => Ok(Err(format!("vkey: {error}"))),
        }
    }
}
