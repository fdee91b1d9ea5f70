//! How steady an order is when the numbers behind it are slightly different.

use crate::chance::Stream;
use crate::places::{Standing, kendall, top_changed};
use crate::sweep::scores;
use crate::{Bootstrap, Error, Estimate, Lists, Matrix, Means, Order, Subject, count, mean};

/// How numbers are disturbed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jitter {
    /// Standard deviation of what is added, as a share of the column's own in the background: 0.01 is one hundredth.
    pub share: f64,
    /// How often every list is disturbed.
    pub draws: usize,
    /// How many places count as the first ones; `None`: ten, or half of shorter lists.
    pub first: Option<usize>,
    /// Seed of the draws.
    pub seed: u64,
}

/// Columns of fewer different values (yes or no, categories) are not disturbed.
const FEWEST_VALUES: usize = 8;

/// How steady the orders of some lists are.
#[derive(Clone, Debug, PartialEq)]
pub struct Stability {
    /// The mean of Kendall's tau-a between the true and the disturbed order: 1 where nothing moves.
    pub tau: Estimate,
    /// The mean share of the first places that stay.
    pub first_places_kept: Estimate,
    /// The mean share of draws in which the first item stays first.
    pub first_item_kept: Estimate,
    /// The root mean square of what the disturbance does to a score, in points.
    pub score_noise: f64,
    /// The smallest gap between scores of neighbours that do not tie, in points; `None` where all tie.
    pub smallest_gap: Option<f64>,
    /// The median of these gaps.
    pub median_gap: Option<f64>,
    /// Columns that were disturbed.
    pub disturbed: Vec<usize>,
}

/// Disturbs every item of every list and orders the lists anew. Asks for draws × items scores.
///
/// # Errors
/// [`Error::TooFew`] for no draws or an empty background, [`Error::Stopped`], or what the model says.
pub fn stability(
    subject: &mut Subject<'_>,
    lists: &Lists,
    background: &Matrix,
    (jitter, order, bootstrap): (&Jitter, Order, &Bootstrap),
    means: &Means<'_>,
) -> Result<Stability, Error> {
    if jitter.draws == 0 {
        return Err(Error::TooFew { setting: "draws", least: 1 });
    }
    if background.rows() == 0 {
        return Err(Error::TooFew { setting: "background_rows", least: 1 });
    }
    let spreads: Vec<f64> = (0..background.columns()).map(|column| spread(background, column)).collect();
    let usual = scores(subject, lists.rows(), means)?;
    let old: Vec<Standing> = lists.split(&usual)?.iter().map(|scores| Standing::new(scores, order)).collect();
    let mut kept = vec![Kept::default(); lists.len()];
    let mut noise = 0.0;
    for draw in 0..jitter.draws {
        means.go_on()?;
        let fresh = scores(subject, &disturbed(lists.rows(), &spreads, jitter, draw)?, means)?;
        noise += usual.iter().zip(&fresh).map(|(old, new)| (new - old) * (new - old)).sum::<f64>();
        for ((old, scores), kept) in old.iter().zip(lists.split(&fresh)?).zip(&mut kept) {
            kept.add(old, &Standing::new(scores, order), jitter.first);
        }
    }
    let gaps = gaps(&old, lists.split(&usual)?);
    let of = |value: fn(&Kept) -> f64| {
        let values: Vec<f64> = kept.iter().map(|kept| value(kept) / count(jitter.draws)).collect();
        bootstrap.estimate(&values)
    };
    Ok(Stability {
        tau: of(|kept| kept.tau).within(-1.0, 1.0),
        first_places_kept: of(|kept| kept.places).within(0.0, 1.0),
        first_item_kept: of(|kept| kept.item).within(0.0, 1.0),
        score_noise: libm::sqrt(noise / count(usual.len() * jitter.draws)),
        smallest_gap: gaps.first().copied(),
        median_gap: gaps.get(gaps.len() / 2).copied(),
        disturbed: (0..)
            .zip(&spreads)
            .filter(|(_, spread)| **spread > 0.0)
            .map(|(column, _)| column)
            .collect(),
    })
}

/// What stayed of one list, added up over draws.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    tau: f64,
    places: f64,
    item: f64,
}

impl Kept {
    fn add(&mut self, old: &Standing, new: &Standing, first: Option<usize>) {
        let first = first.unwrap_or_else(|| crate::places::page_size(old.items()));
        self.tau += kendall(old, new);
        self.places +=
            1.0 - top_changed(&old.membership(first), &new.membership(first), first.min(old.items()));
        self.item += 1.0 - top_changed(&old.membership(1), &new.membership(1), 1);
    }
}

/// Gaps between neighbouring scores of each list that do not tie, ascending.
fn gaps(standings: &[Standing], scores: Vec<&[f64]>) -> Vec<f64> {
    let mut gaps = Vec::new();
    for (standing, scores) in standings.iter().zip(scores) {
        let shown: Vec<f64> = standing.shown().iter().filter_map(|item| scores.get(*item).copied()).collect();
        let pairs = shown.iter().zip(shown.iter().skip(1));
        let apart = pairs.filter(|(one, other)| !crate::places::tied(**one, **other));
        gaps.extend(apart.map(|(one, other)| (one - other).abs()));
    }
    gaps.sort_by(f64::total_cmp);
    gaps
}

/// The standard deviation of a column; 0 for columns of few different values.
fn spread(background: &Matrix, column: usize) -> f64 {
    let mut values: Vec<f64> = background.column(column).filter(|value| !value.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    let middle = mean(&values);
    let square: f64 = values.iter().map(|value| (value - middle) * (value - middle)).sum();
    let spread = libm::sqrt(square / count(values.len().max(1)));
    values.dedup();
    if values.len() < FEWEST_VALUES { 0.0 } else { spread }
}

/// The rows with noise of the normal distribution (G. Box and M. Muller, 1958).
fn disturbed(rows: &Matrix, spreads: &[f64], jitter: &Jitter, draw: usize) -> Result<Matrix, Error> {
    let mut stream = Stream::new(jitter.seed, "jitter", draw);
    let values = rows.iter_rows().flat_map(|row| row.iter().zip(spreads)).map(|(value, spread)| {
        if *spread == 0.0 {
            return *value;
        }
        let (radius, turn) = (1.0 - stream.unit(), stream.unit());
        let normal = libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(2.0 * core::f64::consts::PI * turn);
        value + jitter.share * spread * normal
    });
    Matrix::new(rows.columns(), values.collect())
}

/// The rows with every number rounded to this many significant digits.
///
/// # Errors
/// [`Error::TooFew`] for no digits.
pub fn rounded(rows: &Matrix, digits: usize) -> Result<Matrix, Error> {
    if digits == 0 {
        return Err(Error::TooFew { setting: "digits", least: 1 });
    }
    let round = |value: &f64| {
        // The standard printer rounds correctly; so does reading back.
        format!("{value:.*e}", digits - 1).parse().unwrap_or(*value)
    };
    Matrix::new(rows.columns(), rows.values().iter().map(round).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Formula, random_lists};

    fn jitter(share: f64) -> Jitter {
        Jitter { share, draws: 5, first: None, seed: 1 }
    }

    fn of(share: f64) -> Stability {
        let lists = random_lists(12, 8, 2, 5);
        let mut sum = Formula(2, |row: &[f64]| row.iter().sum());
        let rows = lists.rows().clone();
        let bootstrap = Bootstrap::new(12, 200, 1);
        let how = (&jitter(share), Order::Descending, &bootstrap);
        stability(&mut Subject::BlackBox(&mut sum), &lists, &rows, how, &Means::plain()).unwrap()
    }

    #[test]
    fn no_noise_moves_nothing_and_much_noise_moves_much() {
        let (still, little, much) = (of(0.0), of(0.01), of(10.0));

        assert!((still.tau.value - 1.0).abs() < 1e-12 && still.score_noise == 0.0);
        assert!((still.first_places_kept.value - 1.0).abs() < 1e-12);
        assert!(little.tau.value > much.tau.value && much.score_noise > little.score_noise);
        assert!(still.smallest_gap.unwrap() <= still.median_gap.unwrap());
        assert_eq!(still.disturbed, [0, 1]);
        assert_eq!(of(0.01), little);
    }

    #[test]
    fn yes_and_no_are_not_disturbed() {
        let rows = Matrix::new(1, (0..40).map(|at| f64::from(at % 2)).collect()).unwrap();

        assert!(spread(&rows, 0).abs() < 1e-12);
    }

    #[test]
    fn numbers_are_rounded_to_digits() {
        let rows = Matrix::new(1, vec![0.012_345, -98_765.0, 0.0]).unwrap();

        assert_eq!(rounded(&rows, 2).unwrap().values(), [0.012, -99_000.0, 0.0]);
        assert!(rounded(&rows, 0).is_err());
    }
}
