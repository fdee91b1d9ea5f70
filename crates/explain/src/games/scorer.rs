//! A form as something that gives scores.

use forms::Form;

use crate::{Matrix, ScoreError, Scorer};

/// Gives scores from a form, on several threads. The scores are the same for any number of threads.
#[derive(Clone, Copy, Debug)]
pub struct FormScorer<'a> {
    form: &'a Form,
    threads: usize,
}

/// Rows that are worth a thread.
const THREAD_ROWS: usize = 512;

impl<'a> FormScorer<'a> {
    /// Scores by this form.
    #[must_use]
    pub const fn new(form: &'a Form, threads: usize) -> Self {
        Self { form, threads }
    }

    /// The score of every row.
    #[must_use]
    pub fn scores(&self, rows: &Matrix) -> Vec<f64> {
        let mut scores = vec![0.0; rows.rows()];
        let share = rows.rows().div_ceil(self.threads.max(1)).max(THREAD_ROWS);
        let width = rows.columns();
        if self.threads < 2 || rows.rows() <= share {
            self.form.values(rows.values(), &mut scores);
            return scores;
        }
        std::thread::scope(|scope| {
            for (rows, scores) in rows.values().chunks(share * width).zip(scores.chunks_mut(share)) {
                scope.spawn(|| self.form.values(rows, scores));
            }
        });
        scores
    }
}

impl Scorer for FormScorer<'_> {
    fn inputs(&self) -> usize {
        self.form.columns
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(self.scores(rows))
    }
}
