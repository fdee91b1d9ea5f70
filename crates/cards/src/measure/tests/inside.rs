//! What is found inside the score, and that it is the same for a model that can only be asked.

use explain::direction::Verdict;

use super::form::{linear, sum};
use super::golden::Flat;
use super::*;
use crate::card::{Checks, Prediction, Quality};
use crate::measure::bench::Bench;
use crate::measure::{checks, flips, form, parts};

/// Everything that is found inside a score.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
struct Sections {
    signals: Vec<Signal>,
    examples: Vec<Example>,
    checks: Checks,
    quality: Quality,
    predictions: Vec<Prediction>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Seen {
    Open,
    Closed,
}

/// The sections of a card of a release, as measured on its formula or by asking alone.
fn sections(
    (document, bundle): &(ReleaseDocument, Bundle),
    runtime: fn(&[f64]) -> f64,
    seen: Seen,
) -> Sections {
    let mut model = Flat(runtime);
    let card = generate(request(document, bundle), &mut model, &mut |_| {}).unwrap();
    let (mut signals, mut examples) = (card.signals, card.examples);
    let context = Context::new(bundle, &mut model).unwrap();
    let (_, inside) = form::measure(&context, &mut model).unwrap();
    let mut inside = inside.unwrap();
    assert!(inside.form.is_some());
    if seen == Seen::Closed {
        inside.form = None;
    }
    let mut bench = Bench::new(&context, Some(&inside), &mut model).unwrap();
    let quality = parts::measure(&mut bench, &mut signals).unwrap();
    crate::measure::inside::measure(&mut bench, &mut signals).unwrap();
    flips::measure(&mut bench, &signals, &mut examples).unwrap();
    let checks = checks::measure(&mut bench).unwrap();
    let predictions = parts::predictions(&bench);
    Sections { signals, examples, checks, quality, predictions }
}

fn signal<'a>(found: &'a Sections, id: &str) -> &'a Signal {
    found.signals.iter().find(|signal| signal.id == id).unwrap()
}

#[test]
fn a_model_that_is_asked_gives_the_numbers_of_one_that_is_read() {
    let release = linear();

    let (open, closed) = (sections(&release, sum, Seen::Open), sections(&release, sum, Seen::Closed));

    for (one, other) in open.signals.iter().zip(&closed.signals) {
        let json = |signal: &Signal| {
            let curve = serde_json::to_value(&signal.dependence).unwrap();
            json!([signal.importance.attribution_share, curve])
        };
        let replay = crate::compare(&json(one), &json(other));
        assert!(!matches!(replay, crate::Replay::Differs { .. }), "{}: {replay:?}", one.id);
    }
    let json = |checks: &Checks| serde_json::to_value(checks).unwrap();
    let replay = crate::compare(&json(&open.checks), &json(&closed.checks));
    assert!(!matches!(replay, crate::Replay::Differs { .. }), "{replay:?}");
    assert!(open.quality.exact && closed.quality.exact);
    assert!(closed.signals.iter().all(|signal| {
        signal.importance.direction.known().is_none_or(|direction| direction.proven.is_none())
    }));
}

#[test]
fn directions_of_weights_are_proven_for_every_item() {
    let found = sections(&linear(), sum, Seen::Open);
    let proof = |id| signal(&found, id).importance.direction.known().unwrap().proven.unwrap();

    assert_eq!((proof("age").verdict, proof("age").tested), (Verdict::Up, None));
    assert_eq!(proof("friend").verdict, Verdict::Down);
    assert_eq!(proof("dead").verdict, Verdict::None);
}

#[test]
fn shares_of_the_score_are_those_of_the_weights() {
    let found = sections(&linear(), sum, Seen::Open);
    let share = |id| signal(&found, id).importance.attribution_share.unwrap();

    assert!(share("age").value > 0.5 && share("age").low.is_some());
    assert_eq!((share("dead").value, share("same").value), (0.0, 0.0));
    let all: f64 = INPUTS.iter().map(|id| share(id).value).sum();
    assert!((all - 1.0).abs() < 1e-6);
    assert_eq!((found.quality.rows, found.quality.largest_stderr.value), (48, 0.0));
    assert!(found.quality.additivity_gap.value < 1e-9);
    assert!(found.quality.halves.known().is_some_and(|tau| tau.value > 0.9), "{:?}", found.quality);
}

#[test]
fn a_curve_of_a_weight_is_a_line() {
    let found = sections(&linear(), sum, Seen::Open);
    let curve = signal(&found, "age").dependence.clone().unwrap();

    for ends in curve.points.windows(2) {
        let run = ends[1].value - ends[0].value;
        assert!((ends[1].score.value - ends[0].score.value - 2.0 * run).abs() < 1e-6, "{ends:?}");
        assert!((ends[1].local.value - ends[0].local.value - 2.0 * run).abs() < 1e-6, "{ends:?}");
    }
    assert!(!curve.points[0].thin && curve.points[1].thin, "48 items in ten bins");
    assert!(signal(&found, "same").dependence.is_none());
}

#[test]
fn what_a_change_wins_is_counted_in_places() {
    let found = sections(&linear(), sum, Seen::Open);

    let age = signal(&found, "age");
    let (gain, alone) = (age.gain.unwrap(), age.alone_into_top.unwrap());
    assert_eq!(gain.items, 48);
    assert!(gain.mean.value > 2.0 && gain.most.value <= 7.0 && !gain.exact, "{gain:?}");
    assert!((24..=26).contains(&alone.items), "half of each list of eight, and ties: {alone:?}");
    assert!(alone.reached.value > 20.0, "{alone:?}");
    let dead = signal(&found, "dead");
    assert_eq!((dead.gain.unwrap().most.value, dead.alone_into_top.unwrap().reached.value), (0.0, 0.0));
}

#[test]
fn a_flip_puts_the_lower_item_above() {
    let release = linear();
    let found = sections(&release, sum, Seen::Open);

    assert!(found.examples.iter().any(|example| example.flip.is_some()));
    for example in &found.examples {
        let Some(flip) = &example.flip else { continue };
        let bundle = &release.1;
        let at = bundle.item_ids.iter().position(|id| *id == example.lower.item_id).unwrap();
        let slot = bundle.slot(&flip.signal).unwrap();
        let mut row = bundle.lists.rows().row(at).unwrap().to_vec();
        assert_eq!(row[slot].to_bits(), flip.own.to_bits());
        row[slot] = flip.value;
        assert!(sum(&row) > example.upper.score.value, "{example:?}");
        assert!(flip.value.fract() == 0.0, "all values are whole");
    }
}

#[test]
fn scores_do_not_hang_on_their_place_and_small_errors_move_little() {
    let checks = sections(&linear(), sum, Seen::Open).checks;

    assert!(checks.position.holds() && checks.position.rows == 48);
    assert_eq!((checks.stability.draws, checks.stability.lists, checks.stability.signals), (10, 6, 2));
    assert!(checks.stability.tau.value > 0.8 && checks.stability.tau.low.is_some());
    assert!(checks.stability.score_noise.value > 0.0);
    assert!(checks.exposure.is_empty() && checks.diversity.is_empty());
}
