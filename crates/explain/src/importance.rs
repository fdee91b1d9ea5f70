//! How much an order rests on a signal: what happens to whole lists when the signal is made blind.
//!
//! In every list every item gets the signal's values of a background row, one drawn per item, and the whole list is
//! ordered anew; this is repeated `draws` times. All signals see the same draws, so a signal's number does not depend
//! on which others are measured.

use crate::chance::Stream;
use crate::places::{Standing, kendall, page_size, top_changed};
use crate::{BATCH_ROWS, Batches, Bootstrap, Error, Estimate, Lists, Matrix, Scorer, Settings, count};

/// What making one signal blind does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importance {
    /// Mean |new place - old place| over the items of a list.
    pub places: Estimate,
    /// Mean |new score - old score|, in points of the score.
    pub points: Estimate,
    /// Part of the top of the list that changes, from 0 to 1. The top is [`page_size`] long.
    pub top_changed: Estimate,
    /// Kendall's tau-a between old and new order, from -1 to 1.
    pub tau: Estimate,
    /// No item of any list changed its place in any draw.
    pub never_moved: bool,
}

/// Lists, their scores and the background, ready to measure signals one after the other.
#[derive(Debug)]
pub struct Blinding<'a> {
    lists: &'a Lists,
    scores: &'a [f64],
    background: &'a Matrix,
    settings: Settings,
    before: Vec<Before>,
    bootstrap: Bootstrap,
}

/// One list in its own order.
#[derive(Debug)]
struct Before {
    standing: Standing,
    places: Vec<f64>,
    top: Vec<f64>,
    page: usize,
}

/// Sums over the draws of one list.
#[derive(Clone, Copy, Default)]
struct Sums {
    places: f64,
    points: f64,
    top_changed: f64,
    tau: f64,
}

impl<'a> Blinding<'a> {
    /// Gets ready for lists whose rows have these scores.
    ///
    /// # Errors
    /// [`Error::WrongCount`] when there is not one score a row or the background has other columns;
    /// [`Error::TooFew`] for no draws.
    pub fn new(
        lists: &'a Lists,
        scores: &'a [f64],
        background: &'a Matrix,
        settings: Settings,
    ) -> Result<Self, Error> {
        if settings.draws == 0 {
            return Err(Error::TooFew { setting: "draws", least: 1 });
        }
        let (expected, found) = (lists.rows().columns(), background.columns());
        if expected != found {
            return Err(Error::WrongCount { what: "background columns", expected, found });
        }
        let before = lists.split(scores)?.into_iter().map(|scores| Before::new(scores, settings)).collect();
        let bootstrap = Bootstrap::new(lists.len(), settings.bootstrap, settings.seed);
        Ok(Self { lists, scores, background, settings, before, bootstrap })
    }

    /// Measures one signal: the columns given, moved together.
    ///
    /// # Errors
    /// [`Error::NoSuchColumn`], or what the model says.
    pub fn measure<S: Scorer + ?Sized>(&self, model: &mut S, columns: &[usize]) -> Result<Importance, Error> {
        let all = self.lists.rows().columns();
        if let Some(&column) = columns.iter().find(|column| **column >= all) {
            return Err(Error::NoSuchColumn { column, columns: all });
        }
        let mut sums = vec![Sums::default(); self.lists.len()];
        let together = (BATCH_ROWS / self.lists.rows().rows()).max(1);
        let draws: Vec<usize> = (0..self.settings.draws).collect();
        for draws in draws.chunks(together) {
            for scores in self.blind_scores(model, columns, draws)? {
                self.add(&mut sums, &scores)?;
            }
        }
        Ok(self.summary(&sums))
    }

    /// The scores of all rows, once per draw. Rows whose values stay the same keep their score unasked.
    fn blind_scores<S: Scorer + ?Sized>(
        &self,
        model: &mut S,
        columns: &[usize],
        draws: &[usize],
    ) -> Result<Vec<Vec<f64>>, Error> {
        let mut batches = Batches::new(model, self.lists.rows().columns())?;
        let mut asked: Vec<Vec<bool>> = Vec::with_capacity(draws.len());
        for &draw in draws {
            let mut stream = Stream::new(self.settings.seed, "importance", draw);
            let mut changed = Vec::with_capacity(self.lists.rows().rows());
            for row in self.lists.rows().iter_rows() {
                let by = stream.below(self.background.rows());
                let blind = replaced(row, self.background.row(by).unwrap_or_default(), columns);
                changed.push(blind.is_some());
                if let Some(blind) = blind {
                    batches.push(&blind)?;
                }
            }
            asked.push(changed);
        }
        let mut fresh = batches.finish()?.into_iter();
        let mut pick = |(changed, old): (bool, f64)| if changed { fresh.next().unwrap_or(old) } else { old };
        let old = || self.scores.iter().copied();
        Ok(asked.into_iter().map(|changed| changed.into_iter().zip(old()).map(&mut pick).collect()).collect())
    }

    fn add(&self, sums: &mut [Sums], scores: &[f64]) -> Result<(), Error> {
        let lists = self.lists.split(self.scores)?.into_iter().zip(self.lists.split(scores)?);
        for ((sums, before), (old, new)) in sums.iter_mut().zip(&self.before).zip(lists) {
            before.compare(old, new, self.settings, sums);
        }
        Ok(())
    }

    fn summary(&self, sums: &[Sums]) -> Importance {
        let draws = count(self.settings.draws);
        let estimate = |quantity: fn(&Sums) -> f64| {
            let per_list: Vec<f64> = sums.iter().map(|sums| quantity(sums) / draws).collect();
            self.bootstrap.estimate(&per_list)
        };
        Importance {
            places: estimate(|sums| sums.places).within(0.0, f64::INFINITY),
            points: estimate(|sums| sums.points).within(0.0, f64::INFINITY),
            top_changed: estimate(|sums| sums.top_changed).within(0.0, 1.0),
            tau: estimate(|sums| sums.tau).within(-1.0, 1.0),
            never_moved: sums.iter().all(|sums| sums.places <= 0.0),
        }
    }
}

impl Before {
    fn new(scores: &[f64], settings: Settings) -> Self {
        let standing = Standing::new(scores, settings.order);
        let page = page_size(scores.len());
        Self { places: standing.places(), top: standing.membership(page), page, standing }
    }

    fn compare(&self, old: &[f64], new: &[f64], settings: Settings, sums: &mut Sums) {
        let after = Standing::new(new, settings.order);
        let items = count(old.len());
        let moved = self.places.iter().zip(after.places()).map(|(old, new)| (new - old).abs());
        sums.places += moved.sum::<f64>() / items;
        sums.points += old.iter().zip(new).map(|(old, new)| (new - old).abs()).sum::<f64>() / items;
        sums.top_changed += top_changed(&self.top, &after.membership(self.page), self.page);
        sums.tau += kendall(&self.standing, &after);
    }
}

/// The row with the values of another in these columns; `None` if nothing differs.
fn replaced(row: &[f64], by: &[f64], columns: &[usize]) -> Option<Vec<f64>> {
    let mut blind: Option<Vec<f64>> = None;
    for &column in columns {
        let (old, new) = (row.get(column)?, by.get(column)?);
        if old.to_bits() != new.to_bits()
            && let Some(slot) = blind.get_or_insert_with(|| row.to_vec()).get_mut(column)
        {
            *slot = *new;
        }
    }
    blind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Linear, lists};
    use crate::{Order, score_all};

    fn settings(draws: usize) -> Settings {
        Settings { draws, ..Settings::default() }
    }

    #[test]
    fn a_signal_that_decides_alone_moves_items_by_hand_computed_places() {
        // Every background row says 0, so a blind list is one tie: both items move half a place.
        let lists = lists(&[&[&[1.0], &[2.0]], &[&[5.0], &[3.0]]]);
        let background = Matrix::new(1, vec![0.0]).unwrap();
        let scores = [1.0, 2.0, 5.0, 3.0];

        let blinding = Blinding::new(&lists, &scores, &background, settings(3)).unwrap();
        let importance = blinding.measure(&mut Linear(vec![1.0]), &[0]).unwrap();

        assert_eq!(importance.places.value.to_bits(), 0.5_f64.to_bits());
        assert!((importance.points.value - 2.75).abs() < 1e-12);
        assert_eq!(importance.top_changed.value.to_bits(), 0.5_f64.to_bits());
        assert_eq!(importance.tau.value.to_bits(), 0);
        assert!(!importance.never_moved);
    }

    #[test]
    fn a_signal_without_weight_never_moves_an_item() {
        let lists = lists(&[&[&[1.0, 4.0], &[2.0, 9.0], &[3.0, 1.0]]]);
        let background = crate::background::draw(&lists, 20, 1).unwrap();
        let mut model = Linear(vec![1.0, 0.0]);
        let scores = score_all(&mut model, lists.rows()).unwrap();

        let blinding = Blinding::new(&lists, &scores, &background, settings(5)).unwrap();
        let importance = blinding.measure(&mut model, &[1]).unwrap();

        assert!(importance.never_moved);
        assert_eq!((importance.places.value, importance.tau.value), (0.0, 1.0));
        assert_eq!(importance.places.low, None, "one list gives no interval");
    }

    #[test]
    fn columns_of_one_signal_move_together() {
        // The score is the difference of two columns that are equal in every row: together they never matter.
        let lists = lists(&[&[&[1.0, 1.0, 1.0], &[2.0, 2.0, 7.0], &[3.0, 3.0, 4.0]]]);
        let background = crate::background::draw(&lists, 20, 1).unwrap();
        let mut model = Linear(vec![1.0, -1.0, 1.0]);
        let scores = score_all(&mut model, lists.rows()).unwrap();
        let blinding = Blinding::new(&lists, &scores, &background, settings(5)).unwrap();

        assert!(blinding.measure(&mut model, &[0, 1]).unwrap().never_moved);
        assert!(!blinding.measure(&mut model, &[0]).unwrap().never_moved);
        let missing = blinding.measure(&mut model, &[3]);
        assert_eq!(missing, Err(Error::NoSuchColumn { column: 3, columns: 3 }));
    }

    #[test]
    fn ascending_lists_mirror_descending_ones() {
        let lists = crate::testing::random_lists(6, 9, 3, 5);
        let background = crate::background::draw(&lists, 30, 1).unwrap();
        let measure = |weights: [f64; 3], order| {
            let mut model = Linear(weights.to_vec());
            let scores = score_all(&mut model, lists.rows()).unwrap();
            let settings = Settings { order, draws: 4, ..Settings::default() };
            let blinding = Blinding::new(&lists, &scores, &background, settings).unwrap();
            blinding.measure(&mut model, &[1]).unwrap()
        };

        let descending = measure([1.0, 2.0, -1.0], Order::Descending);
        assert_eq!(descending, measure([-1.0, -2.0, 1.0], Order::Ascending));
        assert_eq!(
            descending,
            measure([1.0, 2.0, -1.0], Order::Descending),
            "the same seed gives the same bits"
        );
        assert!(descending.places.value > 1.0);
    }

    #[test]
    fn draws_in_several_batches_are_the_draws_of_one_batch() {
        // 5000 rows leave room for one draw a batch, 600 rows for all; the sums must not notice.
        let large = crate::testing::random_lists(250, 20, 2, 5);
        let mut model = Linear(vec![1.0, 0.5]);
        let scores = score_all(&mut model, large.rows()).unwrap();
        let background = crate::background::draw(&large, 30, 1).unwrap();
        let measure = |draws| {
            let blinding = Blinding::new(&large, &scores, &background, settings(draws)).unwrap();
            blinding.measure(&mut Linear(vec![1.0, 0.5]), &[0]).unwrap().places
        };

        let (one, three) = (measure(1), measure(3));
        assert!((one.value - three.value).abs() < 0.2);
        assert!(three.low.unwrap() < three.value && three.value < three.high.unwrap());
    }
}
