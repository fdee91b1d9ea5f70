//! Rows that do not fit, and answers that are no scores.

use explain::Matrix;
use ranking::{Worker, WorkerProgram};

use crate::support::{bytes, filled, patient, program, worker};

#[test]
fn whole_numbers_are_wanted_where_the_model_takes_them() {
    let mut worker = worker("bad-inputs/onnx/input_int64.onnx");
    let columns = worker.input_map().columns();

    let error = worker.run(&filled(columns, 2, 0.5)).unwrap_err();

    assert_eq!(error.code(), "runtime_error");
    assert!(error.to_string().contains("0.5 is no i64"), "{error}");
    // The worker lives on.
    assert!(worker.run(&filled(columns, 2, 3.0)).is_ok());
}

#[test]
fn a_table_of_another_width_is_refused_without_asking_the_worker() {
    let mut worker = worker("bad-inputs/onnx/ok_linear.onnx");

    let error = worker.run(&filled(7, 1, 0.0)).unwrap_err();

    assert_eq!(error.code(), "runtime_error");
    assert!(error.to_string().contains("takes 8 columns, the table has 7"), "{error}");
}

#[test]
fn a_score_that_is_not_finite_is_named_with_its_row() {
    let mut worker = worker("bad-inputs/onnx/outputs_nan.onnx");

    let error = worker.run(&filled(worker.input_map().columns(), 3, 1.0)).unwrap_err();

    assert_eq!(error.code(), "bad_output");
    assert!(error.to_string().contains("row 0: output `y"), "{error}");
}

#[test]
fn a_model_that_takes_one_row_at_a_time_is_run_row_by_row() {
    let open = bytes("bad-inputs/onnx/ok_linear.onnx");
    let table = Matrix::new(8, (0..80).map(f64::from).collect()).unwrap();
    let expected = Worker::start(&program(), &open, &patient()).unwrap().run(&table).unwrap();
    let fixed = with_rows(&open, 1);

    let mut worker = Worker::start(&program(), &fixed, &patient()).unwrap();

    assert_eq!(worker.input_map().rows_per_call(), 1);
    let outputs = worker.run(&table).unwrap();
    let far = crate::support::distance(&outputs.column("y", 0).unwrap(), &expected.column("y", 0).unwrap());
    assert!(far < 1e-4, "{far}");
}

#[test]
fn a_model_that_takes_another_number_of_rows_is_refused() {
    let fixed = with_rows(&bytes("bad-inputs/onnx/ok_linear.onnx"), 3);

    let error = Worker::start(&program(), &fixed, &patient()).unwrap_err();

    assert_eq!(error.code(), "refused_static");
    assert!(error.to_string().contains("takes 3 rows at a time"), "{error}");
}

#[test]
fn a_program_that_is_no_worker_is_an_error_and_not_a_hang() {
    let model = bytes("bad-inputs/onnx/ok_linear.onnx");
    let start = |path: &str, arguments: &[&str]| {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Worker::start(&WorkerProgram { path: path.into(), arguments }, &model, &crate::support::strict())
            .unwrap_err()
    };
    assert!(start("/no/such/program", &[]).is_ours());
    assert_eq!(start("/bin/true", &[]).code(), "crashed");
    let echo = start("/bin/cat", &[]);
    assert!(echo.to_string().contains("cannot be read"), "{echo}");
    let noise = start("/bin/sh", &["-c", "while :; do echo noise; done"]);
    assert!(noise.to_string().contains("cannot be read"), "{noise}");
}

/// The model with the rows fixed: `dim_param: "N"` becomes `dim_value`, written in as many bytes.
fn with_rows(model: &[u8], rows: u8) -> Vec<u8> {
    let (open, fixed) = ([0x12, 0x01, b'N'], [0x08, 0x80 | rows, 0x00]);
    let mut model = model.to_vec();
    let places: Vec<usize> = (0..model.len() - 3).filter(|at| model[*at..at + 3] == open).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        model[at..at + 3].copy_from_slice(&fixed);
    }
    model
}
