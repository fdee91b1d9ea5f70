//! What a model answered.

use crate::RunError;
use crate::message::{Ran, RanHead};

/// Most numbers that are kept from one run: 16 Mi, or 128 MiB of memory.
const MOST_VALUES: usize = 16 << 20;

/// One numeric output of a model.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
    /// Its name in the model.
    pub name: String,
    /// Values a row; at least one.
    pub width: usize,
}

impl Head {
    /// The name of one of its columns: the head's own where it has one column, else `name[column]`.
    #[must_use]
    pub fn column_name(&self, column: usize) -> String {
        if self.width == 1 { self.name.clone() } else { format!("{}[{column}]", self.name) }
    }
}

/// All numeric outputs of a model for some rows. Invariant: every value is finite, every head has a value for each
/// row.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    rows: usize,
    heads: Vec<(Head, Vec<f64>)>,
}

impl Outputs {
    /// How many rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// The outputs in the order of the model.
    #[must_use]
    pub fn heads(&self) -> impl ExactSizeIterator<Item = &Head> {
        self.heads.iter().map(|(head, _)| head)
    }

    /// The names of all columns, outputs one after the other.
    pub fn column_names(&self) -> impl Iterator<Item = String> + '_ {
        self.heads().flat_map(|head| (0..head.width).map(|column| head.column_name(column)))
    }

    /// One column of one output, row by row; nothing where the model has no such output or column.
    #[must_use]
    pub fn column(&self, name: &str, column: usize) -> Option<Vec<f64>> {
        let (head, values) = self.heads.iter().find(|(head, _)| head.name == name)?;
        (column < head.width)
            .then(|| values.chunks_exact(head.width).filter_map(|row| row.get(column).copied()).collect())
    }

    /// Nothing yet.
    pub(crate) const fn empty() -> Self {
        Self { rows: 0, heads: Vec::new() }
    }

    /// The answer of a worker to `rows` rows that begin at row `first` of the table, doubted: shapes must fill the
    /// values exactly, every value must be finite.
    pub(crate) fn read(
        ran: &Ran,
        mut values: impl ExactSizeIterator<Item = f64>,
        rows: usize,
        first: usize,
    ) -> Result<Self, RunError> {
        let mut left = values.len();
        let mut heads = Vec::new();
        for RanHead { name, width } in &ran.heads {
            let size = width.checked_mul(rows).filter(|size| *size <= left && *width > 0);
            let size = size.ok_or_else(|| bad(format!("output `{name}` lacks values for {rows} rows")))?;
            left -= size;
            let head = Head { name: name.clone(), width: *width };
            let values: Vec<f64> = values.by_ref().take(size).collect();
            if let Some(at) = values.iter().position(|value| !value.is_finite()) {
                return Err(not_finite(&head, &values, at, first));
            }
            heads.push((head, values));
        }
        if left > 0 {
            return Err(bad(format!("{left} values belong to no output")));
        }
        if heads.is_empty() {
            return Err(bad(
                "the model gave no numeric output of one value, or one row of values, a row".to_owned()
            ));
        }
        Ok(Self { rows, heads })
    }

    /// Adds the answer to the rows that follow.
    pub(crate) fn append(&mut self, more: Self) -> Result<(), RunError> {
        if self.heads.is_empty() {
            *self = more;
            return Ok(());
        }
        if !self.heads().eq(more.heads()) {
            return Err(bad("the outputs change their shape from row to row".to_owned()));
        }
        let kept: usize = self.heads.iter().chain(&more.heads).map(|(_, values)| values.len()).sum();
        if kept > MOST_VALUES {
            return Err(bad(format!("more than {MOST_VALUES} numbers; ask for fewer rows or one output")));
        }
        self.rows += more.rows;
        for ((_, values), (_, more)) in self.heads.iter_mut().zip(more.heads) {
            values.extend(more);
        }
        Ok(())
    }
}

fn bad(reason: String) -> RunError {
    RunError::BadOutput { reason }
}

fn not_finite(head: &Head, values: &[f64], at: usize, first: usize) -> RunError {
    let (row, column) = (at / head.width, at % head.width);
    let value = values.get(at).copied().unwrap_or(f64::NAN);
    bad(format!("row {}: output `{}` is {value}, not a finite number", first + row, head.column_name(column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(heads: &[(&str, usize)]) -> Ran {
        let heads = heads.iter().map(|(name, width)| RanHead { name: (*name).to_owned(), width: *width });
        Ran { id: 1, heads: heads.collect() }
    }

    #[test]
    fn outputs_become_named_columns() {
        let values = [1.0, 2.0, 10.0, 11.0, 20.0, 21.0];

        let outputs = Outputs::read(&ran(&[("score", 1), ("p", 2)]), values.into_iter(), 2, 0).unwrap();

        assert_eq!(outputs.column_names().collect::<Vec<_>>(), ["score", "p[0]", "p[1]"]);
        assert_eq!(outputs.column("score", 0), Some(vec![1.0, 2.0]));
        assert_eq!(outputs.column("p", 1), Some(vec![11.0, 21.0]));
        assert_eq!(outputs.column("p", 2), None);
        assert_eq!(outputs.column("q", 0), None);
    }

    #[test]
    fn an_answer_that_does_not_fit_the_rows_is_refused() {
        let check = |heads: &[(&str, usize)], values: &[f64]| {
            let error = Outputs::read(&ran(heads), values.iter().copied(), 2, 0).unwrap_err();
            assert_eq!(error.code(), "bad_output", "{error}");
        };
        check(&[("score", 1)], &[1.0]);
        check(&[("score", 1)], &[1.0, 2.0, 3.0]);
        check(&[("score", 0)], &[]);
        check(&[("score", usize::MAX)], &[1.0, 2.0]);
        check(&[], &[]);
    }

    #[test]
    fn a_value_that_is_not_finite_is_named_with_its_row_and_output() {
        let values = [1.0, 2.0, 3.0, f64::INFINITY];

        let error = Outputs::read(&ran(&[("p", 2)]), values.into_iter(), 2, 128).unwrap_err();

        assert!(error.to_string().ends_with("row 129: output `p[1]` is inf, not a finite number"), "{error}");
    }
}
