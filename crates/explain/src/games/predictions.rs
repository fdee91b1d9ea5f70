//! Which prediction made the score: a score that is a weighted sum is shared out in two levels, and both add up.

use forms::{Form, Term};

use super::How;
use super::score::Prepared;
use crate::{Attributions, Error, Matrix, Means, Players};

/// One prediction: its part of the score, and what its own value is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The name of the value in the model where it has one.
    pub name: Option<String>,
    /// What its value is multiplied by.
    pub weight: f64,
    /// Its value shared out among players, without the weight: one entry for each row.
    pub value: Attributions,
}

impl Prediction {
    /// How far this prediction moves the score of one row from that of the background: weight times (value - base).
    #[must_use]
    pub fn points(&self, row: usize) -> Option<f64> {
        self.value.items.get(row).map(|item| self.weight * (item.score - item.base))
    }
}

/// The predictions of a form, in its order, each shared out among players.
///
/// # Errors
/// As [`super::score::attribute`].
pub fn attribute(
    form: &Form,
    (rows, background): (&Matrix, &Matrix),
    players: &Players,
    (how, means): (&How, &Means<'_>),
) -> Result<Vec<Prediction>, Error> {
    let one = |term: &Term| {
        let term = Term { weight: 1.0, ..term.clone() };
        let alone = Form { columns: form.columns, bias: 0.0, terms: vec![term] };
        Prepared::of(&alone, background, players, how, means)?.attribute(rows, how, means)
    };
    let parts = form.terms.iter().filter(|term| term.weight != 0.0);
    parts
        .map(|term| Ok(Prediction { name: term.name.clone(), weight: term.weight, value: one(term)? }))
        .collect()
}
