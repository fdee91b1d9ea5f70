//! Faults by kind: the first of each are told, the rest are counted.

use std::collections::BTreeMap;

use crate::Fault;

/// How many faults of a kind are told.
const TOLD: usize = 20;

/// What can be wrong in a table.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum FaultKind {
    Header,
    Missing,
    Ragged,
    Encoding,
    Cell,
    Number,
    Item,
}

/// Faults that were found so far.
#[derive(Default)]
pub(crate) struct Faults {
    by_kind: BTreeMap<FaultKind, (Vec<Fault>, usize)>,
}

impl Faults {
    pub(crate) fn push(&mut self, kind: FaultKind, fault: impl FnOnce() -> Fault) {
        let (told, count) = self.by_kind.entry(kind).or_default();
        *count += 1;
        if told.len() < TOLD {
            told.push(fault());
        }
    }

    /// The value, or all faults with a line for each kind that has more.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<Fault>> {
        let mut faults = Vec::new();
        for (told, count) in self.by_kind.into_values() {
            let more = count - told.len();
            faults.extend(told);
            if more > 0 {
                let wrong = format!("There are {more} more faults of this kind.");
                faults.push(Fault::new("", wrong, "Correct all of them."));
            }
        }
        if faults.is_empty() { Ok(value) } else { Err(faults) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_kind.is_empty()
    }
}
