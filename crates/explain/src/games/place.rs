//! What moved an item to its place, and into the first places.
//!
//! The item's competitors keep their true scores; v(S) is the mean place that the item would take with the players S of
//! its own, over the background rows. Places count from 1, ties share theirs. Source: the rank functions of
//! "`ShaRP`" (V. Pliatsika and others, 2024).

use super::How;
use super::game::{Game, Reading, Shares, drawn, exactly};
use super::score::{check, scores};
use crate::places::tied;
use crate::{Attributions, Error, Matrix, Means, Method, Order, Players, Subject, count};

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

    /// The competitors of one item of a list with these scores.
    #[must_use]
    pub fn of_list(scores: &[f64], item: usize, order: Order) -> Self {
        let others = scores.iter().enumerate().filter(|(other, _)| *other != item);
        Self::new(others.map(|(_, score)| *score), order)
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

    /// Writes what a score means for each goal.
    fn read(&self, score: f64, goals: &[Goal], numbers: &mut [f64]) {
        let place = self.place(score);
        for (number, goal) in numbers.iter_mut().zip(goals) {
            *number = match goal {
                Goal::Place => place,
                Goal::Top(first) => f64::from(place <= count(*first)),
            };
        }
    }
}

/// What every player does to the place of some items of one list, all goals from the same hybrids: per goal one
/// [`Attributions`] with one entry for each of `items`, which are positions in the list.
///
/// # Errors
/// [`Error::WrongCount`] for an item that the list does not have; else as [`super::score::attribute`].
pub fn attribute(
    subject: &mut Subject<'_>,
    (list, items, background): (&Matrix, &[usize], &Matrix),
    (players, goals, order): (&Players, &[Goal], Order),
    (how, means): (&How, &Means<'_>),
) -> Result<Vec<Attributions>, Error> {
    check(list, background, players)?;
    let true_scores = scores(subject, list, means)?;
    let blank = Attributions { method: Method::Enumeration, items: Vec::new(), evaluations: 0 };
    let mut found = vec![blank; goals.len()];
    let mut keep = |shares: Shares, items: usize| {
        for (found, numbers) in found.iter_mut().zip(shares.numbers.chunks(items.max(1))) {
            found.method = shares.method;
            found.evaluations += shares.evaluations;
            found.items.extend_from_slice(numbers);
        }
    };
    for some in items.chunks(Game::together(players, goals.len())) {
        let rows = &rows_of(list, some)?;
        let others = |item: &usize| Others::of_list(&true_scores, *item, order);
        let reading = &Goals { others: some.iter().map(others).collect(), goals };
        let game = Game { items: rows, background, players, reading, name: 0 };
        if let Some(shares) = exactly(subject, &game, (how, means))? {
            keep(shares, some.len());
            continue;
        }
        // Drawn item by item: each until its own errors are small enough.
        for (item, row) in some.iter().zip(rows.iter_rows()) {
            let reading = &Goals { others: vec![others(item)], goals };
            let items = &Matrix::new(list.columns(), row.to_vec())?;
            let game = Game { items, background, players, reading, name: *item };
            keep(drawn(subject, &game, (how, means))?, 1);
        }
    }
    Ok(found)
}

fn rows_of(list: &Matrix, items: &[usize]) -> Result<Matrix, Error> {
    let mut rows = Matrix::empty(list.columns())?;
    for item in items {
        let expected = item.saturating_add(1);
        let missing = Error::WrongCount { what: "items of the list", expected, found: list.rows() };
        rows.push(list.row(*item).ok_or(missing)?)?;
    }
    Ok(rows)
}

/// What the scores of items mean for each goal: the numbers of all items for the first goal, then for the next.
pub(super) struct Goals<'a> {
    pub(super) others: Vec<Others>,
    pub(super) goals: &'a [Goal],
}

impl Reading for Goals<'_> {
    fn width(&self) -> usize {
        self.others.len() * self.goals.len()
    }

    fn read(&self, scores: &[f64], numbers: &mut [f64]) {
        let mut read = vec![0.0; self.goals.len()];
        for (item, (score, others)) in scores.iter().zip(&self.others).enumerate() {
            others.read(*score, self.goals, &mut read);
            for (goal, number) in numbers.chunks_exact_mut(scores.len()).zip(&read) {
                if let Some(slot) = goal.get_mut(item) {
                    *slot = *number;
                }
            }
        }
    }
}
