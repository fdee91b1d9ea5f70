use domain::Visibility;
use registry::{Actor, Error, Operation};

use crate::harness::Platform;

#[tokio::test]
async fn a_commit_is_found_by_branch_id_and_the_beginning_of_its_id() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    let id = platform.commit(&asha, &name, &[("b.txt", b"b"), ("a/c.txt", b"c")]).await;

    for revision in ["main", "refs/heads/main", &id.to_string(), &id.to_string()[..8]] {
        let tree = platform.registry.tree(&Actor::Anonymous, &name, revision).await.unwrap();
        let paths: Vec<&str> = tree.entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!((tree.commit.id, paths), (id, vec!["a/c.txt", "b.txt"]), "{revision}");
    }
    for missing in ["next", "1.0.0", "v1.0.0", "abcdef0", &"0".repeat(40), "a\0b"] {
        let found = platform.registry.tree(&Actor::Anonymous, &name, missing).await;
        assert!(matches!(found, Err(Error::RevisionNotFound { .. })), "{missing}");
    }
}

#[tokio::test]
async fn a_file_is_found_with_three_statements() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    platform.commit(&asha, &name, &[("a.txt", b"hello\n")]).await;
    let before = platform.registry.statements();

    let file =
        platform.registry.file(&Actor::Anonymous, &name, "main", &"a.txt".parse().unwrap()).await.unwrap();

    assert_eq!(platform.registry.statements() - before, 3);
    // `printf 'hello\n' | git hash-object --stdin`
    assert_eq!(file.entry.oid.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
    assert_eq!((file.blob.size, file.entry.large), (6, false));
    let missing = platform.registry.file(&Actor::Anonymous, &name, "main", &"b.txt".parse().unwrap()).await;
    assert!(matches!(missing, Err(Error::FileNotFound { .. })));
}

#[tokio::test]
async fn a_commit_on_an_old_parent_is_refused() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    let first = platform.commit(&asha, &name, &[("a.txt", b"1")]).await;
    let second = platform.commit(&asha, &name, &[("a.txt", b"2")]).await;
    let delete = || vec![Operation::Delete { path: "a.txt".parse().unwrap() }];

    let stale = platform.try_commit(&asha, &name, Some(first), delete()).await.unwrap_err();
    let fresh = platform.try_commit(&asha, &name, Some(second), delete()).await.unwrap();

    assert!(matches!(stale, Error::StaleParent { head, .. } if head == Some(second)));
    assert_eq!((fresh.commit.parent, fresh.commit.files), (Some(second), 0));
}

#[tokio::test]
async fn a_commit_that_changes_nothing_makes_none() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    let empty = platform.try_commit(&asha, &name, None, Vec::new()).await;
    let id = platform.commit(&asha, &name, &[("a.txt", b"1")]).await;
    let blob = platform.receive(&asha, b"1").await.sha256;

    let put = vec![Operation::Put { path: "a.txt".parse().unwrap(), blob }];
    let again = platform.try_commit(&asha, &name, Some(id), put).await.unwrap();

    assert!(matches!(empty, Err(Error::NothingToCommit)));
    assert_eq!((again.commit.id, again.changed), (id, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_without_a_parent_all_land() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..16 {
        let blob = platform.receive(&asha, format!("{number}").as_bytes()).await.sha256;
        let (registry, asha, name) = (platform.registry.clone(), asha.clone(), name.clone());
        writers.spawn(async move {
            let path = format!("{number}.txt").parse().unwrap();
            let operations = vec![Operation::Put { path, blob }];
            let new = registry::NewCommit { message: format!("Add {number}"), parent: None, operations };
            registry.commit(&asha, &name, "main", new).await
        });
    }

    let landed = writers.join_all().await;

    assert!(landed.iter().all(|result| result.as_ref().is_ok_and(|done| done.changed)), "{landed:?}");
    let tree = platform.registry.tree(&asha, &name, "main").await.unwrap();
    assert_eq!(tree.entries.len(), 16);
    platform.assert_sound().await;
}

#[tokio::test]
async fn a_branch_begins_at_a_revision_and_has_no_name_of_another_kind() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    let id = platform.commit(&asha, &name, &[("a.txt", b"1")]).await;

    let branch = platform.registry.create_branch(&asha, &name, "work/next", "main").await.unwrap();

    assert_eq!(branch.head, Some(id));
    let again = platform.registry.create_branch(&asha, &name, "main", "main").await;
    assert!(matches!(again, Err(Error::BranchExists { .. })));
    for bad in
        ["1.0.0", "v2.0.0-rc.1", "a//b", ".a", "a..b", "ä", "refs/x", "", &"a".repeat(97), &id.to_string()]
    {
        let refused = platform.registry.create_branch(&asha, &name, bad, "main").await;
        assert!(matches!(refused, Err(Error::BranchRefused { .. })), "{bad}");
    }
}
