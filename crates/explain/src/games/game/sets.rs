//! Every set of players looked at.

use super::{Game, Shares, WORK_BYTES, of_values};
use crate::games::cube::expand;
use crate::games::hybrids::differing;
use crate::games::tables::Tables;
use crate::{Batches, Error, Means, Method, Scorer, count};

/// Background rows whose sums are made by one thread.
const BLOCK: usize = 4;
/// Hybrids that are asked for together, as far as there are so many.
const TOGETHER: usize = 16_384;

impl Game<'_> {
    /// From the pieces of a form, blocks of the background on several threads.
    pub(super) fn computed(&self, tables: &Tables, means: &Means<'_>) -> Result<Shares, Error> {
        let (sets, rows) = (1 << self.players.len(), self.background.rows());
        let fits = tables.bytes_of_item().saturating_mul(self.items.rows()) <= means.table_bytes;
        let marks = self.items.iter_rows().map(|item| fits.then(|| tables.mark_item(item)));
        let marks: Vec<_> = marks.collect();
        let block = |block: usize| {
            let mut sums = vec![0.0; sets * self.reading.width()];
            let mut scores = vec![0.0; sets * self.items.rows()];
            for at in (block * BLOCK..rows).take(BLOCK) {
                let row = self.background.row(at).unwrap_or_default();
                let items = self.items.iter_rows().zip(&marks).zip(scores.chunks_exact_mut(sets));
                for ((item, marks), scores) in items {
                    means.go_on()?;
                    match marks {
                        Some(marks) => tables.fill((item, marks), (at, row), scores),
                        None => tables.fill((item, &tables.mark_item(item)), (at, row), scores),
                    }
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
    pub(super) fn asked(&self, model: &mut dyn Scorer, means: &Means<'_>) -> Result<Shares, Error> {
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
