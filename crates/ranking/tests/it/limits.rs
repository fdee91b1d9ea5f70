//! Limits that move with the work.

use std::time::{Duration, Instant};

use ranking::{Limits, Worker};

use crate::support::{bytes, field, filled, program};

/// Scores rows until the worker has used about this much processor time.
fn keep_busy(worker: &mut Worker, value: f64, busy: Duration) {
    let rows = filled(worker.input_map().columns(), 1 << 14, value);
    let begun = Instant::now();
    while begun.elapsed() < busy {
        worker.run(&rows).unwrap();
    }
}

#[test]
fn a_worker_may_use_more_over_its_life_than_one_slice_may() {
    let slice = Limits { slice_wall: Duration::from_secs(2), ..Limits::default() };
    let mut worker = Worker::start(&program(), &bytes("rank/feed_trees/model.onnx"), &slice).unwrap();

    keep_busy(&mut worker, 1.0, Duration::from_secs(6));

    assert!(worker.run(&filled(24, 1, 1.0)).is_ok());
}

#[test]
fn the_whole_job_has_a_ceiling() {
    let job = Limits { job_cpu: Duration::from_secs(2), ..crate::support::patient() };
    let mut worker = Worker::start(&program(), &bytes("rank/feed_trees/model.onnx"), &job).unwrap();
    let rows = filled(24, 1 << 14, 1.0);
    let begun = Instant::now();

    let error = loop {
        if let Err(error) = worker.run(&rows) {
            break error;
        }
        assert!(begun.elapsed() < Duration::from_mins(1));
    };

    assert_eq!(error.code(), "limit_cpu", "{error}");
    assert_eq!(worker.run(&rows).unwrap_err().to_string(), ranking::RunError::Ended.to_string());
}

#[test]
fn a_warm_worker_that_meets_a_bomb_is_stopped_as_fast_as_a_fresh_one() {
    let limits = Limits { slice_wall: Duration::from_secs(2), ..Limits::default() };
    let mut worker = Worker::start(&program(), &endless_where_positive(), &limits).unwrap();
    keep_busy(&mut worker, -1.0, Duration::from_secs(4));
    let begun = Instant::now();

    let error = worker.run(&filled(8, 1, 1.0)).unwrap_err();

    assert!(matches!(error.code(), "limit_cpu" | "limit_wall"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

/// `loop_forever.onnx`, changed so that it loops only where the largest number of the rows is positive.
///
/// The loop's condition `t` was a constant; now `t = Greater(ReduceMax(x), zero)`.
fn endless_where_positive() -> Vec<u8> {
    let model = bytes("bad-inputs/onnx/loop_forever.onnx");
    let (before, graph) = model.split_at(10);
    let (graph, opset) = graph[3..].split_at(230);
    let constant = field(5, &[&[0x10, 9], &field(8, b"t")[..], &field(9, &[1])].concat());
    let at = graph.windows(constant.len()).position(|window| window == constant).unwrap();
    let keep_dimensions = [&field(1, b"keepdims")[..], &[0x18, 0, 0xa0, 1, 2]].concat();
    let largest =
        [field(1, b"x"), field(2, b"m"), field(4, b"ReduceMax"), field(5, &keep_dimensions)].concat();
    let greater = [field(1, b"m"), field(1, b"zero"), field(2, b"t"), field(4, b"Greater")].concat();
    let zero = [&[0x10, 1], &field(8, b"zero")[..], &field(9, &[0; 4])].concat();
    let graph = [
        &field(1, &largest)[..],
        &field(1, &greater),
        &graph[..at],
        &graph[at + constant.len()..],
        &field(5, &zero),
    ];
    [before, &field(7, &graph.concat()), opset].concat()
}
