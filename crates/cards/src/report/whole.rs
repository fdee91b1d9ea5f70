//! Everything about each list from one run: its scores, places, first places and its order.

use explain::games::place::Goal;
use explain::games::report;
use explain::{Attribution, Attributions};
use serde::Serialize;

use super::answer::{Error, Found, Work};
use super::document::Id;
use super::score::name;

/// One number, shared out: `base` + all `values` = `value`.
#[derive(Debug, Serialize)]
struct Entry {
    list: Id,
    /// `null` for the list as a whole.
    item: Option<Id>,
    /// Which number: `score`, `place`, `topk`, or `list` for the order (Kendall's tau-a to the true one).
    quantity: &'static str,
    base: f64,
    value: f64,
    values: Vec<f64>,
    stderr: Option<Vec<f64>>,
}

impl Work<'_> {
    pub(super) fn whole(&mut self) -> Result<Found, Error> {
        let (how, background) = (self.how(), self.background()?.clone());
        let goals = [Goal::Place, Goal::Top(self.request.first_places)];
        let (mut entries, mut way, mut exact, mut evaluations) = (Vec::new(), String::new(), true, 0);
        for (list, bounds) in self.bounds().into_iter().enumerate() {
            let rows = self.rows(&bounds)?;
            let asked = (&self.players, goals.as_slice(), self.request.order);
            let means = (&how, self.means);
            let found = report::attribute(&mut self.model.subject(), (&rows, &background), asked, means)?;
            evaluations += found.evaluations;
            let of_items = std::iter::once(found.scores).chain(found.goals);
            for (quantity, Attributions { method, items, .. }) in
                ["score", "place", "topk"].into_iter().zip(of_items)
            {
                (way, exact) = (name(method)?, exact && method.is_exact());
                let items = bounds.clone().zip(items);
                entries.extend(items.map(|(row, shares)| self.entry(list, Some(row), quantity, shares)));
            }
            // One item has no order.
            if bounds.len() > 1 {
                entries.push(self.entry(list, None, "list", found.order.tau));
            }
        }
        self.evaluations = Some(evaluations);
        Found::results((way, exact), &entries)
    }

    fn entry(&self, list: usize, row: Option<usize>, quantity: &'static str, shares: Attribution) -> Entry {
        let Attribution { base, score, values, stderr } = shares;
        let item = row.map(|row| self.id_of_item(row));
        Entry { list: self.id_of_list(list), item, quantity, base, value: score, values, stderr }
    }
}
