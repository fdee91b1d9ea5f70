//! What the kernel says of running processes (proc(5)).

use std::fs;

use rustix::process::Pid;

use crate::Problem;

/// A line of a process's status, in KiB.
pub(super) fn memory_kib(pid: Pid, key: &str) -> Result<u64, Problem> {
    let path = format!("/proc/{}/status", pid.as_raw_nonzero());
    let status = fs::read_to_string(&path).map_err(Problem::system(format!("reading `{path}`")))?;
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    let kib = line.and_then(|line| line.split_ascii_whitespace().next()).and_then(|kib| kib.parse().ok());
    kib.ok_or_else(|| Problem::Found(format!("`{path}` has no {key}")))
}

/// Sets the peak of a process's memory back to what it uses now.
pub(super) fn forget_peak(pid: Pid) -> Result<(), Problem> {
    let path = format!("/proc/{}/clear_refs", pid.as_raw_nonzero());
    fs::write(&path, "5").map_err(Problem::system(format!("writing `{path}`")))
}

/// Processor time that these processes have used, in seconds.
pub(super) fn cpu_seconds(pids: &[Pid]) -> Result<f64, Problem> {
    let per_second = rustix::param::clock_ticks_per_second();
    let mut ticks = 0;
    for pid in pids {
        let stat = Stat::of(*pid)
            .ok_or_else(|| Problem::Found(format!("process {} has ended", pid.as_raw_nonzero())))?;
        ticks += stat.ticks;
    }
    let count = |number: u64| u32::try_from(number).map_or(f64::INFINITY, f64::from);
    Ok(count(ticks) / count(per_second))
}

/// A process and all that it started.
pub(super) fn tree(root: Pid) -> Vec<Pid> {
    let all: Vec<(Pid, i32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok().and_then(Pid::from_raw))
        .filter_map(|pid| Some((pid, Stat::of(pid)?.parent)))
        .collect();
    let mut tree = vec![root];
    let mut next = 0;
    while let Some(parent) = tree.get(next).copied() {
        let children = all.iter().filter(|(_, of)| *of == parent.as_raw_nonzero().get());
        tree.extend(children.map(|(pid, _)| *pid));
        next += 1;
    }
    tree
}

/// What we read of `/proc/PID/stat`.
struct Stat {
    parent: i32,
    ticks: u64,
}

impl Stat {
    fn of(pid: Pid) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
        Self::parse(&text)
    }

    /// The name of the program may hold spaces and brackets: the fields are counted behind its last bracket.
    fn parse(text: &str) -> Option<Self> {
        let (_, behind) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = behind.split_ascii_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(Self { parent: fields.get(1)?.parse().ok()?, ticks: number(11)? + number(12)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_does_not_move_the_fields() {
        let text = "7 (a) b) S 5 7 7 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 1 0 1 1 1";

        let stat = Stat::parse(text).unwrap();

        assert_eq!((stat.parent, stat.ticks), (5, 42));
    }

    #[test]
    fn a_tree_holds_its_root_and_its_children() {
        let mut child = std::process::Command::new("sleep").arg("30").spawn().unwrap();

        let tree = tree(Pid::from_raw(i32::try_from(std::process::id()).unwrap()).unwrap());

        assert!(tree.contains(&Pid::from_child(&child)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
