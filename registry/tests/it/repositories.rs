use domain::{Kind, Visibility};
use registry::{Actor, Error, NewRepository, OrgRole};

use crate::harness::Platform;

#[tokio::test]
async fn another_spelling_finds_the_repository_by_its_own_name() {
    let platform = Platform::start().await;
    let asha = platform.user("Asha").await;
    platform.repository(&asha, "asha/My_Ranker", Visibility::Public).await;

    let found = platform.registry.repository(&Actor::Anonymous, &"ASHA/my-ranker".parse().unwrap()).await;

    let found = found.unwrap();
    assert_eq!(found.name.to_string(), "Asha/My_Ranker");
    assert_eq!((found.head(), found.branches.len(), found.releases.len()), (None, 1, 0));
}

#[tokio::test]
async fn a_name_is_taken_once_in_all_its_spellings() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    platform.repository(&asha, "asha/my-ranker", Visibility::Private).await;

    let name = "asha/My.Ranker".parse().unwrap();
    let new = NewRepository { name, kind: Kind::Model, visibility: Visibility::Public };

    assert!(matches!(
        platform.registry.create_repository(&asha, new).await,
        Err(Error::RepositoryExists { .. })
    ));
}

#[tokio::test]
async fn nobody_makes_repositories_in_a_foreign_namespace() {
    let platform = Platform::start().await;
    let [_asha, ben] = [platform.user("asha").await, platform.user("ben").await];
    let new = |name: &str| {
        let (kind, visibility) = (Kind::Model, Visibility::Public);
        NewRepository { name: name.parse().unwrap(), kind, visibility }
    };

    let foreign = platform.registry.create_repository(&ben, new("asha/x1")).await;
    let missing = platform.registry.create_repository(&ben, new("nobody/x1")).await;
    let nameless = platform.registry.create_repository(&Actor::Anonymous, new("asha/x1")).await;

    assert!(matches!(foreign, Err(Error::Forbidden { .. })));
    assert!(matches!(missing, Err(Error::NamespaceNotFound { .. })));
    assert!(matches!(nameless, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn a_private_repository_is_missing_for_outsiders_and_there_for_members() {
    let platform = Platform::start().await;
    let [asha, ben] = [platform.user("asha").await, platform.user("ben").await];
    let team = "team".parse().unwrap();
    platform.registry.create_organisation(&asha, &team).await.unwrap();
    let name = platform.repository(&asha, "team/secret", Visibility::Private).await;
    let missing = |result: Result<_, Error>| matches!(result, Err(Error::RepositoryNotFound { .. }));

    assert!(missing(platform.registry.repository(&ben, &name).await));
    assert!(missing(platform.registry.repository(&Actor::Anonymous, &name).await));
    assert!(missing(platform.registry.overview(&ben, &name).await.map(|found| found.repository)));
    platform.registry.add_member(&asha, &team, &"ben".parse().unwrap(), OrgRole::Reviewer).await.unwrap();

    assert!(platform.registry.repository(&ben, &name).await.is_ok());
    assert!(platform.registry.overview(&ben, &name).await.is_ok());
    let commit = platform.try_commit(&ben, &name, None, Vec::new()).await;
    assert!(matches!(commit, Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn a_moved_repository_is_found_by_its_old_name_which_stays_taken() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let old = platform.repository(&asha, "asha/old-name", Visibility::Public).await;
    let new = "asha/new-name".parse().unwrap();

    platform.registry.move_repository(&asha, &old, &new).await.unwrap();

    assert_eq!(platform.registry.repository(&asha, &old).await.unwrap().name, new);
    assert_eq!(platform.registry.overview(&asha, &old).await.unwrap().repository.name, new);
    let again = NewRepository { name: old, kind: Kind::Model, visibility: Visibility::Public };
    let again = platform.registry.create_repository(&asha, again).await;
    assert!(matches!(again, Err(Error::RepositoryExists { .. })));
}

#[tokio::test]
async fn what_has_published_neither_moves_nor_hides() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.released(&asha, "asha/ranker").await.document.repository.name;

    let moved = platform.registry.move_repository(&asha, &name, &"asha/other".parse().unwrap()).await;
    let hidden = platform.registry.set_visibility(&asha, &name, Visibility::Private).await;

    assert!(matches!(moved, Err(Error::RepositoryFixed { .. })));
    assert!(matches!(hidden, Err(Error::RepositoryFixed { .. })));
}

#[tokio::test]
async fn the_page_of_a_repository_takes_three_statements() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.released(&asha, "asha/ranker").await.document.repository.name;
    platform.registry.create_branch(&asha, &name, "work/next", "v1.0.0").await.unwrap();
    let before = platform.registry.statements();

    let page = platform.registry.overview(&Actor::Anonymous, &name).await.unwrap();

    assert_eq!(platform.registry.statements() - before, 3);
    assert_eq!(page.readme.as_deref(), Some("asha/ranker"));
    assert_eq!(page.tree.unwrap().entries.len(), 1);
    let branches: Vec<&str> = page.repository.branches.iter().map(|branch| branch.name.as_str()).collect();
    assert_eq!((branches, page.releases.len()), (vec!["main", "work/next"], 1));
}
