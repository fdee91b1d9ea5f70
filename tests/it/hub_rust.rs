//! The client of the Hub protocol that Rust programs use.

use futures_util::TryStreamExt as _;
use hf_hub::repository::AddSource;
use hf_hub::{HFClient, RepoTypeModel};
use tests::{Must, TestApp};

/// More than goes inline, and of bytes that are no text.
fn weights() -> Vec<u8> {
    (0..400_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rust_program_uploads_publishes_and_downloads() {
    let app = TestApp::start().await;
    let cache = tempfile::tempdir().must("making a folder");
    let client = HFClient::builder()
        .endpoint(format!("http://{}", app.address()))
        .token(app.engineer().token().must("a token"))
        .cache_dir(cache.path())
        .build()
        .must("a client");
    let made = client.create_repository().repo_id("engineer/box").repo_type(RepoTypeModel).send().await;
    let _ = made.must("making a repository");
    let repository = client.model("engineer", "box");
    for (path, bytes) in
        [("README.md", b"---\nlicense: mit\n---\n# Box\n".to_vec()), ("deep/weights.bin", weights())]
    {
        let sent = repository.upload_file().source(AddSource::bytes(bytes)).path_in_repo(path).send().await;
        let _ = sent.must(path);
    }
    repository.create_tag().tag("v1.0.0").send().await.must("publishing");

    let file = repository.download_file().filename("deep/weights.bin").revision("v1.0.0").send().await;
    let file = file.must("downloading");
    assert!(std::fs::read(file).must("reading a file") == weights());
    let listed: Vec<_> =
        client.list_models().author("engineer").send().must("asking").try_collect().await.must("a list");
    assert_eq!(listed.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["engineer/box"]);
    let release = app.anonymous().get("/api/v1/releases/engineer/box/1.0.0").await.status(200).json();
    assert!(release.to_string().contains("deep/weights.bin"), "{release}");
    let moved = repository.delete_tag().tag("v1.0.0").send().await;
    assert!(moved.is_err(), "a release stays");
}
