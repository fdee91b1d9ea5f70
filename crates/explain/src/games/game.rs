//! Games of several items that are masked together: one set of players and one background row for all of them.

mod sets;

use super::cube::shapley;
use super::draws;
use super::tables::Tables;
use super::{ASKED_PLAYERS, FormScorer, How, Wanted};
use crate::{Attribution, Error, Matrix, Means, Method, Players, ScoreError, Subject};

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
}

/// A game shared out exactly, from its value for every set.
pub(super) fn of_values(values: &[f64]) -> Attribution {
    let (base, score) =
        (values.first().copied().unwrap_or_default(), values.last().copied().unwrap_or_default());
    Attribution { base, score, values: shapley(values), stderr: None }
}
