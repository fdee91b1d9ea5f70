//! Reference lists: tables of items from CSV or Parquet.

mod cells;
mod columns;
mod csv;
pub(crate) mod faults;
mod pages;
mod parquet;
mod table;
mod width;

pub use table::{Column, Table, Values};

use bytes::Bytes;

use crate::Fault;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 256 << 20;
/// Most rows.
pub const MAX_ROWS: usize = 1_000_000;
/// Most columns.
pub const MAX_COLUMNS: usize = 4096;
/// Largest cell, in bytes.
pub const MAX_CELL_BYTES: usize = 4096;
/// Most cells of a table that become numbers.
pub const MAX_NUMBERS: usize = 20_000_000;
/// Most cells of a table that stay text.
pub const MAX_TEXTS: usize = 4_000_000;
/// Largest sum of all text cells, in bytes.
pub const MAX_TEXT_BYTES: usize = 256 << 20;

/// How columns are to be read. Columns that are not named hold numbers where every cell is a number, else text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Columns that must be there and hold a finite number in every cell.
    pub numbers: &'a [&'a str],
    /// Columns that must be there and are kept as they are written, such as ids.
    pub texts: &'a [&'a str],
    /// Columns that must be there and hold a finite number or nothing in every cell: an empty cell and `nan` are read
    /// as NaN.
    pub gaps: &'a [&'a str],
}

/// Reads a CSV table: UTF-8, commas, one header row.
///
/// # Errors
/// Every fault with its line and column: missing and repeated columns, rows of another length, cells that are no finite
/// numbers where numbers are wanted, no rows, anything too large. The first 20 of a kind, then how many more there are.
pub fn read_csv(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Table, Vec<Fault>> {
    csv::read(bytes, wanted)
}

/// Reads a Parquet table without nested columns, uncompressed or compressed with Snappy or Zstandard.
///
/// # Errors
/// As [`read_csv`], with rows instead of lines.
pub fn read_parquet(bytes: &Bytes, wanted: &Wanted<'_>) -> Result<Table, Vec<Fault>> {
    parquet::read(bytes, wanted)
}

/// Reads a table by the ending of its file's name: `.parquet`, or CSV for anything else.
///
/// # Errors
/// As [`read_csv`] and [`read_parquet`].
pub fn read(path: &str, bytes: &Bytes, wanted: &Wanted<'_>) -> Result<Table, Vec<Fault>> {
    if path.ends_with(".parquet") { read_parquet(bytes, wanted) } else { read_csv(bytes, wanted) }
}

/// The names of the columns in the file's order, without reading its rows.
///
/// # Errors
/// One fault when the header cannot be read.
pub fn column_names(path: &str, bytes: &Bytes) -> Result<Vec<String>, Vec<Fault>> {
    if path.ends_with(".parquet") { parquet::column_names(bytes) } else { csv::column_names(bytes) }
}

#[cfg(test)]
mod tests;
