//! The scores of rows with other values in one column: what every question "and if this were different" rests on.

use crate::games::FormScorer;
use crate::trees::{interval, representatives};
use crate::{Batches, Error, Matrix, Means, Scorer, Subject};

/// Values that a column is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// The values, ascending.
    pub values: Vec<f64>,
    /// The limits between them, where each value stands for a whole interval: the score cannot change inside one.
    pub limits: Option<Vec<f64>>,
}

impl Values {
    /// One value in each interval that trees cut the column into; `None` where the score is not made of trees as far as
    /// this column goes.
    #[must_use]
    pub fn intervals(subject: &Subject<'_>, column: usize) -> Option<Self> {
        let Subject::Form(form) = subject else { return None };
        form.is_piecewise(column).then(|| {
            let mut limits = form.limits(column);
            // No number lies between an infinite limit and its neighbour on the far side.
            limits.retain(|limit| limit.is_finite());
            Self { values: representatives(&limits), limits: Some(limits) }
        })
    }

    /// All intervals where there are any, else a grid of at most `most` values that occur in the background.
    #[must_use]
    pub fn of(subject: &Subject<'_>, background: &Matrix, column: usize, most: usize) -> Self {
        Self::intervals(subject, column)
            .unwrap_or_else(|| Self { values: occurring(background, column, most), limits: None })
    }

    /// The position of the value that stands for this one: its interval, or the nearest value below or at it.
    #[must_use]
    pub fn position(&self, value: f64) -> Option<usize> {
        match &self.limits {
            Some(limits) => interval(limits, value),
            None if value.is_nan() => None,
            None => Some(self.values.partition_point(|known| *known <= value).saturating_sub(1)),
        }
    }
}

/// At most `most` values of a column, ascending, evenly spread by rank.
fn occurring(rows: &Matrix, column: usize, most: usize) -> Vec<f64> {
    let mut values: Vec<f64> = rows.column(column).filter(|value| !value.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    if values.len() <= most {
        return values;
    }
    let last = values.len() - 1;
    let steps = most.max(2) - 1;
    (0..=steps).filter_map(|step| values.get(step * last / steps).copied()).collect()
}

/// The score of every row with every value of one column: rows × values.
///
/// Asks for rows × values scores; of a form, only the parts that read the column are computed anew.
///
/// # Errors
/// [`Error::NoSuchColumn`], [`Error::Stopped`], or what the model says. [`Error::NoColumns`] for no values.
pub fn lines(
    subject: &mut Subject<'_>,
    rows: &Matrix,
    column: usize,
    values: &[f64],
    means: &Means<'_>,
) -> Result<Matrix, Error> {
    if column >= rows.columns() {
        return Err(Error::NoSuchColumn { column, columns: rows.columns() });
    }
    let scores = match subject {
        Subject::Form(form) => crate::trees::lines(form, rows, column, values, means)?,
        Subject::BlackBox(scorer) => asked(&mut **scorer, rows, column, values, means)?,
    };
    Matrix::new(values.len(), scores)
}

fn asked(
    scorer: &mut dyn Scorer,
    rows: &Matrix,
    column: usize,
    values: &[f64],
    means: &Means<'_>,
) -> Result<Vec<f64>, Error> {
    let mut batches = Batches::new(scorer, rows.columns())?;
    for row in rows.iter_rows() {
        means.go_on()?;
        let mut changed = row.to_vec();
        for value in values {
            if let Some(slot) = changed.get_mut(column) {
                *slot = *value;
            }
            batches.push(&changed)?;
        }
    }
    batches.finish()
}

/// The score of each row, however it is had.
///
/// # Errors
/// What the model says.
pub fn scores(subject: &mut Subject<'_>, rows: &Matrix, means: &Means<'_>) -> Result<Vec<f64>, Error> {
    match subject {
        Subject::Form(form) => crate::score_all(&mut FormScorer::new(form, means.threads), rows),
        Subject::BlackBox(scorer) => crate::score_all(&mut **scorer, rows),
    }
}
