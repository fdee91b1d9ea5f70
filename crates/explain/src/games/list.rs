//! What the order of a list as a whole rests on.
//!
//! All items are masked by the same players and the same background row; v(S) is the mean of Kendall's tau-a between
//! the masked order and the true one. With nobody, all scores are equal, and tau counts ties as 0. Source: the method
//! "`RankingSHAP`" (M. Heuss and others, 2024).

use super::How;
use super::game::{Game, Reading, share};
use super::score::{check, scores};
use crate::places::{Standing, kendall};
use crate::{Attribution, Error, Matrix, Means, Method, Order, Players, Subject};

/// How the order of a list is shared out. Invariant: `tau.base` + all values = `tau.score`, up to rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderShares {
    /// How it was found.
    pub method: Method,
    /// Base: tau with nobody; score: tau with everybody, 1 where no items tie.
    pub tau: Attribution,
}

/// What every player adds to the order of one list. A list of one item has an order that rests on nothing.
///
/// # Errors
/// [`Error::NoItems`] for an empty list, [`Error::NotExact`] where it must be exact and there are more players, or more
/// items, than can be looked at together; else as [`super::score::attribute`].
pub fn attribute(
    subject: &mut Subject<'_>,
    (list, background): (&Matrix, &Matrix),
    (players, order): (&Players, Order),
    (how, means): (&How, &Means<'_>),
) -> Result<OrderShares, Error> {
    check(list, background, players)?;
    if list.rows() == 0 {
        return Err(Error::NoItems);
    }
    let reading = &Tau { standing: Standing::new(&scores(subject, list, means)?, order), order };
    let game = Game { items: list, background, players, reading, name: 0 };
    let shares = share(subject, &game, (how, means))?;
    let tau = shares.numbers.into_iter().next().ok_or(Error::NoItems)?;
    Ok(OrderShares { method: shares.method, tau })
}

/// How alike the order of masked items is to the true one.
pub(super) struct Tau {
    pub(super) standing: Standing,
    pub(super) order: Order,
}

impl Reading for Tau {
    fn width(&self) -> usize {
        1
    }

    fn read(&self, scores: &[f64], numbers: &mut [f64]) {
        numbers.fill(kendall(&self.standing, &Standing::new(scores, self.order)));
    }
}
