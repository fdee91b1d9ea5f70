//! Waiting for a server that restarts, is busy, or whose line broke.

use std::time::{Duration, Instant};

use crate::error::Error;

/// The first pause.
const FIRST: Duration = Duration::from_millis(200);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(5);
/// How often the line may break in the middle of one thing.
const BREAKS: u32 = 50;

/// How long to try one thing again.
#[derive(Debug)]
pub(crate) struct Patience {
    most: Duration,
    silent_since: Option<Instant>,
    pause: Duration,
    breaks: u32,
}

impl Patience {
    /// Waits so long for a server that does not answer at all, and through [`BREAKS`] broken lines.
    pub(crate) const fn new(most: Duration) -> Self {
        Self { most, silent_since: None, pause: FIRST, breaks: 0 }
    }

    /// Tries until it works, fails for good, or the patience is used up.
    pub(crate) async fn retry<T>(
        mut self,
        mut attempt: impl AsyncFnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        loop {
            match attempt().await {
                Ok(done) => return Ok(done),
                Err(error) => self.wait(error).await?,
            }
        }
    }

    /// Waits before another attempt.
    ///
    /// # Errors
    /// The error itself, when it will not pass or the patience is used up.
    pub(crate) async fn wait(&mut self, error: Error) -> Result<(), Error> {
        match self.pause_after(&error, Instant::now()) {
            Some(pause) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
            None => Err(error),
        }
    }

    /// How long to wait after this error; `None` when the patience is used up.
    fn pause_after(&mut self, error: &Error, now: Instant) -> Option<Duration> {
        if !error.may_pass() {
            return None;
        }
        if !error.is_no_connection() {
            // The server was there and took part: it may have moved something on.
            (self.silent_since, self.pause) = (None, FIRST);
            self.breaks += 1;
        }
        let since = *self.silent_since.get_or_insert(now);
        if self.breaks > BREAKS || now.duration_since(since) >= self.most {
            return None;
        }
        let asked = match error {
            Error::Answer(problem) => problem.retry_after.unwrap_or_default().min(LONGEST),
            _ => Duration::ZERO,
        };
        let pause = self.pause.max(asked);
        self.pause = (self.pause * 2).min(LONGEST);
        Some(pause.min(self.most))
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;
    use crate::client::Problem;

    fn busy() -> Error {
        Box::new(Problem::read(StatusCode::SERVICE_UNAVAILABLE, "http://a.example/", b"")).into()
    }

    fn stalled() -> Error {
        Error::Stalled { server: String::new(), seconds: 1 }
    }

    #[test]
    fn pauses_grow_and_end_when_the_server_stays_away() {
        let mut patience = Patience::new(Duration::from_secs(20));
        let mut now = Instant::now();
        let mut pauses = Vec::new();

        while let Some(pause) = patience.pause_after(&busy(), now) {
            pauses.push(pause.as_millis());
            now += pause;
        }

        assert_eq!(pauses, [200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
    }

    #[test]
    fn a_line_that_breaks_again_and_again_is_given_up() {
        let mut patience = Patience::new(Duration::from_secs(20));
        let start = Instant::now();

        let tries = (0..).take_while(|hour| {
            let now = start + Duration::from_secs(3600 * hour);
            patience.pause_after(&stalled(), now).is_some()
        });

        assert_eq!(tries.count(), usize::try_from(BREAKS).unwrap());
    }

    #[tokio::test]
    async fn what_will_not_pass_is_not_tried_again() {
        let mut tries = 0;

        let outcome: Result<(), Error> = Patience::new(Duration::from_secs(1))
            .retry(async || {
                tries += 1;
                Err(Error::Refused("no".to_owned()))
            })
            .await;

        assert!(outcome.is_err());
        assert_eq!(tries, 1);
    }

    #[tokio::test]
    async fn what_passes_is_tried_until_it_works() {
        let mut tries = 0;

        let outcome = Patience::new(Duration::from_secs(5))
            .retry(async || {
                tries += 1;
                if tries < 3 { Err(busy()) } else { Ok(tries) }
            })
            .await;

        assert_eq!(outcome.unwrap(), 3);
    }
}
