//! Folders of files: what lies in them, and what it hashes to.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use domain::{Digest, FilePath};
use sha2::Digest as _;

use crate::error::Error;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 256 << 10;
/// Most things in a folder; more than a release may hold.
const MOST: usize = 200_000;
/// Largest file that is read as a whole; no part of a ranking release may be larger.
const WHOLE_BYTES: u64 = 512 << 20;

/// Something that lies in a folder and is no folder.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Found {
    /// Its path from the folder, joined by `/`. What is not UTF-8 is replaced.
    pub(crate) path: String,
    /// What it is.
    pub(crate) what: What,
}

/// What lies somewhere.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum What {
    /// A file of so many bytes.
    File(u64),
    /// A symbolic link.
    Link,
    /// A pipe, a socket, a device, or a file whose name is not UTF-8.
    Other,
}

/// Everything in a folder and the folders in it, sorted by path.
pub(crate) fn list(root: &Path) -> Result<Vec<Found>, Error> {
    list_but(root, |_| false)
}

/// The same without what is left out. `left_out` sees the name of each file and folder.
fn list_but(root: &Path, left_out: impl Fn(&str) -> bool) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::read(&folder))? {
            let entry = entry.map_err(Error::read(&folder))?;
            let name = entry.file_name();
            let readable = name.to_str().map(str::to_owned);
            let shown = readable.clone().unwrap_or_else(|| name.to_string_lossy().into_owned());
            if left_out(&shown) {
                continue;
            }
            // Not following links: what a link points at is not in the folder.
            let about = entry.metadata().map_err(Error::read(&entry.path()))?;
            let path = format!("{prefix}{shown}");
            let what = match about.file_type() {
                kind if kind.is_symlink() => What::Link,
                _ if readable.is_none() => What::Other,
                kind if kind.is_dir() => {
                    folders.push((entry.path(), format!("{path}/")));
                    continue;
                }
                kind if kind.is_file() => What::File(about.len()),
                _ => What::Other,
            };
            found.push(Found { path, what });
            if found.len() > MOST {
                return Err(Error::Refused(format!("`{}` holds more than {MOST} files", root.display())));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A file that can be published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Source {
    /// Its path in the repository.
    pub(crate) path: FilePath,
    /// Where it lies here.
    pub(crate) file: PathBuf,
    /// Size in bytes.
    pub(crate) size: u64,
}

/// The files of a folder that can be published; what belongs to git, to this program and to desktops is left out.
///
/// # Errors
/// Everything that cannot be published, in one [`Error::Refused`].
pub(crate) fn sources(root: &Path) -> Result<Vec<Source>, Error> {
    if !fs::metadata(root).map_err(Error::read(root))?.is_dir() {
        return Err(Error::Usage(format!("`{}` is no folder", root.display())));
    }
    let mut sources = Vec::new();
    let mut wrong = Vec::new();
    for Found { path, what } in list_but(root, is_left_out)? {
        match (what, path.parse::<FilePath>()) {
            (What::File(size), Ok(name)) => sources.push(Source { file: root.join(&path), path: name, size }),
            (What::Link, _) => wrong.push(format!("`{path}` is a symbolic link; put the file itself there")),
            (What::Other, _) => {
                wrong.push(format!("`{path}` is no ordinary file with a readable name; take it away"));
            }
            (What::File(_), Err(malformed)) => wrong.push(malformed.to_string()),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Refused(wrong.join("\n")));
    }
    if sources.is_empty() {
        return Err(Error::Refused(format!("`{}` holds no files to publish", root.display())));
    }
    Ok(sources)
}

/// Names that are never published.
fn is_left_out(name: &str) -> bool {
    matches!(name, ".git" | ".DS_Store") || name.ends_with(".vitrine")
}

/// The SHA-256 and size of a file, read in pieces; `passed` learns of each.
pub(crate) fn digest(file: &Path, passed: &dyn Fn(u64)) -> Result<(Digest, u64), Error> {
    let mut reader = fs::File::open(file).map_err(Error::read(file))?;
    let mut hash = sha2::Sha256::new();
    let mut piece = vec![0; CHUNK_BYTES];
    let mut size = 0;
    loop {
        let count = match reader.read(&mut piece) {
            Ok(0) => return Ok((Digest::from_bytes(hash.finalize().into()), size)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::read(file)(error)),
        };
        hash.update(piece.get(..count).unwrap_or_default());
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        size += count;
        passed(count);
    }
}

/// The bytes of a file that must fit into memory.
pub(crate) fn read_whole(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(file)?.take(WHOLE_BYTES + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size <= WHOLE_BYTES) {
        Ok(bytes)
    } else {
        Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {WHOLE_BYTES} bytes")))
    }
}

/// Writes a file whole or not at all: beside it first, then in its place.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let write = || {
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        io::Write::write_all(&mut beside, bytes)?;
        beside.as_file().sync_all()?;
        readable_by_all(beside.as_file())?;
        beside.persist(file)?;
        Ok(())
    };
    write().map_err(Error::write(file))
}

/// Temporary files are private; what is written for people is not.
fn readable_by_all(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

/// A folder as a release that may be published.
pub(crate) struct Candidate {
    root: PathBuf,
    paths: Vec<String>,
}

impl Candidate {
    /// The files of a folder that can be published.
    pub(crate) fn open(root: &Path) -> Result<Self, Error> {
        let paths = sources(root)?.into_iter().map(|source| source.path.to_string()).collect();
        Ok(Self { root: root.to_owned(), paths })
    }
}

impl cards::ReleaseFiles for Candidate {
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if self.paths.iter().any(|known| known == path) {
            return read_whole(&self.root.join(path));
        }
        Err(io::ErrorKind::NotFound.into())
    }

    fn read_start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        if !self.paths.iter().any(|known| known == path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut start = Vec::new();
        let file = std::fs::File::open(self.root.join(path))?;
        file.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut start)?;
        Ok(start)
    }
}

/// Whether a file was made by the server and not by the people who push. It only tells git which files are large, and
/// model signing leaves it out as well.
pub(crate) fn is_servers(path: &FilePath) -> bool {
    path.as_str() == ".gitattributes"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "abc").unwrap();
        }
        folder
    }

    fn published(root: &Path) -> Vec<String> {
        sources(root).unwrap().into_iter().map(|source| source.path.to_string()).collect()
    }

    #[test]
    fn what_belongs_to_other_programs_is_left_out() {
        let folder = folder(&[
            "b.txt",
            "a/c.txt",
            ".git/config",
            ".vitrine/x",
            "old.vitrine/release.json",
            "a/.DS_Store",
            ".gitattributes",
        ]);

        assert_eq!(published(folder.path()), [".gitattributes", "a/c.txt", "b.txt"]);
    }

    #[test]
    fn links_and_names_that_deceive_are_all_refused_at_once() {
        let folder = folder(&["good.txt", "a\u{202e}b"]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();

        let error = sources(folder.path()).unwrap_err().to_string();

        assert!(error.contains("`link` is a symbolic link"), "{error}");
        assert!(error.contains("direction"), "{error}");
    }

    #[test]
    fn a_folder_without_files_cannot_be_published() {
        let folder = folder(&[".git/config"]);

        assert!(matches!(sources(folder.path()), Err(Error::Refused(_))));
        assert!(matches!(sources(&folder.path().join("none")), Err(Error::Read { .. })));
    }

    #[test]
    fn a_file_is_hashed_in_pieces_and_tells_how_far_it_is() {
        let folder = folder(&["a.txt"]);
        let file = folder.path().join("big");
        fs::write(&file, vec![7; CHUNK_BYTES * 2 + 5]).unwrap();
        let passed = std::cell::Cell::new(0);

        let (digest, size) = digest(&file, &|count| passed.set(passed.get() + count)).unwrap();

        assert_eq!(digest, Digest::of(&vec![7; CHUNK_BYTES * 2 + 5]));
        assert_eq!((size, passed.get()), (524_293, 524_293));
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = folder(&["a.txt"]);
        let file = folder.path().join("a.txt");

        write_whole(&file, b"new").unwrap();

        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(list(folder.path()).unwrap().len(), 1);
        assert!(write_whole(&folder.path().join("none/a"), b"").is_err());
    }
}
