//! The two ends of every walk.

use crate::games::game::Game;
use crate::{Batches, Error, Scorer, count, score_all};

/// The numbers with nobody, for each background row, and with everybody.
pub(super) struct Ends {
    /// Per background row the scores of all items.
    pub(super) scores: Vec<Vec<f64>>,
    /// Per background row the numbers.
    pub(super) without: Vec<Vec<f64>>,
    pub(super) own: Vec<f64>,
    with: Vec<f64>,
    /// Mean of `without`.
    pub(super) mean: Vec<f64>,
    pub(super) evaluations: u64,
}

impl Ends {
    pub(super) fn of(model: &mut dyn Scorer, game: &Game<'_>) -> Result<Self, Error> {
        let items = game.items.rows();
        let own = score_all(model, game.items)?;
        let is_masked_alike = !game.players.of_columns().contains(&None);
        let scores: Vec<Vec<f64>> = if is_masked_alike {
            score_all(model, game.background)?.into_iter().map(|score| vec![score; items]).collect()
        } else {
            let mut masked = Batches::new(model, game.background.columns())?;
            for row in game.background.iter_rows() {
                for item in game.items.iter_rows() {
                    masked.push(&game.masked(item, row))?;
                }
            }
            masked.finish()?.chunks(items.max(1)).map(<[f64]>::to_vec).collect()
        };
        let read = |scores: &[f64]| {
            let mut numbers = vec![0.0; game.reading.width()];
            game.reading.read(scores, &mut numbers);
            numbers
        };
        let without: Vec<Vec<f64>> = scores.iter().map(|scores| read(scores)).collect();
        let mut mean = vec![0.0; game.reading.width()];
        for numbers in &without {
            mean.iter_mut().zip(numbers).for_each(|(mean, number)| *mean += number);
        }
        for mean in &mut mean {
            *mean /= count(without.len().max(1));
        }
        let masked = if is_masked_alike { 1 } else { items };
        let evaluations = (items + masked * scores.len()) as u64;
        Ok(Self { with: read(&own), without, scores, own, mean, evaluations })
    }

    pub(super) fn of_number(&self, number: usize) -> (f64, f64) {
        let at = |numbers: &[f64]| numbers.get(number).copied().unwrap_or_default();
        (at(&self.mean), at(&self.with))
    }
}
