//! How much a worker may use.

use std::time::Duration;

/// What one worker may use. Above any of these it is killed and the outcome names the limit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Longest time on the clock until the model is loaded. Default 10 s.
    pub load_wall: Duration,
    /// Most processor time for loading; whole seconds, rounded up. Default 5 s.
    pub load_cpu: Duration,
    /// Longest time on the clock, and most processor time, for one slice of rows. Default 2 s.
    pub slice_wall: Duration,
    /// Most processor time of the worker over its whole life; whole seconds, rounded up. Default 120 s.
    pub job_cpu: Duration,
    /// Address space in bytes, to which twice the size of the model is added. Default 2 GiB.
    pub memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            load_wall: Duration::from_secs(10),
            load_cpu: Duration::from_secs(5),
            slice_wall: Duration::from_secs(2),
            job_cpu: Duration::from_mins(2),
            memory_bytes: 2 << 30,
        }
    }
}

impl Limits {
    /// The address space in bytes for a model of this size.
    pub(crate) fn address_space(&self, model_bytes: usize) -> u64 {
        let model = u64::try_from(model_bytes).unwrap_or(u64::MAX);
        self.memory_bytes.saturating_add(model.saturating_mul(2))
    }
}
