//! What a computation may use.

use crate::Error;

/// How many threads and how much memory a computation may use, and when it must give up.
///
/// Results never depend on it: they are the same bits for 1 or many threads, or there is an error.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Threads at the same time, at least 1.
    pub threads: usize,
    /// Most bytes of tables that are kept for one model and background; slower ways are taken above.
    pub table_bytes: usize,
    /// Whether to give up, asked about a hundred times a second or more.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

/// Bytes of tables that are kept where nobody says otherwise: 64 MiB.
pub const TABLE_BYTES: usize = 64 << 20;

impl Means<'static> {
    /// One thread, [`TABLE_BYTES`], never giving up.
    #[must_use]
    pub fn plain() -> Self {
        Self { threads: 1, table_bytes: TABLE_BYTES, stop: &|| false }
    }
}

impl Means<'_> {
    /// Goes on, or says that time is over.
    ///
    /// # Errors
    /// [`Error::Stopped`] when it is time to give up.
    pub fn go_on(&self) -> Result<(), Error> {
        if (self.stop)() { Err(Error::Stopped) } else { Ok(()) }
    }
}

impl Means<'_> {
    /// Does the same for every number below `times`, on several threads, each with consecutive numbers. The results are
    /// in order.
    pub(crate) fn each<T: Send>(
        &self,
        times: usize,
        work: impl Fn(usize) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let one = |at: usize| {
            self.go_on()?;
            work(at)
        };
        let threads = self.threads.clamp(1, times.max(1));
        if threads == 1 {
            return (0..times).map(one).collect();
        }
        let share = times.div_ceil(threads);
        let parts: Vec<Result<Vec<T>, Error>> = std::thread::scope(|scope| {
            let part = |first: usize| {
                let one = &one;
                scope.spawn(move || (first..(first + share).min(times)).map(one).collect())
            };
            let running: Vec<_> = (0..times).step_by(share).map(part).collect();
            running.into_iter().map(|thread| thread.join().unwrap_or(Err(Error::Stopped))).collect()
        });
        let mut all = Vec::with_capacity(times);
        for part in parts {
            all.extend(part?);
        }
        Ok(all)
    }
}

impl std::fmt::Debug for Means<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Means")
            .field("threads", &self.threads)
            .field("table_bytes", &self.table_bytes)
            .finish()
    }
}
