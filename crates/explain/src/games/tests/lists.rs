//! Places, first places, orders of lists, and all of them in one run.

use forms::Form;
use proptest::prelude::*;

use super::{COLUMNS, assert_same, counted, forms, hybrid, players, rows};
use crate::games::place::{self, Goal};
use crate::games::{FormScorer, How, Wanted, list, report, score};
use crate::places::tied;
use crate::{Attribution, Error, Matrix, Means, Order, Players, Subject, count, mean};

const GOALS: [Goal; 2] = [Goal::Place, Goal::Top(2)];

fn scores(form: &Form, list: &Matrix) -> Vec<f64> {
    list.iter_rows().map(|row| form.value(row)).collect()
}

/// The place of a score among the others of its list, counted one by one.
fn counted_place(scores: &[f64], item: usize, score: f64, order: Order) -> f64 {
    let mut place = 1.0;
    for (other, known) in scores.iter().enumerate().filter(|(other, _)| *other != item) {
        assert_ne!(other, item);
        if tied(*known, score) {
            place += 0.5;
        } else if (*known > score) == (order == Order::Descending) {
            place += 1.0;
        }
    }
    place
}

/// Pairs in the true order minus pairs turned round, over all pairs.
fn counted_tau(old: &[f64], new: &[f64]) -> f64 {
    let side = |scores: &[f64], one: usize, other: usize| match scores[one] - scores[other] {
        _ if tied(scores[one], scores[other]) => 0.0,
        gap => gap.signum(),
    };
    let pairs = (0..old.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
    let sum: f64 = pairs.map(|(one, other)| side(old, one, other) * side(new, one, other)).sum();
    if old.len() < 2 { 1.0 } else { sum / (count(old.len() * (old.len() - 1)) / 2.0) }
}

fn expected_goal(
    form: &Form,
    (list, item): (&Matrix, usize),
    (background, players): (&Matrix, &Players),
    read: impl Fn(f64) -> f64,
) -> Attribution {
    counted(players, |some| {
        let own = list.row(item).unwrap();
        let numbers = background.iter_rows().map(|row| read(form.value(&hybrid(players, some, own, row))));
        mean(&numbers.collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn places_and_orders_are_what_all_orders_of_the_players_give(
        form in forms(), list in rows(1, 5), background in rows(1, 5), players in players(), ascending in any::<bool>(),
    ) {
        let order = if ascending { Order::Ascending } else { Order::Descending };
        let known = scores(&form, &list);
        let items: Vec<usize> = (0..list.rows()).collect();
        let (how, means) = (How { wanted: Wanted::Exact, ..How::default() }, Means { threads: 2, ..Means::plain() });
        let mut asked = FormScorer::new(&form, 1);
        for mut subject in [Subject::Form(&form), Subject::BlackBox(&mut asked)] {
            let places = place::attribute(
                &mut subject, (&list, &items, &background), (&players, &GOALS, order), (&how, &means),
            ).unwrap();
            for item in items.clone() {
                let place = |score: f64| counted_place(&known, item, score, order);
                let data = (&background, &players);
                assert_same(&places[0].items[item], &expected_goal(&form, (&list, item), data, place));
                let is_first = |score: f64| f64::from(place(score) <= 2.0);
                assert_same(&places[1].items[item], &expected_goal(&form, (&list, item), data, is_first));
            }
            let shared = list::attribute(&mut subject, (&list, &background), (&players, order), (&how, &means)).unwrap();
            let tau = counted(&players, |some| {
                let taus = background.iter_rows().map(|row| {
                    let masked = list.iter_rows().map(|item| form.value(&hybrid(&players, some, item, row)));
                    counted_tau(&known, &masked.collect::<Vec<_>>())
                });
                mean(&taus.collect::<Vec<_>>())
            });
            assert_same(&shared.tau, &tau);
        }
    }

    #[test]
    fn one_run_gives_what_the_single_runs_give(form in forms(), list in rows(1, 6), background in rows(1, 9)) {
        let players = Players::new(COLUMNS, vec![vec![0, 1], vec![2], vec![3, 4]]).unwrap();
        let items: Vec<usize> = (0..list.rows()).collect();
        let how = How::default();
        let run = |threads| {
            let means = Means { threads, ..Means::plain() };
            let asked = (&players, GOALS.as_slice(), Order::Descending);
            report::attribute(&mut Subject::Form(&form), (&list, &background), asked, (&how, &means)).unwrap()
        };
        let found = run(1);

        prop_assert_eq!(format!("{found:?}"), format!("{:?}", run(2)), "threads change nothing");
        let means = Means::plain();
        let subject = &mut Subject::Form(&form);
        let alone = score::attribute(subject, (&list, &background), &players, (&how, &means)).unwrap();
        let places = place::attribute(
            subject, (&list, &items, &background), (&players, &GOALS, Order::Descending), (&how, &means),
        ).unwrap();
        for item in items {
            assert_same(&found.scores.items[item], &alone.items[item]);
            assert_same(&found.goals[0].items[item], &places[0].items[item]);
            assert_same(&found.goals[1].items[item], &places[1].items[item]);
        }
        let order = list::attribute(subject, (&list, &background), (&players, Order::Descending), (&how, &means));
        prop_assert_eq!(found.order, order.unwrap());
    }
}

#[test]
fn numbers_are_the_same_bits_when_nothing_can_be_kept() {
    let form = crate::testing::step_form(3, &[(0, 0.5, 2.0), (1, 1.5, -1.0), (2, 0.5, 1.0)]);
    let rows = |seed: u32| {
        let cell = |at: u32| f64::from((at * 7 + seed) % 5) / 2.0;
        Matrix::new(3, (0..18).map(cell).collect()).unwrap()
    };
    let (list, background, players) = (rows(1), rows(3), Players::each(3));
    let run = |table_bytes| {
        let means = Means { table_bytes, ..Means::plain() };
        let asked = (&players, GOALS.as_slice(), Order::Descending);
        let subject = &mut Subject::Form(&form);
        let all = report::attribute(subject, (&list, &background), asked, (&How::default(), &means)).unwrap();
        let scores =
            score::attribute(subject, (&list, &background), &players, (&How::default(), &means)).unwrap();
        (format!("{all:?}"), scores)
    };

    let (kept, fresh) = (run(1 << 20), run(0));

    assert_eq!(kept.0, fresh.0);
    for (kept, fresh) in kept.1.items.iter().zip(&fresh.1.items) {
        assert_same(fresh, kept);
    }
}

#[test]
fn a_list_of_one_row_has_one_place_and_one_order() {
    let form = crate::testing::step_form(2, &[(0, 0.5, 2.0)]);
    let list = Matrix::new(2, vec![1.0, 1.0]).unwrap();
    let background = Matrix::new(2, vec![0.0, 0.0]).unwrap();
    let players = Players::each(2);
    let asked = (&players, GOALS.as_slice(), Order::Descending);

    let found = report::attribute(
        &mut Subject::Form(&form),
        (&list, &background),
        asked,
        (&How::default(), &Means::plain()),
    )
    .unwrap();

    let ends = |shares: &Attribution| (shares.base.to_bits(), shares.score.to_bits());
    assert_eq!(ends(&found.goals[0].items[0]), (1_f64.to_bits(), 1_f64.to_bits()));
    assert_eq!(ends(&found.order.tau), (1_f64.to_bits(), 1_f64.to_bits()));
    assert!(found.order.tau.values.iter().all(|value| value.to_bits() == 0));
}

#[test]
fn lists_and_items_that_are_not_there_are_refused() {
    let form = crate::testing::step_form(2, &[(0, 0.5, 2.0)]);
    let (list, empty) = (Matrix::new(2, vec![1.0, 1.0]).unwrap(), Matrix::empty(2).unwrap());
    let players = Players::each(2);
    let (how, means) = (How::default(), Means::plain());
    let subject = &mut Subject::Form(&form);

    let none = list::attribute(subject, (&empty, &list), (&players, Order::Descending), (&how, &means));
    assert_eq!(none, Err(Error::NoItems));
    let beyond = place::attribute(
        subject,
        (&list, &[1], &list),
        (&players, &GOALS, Order::Descending),
        (&how, &means),
    );
    assert_eq!(beyond.unwrap_err().to_string(), "expected 2 items of the list, found 1");
}

#[test]
fn a_place_along_the_training_data_is_refused() {
    let form = crate::testing::step_form(2, &[(0, 0.5, 2.0)]);
    let list = Matrix::new(2, vec![1.0, 1.0]).unwrap();
    let how = How { wanted: Wanted::PathDependent, ..How::default() };

    let refused = list::attribute(
        &mut Subject::Form(&form),
        (&list, &list),
        (&Players::each(2), Order::Descending),
        (&how, &Means::plain()),
    );

    assert!(matches!(refused, Err(Error::NotExact { .. })), "{refused:?}");
}
