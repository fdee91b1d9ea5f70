//! Takes forms apart.

use std::sync::Arc;

use forms::{Branch, Forest, Form, Node, Part, Term, Tree};

use super::Ready;
use crate::games::hybrids::players_of;
use crate::games::score::too_many;
use crate::games::tables::{Piece, split};
use crate::games::{ASKED_PLAYERS, How, TREE_PLAYERS, Wanted};
use crate::trees::Tables;
use crate::{Error, Matrix, Means, Players, mean};

/// What a form is taken apart for.
pub(super) struct Reader<'r> {
    pub(super) background: &'r Matrix,
    pub(super) players: &'r Players,
    pub(super) how: &'r How,
    pub(super) means: &'r Means<'r>,
}

impl Reader<'_> {
    pub(super) fn parts(&self, form: &Form) -> Result<Vec<Ready>, Error> {
        let (trees, others) = split(form);
        // All parts share the bytes of tables.
        let mut means = *self.means;
        let mut parts = Vec::with_capacity(trees.len() + 1);
        for term in trees {
            let part = self.tree(form.columns, term, &means)?;
            means.table_bytes = means.table_bytes.saturating_sub(part.bytes());
            parts.push(part);
        }
        if others.terms.is_empty() {
            return Ok(parts);
        }
        if let Some(piece) = Piece::together(&others, self.players, self.background, &means)? {
            parts.push(Ready::Small(piece));
            return Ok(parts);
        }
        let mut large = Form { terms: Vec::new(), ..others };
        for term in others.terms {
            match self.piece(&term, &means)? {
                Some(piece) => parts.push(Ready::Small(piece)),
                None => large.terms.push(term),
            }
        }
        if !large.terms.is_empty() {
            self.allow_drawing(&large.reads(), ASKED_PLAYERS)?;
            parts.push(Ready::Large(large));
        }
        Ok(parts)
    }

    /// A part made of trees and columns alone.
    fn tree(&self, columns: usize, term: &Term, means: &Means<'_>) -> Result<Ready, Error> {
        let is_owned = |column: &usize| self.players.of_columns().get(*column).copied().flatten().is_some();
        match &term.part {
            Part::Column(column) => {
                let values: Vec<f64> = self.background.column(*column).collect();
                let player = self.players.of_columns().get(*column).copied().flatten();
                return Ok(Ready::Line(term.weight, *column, player, mean(&values)));
            }
            Part::Trees(forest) if !players_of(self.players, &forest.reads()).is_empty() => {
                match Tables::prepare(forest, self.background, self.players, means) {
                    Ok(_) | Err(Error::NotExact { .. }) if !forest.reads().iter().all(is_owned) => {
                        return Ok(Ready::Settled(term.weight, Arc::clone(forest)));
                    }
                    Ok(tables) => return Ok(Ready::Trees(term.weight, tables)),
                    Err(Error::TooManyLeaves) => {}
                    Err(error) => return Err(error),
                }
            }
            Part::Trees(_) | Part::Curve(..) | Part::Network(_) => {}
        }
        if let Some(piece) = self.piece(term, means)? {
            return Ok(Ready::Small(piece));
        }
        self.allow_drawing(&term.part.reads(), TREE_PLAYERS)?;
        match &term.part {
            Part::Curve(function, form) if self.is_exact(form)? => {
                Ok(Ready::Curve(term.weight, *function, Arc::clone(form)))
            }
            _ => Ok(Ready::Large(Form { columns, bias: 0.0, terms: vec![term.clone()] })),
        }
    }

    fn piece(&self, term: &Term, means: &Means<'_>) -> Result<Option<Piece>, Error> {
        Piece::of((term.weight, &term.part), self.players, self.background, means)
    }

    /// Whether a form can be shared out exactly.
    fn is_exact(&self, form: &Form) -> Result<bool, Error> {
        let exact = How { wanted: Wanted::Exact, ..*self.how };
        match (Reader { how: &exact, ..*self }).parts(form) {
            Ok(_) => Ok(true),
            Err(Error::NotExact { .. } | Error::TooManyLeaves) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn allow_drawing(&self, columns: &[usize], most: usize) -> Result<(), Error> {
        let read = players_of(self.players, columns).len();
        if self.how.wanted != Wanted::Exact {
            return Ok(());
        }
        if read > most { Err(too_many(read, most)) } else { Err(Error::TooManyLeaves) }
    }
}

/// The trees with every question about a column of no player answered by the item.
pub(super) fn settle(forest: &Forest, item: &[f64], owner: &[Option<usize>]) -> Result<Forest, Error> {
    let settle = |node: &Node| match node {
        Node::Branch(branch) if owner.get(branch.column as usize).copied().flatten().is_none() => {
            let taken = branch.next(item.get(branch.column as usize).copied().unwrap_or(f64::NAN));
            // Every value lies at or below this limit.
            let limit = f64::INFINITY;
            Node::Branch(Branch { limit, low: taken, high: taken, missing_low: true, ..*branch })
        }
        other => *other,
    };
    let settle = |tree: &Tree| Tree { nodes: tree.nodes.iter().map(settle).collect(), covers: None };
    let trees = forest.trees().iter().map(settle).collect();
    Ok(Forest::new(forest.columns(), forest.base(), trees)?)
}
