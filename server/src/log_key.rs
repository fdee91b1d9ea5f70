//! The record book's key: it signs checkpoints and nothing else. It is in a file or in the environment, never in the
//! database.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::Chance;
use tlog::{KeyName, NoteSigner, SignatureKind};

/// Why there is no key for the record book.
#[derive(Debug, thiserror::Error)]
pub enum LogKeyError {
    /// The file cannot be read or made.
    #[error("the record book's key `{}` cannot be read or made", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file or variable holds no key.
    #[error("{place} holds no key of a record book: write `PRIVATE+KEY+` and an Ed25519 key")]
    NoKey {
        /// The file or the variable.
        place: String,
        /// What is wrong with it.
        source: tlog::Error,
    },
    /// There is a record book, but its key is gone.
    #[error(
        "this site has a record book, but its key is gone: put the file back at `{}`, or its text into VITRINE_LOG_KEY",
        path.display()
    )]
    Lost {
        /// Where the key belongs.
        path: PathBuf,
    },
    /// The public address cannot name a record book.
    #[error(
        "`{origin}` cannot name the record book: set VITRINE_PUBLIC_URL to an address without spaces and `+`"
    )]
    Origin {
        /// What it would be named.
        origin: String,
        /// What is wrong with it.
        source: tlog::Error,
    },
}

/// The record book's name for a site at this address: host and port, and `/log`. Fixed once the key is made.
#[must_use]
pub fn origin(public_url: &str) -> String {
    let bare = public_url.split_once("://").map_or(public_url, |(_scheme, bare)| bare);
    format!("{}/log", bare.trim_end_matches('/'))
}

/// The key: of the setting, else of `keys/log.key` in the data folder, which is made once with this origin.
///
/// # Errors
/// [`LogKeyError`]; a key is made only where no record book was `begun`.
pub fn open(
    setting: Option<&str>,
    data: &Path,
    (origin, begun): (&str, bool),
    chance: &dyn Chance,
) -> Result<NoteSigner, LogKeyError> {
    let path = data.join("keys").join("log.key");
    let (text, place) = match setting {
        Some(text) => (text.to_owned(), "VITRINE_LOG_KEY".to_owned()),
        None => (at(&path, (origin, begun), chance)?, format!("`{}`", path.display())),
    };
    NoteSigner::from_secret_text(text.trim_end()).map_err(|source| LogKeyError::NoKey { place, source })
}

/// Where a new key waits until the record book says that it follows.
fn next_to(path: &Path) -> PathBuf {
    path.with_extension("key.next")
}

/// The key in the file and the one that is to follow it, which is made where none waits already.
///
/// # Errors
/// [`LogKeyError`]; where there is no file: [`LogKeyError::Lost`].
pub fn with_next(data: &Path, chance: &dyn Chance) -> Result<(NoteSigner, NoteSigner), LogKeyError> {
    let path = data.join("keys").join("log.key");
    let read = |path: &Path| {
        let text = fs::read_to_string(path);
        let text = text.map_err(|source| LogKeyError::File { path: path.to_owned(), source })?;
        let place = format!("`{}`", path.display());
        NoteSigner::from_secret_text(text.trim_end()).map_err(|source| LogKeyError::NoKey { place, source })
    };
    if !path.is_file() {
        return Err(LogKeyError::Lost { path });
    }
    let old = read(&path)?;
    let next = next_to(&path);
    if !next.is_file() {
        let mut seed = [0; 32];
        chance.fill(&mut seed);
        let new = NoteSigner::from_seed(old.verifier().name().clone(), SignatureKind::Note, &seed);
        let failed = |source| LogKeyError::File { path: next.clone(), source };
        make(&next, &(new.to_secret_text() + "\n")).map_err(failed)?;
    }
    Ok((old, read(&next)?))
}

/// Puts the key that waits in the place of the old one, whose secret is gone then.
///
/// # Errors
/// [`LogKeyError::File`].
pub fn take_next(data: &Path) -> Result<(), LogKeyError> {
    let path = data.join("keys").join("log.key");
    replace(&next_to(&path), &path).map_err(|source| LogKeyError::File { path, source })
}

/// Renames a file durably.
pub(crate) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    File::open(to.parent().unwrap_or(to))?.sync_all()
}

/// The secret text in the file; where there is none and none was used before, a new one.
fn at(path: &Path, (origin, begun): (&str, bool), chance: &dyn Chance) -> Result<String, LogKeyError> {
    let failed = |source| LogKeyError::File { path: path.to_owned(), source };
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read.map_err(failed),
    }
    if begun {
        return Err(LogKeyError::Lost { path: path.to_owned() });
    }
    let unnamed = |source| LogKeyError::Origin { origin: origin.to_owned(), source };
    let name: KeyName = origin.parse().map_err(unnamed)?;
    let mut seed = [0; 32];
    chance.fill(&mut seed);
    let text = NoteSigner::from_seed(name, SignatureKind::Note, &seed).to_secret_text() + "\n";
    match make(path, &text) {
        // Another process of the same site was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::read_to_string(path).map_err(failed)
        }
        made => made.map(|()| text).map_err(failed),
    }
}

/// Writes the file for its owner alone. It appears whole or not at all.
fn make(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let half = folder.join(format!(".log.key.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A link refuses where a name is taken, which renaming would not.
    let linked = fs::hard_link(&half, path);
    fs::remove_file(&half)?;
    linked?;
    // If we die before this the key may be gone with the power; nothing was signed with it yet.
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_host_and_port_without_the_scheme() {
        assert_eq!(origin("https://vitrine.example/"), "vitrine.example/log");
        assert_eq!(origin("http://127.0.0.1:8080"), "127.0.0.1:8080/log");
    }
}
