//! What the worker takes away from itself.

use std::{fs, io};

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, getppid, getrlimit, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit,
};
use rustix::thread::set_no_new_privs;

/// Open files at most: the three pipes, and room for the files the runtime opens and closes while it loads.
const OPEN_FILES: u64 = 16;

/// First thing in the process: it dies with its parent, leaves no core file, gains no rights, and is the first to go
/// when the machine runs out of memory.
pub(super) fn from_birth() -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    fs::write("/proc/self/oom_score_adj", "1000")?;
    set_no_new_privs(true)?;
    cap(Resource::Core, 0)?;
    // After the write above: the files of a process that cannot be dumped belong to root.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Whether the process that started this one is still there.
pub(super) fn has_parent(pid: i32) -> bool {
    getppid().is_some_and(|parent| parent.as_raw_nonzero().get() == pid)
}

/// The lock-down: runs when the runtime is loaded and before the first byte of a model is read.
///
/// Sets address space, files and file sizes. Processor time is the parent's to set, before each request. Returns the
/// address space now in force, in bytes.
pub(super) fn lock_down(address_space_bytes: u64) -> io::Result<Option<u64>> {
    cap(Resource::As, address_space_bytes)?;
    // Pipes do not count as files: stdout and stderr stay writable.
    cap(Resource::Fsize, 0)?;
    cap(Resource::Nofile, OPEN_FILES)?;
    Ok(getrlimit(Resource::As).current)
}

/// Lowers both the soft and the hard limit; a lower limit from outside stays.
fn cap(resource: Resource, most: u64) -> io::Result<()> {
    let outside = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let most = Some(most.min(outside));
    Ok(setrlimit(resource, Rlimit { current: most, maximum: most })?)
}
