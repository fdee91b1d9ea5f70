//! What changed from one release to another.

use domain::{ReleaseDocument, ReleaseFile};
use serde::Serialize;

/// Facts of a release that people state, by the names of the release document.
pub const RELEASE_FIELDS: &[&str] = &[
    "kind",
    "license",
    "languages",
    "base",
    "description",
    "intended_use",
    "out_of_scope",
    "limits",
    "risks",
    "benefits",
    "training_data",
    "datasets",
    "family",
    "variant",
];

/// What changed from one release to another.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct ReleaseDifference {
    /// Facts that differ.
    pub fields: Vec<String>,
    /// Files that came, went or changed, by path.
    pub files: Vec<FileChange>,
}

/// A file that is not the same.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct FileChange {
    /// Its path.
    pub path: String,
    /// Its size in bytes before; `null`: it is new.
    pub before: Option<u64>,
    /// Its size in bytes after; `null`: it is gone.
    pub after: Option<u64>,
}

/// Compares two releases.
///
/// # Errors
/// Never for documents of this type, but errors are not swallowed.
pub fn releases(
    from: &ReleaseDocument,
    to: &ReleaseDocument,
) -> Result<ReleaseDifference, serde_json::Error> {
    let (before, after) = (serde_json::to_value(from)?, serde_json::to_value(to)?);
    let said =
        |value: &serde_json::Value, field: &str| value.get(field).filter(|value| !value.is_null()).cloned();
    let fields = RELEASE_FIELDS.iter().filter(|field| said(&before, field) != said(&after, field));
    let change = |path: &str, before: Option<&ReleaseFile>, after: Option<&ReleaseFile>| FileChange {
        path: path.to_owned(),
        before: before.map(|file| file.size),
        after: after.map(|file| file.size),
    };
    let mut files: Vec<FileChange> = to
        .files
        .iter()
        .map(|file| (file.path.as_str(), from.file(file.path.as_str()), Some(file)))
        .chain(from.files.iter().filter_map(|file| {
            let path = file.path.as_str();
            to.file(path).is_none().then_some((path, Some(file), None))
        }))
        .filter(|(_, before, after)| before.map(|file| file.sha256) != after.map(|file| file.sha256))
        .map(|(path, before, after)| change(path, before, after))
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(ReleaseDifference { fields: fields.map(|field| (*field).to_owned()).collect(), files })
}
