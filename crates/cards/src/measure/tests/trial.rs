//! Trying the toy out.

use explain::Means;

use super::*;
use crate::trial::{GoalState, Trial, TrialError, Wish, attempt};

fn tried(wish: &Wish) -> Result<Trial, TrialError> {
    let (_, bundle) = release("");
    attempt(&bundle, wish, &mut Toy(1.0, 0), (&Means::plain(), 100))
}

fn wish(values: &[(&str, f64)]) -> Wish {
    let values = values.iter().map(|(signal, value)| ((*signal).to_owned(), *value)).collect();
    Wish { list: Some("l1".to_owned()), values, ..Wish::default() }
}

fn fault(wish: &Wish) -> String {
    match tried(wish) {
        Err(TrialError::Faults(faults)) => format!("{}: {}", faults[0].field, faults[0].wrong),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_changed_moves_nothing() {
    let trial = tried(&wish(&[])).unwrap();

    assert_eq!((trial.moved, trial.reasons.len(), trial.list.as_str()), (0, 0, "l1"));
    assert_eq!(trial.item, trial.rows[0].item);
    assert!(trial.rows.windows(2).all(|pair| pair[0].place <= pair[1].place));
    assert!(trial.rows.windows(2).all(|pair| pair[0].score >= pair[1].score));
}

#[test]
fn a_worse_value_moves_the_first_item_to_the_end() {
    let first = tried(&wish(&[])).unwrap().item;

    let trial = tried(&Wish { item: Some(first.clone()), ..wish(&[("age", 1000.0)]) }).unwrap();

    let row = trial.rows.last().unwrap();
    assert_eq!((row.item.as_str(), row.place_before), (first.as_str(), 1.0));
    assert_eq!(trial.moved, trial.rows.len());
    assert_eq!(trial.reasons.len(), 1);
    assert!((trial.reasons[0].points - (row.score - row.score_before)).abs() < 1e-6);
}

#[test]
fn the_parts_of_several_changes_add_up_and_are_shared_over_all_orders() {
    let before = tried(&wish(&[])).unwrap();
    let own = |id: &str| before.signals.iter().find(|signal| signal.signal == id).unwrap().own.unwrap();
    let friend = 1.0 - own("friend");
    let changed = [own("age") + 4.0, friend, own("likes") + 10.0, 0.0, 4.0];

    let trial = tried(&wish(&[("age", changed[0]), ("friend", friend), ("likes", changed[2])])).unwrap();

    let row = trial.rows.iter().find(|row| row.item == trial.item).unwrap();
    let sum: f64 = trial.reasons.iter().map(|reason| reason.points).sum();
    assert_eq!(trial.reasons.len(), 3);
    assert!(
        (sum - (score(&changed) - score(&[own("age"), own("friend"), own("likes"), 0.0, 4.0]))).abs() < 1e-6
    );
    assert!((sum - (row.score - row.score_before)).abs() < 1e-6);
    let likes = trial.reasons.iter().find(|reason| reason.signal == "likes").unwrap();
    assert!((likes.points - 2.0).abs() < 1e-6, "{likes:?}");
}

#[test]
fn a_signal_that_does_not_exist_is_the_same_for_all() {
    let without = ["age", "friend", "likes"].map(str::to_owned).to_vec();

    let trial = tried(&Wish { without, ..wish(&[("age", 9.0)]) }).unwrap();

    assert!(trial.rows.iter().all(|row| row.score.to_bits() == trial.rows[0].score.to_bits()));
    assert_eq!(trial.reasons, []);
    let instead: Vec<_> = trial.signals.iter().filter(|signal| signal.instead.is_some()).collect();
    assert_eq!((instead.len(), instead[0].instead), (3, Some(0.0)));
}

#[test]
fn what_brings_an_item_to_the_top_really_does() {
    let last = tried(&wish(&[])).unwrap().rows.last().unwrap().item.clone();

    let asked = Wish { item: Some(last.clone()), top: Some(1), ..wish(&[]) };
    let goal = tried(&asked).unwrap().goal.unwrap();

    assert_eq!((goal.state, goal.place), (GoalState::Found, Some(1.0)));
    let values = goal.values.iter().cloned().collect();
    let trial = tried(&Wish { values, top: Some(1), ..asked }).unwrap();
    assert_eq!((trial.rows[0].item.as_str(), trial.goal.unwrap().state), (last.as_str(), GoalState::Already));
}

#[test]
fn time_that_is_over_is_told() {
    let (_, bundle) = release("");
    let last = tried(&wish(&[])).unwrap().rows.last().unwrap().item.clone();
    let asked = Wish { item: Some(last), top: Some(1), ..wish(&[]) };
    let over = Means { stop: &|| true, ..Means::plain() };

    let stopped = attempt(&bundle, &asked, &mut Toy(1.0, 0), (&over, 100));

    assert!(matches!(stopped, Err(TrialError::Explain(explain::Error::Stopped))), "{stopped:?}");
}

#[test]
fn what_cannot_be_tried_is_refused_with_the_field() {
    let list = |list: &str| Wish { list: Some(list.to_owned()), ..Wish::default() };
    assert_eq!(fault(&list("none")), "list: There is no list `none`.");
    assert_eq!(
        fault(&Wish { item: Some("p999".to_owned()), ..wish(&[]) }),
        "item: The list has no item `p999`."
    );
    assert_eq!(fault(&wish(&[("x", 1.0)])), "values: There is no signal `x`.");
    assert_eq!(fault(&wish(&[("age", f64::NAN)])), "values.age: This is no finite number.");
    assert_eq!(
        fault(&Wish { without: vec!["x".to_owned()], ..wish(&[]) }),
        "without: There is no signal `x`."
    );
    for top in [0, 9] {
        assert_eq!(fault(&Wish { top: Some(top), ..wish(&[]) }), "top: There are not so many places.");
    }
    let (_, bundle) = release("");
    let long = attempt(&bundle, &wish(&[]), &mut Toy(1.0, 0), (&Means::plain(), 7));
    assert!(matches!(long, Err(TrialError::Faults(_))), "{long:?}");
}
