//! Scores of the author's own system, and scores that tell nothing apart.

use super::*;
use crate::card::{Parity, Resolution};
use crate::replay::{Replay, compare_exactly};

/// The first 20 posts of the lists as golden rows, with what the toy gives them plus what `off` adds.
fn golden_rows(off: fn(u32) -> f64) -> String {
    let row = |n: u32| {
        let line = table(|_| 0).lines().nth(n as usize + 1).unwrap().to_owned();
        let cells: Vec<&str> = line.split(',').collect();
        let inputs: Vec<f64> = cells[3..].iter().map(|cell| cell.parse().unwrap()).collect();
        format!("{},{},{}\n", cells[1], cells[3..].join(","), score(&inputs) + off(n))
    };
    format!("item_id,{},score\n{}", INPUTS.join(","), (0..20).map(row).collect::<String>())
}

fn with_golden(rows: String) -> Card {
    let mut files = files("", |n| n / 8);
    files.0.insert("golden.csv".to_owned(), rows.into_bytes());
    let (document, bundle) = release_of(&files);
    generate(request(&document, &bundle), &mut Toy(1.0, 0), &mut |_| {}).unwrap()
}

fn parity(off: fn(u32) -> f64) -> Parity {
    with_golden(golden_rows(off)).evidence.golden.unwrap()
}

#[test]
fn the_scores_of_the_authors_own_system_are_found_again() {
    let same = parity(|_| 5e-6);

    assert!(same.holds() && same.worst.is_none());
    assert_eq!((same.rows, same.file.path.as_str()), (20, "golden.csv"));
    assert!((same.largest.value - 5e-6).abs() < 1e-12, "{same:?}");
    assert_eq!(same.tau.known().map(|tau| tau.value), Some(1.0));
}

#[test]
fn every_row_with_another_score_is_counted() {
    let other = parity(|n| if n % 7 == 3 { f64::from(n) / -4.0 } else { 0.0 });

    assert!(!other.holds());
    assert_eq!((other.differ.value, other.largest.value), (3.0, 4.25));
    let worst = other.worst.unwrap();
    assert_eq!((worst.row, worst.item_id.as_deref()), (18, Some("p17")));
    assert!(other.tau.known().is_some_and(|tau| tau.value > 0.0 && tau.value < 1.0), "{:?}", other.tau);
}

#[test]
fn a_tolerance_grows_with_the_score_but_not_below_one() {
    let rows = |age: f64, off: f64| {
        let same = score(&[age, 0.0, 0.0, 0.0, 4.0]);
        format!("age,friend,likes,dead,same,score\n{age},0,0,0,4,{}\n", same + off)
    };
    let holds = |rows| with_golden(rows).evidence.golden.unwrap().holds();

    assert!(holds(rows(2000.0, 9e-3)) && !holds(rows(2000.0, 1.1e-2)));
    assert!(holds(rows(0.0, 9e-6)) && !holds(rows(0.0, 1.1e-5)));
    let single = with_golden(rows(0.0, 0.0)).evidence.golden.unwrap();
    assert_eq!(single.tau.reason(), Some(Reason::NothingToOrder));
}

#[test]
fn a_card_without_golden_rows_says_nothing_of_them() {
    let evidence = &json_of(&card())["evidence"];

    assert!(evidence.get("golden").is_none() && evidence.get("resolution").is_some());
}

#[test]
fn a_card_with_golden_rows_is_the_same_when_computed_again() {
    let card = || json_of(&with_golden(golden_rows(|n| f64::from(n) / 3.0)));

    assert_eq!(compare_exactly(&card(), &card()), Replay::Exact);
}

/// A model that tells two kinds of items apart, as a classifier made from a ranker does, or none.
pub(super) struct Flat(pub(super) fn(&[f64]) -> f64);

impl Scorer for Flat {
    fn inputs(&self) -> usize {
        INPUTS.len()
    }
    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(rows.iter_rows().map(self.0).collect())
    }
}

impl Scorers for Flat {
    fn usual(&mut self) -> &mut dyn Scorer {
        self
    }
    fn other(&mut self, _: &Switch) -> Result<Option<Box<dyn Scorer + '_>>, ScoreError> {
        Ok(None)
    }
    fn runtime(&self) -> RuntimeFacts {
        RuntimeFacts { name: "flat".to_owned(), version: "1".to_owned() }
    }
}

fn resolution(extra: &str, model: fn(&[f64]) -> f64) -> Resolution {
    let (document, bundle) = release(extra);
    let card = generate(request(&document, &bundle), &mut Flat(model), &mut |_| {}).unwrap();
    card.evidence.resolution.unwrap()
}

#[test]
fn scores_that_put_hardly_anything_in_order_are_seen() {
    let tied = |found: Resolution| found.tied_pairs.known().unwrap().value;

    let all = resolution("", |_| 1.0);
    assert!(all.saturated && tied(all) >= 1.0, "{all:?}");
    let two = resolution("", |row| f64::from(u8::from(row[0] > 20.0)));
    assert!(two.saturated && tied(two) > 0.5 && tied(two) < 1.0, "{two:?}");
    let fine = resolution("", score);
    assert!(!fine.saturated && tied(fine) < 0.2, "{fine:?}");
}

#[test]
fn few_different_scores_are_no_fault_where_no_order_is_decided() {
    let steps = "decides: step\n";

    assert!(!resolution(steps, |row| f64::from(u8::from(row[0] > 20.0))).saturated);
    assert!(resolution(steps, |_| 1.0).saturated);
}
