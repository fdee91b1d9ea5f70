use domain::{Digest, RepositoryName, Visibility};
use onnx::formula::{Formula, Order};
use registry::{Actor, CardQuery, CardStatus, Error, Release, Rows};

use crate::harness::Platform;

const YAML: &str = include_str!("system-card.yaml");

/// A ranking of made-up posts: newer first, liked ones too.
fn model() -> Vec<u8> {
    compiled("s = likes / (hours + 2)")
}

fn compiled(step: &str) -> Vec<u8> {
    let [id, hours, likes] = ["posts", "hours", "likes"].map(str::to_owned);
    let formula =
        Formula { id, steps: vec![step.to_owned()], inputs: vec![hours, likes], order: Order::Descending };
    onnx::formula::compile(&formula).unwrap()
}

fn lists() -> Vec<u8> {
    let rows = (0..6).flat_map(|list| (0..8).map(move |item| (list, item))).map(|(list, item)| {
        let (hours, likes) = ((item * 7 + list * 3) % 24 + 1, (item * 13 + list * 5) % 40);
        format!("{list},{item},{hours},{likes}")
    });
    let header = "list_id,item_id,hours,likes".to_owned();
    [header].into_iter().chain(rows).collect::<Vec<_>>().join("\n").into_bytes()
}

async fn commit_ranking(platform: &Platform, actor: &Actor, name: &RepositoryName, yaml: &str) {
    let files: [(&str, &[u8]); 3] =
        [("model.onnx", &model()), ("reference.csv", &lists()), ("system-card.yaml", yaml.as_bytes())];
    platform.commit(actor, name, &files).await;
}

async fn published(platform: &Platform, actor: &Actor, name: &str) -> Release {
    let name = platform.repository(actor, name, Visibility::Public).await;
    commit_ranking(platform, actor, &name, YAML).await;
    platform.publish(actor, &name, "1.0.0").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranking_release_gets_a_card_from_its_job() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let slug = "made-up-posts".parse().unwrap();

    let release = published(&platform, &asha, "asha/posts").await;
    assert_eq!(release.card.status, CardStatus::Pending);
    assert!(matches!(platform.registry.card(&asha, &slug).await, Err(Error::CardNotFound { .. })));
    let history = platform.registry.card_history(&asha, &slug).await.unwrap();
    assert_eq!(history.entries[0].card.status, CardStatus::Pending);
    assert!(platform.registry.work_once().await.unwrap());

    assert!(platform.registry.work_once().await.unwrap(), "the release is examined, too");
    assert!(!platform.registry.work_once().await.unwrap());
    let (name, version) = (&release.document.repository.name, &release.document.version);
    let state = platform.registry.release(&Actor::Anonymous, name, version).await.unwrap().card;
    assert_eq!((state.status, state.version, state.problem), (CardStatus::Ready, Some(1), None));
    let before = platform.registry.statements();
    let card = platform.registry.card(&Actor::Anonymous, &slug).await.unwrap();
    assert_eq!(platform.registry.statements() - before, 1);
    assert_eq!(Digest::of(&card.bytes), card.sha256);
    assert_eq!((card.version, card.newest, card.release_digest), (1, 1, release.digest));
    assert_eq!(platform.registry.card_version(&Actor::Anonymous, &slug, 1).await.unwrap(), card);
    let missing = platform.registry.card_version(&Actor::Anonymous, &slug, 2).await;
    assert!(matches!(missing, Err(Error::CardVersionNotFound { version: 2, .. })));
    platform.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_numbered_in_the_order_of_their_releases() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let first = published(&platform, &asha, "asha/posts").await;
    let name = first.document.repository.name;
    platform.publish(&asha, &name, "2.0.0").await.unwrap();

    let (one, two) = tokio::join!(platform.registry.work_once(), platform.registry.work_once());

    assert!(one.unwrap() || two.unwrap());
    while platform.registry.work_once().await.unwrap() {}
    let slug = "made-up-posts".parse().unwrap();
    let old = platform.registry.card_version(&asha, &slug, 1).await.unwrap();
    let new = platform.registry.card(&asha, &slug).await.unwrap();
    assert_eq!((old.release.to_string(), new.release.to_string()), ("1.0.0".into(), "2.0.0".into()));
    let written: serde_json::Value = serde_json::from_slice(&new.bytes).unwrap();
    assert_eq!(written["previous"], old.sha256.to_string());
    let listed = platform.registry.list_cards(&asha, &CardQuery::default()).await.unwrap();
    assert_eq!((listed.items.len(), listed.items[0].version), (1, 2));
    platform.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_survives_the_death_of_its_worker() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    published(&platform, &asha, "asha/posts").await;
    // A worker took the job and died.
    let lease = platform.registry.clone();
    drop(lease);
    platform
        .meddle("UPDATE jobs SET state = 'running', attempts = 1, lease_until = 9223372036854775807")
        .await;
    assert!(!platform.registry.work_once().await.unwrap());
    platform.meddle("UPDATE jobs SET lease_until = 1").await;

    let restarted = platform.reopened().await;

    assert!(restarted.work_once().await.unwrap());
    assert!(restarted.card(&asha, &"made-up-posts".parse().unwrap()).await.is_ok());
    platform.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_found_by_their_words_in_the_wanted_language() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/posts", Visibility::Public).await;
    let yaml = YAML.replace("title: Made-up posts", "title: {en: Made-up posts, hi: बनावटी पोस्ट}");
    commit_ranking(&platform, &asha, &name, &yaml).await;
    platform.publish(&asha, &name, "1.0.0").await.unwrap();
    assert!(platform.registry.work_once().await.unwrap());
    let find = |search: &str, language: &str| {
        let query = CardQuery {
            search: Some(search.to_owned()),
            language: Some(language.parse().unwrap()),
            ..CardQuery::default()
        };
        let registry = platform.registry.clone();
        async move {
            let page = registry.list_cards(&Actor::Anonymous, &query).await.unwrap();
            page.items.into_iter().map(|card| card.title).collect::<Vec<_>>()
        }
    };

    assert_eq!(find("पोस्ट", "en").await, ["Made-up posts"]);
    assert_eq!(find("made-up", "hi").await, ["बनावटी पोस्ट"]);
    assert_eq!(find("example people", "ta").await, ["Made-up posts"]);
    assert!(find("weather", "en").await.is_empty());
}

#[tokio::test]
async fn what_reading_shows_refuses_a_ranking_release_and_names_everything() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/posts", Visibility::Public).await;
    let yaml = YAML.replace("column: likes", "column: hearts").replace("decides: order", "decides: fate");
    commit_ranking(&platform, &asha, &name, &yaml).await;

    let refused = platform.publish(&asha, &name, "1.0.0").await.unwrap_err();

    let Error::Unpublishable(faults) = refused else { panic!("{refused}") };
    assert!(faults.iter().any(|fault| fault.field.contains("decides")), "{faults:#?}");
    assert!(faults.iter().all(|fault| fault.file.is_some()), "{faults:#?}");
    assert!(platform.registry.repository(&asha, &name).await.unwrap().releases.is_empty());
}

#[tokio::test]
async fn an_address_belongs_to_the_repository_that_took_it_first() {
    let platform = Platform::start().await;
    let [asha, ben] = [platform.user("asha").await, platform.user("ben").await];
    published(&platform, &asha, "asha/posts").await;
    let name = platform.repository(&ben, "ben/posts", Visibility::Public).await;
    commit_ranking(&platform, &ben, &name, YAML).await;

    let refused = platform.publish(&ben, &name, "1.0.0").await.unwrap_err();

    let Error::Unpublishable(faults) = refused else { panic!("{refused}") };
    assert_eq!(faults[0].right, "Write `slug: ben-posts`.");
    let yaml = YAML.replace("slug: made-up-posts", "slug: ben-posts");
    commit_ranking(&platform, &ben, &name, &yaml).await;
    assert!(platform.publish(&ben, &name, "1.0.0").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_when_run_makes_a_failed_card_and_the_release_stays() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/posts", Visibility::Public).await;
    // The logarithm of no likes is no finite number.
    let broken = compiled("s = ln(likes) / (hours + 2)");
    commit_ranking(&platform, &asha, &name, YAML).await;
    platform.commit(&asha, &name, &[("model.onnx", &broken)]).await;
    let release = platform.publish(&asha, &name, "1.0.0").await.unwrap();

    assert!(platform.registry.work_once().await.unwrap());

    let found = platform.registry.release(&asha, &name, &release.document.version).await.unwrap();
    assert_eq!(found.card.status, CardStatus::Failed);
    assert_eq!(found.card.problem.unwrap().code, "bad_output");
    assert!(platform.registry.work_once().await.unwrap(), "the release is examined, too");
    assert!(!platform.registry.work_once().await.unwrap());
    platform.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_model_scores_rows_by_column_name() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let release = published(&platform, &asha, "asha/posts").await;
    let (name, version) = (&release.document.repository.name, &release.document.version);
    let rows =
        |columns: [&str; 2], rows: Vec<Vec<f64>>| Rows { columns: columns.map(str::to_owned).to_vec(), rows };
    let score = |rows| platform.registry.score(&Actor::Anonymous, name, version, rows);

    let scores = score(rows(["likes", "hours"], vec![vec![9.0, 1.0], vec![0.0, 5.0]])).await.unwrap();

    assert_eq!((scores.output.as_str(), scores.scores), ("score", vec![3.0, 0.0]));
    let missing = score(rows(["likes", "days"], vec![vec![9.0, 1.0]])).await.unwrap_err();
    assert!(missing.to_string().contains("`hours` is missing"), "{missing}");
    let ragged = score(rows(["likes", "hours"], vec![vec![9.0]])).await;
    let infinite = score(rows(["likes", "hours"], vec![vec![9.0, f64::NAN]])).await;
    let empty = score(rows(["likes", "hours"], Vec::new())).await;
    for refused in [ragged, infinite, empty] {
        assert!(matches!(refused, Err(Error::RowsRefused(_))), "{refused:?}");
    }
    let plain = platform.released(&asha, "asha/plain").await.document;
    let no_model = platform
        .registry
        .score(&asha, &plain.repository.name, &plain.version, rows(["a", "b"], vec![]))
        .await;
    assert!(matches!(no_model, Err(Error::NoModel { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn working_stops_when_told_and_runs_on_any_thread() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let registry = platform.registry.clone();
    let working = tokio::spawn(async move {
        registry
            .work(async {
                let _told = stopped.await;
            })
            .await
    });

    published(&platform, &asha, "asha/posts").await;
    let slug = "made-up-posts".parse().unwrap();
    while platform.registry.card(&asha, &slug).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stop.send(()).unwrap();

    working.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_the_platform_cannot_make_is_tried_again_and_given_up_in_the_end() {
    let mut platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let release = published(&platform, &asha, "asha/posts").await;
    let (name, version) = (&release.document.repository.name, &release.document.version);
    platform.lose_worker();
    let broken = platform.reopened().await;

    assert!(broken.work_once().await.unwrap());
    let after_one = broken.release(&asha, name, version).await.unwrap().card;
    assert!(broken.work_once().await.unwrap(), "the release is examined, too");
    assert!(!broken.work_once().await.unwrap(), "it waits before it tries again");
    for _ in 0..4 {
        platform.tick(3600);
        assert!(broken.work_once().await.unwrap());
    }

    assert_eq!(after_one.status, CardStatus::Pending);
    let given_up = broken.release(&asha, name, version).await.unwrap().card;
    assert_eq!(given_up.status, CardStatus::Failed);
    assert!(given_up.problem.unwrap().text.contains("after 5 tries"));
    platform.tick(3600);
    assert!(!broken.work_once().await.unwrap());
    platform.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_may_switch_to_another_public_release() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    published(&platform, &asha, "asha/posts").await;
    let name = platform.repository(&asha, "asha/others", Visibility::Public).await;
    // The other way round, and with its inputs in another order.
    let steps = vec!["s = hours - likes".to_owned()];
    let inputs = vec!["likes".to_owned(), "hours".to_owned()];
    let formula = Formula { id: "others".to_owned(), steps, inputs, order: Order::Descending };
    let switch = "effect: {switch: \"asha/posts@1.0.0\"}";
    let yaml = YAML.replace("made-up-posts", "others").replace("effect: {remove: \"hours > 12\"}", switch);
    commit_ranking(&platform, &asha, &name, &yaml).await;
    platform.commit(&asha, &name, &[("model.onnx", &onnx::formula::compile(&formula).unwrap())]).await;
    platform.publish(&asha, &name, "1.0.0").await.unwrap();

    while platform.registry.work_once().await.unwrap() {}

    let card = platform.registry.card(&asha, &"others".parse().unwrap()).await.unwrap();
    let card: serde_json::Value = serde_json::from_slice(&card.bytes).unwrap();
    let together = &card["controls"][0]["measured"]["switch"]["together"];
    assert!(together["top_changed"]["value"].as_f64().unwrap() > 0.5, "{together:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_cannot_switch_to_a_release_that_is_not_there() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/others", Visibility::Public).await;
    let switch = "effect: {switch: \"asha/nothing@1.0.0\"}";
    let yaml = YAML.replace("effect: {remove: \"hours > 12\"}", switch);
    commit_ranking(&platform, &asha, &name, &yaml).await;

    let refused = platform.publish(&asha, &name, "1.0.0").await.unwrap_err();

    let Error::Unpublishable(faults) = refused else { panic!("{refused}") };
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!(fault.field, "controls[0].effect.switch");
    assert!(fault.wrong.contains("asha/nothing@1.0.0"), "{fault}");
}

/// A ranking whose control switches to this.
fn switching_yaml(switch: &str) -> String {
    let effect = format!("effect: {{switch: \"{switch}\"}}");
    YAML.replace("made-up-posts", "switching").replace("effect: {remove: \"hours > 12\"}", &effect)
}

/// Commits such a ranking and publishes it.
async fn publish_switching(
    platform: &Platform,
    actor: &Actor,
    name: &RepositoryName,
    switch: &str,
) -> Result<Release, Error> {
    let yaml = switching_yaml(switch);
    commit_ranking(platform, actor, name, &yaml).await;
    platform.publish(actor, name, "1.0.0").await
}

/// Its card.
async fn switching_card(platform: &Platform) -> serde_json::Value {
    let card = platform.registry.card(&Actor::Anonymous, &"switching".parse().unwrap()).await.unwrap();
    serde_json::from_slice(&card.bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_may_be_switched_to_that_does_not_use_the_last_signal() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let newest = platform.repository(&asha, "asha/newest", Visibility::Public).await;
    let (without_likes, _) = YAML.split_once("  - id: likes").unwrap();
    let (_, after_signals) = YAML.split_once("steps:").unwrap();
    let yaml = format!("{without_likes}steps:{after_signals}").replace("made-up-posts", "newest");
    let formula = Formula {
        id: "newest".to_owned(),
        steps: vec!["s = 1 / (hours + 2)".to_owned()],
        inputs: vec!["hours".to_owned()],
        order: Order::Descending,
    };
    commit_ranking(&platform, &asha, &newest, &yaml).await;
    platform.commit(&asha, &newest, &[("model.onnx", &onnx::formula::compile(&formula).unwrap())]).await;
    platform.publish(&asha, &newest, "1.0.0").await.unwrap();
    let name = platform.repository(&asha, "asha/switching", Visibility::Public).await;

    publish_switching(&platform, &asha, &name, "asha/newest@1.0.0").await.unwrap();
    while platform.registry.work_once().await.unwrap() {}

    let card = switching_card(&platform).await;
    let together = &card["controls"][0]["measured"]["switch"]["together"];
    assert!(together["top_changed"]["value"].as_f64().unwrap() > 0.0, "{together:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_needs_another_signal_is_not_available_and_the_card_is_made() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let fans = platform.repository(&asha, "asha/fans", Visibility::Public).await;
    let yaml = YAML.replace("made-up-posts", "fans").replace("column: likes", "column: fans");
    let fan_lists = String::from_utf8(lists()).unwrap().replace("likes", "fans");
    commit_ranking(&platform, &asha, &fans, &yaml).await;
    platform.commit(&asha, &fans, &[("reference.csv", fan_lists.as_bytes())]).await;
    platform.publish(&asha, &fans, "1.0.0").await.unwrap();
    let name = platform.repository(&asha, "asha/switching", Visibility::Public).await;

    publish_switching(&platform, &asha, &name, "asha/fans@1.0.0").await.unwrap();
    while platform.registry.work_once().await.unwrap() {}

    assert_eq!(switching_card(&platform).await["controls"][0]["measured"]["reason"], "not_available");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_release_is_still_switched_to() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let posts = published(&platform, &asha, "asha/posts").await.document;
    platform
        .registry
        .withdraw(&asha, &posts.repository.name, &posts.version, "It was a mistake.")
        .await
        .unwrap();
    let name = platform.repository(&asha, "asha/switching", Visibility::Public).await;

    publish_switching(&platform, &asha, &name, "asha/posts@1.0.0").await.unwrap();
    while platform.registry.work_once().await.unwrap() {}

    assert!(switching_card(&platform).await["controls"][0]["measured"]["switch"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_tried_again_when_what_it_switches_to_cannot_be_read_or_started() {
    let mut platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let other = published(&platform, &asha, "asha/posts").await.document;
    assert!(platform.registry.work_once().await.unwrap());
    let name = platform.repository(&asha, "asha/switching", Visibility::Public).await;
    commit_ranking(&platform, &asha, &name, &switching_yaml("asha/posts@1.0.0")).await;
    // A model of its own, so that only the bytes of the other one get lost.
    platform.commit(&asha, &name, &[("model.onnx", &compiled("s = likes - hours"))]).await;
    let version = platform.publish(&asha, &name, "1.0.0").await.unwrap().document.version;
    let blob = other.file("model.onnx").unwrap().sha256.hex();
    let keep_at = |key: &str| format!("UPDATE layouts SET object_key = {key} WHERE blob = '{blob}'");

    platform.meddle(&keep_at("'lost' || object_key")).await;
    assert!(platform.registry.work_once().await.unwrap());
    let unread = platform.registry.release(&asha, &name, &version).await.unwrap().card.status;
    platform.meddle(&keep_at("substr(object_key, 5)")).await;
    platform.let_worker_start_once();
    platform.tick(3600);
    assert!(platform.reopened().await.work_once().await.unwrap());
    let unstarted = platform.registry.release(&asha, &name, &version).await.unwrap().card.status;
    platform.tick(3600);
    assert!(platform.registry.work_once().await.unwrap());

    assert_eq!((unread, unstarted), (CardStatus::Pending, CardStatus::Pending));
    assert!(switching_card(&platform).await["controls"][0]["measured"]["switch"].is_object());
}
