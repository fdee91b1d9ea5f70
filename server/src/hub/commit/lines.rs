//! A body of lines, one at a time.

use std::time::Duration;

use actix_web::web::{BytesMut, Payload};
use futures_util::StreamExt as _;

use crate::problem::{Kind, Problem};

/// Longest line: a file of 64 MiB in base64.
const LINE_BYTES: usize = 90 << 20;
/// Longest body.
const BODY_BYTES: usize = 1 << 30;

/// The lines of a body. Holds one line and what has come of the next.
pub(super) struct Lines {
    body: Payload,
    idle: Duration,
    waiting: BytesMut,
    searched: usize,
    seen: usize,
    ended: bool,
}

impl Lines {
    /// The lines of this body, each part of which must come within `idle`.
    pub(super) fn new(body: Payload, idle: Duration) -> Self {
        Self { body, idle, waiting: BytesMut::new(), searched: 0, seen: 0, ended: false }
    }

    /// The next line that is not empty, without its end; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<BytesMut>, Problem> {
        loop {
            let fresh = self.waiting.get(self.searched..).unwrap_or_default();
            if let Some(end) = fresh.iter().position(|byte| *byte == b'\n') {
                let line = self.waiting.split_to(self.searched + end + 1);
                self.searched = 0;
                if line.trim_ascii().is_empty() {
                    continue;
                }
                return Ok(Some(line));
            }
            self.searched = self.waiting.len();
            if self.ended {
                let line = std::mem::take(&mut self.waiting);
                self.searched = 0;
                return Ok(Some(line).filter(|line| !line.trim_ascii().is_empty()));
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<(), Problem> {
        match tokio::time::timeout(self.idle, self.body.next()).await {
            Ok(Some(Ok(chunk))) => {
                self.seen += chunk.len();
                if self.seen > BODY_BYTES || self.waiting.len() + chunk.len() > LINE_BYTES {
                    let told = "one file of a commit may have 64 MiB, all together 1 GiB; send larger ones as large files";
                    return Err(Problem::new(Kind::TooLarge, told));
                }
                self.waiting.extend_from_slice(&chunk);
                Ok(())
            }
            Ok(Some(Err(error))) => Err(Problem::new(Kind::UploadCut, error.to_string())),
            Ok(None) => {
                self.ended = true;
                Ok(())
            }
            Err(_elapsed) => Err(Problem::of(Kind::TooSlow)),
        }
    }
}
