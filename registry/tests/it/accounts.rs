use std::time::Duration;

use domain::{Role, Scope};
use registry::{Actor, Error, OrgRole};

use crate::harness::Platform;

#[tokio::test]
async fn a_token_says_who_somebody_is_and_a_mistyped_one_nothing() {
    let platform = Platform::start().await;
    let name = "Asha".parse().unwrap();
    platform.registry.create_user(&Actor::System, &name, Role::User).await.unwrap();

    let token = platform.registry.create_token(&Actor::System, &name, &[Scope::Read]).await.unwrap();

    let actor = platform.registry.authenticate(token.reveal()).await.unwrap();
    assert_eq!(actor.name(), Some(&name));
    assert!(matches!(actor, Actor::User { role: Role::User, scopes, .. } if scopes == [Scope::Read]));
    let mistyped = token.reveal().replace(|c: char| c.is_ascii_digit(), "x");
    for wrong in [mistyped.as_str(), "hf_", "", "secret"] {
        assert!(matches!(platform.registry.authenticate(wrong).await, Err(Error::TokenRefused)), "{wrong}");
    }
}

#[tokio::test]
async fn a_token_expires_after_a_year() {
    let platform = Platform::start().await;
    let name = "asha".parse().unwrap();
    platform.registry.create_user(&Actor::System, &name, Role::User).await.unwrap();
    let token = platform.registry.create_token(&Actor::System, &name, &[Scope::Read]).await.unwrap();

    platform.clock.advance(Duration::from_hours(24 * 364).try_into().unwrap());
    platform.registry.authenticate(token.reveal()).await.unwrap();
    platform.clock.advance(Duration::from_hours(24).try_into().unwrap());

    assert!(matches!(platform.registry.authenticate(token.reveal()).await, Err(Error::TokenRefused)));
}

#[tokio::test]
async fn a_token_made_by_another_process_works_at_once() {
    let platform = Platform::start().await;
    let name = "asha".parse().unwrap();

    let other = platform.reopened().await;
    other.create_user(&Actor::System, &name, Role::User).await.unwrap();
    let token = other.create_token(&Actor::System, &name, &[Scope::Write]).await.unwrap();

    assert!(platform.registry.authenticate(token.reveal()).await.is_ok());
}

#[tokio::test]
async fn names_that_look_alike_or_belong_to_the_site_are_refused() {
    let platform = Platform::start().await;
    platform.user("Open-Ranking").await;

    for alike in ["open-ranking", "OPEN_RANKING", "open.ranking"] {
        let refused =
            platform.registry.create_user(&Actor::System, &alike.parse().unwrap(), Role::User).await;
        assert!(matches!(refused, Err(Error::NamespaceExists { .. })), "{alike}");
    }
    for reserved in ["api", "Cards", "ab"] {
        let refused =
            platform.registry.create_user(&Actor::System, &reserved.parse().unwrap(), Role::User).await;
        assert!(matches!(refused, Err(Error::NamespaceReserved { .. })), "{reserved}");
    }
}

#[tokio::test]
async fn only_admins_make_people() {
    let platform = Platform::start().await;
    let user = platform.user("asha").await;
    let admin = platform.user_with("boss", Role::Admin, &[Scope::Admin]).await;
    let name = "new-person".parse().unwrap();

    let by_user = platform.registry.create_user(&user, &name, Role::User).await;
    let by_nobody = platform.registry.create_user(&Actor::Anonymous, &name, Role::User).await;

    assert!(matches!(by_user, Err(Error::Forbidden { .. })));
    assert!(matches!(by_nobody, Err(Error::Unauthenticated)));
    assert!(platform.registry.create_user(&admin, &name, Role::User).await.is_ok());
}

#[tokio::test]
async fn an_organisation_belongs_to_who_made_it_and_takes_members() {
    let platform = Platform::start().await;
    let [asha, ben] = [platform.user("asha").await, platform.user("ben").await];
    let [team, ben_name] = ["team", "Ben"].map(|name| name.parse().unwrap());

    platform.registry.create_organisation(&asha, &team).await.unwrap();
    let by_stranger = platform.registry.add_member(&ben, &team, &ben_name, OrgRole::Owner).await;
    let account = platform.registry.add_member(&asha, &team, &ben_name, OrgRole::Reviewer).await.unwrap();

    assert!(matches!(by_stranger, Err(Error::Forbidden { .. })));
    let members: Vec<(String, OrgRole)> =
        account.members.iter().map(|member| (member.user.to_string(), member.role)).collect();
    assert_eq!(members, [("asha".into(), OrgRole::Owner), ("ben".into(), OrgRole::Reviewer)]);
    assert_eq!(account.role, None);
}
