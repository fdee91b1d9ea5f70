//! What would bring an item among the first ones.

use explain::counterfactual::{self, Target};
use explain::places::Standing;
use explain::{Error, Matrix, Means, Scorer, Subject, background, score_all};
use serde::Serialize;

use super::{Stage, TrialError, refused};
use crate::source::MutableBy;

/// Rows whose values are tried.
const BACKGROUND_ROWS: usize = 100;
/// Seed of their draw.
const SEED: u64 = 1;

/// What would bring the item among the first ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Goal {
    /// Among how many.
    pub top: usize,
    /// What was found.
    pub state: GoalState,
    /// The new values, by signal; empty where nothing was found or nothing is needed.
    pub values: Vec<(String, f64)>,
    /// The place that the item takes with them. The model was run once more to be sure.
    pub place: Option<f64>,
    /// Whether no smaller change can do it; `false` where only some values were tried.
    pub exact: bool,
}

/// What was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalState {
    /// The item stands there already.
    Already,
    /// A change of one or two signals does it.
    Found,
    /// No such change was found.
    NotFound,
    /// Time was over before one was found.
    OutOfTime,
    /// No signal can be changed by anybody.
    NothingToChange,
}

impl Stage<'_> {
    /// The smallest change of one or two signals, as far as was tried, of signals that somebody can change.
    pub(super) fn goal(
        &self,
        top: usize,
        (rows, scores): (&Matrix, &[f64]),
        model: &mut dyn Scorer,
        means: &Means<'_>,
    ) -> Result<Goal, TrialError> {
        if !(1..=self.bounds.len()).contains(&top) {
            let right = format!("Write a number from 1 to {}.", self.bounds.len());
            return Err(refused("top", "There are not so many places.", right));
        }
        let none = |state| Goal { top, state, values: Vec::new(), place: None, exact: false };
        let changeable = self.changeable();
        let order = self.bundle.card.model.order;
        let others: Vec<f64> =
            scores.iter().enumerate().filter(|(at, _)| *at != self.item).map(|(_, score)| *score).collect();
        let target = Target::top(&others, top, order);
        let row = rows.row(self.item).unwrap_or_default().to_vec();
        let own = scores.get(self.item).copied().unwrap_or_default();
        if target.is_met(own) {
            let place = Standing::new(scores, order).places().get(self.item).copied();
            return Ok(Goal { place, exact: true, ..none(GoalState::Already) });
        }
        if changeable.is_empty() {
            return Ok(none(GoalState::NothingToChange));
        }
        let values = background::draw(&self.bundle.lists, BACKGROUND_ROWS, SEED)?;
        let mut subject = Subject::BlackBox(model);
        let asked = (&values, &target);
        match counterfactual::smallest_change(&mut subject, &row, &changeable, asked, means) {
            Ok(Some(change)) => {
                let found = self.verified(&change.values, (rows, scores), model)?;
                Ok(Goal {
                    values: self.named(&change.values),
                    place: Some(found),
                    exact: change.exact,
                    ..none(GoalState::Found)
                })
            }
            Ok(None) => Ok(none(GoalState::NotFound)),
            Err(Error::Stopped) => Ok(none(GoalState::OutOfTime)),
            Err(error) => Err(error.into()),
        }
    }

    /// Columns that somebody can change and that the system shall know.
    fn changeable(&self) -> Vec<usize> {
        let somebody = |slot: &usize| {
            let signal = self.bundle.signal(*slot);
            signal.is_some_and(|signal| signal.mutable_by != MutableBy::NoOne)
        };
        (0..self.own.len()).filter(|slot| !self.instead.contains_key(slot)).filter(somebody).collect()
    }

    /// The place of the item when the whole list is scored anew with these values.
    fn verified(
        &self,
        values: &[(usize, f64)],
        (rows, scores): (&Matrix, &[f64]),
        model: &mut dyn Scorer,
    ) -> Result<f64, TrialError> {
        let mut row = rows.row(self.item).unwrap_or_default().to_vec();
        for (slot, value) in values {
            if let Some(cell) = row.get_mut(*slot) {
                *cell = *value;
            }
        }
        let score = score_all(model, &Matrix::new(row.len(), row)?)?;
        let mut scores = scores.to_vec();
        if let (Some(cell), Some(score)) = (scores.get_mut(self.item), score.first()) {
            *cell = *score;
        }
        let places = Standing::new(&scores, self.bundle.card.model.order).places();
        Ok(places.get(self.item).copied().unwrap_or_default())
    }

    fn named(&self, values: &[(usize, f64)]) -> Vec<(String, f64)> {
        let named = |(slot, value): &(usize, f64)| Some((self.bundle.signal(*slot)?.id.clone(), *value));
        values.iter().filter_map(named).collect()
    }
}
