//! The score of a row for every value that one of its columns could have.
//!
//! Between two neighbouring limits of a column a score made of trees does not change, so one value an interval shows
//! everything there is: what is found is a proof for this row, not a sample.

use forms::Form;

use crate::{Error, Matrix, Means};

/// Most intervals of one column, or pairs of intervals of two, that are looked at.
const MOST_INTERVALS: usize = 1 << 20;

/// The score of a row in every interval of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// The limits, ascending: interval i is (limit i-1, limit i], the first and the last are open.
    pub limits: Vec<f64>,
    /// The score in each interval; one more than limits.
    pub values: Vec<f64>,
    /// The interval in which the row's own value lies; `None` when it is missing (NaN).
    pub now: Option<usize>,
}

/// The interval that holds a value.
#[must_use]
pub fn interval(limits: &[f64], value: f64) -> Option<usize> {
    if value.is_nan() { None } else { Some(limits.partition_point(|limit| *limit < value)) }
}

/// A value inside each interval, in order.
#[must_use]
pub fn representatives(limits: &[f64]) -> Vec<f64> {
    let mut values = limits.to_vec();
    values.push(limits.last().map_or(0.0, |last| beyond(*last)));
    values
}

/// A number above a limit, one of 32 bits where there is any: models may see no others.
fn beyond(limit: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "rounding to 32 bits is what is asked for")]
    let single = |value: f64| value as f32;
    let far = f64::from(single(limit + limit.abs().max(1.0)));
    if far.is_finite() && far > limit {
        return far;
    }
    let near = f64::from(single(limit).next_up());
    if near > limit { near } else { limit.next_up() }
}

/// The score of a row in every interval of a column; `None` when the score is not made of trees as far as this column
/// goes, so that intervals prove nothing.
///
/// # Errors
/// [`Error::NoSuchColumn`]; [`Error::NotExact`] for more than a million intervals; [`Error::Stopped`].
pub fn steps(form: &Form, row: &[f64], column: usize, means: &Means<'_>) -> Result<Option<Steps>, Error> {
    let own = *row.get(column).ok_or(Error::NoSuchColumn { column, columns: row.len() })?;
    if !form.is_piecewise(column) {
        return Ok(None);
    }
    let limits = form.limits(column);
    check(limits.len() + 1)?;
    let values = swept(form, row, &[(column, &representatives(&limits))], means)?;
    Ok(Some(Steps { now: interval(&limits, own), limits, values }))
}

/// The score of a row for every pair of intervals of two columns: the second column's intervals one after another for
/// each interval of the first. `None` as for [`steps`].
///
/// # Errors
/// As [`steps`].
pub fn pair_steps(
    form: &Form,
    row: &[f64],
    (first, second): (usize, usize),
    means: &Means<'_>,
) -> Result<Option<Vec<f64>>, Error> {
    if !form.is_piecewise(first) || !form.is_piecewise(second) {
        return Ok(None);
    }
    let (one, other) = (representatives(&form.limits(first)), representatives(&form.limits(second)));
    check(one.len().saturating_mul(other.len()))?;
    Ok(Some(swept(form, row, &[(first, &one), (second, &other)], means)?))
}

fn check(intervals: usize) -> Result<(), Error> {
    if intervals <= MOST_INTERVALS {
        return Ok(());
    }
    let why = format!("there are {intervals} intervals, and at most {MOST_INTERVALS} are looked at");
    Err(Error::NotExact { what: "a sweep over all intervals", why })
}

/// The scores of a row with every combination of these values; the last column changes fastest. Only the parts that
/// read one of the columns are computed anew.
fn swept(
    form: &Form,
    row: &[f64],
    columns: &[(usize, &[f64])],
    means: &Means<'_>,
) -> Result<Vec<f64>, Error> {
    let reads = |part: &forms::Part| {
        let read = part.reads();
        columns.iter().any(|(column, _)| read.binary_search(column).is_ok())
    };
    let (moving, still): (Vec<_>, Vec<_>) = form.terms.iter().cloned().partition(|term| reads(&term.part));
    let still = Form { columns: form.columns, bias: form.bias, terms: still };
    let moving = Form { columns: form.columns, bias: still.value(row), terms: moving };
    let mut rows = Matrix::new(row.len(), row.to_vec())?;
    for (column, values) in columns {
        let mut more = Matrix::empty(row.len())?;
        for row in rows.iter_rows() {
            means.go_on()?;
            let mut changed = row.to_vec();
            for value in *values {
                if let Some(slot) = changed.get_mut(*column) {
                    *slot = *value;
                }
                more.push(&changed)?;
            }
        }
        rows = more;
    }
    let mut scores = vec![0.0; rows.rows()];
    moving.values(rows.values(), &mut scores);
    Ok(scores)
}

/// The score of every row with every value of one column, row after row.
///
/// # Errors
/// [`Error::Stopped`].
pub(crate) fn lines(
    form: &Form,
    rows: &Matrix,
    column: usize,
    values: &[f64],
    means: &Means<'_>,
) -> Result<Vec<f64>, Error> {
    let lines = means
        .each(rows.rows(), |at| swept(form, rows.row(at).unwrap_or_default(), &[(column, values)], means))?;
    Ok(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interval_has_a_value_inside_it() {
        let single = f64::from(f32::MAX);
        for limits in [vec![], vec![0.0], vec![-3.0, 2.5], vec![f64::NEG_INFINITY], vec![single], vec![1e300]]
        {
            let values = representatives(&limits);

            assert_eq!(values.len(), limits.len() + 1);
            for (at, value) in values.iter().enumerate() {
                assert_eq!(interval(&limits, *value), Some(at), "{value} in {limits:?}");
            }
        }
        assert_eq!(interval(&[1.0], f64::NAN), None);
    }
}
