//! Answers of late, for whoever asks the same again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use cards::report::Report;
use domain::Digest;

use super::Asked;

/// Most entries of rows and results that are kept, of all answers together.
const MOST_ENTRIES: usize = 10_000;

/// Everything that an answer depends on.
#[derive(Debug, PartialEq)]
pub(super) struct Key {
    /// The files of the release.
    pub(super) files: Vec<(String, Digest)>,
    /// The question.
    pub(super) asked: Asked,
}

/// The latest answers, the newest first.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<VecDeque<(Key, Arc<Report>)>>);

impl Answers {
    pub(super) fn of(&self, key: &Key) -> Option<Arc<Report>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, report)| Arc::clone(report))
    }

    pub(super) fn keep(&self, key: Key, report: &Arc<Report>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.push_front((key, Arc::clone(report)));
        let mut entries = 0;
        kept.retain(|(_, report)| {
            entries += report.answer.entries().max(1);
            entries <= MOST_ENTRIES
        });
    }
}
