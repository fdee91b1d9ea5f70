//! A table of numbers, row after row.

use crate::Error;

/// Numbers in rows of equal length, stored row after row. Invariant: whole rows, at least one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// A table of `columns` columns from its values, row after row.
    ///
    /// # Errors
    /// [`Error::NoColumns`] for no columns, [`Error::RaggedRows`] when the values do not fill whole rows.
    pub fn new(columns: usize, values: Vec<f64>) -> Result<Self, Error> {
        match values.len().checked_rem(columns) {
            None => Err(Error::NoColumns),
            Some(0) => Ok(Self { columns, values }),
            Some(_) => Err(Error::RaggedRows { columns, values: values.len() }),
        }
    }

    /// A table without rows, ready for [`Matrix::push`].
    ///
    /// # Errors
    /// [`Error::NoColumns`] for no columns.
    pub fn empty(columns: usize) -> Result<Self, Error> {
        Self::new(columns, Vec::new())
    }

    /// How many rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// How many columns; at least one.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// One row, if it exists.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<&[f64]> {
        let start = row.checked_mul(self.columns)?;
        self.values.get(start..start.checked_add(self.columns)?)
    }

    /// All rows in order.
    #[must_use]
    pub fn iter_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + DoubleEndedIterator + Clone {
        self.values.chunks_exact(self.columns)
    }

    /// The values of one column from the first row to the last; nothing for a column that does not exist.
    pub fn column(&self, column: usize) -> impl Iterator<Item = f64> + Clone {
        self.iter_rows().filter_map(move |row| row.get(column).copied())
    }

    /// All values, row after row.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Adds a row at the end.
    ///
    /// # Errors
    /// [`Error::WrongCount`] when the row has another number of columns.
    pub fn push(&mut self, row: &[f64]) -> Result<(), Error> {
        if row.len() != self.columns {
            return Err(Error::WrongCount { what: "columns", expected: self.columns, found: row.len() });
        }
        self.values.extend_from_slice(row);
        Ok(())
    }

    /// Takes all rows out; the number of columns stays.
    pub fn clear(&mut self) {
        self.values.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_holds_whole_rows() {
        let table = Matrix::new(2, vec![1.0, 2.0, 3.0, 4.0]).unwrap();

        assert_eq!((table.rows(), table.columns()), (2, 2));
        assert_eq!(table.row(1), Some([3.0, 4.0].as_slice()));
        assert_eq!(table.row(2), None);
        assert_eq!(table.row(usize::MAX), None);
        assert_eq!(table.column(1).collect::<Vec<_>>(), [2.0, 4.0]);
    }

    #[test]
    fn half_rows_and_no_columns_are_refused() {
        assert_eq!(Matrix::new(2, vec![1.0; 3]), Err(Error::RaggedRows { columns: 2, values: 3 }));
        assert_eq!(Matrix::new(0, Vec::new()), Err(Error::NoColumns));
        let mut table = Matrix::empty(2).unwrap();
        assert!(table.push(&[1.0]).is_err());
        assert_eq!(table.rows(), 0);
    }
}
