//! What all parts of a measurement share.

use explain::importance::Importance as Blinded;
use explain::{Lists, Matrix, Order, Scorer, Settings, background, score_all};

use super::GenerateError;
use super::plan::{BACKGROUND_ROWS, Plan, SEED};
use super::signals::depends_on_list;
use crate::Bundle;
use crate::card::{
    Importance, Known, Measured, Metric, OffEffect, OtherLists, Range, Signal, Tensor, rounded,
};
use crate::condition::{Condition, Value};
use crate::source::{Decides, SystemCard};

/// The lists of a release with their scores, and how they are measured.
pub(super) struct Context<'a> {
    pub(super) source: &'a SystemCard,
    pub(super) bundle: &'a Bundle,
    /// Per signal: its column in the lists.
    pub(super) slots: Vec<usize>,
    /// One score a row of the lists.
    pub(super) scores: Vec<f64>,
    pub(super) background: Matrix,
    pub(super) settings: Settings,
    pub(super) plan: Plan,
    /// What orders the signals.
    pub(super) metric: Metric,
    /// How far points may be off on another machine.
    pub(super) points: f64,
}

impl<'a> Context<'a> {
    /// Scores the lists of a release and decides how much is drawn.
    pub(super) fn new(bundle: &'a Bundle, model: &mut dyn Scorer) -> Result<Self, GenerateError> {
        let source = &bundle.card;
        let slot = |signal: &crate::source::Signal| {
            bundle.slot(&signal.id).ok_or_else(|| GenerateError::NoInput { signal: signal.id.clone() })
        };
        let slots = source.signals.iter().map(slot).collect::<Result<_, _>>()?;
        let scores = score_all(model, bundle.lists.rows())?;
        let background = background::draw(&bundle.lists, BACKGROUND_ROWS, SEED)?;
        let plan = Plan::new(source.signals.len(), &bundle.lists.sizes());
        let settings = Settings {
            draws: plan.draws,
            seed: SEED,
            bootstrap: plan.bootstrap,
            order: source.model.order,
            background_rows: BACKGROUND_ROWS,
        };
        let metric = match source.decides {
            Decides::Score => Metric::MeanAbsPoints,
            Decides::Order | Decides::Step => Metric::MeanAbsPlaces,
        };
        let points = points_tolerance(&scores);
        Ok(Self { source, bundle, slots, scores, background, settings, plan, metric, points })
    }

    /// The lists that the importance rests on, with their scores.
    pub(super) fn measured_lists(&self) -> Result<(Lists, Vec<f64>), GenerateError> {
        let all = &self.bundle.lists;
        let mut rows = Matrix::empty(all.rows().columns())?;
        let (mut scores, mut sizes) = (Vec::new(), Vec::new());
        for bounds in self.plan.lists.iter().filter_map(|list| all.bounds().get(*list)) {
            sizes.push(bounds.len());
            scores.extend_from_slice(self.scores.get(bounds.clone()).unwrap_or_default());
            for row in bounds.clone() {
                rows.push(all.rows().row(row).unwrap_or_default())?;
            }
        }
        Ok((Lists::new(rows, &sizes)?, scores))
    }

    /// Which end is shown first.
    pub(super) const fn order(&self) -> Order {
        self.settings.order
    }

    /// By what signals are ordered.
    pub(super) const fn strength(&self, blinded: &Blinded) -> f64 {
        match self.metric {
            Metric::MeanAbsPlaces => blinded.places.value,
            Metric::MeanAbsPoints => blinded.points.value,
        }
    }

    /// How far [`Self::strength`] may be off on another machine.
    pub(super) const fn strength_tolerance(&self) -> f64 {
        match self.metric {
            Metric::MeanAbsPlaces => Measured::PLACES,
            Metric::MeanAbsPoints => self.points,
        }
    }

    /// The column of the lists that holds the signal with this id.
    pub(super) fn slot(&self, signal: &str) -> Option<usize> {
        self.bundle.slot(signal)
    }

    /// For which rows a condition holds; all rows without one. `what` names the part of the card that holds it.
    pub(super) fn rows_where(
        &self,
        condition: Option<&Condition>,
        what: &str,
    ) -> Result<Vec<bool>, GenerateError> {
        let Some(condition) = condition else { return Ok(vec![true; self.scores.len()]) };
        let holds = |row: usize| {
            let value = |column: &str| -> Option<Value> { self.bundle.table.value(row, column) };
            condition
                .holds(&value)
                .map_err(|source| GenerateError::Condition { what: what.to_owned(), source })
        };
        (0..self.scores.len()).map(holds).collect()
    }

    /// The card's entry of the signal at this position, if there is one.
    pub(super) fn signal(
        &self,
        at: usize,
        importance: &Importance,
        off_effect: OffEffect,
        other_lists: &Known<OtherLists>,
    ) -> Option<Signal> {
        let (signal, slot) = (self.source.signals.get(at)?, *self.slots.get(at)?);
        let input = self.bundle.slots.get(slot)?;
        Some(Signal {
            id: signal.id.clone(),
            column: signal.column.clone(),
            tensor: Tensor { input: input.input.clone(), index: input.index.map(|index| index as u64) },
            plain_name: signal.plain_name.clone(),
            plain_help: signal.plain_help.clone(),
            unit: signal.unit.clone(),
            group: signal.group.clone(),
            source: signal.source.clone(),
            uses_profile: signal.uses_profile,
            sensitive: signal.sensitive,
            mutable_by: signal.mutable_by,
            neutral: signal.neutral,
            reason_for_importance: signal.reason_for_importance.clone(),
            range: range(&self.bundle.lists, slot),
            depends_on_list: depends_on_list(importance.rank, other_lists),
            importance: *importance,
            off_effect,
            other_lists: *other_lists,
            dependence: None,
            gain: None,
            alone_into_top: None,
        })
    }
}

/// A count as a number of a card.
#[expect(clippy::cast_precision_loss, reason = "counts of rows and steps stay far below 2^53")]
pub(super) const fn number(count: usize) -> f64 {
    count as f64
}

/// How far points may be off: one ten-thousandth of the power of ten below the largest score. Room for 32-bit models
/// whose parts are larger than their sum.
pub(super) fn points_tolerance(scores: &[f64]) -> f64 {
    let largest = scores.iter().fold(0.0_f64, |largest, score| largest.max(score.abs()));
    let power = if largest > 0.0 { libm::floor(libm::log10(largest)) } else { 0.0 };
    rounded(libm::exp10(power.max(-200.0) - 4.0))
}

fn range(lists: &Lists, slot: usize) -> Range {
    let values = || lists.rows().column(slot).filter(|value| !value.is_nan());
    let (min, max) = values()
        .fold(None, |range: Option<(f64, f64)>, value| {
            let (min, max) = range.unwrap_or((value, value));
            Some((min.min(value), max.max(value)))
        })
        .unwrap_or_default();
    let present = values().count();
    let column: Vec<u64> = lists.rows().column(slot).map(f64::to_bits).collect();
    let one_value = |bounds: &std::ops::Range<usize>| {
        let list = column.get(bounds.clone()).unwrap_or_default();
        list.iter().all(|value| Some(value) == list.first())
    };
    Range {
        min,
        max,
        missing: rounded(1.0 - number(present) / number(column.len().max(1))),
        whole: values().all(|value| value.fract() == 0.0),
        constant: column.iter().all(|value| Some(value) == column.first()),
        same_within_lists: lists.bounds().iter().all(one_value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_judged_by_the_size_of_the_scores() {
        for (scores, expected) in
            [([0.5, -0.2], 1e-5), ([3.0, -250.0], 1e-2), ([0.0, 0.0], 1e-4), ([1e-7, 0.0], 1e-11)]
        {
            assert_eq!(points_tolerance(&scores).to_bits(), f64::to_bits(expected), "{scores:?}");
        }
    }

    #[test]
    fn a_range_tells_whole_numbers_and_facts_about_the_list() {
        let rows =
            Matrix::new(3, vec![1.0, 5.0, 0.5, 1.0, 7.0, 0.5, 2.0, 6.0, 0.5, 2.0, f64::NAN, 0.5]).unwrap();
        let lists = Lists::new(rows, &[2, 2]).unwrap();

        let [by_list, item, constant] = [0, 1, 2].map(|slot| range(&lists, slot));

        assert!(by_list.same_within_lists && !by_list.constant && by_list.whole);
        assert!(!item.same_within_lists && item.whole);
        assert_eq!((item.min, item.max, item.missing), (5.0, 7.0, 0.25));
        assert!(constant.constant && constant.same_within_lists && !constant.whole);
    }
}
