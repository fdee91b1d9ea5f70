//! The Hub protocol: what the stock clients ask, asked by hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Digest;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, Must, TestApp, workspace};

/// Makes a repository as the clients do.
async fn create(client: &Client, name: &str) -> Answer {
    client.post("/api/repos/create", &json!({"name": name, "type": "model"})).await
}

/// Commits lines of JSON to `main`.
async fn commit(client: &Client, name: &str, lines: &[Value]) -> Answer {
    let body = lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    let request = client.request(Method::POST, &format!("/api/models/{name}/commit/main")).body(body);
    client.send(request).await
}

fn header(summary: &str) -> Value {
    json!({"key": "header", "value": {"summary": summary, "description": ""}})
}

fn file(path: &str, content: &str) -> Value {
    json!({"key": "file", "value": {"path": path, "content": STANDARD.encode(content), "encoding": "base64"}})
}

fn text(document: &Value, pointer: &str) -> String {
    document.pointer(pointer).and_then(Value::as_str).must(pointer).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_committed_by_the_protocol_is_the_one_that_everybody_sees() {
    let app = TestApp::start().await;
    let engineer = &app.engineer();
    let made = create(engineer, "box").await.status(200).json();
    let again = create(engineer, "box").await.status(409).json();
    assert_eq!(text(&made, "/url"), text(&again, "/url"));

    let readme = "---\nlicense: mit\ntags: [ranking]\n---\n# Box\n";
    let lines = [header("Add"), file("README.md", readme), file("a/b.txt", "text")];
    let made = commit(engineer, "engineer/box", &lines).await.status(200).json();

    let nobody = app.anonymous();
    let info = nobody.get("/api/models/engineer/box?blobs=true").await.status(200).json();
    assert_eq!(info.get("sha"), made.get("commitOid"));
    assert_eq!(info.get("tags"), Some(&json!(["ranking", "license:mit"])));
    let tree = nobody.get("/api/models/engineer/box/tree/main?recursive=true").await.status(200).json();
    let paths: Vec<String> =
        tree.as_array().must("a list").iter().map(|entry| text(entry, "/path")).collect();
    assert_eq!(paths, [".gitattributes", "README.md", "a", "a/b.txt"]);
    assert_eq!(nobody.get("/engineer/box/resolve/main/a/b.txt").await.status(200).text(), "text");
    let ours = nobody.get("/api/v1/repositories/engineer/box/tree/main").await.status(200).json();
    assert_eq!(ours.get("commit"), made.get("commitOid"));
    let page = nobody.browse("/engineer/box").await.status(200).text();
    for said in
        ["hf repo tag create engineer/box v1.0.0", "<code>model.onnx</code>", "<code>reference.csv</code>"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("name a licence"), "README.md names one");

    let stale = json!({"key": "header", "value": {"summary": "x", "parentCommit": "0123456789abcdef"}});
    let _ = commit(engineer, "engineer/box", &[stale, file("c.txt", "x")]).await.status(412);
    let missing = json!({"key": "deletedFile", "value": {"path": "none.txt"}});
    let refused = commit(engineer, "engineer/box", &[header("x"), missing]).await.status(404);
    assert_eq!(refused.header("x-error-code"), "EntryNotFound");
    assert!(text(&refused.json(), "/error").contains("doesn't exist"));
    let broken = [header("x"), file("README.md", "---\na: [\n---\n")];
    let _ = commit(engineer, "engineer/box", &broken).await.status(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_files_come_by_signed_addresses_and_only_whole() {
    let app = TestApp::start().await;
    let engineer = &app.engineer();
    let _ = create(engineer, "box").await.status(200);
    let bytes = [0_u8, 1, 2, 3];
    let oid = Digest::of(&bytes).hex();
    let ask = json!({"operation": "upload", "objects": [{"oid": oid, "size": 4}]});
    let batch = "/engineer/box.git/info/lfs/objects/batch";
    let answer = engineer.post(batch, &ask).await.status(200).json();
    let href = text(&answer, "/objects/0/actions/upload/href");
    let at = href.find("/api/lfs/").and_then(|at| href.get(at..)).must("an address of ours");

    let nobody = app.anonymous();
    let put = |bytes: &[u8]| nobody.send(nobody.request(Method::PUT, at).body(bytes.to_vec()));
    let refused = put(&[9, 9, 9, 9]).await.status(422).json();
    assert_eq!(text(&refused, "/instance"), "/api/lfs/…", "a grant stands for a token and is not repeated");
    let changed = format!("{}A", at.strip_suffix(|_| true).must("an address"));
    let _ = nobody.send(nobody.request(Method::PUT, &changed).body(vec![0])).await.status(401);
    let _ = put(&bytes).await.status(200);

    let large =
        json!({"key": "lfsFile", "value": {"path": "w.bin", "algo": "sha256", "oid": oid, "size": 4}});
    let _ = commit(engineer, "engineer/box", &[header("Weights"), large.clone()]).await.status(200);
    assert_eq!(nobody.get("/engineer/box/resolve/main/w.bin").await.status(200).bytes, bytes);
    let known = engineer.post(batch, &ask).await.status(200).json();
    assert!(known.pointer("/objects/0/actions").is_none(), "{known}");

    // Who knows a digest does not own the bytes.
    let secret = app.person("keeper").await;
    secret.repository("keeper/secret", "model", "private").await;
    secret.put_files("keeper/secret", &[("s.bin", b"\0secret")]).await;
    let oid = Digest::of(b"\0secret").hex();
    let stolen =
        json!({"key": "lfsFile", "value": {"path": "s.bin", "algo": "sha256", "oid": oid, "size": 7}});
    let _ = commit(engineer, "engineer/box", &[header("x"), stolen]).await.status(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_may_come_in_parts_that_are_put_together_in_order() {
    let app = TestApp::start_with(|config| config.limits.blob_bytes = 64 << 20).await;
    let engineer = &app.engineer();
    let _ = create(engineer, "box").await.status(200);
    let bytes: Vec<u8> = (0..(33_u32 << 20) / 4).flat_map(u32::to_le_bytes).collect();
    let oid = Digest::of(&bytes).hex();
    let objects = json!([{"oid": oid, "size": bytes.len()}]);
    let ask = json!({"operation": "upload", "transfers": ["basic", "multipart"], "objects": objects});
    let batch = "/engineer/box.git/info/lfs/objects/batch";
    let answer = engineer.post(batch, &ask).await.status(200).json();
    let upload = answer.pointer("/objects/0/actions/upload").must("an upload");
    let at = |href: &str| href.find("/api/lfs/").and_then(|at| href.get(at..)).must("an address").to_owned();
    let length: usize = text(upload, "/header/chunk_size").parse().must("a number");
    assert_eq!(length, 16 << 20);

    let nobody = app.anonymous();
    let mut parts = Vec::new();
    for (number, part) in (1..).zip(bytes.chunks(length)) {
        let to = at(&text(upload, &format!("/header/{number:05}")));
        let put = |part: &[u8]| nobody.send(nobody.request(Method::PUT, &to).body(part.to_vec()));
        let _too_short = put(part.get(1..).must("more than a byte")).await.status(422);
        // A part may be sent again.
        let once = put(part).await.status(200).header("etag").to_owned();
        assert_eq!(put(part).await.status(200).header("etag"), once);
        parts.push(json!({"partNumber": number, "etag": once}));
    }
    assert_eq!(parts.len(), 3);
    let complete = at(&text(upload, "/href"));
    let finish = async |parts: Vec<Value>| nobody.post(&complete, &json!({"oid": oid, "parts": parts})).await;
    let mixed: Vec<Value> = [(1, 1), (2, 0), (3, 2)]
        .into_iter()
        .map(|(number, other)| json!({"partNumber": number, "etag": parts.get(other).and_then(|p| p.get("etag"))}))
        .collect();
    let _other_order = finish(mixed).await.status(422);
    let _one_too_few = finish(parts.iter().take(2).cloned().collect()).await.status(400);
    parts.reverse();
    let _ = finish(parts).await.status(200);

    let size = bytes.len();
    let large =
        json!({"key": "lfsFile", "value": {"path": "w.bin", "algo": "sha256", "oid": oid, "size": size}});
    let _ = commit(engineer, "engineer/box", &[header("Weights"), large]).await.status(200);
    let kept = nobody.get("/engineer/box/resolve/main/w.bin").await.status(200).bytes;
    assert!(kept == bytes, "{} bytes came back", kept.len());

    // Small files, and clients that know no parts, send the whole.
    let small = json!({"operation": "upload", "transfers": ["multipart"], "objects": [{"oid": Digest::of(b"x").hex(), "size": 1}]});
    let answer = engineer.post(batch, &small).await.status(200).json();
    assert_eq!(answer.pointer("/objects/0/actions/upload/header"), Some(&json!({})));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_and_folder_names_the_commit_that_changed_it_last() {
    let app = TestApp::start().await;
    let engineer = &app.engineer();
    let _ = create(engineer, "box").await.status(200);
    for (summary, path, content) in
        [("one", "a/x.txt", "1"), ("two", "b.txt", "2"), ("three", "a/y.txt", "3"), ("four", "c.txt", "4")]
    {
        let _ = commit(engineer, "engineer/box", &[header(summary), file(path, content)]).await.status(200);
    }

    let at = "/api/models/engineer/box/tree/main?recursive=true&expand=true";
    let tree = app.anonymous().get(at).await.status(200).json();
    let found: Vec<(String, String)> = tree
        .as_array()
        .must("a list")
        .iter()
        .map(|entry| (text(entry, "/path"), text(entry, "/lastCommit/title")))
        .collect();
    let expected = [
        (".gitattributes", "initial commit"),
        ("a", "three"),
        ("a/x.txt", "one"),
        ("a/y.txt", "three"),
        ("b.txt", "two"),
        ("c.txt", "four"),
    ];
    assert_eq!(found, expected.map(|(path, title)| (path.to_owned(), title.to_owned())));
    let question = json!({"paths": ["b.txt", "a"], "expand": true});
    let told =
        app.anonymous().post("/api/models/engineer/box/paths-info/main", &question).await.status(200).json();
    assert_eq!(
        (text(&told, "/0/lastCommit/title"), text(&told, "/1/lastCommit/title")),
        ("two".into(), "three".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_upload_by_xet_becomes_an_ordinary_file() {
    let app = TestApp::start().await;
    let engineer = &app.engineer();
    let _ = create(engineer, "box").await.status(200);
    let at = "/api/models/engineer/box/xet-write-token/main";
    let _ = app.anonymous().get(at).await.status(401);
    let token = engineer.get(at).await.status(200).json();
    let bearer = format!("Bearer {}", text(&token, "/accessToken"));
    let nobody = app.anonymous();
    let post = |at: String, body: Vec<u8>, bearer: String| {
        nobody.send(nobody.request(Method::POST, &at).header("authorization", bearer).body(body))
    };
    let (xorb, shard) = (
        workspace::bytes("crates/xet/tests/data/body.xorb"),
        workspace::bytes("crates/xet/tests/data/body.shard"),
    );
    let expected: Value =
        serde_json::from_slice(&workspace::bytes("crates/xet/tests/data/expected.json")).must("JSON");
    let name = text(&expected, "/xorb_hash");
    let to = |name: &str| format!("/api/xet/v1/xorbs/default/{name}");

    let _ = post("/api/xet/v1/shards".to_owned(), shard.clone(), bearer.clone()).await.status(400);
    let _ = post(to(&name), xorb.clone(), "Bearer xet".to_owned()).await.status(401);
    let _ = post(to(&"0".repeat(64)), xorb.clone(), bearer.clone()).await.status(400);
    let first = post(to(&name), xorb.clone(), bearer.clone()).await.status(200).json();
    let second = post(to(&name), xorb, bearer.clone()).await.status(200).json();
    assert_eq!((first, second), (json!({"was_inserted": true}), json!({"was_inserted": false})));
    let _ = post("/api/xet/v1/shards".to_owned(), shard, bearer).await.status(200);

    let (oid, size) = (text(&expected, "/file_sha256"), expected.get("file_bytes").must("a size"));
    let large =
        json!({"key": "lfsFile", "value": {"path": "w.bin", "algo": "sha256", "oid": oid, "size": size}});
    let _ = commit(engineer, "engineer/box", &[header("Weights"), large]).await.status(200);
    let got = nobody.get("/engineer/box/resolve/main/w.bin").await.status(200);
    assert_eq!(Digest::of(&got.bytes).hex(), oid);
    assert_eq!(got.header("x-xet-hash"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_a_version_publishes_and_stays() {
    let app = TestApp::start().await;
    let engineer = &app.engineer();
    let _ = create(engineer, "box").await.status(200);
    let tag = |name: &'static str| async move {
        engineer.post("/api/models/engineer/box/tag/main", &json!({"tag": name})).await
    };
    let refused = tag("v1.2.0").await.status(422);
    assert!(text(&refused.json(), "/error").contains("licence"), "{}", refused.text());
    let readme = file("README.md", "---\nlicense: mit\n---\n");
    let _ = commit(engineer, "engineer/box", &[header("Words"), readme]).await.status(200);

    let _ = tag("v1.2.0").await.status(201);
    let _ = tag("v1.2.0").await.status(409);
    let _ = tag("draft").await.status(201);
    let refs = app.anonymous().get("/api/models/engineer/box/refs").await.status(200).json();
    let names: Vec<String> = refs
        .pointer("/tags")
        .and_then(Value::as_array)
        .must("tags")
        .iter()
        .map(|tag| text(tag, "/name"))
        .collect();
    assert_eq!(names, ["draft", "v1.2.0"]);
    let delete =
        |at: &str| engineer.send(engineer.request(Method::DELETE, &format!("/api/models/engineer/box/{at}")));
    let _ = delete("tag/v1.2.0").await.status(409);
    let _ = delete("tag/draft").await.status(200);
    let _ = delete("tag/draft").await.status(404);
    let _ = delete("branch/main").await.status(403);
    let _ = app.anonymous().get("/api/v1/releases/engineer/box/1.2.0").await.status(200);
    let _ = app.anonymous().get("/api/models/engineer/box/revision/v1.2.0").await.status(200);
    let gone = engineer.request(Method::DELETE, "/api/repos/delete").json(&json!({"name": "box"}));
    let _ = engineer.send(gone).await.status(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_is_missing_on_every_address_of_the_protocol() {
    let app = TestApp::start().await;
    let keeper = app.person("keeper").await;
    keeper.repository("keeper/secret", "model", "private").await;
    keeper.put_files("keeper/secret", &[("a.txt", b"hidden")]).await;
    let stranger = app.person("stranger").await;
    for at in
        ["", "/revision/main", "/tree/main", "/refs", "/commits/main", "/auth-check", "/xet-write-token/main"]
    {
        let [hidden, none] = ["keeper/secret", "keeper/none"].map(|name| format!("/api/models/{name}{at}"));
        let (hidden, none) = (stranger.get(&hidden).await, stranger.get(&none).await);
        assert_eq!((hidden.code, hidden.header("x-error-code")), (404, "RepoNotFound"), "{at}");
        assert_eq!((none.code, none.header("x-error-code")), (404, "RepoNotFound"), "{at}");
        let nobody = app.anonymous().get(&format!("/api/models/keeper/secret{at}")).await;
        assert_eq!(nobody.code, 401, "{at}");
    }
    let listed = stranger.get("/api/models").await.status(200).text();
    assert!(!listed.contains("secret"), "{listed}");
}
