//! Folders that are, and are not, what was published.

use std::fs;
use std::path::Path;

use domain::{
    CommitId, Digest, Kind, ReleaseDocument, ReleaseFile, ReleaseRepository, ReleaseSchema, Uuid, Visibility,
};

use super::*;

/// A release document over these files.
pub(crate) fn document(files: &[(&str, &[u8])]) -> ReleaseDocument {
    let file = |(path, bytes): &(&str, &[u8])| ReleaseFile {
        path: path.parse().unwrap(),
        size: bytes.len() as u64,
        sha256: Digest::of(bytes),
    };
    ReleaseDocument {
        schema: ReleaseSchema,
        repository: ReleaseRepository { id: Uuid::nil(), name: "alice/tiny".parse().unwrap() },
        version: "1.0.0".parse().unwrap(),
        kind: Kind::Model,
        commit: CommitId::of(b"x"),
        published_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        visibility: Visibility::Public,
        license: "Apache-2.0".parse().unwrap(),
        languages: vec![],
        base: None,
        pipeline_tag: None,
        library_name: None,
        tags: vec![],
        datasets: vec![],
        family: None,
        variant: None,
        training_data: None,
        energy: None,
        out_of_scope: vec![],
        pre_release_tests: vec![],
        description: None,
        announcement: None,
        paper: None,
        starting_code: None,
        intended_use: None,
        limits: vec![],
        risks: vec![],
        benefits: vec![],
        generates_media: None,
        disclosure: None,
        files: files.iter().map(file).collect(),
    }
}

const FILES: &[(&str, &[u8])] = &[("a.txt", b"abc"), ("sub/b.bin", b"0123456789")];

/// A downloaded release in a folder of its own.
fn pulled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in FILES {
        let path = folder.path().join("r").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Evidence::read(&document(FILES).to_bytes().unwrap().0)
        .unwrap()
        .keep(&folder.path().join("r.vitrine"))
        .unwrap();
    folder
}

fn offline(folder: &Path, release: Option<&str>) -> VerifyArguments {
    VerifyArguments {
        path: folder.join("r"),
        release: release.map(|name| name.parse().unwrap()),
        evidence: None,
        policy: None,
        state: Some(folder.join("state")),
        offline: true,
        json: true,
        site: SiteArguments::default(),
    }
}

/// Exit code and JSON answer.
async fn checked(arguments: VerifyArguments) -> (u8, serde_json::Value) {
    let answer = tempfile::NamedTempFile::new().unwrap();
    let mut out = Out::new(answer.reopen().unwrap(), std::io::sink());
    let code = verify(arguments, &mut out).await.unwrap();
    (code, serde_json::from_slice(&fs::read(answer.path()).unwrap()).unwrap())
}

async fn finding(change: impl FnOnce(&Path)) -> (String, String) {
    let folder = pulled();
    change(&folder.path().join("r"));
    let (code, answer) = checked(offline(folder.path(), None)).await;
    assert_eq!((code, answer["findings"].as_array().unwrap().len()), (1, 1), "{answer}");
    let found = &answer["findings"][0];
    (found["step"].as_str().unwrap().to_owned(), found["path"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_untouched_release_without_signatures_is_not_fully_checked() {
    let folder = pulled();

    let (code, answer) = checked(offline(folder.path(), Some("alice/tiny@1.0.0"))).await;

    assert_eq!(
        (code, answer["outcome"].as_str(), answer["files"].as_u64()),
        (3, Some("could_not_check"), Some(2))
    );
}

#[tokio::test]
async fn every_difference_names_its_file_and_step() {
    let flipped = finding(|folder| fs::write(folder.join("sub/b.bin"), b"0123456788").unwrap()).await;
    let longer = finding(|folder| fs::write(folder.join("a.txt"), b"abcd").unwrap()).await;
    let missing = finding(|folder| fs::remove_file(folder.join("a.txt")).unwrap()).await;
    let extra = finding(|folder| fs::write(folder.join("sub/.DS_Store"), b"").unwrap()).await;
    let linked = finding(|folder| {
        fs::rename(folder.join("a.txt"), folder.join("../elsewhere")).unwrap();
        std::os::unix::fs::symlink("../elsewhere", folder.join("a.txt")).unwrap();
    })
    .await;

    let pair = |(step, path): (&str, &str)| (step.to_owned(), path.to_owned());
    assert_eq!(flipped, pair(("content", "sub/b.bin")));
    assert_eq!(longer, pair(("size", "a.txt")));
    assert_eq!(missing, pair(("missing", "a.txt")));
    assert_eq!(extra, pair(("extra", "sub/.DS_Store")));
    assert_eq!(linked, pair(("kind", "a.txt")));
}

#[tokio::test]
async fn another_release_than_asked_for_is_a_mismatch() {
    let folder = pulled();

    let (code, answer) = checked(offline(folder.path(), Some("alice/tiny@1.0.1"))).await;

    assert_eq!((code, answer["findings"][0]["step"].as_str()), (1, Some("release")));
}

#[tokio::test]
async fn a_document_with_a_changed_byte_is_a_mismatch() {
    let folder = pulled();
    let file = folder.path().join("r.vitrine/document.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen('{', "{ ", 1)).unwrap();

    let (code, answer) = checked(offline(folder.path(), None)).await;

    assert_eq!((code, answer["findings"][0]["step"].as_str()), (1, Some("document")));
}

#[tokio::test]
async fn without_a_document_nothing_can_be_checked() {
    let folder = pulled();
    fs::remove_dir_all(folder.path().join("r.vitrine")).unwrap();

    let outcome = verify(offline(folder.path(), None), &mut Out::new(std::io::sink(), std::io::sink())).await;

    assert!(outcome.unwrap_err().to_string().contains("there is no release document"));
}
