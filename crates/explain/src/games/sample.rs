//! Shapley values from drawn orders.
//!
//! Each draw takes one order of the players and one background row, and walks the order forwards and backwards: a
//! player's part is the mean of what it adds in both walks. The background rows take turns, so that after every round
//! each was used as often as any other: the parts of every item then add up exactly, and the main effect of the
//! background costs no error. Standard errors come from the spread of the draws. Sources: J. Castro and others,
//! "Polynomial calculation of the Shapley value based on sampling" (2009); R. Mitchell and others, "Sampling
//! Permutations for Shapley Value Estimation" (2022), section 4.1 for the walk in both directions.

use crate::chance::Stream;
use crate::{
    Attribution, Attributions, Batches, Error, Matrix, Means, Method, Players, Scorer, count, score_all,
};

/// Fewest draws that a standard error rests on.
const FEWEST_DRAWS: usize = 32;
/// Most draws whose hybrids are kept before they are scored.
const ROUND: usize = 256;

use super::How;

/// What every player adds to the score of every row, from draws.
///
/// # Errors
/// [`Error::Stopped`], or what the model says.
pub(super) fn attribute(
    scorer: &mut dyn Scorer,
    (rows, background): (&Matrix, &Matrix),
    players: &Players,
    (how, means): (&How, &Means<'_>),
) -> Result<Attributions, Error> {
    let mut bases = score_all(scorer, background)?;
    let own_scores = score_all(scorer, rows)?;
    let mut evaluations = (bases.len() + own_scores.len()) as u64;
    let mut items = Vec::with_capacity(rows.rows());
    let owner = players.of_columns();
    for (at, (item, score)) in rows.iter_rows().zip(own_scores).enumerate() {
        if owner.contains(&None) {
            bases = score_all(scorer, &with_own(background, item, &owner)?)?;
            evaluations += bases.len() as u64;
        }
        let game = Game { item, score, background, bases: &bases, players, seed: how.seed, at };
        let draws = game.draw(scorer, how, means)?;
        evaluations += draws.evaluations;
        items.push(draws.attribution(&bases, score));
    }
    Ok(Attributions { method: Method::Permutations, items, evaluations })
}

/// The background with the item's own values in columns of no player.
fn with_own(background: &Matrix, item: &[f64], owner: &[Option<usize>]) -> Result<Matrix, Error> {
    let own =
        |((value, own), player): ((&f64, &f64), &Option<usize>)| if player.is_none() { *own } else { *value };
    let values = background.iter_rows().flat_map(|row| row.iter().zip(item).zip(owner).map(own));
    Matrix::new(background.columns(), values.collect())
}

struct Game<'a> {
    item: &'a [f64],
    score: f64,
    background: &'a Matrix,
    bases: &'a [f64],
    players: &'a Players,
    seed: u64,
    at: usize,
}

/// The sums of what was drawn.
struct Draws {
    times: usize,
    sums: Vec<f64>,
    squares: Vec<f64>,
    evaluations: u64,
}

impl Draws {
    fn worst_error(&self) -> f64 {
        self.errors().into_iter().fold(0.0, f64::max)
    }

    /// The standard error of each mean.
    fn errors(&self) -> Vec<f64> {
        let times = count(self.times);
        let error = |(sum, square): (&f64, &f64)| {
            let spread = (square - sum * sum / times).max(0.0) / (times - 1.0).max(1.0);
            libm::sqrt(spread / times)
        };
        self.sums.iter().zip(&self.squares).map(error).collect()
    }

    fn attribution(&self, bases: &[f64], score: f64) -> Attribution {
        let values: Vec<f64> = self.sums.iter().map(|sum| sum / count(self.times)).collect();
        Attribution { base: crate::mean(bases), score, values, stderr: Some(self.errors()) }
    }
}

impl Game<'_> {
    /// Draws whole rounds of the background until it is enough.
    fn draw(&self, scorer: &mut dyn Scorer, how: &How, means: &Means<'_>) -> Result<Draws, Error> {
        let (n, rows) = (self.players.len(), self.background.rows());
        let mut draws = Draws { times: 0, sums: vec![0.0; n], squares: vec![0.0; n], evaluations: 0 };
        let most = how.most_orders.max(FEWEST_DRAWS).div_ceil(rows) * rows;
        while draws.times < most {
            let next = ROUND.min(most - draws.times);
            self.some(scorer, next, &mut draws, means)?;
            let whole = draws.times.is_multiple_of(rows) && draws.times >= FEWEST_DRAWS;
            if whole && how.target_stderr.is_some_and(|target| draws.worst_error() <= target) {
                break;
            }
        }
        Ok(draws)
    }

    fn some(
        &self,
        scorer: &mut dyn Scorer,
        times: usize,
        draws: &mut Draws,
        means: &Means<'_>,
    ) -> Result<(), Error> {
        let n = self.players.len();
        let mut walks = Vec::with_capacity(times);
        let mut hybrids = Batches::new(scorer, self.background.columns())?;
        for draw in draws.times..draws.times + times {
            means.go_on()?;
            let row = self.turn(draw);
            let mut order: Vec<usize> = (0..n).collect();
            Stream::new(self.seed, &format!("orders of row {}", self.at), draw).shuffle(&mut order);
            let other = self.background.row(row).unwrap_or_default();
            self.walk(order.iter(), other, &mut hybrids)?;
            self.walk(order.iter().rev(), other, &mut hybrids)?;
            walks.push((row, order));
        }
        let inside = hybrids.finish()?;
        draws.evaluations += inside.len() as u64;
        let inner = n.saturating_sub(1);
        for ((row, order), walk) in walks.iter().zip(inside.chunks(2 * inner.max(1))) {
            let base = self.bases.get(*row).copied().unwrap_or_default();
            let (there, back) = walk.split_at_checked(inner).unwrap_or_default();
            let mut parts = vec![0.0; n];
            self.steps(order.iter(), base, there, &mut parts);
            self.steps(order.iter().rev(), base, back, &mut parts);
            for ((sum, square), part) in draws.sums.iter_mut().zip(&mut draws.squares).zip(&parts) {
                *sum += part;
                *square += part * part;
            }
        }
        draws.times += times;
        Ok(())
    }

    /// The background row of a draw: every row once a round, in an order of the round.
    fn turn(&self, draw: usize) -> usize {
        let rows = self.background.rows();
        let (round, at) = (draw / rows, draw % rows);
        // A step that shares no divisor with the number of rows visits each of them.
        let mut stream = Stream::new(self.seed, "turns of the background", round);
        let (start, mut step) = (stream.below(rows), 1 + stream.below(rows));
        while common_divisor(step, rows) != 1 {
            step += 1;
        }
        (start + at * step) % rows
    }

    /// The hybrids between background row and item; the two ends are known.
    fn walk<'p, S: Scorer + ?Sized>(
        &self,
        order: impl ExactSizeIterator<Item = &'p usize>,
        other: &[f64],
        hybrids: &mut Batches<'_, S>,
    ) -> Result<(), Error> {
        let mut hybrid = other.to_vec();
        let owner = self.players.of_columns();
        for ((slot, own), player) in hybrid.iter_mut().zip(self.item).zip(&owner) {
            if player.is_none() {
                *slot = *own;
            }
        }
        let inner = order.len().saturating_sub(1);
        for player in order.take(inner) {
            for column in self.players.sets().get(*player).map(Vec::as_slice).unwrap_or_default() {
                if let (Some(slot), Some(own)) = (hybrid.get_mut(*column), self.item.get(*column)) {
                    *slot = *own;
                }
            }
            hybrids.push(&hybrid)?;
        }
        Ok(())
    }

    /// Half of what each player added on one walk.
    fn steps<'p>(&self, order: impl Iterator<Item = &'p usize>, base: f64, inner: &[f64], parts: &mut [f64]) {
        let mut before = base;
        for (player, after) in order.zip(inner.iter().chain([&self.score])) {
            if let Some(part) = parts.get_mut(*player) {
                *part += 0.5 * (after - before);
            }
            before = *after;
        }
    }
}

const fn common_divisor(mut one: usize, mut other: usize) -> usize {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}
