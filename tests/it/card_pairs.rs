//! Sentences "A above B", many more than a card shows: the signals that they name are those with the largest shares, as
//! the definition computes them from the runtime's scores, and the value that they propose puts B above A.
//! `CARDS_WHOLE=1` looks at 10,000 of them instead of at a fixed share.

#![expect(clippy::indexing_slicing, reason = "an index outside its list fails the test, as it should")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cards::card::Example;
use cards::words::Messages;
use cards::{Bundle, ReleaseFiles};
use explain::Matrix;
use ranking::{Limits, ModelScorer, Selection, WorkerProgram};
use registry::{Models, Others};
use serde_json::json;
use tests::model::{Model, Node};
use tests::{Must, RankingRelease, needs_models, program};

use crate::explain_random::{Chance, Kind, model};

const COLUMNS: usize = 5;
/// Items of a list.
const ITEMS: usize = 24;
/// What rounding the scores and parameters of 32-bit models may change about a share, as part of the gap.
const ROUNDING: f64 = 1e-4;

struct Files(Vec<(String, Vec<u8>)>);

impl ReleaseFiles for Files {
    fn paths(&self) -> Vec<String> {
        self.0.iter().map(|(path, _)| path.clone()).collect()
    }

    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        let found = self.0.iter().find(|(known, _)| known == path);
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

/// A product of two lines, through a square root: nothing that adds up.
fn product(chance: &mut Chance) -> Vec<u8> {
    let weights: Vec<f32> = (0..2 * COLUMNS).map(|_| chance.quarter()).collect();
    Model::new(5)
        .tensor("one", &[5, 1], &weights[..COLUMNS])
        .tensor("other", &[5, 1], &weights[COLUMNS..])
        .node(&Node::new("MatMul", &["x", "one"], "p"))
        .node(&Node::new("MatMul", &["x", "other"], "q"))
        .node(&Node::new("Mul", &["p", "q"], "pq"))
        .node(&Node::new("Sigmoid", &["p"], "s"))
        .node(&Node::new("Mul", &["pq", "s"], "f"))
        .file(&["f"])
}

/// Models of six forms, each with the output that is its score.
fn forms(chance: &mut Chance) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        ("line", model(Kind::Line, chance, false), "f"),
        ("trees", model(Kind::Trees, chance, false), "f"),
        ("curves", model(Kind::Curves, chance, false), "f"),
        ("network", model(Kind::Network, chance, false), "f"),
        ("weighted outputs", model(Kind::Curves, chance, false), "h"),
        ("product", product(chance), "f"),
    ]
}

/// Lists of random items.
fn lists(count: usize, chance: &mut Chance) -> String {
    let mut text = String::from("list_id,item_id,item_title,x0,x1,x2,x3,x4\n");
    for row in 0..count * ITEMS {
        let (list, item) = (row / ITEMS, row % ITEMS);
        write!(text, "l{list},i{item},Item {item}").must("writing text");
        for _ in 0..COLUMNS {
            // Off the quarters, so that few scores tie.
            let value = chance.quarter() + chance.quarter() / 64.0;
            write!(text, ",{value}").must("writing text");
        }
        text.push('\n');
    }
    text
}

/// The two rows of an example.
fn rows<'a>(
    bundle: &'a Bundle,
    by_name: &BTreeMap<(&str, &str), usize>,
    example: &Example,
) -> [&'a [f64]; 2] {
    [&example.upper, &example.lower].map(|item| {
        let row = by_name.get(&(example.list_id.as_str(), item.item_id.as_str())).must("an item");
        bundle.lists.rows().row(*row).must("a row")
    })
}

/// Every mixture of two rows: bit c of its number says whether column c is of the first.
fn hybrids([upper, lower]: [&[f64]; 2]) -> Vec<Vec<f64>> {
    let hybrid = |set: usize| {
        (0..COLUMNS)
            .map(|column| if set >> column & 1 == 1 { upper[column] } else { lower[column] })
            .collect()
    };
    (0..1 << COLUMNS).map(hybrid).collect()
}

/// Shapley values by their definition: what a column adds to each set of others, weighted by how many orders have it.
fn shares(values: &[f64]) -> Vec<f64> {
    let factorial =
        |number: usize| (1..=u32::try_from(number).unwrap_or(u32::MAX)).map(f64::from).product::<f64>();
    let share = |column: usize| -> f64 {
        let without = (0..1_usize << COLUMNS).filter(|set| set >> column & 1 == 0);
        without
            .map(|set| {
                let size = set.count_ones() as usize;
                let orders = factorial(size) * factorial(COLUMNS - 1 - size) / factorial(COLUMNS);
                orders * (values[set | 1 << column] - values[set])
            })
            .sum()
    };
    (0..COLUMNS).map(share).collect()
}

/// What is wrong with the reasons that an example names.
fn wrong_reasons(example: &Example, shares: &[f64], signals: &[String]) -> Option<String> {
    let largest: f64 = shares.iter().map(|share| share.abs()).fold(0.0, f64::max);
    let tolerance = largest * ROUNDING;
    let share = |id: &String| shares[signals.iter().position(|name| name == id).must("a signal")];
    let named: Vec<f64> = example.largest.iter().map(share).collect();
    let mut rest: Vec<f64> =
        signals.iter().filter(|name| !example.largest.contains(name)).map(share).collect();
    rest.sort_by(|one, other| other.total_cmp(one));
    let next = rest.first().copied().unwrap_or_default();
    let wrong = if named.windows(2).any(|pair| pair[0] < pair[1] - tolerance) {
        "they are in the wrong order"
    } else if named.iter().any(|named| *named < next - tolerance) {
        "another signal has a larger share"
    } else if named.iter().any(|named| *named <= -tolerance) {
        "one of them speaks against it"
    } else if named.len() < 2 && next > tolerance {
        "another signal speaks for it too"
    } else {
        return None;
    };
    Some(format!("{wrong}: {:?} of {shares:?}", example.largest))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reasons_of_a_pair_are_the_largest_and_its_flip_swaps_it() {
    needs_models();
    let whole = std::env::var_os("CARDS_WHOLE").is_some();
    let (count, wanted) = if whole { (240, 2_200) } else { (8, 55) };
    let looked = tokio::task::spawn_blocking(move || look(count, wanted)).await.must("looking");
    let (forms, sentences, flips) = looked;
    println!("{}", json!({"pairs": {"forms": forms, "sentences": sentences, "flips": flips}}));
    assert!(
        forms >= 5 && sentences >= if whole { 10_000 } else { 300 },
        "{forms} forms, {sentences} sentences"
    );
    assert!(flips * 2 > sentences, "only {flips} flips of {sentences}");
}

/// How many forms, sentences and flips there were; the first that is wrong fails.
fn look(count: usize, wanted: usize) -> (usize, usize, usize) {
    let mut chance = Chance(7);
    let program = WorkerProgram { path: program(), arguments: vec!["rank-worker".to_owned()] };
    let limits = Limits::default();
    let (mut forms_seen, mut sentences, mut flips) = (0, 0, 0);
    for (form, model, output) in forms(&mut chance) {
        let release = RankingRelease::of(model.clone(), (COLUMNS, output), lists(count, &mut chance));
        let files = release.files().into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
        let bundle = cards::check(&Files(files.collect())).must("a release");
        let mut models = Models::start(&program, &limits, &bundle, Others::new()).must("a model");
        let examples = cards::examples(&bundle, &mut models, wanted).must("examples");
        let selection = Selection::Output(output.to_owned());
        let mut runtime = ModelScorer::start(&program, &model, &limits, &selection).must("the runtime");
        let names: Vec<String> = bundle.card.signals.iter().map(|signal| signal.id.clone()).collect();
        let mut by_name = BTreeMap::new();
        for (bounds, list) in bundle.lists.bounds().iter().zip(&bundle.list_ids) {
            by_name.extend(bounds.clone().map(|row| ((list.as_str(), bundle.item_ids[row].as_str()), row)));
        }
        let mut asked = Matrix::empty(COLUMNS).must("rows");
        for example in &examples {
            let pair = rows(&bundle, &by_name, example);
            for hybrid in hybrids(pair) {
                asked.push(&hybrid).must("a row");
            }
            let mut turned = pair[1].to_vec();
            if let Some(flip) = &example.flip {
                turned[names.iter().position(|name| *name == flip.signal).must("a signal")] = flip.value;
            }
            asked.push(&turned).must("a row");
        }
        let scores = runtime.scores(&asked).must("scores");
        for (example, scores) in examples.iter().zip(scores.chunks((1 << COLUMNS) + 1)) {
            let (values, turned) = (&scores[..1 << COLUMNS], scores[1 << COLUMNS]);
            let wrong = wrong_reasons(example, &shares(values), &names);
            assert!(wrong.is_none(), "{form}: {wrong:?}");
            if example.flip.is_some() {
                flips += 1;
                let upper = values[(1 << COLUMNS) - 1];
                assert!(turned > upper, "{form}: {turned} does not lie above {upper}: {example:?}");
            }
            let said = Messages::english().why_above(example, |id| format!("<{id}>"));
            for (number, id) in example.largest.iter().take(2).enumerate() {
                assert!(said.contains(&format!("“<{id}>”")), "reason {number} of {said}");
            }
            assert!(said.split_whitespace().count() <= 30, "{said}");
        }
        forms_seen += 1;
        sentences += examples.len();
    }
    (forms_seen, sentences, flips)
}
