//! A table: named columns of equal length.

use crate::condition::Value;

/// Named columns of equal length. Invariants: names are unique; every column has `rows` values.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

/// A column with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name in the header.
    pub name: String,
    /// One value a row.
    pub values: Values,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Finite numbers; NaN for missing ones in a column that may have gaps.
    Numbers(Vec<f64>),
    /// Words, as they are written.
    Texts(Vec<String>),
}

impl Table {
    /// A table of columns of this many rows; columns of another length are the caller's mistake and give `None`.
    #[must_use]
    pub fn new(columns: Vec<Column>, rows: usize) -> Option<Self> {
        columns.iter().all(|column| column.values.len() == rows).then_some(Self { columns, rows })
    }

    /// How many rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// All columns, as in the file.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The numbers of a column; `None` when it does not exist or holds words.
    #[must_use]
    pub fn numbers(&self, name: &str) -> Option<&[f64]> {
        match &self.column(name)?.values {
            Values::Numbers(numbers) => Some(numbers),
            Values::Texts(_) => None,
        }
    }

    /// The value in a row, for conditions; `None` when there is no such column or row.
    #[must_use]
    pub fn value(&self, row: usize, name: &str) -> Option<Value> {
        self.column(name)?.values.value(row)
    }

    /// The same table with its rows in this order; rows that do not exist are left out.
    #[must_use]
    pub fn in_order(&self, rows: &[usize]) -> Self {
        let reordered =
            |column: &Column| Column { name: column.name.clone(), values: column.values.in_order(rows) };
        let columns = self.columns.iter().map(reordered).collect();
        Self { columns, rows: rows.iter().filter(|row| **row < self.rows).count() }
    }
}

impl Values {
    /// How many values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(texts) => texts.len(),
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value in a row.
    #[must_use]
    pub fn value(&self, row: usize) -> Option<Value> {
        match self {
            Self::Numbers(numbers) => numbers.get(row).copied().map(Value::Number),
            Self::Texts(texts) => texts.get(row).cloned().map(Value::Text),
        }
    }

    /// The value in a row as words; numbers in their shortest form.
    #[must_use]
    pub fn text(&self, row: usize) -> Option<String> {
        match self {
            Self::Numbers(numbers) => numbers.get(row).map(f64::to_string),
            Self::Texts(texts) => texts.get(row).cloned(),
        }
    }

    fn in_order(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(numbers) => {
                Self::Numbers(rows.iter().filter_map(|row| numbers.get(*row).copied()).collect())
            }
            Self::Texts(texts) => {
                Self::Texts(rows.iter().filter_map(|row| texts.get(*row).cloned()).collect())
            }
        }
    }
}
