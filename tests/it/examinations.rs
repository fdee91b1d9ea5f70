//! What reading a release's files and running its samples shows.

use std::time::Duration;

use serde_json::{Value, json};
use server::problem::Kind;
use tests::model::{Model, Node};
use tests::{Must, TestApp, needs_models};

use crate::cli_program::{Program, whole};

const RELEASE: &str = "/api/v1/releases/engineer/box/1.0.0";
const PAGE: &str = "/engineer/box/releases/1.0.0";

/// A model that gives 2·first − second.
fn model() -> Vec<u8> {
    let weights = Model::new(2).tensor("w", &[2, 1], &[2.0, -1.0]);
    weights.node(&Node::new("MatMul", &["x", "w"], "score")).file(&["score"])
}

/// A file of one tensor, as ONNX keeps test data.
fn tensor(shape: &[u8], numbers: &[f32]) -> Vec<u8> {
    let mut bytes: Vec<u8> = shape.iter().flat_map(|length| [0x08, *length]).collect();
    bytes.extend([0x10, 1, 0x4a, u8::try_from(numbers.len() * 4).must("few numbers")]);
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

/// The examination of the release, once it is there.
async fn examination(app: &TestApp) -> Value {
    for _ in 0..600 {
        let answer = app.anonymous().get(&format!("{RELEASE}/examination")).await;
        if answer.code == 200 {
            return answer.json();
        }
        answer.problem(Kind::NotExamined);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no examination came");
}

async fn published(files: &[(&str, &[u8])]) -> (TestApp, Value) {
    needs_models();
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", files).await;
    let found = examination(&app).await;
    let schema = app.anonymous().get("/schemas/examination.json").await.status(200).json();
    let validator = jsonschema::validator_for(&schema).must("a schema");
    let faults: Vec<_> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert_eq!(faults, [""; 0]);
    (app, found)
}

/// The page without its marks.
async fn page(app: &TestApp) -> String {
    let html = app.anonymous().browse(PAGE).await.status(200).text();
    let mut words = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside && !matches!(letter, '\u{2068}' | '\u{2069}') => words.push(letter),
            _ => {}
        }
    }
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_of_every_form_are_run_and_counted_on_the_page() {
    let one = json!({"inputs": {"x": [[3, 1]]}, "outputs": {"score": [[5]]}}).to_string();
    let inputs = json!([{"x": [1, 1]}, {"x": [0, 4]}]).to_string();
    let outputs = json!([{"score": [1]}, {"score": [-4]}]).to_string();
    let (given, answered) = (tensor(&[1, 2], &[2.0, 2.0]), tensor(&[1, 1], &[2.0]));
    let (app, found) = published(&[
        ("model.onnx", &model()),
        ("samples/README.md", b"How they were made."),
        ("samples/one.json", one.as_bytes()),
        ("samples/two.input.json", inputs.as_bytes()),
        ("samples/two.output.json", outputs.as_bytes()),
        ("samples/rows/inputs.csv", b"a,b\n1,0\n0,1\n5,5\n"),
        ("samples/rows/outputs.csv", b"score\n2\n-1\n5.0001\n"),
        ("samples/set_0/input_0.pb", &given),
        ("samples/set_0/output_0.pb", &answered),
    ])
    .await;

    assert_eq!(found.pointer("/samples/found"), Some(&json!(7)));
    assert_eq!(found.pointer("/samples/same"), Some(&json!(7)));
    assert_eq!(found.pointer("/samples/repeated"), Some(&json!(7)));
    assert_eq!(found.pointer("/samples/unused"), Some(&json!([])));
    assert_eq!(found.pointer("/models/0/onnx/parameters"), Some(&json!(2)));
    let page = page(&app).await;
    assert!(page.contains("It gave the published answer 7 of 7 times."), "{page}");
    assert!(page.contains("It holds 2 numbers that training has set."), "{page}");
    assert!(page.contains("rows = {&#34;x&#34;: numpy.ones((1, 2), &#34;float32&#34;)}"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_and_samples_that_cannot_be_used_are_named() {
    let samples = json!([
        {"inputs": {"x": [[3, 1]]}, "outputs": {"score": [[5.2]]}},
        {"inputs": {"x": [[3, 1]]}, "outputs": {"score": [[5, 5]]}},
        {"inputs": {"y": [[3, 1]]}, "outputs": {"score": [[5]]}},
        {"inputs": {"x": [[3, 1, 2]]}, "outputs": {"score": [[5]]}},
        {"inputs": {"x": [[3, 1]]}, "outputs": {"other": [[5]]}},
        {"inputs": {"x": [[3, 1]]}, "outputs": {"score": [[5]]}},
    ])
    .to_string();
    let (app, found) = published(&[
        ("model.onnx", &model()),
        ("samples/a.json", samples.as_bytes()),
        ("samples/b.json", b"{"),
        ("samples/c.input.json", b"[1, 2]"),
        ("samples/d.npy", b"x"),
        ("samples/e.inputs.csv", b"a,b\n1,2\n"),
        ("samples/e.outputs.csv", b"score\n1\n2\n"),
    ])
    .await;

    let outcomes: Vec<&str> = found
        .pointer("/samples/results")
        .and_then(Value::as_array)
        .must("results")
        .iter()
        .filter_map(|result| result.get("outcome")?.as_str())
        .collect();
    assert_eq!(outcomes, ["other", "other", "failed", "failed", "other", "same"]);
    let difference = found.pointer("/samples/results/0/largest_difference/value").and_then(Value::as_f64);
    assert!(difference.is_some_and(|difference| (difference - 0.2).abs() < 1e-6), "{difference:?}");
    let unused = found.pointer("/samples/unused").and_then(Value::as_array).must("a list");
    let paths: Vec<&str> = unused.iter().filter_map(|unused| unused.get("path")?.as_str()).collect();
    assert_eq!(
        paths,
        [
            "samples/d.npy",
            "samples/b.json",
            "samples/c.input.json",
            "samples/e.inputs.csv, samples/e.outputs.csv"
        ]
    );
    let page = page(&app).await;
    assert!(page.contains("It gave the published answer 1 of 6 times."), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_stand_beside_what_was_measured() {
    let readme = "---\nlicense: mit\nmodel-index:\n- name: box\n  results:\n  - task: {type: tabular-regression}\n    \
                  dataset: {type: rows.csv, name: Held out rows, args: {label: y}}\n    metrics:\n    - {type: rmse, value: 0.5}\n    \
                  - {type: bleu, value: 12}\n    - {type: mae, value: 'about 1'}\n  - task: {type: x}\n    \
                  dataset: {type: elsewhere, name: Elsewhere}\n    metrics:\n    - {type: accuracy, value: 91.5}\n  - task: {type: rank}\n    \
                  dataset: {type: lists.csv, name: Lists}\n    metrics:\n    - {type: mrr, value: 100}\n---\n# Box\n";
    // The model gives 5, 1 and 0; the labels are 5, 3 and 0.
    let rows = "a,b,y\n3,1,5\n1,1,3\n0,0,0\n";
    // In the first list the good row comes first, in the second it comes second.
    let lists = "x[0],x[1],qid,label\n3,0,q,1\n1,0,q,0\n3,0,r,0\n1,0,r,1\n";
    let (app, found) = published(&[
        ("README.md", readme.as_bytes()),
        ("model.onnx", &model()),
        ("rows.csv", rows.as_bytes()),
        ("lists.csv", lists.as_bytes()),
        (".eval_results/other.yaml", b"- dataset: {id: some/bench, task_id: f1}\n  value: 0.7\n"),
    ])
    .await;

    let claim = |at: usize, field: &str| found.pointer(&format!("/claims/{at}{field}")).cloned();
    let rmse = (4.0_f64 / 3.0).sqrt();
    let near = |found: Option<Value>, wanted: f64| {
        assert!(
            found.as_ref().and_then(Value::as_f64).is_some_and(|found| (found - wanted).abs() < 1e-6),
            "{found:?}"
        );
    };
    near(claim(0, "/measured/value/value"), rmse);
    near(claim(0, "/measured/difference/value"), rmse - 0.5);
    assert_eq!(claim(0, "/measured/rows"), Some(json!(3)));
    assert_eq!(claim(1, "/unmeasured"), Some(json!("no_formula")));
    assert_eq!(claim(2, "/unmeasured"), Some(json!("no_number")));
    assert_eq!(claim(3, "/unmeasured"), Some(json!("no_data")));
    near(claim(4, "/measured/value/value"), 75.0);
    assert_eq!(claim(5, "/metric"), Some(json!("f1")));
    let page = page(&app).await;
    for words in ["Claimed", "0.5", "1.155", "0.6547", "On 3 rows of rows.csv.", "-25"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_without_a_graph_are_counted_and_broken_ones_named() {
    let header = br#"{"a":{"dtype":"BF16","shape":[3,4],"data_offsets":[0,24]}}"#;
    let mut safetensors = u64::try_from(header.len()).must("a length").to_le_bytes().to_vec();
    safetensors.extend(header);
    safetensors.extend([0; 24]);
    let (app, found) = published(&[
        ("model-00001.safetensors", &safetensors),
        ("model-00002.safetensors", &safetensors),
        ("broken.gguf", b"GGUFx"),
        ("broken.onnx", b"no model"),
    ])
    .await;

    assert_eq!(found.pointer("/weights/1/kinds"), Some(&json!({"BF16": 12})));
    assert!(found.pointer("/weights/0/refused").is_some());
    assert!(found.pointer("/models/0/refused").is_some());
    assert!(page(&app).await.contains("It holds 24 numbers that training has set."));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_examination_replays_and_a_lie_in_it_is_found() {
    let samples = json!({"inputs": {"x": [[3, 1]]}, "outputs": {"score": [[5]]}}).to_string();
    let (app, mut found) =
        published(&[("model.onnx", &model()), ("samples/a.json", samples.as_bytes())]).await;
    let vitrine = Program::of(&app);

    let replayed = vitrine.run("replay engineer/box@1.0.0 -o again.json").await.with(0);
    assert!(replayed.said.starts_with("exact: "), "{}", replayed.said);
    let stored = app.anonymous().get(&format!("{RELEASE}/examination")).await.status(200);
    assert_eq!(std::fs::read(vitrine.path("again.json")).must("reading"), stored.bytes);

    let _pulled = vitrine.run("pull engineer/box@1.0.0 box").await.with(whole(&app).await);
    let offline = "replay again.json --release-dir box --offline";
    let _same = vitrine.run(offline).await.with(0);
    *found.pointer_mut("/samples/same").must("a count") = json!(0);
    vitrine.write("again.json", found.to_string());
    let lie = vitrine.run(offline).await.with(1);
    assert!(lie.said.starts_with("differs at /samples/same"), "{}", lie.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_says_in_its_readme_what_its_page_tells_in_plain_words() {
    let readme = "---\nlicense: cc-by-nc-4.0\nlanguage: [hi, ta]\nfamily: Tiny\nvariant: fine-tuned\nenergy: A kettle.\n\
                  out_of_scope: [Do not rank people.]\nlimits: [It is small.]\ntraining_data: Posts we wrote.\n---\n";
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/box", "model", "public").await;
    engineer.put_files("engineer/box", &[("README.md", readme.as_bytes()), ("a.txt", b"x")]).await;
    let bare = json!({"repository": "engineer/box", "version": "1.0.0"});
    let _ = engineer.post("/api/v1/releases", &bare).await.status(201);
    let _found = examination(&app).await;

    let shown = app.anonymous().get(RELEASE).await.status(200).json();
    assert_eq!(shown.get("variant"), Some(&json!("fine-tuned")));
    assert_eq!(shown.get("out_of_scope"), Some(&json!(["Do not rank people."])));
    let page = page(&app).await;
    for words in [
        "Do not rank people.",
        "Hindi, Tamil",
        "but not for money. Say who made it (CC-BY-NC-4.0).",
        "Posts we wrote.",
        "It is one of Tiny.",
        "It was trained further for its own task.",
        "A kettle.",
        "It is small.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }

    let wrong = json!({"repository": "engineer/box", "version": "2.0.0", "variant": "large",
                       "pre_release_tests": [{"kind": " ", "hours": 3}]});
    app.engineer().post("/api/v1/releases", &wrong).await.problem(Kind::Unpublishable);
    let right = json!({"repository": "engineer/box", "version": "2.0.0",
                       "pre_release_tests": [{"kind": "red teaming", "who": "Lab", "hours": 3, "findings": ["One."]}]});
    let made = app.engineer().post("/api/v1/releases", &right).await.status(201).json();
    assert_eq!(made.pointer("/pre_release_tests/0/hours"), Some(&json!(3)));
}
