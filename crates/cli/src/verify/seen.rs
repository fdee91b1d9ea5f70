//! What this person has seen of record books: the newest checkpoint and the keys of each, in the state folder.
//!
//! A site that shows different record books to different people, or an earlier one than before, is found out here.

use std::fs;
use std::path::{Path, PathBuf};

use tlog::{Checkpoint, Note};

use crate::error::Error;
use crate::folder;
use crate::record::Source;
use crate::succession::Succession;

/// What is kept of one record book.
pub(crate) struct Seen {
    folder: PathBuf,
}

impl Seen {
    /// The place for a record book in the state folder: the given one, else that of the user.
    pub(crate) fn of(origin: &str, state: Option<&Path>) -> Result<Self, Error> {
        let state = match state {
            Some(state) => state.to_owned(),
            None => user_state()?,
        };
        // One folder a book, whatever its name holds.
        let name: String = origin
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
                other => format!("_{other:02x}"),
            })
            .collect();
        Ok(Self { folder: state.join(format!("log-{name}")) })
    }

    /// The newest checkpoint that was seen.
    pub(crate) fn checkpoint(&self) -> Result<Option<Checkpoint>, Error> {
        let Some(text) = self.text("checkpoint")? else { return Ok(None) };
        let path = self.folder.join("checkpoint");
        let note: Result<Note, _> = text.parse();
        let checkpoint = note.and_then(|note| note.text().parse());
        let wrong = |error| {
            Error::Refused(format!(
                "`{}` holds no checkpoint: {error}; take it away to begin anew",
                path.display()
            ))
        };
        checkpoint.map(Some).map_err(wrong)
    }

    /// Keeps a checkpoint as the newest one.
    pub(crate) fn keep_checkpoint(&self, note: &Note) -> Result<(), Error> {
        self.keep("checkpoint", &note.to_string())
    }

    /// Keeps the handovers that led to the newest keys.
    pub(crate) fn keep_succession(&self, succession: &Succession) -> Result<(), Error> {
        // Each proof lies before its handover: cut in between, the handover counts as not there.
        for (path, bytes) in succession.files().iter().rev() {
            let path = self.folder.join(path);
            let parent = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(parent).map_err(Error::write(parent))?;
            folder::write_whole(&path, bytes)?;
        }
        Ok(())
    }

    /// The handovers that were kept, to be read like those of a record book.
    pub(crate) fn succession(&self) -> Source {
        Source::Folder(self.folder.clone())
    }

    /// What was kept under this name.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let path = self.folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::read(&path)(error)),
        }
    }

    /// Keeps a text under a name.
    pub(crate) fn keep(&self, name: &str, text: &str) -> Result<(), Error> {
        fs::create_dir_all(&self.folder).map_err(Error::write(&self.folder))?;
        folder::write_whole(&self.folder.join(name), text.as_bytes())
    }
}

fn user_state() -> Result<PathBuf, Error> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")));
    base.map(|base| base.join("vitrine")).ok_or_else(|| {
        Error::Refused(
            "there is no place to remember the record book; set HOME, or name a folder with --state"
                .to_owned(),
        )
    })
}
