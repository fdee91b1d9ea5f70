//! Processor time of another process: how much it used, and how much it may use from now on.

use std::time::Duration;
use std::{fs, io};

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

/// Between the last soft limit, which names itself by its signal, and the hard one, which only kills.
const MARGIN_SECS: u64 = 5;

/// The processor time that a process has used.
pub(super) fn used(pid: Pid) -> io::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()))?;
    let ticks =
        ticks(&stat).ok_or_else(|| io::Error::other("/proc/PID/stat has another form than expected"))?;
    let a_second = rustix::param::clock_ticks_per_second().max(1);
    Ok(Duration::from_millis(ticks.saturating_mul(1000) / a_second))
}

/// User and system time in ticks: the 14th and 15th field. The second, the name in brackets, may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

/// Lets a process use `budget` more than it has `used`, and never more than `ceiling` in its whole life.
///
/// The kernel counts whole seconds; both are rounded up.
pub(super) fn allow(pid: Pid, used: Duration, budget: Duration, ceiling: Duration) -> io::Result<()> {
    let outside = getrlimit(Resource::Cpu).maximum.unwrap_or(u64::MAX);
    let hard = seconds(ceiling).saturating_add(MARGIN_SECS).min(outside);
    let soft = seconds(used.saturating_add(budget)).min(seconds(ceiling)).min(hard);
    prlimit(Some(pid), Resource::Cpu, Rlimit { current: Some(soft), maximum: Some(hard) })?;
    Ok(())
}

/// At least one: a limit of zero seconds means something else to some kernels.
fn seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_cannot_hide_its_time_behind_its_name() {
        let stat = "7 (a) R 1 2) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 99";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("7 (cut"), None);
        assert_eq!(ticks("7 (cut) S 1 7"), None);
    }

    #[test]
    fn time_is_rounded_up_to_seconds() {
        assert_eq!(seconds(Duration::ZERO), 1);
        assert_eq!(seconds(Duration::from_secs(2)), 2);
        assert_eq!(seconds(Duration::from_millis(2001)), 3);
    }
}
