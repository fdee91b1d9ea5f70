//! Every number that a card shows comes from running its model, again and again; and whatever is changed is found.
//! `CARDS_WHOLE=1` looks at everything instead of at a fixed share.

#![expect(clippy::indexing_slicing, reason = "an index outside its list fails the test, as it should")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::Digest;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use tests::{Client, Must, TestApp, needs_models, numbers};

use crate::cli_program::{Program, pushed};

/// Systems of the collection that are looked at for every change.
const SHARE: [&str; 2] = ["hacker-news-front-page", "lemmy-hot"];
/// Languages of the pages.
const LANGUAGES: [&str; 3] = ["en", "hi", "ta"];

fn is_whole() -> bool {
    std::env::var_os("CARDS_WHOLE").is_some()
}

fn collection() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../collection")
}

/// The systems of the demo, or a share of them.
fn systems() -> Vec<String> {
    if !is_whole() {
        return SHARE.map(str::to_owned).to_vec();
    }
    let entries = std::fs::read_dir(collection()).must("the collection").filter_map(Result::ok);
    let systems = entries.filter(|entry| entry.path().join("system-card.yaml").is_file());
    let mut names: Vec<String> =
        systems.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert!(names.len() > SHARE.len(), "{names:?}");
    names
}

/// Publishes a system of the collection as the demo does.
async fn publish(vitrine: &Program, system: &str) {
    for file in std::fs::read_dir(collection().join(system)).must("a system").filter_map(Result::ok) {
        let bytes = std::fs::read(file.path()).must("a file");
        vitrine.write(&format!("{system}/{}", file.file_name().to_string_lossy()), bytes);
    }
    if !vitrine.path(&format!("{system}/model.onnx")).is_file() {
        let catalogue = collection().join("catalogue.yaml").display().to_string();
        let line = format!("formula {catalogue} --id {system} -o {system}/model.onnx");
        let _made = vitrine.run(&line).await.with(0);
    }
    let _published = vitrine.run(&format!("push {system} engineer/{system} --release 1.0.0")).await.with(0);
}

/// The elements of a page that name a place of the card: the place, and the numbers that are printed there.
async fn printed(client: &Client, at: &str) -> Vec<(String, Vec<numbers::Shown>, String)> {
    let page = client.browse(at).await.status(200).text();
    let page = Html::parse_document(&page);
    let selector = Selector::parse("[data-evidence]").must("a selector");
    let shown = page.select(&selector).map(|element| {
        // A place may be printed too, and is no number.
        let text: String = element.text().collect();
        let words = text.split_whitespace().filter(|word| !word.starts_with('/'));
        let text = words.collect::<Vec<_>>().join(" ");
        let place = element.attr("data-evidence").must("a place").to_owned();
        (place, numbers::in_text(&text), text)
    });
    shown.collect()
}

/// Everything that the numbers at a place of the card may come from: what stands there; what it cites; when the release
/// came, how many items a list or places the top has; and how many pairs lie the same way round in two orders.
fn held(card: &Value, place: &str) -> Option<Vec<Value>> {
    let here = card.pointer(place)?;
    let mut held = vec![here.clone()];
    let cited = card.get("cited").and_then(Value::as_array).into_iter().flatten();
    let named = here.to_string();
    held.extend(cited.filter(|cited| cites(&named, cited)).cloned());
    let also = match place.rsplit('/').next() {
        Some("version") => card.pointer("/release/published_at").cloned(),
        Some("mean_abs_places") => card.pointer("/lists/items_per_list").cloned(),
        Some("top_changed") => card.pointer("/lists/top").cloned(),
        // Of Kendall's tau: the share of pairs in the same order is (1 + tau) / 2.
        Some("halves") => here.get("value").and_then(Value::as_f64).map(|tau| json!(f64::midpoint(1.0, tau))),
        _nothing => None,
    };
    held.extend(also);
    Some(held)
}

/// Whether a text of the card names this cited number: as a link `(#id)`, or by its id alone.
fn cites(text: &str, cited: &Value) -> bool {
    let id = cited.get("id").and_then(Value::as_str).unwrap_or("?");
    text.contains(&format!("(#{id})")) || text == format!("\"{id}\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_printed_number_is_computed_again() {
    needs_models();
    let app = TestApp::start().await;
    let vitrine = Program::of(&app);
    let (mut pages, mut places, mut count, mut wrong) = (0, 0, 0, Vec::new());
    for system in systems() {
        publish(&vitrine, &system).await;
        let _card = app.card_of(&format!("/api/v1/releases/engineer/{system}/1.0.0")).await;
        let again = format!("{system}.again.json");
        let _replayed = vitrine.run(&format!("replay {system} -o {again}")).await.with(0);
        let again: Value =
            serde_json::from_slice(&std::fs::read(vitrine.path(&again)).must("the card")).must("JSON");
        for page in ["", "/v/1", "/quiz"] {
            let mut english: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
            for language in LANGUAGES {
                let at = format!("/cards/{system}{page}?lang={language}");
                pages += 1;
                let mut seen: BTreeMap<String, usize> = BTreeMap::new();
                for (place, shown, text) in printed(&app.anonymous(), &at).await {
                    places += 1;
                    let Some(held) = held(&again, &place) else {
                        wrong.push(format!("{at}: there is no {place} for `{text}`"));
                        continue;
                    };
                    let nth = seen.entry(place.clone()).or_default();
                    *nth += 1;
                    let mut values: Vec<String> = shown.iter().map(|shown| shown.value.to_string()).collect();
                    values.sort();
                    // Other languages order their words, and shares, in other ways; their numbers are the same.
                    if language != "en" {
                        let expected = english.get(&(place.clone(), *nth));
                        let same = expected.is_some_and(|expected| same_numbers(expected, &text, &held));
                        count += values.len();
                        if !same {
                            wrong.push(format!(
                                "{at}: `{text}` ({place}) has other numbers than in English: {expected:?}"
                            ));
                        }
                        continue;
                    }
                    for shown in shown {
                        count += 1;
                        if !held.iter().any(|value| numbers::holds(value, shown)) {
                            wrong.push(format!("{at}: {shown:?} of `{text}` is not in {place}: {held:?}"));
                        }
                    }
                    english.insert((place, *nth), plain_numbers(&text));
                }
            }
        }
    }
    println!("{}", json!({"walk": {"pages": pages, "places": places, "numbers": count}}));
    assert!(wrong.is_empty(), "{} of {count}: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    assert!(count > 500, "only {count} numbers");
}

/// The runs of digits in a text, without what groups them, sorted.
fn plain_numbers(text: &str) -> Vec<String> {
    let mut digits: Vec<String> = Vec::new();
    let letters: Vec<char> = text.chars().collect();
    let mut open = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let between = |letter: char| {
            matches!(letter, ',' | '.')
                && !open.is_empty()
                && letters.get(at + 1).is_some_and(char::is_ascii_digit)
        };
        if letter.is_ascii_digit() || (*letter == '.' && between('.')) {
            open.push(*letter);
        } else if *letter == ',' && between(',') {
            // 12,345 and 12,34,567 are one number each.
        } else if !open.is_empty() {
            digits.push(std::mem::take(&mut open));
        }
    }
    digits.extend((!open.is_empty()).then_some(open));
    digits.sort();
    digits
}

/// Whether a sentence has the numbers of the English one; besides it may write a share in figures that English writes in
/// words, such as 2 of 5.
fn same_numbers(english: &[String], text: &str, held: &[Value]) -> bool {
    let mut rest = plain_numbers(text);
    for number in english {
        let Some(at) = rest.iter().position(|known| known == number) else { return false };
        rest.remove(at);
    }
    let values: Vec<f64> = rest.iter().filter_map(|number| number.parse().ok()).collect();
    let is_held = |share: f64| {
        let shown = numbers::Shown { value: share, rounded: numbers::Rounded::Share };
        held.iter().any(|value| numbers::holds(value, shown))
    };
    pairs(&values, &is_held)
}

/// Whether these numbers can be paired so that each pair is a share that is held.
fn pairs(values: &[f64], is_held: &dyn Fn(f64) -> bool) -> bool {
    let Some((first, rest)) = values.split_first() else { return true };
    (0..rest.len()).any(|at| {
        let others: Vec<f64> = [&rest[..at], &rest[at + 1..]].concat();
        is_held(first.min(rest[at]) / first.max(rest[at])) && pairs(&others, is_held)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_computed_to_the_same_bytes_every_time() {
    let (app, vitrine) = pushed().await;
    let stored = app.anonymous().get("/cards/small-ranking/v/1.json").await.status(200).bytes;
    let _fetched = vitrine.run("card fetch small-ranking -o card.json").await.with(0);
    let times = if is_whole() { 100 } else { 4 };

    for _ in 0..times {
        let _replayed = vitrine.run("replay card.json --offline -o again.json").await.with(0);
        let again = std::fs::read(vitrine.path("again.json")).must("the card");
        assert_eq!(Digest::of(&again), Digest::of(&stored));
    }
    // What was measured, without which release of whom it is: the same wherever it is computed.
    let mut card: Value = serde_json::from_slice(&stored).must("JSON");
    let fields = card.as_object_mut().must("an object");
    let _who = fields.remove("release").must("the release");
    let measured = Digest::of(card.to_string().as_bytes()).hex();
    println!(
        "{}",
        json!({"replays": {"times": times, "digest": Digest::of(&stored).hex(), "measured": measured}})
    );
}

/// Writes the file with one bit of this byte changed.
fn flip(path: &Path, good: &[u8], at: usize) {
    let mut bytes = good.to_vec();
    *bytes.get_mut(at).must("a byte") ^= 1;
    std::fs::write(path, bytes).must("writing a file");
}

/// Every value of a document, by its place.
fn leaves(value: &Value, at: String, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                leaves(item, format!("{at}/{number}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                leaves(field, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        leaf => found.push((at, leaf.clone())),
    }
}

/// Another value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(whole) => json!(whole + 1),
            None => json!(number.as_f64().unwrap_or_default() * 1.000_001 + 1e-9),
        },
        Value::String(text) => json!(format!("{text}.")),
        Value::Bool(said) => json!(!said),
        _null => json!(1),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_is_found() {
    let (_app, vitrine) = pushed().await;
    let _fetched = vitrine.run("card fetch small-ranking -o card.json").await.with(0);
    let _pulled = vitrine.run("pull engineer/small@1.0.0 small-1").await.with(0);
    let card: Value =
        serde_json::from_slice(&std::fs::read(vitrine.path("card.json")).must("the card")).must("JSON");
    let mut values = Vec::new();
    leaves(&card, String::new(), &mut values);
    let most = if is_whole() { 200 } else { 12 };
    let step = (values.len() / most).max(1);
    let mut found = 0;
    for (place, value) in values.iter().step_by(step) {
        let mut lie = card.clone();
        *lie.pointer_mut(place).must(place) = other(value);
        vitrine.write("lie.json", lie.to_string());
        let told = vitrine.run("replay lie.json --offline --release-dir card.json.vitrine/release").await;
        assert!(matches!(told.code, 1 | 3), "{place}: {value} became {}: {}", other(value), told.said);
        found += 1;
    }
    // The model, the lists, the words, and all that signs and proves them, each at several places.
    let files = [
        "release/model.onnx",
        "release/reference.csv",
        "release/system-card.yaml",
        "release.vitrine/document.json",
    ];
    for file in files {
        let path = vitrine.path(&format!("card.json.vitrine/{file}"));
        let good = std::fs::read(&path).must(file);
        let times = if is_whole() { 15 } else { 2 };
        for at in (0..times).map(|number| number * (good.len() - 1) / times) {
            flip(&path, &good, at);
            let told = vitrine.run("replay card.json --offline").await;
            assert!(matches!(told.code, 1 | 3), "{file} at {at}: {} {}", told.said, told.remarked);
            std::fs::write(&path, &good).must("putting it back");
            found += 1;
        }
    }
    for file in ["release.json", "model.sig", "release.tlog-proof", "log.vkey", "registry.pem"] {
        let path = vitrine.path(&format!("small-1.vitrine/{file}"));
        let good = std::fs::read(&path).must(file);
        let times = if is_whole() { 10 } else { 1 };
        for at in (0..times).map(|number| good.len() / 3 + number * (good.len() / 2) / times) {
            flip(&path, &good, at);
            let told = vitrine.run("verify small-1 --offline").await;
            assert_ne!(told.code, 0, "{file} at {at}: {}", told.said);
            std::fs::write(&path, &good).must("putting it back");
            found += 1;
        }
    }
    let _good = vitrine.run("replay card.json --offline").await.with(0);
    let _good = vitrine.run("verify small-1 --offline").await.with(0);
    println!("{}", json!({"mutations": {"made": found, "found": found}}));
}
