//! The files of a state of a repository, a folder at a time.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use cards::words::Messages;
use domain::RepositoryName;
use registry::{Entry, Registry, Tree};

use super::frame::Frame;
use super::lines::{file_path, repository_path};
use crate::address::{self, encoded};
use crate::auth::Reader;
use crate::problem::{Kind, Problem};

#[derive(Template)]
#[template(path = "repository/tree.html")]
pub(super) struct TreePage {
    frame: Frame,
    name: String,
    repository_path: String,
    folder: String,
    crumbs: Vec<Crumb>,
    revision: String,
    commit: String,
    date: String,
    message: String,
    files: Vec<FileLine>,
}

/// A folder above.
struct Crumb {
    path: String,
    name: String,
}

/// A file or a folder.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct FileLine {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) size: Option<String>,
    pub(super) sha256: Option<String>,
    pub(super) is_folder: bool,
}

pub(super) async fn show(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let segments = address::segments(&request)?;
    let [namespace, name, _tree, revision, path @ ..] = segments.as_slice() else {
        return Err(Problem::of(Kind::AddressNotFound));
    };
    let name = address::repository(namespace, name)?;
    let tree = registry.tree(&reader.0, &name, revision).await?;
    if let Some(redirect) = address::respelled(&request, &name, &tree.repository) {
        return Ok(redirect);
    }
    let frame = Frame::of(&request);
    let at = path.join("/");
    let page = TreePage::new(frame.clone(), &tree, revision, at.trim_end_matches('/'));
    let page = page.ok_or_else(|| Problem::of(Kind::FileNotFound))?;
    super::answer(&request, &frame, &page)
}

impl TreePage {
    /// The page of a folder, or of a single file; `None` if there is neither.
    pub(super) fn new(frame: Frame, tree: &Tree, revision: &str, at: &str) -> Option<Self> {
        let (name, messages) = (&tree.repository, frame.messages);
        let mut files = folder(name, revision, &tree.entries, at, messages);
        if files.is_empty() {
            let file = tree.entries.iter().find(|entry| entry.path.as_str() == at);
            files.extend(file.map(|entry| FileLine::of(name, revision, entry, at, messages)));
        }
        if files.is_empty() && !at.is_empty() {
            return None;
        }
        Some(Self {
            name: name.to_string(),
            repository_path: repository_path(name),
            folder: if at.is_empty() { "/".to_owned() } else { at.to_owned() },
            crumbs: crumbs(name, revision, at),
            revision: revision.to_owned(),
            commit: tree.commit.id.to_string(),
            date: messages.date(tree.commit.created_at),
            message: tree.commit.message.clone(),
            files,
            frame,
        })
    }
}

/// What lies in a folder, folders first. The root is the empty path.
pub(super) fn folder(
    name: &RepositoryName,
    revision: &str,
    entries: &[Entry],
    at: &str,
    messages: &Messages,
) -> Vec<FileLine> {
    let prefix = if at.is_empty() { String::new() } else { format!("{at}/") };
    let mut folders: BTreeMap<&str, FileLine> = BTreeMap::new();
    let mut files = Vec::new();
    for entry in entries {
        let Some(rest) = entry.path.as_str().strip_prefix(&prefix) else { continue };
        match rest.split_once('/') {
            Some((inner, _)) => {
                folders.entry(inner).or_insert_with(|| FileLine {
                    path: tree_path(name, revision, &format!("{prefix}{inner}")),
                    name: format!("{inner}/"),
                    size: None,
                    sha256: None,
                    is_folder: true,
                });
            }
            None => files.push(FileLine::of(name, revision, entry, rest, messages)),
        }
    }
    folders.into_values().chain(files).collect()
}

impl FileLine {
    fn of(name: &RepositoryName, revision: &str, entry: &Entry, shown: &str, messages: &Messages) -> Self {
        Self {
            path: file_path(name, revision, entry.path.as_str()),
            name: shown.to_owned(),
            size: Some(messages.bytes(entry.size)),
            sha256: Some(entry.sha256.hex()),
            is_folder: false,
        }
    }
}

fn tree_path(name: &RepositoryName, revision: &str, at: &str) -> String {
    let at: Vec<String> = at.split('/').map(encoded).collect();
    format!("{}/tree/{}/{}", repository_path(name), encoded(revision), at.join("/"))
}

/// The folders above, the root first.
fn crumbs(name: &RepositoryName, revision: &str, at: &str) -> Vec<Crumb> {
    let root = Crumb {
        path: format!("{}/tree/{}", repository_path(name), encoded(revision)),
        name: revision.to_owned(),
    };
    let mut crumbs = vec![root];
    let mut so_far = String::new();
    let above: Vec<&str> = at.split('/').collect();
    for part in above.split_last().map(|(_, above)| above).unwrap_or_default() {
        so_far = if so_far.is_empty() { (*part).to_owned() } else { format!("{so_far}/{part}") };
        crumbs.push(Crumb { path: tree_path(name, revision, &so_far), name: (*part).to_owned() });
    }
    crumbs
}

/// The root, a folder and a file.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    ["", "data/deep", "README.md"]
        .iter()
        .map(|at| TreePage::new(frame.clone(), &super::tests::tree(), "v1.0.0", at).unwrap())
        .map(|page| super::tests::rendered("tree", frame, &page))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::tree;

    #[test]
    fn a_folder_shows_its_folders_first() {
        let lines = folder(&tree().repository, "main", &tree().entries, "", Messages::english());

        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["data/", "README.md", "model.onnx"]);
        assert_eq!(lines[0].path, "/alice/tiny_x/tree/main/data");
        assert_eq!(lines[1].path, "/alice/tiny_x/resolve/main/README.md");
    }

    #[test]
    fn a_path_that_is_neither_file_nor_folder_has_no_page() {
        let page = |at| TreePage::new(Frame::new(Messages::english(), "/"), &tree(), "main", at);

        assert!(page("no/such").is_none() && page("dat").is_none());
        assert_eq!(page("data/deep").unwrap().files[0].name, "b.csv");
        assert_eq!(page("README.md").unwrap().files[0].name, "README.md");
        assert_eq!(page("data/deep").unwrap().crumbs.len(), 2);
    }
}
