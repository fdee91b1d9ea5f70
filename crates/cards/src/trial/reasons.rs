//! What each changed value did to a score.

use explain::{Matrix, Scorer, score_all};
use serde::Serialize;

use super::{Stage, TrialError};
use crate::card::rounded;

/// Most changed values whose parts are told apart: all their subsets are scored, 256 rows at most.
const MOST_CHANGED: usize = 8;

/// What one changed value did to the item's score, all others being shared out fairly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// The signal.
    pub signal: String,
    /// Points that it adds to the score, nine significant digits. Exact: the mean over all orders of changing.
    pub points: f64,
}

impl Stage<'_> {
    /// The parts of the change, largest first; none where nothing or too much was changed.
    ///
    /// Source: L. S. Shapley, "A value for n-person games", 1953, over the changed values only.
    pub(super) fn reasons(&self, model: &mut dyn Scorer) -> Result<Vec<Reason>, TrialError> {
        let known = |slot: &usize| !self.instead.contains_key(slot);
        let changed: Vec<usize> =
            (0..self.own.len()).filter(known).filter(|slot| self.differs(*slot)).collect();
        if changed.is_empty() || changed.len() > MOST_CHANGED {
            return Ok(Vec::new());
        }
        let scores = self.subsets(&changed, model)?;
        let mut reasons: Vec<Reason> = (0..)
            .zip(&changed)
            .filter_map(|(player, slot)| {
                let signal = self.bundle.signal(*slot)?.id.clone();
                Some(Reason { signal, points: rounded(share(&scores, player, changed.len())) })
            })
            .collect();
        reasons.sort_by(|one, other| other.points.abs().total_cmp(&one.points.abs()));
        Ok(reasons)
    }

    fn differs(&self, slot: usize) -> bool {
        let bits = |row: &[f64]| row.get(slot).map(|value| value.to_bits());
        bits(&self.own) != bits(&self.tried)
    }

    /// One score for every subset of the changed values; bit `i` of the position stands for `changed[i]`.
    fn subsets(&self, changed: &[usize], model: &mut dyn Scorer) -> Result<Vec<f64>, TrialError> {
        let mut rows = Matrix::empty(self.own.len())?;
        for subset in 0..1_usize << changed.len() {
            let mut row = self.own.clone();
            for (_, slot) in changed.iter().enumerate().filter(|(player, _)| subset >> player & 1 == 1) {
                let tried = self.tried.get(*slot).copied();
                if let (Some(cell), Some(value)) = (row.get_mut(*slot), tried) {
                    *cell = value;
                }
            }
            rows.push(&self.blinded(&row))?;
        }
        Ok(score_all(model, &rows)?)
    }
}

/// The mean gain of a player over all orders.
fn share(scores: &[f64], player: usize, players: usize) -> f64 {
    let mut sum = 0.0;
    for subset in (0..1_usize << players).filter(|subset| subset >> player & 1 == 0) {
        let (without, with) = (scores.get(subset), scores.get(subset | 1 << player));
        if let (Some(without), Some(with)) = (without, with) {
            sum += weight(subset.count_ones(), players) * (with - without);
        }
    }
    sum
}

/// The share of orders in which exactly these many players come before a given one: s! (n - s - 1)! / n!.
fn weight(before: u32, players: usize) -> f64 {
    let players = u32::try_from(players).unwrap_or(u32::MAX);
    // 1 / (n * C(n - 1, s))
    let chosen = (0..before).fold(1.0, |count, at| count * f64::from(players - 1 - at) / f64::from(at + 1));
    1.0 / (f64::from(players) * chosen)
}
