mod effects;
mod form;
mod golden;
mod inside;
mod quiz;
mod replays;
mod shapes;
mod trial;
mod versions;

use std::collections::BTreeMap;
use std::io;

use domain::{CommitId, Kind, ReleaseFile, ReleaseRepository, Uuid, Visibility};
use explain::{Matrix, Order};
use onnx::formula::{self, Formula};
use serde_json::{Value, json};

use super::*;
use crate::card::{Known, Measured, MeasuredEffect, Reason};

/// The score of the toy: fresh posts of friends first, likes help a little, one input counts for nothing.
const STEPS: &[&str] =
    &["score = 3 * friend + where(friend > 0, 0 - age, 0 - 0.5 * age) + 0.2 * likes + 0 * dead"];
const INPUTS: &[&str] = &["age", "friend", "likes", "dead", "same"];

fn score(row: &[f64]) -> f64 {
    let slope = if row[1] > 0.0 { -1.0 } else { -0.5 };
    3.0 * row[1] + slope * row[0] + 0.2 * row[2]
}

struct Toy(f64, usize);

impl Scorer for Toy {
    fn inputs(&self) -> usize {
        INPUTS.len()
    }
    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        self.1 += rows.rows();
        Ok(rows.iter_rows().map(|row| self.0 * score(row)).collect())
    }
}

impl Scorers for Toy {
    fn usual(&mut self) -> &mut dyn Scorer {
        self
    }
    fn other(&mut self, instead: &Switch) -> Result<Option<Box<dyn Scorer + '_>>, ScoreError> {
        Ok(match instead {
            Switch::Release { .. } => Some(Box::new(Toy(-1.0, 0))),
            Switch::Output(_) => None,
        })
    }
    fn runtime(&self) -> RuntimeFacts {
        RuntimeFacts { name: "toy".to_owned(), version: "1".to_owned() }
    }
}

/// Six lists of eight posts, whole numbers only.
fn table(list_of: fn(u32) -> u32) -> String {
    let row = |n: u32| {
        let (age, friend, likes, dead) =
            (n * 7 % 23, u32::from((n * 5).is_multiple_of(3)), n * 11 % 19, n % 5);
        format!("l{},p{n},Post {n},{age},{friend},{likes},{dead},4\n", list_of(n))
    };
    let rows: Vec<String> = (0..48).map(row).collect();
    format!("list_id,item_id,item_title,age,friend,likes,dead,same\n{}", rows.concat())
}

fn words(extra: &str) -> String {
    let signal = |(id, profile): (&str, bool)| {
        format!(
            "  - {{id: {id}, column: {id}, plain_name: The {id}, plain_help: What {id} means., unit: '', source: the app, group: g, \
             uses_profile: {profile}, sensitive: false, mutable_by: author, neutral: 0, reason_for_importance: It helps.}}\n"
        )
    };
    let signals: String = INPUTS.iter().map(|id| signal((id, *id == "friend"))).collect();
    let decides = if extra.contains("decides:") { "" } else { "decides: order\n" };
    format!(
        "schema: vitrine/system-card/1\nlanguage: en\ntitle: Toy feed\none_line: Orders posts of a toy.\n\
         operator: {{name: Toy operator}}\nsurface: Home\nregions: [IN]\naudience: [everyone]\n\
         purpose: Shows fresh posts.\nwho_is_affected: Readers of the toy.\n{decides}lists: {{made_up: true}}\n\
         groups: [{{id: g, plain_name: All}}]\nsignals:\n{signals}{REST}{extra}"
    )
}

const REST: &str = r#"steps:
  - {kind: gather, title: Collect, plain: Posts are collected.}
  - {kind: filter, title: Drop old, plain: Old posts leave., where: "age <= 15"}
  - {kind: show, title: Show, plain: The first are shown., keep_top: 3}
controls:
  - {id: unfriend, plain: Unfriend, where: Profile, in_lists: "friend == 1", effect: {set: {friend: 0}}}
  - {id: hide, plain: Hide old posts, where: Settings, effect: {remove: "age > 15"}}
  - {id: nothing, plain: Hide nothing, where: Settings, effect: {remove: "age > 99"}}
  - {id: report, plain: Report, where: Under the post, effect: {outside: true}}
  - {id: other, plain: Use the other order, where: Settings, effect: {switch: "toy/other@1.0.0"}}
  - {id: unfriend-all, plain: Unfriend all, where: Profile, effect: {set: {friend: 0}}}
non_profiling: {available: true, how: Switch it on in the settings., effect: {set: {friend: 0}}}
limits: [It is a toy.]
risks: [{name: None, who: Nobody, harm: None., benefit: None., mitigation: None.}]
withheld: []
human_oversight: Nobody watches.
appeal: {how: Write a letter.}
data_used: [{name: Toy posts, personal: false, retention: None.}]
"#;

struct Files(BTreeMap<String, Vec<u8>>);

impl crate::ReleaseFiles for Files {
    fn paths(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn release(extra: &str) -> (ReleaseDocument, Bundle) {
    release_with(extra, |n| n / 8)
}

/// The release with its posts in other lists.
fn release_with(extra: &str, list_of: fn(u32) -> u32) -> (ReleaseDocument, Bundle) {
    release_of(&files(extra, list_of))
}

fn files(extra: &str, list_of: fn(u32) -> u32) -> Files {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let formula = Formula {
        id: "toy".to_owned(),
        steps: owned(STEPS),
        inputs: owned(INPUTS),
        order: formula::Order::Descending,
    };
    Files(BTreeMap::from([
        ("model.onnx".to_owned(), formula::compile(&formula).unwrap()),
        ("reference.csv".to_owned(), table(list_of).into_bytes()),
        ("system-card.yaml".to_owned(), words(extra).into_bytes()),
    ]))
}

/// The release of these files.
fn release_of(files: &Files) -> (ReleaseDocument, Bundle) {
    let bundle = crate::check(files).unwrap_or_else(|faults| {
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{}", told.join("\n"))
    });
    let file = |(path, bytes): (&String, &Vec<u8>)| ReleaseFile {
        path: path.parse().unwrap(),
        size: bytes.len() as u64,
        sha256: Digest::of(bytes),
    };
    let document = ReleaseDocument {
        schema: domain::ReleaseSchema,
        repository: ReleaseRepository { id: Uuid::nil(), name: "toy/Feed".parse().unwrap() },
        version: "1.0.0".parse().unwrap(),
        kind: Kind::Ranking,
        commit: CommitId::of(b"toy"),
        published_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        visibility: Visibility::Public,
        license: "Apache-2.0".parse().unwrap(),
        languages: vec![],
        base: None,
        pipeline_tag: None,
        library_name: None,
        tags: vec![],
        datasets: vec![],
        family: None,
        variant: None,
        training_data: None,
        energy: None,
        out_of_scope: Vec::new(),
        pre_release_tests: Vec::new(),
        description: None,
        announcement: None,
        paper: None,
        starting_code: None,
        intended_use: None,
        limits: vec![],
        risks: vec![],
        benefits: vec![],
        generates_media: None,
        disclosure: None,
        files: files.0.iter().map(file).collect(),
    };
    (document, bundle)
}

fn request<'a>(document: &'a ReleaseDocument, bundle: &'a Bundle) -> Request<'a> {
    let release_digest = document.to_bytes().unwrap().1;
    Request { release: document, release_digest, bundle, slug: None, version: 1, previous: None }
}

fn card_of(extra: &str, toy: &mut Toy) -> Card {
    let (document, bundle) = release(extra);
    generate(request(&document, &bundle), toy, &mut |_| {}).unwrap()
}

fn card() -> Card {
    card_of("", &mut Toy(1.0, 0))
}

fn json_of(card: &Card) -> Value {
    serde_json::from_slice(&card.to_bytes().unwrap().0).unwrap()
}

#[test]
fn the_same_release_gives_the_same_bytes() {
    let (bytes, digest) = card().to_bytes().unwrap();

    assert_eq!(card().to_bytes().unwrap(), (bytes.clone(), digest));
    let pretty = serde_json::to_string_pretty(&serde_json::from_slice::<Value>(&bytes).unwrap()).unwrap();
    insta::assert_snapshot!("toy_card", pretty);
}

#[test]
fn a_card_reads_back_from_its_bytes() {
    let card = card();

    let again: Card = serde_json::from_slice(&card.to_bytes().unwrap().0).unwrap();

    assert_eq!(again, card);
    let mut unknown = json_of(&card);
    unknown["surprise"] = json!(1);
    assert!(serde_json::from_value::<Card>(unknown).is_err());
}

#[test]
fn signals_are_ranked_and_dead_ones_are_named() {
    let card = card();

    let ranked: Vec<&str> = card.ranked_signals().iter().map(|signal| signal.id.as_str()).collect();
    assert_eq!(ranked, ["age", "friend", "likes", "dead", "same"]);
    let dead = card.signal("dead").unwrap();
    assert!(dead.importance.never_moved && dead.importance.mean_abs_places.value == 0.0);
    let same = card.signal("same").unwrap();
    assert!(same.importance.never_moved && same.range.constant);
    assert_eq!(same.importance.direction.reason(), Some(Reason::OneValueOnly));
    assert!(!card.headlines.contains(&"dead".to_owned()));
    let shares: f64 = card.signals.iter().map(|signal| signal.importance.share.value).sum();
    assert!((shares - 1.0).abs() < 1e-6);
}

#[test]
fn directions_are_those_of_the_formula() {
    use explain::direction::Verdict;
    let card = card();
    let verdict = |id| card.signal(id).unwrap().importance.direction.known().unwrap().verdict;

    assert_eq!(verdict("age"), Verdict::Down);
    assert_eq!(verdict("likes"), Verdict::Up);
    assert_eq!(verdict("dead"), Verdict::None);
    // A friend's very old post loses more by age than three points.
    assert_eq!(verdict("friend"), Verdict::Mixed);
}

#[test]
fn a_signal_that_leaves_the_first_three_elsewhere_is_no_headline() {
    let mut card = card();
    let others = *card.signal("age").unwrap().other_lists.known().unwrap();
    let elsewhere = crate::card::OtherList { rank: 4, ..others.mixed };

    let leaves = Known::Yes(crate::card::OtherLists { mixed: elsewhere, ..others });
    assert!(signals::depends_on_list(1, &leaves));
    assert!(!signals::depends_on_list(4, &leaves));
    assert!(!signals::depends_on_list(1, &Known::Yes(others)));
    card.signals[0].depends_on_list = true;
    assert_eq!(signals::headlines(&card.signals), ["friend", "likes"]);
}

#[test]
fn steps_count_what_their_rules_leave() {
    let card = card();
    let counts: Vec<(Option<f64>, Option<f64>)> = card
        .steps
        .iter()
        .map(|step| (step.count_in.known().map(|n| n.value), step.count_out.known().map(|n| n.value)))
        .collect();

    // 34 of the 48 posts are at most 15 hours old; every list keeps at least three of them.
    let filtered = crate::card::rounded(34.0 / 6.0);
    assert_eq!(counts, [(None, None), (Some(8.0), Some(filtered)), (Some(filtered), Some(3.0))]);
    assert_eq!(card.steps[0].count_in.reason(), Some(Reason::NotPublished));
}

#[test]
fn examples_add_up_and_name_the_two_strongest_helpers() {
    let card = card();

    assert_eq!(card.examples.len(), 4);
    for example in &card.examples {
        let parts: f64 = example.contributions.iter().map(|part| part.points.value).sum();
        let rest = example.others.map_or(0.0, |others| others.points.value);
        assert!((parts + rest - example.gap.value).abs() < 1e-6);
        assert!((example.upper.score.value - example.lower.score.value - example.gap.value).abs() < 1e-6);
        assert!(example.upper.place.value < example.lower.place.value);
        assert!(example.upper.title.is_some() && example.drawn == 0);
        let mut helpers: Vec<(f64, &str)> =
            example.contributions.iter().map(|part| (part.points.value, part.signal.as_str())).collect();
        helpers.retain(|(points, _)| *points > 0.0);
        helpers.sort_by(|one, other| other.0.total_cmp(&one.0));
        let named: Vec<&str> = helpers.iter().take(2).map(|(_, signal)| *signal).collect();
        assert_eq!(example.largest, named);
    }
}

#[test]
fn ascending_lists_mirror_descending_ones() {
    let up = card();
    let turned = card_of("model: {order: ascending}\n", &mut Toy(-1.0, 0));

    assert_eq!(turned.order, Order::Ascending);
    for (one, other) in up.signals.iter().zip(&turned.signals) {
        assert_eq!(unproven(one), unproven(other));
        assert_eq!(one.off_effect, other.off_effect);
    }
    assert_eq!(up.headlines, turned.headlines);
    assert_eq!(
        up.controls[0].measured.known().map(places_up),
        turned.controls[0].measured.known().map(places_up)
    );
    for (one, other) in up.examples.iter().zip(&turned.examples) {
        assert_eq!((&one.upper.item_id, &one.largest), (&other.upper.item_id, &other.largest));
        assert!((one.gap.value + other.gap.value).abs() < 1e-9);
    }
}

/// What is measured by asking: the turned scores are not those of the released model, so nothing is proven of them.
fn unproven(signal: &Signal) -> crate::card::Importance {
    let mut importance = signal.importance;
    if let Known::Yes(direction) = &mut importance.direction {
        direction.proven = None;
    }
    importance
}

fn places_up(effect: &MeasuredEffect) -> Measured {
    let MeasuredEffect::Set { places_up, .. } = effect else { panic!("{effect:?}") };
    *places_up
}

#[test]
fn score_systems_are_ordered_by_points() {
    let card = card_of("decides: score\nscore_unit: points\n", &mut Toy(1.0, 0));

    assert!(card.signals.iter().all(|signal| signal.importance.metric == crate::card::Metric::MeanAbsPoints));
    let points: Vec<f64> =
        card.ranked_signals().iter().map(|signal| signal.importance.mean_abs_points.value).collect();
    assert!(points.is_sorted_by(|one, other| one >= other), "{points:?}");
}

#[test]
fn the_model_is_asked_no_more_than_planned() {
    let mut toy = Toy(1.0, 0);
    card_of("", &mut toy);

    assert!(toy.1 < 650_000, "{}", toy.1);
}

#[test]
fn progress_ends_at_the_end() {
    let (document, bundle) = release("");
    let request = Request { version: 2, previous: Some(Digest::of(b"card")), ..request(&document, &bundle) };
    let mut seen = Vec::new();

    let card = generate(request, &mut Toy(1.0, 0), &mut |progress| seen.push(progress)).unwrap();

    let last = seen.last().unwrap();
    assert_eq!((last.done, seen.len()), (last.of, last.of));
    assert_eq!((card.version, card.previous), (2, Some(Digest::of(b"card"))));
    assert_eq!((card.card_id.as_str(), card.author.name.as_str()), ("feed", "toy"));
}

#[test]
fn a_model_that_gives_no_scores_is_told_by_its_outcome() {
    let (document, bundle) = release("");

    let failed = generate(request(&document, &bundle), &mut Toy(f64::NAN, 0), &mut |_| {});

    assert_eq!(failed.unwrap_err().outcome(), Some("bad_output"));
}

#[test]
fn a_file_that_the_release_does_not_list_is_told() {
    let (mut document, bundle) = release("");
    document.files.retain(|file| file.path.as_str() != "reference.csv");

    let failed = generate(request(&document, &bundle), &mut Toy(1.0, 0), &mut |_| {});

    assert_eq!(failed.unwrap_err().to_string(), "the release does not list the file `reference.csv`");
}
