//! What moved an item to its place, and into the first places.
//!
//! The item's competitors keep their true scores; v(S) is the mean place that the item would take with the players S of
//! its own, over the background rows. Places count from 1, ties share theirs. Source: the rank functions of `ShaRP`
//! (V. Pliatsika and others, 2024).

use super::score::{average, check};
use super::tables::Tables;
use super::{FormScorer, How, Wanted, sample};
use crate::places::tied;
use crate::sweep::scores;
use crate::{Attributions, Error, Matrix, Means, Method, Order, Players, ScoreError, Scorer, Subject, count};

/// Which number of a place is shared out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Goal {
    /// The place: 1 + items ahead + half of the items that tie. A negative part moves the item up.
    Place,
    /// Whether the place is one of the first so many: 1 or 0.
    Top(usize),
}

/// The scores that an item competes with.
#[derive(Clone, Debug)]
pub struct Others {
    order: Order,
    /// Turned upward, ascending.
    sorted: Vec<f64>,
}

impl Others {
    /// Competitors with these scores.
    #[must_use]
    pub fn new(scores: impl IntoIterator<Item = f64>, order: Order) -> Self {
        let mut sorted: Vec<f64> = scores.into_iter().map(|score| order.upward(score)).collect();
        sorted.sort_by(f64::total_cmp);
        Self { order, sorted }
    }

    /// The place of this score among them.
    #[must_use]
    pub fn place(&self, score: f64) -> f64 {
        let score = self.order.upward(score);
        let below = self.sorted.partition_point(|other| *other < score && !tied(*other, score));
        let upto = self.sorted.partition_point(|other| *other <= score || tied(*other, score));
        1.0 + count(self.sorted.len() - upto) + 0.5 * count(upto - below)
    }

    /// The score turned so that more is always nearer to the top.
    #[must_use]
    pub const fn upward(&self, score: f64) -> f64 {
        self.order.upward(score)
    }

    fn number(&self, score: f64, goal: Goal) -> f64 {
        match goal {
            Goal::Place => self.place(score),
            Goal::Top(first) => f64::from(self.place(score) <= count(first)),
        }
    }
}

/// What every player does to the place of some items of one list, all goals from the same hybrids: per goal one
/// [`Attributions`] with one entry for each of `items`, which are positions in the list.
///
/// # Errors
/// As [`super::score::attribute`].
pub fn attribute(
    subject: &mut Subject<'_>,
    (list, items, background): (&Matrix, &[usize], &Matrix),
    (players, goals, order): (&Players, &[Goal], Order),
    (how, means): (&How, &Means<'_>),
) -> Result<Vec<Attributions>, Error> {
    check(list, background, players)?;
    let true_scores = scores(subject, list, means)?;
    let others = |item: usize| {
        let others = true_scores.iter().enumerate().filter(move |(other, _)| *other != item);
        Others::new(others.map(|(_, score)| *score), order)
    };
    if how.wanted != Wanted::Sample
        && let Some(mut tables) = Tables::of(subject, players, background, means)?
    {
        return exactly(&mut tables, (list, items), background, (players, goals), (&others, means));
    }
    if matches!(how.wanted, Wanted::Exact | Wanted::PathDependent) {
        let why = format!("there are {} players, and every set of them must be looked at", players.len());
        return Err(Error::NotExact { what: "a place", why });
    }
    let mut found = Vec::with_capacity(goals.len());
    for goal in goals {
        let mut all = Attributions { method: Method::Permutations, items: Vec::new(), evaluations: 0 };
        for item in items {
            let one = Matrix::new(list.columns(), list.row(*item).unwrap_or_default().to_vec())?;
            let others = others(*item);
            let number = |score: f64| others.number(score, *goal);
            let found = match subject {
                Subject::Form(form) => {
                    let mut scorer =
                        Turned { scorer: &mut FormScorer::new(form, means.threads), number: &number };
                    sample::attribute(&mut scorer, (&one, background), players, (how, means))?
                }
                Subject::BlackBox(scorer) => {
                    let mut scorer = Turned { scorer: &mut **scorer, number: &number };
                    sample::attribute(&mut scorer, (&one, background), players, (how, means))?
                }
            };
            all.evaluations += found.evaluations;
            all.items.extend(found.items);
        }
        found.push(all);
    }
    Ok(found)
}

fn exactly(
    tables: &mut Tables<'_>,
    (list, items): (&Matrix, &[usize]),
    background: &Matrix,
    (players, goals): (&Players, &[Goal]),
    (others, means): (&dyn Fn(usize) -> Others, &Means<'_>),
) -> Result<Vec<Attributions>, Error> {
    let blank = Attributions { method: Method::Enumeration, items: Vec::new(), evaluations: 0 };
    let mut found = vec![blank; goals.len()];
    for item in items {
        let row = list.row(*item).unwrap_or_default();
        let table = tables.of_item(row, background, players, means)?;
        let others = others(*item);
        for (goal, found) in goals.iter().zip(&mut found) {
            let numbers: Vec<f64> = table.iter().map(|score| others.number(*score, *goal)).collect();
            found.items.push(super::score::of_values(&average(&numbers, 1 << players.len())));
            found.evaluations += table.len() as u64;
        }
    }
    Ok(found)
}

/// A number of a score in place of the score.
struct Turned<'a> {
    scorer: &'a mut dyn Scorer,
    number: &'a dyn Fn(f64) -> f64,
}

impl Scorer for Turned<'_> {
    fn inputs(&self) -> usize {
        self.scorer.inputs()
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(self.scorer.score(rows)?.into_iter().map(self.number).collect())
    }
}
