//! Applying changes to a list of files. Pure.

use std::collections::BTreeMap;

use domain::{Digest, FilePath};

use crate::{Blob, Entry, Error, Operation};

/// The files after the changes, sorted by path.
///
/// `blobs` holds every blob that the changes name.
pub(super) fn apply(
    before: &[Entry],
    operations: &[Operation],
    blobs: &BTreeMap<Digest, Blob>,
) -> Result<Vec<Entry>, Error> {
    let mut files: BTreeMap<FilePath, Entry> =
        before.iter().map(|entry| (entry.path.clone(), entry.clone())).collect();
    for operation in operations {
        match operation {
            Operation::Put { path, blob } => {
                let unknown = || Error::BlobUnknown { path: path.clone(), digest: *blob };
                let entry = entry(path, blobs.get(blob).ok_or_else(unknown)?);
                files.insert(path.clone(), entry);
            }
            Operation::Delete { path } => {
                files.remove(path).ok_or_else(|| Error::NothingToDelete { path: path.clone() })?;
            }
            Operation::DeleteFolder { path } => {
                let before = files.len();
                let folder = format!("{path}/");
                files.retain(|file, _| !file.as_str().starts_with(&folder));
                if files.len() == before {
                    return Err(Error::NothingToDelete { path: path.clone() });
                }
            }
        }
    }
    let files: Vec<Entry> = files.into_values().collect();
    refuse_clashes(&files)?;
    Ok(files)
}

fn entry(path: &FilePath, blob: &Blob) -> Entry {
    Entry { path: path.clone(), size: blob.size, sha256: blob.sha256, oid: blob.oid, large: blob.large }
}

/// What a name stands for, in one of its spellings.
struct Taken<'a> {
    spelled: &'a str,
    folder: bool,
    by: &'a FilePath,
}

/// Two names that differ only in case, or a file that is also a folder, could not both be laid on a disk.
fn refuse_clashes(files: &[Entry]) -> Result<(), Error> {
    let mut taken: BTreeMap<String, Taken<'_>> = BTreeMap::new();
    for file in files {
        let path = file.path.as_str();
        let folders = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        for (spelled, folder) in folders.map(|folder| (folder, true)).chain([(path, false)]) {
            let name = Taken { spelled, folder, by: &file.path };
            let found = taken.entry(spelled.to_lowercase()).or_insert(name);
            let why = match (found.spelled == spelled, found.folder == folder) {
                (true, true) => continue,
                (_, false) => "a name is either a file or a folder",
                (false, true) => "names must differ in more than case",
            };
            return Err(Error::PathClash { one: found.by.clone(), other: file.path.clone(), why });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use blobs::Layout;
    use domain::GitSha1;

    use super::*;

    fn blob(content: &str) -> Blob {
        Blob {
            sha256: Digest::of(content.as_bytes()),
            size: content.len() as u64,
            oid: GitSha1::of_object("blob", content.as_bytes()),
            large: false,
            layout: Layout::default(),
        }
    }

    /// Applies `+path` and `-path` to nothing; says the paths that are left, or what is wrong.
    fn after(changes: &[&str]) -> String {
        let blob = blob("x");
        let blobs = BTreeMap::from([(blob.sha256, blob.clone())]);
        let operations: Vec<Operation> = changes
            .iter()
            .map(|change| match change.split_at(1) {
                ("+", path) => Operation::Put { path: path.parse().unwrap(), blob: blob.sha256 },
                ("/", path) => Operation::DeleteFolder { path: path.parse().unwrap() },
                (_, path) => Operation::Delete { path: path.parse().unwrap() },
            })
            .collect();
        match apply(&[], &operations, &blobs) {
            Ok(files) => files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn changes_apply_in_order() {
        assert_eq!(after(&["+b", "+a/c", "+a/b"]), "a/b a/c b");
        assert_eq!(after(&["+a", "-a", "+a/b"]), "a/b");
        assert_eq!(after(&["+a", "-a"]), "");
        assert_eq!(after(&["-a"]), "`a` cannot be deleted: there is no such file");
        assert_eq!(after(&["+a/b", "+a/c/d", "+ab", "/a"]), "ab");
        assert_eq!(after(&["+ab", "/a"]), "`a` cannot be deleted: there is no such file");
    }

    #[test]
    fn what_could_not_lie_on_every_disk_is_refused() {
        let case = "names must differ in more than case";
        let kind = "a name is either a file or a folder";
        assert_eq!(after(&["+A", "+a"]), format!("`A` and `a` cannot both be there: {case}"));
        assert_eq!(after(&["+x/b", "+X/c"]), format!("`X/c` and `x/b` cannot both be there: {case}"));
        assert_eq!(after(&["+a", "+a/b"]), format!("`a` and `a/b` cannot both be there: {kind}"));
        assert_eq!(after(&["+A/b", "+a"]), format!("`A/b` and `a` cannot both be there: {kind}"));
        assert_eq!(after(&["+a/b", "+a/c", "+a.b"]), "a.b a/b a/c");
    }
}
