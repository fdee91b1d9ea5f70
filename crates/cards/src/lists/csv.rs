//! CSV: two passes over the bytes. The first finds every fault and what each column holds, the second keeps the values,
//! so that memory stays near the size of the table.

use csv::{ByteRecord, ReaderBuilder};

use super::columns::{Becomes, check_size, is_gap, not_a_number, number, plan, start, table, unseen};
use super::faults::{FaultKind, Faults};
use super::{MAX_BYTES, MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS, Table, Values, Wanted, width};
use crate::Fault;
use crate::characters::any_deceives;
use crate::fault::legible;

pub(super) fn read(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Table, Vec<Fault>> {
    if bytes.len() > MAX_BYTES {
        return Err(vec![Fault::new("", "The file is larger than 256 MiB.", "Keep at most 256 MiB.")]);
    }
    let bytes = without_mark(bytes);
    check_width(bytes)?;
    let mut faults = Faults::default();
    let names = header(bytes, &mut faults)?;
    let mut becomes = plan(&names, wanted, &mut faults);
    let rows = survey(bytes, &names, &mut becomes, &mut faults)?;
    let texts = becomes.iter().filter(|becomes| **becomes == Becomes::Texts).count();
    let size = check_size(rows, names.len(), texts);
    if faults.is_empty() {
        size.map_err(|fault| vec![fault])?;
    }
    faults.or(())?;
    let values = keep(bytes, &becomes, rows)?;
    table(names, values, rows)
}

/// The names in the header.
pub(super) fn column_names(bytes: &[u8]) -> Result<Vec<String>, Vec<Fault>> {
    let bytes = without_mark(bytes);
    check_width(bytes)?;
    let mut faults = Faults::default();
    let names = header(bytes, &mut faults)?;
    faults.or(names)
}

/// Without the byte order mark that some programs write.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The library keeps the place of every cell of a row, so a row of many empty cells would fill the memory.
fn check_width(bytes: &[u8]) -> Result<(), Vec<Fault>> {
    match width::first_row_wider_than(MAX_COLUMNS, bytes) {
        None => Ok(()),
        Some(line) => {
            let fault = Fault::new("", "This row has more than 4,096 cells.", "Keep at most 4,096 columns.");
            Err(vec![fault.at(line)])
        }
    }
}

fn records(bytes: &[u8]) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes)
}

fn broken(error: &csv::Error) -> Vec<Fault> {
    let fault =
        Fault::new("", format!("This is not CSV: {error}."), "Write UTF-8 with commas between cells.");
    vec![match error.position() {
        Some(position) => fault.at(line(position)),
        None => fault,
    }]
}

fn line(position: &csv::Position) -> usize {
    usize::try_from(position.line()).unwrap_or(usize::MAX)
}

fn header(bytes: &[u8], faults: &mut Faults) -> Result<Vec<String>, Vec<Fault>> {
    let mut record = ByteRecord::new();
    let found = records(bytes).read_byte_record(&mut record).map_err(|error| broken(&error))?;
    if !found {
        return Err(vec![Fault::new("", "The file is empty.", "Write a header line and one line an item.")]);
    }
    let name = |cell: &[u8]| match std::str::from_utf8(cell) {
        Ok(name) if cell.len() <= MAX_CELL_BYTES => name.trim().to_owned(),
        _ => {
            faults.push(FaultKind::Encoding, || {
                Fault::new("", "The header is not short UTF-8 text.", "Save the file as UTF-8.").at(1)
            });
            String::new()
        }
    };
    Ok(record.iter().map(name).collect())
}

/// The number of rows. Settles what open columns become, and notes every fault of a row.
fn survey(
    bytes: &[u8],
    names: &[String],
    becomes: &mut [Becomes],
    faults: &mut Faults,
) -> Result<usize, Vec<Fault>> {
    let mut reader = records(bytes);
    let mut record = ByteRecord::new();
    let mut rows = 0;
    reader.read_byte_record(&mut record).map_err(|error| broken(&error))?;
    while reader.read_byte_record(&mut record).map_err(|error| broken(&error))? {
        rows += 1;
        if rows > MAX_ROWS {
            break;
        }
        let line = record.position().map_or(rows + 1, line);
        if record.len() != names.len() {
            faults.push(FaultKind::Ragged, || {
                let wrong = format!("This row has {} cells, the header has {}.", record.len(), names.len());
                Fault::new("", wrong, "Write one cell for every column.").at(line)
            });
        }
        for ((cell, name), becomes) in record.iter().zip(names).zip(becomes.iter_mut()) {
            survey_cell(&Cell { name, line, bytes: cell }, becomes, faults);
        }
    }
    for becomes in becomes.iter_mut().filter(|becomes| **becomes == Becomes::Either) {
        *becomes = Becomes::Numbers;
    }
    Ok(rows)
}

struct Cell<'a> {
    name: &'a str,
    line: usize,
    bytes: &'a [u8],
}

fn survey_cell(cell: &Cell<'_>, becomes: &mut Becomes, faults: &mut Faults) {
    if cell.bytes.len() > MAX_CELL_BYTES {
        faults.push(FaultKind::Cell, || {
            Fault::new(legible(cell.name), "The cell is larger than 4 KiB.", "Write it shorter.")
                .at(cell.line)
        });
        return;
    }
    let Ok(text) = std::str::from_utf8(cell.bytes) else {
        faults.push(FaultKind::Encoding, || {
            Fault::new(legible(cell.name), "The cell is not UTF-8 text.", "Save the file as UTF-8.")
                .at(cell.line)
        });
        return;
    };
    if any_deceives(text) {
        faults.push(FaultKind::Cell, || unseen(cell.name).at(cell.line));
        return;
    }
    match *becomes {
        Becomes::Either if number(text).is_none() => *becomes = Becomes::Texts,
        Becomes::Numbers if number(text).is_none() => {
            faults.push(FaultKind::Number, || not_a_number(cell.name, text, cell.line));
        }
        Becomes::Gaps if number(text).is_none() && !is_gap(text) => {
            faults.push(FaultKind::Number, || not_a_number(cell.name, text, cell.line));
        }
        Becomes::Numbers | Becomes::Gaps | Becomes::Either | Becomes::Texts => {}
    }
}

fn keep(bytes: &[u8], becomes: &[Becomes], rows: usize) -> Result<Vec<Values>, Vec<Fault>> {
    let mut columns: Vec<Values> = becomes.iter().map(|becomes| start(*becomes, rows)).collect();
    let mut reader = records(bytes);
    let mut record = ByteRecord::new();
    reader.read_byte_record(&mut record).map_err(|error| broken(&error))?;
    while reader.read_byte_record(&mut record).map_err(|error| broken(&error))? {
        for (cell, column) in record.iter().zip(&mut columns) {
            let text = String::from_utf8_lossy(cell);
            match column {
                // The first pass let no other cell than a gap through without a number.
                Values::Numbers(numbers) => numbers.push(number(&text).unwrap_or(f64::NAN)),
                Values::Texts(texts) => texts.push(text.into_owned()),
            }
        }
    }
    Ok(columns)
}
