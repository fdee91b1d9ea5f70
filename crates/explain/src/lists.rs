//! Reference lists: rows, and which of them stand in one list.

use std::ops::Range;

use crate::{Error, Matrix};

/// Lists of items, one row an item; rows of one list stand together. Invariant: no empty list, at least one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Lists {
    rows: Matrix,
    bounds: Vec<Range<usize>>,
}

impl Lists {
    /// Lists of these sizes, cut from the rows in order.
    ///
    /// # Errors
    /// [`Error::NoItems`], [`Error::EmptyList`], or [`Error::WrongCount`] when the sizes do not add up to the rows.
    pub fn new(rows: Matrix, sizes: &[usize]) -> Result<Self, Error> {
        if rows.rows() == 0 {
            return Err(Error::NoItems);
        }
        let mut bounds = Vec::with_capacity(sizes.len());
        let mut start = 0_usize;
        for (list, &size) in sizes.iter().enumerate() {
            if size == 0 {
                return Err(Error::EmptyList { list });
            }
            let end = start.saturating_add(size);
            bounds.push(start..end);
            start = end;
        }
        if start != rows.rows() {
            return Err(Error::WrongCount { what: "rows in the lists", expected: rows.rows(), found: start });
        }
        Ok(Self { rows, bounds })
    }

    /// All rows, list after list.
    #[must_use]
    pub const fn rows(&self) -> &Matrix {
        &self.rows
    }

    /// The rows of each list.
    #[must_use]
    pub fn bounds(&self) -> &[Range<usize>] {
        &self.bounds
    }

    /// How many lists.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one list")]
    pub const fn len(&self) -> usize {
        self.bounds.len()
    }

    /// How many items each list holds.
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        self.bounds.iter().map(ExactSizeIterator::len).collect()
    }

    /// One value a row, cut into the lists.
    ///
    /// # Errors
    /// [`Error::WrongCount`] when there is not exactly one value a row.
    pub fn split<'a, T>(&self, values: &'a [T]) -> Result<Vec<&'a [T]>, Error> {
        if values.len() != self.rows.rows() {
            return Err(Error::WrongCount {
                what: "values",
                expected: self.rows.rows(),
                found: values.len(),
            });
        }
        Ok(self.bounds.iter().filter_map(|bounds| values.get(bounds.clone())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(rows: usize) -> Matrix {
        Matrix::new(1, (0..rows).map(crate::count).collect()).unwrap()
    }

    #[test]
    fn lists_are_cut_in_order() {
        let lists = Lists::new(column(5), &[2, 3]).unwrap();

        assert_eq!(lists.bounds(), [0..2, 2..5]);
        assert_eq!(lists.split(&[1, 2, 3, 4, 5]).unwrap(), [[1, 2].as_slice(), &[3, 4, 5]]);
        assert!(lists.split(&[1]).is_err());
    }

    #[test]
    fn lists_that_do_not_fit_the_rows_are_refused() {
        assert_eq!(Lists::new(column(0), &[]), Err(Error::NoItems));
        assert_eq!(Lists::new(column(2), &[2, 0]), Err(Error::EmptyList { list: 1 }));
        assert!(Lists::new(column(3), &[2]).is_err());
        assert!(Lists::new(column(3), &[usize::MAX, 4]).is_err());
    }
}
