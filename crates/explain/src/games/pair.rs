//! Why one item's score is above another's: the lower item is the background, so that there is none to choose.

use super::parts::spread;
use super::{How, score};
use crate::{Attribution, Attributions, Error, Matrix, Means, Players, Subject};

/// What every player adds to the difference of two scores; players whose columns hold the same have no part.
///
/// # Errors
/// As [`score::attribute`].
pub fn attribute(
    subject: &mut Subject<'_>,
    (upper, lower): (&[f64], &[f64]),
    players: &Players,
    (how, means): (&How, &Means<'_>),
) -> Result<Attributions, Error> {
    let columns = players.columns();
    let differs = |column: &usize| {
        let bits = |row: &[f64]| row.get(*column).map(|value| value.to_bits());
        bits(upper) != bits(lower)
    };
    let differing: Vec<usize> = (0..)
        .zip(players.sets())
        .filter(|(_, set)| set.iter().any(differs))
        .map(|(player, _)| player)
        .collect();
    let sets = differing.iter().filter_map(|player| players.sets().get(*player).cloned()).collect();
    let upper = Matrix::new(columns, upper.to_vec())?;
    let lower = Matrix::new(columns, lower.to_vec())?;
    let found = score::attribute(subject, (&upper, &lower), &Players::new(columns, sets)?, (how, means))?;
    let spread = |values: &[f64]| spread(values, &differing, players.len());
    let items = found.items.iter().map(|item| Attribution {
        values: spread(&item.values),
        stderr: item.stderr.as_deref().map(spread),
        ..*item
    });
    Ok(Attributions { items: items.collect(), ..found })
}
