//! Who outlives whom, and what is left behind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ranking::{Limits, Worker};

use crate::support::{bytes, filled, program, worker};

#[test]
fn a_worker_outlives_the_thread_that_started_it() {
    let start = || worker("bad-inputs/onnx/ok_linear.onnx");
    let mut worker = std::thread::spawn(start).join().unwrap();
    std::thread::sleep(Duration::from_millis(100));

    assert!(worker.run(&filled(8, 1, 1.0)).is_ok());
}

#[test]
fn a_worker_dies_with_the_process_that_started_it() {
    // The shell stands for the server. The worker's input stays open, so a closed pipe is not what ends it.
    let mut shell = Command::new("/bin/sh")
        .args(["-c", "exec 3<&0; \"$0\" <&3 & echo $!; wait"])
        .arg(program().path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let open_input = shell.stdin.take();
    let mut pid = String::new();
    BufReader::new(shell.stdout.take().unwrap()).read_line(&mut pid).unwrap();
    let process = Path::new("/proc").join(pid.trim());
    eventually("the worker waits for its greeting", || {
        fs::read_to_string(process.join("comm")).is_ok_and(|name| name.starts_with("rank-worker"))
            && fs::read_to_string(process.join("oom_score_adj")).is_ok_and(|score| score.trim() == "1000")
    });

    shell.kill().unwrap();
    shell.wait().unwrap();

    eventually("the worker is gone", || {
        fs::read_to_string(process.join("stat")).map_or(true, |stat| stat.contains(") Z "))
    });
    drop(open_input);
}

#[test]
fn dropping_a_worker_ends_its_process() {
    let worker = worker("bad-inputs/onnx/ok_linear.onnx");
    let process = Path::new("/proc").join(worker.process_id().to_string());
    assert!(process.exists());

    drop(worker);

    assert!(!process.exists());
}

#[test]
fn no_report_about_what_was_run_is_kept_or_sent() {
    let home = tempfile::tempdir().unwrap();
    let session_file = || fs::metadata("/tmp/.ses").and_then(|file| file.modified()).ok();
    let before = session_file();

    // A test of this file that runs a model, in a process of its own with a home of its own.
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lifetime::a_worker_outlives_the_thread_that_started_it"])
        .env("HOME", home.path())
        .output()
        .unwrap();

    assert!(String::from_utf8_lossy(&run.stdout).contains("1 passed"), "{run:?}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "something was written into the home folder");
    assert_eq!(session_file(), before, "/tmp/.ses was written");
}

#[test]
fn text_inside_a_model_reaches_nobody_unescaped() {
    let model = bytes("bad-inputs/onnx/metadata_xss_ansi.onnx");

    let worker = Worker::start(&program(), &model, &Limits::default());

    let said = worker.map_or_else(|error| error.to_string(), |worker| format!("{:?}", worker.input_map()));
    assert!(!said.contains('\u{1b}') && !said.contains('\n'), "{said:?}");
}

fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
