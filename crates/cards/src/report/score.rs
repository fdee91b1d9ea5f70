//! Scores, shared out.

use std::sync::Arc;

use explain::games::score::{self, Prepared};
use explain::games::{How, Wanted};
use explain::{Attributions, Method as Way};

use super::Method;
use super::answer::{Error, Found, Work};
use super::document::{Answer, Id, ScoreRow, TableFacts};
use super::shelf::MadeOf;

/// Standard error, in units of the spread of the scores, at which no more orders are drawn.
const TARGET: f64 = 0.005;
/// Most orders that are drawn for an item, each walked forwards and backwards.
const MOST_ORDERS: usize = 4096;
/// Fewest, however many items and players there are.
const FEWEST_ORDERS: usize = 128;
/// About how many hybrids are scored for all items together.
const HYBRIDS: usize = 16 << 20;

impl Work<'_> {
    /// How numbers are to be shared out.
    pub(super) fn how(&self) -> How {
        let wanted = match self.request.method {
            Method::Auto => Wanted::Auto,
            Method::Exact => Wanted::Exact,
            Method::Sample => Wanted::Sample,
            Method::PathDependent => Wanted::PathDependent,
        };
        let target = TARGET * spread(&self.model.scores);
        How {
            wanted,
            target_stderr: Some(target).filter(|target| *target > 0.0),
            most_orders: self.orders(),
            seed: self.request.seed,
        }
    }

    /// How many orders are drawn for an item: fewer where there are many items and players.
    fn orders(&self) -> usize {
        let hybrids = 2 * self.players.len().max(1) * self.sheet.items.len().max(1);
        (HYBRIDS / hybrids).clamp(FEWEST_ORDERS, MOST_ORDERS)
    }

    /// The scores of all rows, shared out; what is made once is timed apart.
    pub(super) fn attributions(&mut self) -> Result<Attributions, Error> {
        let how = self.how();
        let background = self.background()?.clone();
        let (rows, players, means) = (&self.sheet.numbers, &self.players, self.means);
        let (Some(form), Wanted::Auto | Wanted::Exact) = (&self.model.form, how.wanted) else {
            let mut subject = self.model.subject();
            let found = score::attribute(&mut subject, (rows, &background), players, (&how, means))?;
            self.evaluations = Some(found.evaluations);
            return Ok(found);
        };
        let started = (self.watch)();
        let prepare = || Prepared::of(form, &background, players, &how, means);
        let prepared = match self.shelf {
            None => Arc::new(prepare()?),
            Some(kept) => {
                let made_of = MadeOf {
                    model: self.model_sha256,
                    heads: self.model.heads.clone(),
                    background: TableFacts::of(&background).sha256,
                    players: players.clone(),
                    wanted: how.wanted,
                };
                kept.get_or(made_of, prepare)?
            }
        };
        self.prepare_s += (self.watch)() - started;
        let found = prepared.attribute(rows, &how, means)?;
        self.evaluations = Some(found.evaluations);
        Ok(found)
    }

    pub(super) fn score(&mut self) -> Result<Found, Error> {
        let attributions = self.attributions()?;
        let way = attributions.method;
        if way == Way::PathDependent {
            self.notes.push(
                "These figures follow the training rows that passed each node of the trees, not the background; they \
                 answer another question than the other methods."
                    .to_owned(),
            );
        }
        let places = self.sheet.rows.iter().zip(&self.sheet.items);
        let mut rows: Vec<ScoreRow> = places
            .zip(attributions.items)
            .map(|((row, item), found)| ScoreRow {
                row: *row,
                item: Id(item.clone()),
                base: found.base,
                score: found.score,
                values: found.values,
                stderr: found.stderr,
            })
            .collect();
        rows.sort_by_key(|row| row.row);
        Ok(Found { method: name(way)?, exact: way.is_exact(), answer: Answer::Rows { rows } })
    }
}

/// How a way of sharing out is written.
pub(super) fn name(way: Way) -> Result<String, Error> {
    let name = serde_json::to_value(way)?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

/// The standard deviation of scores.
fn spread(scores: &[f64]) -> f64 {
    let count = f64::from(u32::try_from(scores.len()).unwrap_or(u32::MAX)).max(1.0);
    let mean = scores.iter().sum::<f64>() / count;
    (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / count).sqrt()
}
