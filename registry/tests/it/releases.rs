use domain::{Digest, Kind, Relation, Visibility};
use registry::{Actor, Error, Facts, NewBase, ReleaseQuery};

use crate::harness::Platform;

#[tokio::test]
async fn a_release_is_what_was_committed_and_hashes_to_its_digest() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;

    let release = platform.released(&asha, "asha/ranker").await;

    assert_eq!(Digest::of(&release.bytes), release.digest);
    assert_eq!(release.document.files.len(), 1);
    assert_eq!(release.document.published_at.to_string(), "2026-11-22T20:00:01Z");
    let before = platform.registry.statements();
    let (name, version) = (&release.document.repository.name, &release.document.version);
    let again = platform.registry.release(&Actor::Anonymous, name, version).await.unwrap();
    assert_eq!((again, platform.registry.statements() - before), (release.clone(), 1));
    let tree = platform.registry.tree(&Actor::Anonymous, name, "v1.0.0").await.unwrap();
    assert_eq!(tree.commit.id, release.document.commit);
    platform.assert_sound().await;
}

#[tokio::test]
async fn a_release_cannot_be_published_twice() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.released(&asha, "asha/ranker").await.document.repository.name;

    let again = platform.publish(&asha, &name, "1.0.0").await;

    assert!(matches!(again, Err(Error::ReleaseExists { .. })));
    assert!(platform.publish(&asha, &name, "1.0.1").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_publish_one_version_at_once_one_does() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    platform.commit(&asha, &name, &[("a.txt", b"1")]).await;

    let all = futures_util::future::join_all((0..8).map(|_| platform.publish(&asha, &name, "1.0.0"))).await;

    assert_eq!(all.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(all.iter().all(|result| matches!(result, Ok(_) | Err(Error::ReleaseExists { .. }))), "{all:?}");
    platform.assert_sound().await;
}

#[tokio::test]
async fn only_members_publish_and_only_from_public_repositories() {
    let platform = Platform::start().await;
    let [asha, ben] = [platform.user("asha").await, platform.user("ben").await];
    let public = platform.repository(&asha, "asha/public", Visibility::Public).await;
    let private = platform.repository(&asha, "asha/private", Visibility::Private).await;
    platform.commit(&asha, &public, &[("a.txt", b"1")]).await;

    let foreign = platform.publish(&ben, &public, "1.0.0").await;
    let nameless = platform.publish(&Actor::Anonymous, &public, "1.0.0").await;
    let hidden = platform.publish(&ben, &private, "1.0.0").await;
    let own = platform.publish(&asha, &private, "1.0.0").await;

    assert!(matches!(foreign, Err(Error::Forbidden { .. })));
    assert!(matches!(nameless, Err(Error::Unauthenticated)));
    assert!(matches!(hidden, Err(Error::RepositoryNotFound { .. })));
    assert!(matches!(own, Err(Error::NotPublic { .. })));
}

#[tokio::test]
async fn what_the_request_does_not_say_is_taken_from_the_front_matter() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let base = platform.released(&asha, "asha/base").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    let readme = "---\nlicense: apache-2.0\nlanguage: [ta, hi]\nbase_model: asha/base@1.0.0\nbase_model_relation: \
                  quantized\ndescription: Ranks.\n---\n# Ranker\n";
    platform.commit(&asha, &name, &[("README.md", readme.as_bytes())]).await;

    let document = platform.publish_facts(&asha, &name, "1.0.0", Facts::default()).await.unwrap().document;

    assert_eq!(document.license.as_str(), "Apache-2.0");
    let languages: Vec<String> = document.languages.iter().map(ToString::to_string).collect();
    assert_eq!(languages, ["hi", "ta"]);
    let found = document.base.unwrap();
    assert_eq!((found.digest, found.relation), (Some(base.digest), Relation::Quantized));
    assert_eq!(document.description.as_deref(), Some("Ranks."));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_draft_is_said_at_once() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    let readme = "---\nlicense: free-for-all\nlanguage: [hi, klingonese-x]\n---\n";
    platform.commit(&asha, &name, &[("README.md", readme.as_bytes())]).await;
    let facts = Facts {
        paper: Some("ftp://paper".to_owned()),
        description: Some("a\u{7}".to_owned()),
        base: Some(NewBase { release: " ".to_owned(), relation: Relation::Merge }),
        ..Facts::default()
    };

    let refused = platform.publish_facts(&asha, &name, "1.0.0", facts).await.unwrap_err();

    let Error::Unpublishable(faults) = refused else { panic!("{refused}") };
    let fields: Vec<(&str, Option<usize>)> =
        faults.iter().map(|fault| (fault.field.as_str(), fault.line)).collect();
    let expected = [
        ("license", Some(2)),
        ("language", Some(3)),
        ("description", None),
        ("paper", None),
        ("base.release", None),
    ];
    assert_eq!(fields, expected, "{faults:#?}");
    assert!(matches!(
        platform.registry.release(&asha, &name, &"1.0.0".parse().unwrap()).await,
        Err(Error::ReleaseNotFound { .. })
    ));
}

#[tokio::test]
async fn a_withdrawn_release_stays_readable_and_says_why() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let release = platform.released(&asha, "asha/ranker").await;
    let (name, version) = (&release.document.repository.name, &release.document.version);
    let silent = platform.registry.withdraw(&asha, name, version, "  ").await;

    platform.tick(60);
    platform.registry.withdraw(&asha, name, version, "It ranks the wrong way round.").await.unwrap();

    assert!(matches!(silent, Err(Error::Malformed(_))));
    let found = platform.registry.release(&Actor::Anonymous, name, version).await.unwrap();
    assert_eq!(found.bytes, release.bytes);
    let withdrawn = found.withdrawn.unwrap();
    assert_eq!(withdrawn.reason, "It ranks the wrong way round.");
    assert_eq!(withdrawn.at.to_string(), "2026-11-22T20:01:01Z");
    assert!(platform.registry.tree(&Actor::Anonymous, name, "1.0.0").await.is_ok());
    let again = platform.registry.withdraw(&asha, name, version, "Again.").await;
    assert!(matches!(again, Err(Error::AlreadyWithdrawn { .. })));
    let listed = platform.registry.list_releases(&asha, &ReleaseQuery::default()).await.unwrap();
    assert!(listed.items.is_empty());
    let of_repository = ReleaseQuery { repository: Some(name.clone()), ..ReleaseQuery::default() };
    assert_eq!(platform.registry.list_releases(&asha, &of_repository).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn releases_are_listed_newest_first_a_page_at_a_time() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    for number in 0..5 {
        platform.released(&asha, &format!("asha/ranker-{number}")).await;
    }
    let before = platform.registry.statements();

    let mut names = Vec::new();
    let mut query = ReleaseQuery { limit: 2, ..ReleaseQuery::default() };
    loop {
        let page = platform.registry.list_releases(&Actor::Anonymous, &query).await.unwrap();
        names.extend(page.items.iter().map(|release| release.repository.name().to_owned()));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }

    assert_eq!(names, ["ranker-4", "ranker-3", "ranker-2", "ranker-1", "ranker-0"]);
    assert_eq!(platform.registry.statements() - before, 3);
    for wrong in ["x", "1-2", "-", "99999999999999999999-00000000000000000000000000000000"] {
        query.cursor = Some(wrong.to_owned());
        let refused = platform.registry.list_releases(&Actor::Anonymous, &query).await;
        assert!(matches!(refused, Err(Error::CursorRefused)), "{wrong}");
    }
}

#[tokio::test]
async fn releases_are_found_by_words_of_any_script() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    for (name, description) in [
        ("news", "समाचार की हिन्दी सूची"),
        ("shop", "தமிழ் கடை வரிசை"),
        ("posts", "اردو خبریں"),
        ("odd", "100% of a_b \\ Feed"),
    ] {
        let name = platform.repository(&asha, &format!("asha/{name}"), Visibility::Public).await;
        platform.commit(&asha, &name, &[("a.txt", b"1")]).await;
        let license = Some("MIT".parse().unwrap());
        let facts = Facts { license, description: Some(description.to_owned()), ..Facts::default() };
        platform.publish_facts(&asha, &name, "1.0.0", facts).await.unwrap();
    }

    for (search, expected) in [
        ("हिन्दी", "news"),
        ("तमिल", ""),
        ("हिन्द", "news"),
        ("கடை தமிழ்", "shop"),
        ("خبریں", "posts"),
        ("FEED 100%", "odd"),
        ("a_b", "odd"),
        ("a%b", ""),
        ("\\", "odd"),
        ("asha/news", "news"),
        ("feed தமிழ்", ""),
    ] {
        let query = ReleaseQuery { search: Some(search.to_owned()), ..ReleaseQuery::default() };
        let found = platform.registry.list_releases(&Actor::Anonymous, &query).await.unwrap();
        let names: Vec<&str> = found.items.iter().map(|release| release.repository.name()).collect();
        assert_eq!(names.join(" "), expected, "{search}");
    }
    let datasets = ReleaseQuery { kind: Some(Kind::Dataset), ..ReleaseQuery::default() };
    assert!(platform.registry.list_releases(&asha, &datasets).await.unwrap().items.is_empty());
}
