//! What is kept beside a downloaded release so that it can be checked later: the release document, signatures and proofs.

mod pieces;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fmt, fs};

use domain::{Digest, Malformed, ReleaseDocument, RepositoryName, Version};

use crate::error::Error;
use crate::folder;

pub(crate) use pieces::{Piece, Pieces};

/// The file with the exact bytes of the release document.
const DOCUMENT: &str = "document.json";

/// A release by its name, `namespace/name@version`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ReleaseName {
    /// Its repository.
    pub(crate) repository: RepositoryName,
    /// Its version.
    pub(crate) version: Version,
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}", self.repository, self.version)
    }
}

impl FromStr for ReleaseName {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let rule = "write `namespace/name@version`, such as `alice/tiny@1.0.0`";
        let (repository, version) =
            text.split_once('@').ok_or_else(|| Malformed::new("a release", text, rule))?;
        Ok(Self { repository: repository.parse()?, version: version.parse()? })
    }
}

/// A release document whose bytes are the canonical ones.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// What was published.
    pub(crate) document: ReleaseDocument,
    /// SHA-256 of its bytes: the digest of the release.
    pub(crate) digest: Digest,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Evidence {
    /// Reads a release document.
    ///
    /// # Errors
    /// A sentence that says why these bytes are none.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let document: ReleaseDocument =
            serde_json::from_slice(bytes).map_err(|error| format!("this is no release document: {error}"))?;
        let (again, digest) = document.to_bytes().map_err(|error| error.to_string())?;
        if again != bytes {
            return Err(
                "this release document is not written in canonical form, so its bytes are not those that \
                        were published"
                    .to_owned(),
            );
        }
        Ok(Self { document, digest, bytes: again })
    }

    /// The release that it describes.
    pub(crate) fn name(&self) -> ReleaseName {
        ReleaseName {
            repository: self.document.repository.name.clone(),
            version: self.document.version.clone(),
        }
    }

    /// Keeps the document in a folder for evidence.
    pub(crate) fn keep(&self, folder: &Path) -> Result<(), Error> {
        fs::create_dir_all(folder).map_err(Error::write(folder))?;
        folder::write_whole(&folder.join(DOCUMENT), &self.bytes)
    }
}

/// The bytes of the document in a folder for evidence, or of the file itself; `None` where there is none.
pub(crate) fn find(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let file = if path.is_dir() { path.join(DOCUMENT) } else { path.to_owned() };
    match folder::read_whole(&file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(Error::read(&file)(error)),
    }
}

/// The folder for evidence beside a folder: `DIR.vitrine`.
pub(crate) fn beside(folder: &Path) -> Result<PathBuf, Error> {
    // `.` and `..` have no name of their own; where the folder does not exist yet its name is what was written.
    let whole = if folder.file_name().is_some() && !folder.ends_with("..") {
        folder.components().collect()
    } else {
        fs::canonicalize(folder).map_err(Error::read(folder))?
    };
    let Some(name) = whole.file_name() else {
        return Err(Error::Usage(format!("`{}` has no place for evidence beside it", folder.display())));
    };
    let mut name = name.to_owned();
    name.push(".vitrine");
    Ok(whole.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_name_prints_and_parses_back() {
        let name: ReleaseName = "alice/tiny@1.0.0-beta.1".parse().unwrap();

        assert_eq!(name.to_string().parse(), Ok(name));
        for bad in ["alice/tiny", "tiny@1.0.0", "alice/tiny@1", "@", "alice/tiny@"] {
            assert!(bad.parse::<ReleaseName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn evidence_lies_beside_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("release");

        assert_eq!(beside(Path::new("x/release/")).unwrap(), Path::new("x/release.vitrine"));
        assert_eq!(beside(Path::new("release")).unwrap(), Path::new("release.vitrine"));
        assert_eq!(beside(&inside).unwrap(), folder.path().join("release.vitrine"));
        assert!(beside(Path::new(".")).unwrap().to_string_lossy().ends_with(".vitrine"));
        assert!(beside(Path::new("/")).is_err());
    }

    #[test]
    fn a_document_in_another_form_is_no_evidence() {
        let spaced = crate::verify::tests::document(&[]).to_bytes().unwrap().0;
        let mut other = spaced.clone();
        other.push(b'\n');

        assert!(Evidence::read(&spaced).is_ok());
        assert!(Evidence::read(&other).unwrap_err().contains("canonical"));
        assert!(Evidence::read(b"{}").unwrap_err().contains("no release document"));
    }

    #[test]
    fn missing_evidence_is_told_apart_from_broken_folders() {
        let folder = tempfile::tempdir().unwrap();

        assert!(find(folder.path()).unwrap().is_none());
        assert!(find(&folder.path().join("none")).unwrap().is_none());
    }
}
