//! How much scores rest on each player, over many rows.

use crate::{Attributions, Bootstrap, Error, Estimate, count};

/// The importance of one player.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importance {
    /// Mean of the size of its parts, over all rows. Points of the score.
    pub mean_abs: f64,
    /// `mean_abs` over the sum of all players', from 0 to 1, with an interval from resampling the lists.
    pub share: Estimate,
}

/// The importance of every player. `lists` says how many rows each list has, in order.
///
/// # Errors
/// [`Error::WrongCount`] when the lists do not cover the rows; [`Error::NoItems`] without rows.
pub fn of_attributions(
    found: &Attributions,
    lists: &[usize],
    bootstrap: &Bootstrap,
) -> Result<Vec<Importance>, Error> {
    let (expected, covered) = (found.items.len(), lists.iter().sum());
    if expected != covered {
        return Err(Error::WrongCount { what: "rows of lists", expected, found: covered });
    }
    let players = found.items.first().ok_or(Error::NoItems)?.values.len();
    // Per list the sum of sizes of each player.
    let mut sums: Vec<Vec<f64>> = Vec::with_capacity(lists.len());
    let mut rest = found.items.iter();
    for rows in lists {
        let mut sum = vec![0.0; players];
        for item in rest.by_ref().take(*rows) {
            for (sum, value) in sum.iter_mut().zip(&item.values) {
                *sum += value.abs();
            }
        }
        sums.push(sum);
    }
    let total: f64 = sums.iter().flatten().sum();
    let importance = |player: usize| {
        let own: Vec<f64> = sums.iter().filter_map(|sum| sum.get(player).copied()).collect();
        let all: Vec<f64> = sums.iter().map(|sum| sum.iter().sum()).collect();
        let mean_abs = own.iter().sum::<f64>() / count(expected);
        let value = if total > 0.0 { own.iter().sum::<f64>() / total } else { 0.0 };
        Importance { mean_abs, share: bootstrap.ratio(value, &own, &all).within(0.0, 1.0) }
    };
    Ok((0..players).map(importance).collect())
}
