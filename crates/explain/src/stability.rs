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
    /// The mean of Kendall's tau-a between the true and the disturbed order: 1 where nothing moves. Pairs that tie count
    /// 0, so lists with ties stay below 1 in any case.
    pub tau: Estimate,
    /// The mean share of the first places that stay.
    pub first_places_kept: Estimate,
    /// The mean share of draws in which the first item stays first.
    pub first_item_kept: Estimate,
    /// The root mean square of what the disturbance does to a score, in points.
    pub score_noise: f64,
    /// The smallest gap between scores of neighbours that do not tie, in points; `None` where all tie.
    pub smallest_gap: Option<f64>,
    /// The median of these gaps; of an even number the upper one of the middle.
    pub median_gap: Option<f64>,
    /// Columns that were disturbed.
    pub disturbed: Vec<usize>,
}

/// How far the values of each column spread in the background: the standard deviation; 0 for columns of fewer than
/// eight different values, which are yes or no, or categories.
///
/// # Errors
/// [`Error::TooFew`] for an empty background.
pub fn spreads(background: &Matrix) -> Result<Vec<f64>, Error> {
    if background.rows() == 0 {
        return Err(Error::TooFew { setting: "background_rows", least: 1 });
    }
    Ok((0..background.columns()).map(|column| spread(background, column)).collect())
}

/// Disturbs every item of every list by the [`spreads`] of the background and orders the lists anew. Asks for
/// (draws + 1) × items scores.
///
/// # Errors
/// [`Error::TooFew`] for no draws or an empty background, [`Error::WrongCount`] for a background of other columns,
/// [`Error::Stopped`], or what the model says.
pub fn stability(
    subject: &mut Subject<'_>,
    lists: &Lists,
    background: &Matrix,
    (jitter, order, bootstrap): (&Jitter, Order, &Bootstrap),
    means: &Means<'_>,
) -> Result<Stability, Error> {
    stability_by(subject, lists, &spreads(background)?, (jitter, order, bootstrap), means)
}

/// The same with a spread for each column from whoever knows the columns better; columns with a spread of 0 stay.
///
/// # Errors
/// As [`stability`].
pub fn stability_by(
    subject: &mut Subject<'_>,
    lists: &Lists,
    spreads: &[f64],
    (jitter, order, bootstrap): (&Jitter, Order, &Bootstrap),
    means: &Means<'_>,
) -> Result<Stability, Error> {
    if jitter.draws == 0 {
        return Err(Error::TooFew { setting: "draws", least: 1 });
    }
    let columns = lists.rows().columns();
    if spreads.len() != columns {
        return Err(Error::WrongCount { what: "columns", expected: columns, found: spreads.len() });
    }
    let usual = scores(subject, lists.rows(), means)?;
    let old: Vec<Standing> = lists.split(&usual)?.iter().map(|scores| Standing::new(scores, order)).collect();
    let mut kept = vec![Kept::default(); lists.len()];
    let mut noise = 0.0;
    for draw in 0..jitter.draws {
        means.go_on()?;
        let fresh = scores(subject, &disturbed(lists.rows(), spreads, jitter, draw)?, means)?;
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
            .zip(spreads)
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

/// What stays of the orders when numbers are written with less precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Coarser {
    /// As in [`Stability`].
    pub tau: Estimate,
    /// As in [`Stability`].
    pub first_places_kept: Estimate,
    /// The largest change of a score, in points.
    pub largest: f64,
}

/// How numbers are made coarser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Precision {
    /// To so many significant digits, at least one.
    Digits(usize),
    /// To numbers of 32 bits. A model that rounds its inputs so shows no difference.
    Single,
}

/// Orders the lists by their own numbers and by coarser ones. `first` as in [`Jitter`]. Nothing is drawn; asks for two
/// scores an item.
///
/// # Errors
/// [`Error::TooFew`] for no digits, [`Error::Stopped`], or what the model says.
pub fn coarser(
    subject: &mut Subject<'_>,
    lists: &Lists,
    (precision, first): (Precision, Option<usize>),
    (order, bootstrap): (Order, &Bootstrap),
    means: &Means<'_>,
) -> Result<Coarser, Error> {
    let rows = match precision {
        Precision::Digits(digits) => rounded(lists.rows(), digits)?,
        #[expect(clippy::cast_possible_truncation, reason = "this is the rounding that is asked for")]
        Precision::Single => {
            let values = lists.rows().values().iter().map(|value| f64::from(*value as f32));
            Matrix::new(lists.rows().columns(), values.collect())?
        }
    };
    let usual = scores(subject, lists.rows(), means)?;
    means.go_on()?;
    let fresh = scores(subject, &rows, means)?;
    let mut kept = vec![Kept::default(); lists.len()];
    for ((old, new), kept) in lists.split(&usual)?.into_iter().zip(lists.split(&fresh)?).zip(&mut kept) {
        kept.add(&Standing::new(old, order), &Standing::new(new, order), first);
    }
    let of = |value: fn(&Kept) -> f64| bootstrap.estimate(&kept.iter().map(value).collect::<Vec<_>>());
    Ok(Coarser {
        tau: of(|kept| kept.tau).within(-1.0, 1.0),
        first_places_kept: of(|kept| kept.places).within(0.0, 1.0),
        largest: usual.iter().zip(&fresh).map(|(old, new)| (new - old).abs()).fold(0.0, f64::max),
    })
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
    fn a_column_without_spread_stays_as_it_is() {
        let lists = random_lists(4, 5, 2, 5);
        let mut first = Formula(2, |row: &[f64]| row[0]);
        let bootstrap = Bootstrap::new(4, 200, 1);
        let how = (&jitter(1.0), Order::Descending, &bootstrap);
        let mut by = |spreads: &[f64]| {
            stability_by(&mut Subject::BlackBox(&mut first), &lists, spreads, how, &Means::plain())
        };

        let still = by(&[0.0, 1.0]).unwrap();
        assert_eq!((still.score_noise, still.disturbed), (0.0, vec![1]));
        assert!(by(&[1.0, 0.0]).unwrap().score_noise > 0.1);
        assert!(by(&[1.0]).is_err());
        assert!(spreads(&Matrix::empty(2).unwrap()).is_err());
    }

    #[test]
    fn one_row_is_steady_and_missing_values_stay_missing() {
        let lists = Lists::new(Matrix::new(1, vec![f64::NAN]).unwrap(), &[1]).unwrap();
        let mut known = Formula(1, |row: &[f64]| f64::from(row[0].is_nan()));
        let bootstrap = Bootstrap::new(1, 200, 1);
        let how = (&jitter(1.0), Order::Descending, &bootstrap);
        let subject = &mut Subject::BlackBox(&mut known);

        let found = stability_by(subject, &lists, &[1.0], how, &Means::plain()).unwrap();

        assert_eq!((found.tau.value, found.tau.low, found.score_noise), (1.0, None, 0.0));
        assert_eq!((found.smallest_gap, found.median_gap), (None, None));
    }

    #[test]
    fn coarse_numbers_turn_near_neighbours_round() {
        let rows = Matrix::new(1, vec![1.24, 1.23, 1.16, 9.0]).unwrap();
        let lists = Lists::new(rows, &[4]).unwrap();
        let bootstrap = Bootstrap::new(1, 200, 1);
        let of = |precision| {
            let mut line = Formula(1, |row: &[f64]| row[0]);
            let subject = &mut Subject::BlackBox(&mut line);
            coarser(subject, &lists, (precision, Some(2)), (Order::Descending, &bootstrap), &Means::plain())
        };

        let two = of(Precision::Digits(2)).unwrap();
        // The three small ones tie: three of six pairs count 0; one of two first places is shared by three.
        assert!((two.tau.value - 0.5).abs() < 1e-12);
        assert!((two.first_places_kept.value - 2.0 / 3.0).abs() < 1e-12, "{two:?}");
        assert!((two.largest - 0.04).abs() < 1e-12);
        let single = of(Precision::Single).unwrap();
        assert!((single.tau.value - 1.0).abs() < 1e-12 && single.largest > 0.0 && single.largest < 1e-6);
        assert!(of(Precision::Digits(0)).is_err());
    }

    #[test]
    fn numbers_are_rounded_to_digits() {
        let rows = Matrix::new(1, vec![0.012_345, -98_765.0, 0.0]).unwrap();

        assert_eq!(rounded(&rows, 2).unwrap().values(), [0.012, -99_000.0, 0.0]);
        assert!(rounded(&rows, 0).is_err());
    }
}
