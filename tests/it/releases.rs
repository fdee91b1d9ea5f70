//! Publishing and withdrawing.

use domain::Digest;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{RankingRelease, TestApp};

const FILES: &[(&str, &[u8])] = &[("a.txt", b"one"), ("b/c.txt", b"two")];
const RELEASE: &str = "/api/v1/releases/engineer/box/1.0.0";

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_what_main_held() {
    let app = TestApp::start().await;

    let made = app.engineer().release("engineer/box", "model", FILES).await;

    let shown = app.anonymous().get(RELEASE).await.status(200).json();
    assert_eq!(shown, made);
    assert_eq!(
        shown.get("files"),
        Some(&json!([
            {"path": "a.txt", "size": 3, "sha256": Digest::of(b"one").hex()},
            {"path": "b/c.txt", "size": 3, "sha256": Digest::of(b"two").hex()},
        ]))
    );
    assert_eq!(shown.pointer("/card/status"), Some(&json!("none")));
    assert_eq!(shown.get("published_at"), Some(&json!("2026-11-22T10:00:00Z")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_of_a_release_hashes_to_its_digest_and_fits_its_schema() {
    let app = TestApp::start().await;
    let made = app.engineer().release("engineer/box", "model", FILES).await;

    let document = app.anonymous().get(&format!("{RELEASE}/document")).await.status(200);

    let digest = Digest::of(&document.bytes);
    assert_eq!(made.get("digest"), Some(&json!(digest.to_string())));
    assert_eq!(document.header("etag"), format!("\"{}\"", digest.hex()));
    let schema = app.anonymous().get("/schemas/release.json").await.status(200).json();
    let faults: Vec<_> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&document.json())
        .map(|error| error.to_string())
        .collect();
    assert_eq!(faults, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_cannot_be_published_twice() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", FILES).await;

    let again = app.engineer().publish("engineer/box", "1.0.0").await;
    let other_spelling = app.engineer().publish("engineer/box", "v1.0.0").await;

    let problem = again.problem(Kind::ReleaseExists);
    assert_eq!(
        problem.get("detail"),
        Some(&json!("release `engineer/box@1.0.0` already exists; publish a new version"))
    );
    other_spelling.problem(Kind::ReleaseExists);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_stays_while_its_branch_moves_on() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let before = engineer.release("engineer/box", "model", FILES).await;

    engineer.put_files("engineer/box", &[("a.txt", b"changed"), ("new.txt", b"new")]).await;
    let _second = engineer.publish("engineer/box", "1.1.0").await.status(201);

    assert_eq!(app.anonymous().get(RELEASE).await.json(), before);
    for (revision, text) in [("1.0.0", "one"), ("v1.0.0", "one"), ("main", "changed"), ("v1.1.0", "changed")]
    {
        let file = app.anonymous().get(&format!("/engineer/box/resolve/{revision}/a.txt")).await.status(200);
        assert_eq!(file.text(), text, "{revision}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_release_stays_readable_and_says_why() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.release("engineer/box", "model", FILES).await;
    let reason = json!({"reason": "The scores were wrong."});

    let withdrawn = engineer.post(&format!("{RELEASE}/withdraw"), &reason).await.status(200).json();

    let expected = json!({"reason": "The scores were wrong.", "at": "2026-11-22T10:00:00Z"});
    assert_eq!(withdrawn.get("withdrawn"), Some(&expected));
    let shown = app.anonymous().get(RELEASE).await.status(200);
    assert_eq!(shown.json(), withdrawn);
    assert_eq!(shown.header("x-withdrawn"), "The%20scores%20were%20wrong.");
    let page = app.anonymous().browse("/engineer/box/releases/1.0.0").await.status(200);
    assert_eq!(page.header("x-withdrawn"), "The%20scores%20were%20wrong.");
    engineer.post(&format!("{RELEASE}/withdraw"), &reason).await.problem(Kind::AlreadyWithdrawn);
    app.person("stranger").await.post(&format!("{RELEASE}/withdraw"), &reason).await.problem(Kind::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_withdrawn_release_stay_and_say_why() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.release("engineer/box", "model", FILES).await;
    let before = app.anonymous().get("/engineer/box/resolve/v1.0.0/a.txt").await.status(200);
    engineer.put_files("engineer/box", &[("a.txt", b"changed")]).await;
    let _second = engineer.publish("engineer/box", "1.1.0").await.status(201);
    let reason = json!({"reason": "The scores were wrong."});

    let _withdrawn = engineer.post(&format!("{RELEASE}/withdraw"), &reason).await.status(200);

    assert_eq!(before.header("x-withdrawn"), "");
    for revision in ["1.0.0", "v1.0.0", "refs%2Ftags%2Fv1.0.0"] {
        let file = app.anonymous().get(&format!("/engineer/box/resolve/{revision}/a.txt")).await.status(200);
        assert_eq!(file.header("x-withdrawn"), "The%20scores%20were%20wrong.", "{revision}");
        assert_eq!(file.text(), before.text(), "{revision}");
    }
    for revision in ["main", "v1.1.0"] {
        let file = app.anonymous().get(&format!("/engineer/box/resolve/{revision}/a.txt")).await.status(200);
        assert_eq!(file.header("x-withdrawn"), "", "{revision}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_is_needed_and_must_be_one() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/box", "model", "public").await;
    engineer.put_files("engineer/box", FILES).await;
    let draft =
        |license: Value| json!({"repository": "engineer/box", "version": "1.0.0", "license": license});

    let without = engineer.post("/api/v1/releases", &draft(Value::Null)).await;
    let made_up = engineer.post("/api/v1/releases", &draft("free for all".into())).await;

    for refused in [without, made_up] {
        refused.problem(Kind::Unpublishable);
        assert_eq!(refused.faulty_fields(), ["license"]);
    }
    app.anonymous().get(RELEASE).await.problem(Kind::ReleaseNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn licence_and_language_may_stand_in_the_readme() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/box", "model", "public").await;
    engineer
        .put_files(
            "engineer/box",
            &[("README.md", b"---\nlicense: cc-by-4.0\nlanguage: [hi, ta]\n---\n# Box\n")],
        )
        .await;

    let draft = json!({"repository": "engineer/box", "version": "1.0.0"});
    let made = engineer.post("/api/v1/releases", &draft).await.status(201);

    assert_eq!(made.header("location"), RELEASE);
    assert_eq!(made.json().get("license"), Some(&json!("CC-BY-4.0")));
    assert_eq!(made.json().get("languages"), Some(&json!(["hi", "ta"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_of_a_card_are_told_at_once_and_nothing_is_published() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/box", "ranking", "public").await;
    let spoilt = RankingRelease::small()
        .replace("system-card.yaml", "decides: order", "decides: everything")
        .replace("system-card.yaml", "mutable_by: author", "mutable_by: nobody")
        .replace("reference.csv", "list_id,item_id", "list_id,item");
    engineer.put_files("engineer/box", &spoilt.files()).await;

    let refused = engineer.publish("engineer/box", "1.0.0").await;

    let problem = refused.problem(Kind::Unpublishable);
    let errors = problem.get("errors").and_then(Value::as_array).unwrap();
    let text = refused.text();
    assert!(errors.len() >= 7, "{text}");
    assert!(text.contains("decides") && text.contains("signals[5].mutable_by"), "{text}");
    for error in errors {
        for field in ["file", "wrong", "right"] {
            assert!(!error.get(field).and_then(Value::as_str).unwrap_or_default().is_empty(), "{error}");
        }
    }
    assert!(errors.iter().any(|error| error.get("line").and_then(Value::as_u64).is_some()), "{text}");
    app.anonymous().get(RELEASE).await.problem(Kind::ReleaseNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reading_can_show_to_be_wrong_is_refused() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let good = RankingRelease::small;
    let csv = "reference.csv";
    let header = "list_id,item_id,x0,x1,x2,x3,x4,x5\n";
    for (name, spoilt, named) in [
        (
            "unmapped",
            good().replace("system-card.yaml", "column: x5\n    index: 5", "column: x4\n    index: 4"),
            "system-card.yaml",
        ),
        ("column", good().replace(csv, ",x5\n", ",other\n"), csv),
        ("nan", good().replace(csv, "0.180000007", "NaN"), csv),
        ("text", good().replace(csv, "0.180000007", "many"), csv),
        ("empty", good().with(csv, header.as_bytes().to_vec()), csv),
        ("onnx", good().with("model.onnx", b"this is no model".to_vec()), "model.onnx"),
    ] {
        let repository = format!("engineer/{name}");
        engineer.repository(&repository, "ranking", "public").await;
        engineer.put_files(&repository, &spoilt.files()).await;

        let refused = engineer.publish(&repository, "1.0.0").await;

        refused.problem(Kind::Unpublishable);
        let errors = refused.json().get("errors").cloned().unwrap();
        assert!(errors.to_string().contains(named), "{name}: {errors}");
    }
    let _still_serving = app.anonymous().get("/readyz").await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_are_listed_searched_and_paged() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    for (name, kind) in [("apple", "model"), ("banana", "dataset"), ("cherry", "model")] {
        engineer.release(&format!("engineer/{name}"), kind, FILES).await;
    }
    let names = |page: &Value| -> Vec<String> {
        let items = page.get("items").and_then(Value::as_array).unwrap();
        items.iter().map(|item| item["repository"].as_str().unwrap().to_owned()).collect()
    };
    let nobody = app.anonymous();

    let first = nobody.get("/api/v1/releases?limit=2").await.status(200).json();
    let cursor = first.get("next").and_then(Value::as_str).unwrap();
    let second = nobody.get(&format!("/api/v1/releases?limit=2&cursor={cursor}")).await.status(200).json();

    let mut all = [names(&first), names(&second)].concat();
    all.sort();
    assert_eq!(all, ["engineer/apple", "engineer/banana", "engineer/cherry"]);
    assert_eq!(second.get("next"), Some(&Value::Null));
    let found = nobody.get("/api/v1/releases?search=ANAN").await.json();
    assert_eq!(names(&found), ["engineer/banana"]);
    let models = nobody.get("/api/v1/releases?kind=dataset").await.json();
    assert_eq!(names(&models), ["engineer/banana"]);
    nobody.get("/api/v1/releases?kind=toy").await.problem(Kind::BadAddress);
    nobody.get("/api/v1/releases?cursor=nonsense").await.problem(Kind::UnknownCursor);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_is_not_there_is_told() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", FILES).await;

    app.anonymous().get("/api/v1/releases/engineer/box/9.9.9").await.problem(Kind::ReleaseNotFound);
    app.anonymous().get("/api/v1/releases/engineer/none/1.0.0").await.problem(Kind::RepositoryNotFound);
    app.anonymous().get("/api/v1/releases/engineer/box/latest").await.problem(Kind::BadAddress);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_the_readme_fills_what_the_draft_leaves_out() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let readme = "---\nlicense: mit\nlanguage: [hi, ta]\nbase_model: far/away\nbase_model_relation: quantized\n\
                  pipeline_tag: text-ranking\nlibrary_name: onnx\ntags:\n- feed\n- tiny\n- feed\ndatasets: [a/clicks]\n---\n";

    engineer.repository("engineer/box", "model", "public").await;
    engineer.put_files("engineer/box", &[("README.md", readme.as_bytes())]).await;
    let draft = json!({"repository": "engineer/box", "version": "1.0.0"});
    let release = engineer.post("/api/v1/releases", &draft).await.status(201).json();

    assert_eq!(
        json!([
            release["license"],
            release["languages"],
            release["base"]["release"],
            release["base"]["relation"],
            release["pipeline_tag"],
            release["library_name"],
            release["tags"],
            release["datasets"]
        ]),
        json!([
            "MIT",
            ["hi", "ta"],
            "far/away",
            "quantized",
            "text-ranking",
            "onnx",
            ["feed", "tiny"],
            ["a/clicks"]
        ])
    );
    let page = app.anonymous().browse("/engineer/box/releases/1.0.0").await.status(200).text();
    for shown in ["text-ranking", "feed, tiny", "a/clicks"] {
        assert!(page.contains(shown), "{shown}");
    }
    let found = app.anonymous().get("/api/v1/releases?search=clicks").await.status(200).json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_line_of_the_head_is_named() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let readme = format!(
        "---\nlicense: free for all\nlanguage: elvish!\npipeline_tag: \"a\\u202eb\"\nbase_model: x\nbase_model_relation: cousin\n\
         tags: [{}]\ndatasets: [\"a\\nb\"]\n---\n",
        vec!["x"; 201].join(",")
    );
    engineer.repository("engineer/box", "model", "public").await;
    engineer.put_files("engineer/box", &[("README.md", readme.as_bytes())]).await;

    let draft = json!({"repository": "engineer/box", "version": "1.0.0"});
    let refused = engineer.post("/api/v1/releases", &draft).await;

    refused.problem(Kind::Unpublishable);
    let mut fields = refused.faulty_fields();
    fields.sort();
    assert_eq!(fields, ["base_model_relation", "datasets", "language", "license", "pipeline_tag", "tags"]);
    assert!(refused.text().contains("README.md"));
}
