//! A witness: one key, some record books, and a folder that remembers the newest checkpoint of each.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use tlog::witness::{Decision, Request, SIZE_CONTENT_TYPE, decide};
use tlog::{Checkpoint, Hash, Note, NoteSigner, NoteVerifier, cosign};

/// Why a witness cannot work.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// The folder cannot be read or written.
    #[error("the witness's folder `{}`", path.display())]
    Disk {
        /// What was read or written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process is this witness already.
    #[error("another process uses the witness's folder `{}`; a witness runs once", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// What was remembered is no checkpoint any more.
    #[error("`{}` holds no checkpoint; put it back from a copy, or the witness could contradict itself", path.display())]
    Forgotten {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: tlog::Error,
    },
    /// The cosignature cannot be made.
    #[error("the checkpoint cannot be cosigned")]
    Cosign(#[from] tlog::Error),
}

/// What a witness answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body.
    pub content_type: &'static str,
    /// The body: signature lines, a size, or a sentence that says why not.
    pub body: String,
}

const TEXT: &str = "text/plain; charset=utf-8";

/// A witness. All its calls may run at once; checkpoints of its books are decided one after the other.
#[derive(Debug)]
pub struct Keeper {
    folder: PathBuf,
    key: NoteSigner,
    logs: Vec<NoteVerifier>,
    /// Held from looking up the last checkpoint until the next one is on disk.
    turn: Mutex<()>,
    /// Keeps other processes out for as long as this witness lives.
    _lock: File,
}

impl Keeper {
    /// Opens a witness's folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`KeeperError::Disk`], [`KeeperError::Taken`].
    pub fn open(folder: &Path, key: NoteSigner, logs: Vec<NoteVerifier>) -> Result<Self, KeeperError> {
        let failed = |source| KeeperError::Disk { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::create(folder.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(KeeperError::Taken { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        Ok(Self { folder: folder.to_owned(), key, logs, turn: Mutex::new(()), _lock: lock })
    }

    /// Its public key.
    #[must_use]
    pub fn verifier(&self) -> &NoteVerifier {
        self.key.verifier()
    }

    /// Answers `add-checkpoint` at `now`, in seconds since 1970. Blocks while it writes to disk.
    ///
    /// # Errors
    /// [`KeeperError`]: then nothing was cosigned.
    pub fn add_checkpoint(&self, body: &str, now: u64) -> Result<Reply, KeeperError> {
        let request: Request = match body.parse() {
            Ok(request) => request,
            Err(error) => return Ok(refusal(400, &error)),
        };
        // A panic in an earlier turn left the disk as it was before or after that turn; both are good.
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path(&hex_of(request.origin()));
        let latest = read(&path)?;
        let latest = latest.as_ref().map(|(_, checkpoint)| checkpoint);
        match decide(&request, &self.logs, latest) {
            Decision::Cosign(checkpoint) => {
                let line = cosign(&checkpoint, now, &self.key)?;
                let mut note = request.note.clone();
                // Only the signed text is remembered for deciding; the signatures are for readers.
                note.add(line.clone())?;
                write(&path, &note.to_string()).map_err(|source| KeeperError::Disk { path, source })?;
                // From here on this witness will never cosign anything that does not continue this checkpoint.
                Ok(Reply { status: 200, content_type: TEXT, body: format!("{line}\n") })
            }
            Decision::Conflict { latest } => {
                Ok(Reply { status: 409, content_type: SIZE_CONTENT_TYPE, body: format!("{latest}\n") })
            }
            Decision::UnknownLog => {
                let body = format!("this witness does not know `{}`\n", request.origin());
                Ok(Reply { status: 404, content_type: TEXT, body })
            }
            Decision::NotSigned(error) => Ok(refusal(403, &error)),
            Decision::BadRequest(error) => Ok(refusal(400, &error)),
            Decision::NotConsistent(error) => Ok(refusal(422, &error)),
        }
    }

    /// The newest cosigned checkpoint of a record book, named by SHA-256 of its origin in lower-case hexadecimal.
    ///
    /// # Errors
    /// [`KeeperError::Disk`], [`KeeperError::Forgotten`].
    pub fn latest(&self, origin_hex: &str) -> Result<Option<String>, KeeperError> {
        let known = self.logs.iter().any(|log| hex_of(log.name().as_str()) == origin_hex);
        if !known {
            return Ok(None);
        }
        Ok(read(&self.path(origin_hex))?.map(|(note, _)| note.to_string()))
    }

    fn path(&self, origin_hex: &str) -> PathBuf {
        self.folder.join(format!("{origin_hex}.checkpoint"))
    }
}

fn refusal(status: u16, error: &tlog::Error) -> Reply {
    Reply { status, content_type: TEXT, body: format!("{error}\n") }
}

fn hex_of(origin: &str) -> String {
    Hash(Sha256::digest(origin).into()).to_hex()
}

fn read(path: &Path) -> Result<Option<(Note, Checkpoint)>, KeeperError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(KeeperError::Disk { path: path.to_owned(), source }),
    };
    let parse = || -> Result<(Note, Checkpoint), tlog::Error> {
        let note: Note = text.parse()?;
        let checkpoint = note.text().parse()?;
        Ok((note, checkpoint))
    };
    parse().map(Some).map_err(|source| KeeperError::Forgotten { path: path.to_owned(), source })
}

/// Replaces a file, durably: after a crash it holds either all of the old or all of the new text.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let half = path.with_extension("half");
    let mut file = File::create(&half)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // If we die here the old checkpoint stands, and nobody has got a cosignature for the new one.
    fs::rename(&half, path)?;
    File::open(path.parent().unwrap_or(path))?.sync_all()
}
