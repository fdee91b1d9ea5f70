//! Pairs, places and whole orders, shared out.

use explain::games::place::Goal;
use explain::games::{list, pair, place};
use explain::places::Standing;
use explain::{Attribution, Matrix};
use serde::Serialize;

use super::Quantity;
use super::answer::{Error, Found, Work};
use super::document::Id;
use super::score::name;

/// The place of one item, shared out: `base` + all `values` = `value`. A negative part moves the item up; of `topk` the
/// value is 1 for an item among the first places.
#[derive(Debug, Serialize)]
struct PlaceEntry {
    list: Id,
    item: Id,
    base: f64,
    value: f64,
    values: Vec<f64>,
    stderr: Option<Vec<f64>>,
}

/// Why one item's score is above another's: `base` + all `values` = `score`.
#[derive(Debug, Serialize)]
struct PairEntry {
    above: Id,
    below: Id,
    /// Score of the item below.
    base: f64,
    /// Score of the item above.
    score: f64,
    values: Vec<f64>,
    stderr: Option<Vec<f64>>,
}

/// What the order of a list rests on: `tau_empty` + all `values` = `tau_full`.
#[derive(Debug, Serialize)]
struct ListEntry {
    list: Id,
    /// How alike the order is to the true one when nothing of the items is known: Kendall's tau-a.
    tau_empty: f64,
    /// The same with everything known: 1 where no items tie.
    tau_full: f64,
    values: Vec<f64>,
    stderr: Option<Vec<f64>>,
}

impl Work<'_> {
    /// The rows of each list.
    pub(super) fn bounds(&self) -> Vec<std::ops::Range<usize>> {
        let mut start = 0;
        let next = |size: &usize| {
            let bounds = start..start + size;
            start = bounds.end;
            bounds
        };
        self.sheet.sizes.iter().map(next).collect()
    }

    /// The numbers of some rows that stand together.
    pub(super) fn rows(&self, bounds: &std::ops::Range<usize>) -> Result<Matrix, Error> {
        let columns = self.sheet.numbers.columns();
        let values = self.sheet.numbers.values().get(bounds.start * columns..bounds.end * columns);
        Ok(Matrix::new(columns, values.unwrap_or_default().to_vec())?)
    }

    pub(super) fn id_of_item(&self, row: usize) -> Id {
        Id(self.sheet.items.get(row).cloned().unwrap_or_default())
    }

    pub(super) fn id_of_list(&self, list: usize) -> Id {
        Id(self.sheet.lists.get(list).cloned().unwrap_or_default())
    }

    pub(super) fn places(&mut self) -> Result<Found, Error> {
        let goals = match self.request.quantity {
            Quantity::Topk => [Goal::Top(self.request.first_places)],
            _place => [Goal::Place],
        };
        let (how, background) = (self.how(), self.background()?.clone());
        let mut entries = Vec::with_capacity(self.sheet.numbers.rows());
        let (mut way, mut exact) = (String::new(), true);
        for (list, bounds) in self.bounds().into_iter().enumerate() {
            let rows = self.rows(&bounds)?;
            let items: Vec<usize> = (0..rows.rows()).collect();
            let asked = (&self.players, goals.as_slice(), self.request.order);
            let means = (&how, self.means);
            let shared =
                place::attribute(&mut self.model.subject(), (&rows, &items, &background), asked, means)?;
            for found in shared {
                (way, exact) = (name(found.method)?, exact && found.method.is_exact());
                let places = bounds.clone().zip(found.items);
                entries.extend(places.map(|(row, shares)| self.place_entry(list, row, shares)));
            }
        }
        Found::results((way, exact), &entries)
    }

    fn place_entry(&self, list: usize, row: usize, shares: Attribution) -> PlaceEntry {
        PlaceEntry {
            list: self.id_of_list(list),
            item: self.id_of_item(row),
            base: shares.base,
            value: shares.score,
            values: shares.values,
            stderr: shares.stderr,
        }
    }

    pub(super) fn pair(&mut self) -> Result<Found, Error> {
        let how = self.how();
        let pairs = match &self.request.pair {
            Some((above, below)) => vec![(self.sheet.row_of(above)?, self.sheet.row_of(below)?)],
            None => self.neighbours(),
        };
        if pairs.is_empty() {
            return Err(Error::Impossible(
                "a pair needs two items, and no list has two; give a longer list".to_owned(),
            ));
        }
        let (mut way, mut exact) = (String::new(), true);
        let mut entries = Vec::with_capacity(pairs.len());
        for (above, below) in pairs {
            let row = |row: usize| self.sheet.numbers.row(row).unwrap_or_default().to_vec();
            let rows = (row(above), row(below));
            let asked = (rows.0.as_slice(), rows.1.as_slice());
            let found = pair::attribute(&mut self.model.subject(), asked, &self.players, (&how, self.means))?;
            (way, exact) = (name(found.method)?, exact && found.method.is_exact());
            for shares in found.items {
                let Attribution { base, score, values, stderr } = shares;
                let (above, below) = (self.id_of_item(above), self.id_of_item(below));
                entries.push(PairEntry { above, below, base, score, values, stderr });
            }
        }
        Found::results((way, exact), &entries)
    }

    /// Every two items that follow each other in a list, the one further up first.
    fn neighbours(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for bounds in self.bounds() {
            let scores = self.model.scores.get(bounds.clone()).unwrap_or_default();
            let shown = Standing::new(scores, self.request.order).shown();
            let next = shown.iter().zip(shown.iter().skip(1));
            pairs.extend(next.map(|(above, below)| (bounds.start + above, bounds.start + below)));
        }
        pairs
    }

    pub(super) fn list(&mut self) -> Result<Found, Error> {
        let how = self.how();
        let (mut way, mut exact) = (String::new(), true);
        let mut entries = Vec::with_capacity(self.sheet.sizes.len());
        let bounds = self.bounds().into_iter().enumerate();
        let long: Vec<_> = bounds.filter(|(_, bounds)| bounds.len() > 1).collect();
        if long.is_empty() {
            return Err(Error::Impossible(
                "an order needs two items, and no list has two; give a longer list".to_owned(),
            ));
        }
        if self.background.is_none() {
            self.notes.push("Without a background, the rows of each list are its background.".to_owned());
        }
        for (list, bounds) in long {
            let rows = self.rows(&bounds)?;
            let background = self.background.clone().unwrap_or_else(|| rows.clone());
            let asked = (&self.players, self.request.order);
            let shared =
                list::attribute(&mut self.model.subject(), (&rows, &background), asked, (&how, self.means))?;
            (way, exact) = (name(shared.method)?, exact && shared.method.is_exact());
            let Attribution { base, score, values, stderr } = shared.tau;
            entries.push(ListEntry {
                list: self.id_of_list(list),
                tau_empty: base,
                tau_full: score,
                values,
                stderr,
            });
        }
        Found::results((way, exact), &entries)
    }
}
