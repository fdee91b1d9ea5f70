//! The document that describes the API.

use serde_json::Value;
use tests::{Must, TestApp, workspace};

const GOLDEN: &str = "tests/golden/openapi.json";

#[test]
fn the_document_is_the_golden_one() {
    let document = server::openapi().to_pretty_json().must("writing the document") + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(workspace::path(GOLDEN), &document).must("renewing the golden document");
    }

    let golden = workspace::text(GOLDEN);

    assert!(
        golden == document,
        "the API changed; if that is wanted, renew the golden document: `UPDATE_GOLDEN=1 cargo test -p tests openapi`"
    );
}

#[test]
fn every_operation_says_what_it_is_and_what_can_go_wrong() {
    let document = serde_json::to_value(server::openapi()).must("writing the document");
    let paths = document.get("paths").and_then(Value::as_object).must("paths");

    for (path, operations) in paths {
        for (method, operation) in operations.as_object().must(path) {
            let said = |pointer: &str| operation.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            assert!(!said("/summary").is_empty(), "{method} {path} has no summary");
            assert!(!said("/operationId").is_empty(), "{method} {path} has no name");
            assert!(!said("/tags/0").is_empty(), "{method} {path} has no tag");
            let responses = operation.get("responses").and_then(Value::as_object).must(path);
            assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path} never works");
            for status in responses.keys().filter(|status| status.starts_with(['4', '5'])) {
                let problem = format!("/{status}/content/application~1problem+json/schema/$ref");
                let schema = operation.get("responses").and_then(|responses| responses.pointer(&problem));
                assert_eq!(
                    schema.and_then(Value::as_str),
                    Some("#/components/schemas/Problem"),
                    "{method} {path}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_serves_its_document() {
    let app = TestApp::start().await;

    let served = app.anonymous().get("/api/openapi.json").await.status(200).json();

    assert_eq!(served, serde_json::to_value(server::openapi()).must("writing the document"));
    assert!(served.get("openapi").and_then(Value::as_str).must("a version").starts_with("3.1"));
}
