//! The cells of one Parquet column, batch after batch.

use parquet::basic::ConvertedType;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;

use super::columns::{not_a_number, unseen};
use super::faults::{FaultKind, Faults};
use super::{MAX_CELL_BYTES, MAX_TEXT_BYTES, Values};
use crate::Fault;
use crate::characters::any_deceives;
use crate::fault::legible;

/// Rows that are read at once.
const BATCH_ROWS: usize = 4096;
/// Largest whole number that a float holds exactly.
const MAX_EXACT: i128 = 1 << 53;

/// Takes the cells of one column.
pub(super) struct Sink<'a> {
    name: &'a str,
    /// What was taken so far.
    pub(super) values: Values,
    /// Text of this and all earlier columns, in bytes.
    pub(super) text_bytes: usize,
    row: usize,
    /// Whether numbers may be missing.
    gaps: bool,
    faults: &'a mut Faults,
}

/// A cell as the file holds it.
enum Cell {
    Empty,
    Number(f64),
    TooLarge(i128),
    Text(ByteArray),
}

impl Sink<'_> {
    /// Takes nothing yet.
    pub(super) fn new<'a>(
        name: &'a str,
        values: Values,
        text_bytes: usize,
        faults: &'a mut Faults,
    ) -> Sink<'a> {
        Sink { name, values, text_bytes, row: 0, gaps: false, faults }
    }

    /// Lets numbers be missing, where asked to.
    pub(super) const fn with_gaps(mut self, gaps: bool) -> Self {
        self.gaps = gaps;
        self
    }

    /// Takes all cells of a chunk; faults of cells are noted, not returned.
    pub(super) fn read(&mut self, reader: ColumnReader, kind: ConvertedType) -> Result<(), ParquetError> {
        let unsigned = matches!(
            kind,
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
        );
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                self.take(reader, |flag: bool| Cell::Number(f64::from(u8::from(flag))))
            }
            ColumnReader::Int32ColumnReader(reader) if unsigned => {
                self.take(reader, |number: i32| Cell::Number(f64::from(number.cast_unsigned())))
            }
            ColumnReader::Int32ColumnReader(reader) => {
                self.take(reader, |number: i32| Cell::Number(f64::from(number)))
            }
            ColumnReader::Int64ColumnReader(reader) if unsigned => {
                self.take(reader, |number: i64| whole(i128::from(number.cast_unsigned())))
            }
            ColumnReader::Int64ColumnReader(reader) => self.take(reader, |number: i64| whole(number.into())),
            ColumnReader::FloatColumnReader(reader) => {
                self.take(reader, |number: f32| Cell::Number(f64::from(number)))
            }
            ColumnReader::DoubleColumnReader(reader) => self.take(reader, Cell::Number),
            ColumnReader::ByteArrayColumnReader(reader) => self.take(reader, Cell::Text),
            ColumnReader::Int96ColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => {
                Err(ParquetError::General("a column changes its kind".to_owned()))
            }
        }
    }

    fn take<D: DataType>(
        &mut self,
        mut reader: ColumnReaderImpl<D>,
        cell: impl Fn(D::T) -> Cell,
    ) -> Result<(), ParquetError> {
        loop {
            let (mut levels, mut values) = (Vec::new(), Vec::new());
            let (records, found, _) =
                reader.read_records(BATCH_ROWS, Some(&mut levels), None, &mut values)?;
            if records == 0 {
                return Ok(());
            }
            let mut values = values.into_iter();
            if levels.is_empty() && found == records {
                values.for_each(|value| self.put(cell(value)));
            } else {
                for level in levels {
                    let present = if level > 0 { values.next() } else { None };
                    self.put(present.map_or(Cell::Empty, &cell));
                }
            }
        }
    }

    fn put(&mut self, cell: Cell) {
        self.row += 1;
        match (&mut self.values, cell) {
            (Values::Numbers(numbers), Cell::Number(number)) if number.is_finite() => numbers.push(number),
            (Values::Numbers(numbers), Cell::Empty) if self.gaps => numbers.push(f64::NAN),
            (Values::Numbers(numbers), Cell::Number(number)) if self.gaps && number.is_nan() => {
                numbers.push(number);
            }
            (Values::Numbers(_), cell) => self.refuse(&cell),
            (Values::Texts(texts), Cell::Text(bytes)) => match std::str::from_utf8(bytes.data()) {
                Ok(text) if any_deceives(text) => {
                    let fault = in_row(unseen(self.name), self.row);
                    self.faults.push(FaultKind::Cell, || fault);
                }
                Ok(text) if text.len() <= MAX_CELL_BYTES && self.text_bytes <= MAX_TEXT_BYTES => {
                    self.text_bytes += text.len();
                    texts.push(text.to_owned());
                }
                _ => self.refuse(&Cell::Text(bytes)),
            },
            (Values::Texts(texts), Cell::Number(number)) => texts.push(number.to_string()),
            (Values::Texts(texts), Cell::TooLarge(number)) => texts.push(number.to_string()),
            (Values::Texts(texts), Cell::Empty) => texts.push(String::new()),
        }
    }

    fn refuse(&mut self, cell: &Cell) {
        let (name, row) = (legible(self.name), self.row);
        let (kind, fault) = match cell {
            Cell::Text(_) => {
                let wrong = format!("The cell of row {row} is no UTF-8 text of at most 4 KiB.");
                (FaultKind::Cell, Fault::new(name, wrong, "Write short text."))
            }
            Cell::TooLarge(number) => {
                let wrong = format!("{number} in row {row} is larger than a number here can be.");
                (FaultKind::Number, Fault::new(name, wrong, "Keep whole numbers within 2^53."))
            }
            Cell::Number(number) => {
                (FaultKind::Number, in_row(not_a_number(&name, &number.to_string(), row), row))
            }
            Cell::Empty => (FaultKind::Number, in_row(not_a_number(&name, "", row), row)),
        };
        self.faults.push(kind, || fault);
    }
}

fn whole(number: i128) -> Cell {
    if (-MAX_EXACT..=MAX_EXACT).contains(&number) {
        #[expect(clippy::cast_precision_loss, reason = "within 2^53 every whole number is exact")]
        Cell::Number(number as f64)
    } else {
        Cell::TooLarge(number)
    }
}

/// Rows instead of lines.
fn in_row(fault: Fault, row: usize) -> Fault {
    Fault { line: None, wrong: format!("Row {row}: {}", fault.wrong), ..fault }
}
