//! `vitrine pull` and `vitrine verify`.

use serde_json::json;

use crate::cli_program::{flip, pushed, whole};

#[tokio::test(flavor = "multi_thread")]
async fn a_pulled_release_verifies_until_one_bit_is_flipped() {
    let (app, vitrine) = pushed().await;
    let _pulled = vitrine.run("pull engineer/small copy").await.with(0);
    let good = vitrine.run("verify copy --json").await.with(whole(&app).await);

    flip(&vitrine.path("copy/model.onnx"));

    let bad = vitrine.run("verify copy").await.with(1);
    assert_eq!(good.json().get("findings").unwrap(), &json!([]));
    assert_eq!(good.json().get("server_asked"), Some(&json!(true)));
    assert!(bad.said.starts_with("model.onnx: content: its bytes hash to sha256:"), "{}", bad.said);
    for piece in ["document.json", "release.json", "model.sig", "registry.pem"] {
        assert!(vitrine.path("copy.vitrine").join(piece).is_file(), "{piece}");
    }
    for path in ["README.md", "reference.csv", "system-card.yaml"] {
        let (pushed, pulled) = (vitrine.path("small").join(path), vitrine.path("copy").join(path));
        assert_eq!(std::fs::read(pushed).unwrap(), std::fs::read(pulled).unwrap(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_and_extra_files_are_both_named() {
    let (_app, vitrine) = pushed().await;
    let _pulled = vitrine.run("pull engineer/small@1.0.0 copy").await.with(0);
    std::fs::remove_file(vitrine.path("copy/reference.csv")).unwrap();
    vitrine.write("copy/sub/more.txt", "");

    let bad = vitrine.run("verify copy --offline --json").await.with(1);

    let answer = bad.json();
    let found: Vec<(&str, &str)> = answer
        .get("findings")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|found| (found["step"].as_str().unwrap(), found["path"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("missing", "reference.csv"), ("extra", "sub/more.txt")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_document_is_found_out_by_signature_and_server() {
    let (_app, vitrine) = pushed().await;
    let _pulled = vitrine.run("pull engineer/small copy").await.with(0);
    let document = vitrine.path("copy.vitrine/document.json");
    let text = std::fs::read_to_string(&document).unwrap();
    std::fs::write(&document, text.replace("\"license\":\"Apache-2.0\"", "\"license\":\"MIT\"")).unwrap();

    let offline = vitrine.run("verify copy --offline").await.with(1);
    let online = vitrine.run("verify copy").await.with(1);

    assert!(
        offline.said.starts_with("release.json: signature: it names `/release-document`"),
        "{}",
        offline.said
    );
    assert!(online.said.starts_with("server: the server published engineer/small@1.0.0"), "{}", online.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_checked_is_neither_good_nor_bad() {
    let (app, vitrine) = pushed().await;
    let _pulled = vitrine.run("pull engineer/small copy").await.with(0);

    let away = vitrine.run("verify copy --server http://127.0.0.1:9 --json").await.with(3);
    let no_document = vitrine.run("verify small --json").await.with(3);
    let named = vitrine.run("verify small --release engineer/small@1.0.0").await.with(whole(&app).await);
    let usage = vitrine.run("verify").await.with(2);

    assert_eq!(away.json().get("outcome").unwrap(), "could_not_check");
    assert_eq!(no_document.json().get("outcome").unwrap(), "could_not_check");
    assert!(named.said.contains("5 files"), "{}", named.said);
    assert!(usage.remarked.contains("Usage"), "{}", usage.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_release_still_verifies_and_says_so() {
    let (app, vitrine) = pushed().await;
    let withdraw = "/api/v1/releases/engineer/small/1.0.0/withdraw";
    let _done = app.engineer().post(withdraw, &json!({"reason": "A wrong unit."})).await.status(200);

    let pulled = vitrine.run("pull engineer/small copy").await.with(0);
    let verified = vitrine.run("verify copy").await.with(whole(&app).await);

    assert!(pulled.remarked.contains("was withdrawn by its publisher: A wrong unit."), "{}", pulled.remarked);
    assert!(verified.said.contains("was withdrawn by its publisher: A wrong unit."), "{}", verified.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_was_cut_goes_on_and_foreign_files_stay() {
    let (app, vitrine) = pushed().await;
    let _pulled = vitrine.run("pull engineer/small copy").await.with(0);
    std::fs::remove_file(vitrine.path("copy/model.onnx")).unwrap();
    let _went_on = vitrine.run("pull engineer/small copy").await.with(0);
    vitrine.write("mine/notes.txt", "keep");

    let refused = vitrine.run("pull engineer/small mine").await.with(1);
    let unknown = vitrine.run("pull engineer/none copy").await.with(1);

    let _whole = vitrine.run("verify copy").await.with(whole(&app).await);
    assert!(refused.remarked.contains("`notes.txt`"), "{}", refused.remarked);
    assert_eq!(std::fs::read_dir(vitrine.path("mine")).unwrap().count(), 1);
    assert!(unknown.remarked.contains("there is no repository `engineer/none`"), "{}", unknown.remarked);
}
