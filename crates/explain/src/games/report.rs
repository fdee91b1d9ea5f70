//! Everything about one list in one run: scores, places and the order, all read from the same hybrids.

use super::How;
use super::game::{Game, Reading, share};
use super::list::{OrderShares, Tau};
use super::place::{Goal, Goals, Others};
use super::score::{check, scores};
use crate::places::Standing;
use crate::{Attribution, Attributions, Error, Matrix, Means, Order, Players, Subject};

/// One list, shared out.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The score of every item.
    pub scores: Attributions,
    /// For each goal the number of every item.
    pub goals: Vec<Attributions>,
    /// The order of the list.
    pub order: OrderShares,
    /// Scores that were computed, for all together.
    pub evaluations: u64,
}

/// Shares out the scores, the places and the order of one list.
///
/// # Errors
/// As [`super::list::attribute`].
pub fn attribute(
    subject: &mut Subject<'_>,
    (list, background): (&Matrix, &Matrix),
    (players, goals, order): (&Players, &[Goal], Order),
    (how, means): (&How, &Means<'_>),
) -> Result<Report, Error> {
    check(list, background, players)?;
    if list.rows() == 0 {
        return Err(Error::NoItems);
    }
    let true_scores = scores(subject, list, means)?;
    let others = (0..list.rows()).map(|item| Others::of_list(&true_scores, item, order));
    let tau = Tau { standing: Standing::new(&true_scores, order), order };
    let reading = &Everything { goals: Goals { others: others.collect(), goals }, tau };
    let game = Game { items: list, background, players, reading, name: 0 };
    let shares = share(subject, &game, (how, means))?;
    let mut numbers = shares.numbers.into_iter();
    let mut next = || Attributions {
        method: shares.method,
        items: numbers.by_ref().take(list.rows()).collect::<Vec<Attribution>>(),
        evaluations: shares.evaluations,
    };
    let (scores, goals) = (next(), goals.iter().map(|_| next()).collect());
    let tau = numbers.next().ok_or(Error::NoItems)?;
    let order = OrderShares { method: shares.method, tau };
    Ok(Report { scores, goals, order, evaluations: shares.evaluations })
}

/// The scores of all items, then each goal of all items, then tau.
struct Everything<'a> {
    goals: Goals<'a>,
    tau: Tau,
}

impl Reading for Everything<'_> {
    fn width(&self) -> usize {
        self.goals.others.len() + self.goals.width() + 1
    }

    fn read(&self, scores: &[f64], numbers: &mut [f64]) {
        let (own, rest) = numbers.split_at_mut_checked(scores.len()).unwrap_or_default();
        own.copy_from_slice(scores);
        let (goals, tau) = rest.split_at_mut_checked(self.goals.width()).unwrap_or_default();
        self.goals.read(scores, goals);
        self.tau.read(scores, tau);
    }
}
