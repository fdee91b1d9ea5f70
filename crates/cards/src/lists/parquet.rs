//! Parquet without nested columns: column after column, in batches.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::columns::{Becomes, check_size, not_a_number, plan, start, table};
use super::faults::{FaultKind, Faults};
use super::{MAX_BYTES, MAX_CELL_BYTES, MAX_TEXT_BYTES, Table, Values, Wanted, pages};
use crate::Fault;

/// Rows that are read at once.
const BATCH_ROWS: usize = 4096;
/// Largest sum of all pages once unpacked, in bytes.
const MAX_UNPACKED_BYTES: u64 = 512 << 20;
/// Largest whole number that a float holds exactly.
const MAX_EXACT: i64 = 1 << 53;

pub(super) fn read(bytes: &Bytes, wanted: &Wanted<'_>) -> Result<Table, Vec<Fault>> {
    if bytes.len() > MAX_BYTES {
        return Err(vec![Fault::new("", "The file is larger than 256 MiB.", "Keep at most 256 MiB.")]);
    }
    guarded(|| read_file(bytes, wanted))
}

/// The names of the columns.
pub(super) fn column_names(bytes: &Bytes) -> Result<Vec<String>, Vec<Fault>> {
    guarded(|| open(bytes).map(|file| names(&file)))
}

/// The library may panic on files made to break it; they are malformed like any other.
fn guarded<T>(read: impl FnOnce() -> Result<T, Vec<Fault>>) -> Result<T, Vec<Fault>> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_panic| Err(vec![broken("its parts contradict each other")]))
}

fn open(bytes: &Bytes) -> Result<SerializedFileReader<Bytes>, Vec<Fault>> {
    SerializedFileReader::new(bytes.clone()).map_err(|error| vec![broken(error)])
}

fn names(file: &SerializedFileReader<Bytes>) -> Vec<String> {
    let schema = file.metadata().file_metadata().schema_descr();
    schema.columns().iter().map(|column| column.name().to_owned()).collect()
}

fn broken(reason: impl std::fmt::Display) -> Fault {
    Fault::new("", format!("This is not a Parquet file that can be read: {reason}."), "Write the file again.")
}

fn read_file(bytes: &Bytes, wanted: &Wanted<'_>) -> Result<Table, Vec<Fault>> {
    let file = open(bytes)?;
    let names = names(&file);
    let schema = file.metadata().file_metadata().schema_descr();
    let mut faults = Faults::default();
    let becomes = plan(&names, wanted, &mut faults);
    let mut becomes_now = Vec::with_capacity(names.len());
    for (column, becomes) in schema.columns().iter().zip(&becomes) {
        becomes_now.push(settle(column, *becomes, &mut faults));
    }
    faults.or(())?;
    let rows = file
        .metadata()
        .row_groups()
        .iter()
        .try_fold(0_usize, |sum, group| sum.checked_add(usize::try_from(group.num_rows()).ok()?));
    let rows = rows.ok_or_else(|| vec![broken("it announces an impossible number of rows")])?;
    let texts = becomes_now.iter().filter(|becomes| **becomes == Becomes::Texts).count();
    check_size(rows, names.len(), texts).map_err(|fault| vec![fault])?;
    check_unpacked(bytes, &file).map_err(|fault| vec![fault])?;
    let values = columns(&file, &names, &becomes_now, rows)?;
    table(names, values, rows)
}

/// What a column becomes, given what it holds; columns that cannot be read are faults.
fn settle(column: &ColumnDescriptor, becomes: Becomes, faults: &mut Faults) -> Becomes {
    let nested = column.path().parts().len() != 1
        || column.self_type().get_basic_info().repetition() == Repetition::REPEATED;
    let number = match column.physical_type() {
        Physical::BOOLEAN | Physical::FLOAT | Physical::DOUBLE => Some(true),
        Physical::INT32 | Physical::INT64 if column.converted_type() != ConvertedType::DECIMAL => Some(true),
        Physical::BYTE_ARRAY if is_text(column) => Some(false),
        _ => None,
    };
    match number.filter(|_| !nested) {
        None => {
            faults.push(FaultKind::Header, || {
                let right = "Write plain numbers, true and false, or text.";
                Fault::new(column.name(), "This kind of column cannot be read.", right)
            });
            Becomes::Texts
        }
        Some(false) if becomes == Becomes::Numbers => {
            faults.push(FaultKind::Number, || {
                Fault::new(column.name(), "The column holds text.", "Write it as a column of numbers.")
            });
            Becomes::Texts
        }
        Some(true) if becomes != Becomes::Texts => Becomes::Numbers,
        Some(_) => Becomes::Texts,
    }
}

fn is_text(column: &ColumnDescriptor) -> bool {
    let logical = column.logical_type_ref();
    matches!(logical, None | Some(LogicalType::String | LogicalType::Enum | LogicalType::Json))
        && column.converted_type() != ConvertedType::DECIMAL
}

/// Refuses columns whose pages announce more than fits.
fn check_unpacked(bytes: &Bytes, file: &SerializedFileReader<Bytes>) -> Result<(), Fault> {
    let mut sum = 0_u64;
    let chunks = file.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
    for chunk in chunks {
        let size = chunk_bytes(bytes, chunk).and_then(pages::unpacked_size);
        sum = sum.saturating_add(size.ok_or_else(|| broken("the header of a page is malformed"))?);
        if sum > MAX_UNPACKED_BYTES {
            return Err(Fault::new(
                "",
                "Unpacked, the pages are larger than 512 MiB.",
                "Keep fewer rows or columns.",
            ));
        }
    }
    Ok(())
}

fn chunk_bytes<'a>(bytes: &'a Bytes, chunk: &ColumnChunkMetaData) -> Option<&'a [u8]> {
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    let start = usize::try_from(start).ok()?;
    let length = usize::try_from(chunk.compressed_size()).ok()?;
    bytes.get(start..start.checked_add(length)?)
}

fn columns(
    file: &SerializedFileReader<Bytes>,
    names: &[String],
    becomes: &[Becomes],
    rows: usize,
) -> Result<Vec<Values>, Vec<Fault>> {
    let mut faults = Faults::default();
    let mut text_bytes = 0;
    let mut columns = Vec::with_capacity(names.len());
    for (index, (name, becomes)) in names.iter().zip(becomes).enumerate() {
        let mut sink = Sink { name, values: start(*becomes, rows), text_bytes, row: 0, faults: &mut faults };
        for group in 0..file.num_row_groups() {
            let reader = file.get_row_group(group).and_then(|group| group.get_column_reader(index));
            let read = reader.and_then(|reader| sink.read(reader, file, (group, index)));
            read.map_err(|error| vec![broken(error)])?;
        }
        text_bytes = sink.text_bytes;
        if text_bytes > MAX_TEXT_BYTES {
            return Err(vec![Fault::new(
                "",
                "There are more than 256 MiB of text.",
                "Keep fewer rows or columns.",
            )]);
        }
        columns.push(sink.values);
    }
    faults.or(columns)
}

/// Takes the cells of one column.
struct Sink<'a> {
    name: &'a str,
    values: Values,
    text_bytes: usize,
    row: usize,
    faults: &'a mut Faults,
}

/// A cell as the file holds it.
enum Cell {
    Empty,
    Number(f64),
    TooLarge(i64),
    Text(ByteArray),
}

impl Sink<'_> {
    fn read(
        &mut self,
        reader: ColumnReader,
        file: &SerializedFileReader<Bytes>,
        (group, column): (usize, usize),
    ) -> Result<(), ParquetError> {
        let unsigned = matches!(
            file.metadata().row_group(group).column(column).column_descr().converted_type(),
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
            ColumnReader::Int64ColumnReader(reader) => self.take(reader, whole),
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
            (Values::Numbers(_), cell) => self.refuse(&cell),
            (Values::Texts(texts), Cell::Text(bytes)) => match std::str::from_utf8(bytes.data()) {
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
        let (name, row) = (self.name, self.row);
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
                (FaultKind::Number, in_row(not_a_number(name, &number.to_string(), row), row))
            }
            Cell::Empty => (FaultKind::Number, in_row(not_a_number(name, "", row), row)),
        };
        self.faults.push(kind, || fault);
    }
}

fn whole(number: i64) -> Cell {
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
