//! Rows of numbers in CSV files: as samples, and as data that claims are measured on.

use onnx::slots::{Slot, slots};
use onnx::values::Values;
use onnx::{Dimension, Model};

use super::samples::Pair;
use super::tensors::Named;

/// Most rows of a file.
const MOST_ROWS: usize = 100_000;

/// A table of numbers; what is no number is NaN.
pub(super) struct Sheet {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Vec<f64>>,
    /// The cells of the first row that is no number in some column are kept for groups: text by row and column.
    texts: Vec<Vec<String>>,
}

/// Which columns feed a model.
pub(super) struct Fit {
    slots: Vec<Slot>,
    columns: Vec<usize>,
}

impl Sheet {
    /// Reads a file with a header.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let mut reader =
            csv::ReaderBuilder::new().from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let wrong = |error: csv::Error| format!("The CSV file cannot be read: {error}.");
        let names = reader.headers().map_err(wrong)?.iter().map(|name| name.trim().to_owned()).collect();
        let (mut rows, mut texts) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(wrong)?;
            if rows.len() == MOST_ROWS {
                return Err(format!("The CSV file has more than {MOST_ROWS} rows."));
            }
            let cell = |cell: &str| match cell.trim() {
                "true" | "True" | "TRUE" => 1.0,
                "false" | "False" | "FALSE" => 0.0,
                cell => cell.parse().unwrap_or(f64::NAN),
            };
            rows.push(record.iter().map(cell).collect());
            texts.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
        }
        Ok(Self { names, rows, texts })
    }

    /// The column of one of these names.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.names.iter().position(|found| found.eq_ignore_ascii_case(name)))
    }

    /// A column as numbers.
    pub(super) fn numbers(&self, column: usize) -> Vec<f64> {
        self.rows.iter().map(|row| row.get(column).copied().unwrap_or(f64::NAN)).collect()
    }

    /// A column as text.
    pub(super) fn words(&self, column: usize) -> Vec<&str> {
        self.texts.iter().map(|row| row.get(column).map_or("", String::as_str)).collect()
    }
}

impl Fit {
    /// The columns for a model: by the names of its inputs, where all are there, else all columns but these, in order.
    pub(super) fn of(model: &Model, sheet: &Sheet, others: &[usize]) -> Result<Self, String> {
        let slots = slots(model).map_err(|error| format!("Rows do not fit the model: {error}."))?;
        let named = |slot: &Slot| {
            let name =
                slot.index.map_or_else(|| slot.input.clone(), |index| format!("{}[{index}]", slot.input));
            sheet.names.iter().position(|found| *found == name)
        };
        let columns: Vec<usize> = slots.iter().filter_map(named).collect();
        if columns.len() == slots.len() {
            return Ok(Self { slots, columns });
        }
        let columns: Vec<usize> = (0..sheet.names.len()).filter(|column| !others.contains(column)).collect();
        if columns.len() == slots.len() {
            return Ok(Self { slots, columns });
        }
        Err(format!(
            "The model takes {} numbers a row, the file has {} columns for them.",
            slots.len(),
            columns.len()
        ))
    }

    /// Whether the model takes one row at a time.
    pub(super) fn one_by_one(model: &Model) -> bool {
        model.inputs.iter().any(|input| matches!(input.shape.first(), Some(Dimension::Fixed(_))))
    }

    /// These rows as the inputs of the model.
    pub(super) fn inputs(&self, model: &Model, rows: &[Vec<f64>]) -> Result<Named, String> {
        let mut inputs = Named::new();
        for input in &model.inputs {
            let columns = self.slots.iter().zip(&self.columns).filter(|(slot, _)| slot.input == input.name);
            let columns: Vec<usize> = columns.map(|(_, column)| *column).collect();
            let cells = rows.iter().flat_map(|row| columns.iter().map(|column| row.get(*column).copied()));
            let cells: Vec<f64> = cells.map(|cell| cell.unwrap_or(f64::NAN)).collect();
            let shape =
                if input.shape.len() == 1 { vec![rows.len()] } else { vec![rows.len(), columns.len()] };
            inputs.push((input.name.clone(), Values::new(shape, cells).map_err(|error| error.to_string())?));
        }
        Ok(inputs)
    }
}

/// The samples in two files: one a row.
pub(super) fn pairs(
    name: &str,
    model: Option<&Model>,
    (inputs, outputs): (&[u8], &[u8]),
) -> Result<Vec<Pair>, String> {
    let model = model.ok_or("The release holds no ONNX model that it could be run on.")?;
    let (given, published) = (Sheet::read(inputs)?, Sheet::read(outputs)?);
    if given.rows.len() != published.rows.len() {
        return Err(format!(
            "There are {} rows of inputs and {} of outputs.",
            given.rows.len(),
            published.rows.len()
        ));
    }
    let fit = Fit::of(model, &given, &[])?;
    let tensors = output_columns(model, &published);
    let mut pairs = Vec::new();
    for (at, (row, answers)) in given.rows.iter().zip(&published.rows).enumerate() {
        if row.iter().chain(answers).any(|cell| cell.is_nan()) {
            return Err(format!("Row {} holds a cell that is no number.", at + 1));
        }
        let tensor = |(name, columns): &(String, Vec<usize>)| {
            let cells = columns.iter().filter_map(|column| answers.get(*column).copied()).collect();
            let values = Values::new(vec![1, columns.len()], cells).map_err(|error| error.to_string())?;
            Ok::<_, String>((name.clone(), values))
        };
        pairs.push(Pair {
            name: format!("{name}[{at}]"),
            inputs: fit.inputs(model, std::slice::from_ref(row))?,
            outputs: tensors.iter().map(tensor).collect::<Result<_, _>>()?,
        });
    }
    Ok(pairs)
}

/// Which columns of the published answers belong to which output: by name, `name[0]` and so on, else all to the first.
fn output_columns(model: &Model, sheet: &Sheet) -> Vec<(String, Vec<usize>)> {
    let of = |output: &str| -> Vec<usize> {
        let belongs = |name: &str| {
            let index = name.strip_prefix(output).and_then(|rest| rest.strip_prefix('['));
            name == output || index.is_some_and(|index| index.ends_with(']'))
        };
        (0..sheet.names.len()).filter(|at| sheet.names.get(*at).is_some_and(|name| belongs(name))).collect()
    };
    let named: Vec<(String, Vec<usize>)> = model
        .numeric_outputs()
        .map(|output| (output.name.clone(), of(&output.name)))
        .filter(|(_, columns)| !columns.is_empty())
        .collect();
    if named.iter().map(|(_, columns)| columns.len()).sum::<usize>() == sheet.names.len() {
        return named;
    }
    vec![(String::new(), (0..sheet.names.len()).collect())]
}
