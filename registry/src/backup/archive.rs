//! The file itself: members with their SHA-256, written one after the other, looked through whole before any is used.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use blobs::ByteStream;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tar::{Archive, Builder, EntryType, Header};
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::BackupError;

/// The last member: `sha256sum`'s lines about all others, in their order.
const SUMS: &str = "SHA256SUMS";
/// Most bytes of that member.
const SUMS_BYTES: u64 = 1 << 30;
/// How much is hashed at once.
const STEP_BYTES: usize = 1 << 20;

/// A backup in the making.
pub(super) struct Writer {
    builder: Builder<BufWriter<File>>,
    sums: String,
}

/// Where a member of a finished backup lies.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) path: String,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// What passes, hashed and counted.
struct Hashed<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(into.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

impl Writer {
    pub(super) fn new(file: File) -> Self {
        Self { builder: Builder::new(BufWriter::with_capacity(STEP_BYTES, file)), sums: String::new() }
    }

    /// Adds a member that is held whole.
    pub(super) async fn add(self, path: String, bytes: Vec<u8>) -> io::Result<Self> {
        let size = bytes.len() as u64;
        self.write(path, size, io::Cursor::new(bytes)).await
    }

    /// Adds a member of this size as it comes.
    pub(super) async fn stream(self, path: String, size: u64, bytes: ByteStream) -> io::Result<Self> {
        let bytes = SyncIoBridge::new(StreamReader::new(bytes.map_err(io::Error::other)));
        self.write(path, size, bytes).await
    }

    async fn write(mut self, path: String, size: u64, bytes: impl Read + Send + 'static) -> io::Result<Self> {
        let task = tokio::task::spawn_blocking(move || {
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Regular);
            header.set_mode(0o600);
            header.set_size(size);
            let mut bytes = Hashed { inner: bytes, hash: Sha256::new(), bytes: 0 };
            self.builder.append_data(&mut header, &path, &mut bytes)?;
            if bytes.bytes != size {
                let cut = format!("`{path}` has {} bytes instead of {size}", bytes.bytes);
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, cut));
            }
            let digest = domain::Digest::from_bytes(bytes.hash.finalize().into()).hex();
            for part in [&digest, "  ", &path, "\n"] {
                self.sums.push_str(part);
            }
            Ok(self)
        });
        task.await.map_err(io::Error::other)?
    }

    /// Writes the sums, and has everything on the disk when it returns.
    pub(super) async fn finish(mut self) -> io::Result<()> {
        let sums = std::mem::take(&mut self.sums).into_bytes();
        let whole = self.add(SUMS.to_owned(), sums).await?;
        let task = tokio::task::spawn_blocking(move || {
            let mut file = whole.builder.into_inner()?;
            file.flush()?;
            file.get_ref().sync_all()
        });
        task.await.map_err(io::Error::other)?
    }
}

/// Reads and hashes a whole backup. Gives its members but the last.
pub(super) async fn check(path: &Path) -> Result<Vec<Member>, BackupError> {
    let path = path.to_owned();
    let task = tokio::task::spawn_blocking(move || check_now(&path));
    task.await.map_err(|lost| BackupError::File(io::Error::other(lost)))?
}

fn check_now(path: &Path) -> Result<Vec<Member>, BackupError> {
    let mut archive = Archive::new(BufReader::with_capacity(STEP_BYTES, File::open(path)?));
    let (mut members, mut found, mut told) = (Vec::new(), Vec::new(), None);
    for entry in archive.entries().map_err(no_archive)? {
        let mut entry = entry.map_err(no_archive)?;
        if told.is_some() {
            return Err(damaged(format!("something follows `{SUMS}`")));
        }
        let member = member(&entry)?;
        if member.path == SUMS {
            let mut sums = String::new();
            let read = entry.by_ref().take(SUMS_BYTES).read_to_string(&mut sums).map_err(no_archive)?;
            if read as u64 != member.size {
                return Err(damaged(format!("`{SUMS}` is cut")));
            }
            told = Some(sums);
            continue;
        }
        let mut bytes = Hashed { inner: entry, hash: Sha256::new(), bytes: 0 };
        io::copy(&mut bytes, &mut io::sink()).map_err(no_archive)?;
        if bytes.bytes != member.size {
            return Err(damaged(format!("`{}` is cut", member.path)));
        }
        found.push(domain::Digest::from_bytes(bytes.hash.finalize().into()).hex());
        members.push(member);
    }
    let Some(told) = told else { return Err(damaged(format!("its end with `{SUMS}` is missing"))) };
    compare(&told, &members, &found)?;
    Ok(members)
}

/// That the sums tell of these members and no others, in their order.
fn compare(told: &str, members: &[Member], found: &[String]) -> Result<(), BackupError> {
    let mut told = told.lines();
    for (member, found) in members.iter().zip(found) {
        if told.next() != Some(&format!("{found}  {}", member.path)) {
            return Err(damaged(format!("`{}` is not what `{SUMS}` says", member.path)));
        }
    }
    match told.next() {
        Some(line) => Err(damaged(format!("the member of this line is missing: {line}"))),
        None => Ok(()),
    }
}

fn member<R: Read>(entry: &tar::Entry<'_, R>) -> Result<Member, BackupError> {
    let path = String::from_utf8(entry.path_bytes().into_owned());
    let path = path.map_err(|_no_text| damaged("a member's name is no UTF-8".to_owned()))?;
    if entry.header().entry_type() != EntryType::Regular {
        return Err(damaged(format!("`{path}` is no plain file")));
    }
    Ok(Member { path, offset: entry.raw_file_position(), size: entry.size() })
}

fn no_archive(error: io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::Other | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
            damaged(error.to_string())
        }
        _ => BackupError::File(error),
    }
}

pub(super) fn damaged(reason: String) -> BackupError {
    BackupError::Damaged { reason }
}

/// A member's bytes, held whole. Its size was looked at before.
pub(super) fn read(path: &Path, member: &Member) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(member.offset))?;
    let mut bytes = Vec::new();
    file.take(member.size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A member's bytes as they are read.
pub(super) async fn stream(
    path: &Path,
    member: &Member,
) -> io::Result<impl tokio::io::AsyncRead + Unpin + use<>> {
    use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
    let mut file = tokio::fs::File::open(path).await?;
    file.seek(SeekFrom::Start(member.offset)).await?;
    Ok(file.take(member.size))
}
