//! What every answer has, and whether the site is well.

use std::io::Read as _;

use tests::{Must, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_safety_headers() {
    let app = TestApp::start().await;

    for at in ["/", "/api/v1/releases", "/no/such/thing/here", "/healthz", "/static/style.css"] {
        let answer = app.anonymous().browse(at).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{name} at {at}");
        }
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{at}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{at}");
        assert!(!answer.headers.contains_key("set-cookie"), "{at}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{at}");
    }
    let home = app.anonymous().browse("/").await.status(200);
    assert_eq!(
        home.header("content-security-policy"),
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_with_a_name_sees_is_kept_nowhere() {
    let app = TestApp::start().await;

    let named = app.engineer().get("/api/v1/releases").await.status(200);
    let open = app.anonymous().get("/api/v1/releases").await.status(200);

    assert_eq!((named.header("cache-control"), open.header("cache-control")), ("no-store", "no-cache"));
    assert!(open.header("vary").contains("Authorization"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_says_that_it_lives_and_is_ready() {
    let app = TestApp::start().await;

    assert_eq!(app.anonymous().get("/healthz").await.status(200).text(), "ok\n");
    assert_eq!(app.anonymous().get("/readyz").await.status(200).text(), "ready\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schemas_are_published() {
    let app = TestApp::start().await;

    for name in ["release.json", "system-card.json", "card.json"] {
        let schema = app.anonymous().get(&format!("/schemas/{name}")).await.status(200);
        assert_eq!(schema.header("content-type"), "application/schema+json");
        assert!(jsonschema::validator_for(&schema.json()).is_ok(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_packed_for_readers_who_take_it() {
    let app = TestApp::start().await;
    let ask = async |path: &str, encoding: Option<&str>| {
        let mut request = app.anonymous().request(reqwest::Method::GET, path).header("accept", "text/html");
        if let Some(encoding) = encoding {
            request = request.header("accept-encoding", encoding);
        }
        app.anonymous().send(request).await.status(200)
    };

    let plain = ask("/docs/api", None).await;
    let packed = ask("/docs/api", Some("gzip, br")).await;
    let refused = ask("/docs/api", Some("gzip;q=0")).await;
    let json = ask("/api/openapi.json", Some("gzip")).await;

    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.bytes.len() * 3 < plain.bytes.len(), "{} of {}", packed.bytes.len(), plain.bytes.len());
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_string(&mut unpacked).must("unpacking");
    assert_eq!(unpacked, plain.text());
    for answer in [&plain, &refused, &json] {
        assert!(!answer.headers.contains_key("content-encoding"));
    }
    let vary: Vec<_> = plain.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect();
    assert!(vary.contains(&"Accept-Encoding"), "{vary:?}");
    assert_eq!(plain.header("etag"), packed.header("etag"));
}
