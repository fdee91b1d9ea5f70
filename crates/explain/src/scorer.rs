//! The seam to whatever gives a score to a row.

use crate::{Error, Matrix};

/// Most rows that are given to a [`Scorer`] at once. Large enough that the call costs little, small enough that one
/// call stays well below the two seconds of a worker's slice.
pub const BATCH_ROWS: usize = 8192;

/// Most numbers that are given to a [`Scorer`] at once: 8 MiB.
const BATCH_NUMBERS: usize = 1 << 20;

/// Why the model gave no scores.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct ScoreError {
    /// One of the worker's outcomes, such as `runtime_error`, `limit_wall`, `bad_output`.
    pub code: &'static str,
    /// A sentence that says what happened.
    pub reason: String,
}

/// Gives a score to rows of numbers.
///
/// The score of a row must depend on this row alone: explanations score hybrids of rows in batches of their own.
pub trait Scorer {
    /// How many columns a row must have.
    fn inputs(&self) -> usize;

    /// The score of every row, in the order of the rows; finite.
    ///
    /// # Errors
    /// [`ScoreError`] when the model could not be run, or ran and gave no finite number.
    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError>;
}

/// The scores of all rows, asked for in batches of at most [`BATCH_ROWS`] rows and of a million numbers.
///
/// # Errors
/// [`Error::WrongCount`] when the rows have other columns than the scorer wants; [`Error::Score`] when the scorer
/// fails, gives another number of scores than rows (`bad_output`), or a score that is not finite (`bad_output`).
pub fn score_all<S: Scorer + ?Sized>(model: &mut S, rows: &Matrix) -> Result<Vec<f64>, Error> {
    let mut batches = Batches::new(model, rows.columns())?;
    for row in rows.iter_rows() {
        batches.push(row)?;
    }
    batches.finish()
}

/// Rows on their way to a model. Never holds more than one batch, however many rows come.
pub(crate) struct Batches<'m, S: ?Sized> {
    model: &'m mut S,
    waiting: Matrix,
    most_rows: usize,
    fresh: Vec<f64>,
}

impl<'m, S: Scorer + ?Sized> Batches<'m, S> {
    /// Gets ready for rows of this many columns.
    pub(crate) fn new(model: &'m mut S, columns: usize) -> Result<Self, Error> {
        let expected = model.inputs();
        if columns != expected {
            return Err(Error::WrongCount { what: "columns", expected, found: columns });
        }
        let most_rows = (BATCH_NUMBERS / columns.max(1)).clamp(1, BATCH_ROWS);
        Ok(Self { model, waiting: Matrix::empty(columns)?, most_rows, fresh: Vec::new() })
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &[f64]) -> Result<(), Error> {
        self.waiting.push(row)?;
        if self.waiting.rows() == self.most_rows { self.flush() } else { Ok(()) }
    }

    /// The scores of all rows, in the order in which they came.
    pub(crate) fn finish(mut self) -> Result<Vec<f64>, Error> {
        if self.waiting.rows() > 0 {
            self.flush()?;
        }
        Ok(self.fresh)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.fresh.extend(score_batch(self.model, &self.waiting)?);
        self.waiting.clear();
        Ok(())
    }
}

fn score_batch<S: Scorer + ?Sized>(model: &mut S, rows: &Matrix) -> Result<Vec<f64>, Error> {
    let scores = model.score(rows)?;
    if scores.len() != rows.rows() {
        let reason = format!("the model gave {} scores for {} rows", scores.len(), rows.rows());
        return Err(ScoreError { code: "bad_output", reason }.into());
    }
    match scores.iter().find(|score| !score.is_finite()) {
        Some(score) => {
            let reason = format!("the model gave the score {score}; a score must be a finite number");
            Err(ScoreError { code: "bad_output", reason }.into())
        }
        None => Ok(scores),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Reply(fn(usize) -> Vec<f64>, Vec<usize>);

    impl Scorer for Reply {
        fn inputs(&self) -> usize {
            1
        }
        fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
            self.1.push(rows.rows());
            Ok((self.0)(rows.rows()))
        }
    }

    #[test]
    fn large_tables_are_scored_in_batches() {
        let rows = Matrix::new(1, vec![1.0; 2 * BATCH_ROWS + 1]).unwrap();
        let mut model = Reply(|rows| vec![0.5; rows], Vec::new());

        let scores = score_all(&mut model, &rows).unwrap();

        assert_eq!(scores.len(), rows.rows());
        assert_eq!(model.1, [BATCH_ROWS, BATCH_ROWS, 1]);
    }

    #[test]
    fn wide_rows_come_in_smaller_batches() {
        let wide = BATCH_NUMBERS / 2;
        let mut model = Wide(wide, Vec::new());
        let mut batches = Batches::new(&mut model, wide).unwrap();
        for _ in 0..3 {
            batches.push(&vec![0.0; wide]).unwrap();
        }

        assert_eq!(batches.model.1, [2]);
        assert_eq!(batches.finish().unwrap().len(), 3);
    }

    struct Wide(usize, Vec<usize>);

    impl Scorer for Wide {
        fn inputs(&self) -> usize {
            self.0
        }
        fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
            self.1.push(rows.rows());
            Ok(vec![0.0; rows.rows()])
        }
    }

    #[test]
    fn missing_scores_and_infinite_scores_are_bad_output() {
        let rows = Matrix::new(1, vec![1.0; 3]).unwrap();
        for reply in [(|rows| vec![0.0; rows - 1]) as fn(usize) -> Vec<f64>, |rows| vec![f64::NAN; rows]] {
            let failed = score_all(&mut Reply(reply, Vec::new()), &rows);
            assert!(matches!(failed, Err(Error::Score(ScoreError { code: "bad_output", .. }))), "{failed:?}");
        }
    }
}
