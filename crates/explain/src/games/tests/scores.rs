//! Scores, pairs and predictions.

use forms::{Form, Part};
use proptest::prelude::*;

use super::{COLUMNS, assert_same, counted, forms, hybrid, players, rows, term};
use crate::games::{FormScorer, How, Wanted, pair, predictions, score};
use crate::testing::{Formula, forests};
use crate::{Attribution, Error, Matrix, Means, Method, Players, Subject, mean};

fn exact() -> How {
    How { wanted: Wanted::Exact, ..How::default() }
}

/// The mean over the background, counted through all orders.
fn expected(form: &Form, item: &[f64], background: &Matrix, players: &Players) -> Attribution {
    counted(players, |some| {
        let scores = background.iter_rows().map(|row| form.value(&hybrid(players, some, item, row)));
        mean(&scores.collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_part_is_what_all_orders_of_the_players_give(
        form in forms(), items in rows(1, 3), background in rows(1, 7), players in players(),
    ) {
        let means = Means { threads: 2, ..Means::plain() };
        let mut asked = FormScorer::new(&form, 1);
        for mut subject in [Subject::Form(&form), Subject::BlackBox(&mut asked)] {
            let found =
                score::attribute(&mut subject, (&items, &background), &players, (&exact(), &means)).unwrap();

            prop_assert!(found.method.is_exact());
            for (found, item) in found.items.iter().zip(items.iter_rows()) {
                assert_same(found, &expected(&form, item, &background, &players));
                prop_assert!(found.gap() < 1e-9);
                prop_assert_eq!(&found.stderr, &None);
            }
        }
    }

    #[test]
    fn a_pair_is_shared_out_whatever_the_two_have_in_common(
        form in forests(5), both in rows(2, 2), players in players(),
    ) {
        let (upper, lower) = (both.row(0).unwrap(), both.row(1).unwrap());
        let lower = &hybrid(&players, &[], upper, lower);
        let means = Means::plain();

        let found = pair::attribute(&mut Subject::Form(&form), (upper, lower), &players, (&exact(), &means)).unwrap();

        let background = Matrix::new(COLUMNS, lower.clone()).unwrap();
        assert_same(&found.items[0], &expected(&form, upper, &background, &players));
        for (player, columns) in players.sets().iter().enumerate() {
            if columns.iter().all(|column| upper[*column].to_bits() == lower[*column].to_bits()) {
                prop_assert_eq!(found.items[0].values[player].to_bits(), 0);
            }
        }
    }

    #[test]
    fn a_sum_is_shared_out_as_the_sum_of_its_terms(
        form in forms(), items in rows(1, 2), background in rows(1, 4), players in players(),
    ) {
        let (how, means) = (exact(), Means::plain());
        let whole =
            score::attribute(&mut Subject::Form(&form), (&items, &background), &players, (&how, &means)).unwrap();

        let found = predictions::attribute(&form, (&items, &background), &players, (&how, &means)).unwrap();

        for (at, whole) in whole.items.iter().enumerate() {
            let base: f64 = found.iter().map(|part| part.weight * part.value.items[at].base).sum();
            prop_assert!((form.bias + base - whole.base).abs() < 1e-9);
            let points: f64 = found.iter().filter_map(|part| part.points(at)).sum();
            prop_assert!((whole.score - whole.base - points).abs() < 1e-9);
            for (player, value) in whole.values.iter().enumerate() {
                let sum: f64 = found.iter().map(|part| part.weight * part.value.items[at].values[player]).sum();
                prop_assert!((sum - value).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_number_of_threads_changes_no_bit(form in forms(), items in rows(4, 7), background in rows(5, 9)) {
        let players = Players::each(COLUMNS);
        for wanted in [Wanted::Exact, Wanted::Sample] {
            let how = How { wanted, most_orders: 150, ..How::default() };
            let run = |threads| {
                let means = Means { threads, ..Means::plain() };
                score::attribute(&mut Subject::Form(&form), (&items, &background), &players, (&how, &means)).unwrap()
            };
            // Debug writes every number so that it reads back to the same bits.
            prop_assert_eq!(format!("{:?}", run(1)), format!("{:?}", run(3)));
        }
    }
}

fn two_rows() -> (Matrix, Matrix) {
    (
        Matrix::new(3, vec![2.0, 2.0, 9.0]).unwrap(),
        Matrix::new(3, vec![1.0, 1.0, 4.0, 0.0, 0.0, 5.0]).unwrap(),
    )
}

#[test]
fn a_player_that_nothing_reads_gets_nothing_and_equals_get_the_same() {
    let (items, background) = two_rows();
    let mut model = Formula(3, |row: &[f64]| (row[0] * row[1]).exp());
    for wanted in [Wanted::Exact, Wanted::Sample] {
        let how = How { wanted, ..How::default() };
        let found = score::attribute(
            &mut Subject::BlackBox(&mut model),
            (&items, &background),
            &Players::each(3),
            (&how, &Means::plain()),
        )
        .unwrap();

        let values = &found.items[0].values;
        assert_eq!(values[2].to_bits(), 0, "{wanted:?}");
        assert!((values[0] - values[1]).abs() < 1e-9 && values[0] > 1.0, "{wanted:?} {values:?}");
    }
}

#[test]
fn each_kind_of_form_says_how_it_was_shared_out() {
    let (items, background) =
        (Matrix::new(COLUMNS, vec![1.0; 5]).unwrap(), Matrix::new(COLUMNS, vec![0.0; 5]).unwrap());
    let line = Form { columns: COLUMNS, bias: 1.0, terms: vec![term(2.0, Part::Column(3))] };
    let trees = crate::testing::step_form(COLUMNS, &[(0, 0.5, 2.0), (1, 0.5, 1.0)]);
    let network = Part::Network(std::sync::Arc::new(super::Product(COLUMNS)));
    let network = Form { columns: COLUMNS, bias: 0.0, terms: vec![term(1.0, network)] };
    let all = [line.terms.clone(), trees.terms.clone(), network.terms.clone()].concat();
    let all = Form { columns: COLUMNS, bias: 0.0, terms: all };
    let ways = [
        (line, Method::Linear),
        (trees, Method::Trees),
        (network, Method::Enumeration),
        (all, Method::Parts),
    ];
    for (form, method) in ways {
        let found = score::attribute(
            &mut Subject::Form(&form),
            (&items, &background),
            &Players::each(COLUMNS),
            (&How::default(), &Means::plain()),
        );
        assert_eq!(found.unwrap().method, method);
    }
}

#[test]
fn an_empty_background_is_refused() {
    let (items, _) = two_rows();
    let background = Matrix::empty(3).unwrap();
    let mut model = Formula(3, |row: &[f64]| row[0]);

    let refused = score::attribute(
        &mut Subject::BlackBox(&mut model),
        (&items, &background),
        &Players::each(3),
        (&How::default(), &Means::plain()),
    );

    assert_eq!(refused.unwrap_err().to_string(), "the setting `background_rows` must be at least 1");
}

#[test]
fn rows_of_other_columns_are_refused() {
    let (items, background) = two_rows();
    let mut model = Formula(3, |row: &[f64]| row[0]);

    let refused = score::attribute(
        &mut Subject::BlackBox(&mut model),
        (&items, &background),
        &Players::each(4),
        (&How::default(), &Means::plain()),
    );

    assert_eq!(refused, Err(Error::WrongCount { what: "columns", expected: 4, found: 3 }));
}

#[test]
fn what_cannot_be_exact_says_what_would_be_right() {
    let items = Matrix::new(13, vec![1.0; 13]).unwrap();
    let background = Matrix::new(13, vec![0.0; 13]).unwrap();
    let mut model = Formula(13, |row: &[f64]| row.iter().sum());

    let refused = score::attribute(
        &mut Subject::BlackBox(&mut model),
        (&items, &background),
        &Players::each(13),
        (&exact(), &Means::plain()),
    );

    let sentence = "what each player adds cannot be had exactly: 13 players are read together, and at most 12 can be; \
                    allow drawing, or share it out among groups of signals";
    assert_eq!(refused.unwrap_err().to_string(), sentence);
}

#[test]
fn hybrids_without_a_finite_score_are_bad_output() {
    let (items, background) = two_rows();
    let logarithm =
        std::sync::Arc::new(Form { columns: 3, bias: 0.0, terms: vec![term(1.0, Part::Column(0))] });
    let form =
        Form { columns: 3, bias: 0.0, terms: vec![term(1.0, Part::Curve(forms::Function::Log, logarithm))] };
    let mut asked = FormScorer::new(&form, 1);
    for mut subject in [Subject::Form(&form), Subject::BlackBox(&mut asked)] {
        let found = score::attribute(
            &mut subject,
            (&items, &background),
            &Players::each(3),
            (&How::default(), &Means::plain()),
        );
        assert!(matches!(&found, Err(Error::Score(error)) if error.code == "bad_output"), "{found:?}");
    }
}

#[test]
fn work_stops_when_it_must() {
    let (items, background) = two_rows();
    let form = crate::testing::step_form(3, &[(0, 0.5, 2.0), (1, 0.5, 1.0)]);
    let means = Means { stop: &|| true, ..Means::plain() };
    let mut asked = FormScorer::new(&form, 1);
    for mut subject in [Subject::Form(&form), Subject::BlackBox(&mut asked)] {
        for wanted in [Wanted::Auto, Wanted::Sample] {
            let how = How { wanted, ..How::default() };
            let found =
                score::attribute(&mut subject, (&items, &background), &Players::each(3), (&how, &means));
            assert_eq!(found, Err(Error::Stopped));
        }
    }
}

#[test]
fn two_equal_rows_have_nothing_between_them() {
    let form = crate::testing::step_form(3, &[(0, 0.5, 2.0)]);
    let row = [1.0, 2.0, 3.0];

    let found = pair::attribute(
        &mut Subject::Form(&form),
        (&row, &row),
        &Players::each(3),
        (&exact(), &Means::plain()),
    );

    let found = found.unwrap();
    assert_eq!(
        (found.items[0].base.to_bits(), found.items[0].score.to_bits()),
        (2_f64.to_bits(), 2_f64.to_bits())
    );
    assert!(found.items[0].values.iter().all(|value| value.to_bits() == 0));
}
