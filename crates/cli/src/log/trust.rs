//! Whom to trust about a record book: what the person says, else the key that was seen before, else the key it shows.

use std::path::PathBuf;

use clap::Args;
use tlog::{Note, NoteVerifier, Policy};

use crate::error::Error;
use crate::evidence::Piece;
use crate::record::Source;
use crate::succession::Succession;
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
    key: Option<String>,
    /// Keys that gave way to others.
    pub(crate) succession: Succession,
}

impl Trust {
    /// Remembers what is good: the newest checkpoint, the key that signs now, and the handovers that led to it.
    pub(crate) fn keep(&self, checkpoint: &Note) -> Result<(), Error> {
        self.seen.keep_checkpoint(checkpoint)?;
        self.seen.keep_succession(&self.succession)?;
        match &self.key {
            Some(key) => self.seen.keep(Piece::LogKey.file(), &self.succession.newest(Piece::LogKey, key)),
            None => Ok(()),
        }
    }
}

impl TrustArguments {
    /// Finds out whom to trust. Blocks where the record book has to be asked.
    ///
    /// The inner error says that the record book shows another key than before, which did not follow that one, or that
    /// what it says of its keys does not hold.
    pub(crate) fn trust(&self, source: &Source) -> Result<Result<Trust, String>, Error> {
        let succession = match Succession::read(source)? {
            Ok(succession) => succession,
            Err(wrong) => return Ok(Err(wrong)),
        };
        // Handovers seen before must still be there: without them a key that gave way would be good again.
        let led = |policy: &mut Policy, seen: &Seen| match Succession::read(&seen.succession())? {
            Ok(kept) => Ok(succession.goes_on_from(&kept).and_then(|()| succession.lead(policy))),
            Err(wrong) => Ok::<_, Error>(Err(format!("what was seen before: {wrong}"))),
        };
        if let Some(path) = &self.policy {
            let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
            let mut policy: Policy =
                text.parse().map_err(|error| Error::Usage(format!("`{}`: {error}", path.display())))?;
            let [log] = policy.logs() else {
                return Err(Error::Usage(format!("`{}` must name one record book", path.display())));
            };
            let seen = Seen::of(log.key.name().as_str(), self.state.as_deref())?;
            return Ok(led(&mut policy, &seen)?.map(|()| Trust { policy, seen, key: None, succession }));
        }
        let text = String::from_utf8_lossy(&source.read("vkey")?).into_owned();
        let key: Result<NoteVerifier, tlog::Error> = text.trim_end_matches('\n').parse();
        let key = match key {
            Ok(key) => key,
            Err(error) => return Ok(Err(format!("vkey: {error}"))),
        };
        let seen = Seen::of(key.name().as_str(), self.state.as_deref())?;
        let before = seen.text(Piece::LogKey.file())?;
        if before.is_some_and(|before| !succession.joins(Piece::LogKey, &before, &text)) {
            let name = key.name();
            return Ok(Err(format!(
                "vkey: the key of `{name}` is another one than before, and the record book does not say that the one \
                 before gave way to it"
            )));
        }
        let mut policy = match Policy::of_log(key) {
            Ok(policy) => policy,
            Err(error) => return Ok(Err(format!("vkey: {error}"))),
        };
        Ok(led(&mut policy, &seen)?.map(|()| Trust { policy, seen, key: Some(text), succession }))
    }
}
