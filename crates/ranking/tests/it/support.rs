//! Workers and tables for the tests.

use std::path::PathBuf;
use std::time::Duration;

use explain::Matrix;
use ranking::{InputMap, Limits, Worker, WorkerProgram};

/// The worker as a program of its own.
pub(crate) fn program() -> WorkerProgram {
    WorkerProgram { path: env!("CARGO_BIN_EXE_rank-worker").into(), arguments: Vec::new() }
}

/// A file of the shared test data.
pub(crate) fn data(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data").join(path)
}

/// The bytes of a file of the shared test data.
pub(crate) fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(data(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Wide enough for a machine that compiles at the same time.
pub(crate) fn patient() -> Limits {
    let minute = Duration::from_mins(1);
    Limits { load_wall: minute, load_cpu: minute, slice_wall: minute, ..Limits::default() }
}

/// Small enough for a test to wait for.
pub(crate) fn strict() -> Limits {
    Limits {
        load_wall: Duration::from_secs(20),
        load_cpu: Duration::from_secs(2),
        slice_wall: Duration::from_secs(2),
        ..Limits::default()
    }
}

/// A worker for a file of the shared test data.
pub(crate) fn worker(path: &str) -> Worker {
    Worker::start(&program(), &bytes(path), &patient()).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Columns by name; cells that are no numbers are left out of the names.
pub(crate) struct Sheet {
    names: Vec<String>,
    rows: Vec<Vec<Option<f64>>>,
}

impl Sheet {
    pub(crate) fn read(path: &str) -> Self {
        let mut reader = csv::Reader::from_path(data(path)).unwrap();
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(|cell| cell.parse().ok()).collect());
        Self { names, rows: rows.collect() }
    }

    pub(crate) fn column(&self, name: &str) -> Vec<f64> {
        let column = self.names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name}"));
        self.rows.iter().map(|row| row[column].unwrap_or_else(|| panic!("{name}: not a number"))).collect()
    }

    /// The columns that the model reads: named vectors by name, matrices from the last columns.
    pub(crate) fn inputs(&self, map: &InputMap) -> Matrix {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let columns = onnx::slots::columns(map.slots(), &names).unwrap();
        let cells = self.rows.iter().flat_map(|row| columns.iter().map(|column| row[*column].unwrap()));
        Matrix::new(columns.len(), cells.collect()).unwrap()
    }
}

/// Rows of a matrix as a matrix of its own.
pub(crate) fn rows(matrix: &Matrix, range: std::ops::Range<usize>) -> Matrix {
    let columns = matrix.columns();
    Matrix::new(columns, matrix.values()[range.start * columns..range.end * columns].to_vec()).unwrap()
}

/// A table of one value everywhere.
pub(crate) fn filled(columns: usize, rows: usize, value: f64) -> Matrix {
    Matrix::new(columns, vec![value; columns * rows]).unwrap()
}

/// The farthest distance between two columns.
pub(crate) fn distance(left: &[f64], right: &[f64]) -> f64 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(left, right)| (left - right).abs()).fold(0.0, f64::max)
}

/// A protobuf field of bytes.
pub(crate) fn field(number: u8, body: &[u8]) -> Vec<u8> {
    let (low, high) = (body.len() % 128, body.len() / 128);
    let length = if high == 0 { vec![low as u8] } else { vec![low as u8 | 128, high as u8] };
    [&[number << 3 | 2], &length[..], body].concat()
}

/// A model of one node, given without its input `x[N, columns]` and its output `y[N, width]`, both float32.
pub(crate) fn one_node(node: &[u8], columns: u8, width: u8) -> Vec<u8> {
    let value = |name: &[u8], width: u8| {
        let rows = field(1, &field(2, b"N"));
        let shape = [rows, field(1, &[0x08, width])].concat();
        let kind = [&[0x08, 1][..], &field(2, &shape)].concat();
        [field(1, name), field(2, &field(1, &kind))].concat()
    };
    let node = [&field(1, b"x")[..], &field(2, b"y"), node].concat();
    let (input, output) = (value(b"x", columns), value(b"y", width));
    let graph = [field(1, &node), field(2, b"g"), field(11, &input), field(12, &output)].concat();
    let opsets =
        [field(8, &[&field(1, b"ai.onnx.ml")[..], &[0x10, 3]].concat()), field(8, &[0x10, 17])].concat();
    [&[0x08, 8][..], &field(7, &graph), &opsets].concat()
}
