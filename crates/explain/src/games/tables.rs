//! One table for all games: the scores of every hybrid of an item with background rows.

use forms::{Form, Part};

use super::cube::add_spread;
use super::hybrids::{Node, bits, players_of};
use super::{ASKED_PLAYERS, TREE_PLAYERS};
use crate::{Batches, Error, Matrix, Means, Players, Scorer, Subject};

/// Gives the scores of hybrids.
pub(crate) enum Tables<'a> {
    /// From the parts of a form.
    Parts(PartTables<'a>),
    /// By asking a model.
    Asked(&'a mut dyn Scorer),
}

/// A form, cut into parts that each read some of the players.
pub(crate) struct PartTables<'a> {
    bias: f64,
    parts: Vec<Piece>,
    background: &'a Matrix,
}

/// A part with its weight.
pub(crate) struct Piece {
    pub(crate) weight: f64,
    pub(crate) node: Node,
    /// The players that it reads, ascending.
    pub(crate) players: Vec<usize>,
}

impl Piece {
    /// A part of a form; `None` when it reads more players than can be looked at together.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub(crate) fn of(
        (weight, part): (f64, &Part),
        players: &Players,
        background: &Matrix,
        means: &Means<'_>,
    ) -> Result<Option<Self>, Error> {
        let read = players_of(players, &part.reads());
        let most = if is_trees(part) { TREE_PLAYERS } else { ASKED_PLAYERS };
        if read.len() > most {
            return Ok(None);
        }
        match Node::of(part, &bits(players, &read), background, means) {
            Ok(node) => Ok(Some(Self { weight, node, players: read })),
            Err(Error::TooManyLeaves) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Numbers in the table of one hybrid pair.
    pub(crate) fn size(&self) -> usize {
        1 << self.players.len()
    }
}

/// Whether a part is made of trees and columns alone.
fn is_trees(part: &Part) -> bool {
    match part {
        Part::Column(_) | Part::Trees(_) => true,
        Part::Curve(_, form) => form.terms.iter().all(|term| is_trees(&term.part)),
        Part::Network(_) => false,
    }
}

impl<'a> Tables<'a> {
    /// Tables over all players together; `None` when there are too many players for that.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub(crate) fn of(
        subject: &'a mut Subject<'_>,
        players: &Players,
        background: &'a Matrix,
        means: &Means<'_>,
    ) -> Result<Option<Self>, Error> {
        if players.len() > ASKED_PLAYERS {
            return Ok(None);
        }
        match subject {
            Subject::BlackBox(scorer) => Ok(Some(Self::Asked(&mut **scorer))),
            Subject::Form(form) => Ok(PartTables::of(form, players, background, means)?.map(Self::Parts)),
        }
    }

    /// The scores of every hybrid of the item with every row of the background: 2^players numbers a row.
    pub(crate) fn of_item(
        &mut self,
        item: &[f64],
        background: &Matrix,
        players: &Players,
        means: &Means<'_>,
    ) -> Result<Vec<f64>, Error> {
        match self {
            Self::Parts(parts) => parts.of_item(item, players.len(), means),
            Self::Asked(scorer) => asked(&mut **scorer, item, background, players, means),
        }
    }
}

impl<'a> PartTables<'a> {
    fn of(
        form: &Form,
        players: &Players,
        background: &'a Matrix,
        means: &Means<'_>,
    ) -> Result<Option<Self>, Error> {
        let mut parts = Vec::with_capacity(form.terms.len());
        for term in form.terms.iter().filter(|term| term.weight != 0.0) {
            match Piece::of((term.weight, &term.part), players, background, means)? {
                Some(piece) => parts.push(piece),
                None => return Ok(None),
            }
        }
        Ok(Some(Self { bias: form.bias, parts, background }))
    }

    fn of_item(&self, item: &[f64], players: usize, means: &Means<'_>) -> Result<Vec<f64>, Error> {
        let met: Vec<_> = self.parts.iter().map(|part| part.node.meet(item)).collect();
        let rows = means.each(self.background.rows(), |at| {
            let row = self.background.row(at).unwrap_or_default();
            let mut total = vec![self.bias; 1 << players];
            for (part, met) in self.parts.iter().zip(&met) {
                let mut values = vec![0.0; part.size()];
                part.node.fill((item, met), (row, at), &mut values);
                add_spread(&mut total, part.weight, &values, &part.players);
            }
            Ok(total)
        })?;
        Ok(rows.concat())
    }
}

fn asked(
    scorer: &mut dyn Scorer,
    item: &[f64],
    background: &Matrix,
    players: &Players,
    means: &Means<'_>,
) -> Result<Vec<f64>, Error> {
    let mut hybrids = Batches::new(scorer, background.columns())?;
    let mut hybrid = vec![0.0; background.columns()];
    let owner = players.of_columns();
    for row in background.iter_rows() {
        means.go_on()?;
        for set in 0..1_usize << players.len() {
            let pairs = item.iter().zip(row).zip(&owner);
            for (slot, ((own, other), player)) in hybrid.iter_mut().zip(pairs) {
                *slot = if player.is_none_or(|player| set >> player & 1 == 1) { *own } else { *other };
            }
            hybrids.push(&hybrid)?;
        }
    }
    hybrids.finish()
}
