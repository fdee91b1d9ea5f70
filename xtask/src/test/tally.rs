//! Counting tests as they run.

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Add;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::command::line;
use crate::{Problem, say};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// Runs tests, shows what they print, and counts by the runner's closing lines.
///
/// Failing tests are counted, not an error; a run that fails without a failing test (it does not build) is.
pub(super) fn run_and_count(command: &mut Command, out: &mut dyn Write) -> Result<Tally, Problem> {
    let starting = format!("starting `{}`", line(command));
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(Problem::system(starting))?;
    let (found, lines) = channel();
    let stdout = child.stdout.take().map(|pipe| forward(pipe, found.clone()));
    let stderr = child.stderr.take().map(|pipe| forward(pipe, found));
    let mut tally = Tally::default();
    for text in lines {
        tally = tally + read_line(&text);
        say(out, &text)?;
    }
    drop((stdout, stderr));
    let status = child.wait().map_err(Problem::system("waiting for the tests"))?;
    if !status.success() && tally.failed == 0 {
        return Err(Problem::Failed {
            command: line(command),
            status: status.to_string(),
            said: String::new(),
        });
    }
    Ok(tally)
}

fn forward(pipe: impl Read + Send + 'static, found: Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for bytes in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            if found.send(String::from_utf8_lossy(&bytes).into_owned()).is_err() {
                return;
            }
        }
    })
}

/// The counts in a closing line of nextest or of cargo's own runner; nothing in any other line.
fn read_line(line: &str) -> Tally {
    let line = line.trim_start();
    let counts = if line.starts_with("Summary [") {
        line.split_once(" run: ").map(|(_, counts)| counts.split(','))
    } else if line.starts_with("test result: ") {
        line.split_once(". ").map(|(_, counts)| counts.split(','))
    } else {
        None
    };
    // cargo's runner separates by semicolons.
    counts
        .into_iter()
        .flatten()
        .flat_map(|part| part.split(';'))
        .map(read_count)
        .fold(Tally::default(), Add::add)
}

/// `12 passed (1 slow)`, `1 failed`, `2 timed out`; what was skipped or left out counts as neither.
fn read_count(part: &str) -> Tally {
    let Some((number, what)) = part.trim().split_once(' ') else { return Tally::default() };
    let number: u64 = number.parse().unwrap_or(0);
    let is = |word: &str| what.starts_with(word);
    if is("passed") {
        Tally { passed: number, failed: 0 }
    } else if is("failed") || is("timed out") || is("exec failed") {
        Tally { passed: 0, failed: number }
    } else {
        Tally::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, passed: u64, failed: u64) {
        assert_eq!(read_line(line), Tally { passed, failed }, "{line}");
    }

    #[test]
    fn closing_lines_are_counted() {
        check("     Summary [  21.457s] 39 tests run: 39 passed, 0 skipped", 39, 0);
        check("     Summary [   6.771s] 17/39 tests run: 16 passed (2 slow), 1 failed, 0 skipped", 16, 1);
        check("     Summary [   1.000s] 1 test run: 0 passed, 1 timed out, 3 skipped", 0, 1);
        check(
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 24 filtered out; finished in 2.5s",
            2,
            1,
        );
    }

    #[test]
    fn other_lines_are_not_counted() {
        check("    test result: 7 passed", 0, 0);
        check("Summary of 3 passed, 4 failed", 0, 0);
        check("3 passed, 4 failed", 0, 0);
    }

    #[test]
    fn a_command_that_fails_without_a_failing_test_is_an_error() {
        let mut shown = Vec::new();
        let broken =
            run_and_count(Command::new("/bin/sh").args(["-c", "echo does not build; exit 1"]), &mut shown);
        assert!(broken.is_err());
        assert_eq!(shown, b"does not build\n");

        let closing = "echo 'test result: FAILED. 2 passed; 1 failed' >&2; exit 1";
        let red = run_and_count(Command::new("/bin/sh").args(["-c", closing]), &mut shown);
        assert_eq!(red.ok(), Some(Tally { passed: 2, failed: 1 }));
    }
}
