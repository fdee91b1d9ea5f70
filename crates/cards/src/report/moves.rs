//! Which way a signal pushes, and how many places can be won with it.

use explain::direction::{self, Everywhere, Verdict, Way, everywhere};
use explain::games::place::Others;
use explain::manipulation::{Gain, one_signal, several_signals};
use explain::sweep::Values;
use explain::{Matrix, Subject};
use serde::Serialize;

use super::answer::{Error, Found, Work};
use super::document::Id;

/// Values that are tried where intervals prove nothing.
const TRIED: usize = 64;
/// Numbers that are held at once.
const MOST_NUMBERS: usize = 4 << 20;

/// Which way more of a signal moved the rows of the table.
#[derive(Debug, Serialize)]
struct DirectionEntry<'a> {
    signal: &'a str,
    /// `up`: towards the top in some steps, away from it in none; `down`; `mixed`; `none`: no step changed a score.
    verdict: Verdict,
    /// Steps to a larger value that moved a row towards the top, away from it, or not at all.
    rises: usize,
    falls: usize,
    flat: usize,
    rows: usize,
    /// Values that were tried in each row.
    values: usize,
    /// The most that any larger value moved a row towards the top, or away from it, in points. Many flat steps can add
    /// up to more than one.
    most_up: f64,
    most_down: f64,
    /// Whether these stand for all values there can be: then the verdict is a proof for the rows of the table.
    proof: bool,
    /// Whether the parts of the model prove that no larger value ever moves any row towards the top, tested or not; and
    /// the same for away from it. `false` says nothing.
    never_up_anywhere: bool,
    never_down_anywhere: bool,
}

/// How many places can be won with one signal, or with several together.
#[derive(Debug, Serialize)]
struct ManipulabilityEntry {
    signal: String,
    /// Whether several signals are changed together; then the figures are what was found, and more may be possible.
    together: bool,
    /// Most places that an item of the table wins.
    places: f64,
    /// Mean over the items.
    mean_places: f64,
    /// The item that wins most, and the values that do it.
    list: Option<Id>,
    item: Option<Id>,
    values: Vec<f64>,
    /// Whether no value within the usual range wins more.
    exact: bool,
}

/// What was won so far.
struct Best {
    sum: f64,
    places: f64,
    row: Option<(usize, usize)>,
    values: Vec<f64>,
    exact: bool,
}

impl Work<'_> {
    pub(super) fn direction(&mut self) -> Result<Found, Error> {
        let background = self.background()?.clone();
        let names = self.sheet.columns.clone();
        let mut entries = Vec::with_capacity(names.len());
        for (column, signal) in names.iter().enumerate() {
            let everywhere = match self.model.subject() {
                Subject::Form(form) => everywhere(form, column, self.request.order, self.means)?,
                Subject::BlackBox(_) => Everywhere::default(),
            };
            let counts = self.model.counts(column);
            let way =
                if counts { self.way(column, &background)? } else { Way::still(self.sheet.numbers.rows()) };
            entries.push(DirectionEntry {
                signal,
                verdict: way.sweep.verdict(),
                rises: way.sweep.rises,
                falls: way.sweep.falls,
                flat: way.sweep.flat,
                rows: way.sweep.rows,
                values: way.sweep.values,
                most_up: way.most_up,
                most_down: way.most_down,
                proof: way.proven,
                never_up_anywhere: everywhere.never_up || !counts,
                never_down_anywhere: everywhere.never_down || !counts,
            });
        }
        let proven = entries.iter().all(|entry| entry.proof);
        Found::results((if proven { "intervals" } else { "tried values" }, proven), &entries)
    }

    /// Sweeps a column of all rows, some rows at a time.
    fn way(&mut self, column: usize, background: &Matrix) -> Result<Way, Error> {
        let rows = &self.sheet.numbers;
        let tried = Values::of(&self.model.subject(), background, column, TRIED);
        let at_once = (MOST_NUMBERS / tried.values.len().max(1)).max(1);
        let mut all: Option<Way> = None;
        for some in rows.values().chunks(at_once * rows.columns()) {
            let some = Matrix::new(rows.columns(), some.to_vec())?;
            let asked = (tried.values.as_slice(), self.request.order);
            let found = direction::way(&mut self.model.swept(column), &some, column, asked, self.means)?;
            all = Some(all.map_or(found, |all| all.and(&found)));
        }
        all.ok_or(Error::Explain(explain::Error::NoItems))
    }

    pub(super) fn manipulability(&mut self) -> Result<Found, Error> {
        let read = (0..self.sheet.columns.len()).filter(|column| self.model.counts(*column));
        let declared =
            self.names.is_some_and(|names| names.signals.iter().any(|signal| signal.mutable_by.is_some()));
        let authors = |column: &usize| !declared || self.mutable_by(*column) == Some("author");
        let columns: Vec<usize> = read.filter(authors).collect();
        if !declared {
            self.notes.push(
                "Nobody says which signals an author can change (`mutable_by`), so each signal is looked at."
                    .to_owned(),
            );
        }
        let mut entries = Vec::with_capacity(columns.len() + 1);
        for column in &columns {
            entries.push(self.won(&[*column])?);
        }
        if declared && columns.len() > 1 {
            entries.push(self.won(&columns)?);
        }
        let exact = entries.iter().all(|entry| entry.exact);
        Found::results((if exact { "intervals" } else { "tried values" }, exact), &entries)
    }

    /// What every item can win with these signals.
    fn won(&mut self, columns: &[usize]) -> Result<ManipulabilityEntry, Error> {
        let background = self.background()?.clone();
        let mut best = Best { sum: 0.0, places: 0.0, row: None, values: Vec::new(), exact: true };
        for (list, bounds) in self.bounds().into_iter().enumerate() {
            for row in bounds.clone() {
                self.means.go_on()?;
                let others = bounds.clone().filter(|other| *other != row);
                let others = others.filter_map(|other| self.model.scores.get(other).copied());
                let others = Others::new(others, self.request.order);
                let numbers = self.sheet.numbers.row(row).unwrap_or_default();
                let (subject, asked) = (&mut self.model.subject(), (&background, &others));
                let gain = match columns {
                    [column] => one_signal(subject, numbers, *column, asked, self.means)?,
                    several => several_signals(subject, numbers, several, asked, self.means)?,
                };
                best.keep((list, row), gain);
            }
        }
        let names = columns.iter().filter_map(|column| self.sheet.columns.get(*column).cloned());
        let rows = f64::from(u32::try_from(self.sheet.numbers.rows()).unwrap_or(u32::MAX)).max(1.0);
        Ok(ManipulabilityEntry {
            signal: names.collect::<Vec<_>>().join(" + "),
            together: columns.len() > 1,
            places: best.places,
            mean_places: best.sum / rows,
            list: best.row.map(|(list, _)| self.id_of_list(list)),
            item: best.row.map(|(_, row)| self.id_of_item(row)),
            values: best.values,
            exact: best.exact,
        })
    }
}

impl Best {
    fn keep(&mut self, row: (usize, usize), gain: Gain) {
        self.sum += gain.places;
        self.exact &= gain.exact;
        if gain.places > self.places {
            self.places = gain.places;
            self.row = Some(row);
            self.values = gain.values.into_iter().map(|(_, value)| value).collect();
        }
    }
}
