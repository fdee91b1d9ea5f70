//! Shapley values from drawn orders.
//!
//! Each draw takes one order of the players and one background row, and walks the order forwards and backwards: a
//! player's part is the mean of what it adds in both walks, which is exact as far as players act alone or in pairs. A
//! player whose columns hold the same in item and background row changes nothing and costs nothing. Every background
//! row is used equally often where that can be paid for, so that its choice costs no error; else the rows are drawn
//! without repetition, and the known numbers of all of them correct the sums.
//! Sources: J. Castro and others, "Polynomial calculation of the Shapley value based on sampling" (2009); R. Mitchell
//! and others, "Sampling Permutations for Shapley Value Estimation" (2022), section 4.1, for walks in both directions;
//! R. T. Witter and others, "Regression-adjusted Monte Carlo Estimators for Shapley Values and Probabilistic Values"
//! (2025), for the correction by a simpler score whose values are known.

mod ends;

use self::ends::Ends;
use super::How;
use super::game::{Game, Shares};
use super::tally::{Found, Tally};
use crate::chance::Stream;
use crate::{Attribution, Batches, Error, Means, Method, Scorer};

/// Fewest draws, beyond one a stratum, before it is asked whether the errors are small enough.
const FREEDOM: usize = 128;
/// Fewest draws.
const FEWEST: usize = 8;
/// Hybrids that are asked for together, as far as there are so many.
const TOGETHER: usize = 16_384;
/// Most sums of strata: 32 MiB.
const MOST_SUMS: usize = 4 << 20;

/// Shares out the numbers of a game from draws. With the `known` true parts of the last number, that number is only used
/// to correct the others.
///
/// # Errors
/// [`Error::Stopped`], or what the model says.
pub(super) fn draw(
    model: &mut dyn Scorer,
    game: &Game<'_>,
    known: Option<&[f64]>,
    (how, means): (&How, &Means<'_>),
) -> Result<Shares, Error> {
    let ends = Ends::of(model, game)?;
    let mut drawing = Drawing::new(game, &ends, how, known.is_some());
    let mut evaluations = ends.evaluations;
    let shown = game.reading.width() - usize::from(known.is_some());
    while drawing.tally.draws() < drawing.most {
        evaluations += drawing.round(model, means)?;
        let enough = |target: f64| {
            let found = (0..shown).flat_map(|number| drawing.tally.found(number, known));
            found.fold(0.0, |worst, found| found.stderr.max(worst)) <= target
        };
        if drawing.tally.draws() >= drawing.least && how.target_stderr.is_some_and(enough) {
            break;
        }
    }
    let number = |number: usize| {
        let (base, score) = ends.of_number(number);
        let found = drawing.tally.found(number, known);
        attribution(base, score, &found)
    };
    let method = if known.is_some() { Method::ControlledPermutations } else { Method::Permutations };
    Ok(Shares { method, numbers: (0..shown).map(number).collect(), evaluations })
}

/// The parts with what they miss of the whole given to those that are least certain, in proportion to their variance.
fn attribution(base: f64, score: f64, found: &[Found]) -> Attribution {
    let missing = score - base - found.iter().map(|found| found.mean).sum::<f64>();
    let variance: f64 = found.iter().map(|found| found.stderr * found.stderr).sum();
    let share = |found: &Found| if variance > 0.0 { found.stderr * found.stderr / variance } else { 0.0 };
    Attribution {
        base,
        score,
        values: found.iter().map(|found| found.mean + missing * share(found)).collect(),
        stderr: Some(found.iter().map(|found| found.stderr).collect()),
    }
}

struct Drawing<'a> {
    game: &'a Game<'a>,
    ends: &'a Ends,
    seed: u64,
    purpose: String,
    tally: Tally,
    /// Draws of a round: each background row once, if each is a stratum.
    round: usize,
    is_stratified: bool,
    least: usize,
    most: usize,
    /// The background rows in the order of their use.
    turns: Vec<usize>,
}

/// Where the score of a masked item comes from.
#[derive(Clone, Copy)]
enum Source {
    /// It is the masked background row.
    Background,
    /// It is the item.
    Own,
    /// It was asked for, at this place.
    Asked(usize),
}

/// A walk: the players that changed something, and after each of them where the score of each item comes from.
struct Walk {
    players: Vec<usize>,
    sources: Vec<Source>,
}

impl<'a> Drawing<'a> {
    fn new(game: &'a Game<'a>, ends: &'a Ends, how: &How, has_companion: bool) -> Self {
        let (rows, numbers, players) = (game.background.rows(), game.reading.width(), game.players.len());
        let sums = rows.saturating_mul(numbers).saturating_mul(players);
        let rounds = 2.max(1 + FREEDOM.div_ceil(rows.max(1)));
        let is_stratified = sums <= MOST_SUMS && how.most_orders >= 2 * rows;
        let (round, least) = if is_stratified { (rows, rounds * rows) } else { (FREEDOM, 2 * FREEDOM) };
        let most = if is_stratified { how.most_orders / rows * rows } else { how.most_orders.max(FEWEST) };
        Self {
            game,
            ends,
            seed: how.seed,
            purpose: format!("orders of game {}", game.name),
            tally: Tally::new(if is_stratified { rows } else { 1 }, numbers, players, has_companion),
            round,
            is_stratified,
            least,
            most,
            turns: (0..rows).collect(),
        }
    }

    /// Draws one round, in parts that are not too large to keep. Gives how many scores were asked for.
    fn round(&mut self, model: &mut dyn Scorer, means: &Means<'_>) -> Result<u64, Error> {
        let walk = 2 * self.game.players.len() * self.game.items.rows();
        let together = (TOGETHER / walk.max(1)).max(1);
        let first = self.tally.draws();
        let draws: Vec<usize> = (first..self.most.min(first + self.round)).collect();
        let mut evaluations = 0;
        for draws in draws.chunks(together) {
            means.go_on()?;
            let mut hybrids = Batches::new(model, self.game.background.columns())?;
            let mut walks = Vec::with_capacity(2 * draws.len());
            let mut asked = 0;
            for draw in draws {
                let row = self.turn(*draw);
                let mut order: Vec<usize> = (0..self.game.players.len()).collect();
                Stream::new(self.seed, &self.purpose, *draw).shuffle(&mut order);
                let there = self.walk(order.iter(), row, &mut hybrids, &mut asked)?;
                walks.push((row, there, self.walk(order.iter().rev(), row, &mut hybrids, &mut asked)?));
            }
            let scores = hybrids.finish()?;
            evaluations += scores.len() as u64;
            for (row, there, back) in walks {
                self.add(row, [&there, &back], &scores);
            }
        }
        Ok(evaluations)
    }

    /// The background row of a draw: all rows take turns, in a new order each time round.
    fn turn(&mut self, draw: usize) -> usize {
        let rows = self.turns.len().max(1);
        if draw.is_multiple_of(rows) {
            let purpose = format!("rows of game {}", self.game.name);
            Stream::new(self.seed, &purpose, draw / rows).shuffle(&mut self.turns);
        }
        self.turns.get(draw % rows).copied().unwrap_or_default()
    }

    /// Plans one walk from a background row to the items, and asks for the hybrids on the way.
    fn walk<'o, S: Scorer + ?Sized>(
        &self,
        order: impl Iterator<Item = &'o usize>,
        row: usize,
        hybrids: &mut Batches<'_, S>,
        asked: &mut usize,
    ) -> Result<Walk, Error> {
        let row = self.game.background.row(row).unwrap_or_default();
        let items = || self.game.items.iter_rows();
        let mut masked: Vec<Vec<f64>> = items().map(|item| self.game.masked(item, row)).collect();
        let mut left: Vec<usize> = items().map(|item| self.differing(item, row)).collect();
        let mut sources = vec![Source::Background; masked.len()];
        let mut walk = Walk { players: Vec::new(), sources: Vec::new() };
        for player in order {
            let mut changed = false;
            for (((item, hybrid), left), source) in items().zip(&mut masked).zip(&mut left).zip(&mut sources)
            {
                if !self.differs(*player, item, row) {
                    continue;
                }
                changed = true;
                *left -= 1;
                *source = Source::Own;
                if *left > 0 {
                    self.game.put(hybrid, *player, item);
                    hybrids.push(hybrid)?;
                    *source = Source::Asked(*asked);
                    *asked += 1;
                }
            }
            if changed {
                walk.players.push(*player);
                walk.sources.extend_from_slice(&sources);
            }
        }
        Ok(walk)
    }

    fn differing(&self, item: &[f64], row: &[f64]) -> usize {
        (0..self.game.players.len()).filter(|player| self.differs(*player, item, row)).count()
    }

    fn differs(&self, player: usize, item: &[f64], row: &[f64]) -> bool {
        let columns = self.game.players.sets().get(player).map(Vec::as_slice).unwrap_or_default();
        let bits = |row: &[f64], column: usize| row.get(column).map(|value| value.to_bits());
        columns.iter().any(|column| bits(item, *column) != bits(row, *column))
    }

    /// Adds what the players added on both walks of a draw.
    fn add(&mut self, row: usize, walks: [&Walk; 2], scores: &[f64]) {
        let (width, players) = (self.game.reading.width(), self.game.players.len());
        let empty = Vec::new();
        let without = self.ends.without.get(row).unwrap_or(&empty);
        let background = self.ends.scores.get(row).unwrap_or(&empty);
        let mut parts = vec![0.0; width * players];
        let mut masked = vec![0.0; self.ends.own.len()];
        let mut after = vec![0.0; width];
        for walk in walks {
            let mut before = without.clone();
            for (player, sources) in walk.players.iter().zip(walk.sources.chunks_exact(masked.len().max(1))) {
                for ((slot, source), (own, background)) in
                    masked.iter_mut().zip(sources).zip(self.ends.own.iter().zip(background))
                {
                    *slot = match source {
                        Source::Background => *background,
                        Source::Own => *own,
                        Source::Asked(at) => scores.get(*at).copied().unwrap_or(f64::NAN),
                    };
                }
                self.game.reading.read(&masked, &mut after);
                for (parts, (after, before)) in
                    parts.chunks_exact_mut(players.max(1)).zip(after.iter().zip(&before))
                {
                    if let Some(part) = parts.get_mut(*player) {
                        *part += 0.5 * (after - before);
                    }
                }
                before.copy_from_slice(&after);
            }
        }
        let off: Vec<f64> = without.iter().zip(&self.ends.mean).map(|(number, mean)| number - mean).collect();
        self.tally.add(if self.is_stratified { row } else { 0 }, &parts, &off);
    }
}
