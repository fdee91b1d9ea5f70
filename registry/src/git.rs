//! The ids that git gives to lists of files and to commits, so that a git client later sees what it expects.
//! Source: git's documentation, `gitformat-objects`; all files have mode 100644.

use std::collections::BTreeMap;

use domain::{CommitId, GitSha1, Timestamp};

use crate::Entry;

/// The id of a list of files.
pub(crate) fn tree_id(entries: &[Entry]) -> GitSha1 {
    folder_id(entries.iter().map(|entry| (entry.path.as_str(), entry.oid)).collect())
}

/// The id of one folder of a list of files.
pub(crate) fn id_of_folder(entries: &[Entry], folder: &str) -> GitSha1 {
    let inside = |path: &'_ str| path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).is_some();
    let files = entries.iter().filter(|entry| inside(entry.path.as_str()));
    let length = folder.len() + 1;
    folder_id(files.filter_map(|entry| Some((entry.path.as_str().get(length..)?, entry.oid))).collect())
}

/// The id of a folder whose files have these paths inside it.
fn folder_id(files: Vec<(&str, GitSha1)>) -> GitSha1 {
    let mut here: BTreeMap<String, (&str, &str, GitSha1)> = BTreeMap::new();
    let mut below: BTreeMap<&str, Vec<(&str, GitSha1)>> = BTreeMap::new();
    for (path, id) in files {
        match path.split_once('/') {
            Some((folder, rest)) => below.entry(folder).or_default().push((rest, id)),
            None => {
                here.insert(path.to_owned(), ("100644", path, id));
            }
        }
    }
    for (folder, files) in below {
        // Git sorts a folder as if its name ended in a slash.
        here.insert(format!("{folder}/"), ("40000", folder, folder_id(files)));
    }
    let mut content = Vec::new();
    for (mode, name, id) in here.into_values() {
        content.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        content.extend_from_slice(id.as_bytes());
    }
    GitSha1::of_object("tree", &content)
}

/// The id of a commit.
pub(crate) fn commit_id(
    tree: &GitSha1,
    parent: Option<&CommitId>,
    author: &str,
    at: Timestamp,
    message: &str,
) -> CommitId {
    let parent = parent.map(|parent| format!("parent {parent}\n")).unwrap_or_default();
    let person = format!("{author} <{author}@users.invalid> {} +0000", at.as_second());
    let text = format!("tree {tree}\n{parent}author {person}\ncommitter {person}\n\n{message}\n");
    CommitId::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use domain::Digest;

    use super::*;

    fn entry(path: &str, content: &str) -> Entry {
        Entry {
            path: path.parse().unwrap(),
            size: content.len() as u64,
            sha256: Digest::of(content.as_bytes()),
            oid: GitSha1::of_object("blob", content.as_bytes()),
            large: false,
        }
    }

    #[test]
    fn trees_and_commits_have_the_ids_that_git_gives_them() {
        // `git write-tree` of these files, then `git commit-tree` with the dates set to 2026-11-22T20:00:00Z.
        let files =
            [entry("a/b/c.txt", "c\n"), entry("a.txt", "a\n"), entry("a/x", "x\n"), entry("a-b", "-\n")];

        let tree = tree_id(&files);
        let at = "2026-11-22T20:00:00Z".parse().unwrap();
        let first = commit_id(&tree, None, "asha", at, "First");
        let second = commit_id(&tree, Some(&first), "asha", at, "Second");

        assert_eq!(tree.to_string(), "ff65d2ec8ebc4766b904c8f0579afab8c17b3da6");
        assert_eq!(first.to_string(), "d116d9cda09611002c6ef81ae98d49a1bd5f7548");
        assert_eq!(second.to_string(), "24e24073b0e3a8c7c9dfe4a2eb7ffe06e9383e42");
    }
}
