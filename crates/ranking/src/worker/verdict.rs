//! From the way a process ended to an outcome.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::Signal;

use super::process::Budget;
use crate::RunError;
use crate::message::harmless;

/// Whether a message of the runtime, of C++ or of Rust says that memory ran out.
pub(crate) fn speaks_of_memory(text: &str) -> bool {
    [
        "bad_alloc",
        "Failed to allocate",
        "memory allocation of",
        "bad array new length",
        "Cannot allocate memory",
    ]
    .iter()
    .any(|phrase| text.contains(phrase))
}

/// What ended a worker that nobody had told to end.
pub(super) fn of_exit(status: ExitStatus, complaints: &str, budget: &Budget, allowed_bytes: u64) -> RunError {
    let signal = status.signal();
    let is = |known: Signal| signal == Some(known.as_raw());
    if is(Signal::XCPU) {
        return RunError::Cpu { allowed: budget.cpu, scope: budget.scope };
    }
    if is(Signal::SYS) {
        return RunError::Policy;
    }
    // A kill that was not ours is the kernel's, which does so when the machine, or the group, is out of memory.
    if is(Signal::KILL) || speaks_of_memory(complaints) {
        return RunError::Memory { allowed_bytes };
    }
    let said = harmless(complaints);
    let how = if said.is_empty() { status.to_string() } else { format!("{status}; {said}") };
    RunError::Crashed { how }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_end_has_its_outcome() {
        let budget =
            Budget { wall: Duration::from_secs(1), cpu: Duration::from_secs(1), scope: "for a test" };
        let check = |raw: i32, complaints: &str, code: &str| {
            let error = of_exit(ExitStatus::from_raw(raw), complaints, &budget, 1);
            assert_eq!(error.code(), code, "{error}");
        };
        check(Signal::XCPU.as_raw(), "", "limit_cpu");
        check(Signal::SYS.as_raw(), "", "policy_violation");
        check(Signal::KILL.as_raw(), "", "limit_memory");
        check(Signal::ABORT.as_raw(), "terminate called: std::bad_alloc", "limit_memory");
        check(Signal::ABORT.as_raw(), "assertion failed", "crashed");
        check(Signal::SEGV.as_raw(), "", "crashed");
        check(1 << 8, "rank-worker: ORT_DYLIB_PATH is not set", "crashed");
    }
}
