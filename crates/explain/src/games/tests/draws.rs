//! Drawn numbers: how far they are from the truth, and whether they say so.

use std::sync::Arc;

use forms::{Branch, Forest, Form, Function, Node, Part, Tree};

use super::term;
use crate::chance::Stream;
use crate::games::cube::shapley;
use crate::games::place::{self, Goal};
use crate::games::{FormScorer, How, Wanted, list, score};
use crate::testing::Formula;
use crate::{Attributions, Matrix, Means, Method, Order, Players, Scorer, Subject, count, score_all};

fn random(rows: usize, columns: usize, seed: u64) -> Matrix {
    let mut stream = Stream::new(seed, "test rows", 0);
    Matrix::new(columns, (0..rows * columns).map(|_| stream.unit()).collect()).unwrap()
}

fn drawn(orders: usize, seed: u64) -> How {
    How { wanted: Wanted::Sample, target_stderr: None, most_orders: orders, seed }
}

fn attribute(model: &mut dyn Scorer, rows: &Matrix, background: &Matrix, how: &How) -> Attributions {
    let players = Players::each(rows.columns());
    let means = Means::plain();
    score::attribute(&mut Subject::BlackBox(model), (rows, background), &players, (how, &means)).unwrap()
}

/// How many of the parts lie within two standard errors of the truth, in percent.
fn held(found: &[Attributions], truth: &Attributions) -> f64 {
    let (mut held, mut all) = (0, 0);
    for found in found {
        for (found, truth) in found.items.iter().zip(&truth.items) {
            let parts = found.values.iter().zip(found.stderr.as_ref().unwrap());
            for ((value, error), truth) in parts.zip(&truth.values) {
                all += 1;
                held += usize::from((value - truth).abs() <= 1.96 * error + 1e-12);
            }
        }
    }
    100.0 * count(held) / count(all)
}

/// Players act in threes, which walks in both directions do not level out.
fn threes(row: &[f64]) -> f64 {
    let over = |column: usize| f64::from(row[column] > 0.5);
    6.0 * row[0] * row[1] * row[2]
        + (row[3] * row[4] * row[5] * 3.0).exp()
        + 5.0 * over(6) * over(0) * over(3)
}

#[test]
fn intervals_hold_the_truth_whether_the_background_fits_into_the_draws_or_not() {
    let rows = random(6, 7, 1);
    let mut model = Formula(7, threes);
    // Rows of the background: one; every row in many rounds; every row twice; more rows than draws.
    for (background, orders) in [(1, 200), (20, 400), (150, 300), (700, 400)] {
        let background = random(background, 7, 2);
        let truth = attribute(&mut model, &rows, &background, &How::default());
        assert_eq!(truth.method, Method::Enumeration);
        let found: Vec<_> =
            (0..30).map(|seed| attribute(&mut model, &rows, &background, &drawn(orders, seed))).collect();

        let held = held(&found, &truth);

        assert!(held >= 93.0, "{} rows: {held}", background.rows());
        let widest =
            found.iter().flat_map(|found| &found.items).map(crate::Attribution::gap).fold(0.0, f64::max);
        assert!(widest < 1e-9, "parts add up: {widest}");
    }
}

#[test]
fn drawing_goes_on_until_the_errors_are_small_enough_or_the_orders_are_used_up() {
    let (rows, background) = (random(2, 7, 1), random(50, 7, 2));
    let mut model = Formula(7, threes);
    let worst = |found: &Attributions| {
        found
            .items
            .iter()
            .filter_map(|item| item.stderr.as_ref())
            .flatten()
            .fold(0.0, |worst: f64, error| worst.max(*error))
    };
    let few = attribute(&mut model, &rows, &background, &How { target_stderr: Some(1.0), ..drawn(5000, 3) });
    let target = worst(&few) / 2.0;

    let more =
        attribute(&mut model, &rows, &background, &How { target_stderr: Some(target), ..drawn(5000, 3) });
    let all = attribute(&mut model, &rows, &background, &How { target_stderr: Some(1e-9), ..drawn(500, 3) });

    assert!(worst(&more) <= target && few.evaluations < more.evaluations, "{} {}", worst(&more), target);
    // At most 500 orders, each walked in both directions past 6 hybrids, for 2 rows; and the ends.
    assert!(all.evaluations <= 500 * 2 * 6 * 2 + 2 * 51, "{}", all.evaluations);
    assert!(worst(&all) > 1e-9);
}

#[test]
fn players_that_act_in_pairs_are_exact_after_two_rounds() {
    let (rows, background) = (random(2, 4, 5), random(70, 4, 6));
    let mut model = Formula(4, |row: &[f64]| row[0] * row[1] + row[2] * row[3] - row[1]);
    let truth = attribute(&mut model, &rows, &background, &How::default());

    let found = attribute(&mut model, &rows, &background, &drawn(140, 1));

    for (found, truth) in found.items.iter().zip(&truth.items) {
        let both = found.values.iter().zip(&truth.values);
        assert!(both.clone().all(|(found, truth)| (found - truth).abs() < 1e-9), "{found:?} {truth:?}");
    }
}

/// Trees that add something where three or four of 16 columns are all large, behind a sigmoid.
fn wide_curve() -> Form {
    let tree = |tree: u32| {
        let asked = 3 + tree % 2;
        let branch = |at: u32| Branch {
            column: (tree * 5 + at * 3) % 16,
            limit: 0.3,
            low: asked + 1,
            high: at + 1,
            missing_low: true,
        };
        let mut nodes: Vec<Node> = (0..asked).map(|at| Node::Branch(branch(at))).collect();
        nodes.extend([Node::Leaf(f64::from(tree % 3) / 3.0 - 0.3), Node::Leaf(0.0)]);
        Tree { nodes, covers: None }
    };
    let forest = Part::Trees(Arc::new(Forest::new(16, 0.3, (0..24).map(tree).collect()).unwrap()));
    let inner = Form { columns: 16, bias: 0.0, terms: vec![term(1.0, forest)] };
    Form { columns: 16, bias: 0.0, terms: vec![term(2.0, Part::Curve(Function::Sigmoid, Arc::new(inner)))] }
}

#[test]
fn a_curve_over_many_players_is_corrected_by_its_argument() {
    let (form, rows, background) = (wide_curve(), random(1, 16, 1), random(10, 16, 2));
    let players = Players::each(16);
    let item = rows.row(0).unwrap();
    let mut cube = vec![0.0; 1 << 16];
    for other in background.iter_rows() {
        let value = |at: usize| if at >> 4 >> (at & 15) & 1 == 1 { item[at & 15] } else { other[at & 15] };
        let hybrids = Matrix::new(16, (0..1 << 20).map(value).collect()).unwrap();
        for (sum, score) in cube.iter_mut().zip(score_all(&mut FormScorer::new(&form, 1), &hybrids).unwrap())
        {
            *sum += score / 10.0;
        }
    }
    let truth = shapley(&cube);
    let how = How { target_stderr: None, most_orders: 300, ..How::default() };
    let means = Means::plain();

    let with =
        score::attribute(&mut Subject::Form(&form), (&rows, &background), &players, (&how, &means)).unwrap();
    let without = attribute(&mut FormScorer::new(&form, 1), &rows, &background, &how);

    assert_eq!((with.method, without.method), (Method::ControlledPermutations, Method::Permutations));
    let errors = |found: &Attributions| found.items[0].stderr.clone().unwrap();
    let total = |errors: Vec<f64>| errors.iter().map(|error| error * error).sum::<f64>();
    assert!(total(errors(&with)) < 0.5 * total(errors(&without)), "{with:?} {without:?}");
    assert!(with.items[0].gap() < 1e-9);
    for ((value, error), truth) in with.items[0].values.iter().zip(errors(&with)).zip(&truth) {
        assert!((value - truth).abs() <= 4.0 * error + 1e-9, "{value} {error} {truth}");
    }
}

#[test]
fn places_and_orders_of_many_players_are_drawn() {
    let (list, background) = (random(5, 13, 1), random(8, 13, 2));
    let mut model = Formula(13, |row: &[f64]| row[0] * row[1] + row[2] * row[3] * row[4] + row[5]);
    let groups = Players::new(13, vec![vec![0, 1, 2], vec![3, 4, 5], (6..13).collect()]).unwrap();
    let how = drawn(400, 1);
    let means = Means::plain();
    let goals = [Goal::Place, Goal::Top(2)];
    let items = [0, 3];
    let mut places = |players: &Players, how: &How| {
        let asked = (players, goals.as_slice(), Order::Descending);
        let subject = &mut Subject::BlackBox(&mut model);
        place::attribute(subject, (&list, &items, &background), asked, (how, &means)).unwrap()
    };

    let many = places(&Players::each(13), &How { wanted: Wanted::Auto, ..how });
    let (found, truth) = (places(&groups, &how), places(&groups, &How::default()));

    assert_eq!((many[0].method, many[0].items.len()), (Method::Permutations, 2));
    assert!(many.iter().flat_map(|goal| &goal.items).all(|item| item.gap() < 1e-9));
    assert!(many.iter().flat_map(|goal| &goal.items).all(|item| item.values[12].to_bits() == 0));
    for (found, truth) in found.iter().zip(&truth) {
        assert!(held(std::slice::from_ref(found), truth) > 80.0);
    }
    let subject = &mut Subject::BlackBox(&mut model);
    let order =
        list::attribute(subject, (&list, &background), (&groups, Order::Descending), (&how, &means)).unwrap();
    let exact = How::default();
    let truth =
        list::attribute(subject, (&list, &background), (&groups, Order::Descending), (&exact, &means))
            .unwrap();
    for ((value, error), truth) in
        order.tau.values.iter().zip(order.tau.stderr.unwrap()).zip(&truth.tau.values)
    {
        assert!((value - truth).abs() <= 4.0 * error + 1e-9, "{value} {error} {truth}");
    }
}
