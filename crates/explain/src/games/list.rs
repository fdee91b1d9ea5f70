//! What the order of a list as a whole rests on.
//!
//! All items are masked by the same players and the same background row; v(S) is the mean of Kendall's tau-a between
//! the masked order and the true one. With nobody, all scores are equal, and tau counts ties as 0. Source: `RankingSHAP`
//! (M. Heuss and others, 2024).

use super::score::{average, check, of_values};
use super::tables::Tables;
use super::{How, Wanted};
use crate::places::{Standing, kendall};
use crate::sweep::scores;
use crate::{Attribution, Error, Matrix, Means, Method, Order, Players, Subject};

/// How the order of a list is shared out. Invariant: `tau.base` + all values = `tau.score`, up to rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderShares {
    /// How it was found.
    pub method: Method,
    /// Base: tau with nobody; score: tau with everybody, 1 where no items tie.
    pub tau: Attribution,
}

/// Most numbers of all items' tables that are held at once: 64 MiB.
const MOST_NUMBERS: usize = 8 << 20;

/// What every player adds to the order of one list.
///
/// # Errors
/// [`Error::NotExact`] where there are more players than can be looked at together; else as
/// [`super::score::attribute`].
pub fn attribute(
    subject: &mut Subject<'_>,
    (list, background): (&Matrix, &Matrix),
    (players, order): (&Players, Order),
    (how, means): (&How, &Means<'_>),
) -> Result<OrderShares, Error> {
    check(list, background, players)?;
    let standing = Standing::new(&scores(subject, list, means)?, order);
    if matches!(how.wanted, Wanted::Sample | Wanted::PathDependent) {
        let why = "the order of a list is always looked at with every set of players".to_owned();
        return Err(Error::NotExact { what: "an order by draws", why });
    }
    let sets = 1_usize.checked_shl(u32::try_from(players.len()).unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
    let at_once = (MOST_NUMBERS / sets.max(1) / list.rows().max(1)).clamp(1, background.rows());
    let mut sums = Vec::new();
    for some in background.values().chunks(at_once * background.columns()) {
        let some = Matrix::new(background.columns(), some.to_vec())?;
        let Some(mut tables) = Tables::of(subject, players, &some, means)? else {
            let why = format!("{} players are too many to look at every set of them", players.len());
            return Err(Error::NotExact { what: "the order of a list", why });
        };
        let items = list.iter_rows().map(|item| tables.of_item(item, &some, players, means));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let taus = means.each(sets * some.rows(), |at| {
            let masked: Vec<f64> = items.iter().filter_map(|table| table.get(at).copied()).collect();
            Ok(kendall(&standing, &Standing::new(&masked, order)))
        })?;
        sums.extend(taus);
    }
    Ok(OrderShares { method: Method::Enumeration, tau: of_values(&average(&sums, sets)) })
}
