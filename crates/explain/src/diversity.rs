//! How varied the first places of a list are.

use std::collections::BTreeMap;

use crate::{Error, Matrix, count};

/// The variety of one column among some items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variety {
    /// How many different values there are.
    pub distinct: usize,
    /// The share of the commonest value, from 0 to 1.
    pub largest_share: f64,
    /// Shannon's entropy in bits: 0 where all are equal, log2 of the number of items where all differ.
    pub entropy: f64,
}

/// The variety of these values.
///
/// # Errors
/// [`Error::NoItems`] for none.
pub fn variety<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<Variety, Error> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *times.entry(value).or_default() += 1;
    }
    let items = times.values().sum::<usize>();
    let largest = times.values().copied().max().ok_or(Error::NoItems)?;
    let entropy = times
        .values()
        .map(|times| count(*times) / count(items))
        .map(|share| -share * libm::log2(share))
        .sum();
    Ok(Variety { distinct: times.len(), largest_share: count(largest) / count(items), entropy })
}

/// How alike items are: the mean over pairs of 1 minus the mean distance of their columns, each distance as a share of
/// the background's range (J. Gower, 1971). 1 where all are equal. A column counts for a pair where both have a value;
/// `None` where no pair has such a column, as for fewer than two items. Takes items² × columns steps.
///
/// # Errors
/// [`Error::WrongCount`] when the background has other columns.
pub fn similarity(items: &Matrix, background: &Matrix) -> Result<Option<f64>, Error> {
    if items.columns() != background.columns() {
        let (expected, found) = (items.columns(), background.columns());
        return Err(Error::WrongCount { what: "columns", expected, found });
    }
    let ranges: Vec<f64> = (0..items.columns())
        .map(|column| {
            let values = background.column(column).filter(|value| !value.is_nan());
            let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
                (least.min(value), most.max(value))
            });
            (most - least).max(0.0)
        })
        .collect();
    let (mut sum, mut pairs) = (0.0, 0_usize);
    for (at, one) in items.iter_rows().enumerate() {
        for other in items.iter_rows().skip(at + 1) {
            let distances = one.iter().zip(other).zip(&ranges).filter_map(|((one, other), range)| {
                let distance = (one - other).abs();
                let share = if *range > 0.0 { (distance / range).min(1.0) } else { 0.0 };
                (!distance.is_nan()).then_some(share)
            });
            let (distance, columns) =
                distances.fold((0.0, 0), |(sum, columns), one| (sum + one, columns + 1));
            if columns > 0 {
                sum += 1.0 - distance / count(columns);
                pairs += 1;
            }
        }
    }
    Ok((pairs > 0).then(|| sum / count(pairs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_no_variety_and_different_ones_the_most() {
        let same = variety(["a"; 4]).unwrap();
        let all = variety(["a", "b", "c", "d"]).unwrap();

        assert_eq!((same.distinct, all.distinct), (1, 4));
        assert!(same.entropy.abs() < 1e-12 && (all.entropy - 2.0).abs() < 1e-12);
        assert!((all.largest_share - 0.25).abs() < 1e-12);
        assert_eq!(variety([]), Err(Error::NoItems));
    }

    #[test]
    fn equal_items_are_alike_and_opposite_ones_are_not() {
        let background = Matrix::new(2, vec![0.0, 5.0, 10.0, 5.0]).unwrap();
        let of = |values: Vec<f64>| similarity(&Matrix::new(2, values).unwrap(), &background).unwrap();

        assert_eq!(of(vec![3.0, 5.0, 3.0, 5.0]), Some(1.0));
        assert_eq!(of(vec![0.0, 5.0, 10.0, 5.0]), Some(0.5));
        assert_eq!(of(vec![0.0, 5.0]), None);
        assert_eq!(
            of(vec![0.0, f64::NAN, 10.0, 5.0]),
            Some(0.0),
            "what is missing is neither alike nor different"
        );
        assert_eq!(of(vec![0.0, f64::NAN, f64::NAN, 5.0]), None);
        assert!(similarity(&background, &Matrix::new(1, vec![1.0]).unwrap()).is_err());
    }
}
