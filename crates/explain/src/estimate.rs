//! Means over lists, with an interval from resampling the lists.

use crate::chance::Stream;
use crate::{count, mean};

/// A mean over lists, every list counting once, with a 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub value: f64,
    /// Lower end; `None` when it rests on fewer than two lists, from which no interval can be had.
    pub low: Option<f64>,
    /// Upper end; `None` as `low`.
    pub high: Option<f64>,
    /// Lists it rests on.
    pub lists: usize,
}

impl Estimate {
    /// The same with an interval that does not leave what is possible: a share stays between 0 and 1.
    #[must_use]
    pub fn within(self, least: f64, most: f64) -> Self {
        let keep = |end: Option<f64>| end.map(|end| end.clamp(least, most));
        Self { low: keep(self.low), high: keep(self.high), ..self }
    }
}

/// Most drawn list numbers that are kept at once.
const KEPT_DRAWS: usize = 4_000_000;
/// Fewest resamples, however many lists there are.
const FEWEST_RESAMPLES: usize = 200;
/// The normal quantile of a 95 % interval.
const NORMAL: f64 = 1.959_963_984_540_054;

/// Resamples of a number of lists, drawn once and used for every quantity, so that quantities can be compared.
///
/// The interval runs between the 2.5 % and the 97.5 % quantile of the resampled means, its ends moved away from the
/// mean by `√(n/(n-1)) · t/z`: without this it is too narrow for few lists (T. Hesterberg, "What Teachers Should Know
/// About the Bootstrap", 2015, section 4.5; t and z are the quantiles of Student and of the normal distribution).
#[derive(Clone, Debug)]
pub struct Bootstrap {
    lists: usize,
    resamples: Vec<Vec<u32>>,
}

impl Bootstrap {
    /// Draws the resamples: `resamples` of them, fewer (not below 200) from many thousand lists.
    #[must_use]
    pub fn new(lists: usize, resamples: usize, seed: u64) -> Self {
        let resamples = Self::resamples(lists, resamples);
        let draw = |index| {
            let mut stream = Stream::new(seed, "bootstrap", index);
            (0..lists).map(|_| u32::try_from(stream.below(lists)).unwrap_or(u32::MAX)).collect()
        };
        Self { lists, resamples: if lists < 2 { Vec::new() } else { (0..resamples).map(draw).collect() } }
    }

    /// How many lists it is for.
    #[must_use]
    pub const fn lists(&self) -> usize {
        self.lists
    }

    /// How many resamples are drawn when `wanted` are asked for.
    #[must_use]
    pub fn resamples(lists: usize, wanted: usize) -> usize {
        wanted.min((KEPT_DRAWS / lists.max(1)).max(FEWEST_RESAMPLES))
    }

    /// A number made of sums over lists, with its interval: `value` is the number over all lists, `number` makes it of
    /// the sums of a resample.
    #[must_use]
    pub fn of_sums<const N: usize>(
        &self,
        value: f64,
        values: [&[f64]; N],
        number: impl Fn([f64; N]) -> f64,
    ) -> Estimate {
        let mut numbers: Vec<f64> = Vec::with_capacity(self.resamples.len());
        if values.iter().all(|values| values.len() == self.lists) {
            for resample in &self.resamples {
                numbers.push(number(
                    values.map(|values| resample.iter().filter_map(|list| values.get(*list as usize)).sum()),
                ));
            }
        }
        numbers.sort_by(f64::total_cmp);
        let wider = widening(self.lists);
        let end = |share| quantile(&numbers, share).map(|end| value + wider * (end - value));
        Estimate { value, low: end(0.025), high: end(0.975), lists: self.lists }
    }

    /// A ratio of sums over lists and its interval: `value` is the ratio over all lists.
    #[must_use]
    pub fn ratio(&self, value: f64, above: &[f64], below: &[f64]) -> Estimate {
        self.of_sums(value, [above, below], |[above, below]| if below > 0.0 { above / below } else { 0.0 })
    }

    /// The mean of one value a list and its interval. Without an interval if the values are not one a list.
    #[must_use]
    pub fn estimate(&self, values: &[f64]) -> Estimate {
        let value = mean(values);
        let mut means: Vec<f64> = Vec::with_capacity(self.resamples.len());
        if values.len() == self.lists {
            for resample in &self.resamples {
                let sum: f64 = resample.iter().filter_map(|list| values.get(*list as usize)).sum();
                means.push(sum / count(self.lists));
            }
        }
        means.sort_by(f64::total_cmp);
        let wider = widening(values.len());
        let end = |share| quantile(&means, share).map(|end| value + wider * (end - value));
        Estimate { value, low: end(0.025), high: end(0.975), lists: values.len() }
    }
}

/// The quantile of sorted numbers, linear between neighbours; `None` of nothing.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = share * count(sorted.len().checked_sub(1)?);
    let lower = libm::floor(at);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of resamples"
    )]
    let index = lower as usize;
    let low = sorted.get(index)?;
    let high = sorted.get(index + 1).unwrap_or(low);
    Some(low + (at - lower) * (high - low))
}

/// How much wider than a normal distribution's a 95 % interval is whose spread was estimated with so many degrees of
/// freedom, at least 1.
pub(crate) fn student_over_normal(degrees: usize) -> f64 {
    student(degrees) / NORMAL
}

fn widening(lists: usize) -> f64 {
    if lists < 2 {
        return 1.0;
    }
    (count(lists) / count(lists - 1)).sqrt() * student_over_normal(lists - 1)
}

/// The 97.5 % quantile of Student's t. Exact for 1 and 2 degrees of freedom, else the expansion of R. A. Fisher and
/// E. A. Cornish (1960) to the fourth power of 1/degrees, off by less than 0.004 from 3 degrees on.
fn student(degrees: usize) -> f64 {
    match degrees {
        0 | 1 => 12.706_204_736_432_095,
        2 => 4.302_652_729_911_275,
        _ => {
            let (z, n) = (NORMAL, count(degrees));
            let q = z * z;
            let first = z * (q + 1.0) / 4.0;
            let second = z * ((5.0 * q + 16.0) * q + 3.0) / 96.0;
            let third = z * (((3.0 * q + 19.0) * q + 17.0) * q - 15.0) / 384.0;
            let fourth = z * ((((79.0 * q + 776.0) * q + 1482.0) * q - 1920.0) * q - 945.0) / 92_160.0;
            z + (first + (second + (third + fourth / n) / n) / n) / n
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_counts_every_list_once() {
        let estimate = Bootstrap::new(4, 100, 1).estimate(&[1.0, 2.0, 3.0, 6.0]);

        assert!((estimate.value - 3.0).abs() < 1e-12);
        assert!(estimate.low.unwrap() < 3.0 && estimate.high.unwrap() > 3.0);
        assert_eq!(estimate.lists, 4);
    }

    #[test]
    fn one_list_gives_no_interval() {
        let estimate = Bootstrap::new(1, 100, 1).estimate(&[2.5]);

        assert_eq!((estimate.value, estimate.low, estimate.high), (2.5, None, None));
    }

    #[test]
    fn equal_lists_give_an_interval_of_no_width() {
        let estimate = Bootstrap::new(3, 100, 1).estimate(&[2.0; 3]);

        assert_eq!((estimate.low, estimate.high), (Some(2.0), Some(2.0)));
    }

    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        for (degrees, expected) in
            [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (29, 2.045), (100, 1.984)]
        {
            assert!((student(degrees) - expected).abs() < 0.004, "{degrees}: {}", student(degrees));
        }
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[1.0, 2.0], 0.25), Some(1.25));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_interval_holds_the_truth_in_about_95_of_100_cases() {
        let mut stream = Stream::new(11, "simulated lists", 0);
        let mut draw = move || (0..3).map(|_| stream.unit()).sum::<f64>();
        for lists in [5, 12, 30] {
            let bootstrap = Bootstrap::new(lists, 400, 1);
            let held = (0..1000).filter(|_| {
                let values: Vec<f64> = (0..lists).map(|_| draw()).collect();
                let estimate = bootstrap.estimate(&values);
                estimate.low.unwrap() <= 1.5 && estimate.high.unwrap() >= 1.5
            });
            let held = held.count();
            assert!((925..=975).contains(&held), "{lists} lists: {held}");
        }
    }
}
