//! Parquet without nested columns: column after column, in batches.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::cells::Sink;
use super::columns::{Becomes, check_size, plan, start, table};
use super::faults::{FaultKind, Faults};
use super::{MAX_BYTES, MAX_TEXT_BYTES, Table, Values, Wanted, pages};
use crate::Fault;
use crate::fault::legible;

/// Largest sum of all pages once unpacked, in bytes.
const MAX_UNPACKED_BYTES: u64 = 512 << 20;

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
    check_packing(&file).map_err(|fault| vec![fault])?;
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
                Fault::new(legible(column.name()), "This kind of column cannot be read.", right)
            });
            Becomes::Texts
        }
        Some(false) if matches!(becomes, Becomes::Numbers | Becomes::Gaps) => {
            faults.push(FaultKind::Number, || {
                Fault::new(
                    legible(column.name()),
                    "The column holds text.",
                    "Write it as a column of numbers.",
                )
            });
            Becomes::Texts
        }
        Some(true) if becomes == Becomes::Gaps => Becomes::Gaps,
        Some(true) if becomes != Becomes::Texts => Becomes::Numbers,
        Some(_) => Becomes::Texts,
    }
}

fn is_text(column: &ColumnDescriptor) -> bool {
    let logical = column.logical_type_ref();
    matches!(logical, None | Some(LogicalType::String | LogicalType::Enum | LogicalType::Json))
        && column.converted_type() != ConvertedType::DECIMAL
}

/// Refuses columns that are packed in a way that is not read here.
fn check_packing(file: &SerializedFileReader<Bytes>) -> Result<(), Fault> {
    let mut chunks = file.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
    let known =
        |packing| matches!(packing, Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_));
    let Some(chunk) = chunks.find(|chunk| !known(chunk.compression())) else { return Ok(()) };
    let packing = format!("{:?}", chunk.compression());
    let name = packing.split('(').next().unwrap_or(&packing);
    let wrong = format!("The column is packed with {name}.");
    let column = legible(chunk.column_descr().name());
    Err(Fault::new(column, wrong, "Pack it with Snappy or Zstandard, or not at all."))
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
        let sink = Sink::new(name, start(*becomes, rows), text_bytes, &mut faults);
        let mut sink = sink.with_gaps(*becomes == Becomes::Gaps);
        for number in 0..file.num_row_groups() {
            let kind = file.metadata().row_group(number).column(index).column_descr().converted_type();
            let reader = file.get_row_group(number).and_then(|group| group.get_column_reader(index));
            reader.and_then(|reader| sink.read(reader, kind)).map_err(|error| vec![broken(error)])?;
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
