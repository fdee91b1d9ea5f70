use std::collections::BTreeMap;

use insta::assert_snapshot;
use onnx::formula::{Formula, Order, compile};

use super::*;

const CARD: &str = r"schema: vitrine/system-card/1
language: en
title: Small feed
one_line: Decides what you see first.
operator: {name: Example}
surface: Home
regions: [IN]
audience: [everyone]
purpose: Puts new posts first.
who_is_affected: Readers and authors.
lists: {made_up: true}
signals:
  - {id: votes, column: ups, plain_name: Votes, plain_help: Votes so far, unit: votes, source: readers, uses_profile: false, sensitive: false, mutable_by: reader, reason_for_importance: Liked posts matter.}
  - {id: age, column: age_hours, plain_name: Age, plain_help: Hours since posting, unit: hours, source: the clock, uses_profile: false, sensitive: false, mutable_by: no_one, reason_for_importance: New posts matter.}
steps:
  - {kind: filter, title: Leave out, plain: Old posts are left out., where: age_hours < 100}
controls:
  - {id: hide, plain: Hide old posts, where: In the menu, effect: {remove: age_hours > 24}}
non_profiling: {available: false, how: It uses no profile.}
exposure: [{column: language, plain_name: Language, groups: [ta, hi]}]
limits: [It looks at two things.]
risks:
  - {name: Old posts, who: Authors, harm: Old posts sink., benefit: Readers see news., mitigation: None.}
withheld: []
human_oversight: None.
appeal: {how: Write to us.}
data_used:
  - {name: Posts, personal: false, retention: Kept.}
";

const LISTS: &str = "list_id,item_id,item_title,language,ups,age_hours,note\n\
    b,1,One,ta,10,1,x\na,1,Uno,hi,20,2,x\nb,2,Two,ta,30,3,x\na,2,Due,hi,40,4,x\n";

struct Files(BTreeMap<String, Vec<u8>>);

impl ReleaseFiles for Files {
    fn paths(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

fn model(inputs: &[&str]) -> Vec<u8> {
    let steps = vec![format!("score = {}", inputs.join(" + "))];
    let inputs = inputs.iter().map(|input| (*input).to_owned()).collect();
    compile(&Formula { id: "small".to_owned(), steps, inputs, order: Order::Descending }).unwrap()
}

fn files(card: &str, lists: &str) -> Files {
    let files = [
        (CARD_FILE, card.as_bytes().to_vec()),
        ("reference.csv", lists.as_bytes().to_vec()),
        ("model.onnx", model(&["age_hours", "ups"])),
        ("README.md", Vec::new()),
    ];
    Files(files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes)).collect())
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn refused(files: &Files) -> String {
    told(&check(files).expect_err("the release was accepted"))
}

#[track_caller]
fn refused_card(part: &str, replacement: &str) -> String {
    assert!(CARD.contains(part), "{part}");
    refused(&files(&CARD.replacen(part, replacement, 1), LISTS))
}

#[test]
fn a_sound_release_becomes_a_bundle_in_order_of_lists_and_slots() {
    let bundle = check(&files(CARD, LISTS)).unwrap();

    assert_eq!(bundle.list_ids, ["b", "a"]);
    assert_eq!(bundle.item_ids, ["1", "2", "1", "2"]);
    assert_eq!(bundle.item_titles.as_deref().unwrap(), ["One", "Two", "Uno", "Due"]);
    assert_eq!(bundle.signals, [1, 0]);
    assert_eq!((bundle.slot("votes"), bundle.slot("age")), (Some(1), Some(0)));
    assert_eq!(bundle.lists.rows().values(), [1.0, 10.0, 3.0, 30.0, 2.0, 20.0, 4.0, 40.0]);
    assert_eq!(bundle.lists.bounds(), [0..2, 2..4]);
    assert_eq!(bundle.output, Output::Named("score".to_owned()));
    assert_eq!(bundle.table.numbers("ups"), Some([10.0, 30.0, 20.0, 40.0].as_slice()));
    assert_eq!(bundle.labels, None);
}

#[test]
fn three_files_at_the_root_make_a_ranking_release() {
    assert!(is_ranking(&["model.onnx", "system-card.yaml", "reference.parquet", "x"]));
    assert!(!is_ranking(&["a/model.onnx", "system-card.yaml", "reference.csv"]));
    assert!(!is_ranking(&["model.onnx", "system-card.yaml"]));
    assert!(!is_ranking(&["model.onnx", "reference.csv"]));
}

#[test]
fn missing_files_are_all_named() {
    assert_snapshot!(refused(&Files(BTreeMap::new())), @r"
    system-card.yaml: The file is missing. Put `system-card.yaml` at the root of the repository.
    There is no model. Put one file whose name ends in `.onnx` at the root.
    There are no reference lists. Put `reference.csv` or `reference.parquet` at the root.
    ");
    let mut several = files(CARD, LISTS);
    several.0.insert("other.onnx".to_owned(), Vec::new());
    several.0.insert("reference.parquet".to_owned(), Vec::new());
    assert_snapshot!(refused(&several), @r"
    system-card.yaml, line 1, model.file: There are several models: model.onnx, other.onnx. Name the one that ranks.
    system-card.yaml, line 11, lists.file: There are both `reference.csv` and `reference.parquet`. Name the one to use.
    ");
    let named =
        CARD.replace("{made_up: true}", "{made_up: true, file: reference.csv}\nmodel: {file: model.onnx}");
    several.0.insert(CARD_FILE.to_owned(), named.into_bytes());
    assert!(check(&several).is_ok());
    assert_snapshot!(refused_card("lists: {made_up: true}", "lists: {made_up: true, file: other.csv}\nmodel: {file: other.onnx}"), @r"
    system-card.yaml, line 12, model.file: There is no file `other.onnx`. Name a file at the root of the repository.
    system-card.yaml, line 11, lists.file: There is no file `other.csv`. Name a file at the root of the repository.
    ");
}

#[test]
fn faults_of_all_files_are_told_together() {
    let mut files = files(&CARD.replace("title: Small feed\n", ""), "list_id\n");
    files.0.insert("model.onnx".to_owned(), b"nonsense".to_vec());

    let told = refused(&files);

    assert!(told.contains("system-card.yaml, line 1, title: This is missing."), "{told}");
    assert!(told.contains("model.onnx: The model is refused:"), "{told}");
    assert!(told.contains("reference.csv: There are no rows."), "{told}");
    files.0.insert(CARD_FILE.to_owned(), CARD.as_bytes().to_vec());
    let told = refused(&files);
    assert!(told.contains("model.onnx: The model is refused:"), "{told}");
    assert!(told.contains("reference.csv, line 1, ups: The column `ups` is missing."), "{told}");
}

#[test]
fn inputs_and_signals_must_meet() {
    let mut third = files(CARD, LISTS);
    third.0.insert("model.onnx".to_owned(), model(&["ups", "age_hours", "downs"]));
    assert_snapshot!(refused(&third), @"system-card.yaml, line 12, signals: The model's input `downs` has no signal. Add a signal for it.");
    assert_snapshot!(refused_card("column: ups", "column: note"), @r"
    system-card.yaml, line 13, signals[0].column: The model has no input `note`. Name the input in `input`, or its place in `index`, or remove the signal.
    system-card.yaml, line 12, signals: The model's input `ups` has no signal. Add a signal for it.
    reference.csv, line 2, note: `x` is not a finite number. Write a number such as `24` or `0.5`.
    reference.csv, line 3, note: `x` is not a finite number. Write a number such as `24` or `0.5`.
    reference.csv, line 4, note: `x` is not a finite number. Write a number such as `24` or `0.5`.
    reference.csv, line 5, note: `x` is not a finite number. Write a number such as `24` or `0.5`.
    ");
    assert_snapshot!(refused_card("column: ups", "column: ups, input: age_hours"), @r"
    system-card.yaml, line 14, signals[1]: `votes` and `age` feed the same input `age_hours`. Give each its own input.
    system-card.yaml, line 12, signals: The model's input `ups` has no signal. Add a signal for it.
    ");
    assert_snapshot!(refused_card("column: ups", "column: ups, index: 0"), @r"
    system-card.yaml, line 13, signals[0].index: The model's matrices have 0 columns. Count from 0, or leave it out where inputs have names.
    system-card.yaml, line 12, signals: The model's input `ups` has no signal. Add a signal for it.
    ");
}

#[test]
fn outputs_must_exist() {
    let with =
        |line: &str| refused_card("lists: {made_up: true}", &format!("lists: {{made_up: true}}\n{line}"));
    assert_snapshot!(with("model: {output: rank}"), @"system-card.yaml, line 12, model.output: The model has no numeric output `rank`. Name one of: score.");
    assert_snapshot!(with("value: {score: 1, like: 2}"), @"system-card.yaml, line 12, value.like: The model has no numeric output `like`. Name one of: score.");
    assert_snapshot!(with("model: {output: score}\nvalue: {score: 1}"), @"system-card.yaml, line 13, value: Both one output and weights of several are given. Keep `model.output` or `value`.");
    assert_snapshot!(refused_card("{remove: age_hours > 24}", "{switch: newest}"), @"system-card.yaml, line 18, controls[0].effect.switch: The model has no numeric output `newest`. Name one of: score.");
}

#[test]
fn conditions_and_groups_must_fit_the_columns() {
    assert_snapshot!(refused_card("age_hours > 24", "height > 24"), @"system-card.yaml, line 18, controls[0].effect.remove: The condition `height > 24` cannot be used: there is no column `height`. Use columns of the reference lists, and compare numbers with numbers.");
    assert_snapshot!(refused_card("age_hours < 100", "language < 100"), @"system-card.yaml, line 16, steps[0].where: The condition `language < 100` cannot be used: `language` and `100` cannot be compared: one is a number, the other is text. Use columns of the reference lists, and compare numbers with numbers.");
    assert_snapshot!(refused_card("[ta, hi]", "[ta, ur]"), @"system-card.yaml, line 20, exposure[0].groups[1]: No row has `ur` in the column `language`. Name values that occur, or write `groups: all`.");
    assert_snapshot!(refused_card("column: language", "column: ups"), @"system-card.yaml, line 20, exposure: The column `ups` is a signal too. Name another column.");
    assert_snapshot!(refused_card("{made_up: true}", "{made_up: true, title: item_id}"), @"system-card.yaml, line 11, lists.title: The column `item_id` is used both here and in `lists.item`. Name another column.");
}

#[test]
fn items_need_ids_of_their_own() {
    let lists = LISTS.replace("b,2,Two", "b,1,Two").replace("a,2,Due", "a,,Due");
    assert_snapshot!(refused(&files(CARD, &lists)), @r"
    reference.csv, item_id: The item `1` stands twice in the list `b`. Give each item of a list its own id.
    reference.csv, item_id: Row 4 has no id. Write one.
    ");
}

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../collection/example-social-feed");

fn example() -> Files {
    let read = |name: &str| (name.to_owned(), std::fs::read(format!("{EXAMPLE}/{name}")).unwrap());
    Files(["model.onnx", "system-card.yaml", "reference.csv"].into_iter().map(read).collect())
}

#[test]
fn the_example_is_sound() {
    let bundle = check(&example()).unwrap();

    assert_eq!((bundle.lists.len(), bundle.slots.len(), bundle.table.rows()), (30, 24, 600));
    assert_eq!(bundle.signals, (0..24).collect::<Vec<_>>());
    assert_eq!(bundle.output, Output::Named("score".to_owned()));
}

/// The example after changing its words and its lists.
#[track_caller]
fn refused_example(card: (&str, &str), lists: (&str, &str)) -> String {
    let mut files = example();
    for (name, (part, replacement)) in [(CARD_FILE, card), ("reference.csv", lists)] {
        let text = String::from_utf8(files.0[name].clone()).unwrap();
        assert!(text.contains(part), "{part}");
        files.0.insert(name.to_owned(), text.replacen(part, replacement, 1).into_bytes());
    }
    refused(&files)
}

#[test]
fn the_columns_of_a_matrix_stand_in_the_models_order() {
    assert_snapshot!(refused_example(("", ""), ("likes_24h,comments_24h", "comments_24h,likes_24h")), @"system-card.yaml, line 24, signals: The columns of the lists stand in another order than the model's inputs: `comments_24h` where `likes_24h` should be, `likes_24h` where `comments_24h` should be. Write the columns in the model's order, or correct `index`.");
    assert_snapshot!(refused_example(("  - {column: creator_size, plain_name: How many followers the author has, groups: all}\n", ""), ("", "")), @"system-card.yaml, line 24, signals: The lists have columns that are nothing here: creator_size. Remove them, or declare them as signals or in `exposure`.");
    assert_snapshot!(refused_example(("index: 3\n", "index: 24\n"), ("", "")), @r"
    system-card.yaml, line 63, signals[3].index: The model's matrices have 24 columns. Count from 0, or leave it out where inputs have names.
    system-card.yaml, line 24, signals: The model's input `signals`[3] has no signal. Add a signal for it.
    ");
    assert_snapshot!(refused_example(("index: 3\n", "index: 2\n"), ("", "")), @r"
    system-card.yaml, line 61, signals[3]: `interactions_with_author_30d` and `follows_author` feed the same input `signals`[2]. Give each its own input.
    system-card.yaml, line 24, signals: The model's input `signals`[3] has no signal. Add a signal for it.
    ");
    assert_snapshot!(refused_example(("", ""), ("follows_author", "follows")), @r"
    system-card.yaml, line 24, signals: The lists have columns that are nothing here: follows. Remove them, or declare them as signals or in `exposure`.
    reference.csv, line 1, follows_author: The column `follows_author` is missing. Add it, or correct its name in `system-card.yaml`.
    ");
}

fn refused_golden(card: &str, golden: &str) -> String {
    let mut files = files(card, LISTS);
    files.0.insert("golden.csv".to_owned(), golden.as_bytes().to_vec());
    refused(&files)
}

#[test]
fn golden_rows_are_read_in_the_order_of_the_slots() {
    let mut files = files(CARD, LISTS);
    assert!(check(&files).unwrap().golden.is_none());
    files.0.insert("golden.csv".to_owned(), b"ups,item_id,score,age_hours\n10,7,11,1\n20,8,22,2\n".to_vec());

    let golden = check(&files).unwrap().golden.unwrap();

    assert_eq!(golden.rows.values(), [1.0, 10.0, 2.0, 20.0]);
    assert_eq!(golden.scores, [11.0, 22.0]);
    assert_eq!(golden.item_ids.unwrap(), ["7", "8"]);
    files.0.insert("golden.csv".to_owned(), b"ups,score,age_hours\n10,11,1\n".to_vec());
    assert!(check(&files).unwrap().golden.unwrap().item_ids.is_none());
}

#[test]
fn every_fault_of_golden_rows_is_told() {
    assert_snapshot!(refused_golden(CARD, "ups,age\nx,1\n"), @r"
    golden.csv, line 1, age_hours: The column `age_hours` is missing. Add it, or correct its name in `system-card.yaml`.
    golden.csv, line 1, score: The column `score` is missing. Add it, or correct its name in `system-card.yaml`.
    golden.csv, line 2, ups: `x` is not a finite number. Write a number such as `24` or `0.5`.
    ");
    assert_snapshot!(refused_golden(CARD, "ups,age_hours,score\nx,1,2\n1,,nan\n"), @r"
    golden.csv, line 2, ups: `x` is not a finite number. Write a number such as `24` or `0.5`.
    golden.csv, line 3, age_hours: The cell is empty. Write a number such as `24` or `0.5`.
    golden.csv, line 3, score: `nan` is not a finite number. Write a number such as `24` or `0.5`.
    ");
    assert_snapshot!(refused_golden(CARD, "ups,age_hours,score\n"), @"golden.csv: There are no rows. Write at least one list with one item.");
    assert_snapshot!(refused_golden(CARD, ""), @"golden.csv: The file is empty. Write a header line and one line an item.");
    let many = format!("ups,age_hours,score\n{}", "1,2,3\n".repeat(10_001));
    assert_snapshot!(refused_golden(CARD, &many), @"golden.csv: There are 10001 rows. Keep at most 10000 of them.");
    let taken = CARD.replace("column: ups", "column: score");
    let told = refused_golden(&taken, "age_hours,score\n1,2\n");
    assert!(told.contains("The column `score` is a signal, but in `golden.csv`"), "{told}");
}
