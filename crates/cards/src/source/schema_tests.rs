use jsonschema::Validator;
use serde_json::{Map, Number, Value as Json};

use super::yaml::{self, Kind, Node};
use super::{read, schema, skeleton};

const EXAMPLE: &str = include_str!("../../../../collection/example-social-feed/system-card.yaml");

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema().unwrap()).unwrap()
}

/// YAML as an editor sees it: plain words become numbers, true, false and null (YAML 1.2 core schema).
fn json(node: &Node) -> Json {
    match &node.kind {
        Kind::List(items) => Json::Array(items.iter().map(json).collect()),
        Kind::Map(entries) => Json::Object(
            entries.iter().map(|(key, node)| (key.name.clone(), json(node))).collect::<Map<_, _>>(),
        ),
        Kind::Scalar { text, quoted: true } => Json::String(text.clone()),
        Kind::Scalar { text, .. } => match text.as_str() {
            "" | "~" | "null" => Json::Null,
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => number(text).unwrap_or_else(|| Json::String(text.clone())),
        },
    }
}

fn number(text: &str) -> Option<Json> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Json::from(whole));
    }
    text.parse()
        .ok()
        .filter(|_| !text.contains(char::is_alphabetic))
        .and_then(Number::from_f64)
        .map(Json::Number)
}

#[test]
fn every_card_of_the_collection_follows_the_schema_and_is_accepted() {
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../collection")).unwrap();
    let cards =
        folders.map(|folder| folder.unwrap().path().join("system-card.yaml")).filter(|path| path.is_file());
    let validator = validator();
    let mut count = 0;
    for path in cards {
        let text = std::fs::read_to_string(&path).unwrap();
        let faults = read(&text).err().unwrap_or_default();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}:\n{}", path.display(), told.join("\n"));
        let errors: Vec<String> = validator
            .iter_errors(&json(&yaml::read(&text).unwrap()))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        count += 1;
    }
    assert!(count >= 1);
}

#[test]
fn broken_cards_are_refused_by_reader_and_schema_alike() {
    let validator = validator();
    for (part, replacement) in [
        ("schema: vitrine/system-card/1", "schema: vitrine/system-card/9"),
        ("schema: vitrine/system-card/1\n", ""),
        ("slug: example-social-feed", "slug: Example"),
        ("title: Example", "titel: Example"),
        (
            "title: Example social feed (made up)",
            "title: An example of a social feed whose title is far too long to be read",
        ),
        ("one_line: Decides", "one_line: {english!: Decides"),
        ("operator: {name: Example Social (does not exist), ", "operator: {"),
        ("regions: [IN]", "regions: [India]"),
        ("regions: [IN]", "regions: []"),
        ("audience: [everyone who opens the app]", "audience: everyone"),
        ("decides: order", "decides: everything"),
        ("decides: order", "decides: score"),
        ("order: descending", "order: down"),
        ("file: model.onnx", "file: folder/model.onnx"),
        ("made_up: true, ", ""),
        ("made_up: true", "made_up: maybe"),
        ("uses_profile: false", "uses_profile: 0"),
        ("mutable_by: author", "mutable_by: nobody"),
        ("    index: 3\n", "    index: three\n"),
        ("    unit: \"hours\"\n", ""),
        ("kind: gather", "kind: guess"),
        ("effect: {outside: true}", "effect: {}"),
        ("effect: {outside: true}", "effect: {outside: true, remove: \"video_seconds > 1\"}"),
        ("effect: {set: {follows_author: 0}}", "effect: {set: {follows_author: none}}"),
        ("groups: all", "groups: some"),
        ("limits: [", "limits: []\nxlimits: ["),
        ("url: \"https://example.org\"}\ndata", "url: example.org}\ndata"),
        ("personal: false", "personal: no"),
    ] {
        assert!(EXAMPLE.contains(part), "{part}");
        let text = EXAMPLE.replacen(part, replacement, 1);
        assert!(read(&text).is_err(), "the reader accepts `{replacement}`");
        if let Ok(tree) = yaml::read(&text) {
            assert!(!validator.is_valid(&json(&tree)), "the schema accepts `{replacement}`");
        }
    }
}

#[test]
fn the_schema_names_exactly_the_fields_that_the_reader_knows() {
    let faults = read("schema: vitrine/system-card/1\nqqqqqqqqqqqqqqqqqqqqqqqq: 1\n").unwrap_err();
    let known = faults.iter().find_map(|fault| fault.right.strip_prefix("Known here: ")).unwrap();
    let mut known: Vec<&str> = known.trim_end_matches('.').split(", ").collect();
    let schema = schema().unwrap();
    let mut published: Vec<&str> =
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    known.sort_unstable();
    published.sort_unstable();

    assert_eq!(known, published);
}

#[test]
fn a_skeleton_asks_for_every_input_and_is_refused_until_answered() {
    let model = include_bytes!("../../../../collection/example-social-feed/model.onnx");
    let draft = skeleton(&onnx::read(model).unwrap(), "model.onnx");

    let faults = read(&draft).unwrap_err();

    assert_eq!(draft.matches("  - id: \"signal_").count(), 24);
    assert!(draft.contains("# Numeric outputs of the model: \"score\""), "{draft}");
    assert!(faults.iter().all(|fault| !fault.wrong.contains("no known field")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.field == "signals[23].plain_name"), "{faults:?}");
}
