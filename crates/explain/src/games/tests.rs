//! The games against counting through every order of the players.

mod draws;
mod lists;
mod scores;

use std::sync::Arc;

use forms::{Form, Function, Network, Part, Term};
use proptest::prelude::*;

use crate::testing::forests;
use crate::{Attribution, Matrix, Players};

/// The product of the first two columns, and the square of the third.
#[derive(Debug)]
pub(super) struct Product(pub(super) usize);

impl Network for Product {
    fn columns(&self) -> usize {
        self.0
    }

    fn reads(&self) -> Vec<usize> {
        vec![0, 1, 2]
    }

    fn values(&self, rows: &[f64], values: &mut [f64]) {
        for (value, row) in values.iter_mut().zip(rows.chunks_exact(self.0)) {
            *value = row[0] * row[1] + row[2] * row[2];
        }
    }
}

/// Columns of a row.
pub(super) const COLUMNS: usize = 5;

/// Sums of a line, of two forests, with and without a curve, and of something that is computed.
pub(super) fn forms() -> impl Strategy<Value = Form> {
    let columns = u32::try_from(COLUMNS).unwrap();
    (forests(columns), forests(columns), 0..COLUMNS, -2_i32..=2, -1_i32..=1).prop_map(
        |(one, other, column, line, product)| {
            let mut terms = one.terms;
            terms.extend(other.terms);
            terms.push(term(f64::from(line), Part::Column(column)));
            let network: Arc<dyn Network> = Arc::new(Product(COLUMNS));
            terms.push(term(f64::from(product), Part::Network(network)));
            let curved = Form { columns: COLUMNS, bias: 1.0, terms: terms.clone() };
            terms.push(term(3.0, Part::Curve(Function::Tanh, Arc::new(curved))));
            Form { columns: COLUMNS, bias: 0.5, terms }
        },
    )
}

pub(super) fn term(weight: f64, part: Part) -> Term {
    Term { name: None, weight, part }
}

/// Rows of numbers of which many are equal.
pub(super) fn rows(least: usize, most: usize) -> impl Strategy<Value = Matrix> {
    let row = proptest::collection::vec((-5_i32..=5).prop_map(f64::from), COLUMNS);
    proptest::collection::vec(row, least..=most).prop_map(|rows| Matrix::new(COLUMNS, rows.concat()).unwrap())
}

/// Players of one column, of two columns, and a column of no player.
pub(super) fn players() -> impl Strategy<Value = Players> {
    let sets = [
        vec![vec![0], vec![1], vec![2], vec![3], vec![4]],
        vec![vec![3, 0], vec![4], vec![1]],
        vec![vec![2, 1], vec![0, 3]],
    ];
    proptest::sample::select(sets.to_vec()).prop_map(|sets| Players::new(COLUMNS, sets).unwrap())
}

/// What each player adds, as the mean over all orders, with the number of nobody and of everybody.
pub(super) fn counted(players: &Players, number: impl Fn(&[usize]) -> f64) -> Attribution {
    let mut orders = vec![Vec::new()];
    for player in 0..players.len() {
        let longer = |order: &Vec<usize>| {
            let order = order.clone();
            (0..=order.len()).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, player);
                longer
            })
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    let mut values = vec![0.0; players.len()];
    for order in &orders {
        for (at, player) in order.iter().enumerate() {
            let added = number(&order[..=at]) - number(&order[..at]);
            values[*player] += added / crate::count(orders.len());
        }
    }
    let all: Vec<usize> = (0..players.len()).collect();
    Attribution { base: number(&[]), score: number(&all), values, stderr: None }
}

/// The row with the item's values for some players and for the columns of nobody.
pub(super) fn hybrid(players: &Players, some: &[usize], item: &[f64], row: &[f64]) -> Vec<f64> {
    let owner = players.of_columns();
    (0..item.len())
        .map(|column| {
            if owner[column].is_none_or(|player| some.contains(&player)) { item[column] } else { row[column] }
        })
        .collect()
}

#[track_caller]
pub(super) fn assert_same(found: &Attribution, expected: &Attribution) {
    let close = |one: f64, other: f64| (one - other).abs() <= 1e-9 * one.abs().max(1.0);
    assert!(close(found.base, expected.base) && close(found.score, expected.score), "{found:?} {expected:?}");
    assert_eq!(found.values.len(), expected.values.len());
    let mut both = found.values.iter().zip(&expected.values);
    assert!(both.all(|(one, other)| close(*one, *other)), "{found:?} {expected:?}");
}
