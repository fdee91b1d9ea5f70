//! What differs between a folder and a branch, and the commit that evens it out.

use std::collections::BTreeMap;

use domain::{Digest, FilePath};
use serde_json::{Value, json};

use super::{BRANCH, Hashed, upload};
use crate::client::{Client, CommitAnswer, RepositoryAnswer, TreeAnswer};
use crate::error::Error;
use crate::folder::is_servers;
use crate::out::{Out, counted};

/// Uploads what is new and commits what differs.
pub(super) async fn commit(
    client: &Client,
    (repository, message): (&RepositoryAnswer, &str),
    files: &[Hashed],
    out: &mut Out,
) -> Result<(), Error> {
    let mut tree = tree(client, repository).await?;
    if changes(files, tree.as_ref()).is_empty() {
        let files = counted(files.len(), "file");
        return out.say(format_args!("Nothing changed: {} holds {files} as here", repository.url));
    }
    let (blobs, bytes) = upload::upload(client, &new_files(files, tree.as_ref())).await?;
    let mut patience = client.patience();
    let head = loop {
        let error = match commit_once(client, (repository, message), files, tree.as_ref()).await {
            Ok(made) => break made.commit,
            Err(error) if error.is_problem("stale-parent") => Some(error),
            Err(error) => {
                patience.wait(error).await?;
                None
            }
        };
        tree = self::tree(client, &client.repository(&repository.name).await?).await?;
        match (tree.as_ref().filter(|tree| changes(files, Some(tree)).is_empty()), error) {
            // An earlier try arrived although its answer was lost.
            (Some(tree), _) => break tree.commit,
            // Somebody else moved the branch.
            (None, Some(error)) => return Err(error),
            (None, None) => {}
        }
    };
    let (url, files) = (&repository.url, counted(files.len(), "file"));
    out.say(format_args!("{files} at {url}, {blobs} sent ({bytes} bytes), commit {head}"))
}

async fn commit_once(
    client: &Client,
    (repository, message): (&RepositoryAnswer, &str),
    files: &[Hashed],
    tree: Option<&TreeAnswer>,
) -> Result<CommitAnswer, Error> {
    let path = format!("/api/v1/repositories/{}/commits/{BRANCH}", repository.name);
    let parent = tree.map(|tree| tree.commit);
    let new = json!({"message": message, "parent": parent, "operations": changes(files, tree)});
    client.post(&path, &new).await
}

/// The files of the branch; `None` before its first commit.
async fn tree(client: &Client, repository: &RepositoryAnswer) -> Result<Option<TreeAnswer>, Error> {
    if repository.head(BRANCH).is_none() {
        return Ok(None);
    }
    client.tree(&repository.name, BRANCH).await.map(Some)
}

fn known(tree: Option<&TreeAnswer>) -> BTreeMap<&FilePath, Digest> {
    tree.map(|tree| tree.files.iter().map(|file| (&file.path, file.sha256)).collect()).unwrap_or_default()
}

/// The files whose bytes the branch does not hold yet.
fn new_files<'a>(files: &'a [Hashed], tree: Option<&TreeAnswer>) -> Vec<&'a Hashed> {
    let known = known(tree);
    files.iter().filter(|file| known.get(&file.source.path) != Some(&file.sha256)).collect()
}

/// The changes that make the branch hold exactly the folder's files. What the server made for itself stays.
fn changes(files: &[Hashed], tree: Option<&TreeAnswer>) -> Vec<Value> {
    let known = known(tree);
    let gone = known
        .keys()
        .filter(|path| !is_servers(path) && !files.iter().any(|file| file.source.path == ***path))
        .map(|path| json!({"delete": path}));
    let put = new_files(files, tree)
        .into_iter()
        .map(|file| json!({"put": file.source.path, "blob": file.sha256.hex()}));
    gone.chain(put).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::folder::Source;

    fn file(path: &str, content: &str) -> Hashed {
        Hashed {
            source: Source { path: path.parse().unwrap(), file: PathBuf::new(), size: 0 },
            sha256: Digest::of(content.as_bytes()),
        }
    }

    fn tree(files: &[(&str, &str)]) -> TreeAnswer {
        let files: Vec<Value> = files
            .iter()
            .map(|(path, content)| json!({"path": path, "sha256": Digest::of(content.as_bytes()).hex()}))
            .collect();
        let commit = domain::CommitId::of(b"x");
        serde_json::from_value(json!({"commit": commit, "files": files})).unwrap()
    }

    #[test]
    fn an_empty_branch_takes_every_file() {
        let changes = changes(&[file("a", "1"), file("b", "2")], None);

        assert_eq!(changes.len(), 2);
        assert_eq!(changes[0], json!({"put": "a", "blob": Digest::of(b"1").hex()}));
    }

    #[test]
    fn only_what_differs_is_changed() {
        let there = tree(&[("a", "1"), ("b", "old"), ("c", "3"), (".gitattributes", "x")]);

        let changes = changes(&[file("a", "1"), file("b", "2")], Some(&there));

        assert_eq!(changes, [json!({"delete": "c"}), json!({"put": "b", "blob": Digest::of(b"2").hex()})]);
    }

    #[test]
    fn the_same_files_change_nothing() {
        let there = tree(&[("a", "1"), (".gitattributes", "x")]);

        assert!(changes(&[file("a", "1")], Some(&there)).is_empty());
    }
}
