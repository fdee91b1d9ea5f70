//! Games of several items that are masked together: one set of players and one background row for all of them.

use super::cube::{expand, shapley};
use super::draws;
use super::hybrids::differing;
use super::tables::Tables;
use super::{ASKED_PLAYERS, FormScorer, How, Wanted};
use crate::{
    Attribution, Batches, Error, Matrix, Means, Method, Players, ScoreError, Scorer, Subject, count,
};

/// What is read from the scores of the masked items: the numbers that are shared out.
pub(super) trait Reading: Sync {
    /// How many numbers.
    fn width(&self) -> usize;

    /// Reads the numbers from one score for each item.
    fn read(&self, scores: &[f64], numbers: &mut [f64]);
}

/// Items, and what is read of them.
#[derive(Clone, Copy)]
pub(super) struct Game<'a> {
    pub(super) items: &'a Matrix,
    pub(super) background: &'a Matrix,
    pub(super) players: &'a Players,
    pub(super) reading: &'a dyn Reading,
    /// Names what is drawn for this game apart from what is drawn for others.
    pub(super) name: usize,
}

/// The numbers of a game, shared out.
#[derive(Debug)]
pub(super) struct Shares {
    pub(super) method: Method,
    /// One for each number of the reading.
    pub(super) numbers: Vec<Attribution>,
    pub(super) evaluations: u64,
}

/// Most bytes of what is in work at a time.
const WORK_BYTES: usize = 64 << 20;
/// Background rows whose sums are made by one thread.
const BLOCK: usize = 4;
/// Hybrids that are asked for together, as far as there are so many.
const TOGETHER: usize = 16_384;

/// Shares out the numbers of a game: exactly where every set can be looked at, else from draws.
///
/// # Errors
/// [`Error::NotExact`] when it must be exact and cannot, [`Error::Stopped`], or what the model says.
pub(super) fn share(
    subject: &mut Subject<'_>,
    game: &Game<'_>,
    (how, means): (&How, &Means<'_>),
) -> Result<Shares, Error> {
    match exactly(subject, game, (how, means))? {
        Some(shares) => Ok(shares),
        None => drawn(subject, game, (how, means)),
    }
}

/// Shares out the numbers of a game exactly; `None` when they are to be drawn.
///
/// # Errors
/// As [`share`].
pub(super) fn exactly(
    subject: &mut Subject<'_>,
    game: &Game<'_>,
    (how, means): (&How, &Means<'_>),
) -> Result<Option<Shares>, Error> {
    if how.wanted == Wanted::PathDependent {
        let why = "training rows are known of scores alone".to_owned();
        return Err(Error::NotExact { what: "a place or an order along the training data", why });
    }
    let found = match subject {
        _ if how.wanted == Wanted::Sample || !game.fits() => None,
        Subject::Form(form) => match Tables::of(form, game.players, game.background, means)? {
            Some(tables) => Some(game.computed(&tables, means)?),
            None => None,
        },
        Subject::BlackBox(scorer) => Some(game.asked(&mut **scorer, means)?),
    };
    match found {
        Some(shares) => finite(shares).map(Some),
        None if how.wanted == Wanted::Exact => Err(game.not_exact()),
        None => Ok(None),
    }
}

/// Shares out the numbers of a game from draws.
///
/// # Errors
/// [`Error::Stopped`], or what the model says.
pub(super) fn drawn(
    subject: &mut Subject<'_>,
    game: &Game<'_>,
    (how, means): (&How, &Means<'_>),
) -> Result<Shares, Error> {
    let found = match subject {
        Subject::Form(form) => {
            draws::draw(&mut FormScorer::new(form, means.threads), game, None, (how, means))
        }
        Subject::BlackBox(scorer) => draws::draw(&mut **scorer, game, None, (how, means)),
    };
    finite(found?)
}

/// Numbers that are not finite come from scores that are not.
pub(super) fn finite(shares: Shares) -> Result<Shares, Error> {
    shares.numbers.iter().try_for_each(finite_one)?;
    Ok(shares)
}

/// The same for one number.
pub(super) fn finite_one(number: &Attribution) -> Result<(), Error> {
    let mut all = number.values.iter().chain([&number.base, &number.score]);
    match all.find(|value| !value.is_finite()) {
        None => Ok(()),
        Some(value) => {
            let reason =
                format!("a mixture of an item and a background row has a score that leads to {value}");
            Err(ScoreError { code: "bad_output", reason }.into())
        }
    }
}

impl Game<'_> {
    /// How many sets there are, if there are few enough.
    fn sets(&self) -> Option<usize> {
        (self.players.len() <= ASKED_PLAYERS).then(|| 1 << self.players.len())
    }

    /// How many items can be looked at together, when each has so many numbers.
    pub(super) fn together(players: &Players, numbers: usize) -> usize {
        let sets = 1_usize << players.len().min(ASKED_PLAYERS);
        (WORK_BYTES / size_of::<f64>() / sets / (1 + numbers)).max(1)
    }

    /// Whether every set can be looked at, in players and in memory.
    fn fits(&self) -> bool {
        let numbers = self.items.rows().saturating_add(self.reading.width());
        self.sets().is_some_and(|sets| sets.saturating_mul(numbers) <= WORK_BYTES / size_of::<f64>())
    }

    fn not_exact(&self) -> Error {
        let (players, items) = (self.players.len(), self.items.rows());
        let why = if players > ASKED_PLAYERS {
            format!(
                "it takes every set of players, there are {players}, and at most {ASKED_PLAYERS} can be looked at"
            )
        } else {
            format!("{items} items and every set of {players} players are too much to look at together")
        };
        Error::NotExact { what: "a place or an order", why }
    }

    /// From the pieces of a form, blocks of the background on several threads.
    fn computed(&self, tables: &Tables, means: &Means<'_>) -> Result<Shares, Error> {
        let (sets, rows) = (1 << self.players.len(), self.background.rows());
        let marks: Vec<_> = self.items.iter_rows().map(|item| tables.mark_item(item)).collect();
        let block = |block: usize| {
            let mut sums = vec![0.0; sets * self.reading.width()];
            let mut scores = vec![0.0; sets * self.items.rows()];
            for at in (block * BLOCK..rows).take(BLOCK) {
                let row = self.background.row(at).unwrap_or_default();
                let items = self.items.iter_rows().zip(&marks).zip(scores.chunks_exact_mut(sets));
                for ((item, marks), scores) in items {
                    means.go_on()?;
                    tables.fill((item, marks), (at, row), scores);
                }
                self.read(&scores, sets, &mut sums);
            }
            Ok(sums)
        };
        let blocks = rows.div_ceil(BLOCK);
        let size = sets * self.reading.width() * size_of::<f64>();
        let together = (WORK_BYTES / size.max(1)).clamp(1, blocks.max(1));
        let mut sums = vec![0.0; sets * self.reading.width()];
        for first in (0..blocks).step_by(together) {
            for part in means.each(together.min(blocks - first), |at| block(first + at))? {
                for (sum, part) in sums.iter_mut().zip(part) {
                    *sum += part;
                }
            }
        }
        Ok(self.shares(sums, (sets * rows * self.items.rows()) as u64))
    }

    /// By asking for every hybrid that is not the same row as another.
    fn asked(&self, model: &mut dyn Scorer, means: &Means<'_>) -> Result<Shares, Error> {
        let (sets, rows, items) = (1 << self.players.len(), self.background.rows(), self.items.rows());
        let owner = self.players.of_columns();
        let mut sums = vec![0.0; sets * self.reading.width()];
        let mut scores = vec![0.0; sets * items];
        let mut evaluations = 0;
        let together = (TOGETHER / (sets * items.max(1))).clamp(1, rows);
        for some in self.background.values().chunks(together * self.background.columns()) {
            let mut hybrids = Batches::new(model, self.background.columns())?;
            let mut asked = Vec::with_capacity(together * items);
            for row in some.chunks_exact(self.background.columns()) {
                for item in self.items.iter_rows() {
                    means.go_on()?;
                    let (set, players) = differing(&owner, (item, row));
                    self.ask(&mut hybrids, (item, row), &players)?;
                    asked.push((set, 1_usize << players.len()));
                }
            }
            let fresh = hybrids.finish()?;
            evaluations += fresh.len() as u64;
            let mut rest = fresh.as_slice();
            for asked in asked.chunks(items.max(1)) {
                for (scores, (set, distinct)) in scores.chunks_exact_mut(sets).zip(asked) {
                    let (now, later) = rest.split_at_checked(*distinct).unwrap_or_default();
                    scores.iter_mut().zip(now).for_each(|(score, fresh)| *score = *fresh);
                    expand(scores, *set);
                    rest = later;
                }
                self.read(&scores, sets, &mut sums);
            }
        }
        Ok(self.shares(sums, evaluations))
    }

    fn ask<S: Scorer + ?Sized>(
        &self,
        hybrids: &mut Batches<'_, S>,
        (item, row): (&[f64], &[f64]),
        players: &[usize],
    ) -> Result<(), Error> {
        let mut hybrid = self.masked(item, row);
        for set in 0..1_usize << players.len() {
            // From the set before, the lowest zero bit was filled and all below were emptied.
            for (bit, player) in players.iter().enumerate().take(set.trailing_zeros() as usize + 1) {
                let from = if set >> bit & 1 == 1 { item } else { row };
                self.put(&mut hybrid, *player, from);
            }
            hybrids.push(&hybrid)?;
        }
        Ok(())
    }

    /// The background row with the item's values in the columns of no player.
    pub(super) fn masked(&self, item: &[f64], row: &[f64]) -> Vec<f64> {
        let mut hybrid = row.to_vec();
        for ((slot, own), player) in hybrid.iter_mut().zip(item).zip(self.players.of_columns()) {
            if player.is_none() {
                *slot = *own;
            }
        }
        hybrid
    }

    /// Puts the values of one player from a row into a hybrid.
    pub(super) fn put(&self, hybrid: &mut [f64], player: usize, from: &[f64]) {
        for column in self.players.sets().get(player).map(Vec::as_slice).unwrap_or_default() {
            if let (Some(slot), Some(value)) = (hybrid.get_mut(*column), from.get(*column)) {
                *slot = *value;
            }
        }
    }

    /// Adds what is read for every set, from `sets` scores for each item.
    fn read(&self, scores: &[f64], sets: usize, sums: &mut [f64]) {
        let mut numbers = vec![0.0; self.reading.width()];
        let mut masked = vec![0.0; self.items.rows()];
        for set in 0..sets {
            for (slot, scores) in masked.iter_mut().zip(scores.chunks_exact(sets)) {
                *slot = scores.get(set).copied().unwrap_or_default();
            }
            self.reading.read(&masked, &mut numbers);
            for (sums, number) in sums.chunks_exact_mut(sets).zip(&numbers) {
                if let Some(sum) = sums.get_mut(set) {
                    *sum += number;
                }
            }
        }
    }

    fn shares(&self, mut sums: Vec<f64>, evaluations: u64) -> Shares {
        let rows = count(self.background.rows());
        for sum in &mut sums {
            *sum /= rows;
        }
        let numbers = sums.chunks_exact(1 << self.players.len()).map(of_values).collect();
        Shares { method: Method::Enumeration, numbers, evaluations }
    }
}

/// A game shared out exactly, from its value for every set.
pub(super) fn of_values(values: &[f64]) -> Attribution {
    let (base, score) =
        (values.first().copied().unwrap_or_default(), values.last().copied().unwrap_or_default());
    Attribution { base, score, values: shapley(values), stderr: None }
}
