//! Small scorers and lists with answers that can be computed by hand.

use crate::chance::Stream;
use crate::{Lists, Matrix, ScoreError, Scorer};

/// The weighted sum of a row.
pub(crate) struct Linear(pub(crate) Vec<f64>);

impl Scorer for Linear {
    fn inputs(&self) -> usize {
        self.0.len()
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(rows
            .iter_rows()
            .map(|row| row.iter().zip(&self.0).map(|(value, weight)| value * weight).sum())
            .collect())
    }
}

/// Any function of a row.
pub(crate) struct Formula<F>(pub(crate) usize, pub(crate) F);

impl<F: Fn(&[f64]) -> f64> Scorer for Formula<F> {
    fn inputs(&self) -> usize {
        self.0
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(rows.iter_rows().map(&self.1).collect())
    }
}

/// Lists of rows of numbers.
pub(crate) fn lists(lists: &[&[&[f64]]]) -> Lists {
    let columns = lists[0][0].len();
    let values = lists.iter().flat_map(|list| list.iter().flat_map(|row| row.iter().copied())).collect();
    let sizes: Vec<usize> = lists.iter().map(|list| list.len()).collect();
    Lists::new(Matrix::new(columns, values).unwrap(), &sizes).unwrap()
}

/// Lists of numbers between 0 and 1.
pub(crate) fn random_lists(lists: usize, items: usize, columns: usize, seed: u64) -> Lists {
    let mut stream = Stream::new(seed, "random lists", 0);
    let values = (0..lists * items * columns).map(|_| stream.unit()).collect();
    Lists::new(Matrix::new(columns, values).unwrap(), &vec![items; lists]).unwrap()
}
