//! What other values of one signal would do.

use explain::Matrix;
use explain::counterfactual::{Target, one_signal, smallest_change};
use explain::dependence::{deciles, dependence, local_effects, quantile};
use explain::sweep::Values;
use serde::Serialize;

use super::GridKind;
use super::answer::{Error, Found, Work};
use super::document::{Answer, Id};

/// Most values of a grid where the model can only be asked.
const GRID_VALUES: usize = 64;

/// The mean score over the background for each value of a signal.
#[derive(Debug, Serialize)]
struct DependenceEntry<'a> {
    signal: &'a str,
    grid: Vec<f64>,
    /// The mean over the background rows.
    pdp: Vec<f64>,
    /// Of the background rows one by one: a tenth lies below this, a tenth above `ice_high`.
    ice_low: Vec<f64>,
    ice_high: Vec<f64>,
    /// Steps of the grid at which the score of a background row rises, falls, or stays.
    rises: usize,
    falls: usize,
    flat: usize,
    /// Changes of rows that have such a value, added up: unlike `pdp`, made of rows that occur. `null` where the grid
    /// has one value.
    ale: Option<LocalEntry>,
}

/// Accumulated local effects.
#[derive(Debug, Serialize)]
struct LocalEntry {
    edges: Vec<f64>,
    /// One number for each edge; their mean over the rows is 0.
    effects: Vec<f64>,
    /// Rows between two edges.
    rows: Vec<usize>,
    /// Whether these are fewer than 20, so that the step says little.
    thin: Vec<bool>,
}

/// Which value of one signal would bring an item into the first places, all else as it is.
#[derive(Debug, Serialize)]
struct CounterfactualEntry<'a> {
    list: Id,
    item: Id,
    signal: &'a str,
    /// The interval in which the value lies now, counted from 0; `null` where it is missing.
    interval_now: Option<usize>,
    /// In how many intervals the item would be among the first.
    intervals: usize,
    /// The nearest of them; `null`: no value of this signal alone can do it.
    nearest: Option<Interval>,
    min_score: f64,
    max_score: f64,
    /// Whether all values were tried, so that `null` is a proof.
    exact: bool,
    /// Who can change the signal, where that is known.
    mutable_by: Option<&'a str>,
}

/// Values above `gt` and at most `le`; `null` where it does not end.
#[derive(Debug, Serialize)]
struct Interval {
    gt: Option<f64>,
    le: Option<f64>,
    /// The score with a value from it.
    score: f64,
}

/// The smallest change of one or two signals that somebody can change.
#[derive(Debug, Serialize)]
struct Smallest<'a> {
    list: Id,
    item: Id,
    /// `null`: none was found.
    change: Option<Vec<NewValue<'a>>>,
    score: Option<f64>,
    /// How far the values move, each as a share of the background rows, added up.
    distance: Option<f64>,
    /// Whether no smaller change can do it.
    exact: Option<bool>,
}

/// A signal with another value.
#[derive(Debug, Serialize)]
struct NewValue<'a> {
    signal: &'a str,
    value: f64,
}

impl Work<'_> {
    pub(super) fn dependence(&mut self) -> Result<Found, Error> {
        let background = self.background()?.clone();
        let names = self.sheet.columns.clone();
        let mut entries = Vec::with_capacity(names.len());
        for (column, signal) in names.iter().enumerate() {
            let grid = self.grid(&background, column);
            if grid.is_empty() {
                self.notes.push(format!(
                    "`{signal}` has no value in the background, so there is nothing to look at."
                ));
                continue;
            }
            let found = dependence(&mut self.model.swept(column), &background, column, &grid, self.means)?;
            let bound = |share: f64| (0..grid.len()).map(|at| of_rows(&found.ice, at, share)).collect();
            entries.push(DependenceEntry {
                signal,
                ice_low: bound(0.1),
                ice_high: bound(0.9),
                ale: self.local(&background, column)?,
                grid: found.grid,
                pdp: found.pdp,
                rises: found.rises,
                falls: found.falls,
                flat: found.flat,
            });
        }
        Found::results(("sweep", true), &entries)
    }

    fn grid(&mut self, background: &Matrix, column: usize) -> Vec<f64> {
        let mut grid = match self.request.grid {
            GridKind::Deciles => deciles(background, column),
            GridKind::Thresholds => Values::of(&self.model.subject(), background, column, GRID_VALUES).values,
        };
        for value in &mut grid {
            *value = self.model.rounded(column, *value);
        }
        grid.dedup();
        grid
    }

    fn local(&mut self, background: &Matrix, column: usize) -> Result<Option<LocalEntry>, Error> {
        let edges = deciles(background, column);
        if edges.len() < 2 {
            return Ok(None);
        }
        let found = local_effects(&mut self.model.subject(), background, column, &edges, self.means)?;
        let thin = (0..found.rows.len()).map(|bin| found.is_thin(bin)).collect();
        Ok(Some(LocalEntry { thin, edges: found.edges, effects: found.effects, rows: found.rows }))
    }

    pub(super) fn counterfactual(&mut self) -> Result<Found, Error> {
        let background = self.background()?.clone();
        let read: Vec<usize> =
            (0..self.sheet.columns.len()).filter(|column| self.model.counts(*column)).collect();
        let names = self.sheet.columns.clone();
        let of_people = |column: &usize| matches!(self.mutable_by(*column), Some("reader" | "author"));
        let changeable: Vec<usize> = read.iter().copied().filter(of_people).collect();
        let (mut entries, mut changes) = (Vec::new(), Vec::new());
        let (mut exact, mut method) = (true, "intervals");
        for (list, bounds) in self.bounds().into_iter().enumerate() {
            for row in bounds.clone() {
                let target = self.first_places(&bounds, row);
                let numbers = self.sheet.numbers.row(row).unwrap_or_default().to_vec();
                for column in &read {
                    self.means.go_on()?;
                    let asked = (&background, &target);
                    let found = one_signal(&mut self.model.subject(), &numbers, *column, asked, self.means)?;
                    if !found.exact {
                        (exact, method) = (false, "tried values");
                    }
                    let end = |end: f64| Some(end).filter(|end| end.is_finite());
                    entries.push(CounterfactualEntry {
                        list: self.id_of_list(list),
                        item: self.id_of_item(row),
                        signal: names.get(*column).map_or("", String::as_str),
                        interval_now: found.now,
                        intervals: found.reaching,
                        nearest: found.nearest.map(|reached| Interval {
                            gt: end(reached.above),
                            le: end(reached.at_most),
                            score: reached.score,
                        }),
                        min_score: found.least,
                        max_score: found.greatest,
                        exact: found.exact,
                        mutable_by: self.mutable_by(*column),
                    });
                }
                changes.extend(self.change((list, row), &changeable, &background)?);
            }
        }
        let mut found = Found::results((method, exact), &entries)?;
        if let Answer::Results { changes: of_several, .. } = &mut found.answer {
            *of_several = changes;
        }
        Ok(found)
    }

    /// The smallest change of one or two of these signals that brings an item into the first places.
    fn change(
        &mut self,
        (list, row): (usize, usize),
        changeable: &[usize],
        background: &Matrix,
    ) -> Result<Option<serde_json::Value>, Error> {
        if changeable.is_empty() {
            return Ok(None);
        }
        let bounds = self.bounds().into_iter().nth(list).unwrap_or_default();
        let target = self.first_places(&bounds, row);
        let numbers = self.sheet.numbers.row(row).unwrap_or_default().to_vec();
        let asked = (background, &target);
        let found = smallest_change(&mut self.model.subject(), &numbers, changeable, asked, self.means)?;
        let signal = |column: usize| self.sheet.columns.get(column).map_or("", String::as_str);
        let change = Smallest {
            list: self.id_of_list(list),
            item: self.id_of_item(row),
            score: found.as_ref().map(|change| change.score),
            distance: found.as_ref().map(|change| change.distance),
            exact: found.as_ref().map(|change| change.exact),
            change: found.map(|change| {
                let values = change.values.into_iter();
                values.map(|(column, value)| NewValue { signal: signal(column), value }).collect()
            }),
        };
        Ok(Some(serde_json::to_value(change)?))
    }

    /// Being among the first places of a list, the other items keeping their scores.
    fn first_places(&self, bounds: &std::ops::Range<usize>, row: usize) -> Target {
        let others = bounds.clone().filter(|other| *other != row);
        let others: Vec<f64> = others.filter_map(|other| self.model.scores.get(other).copied()).collect();
        Target::top(&others, self.request.first_places, self.request.order)
    }
}

impl<'a> Work<'a> {
    /// Who can change a signal, where that is known.
    pub(super) fn mutable_by(&self, column: usize) -> Option<&'a str> {
        self.names?.signals.get(column)?.mutable_by.as_deref()
    }
}

fn of_rows(ice: &Matrix, at: usize, share: f64) -> f64 {
    let mut scores: Vec<f64> = ice.column(at).collect();
    scores.sort_by(f64::total_cmp);
    quantile(&scores, share).unwrap_or(f64::NAN)
}
