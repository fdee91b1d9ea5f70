//! A form, cut into pieces whose hybrids can all be computed.

use forms::{Form, Part, Term};

use super::cube::insides;
use super::hybrids::{Marked, Node, bits, players_of};
use super::marks::Mark;
use super::{ASKED_PLAYERS, TREE_PLAYERS};
use crate::{Error, Matrix, Means, Players};

/// Part of a form over few players, with its weight.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) weight: f64,
    node: Node,
    leaves: usize,
    /// The players that it reads, ascending.
    pub(super) players: Vec<usize>,
    /// The marks of all background rows, one row after the other, if there is room for them.
    kept: Vec<Mark>,
}

impl Piece {
    /// A part of a form; `None` when it reads more players than can be looked at together, or has too many leaves.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub(super) fn of(
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
        match Node::of(part, &bits(players, &read), means) {
            Ok(node) => Self::new(weight, node, read, (background, means)).map(Some),
            Err(Error::TooManyLeaves) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Several parts that are computed hybrid by hybrid, as one; `None` when they read more players than can be looked
    /// at together.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub(super) fn together(
        form: &Form,
        players: &Players,
        background: &Matrix,
        means: &Means<'_>,
    ) -> Result<Option<Self>, Error> {
        let read = players_of(players, &form.reads());
        if read.len() > ASKED_PLAYERS {
            return Ok(None);
        }
        let node = Node::Computed(form.clone(), bits(players, &read));
        Self::new(1.0, node, read, (background, means)).map(Some)
    }

    fn new(
        weight: f64,
        node: Node,
        players: Vec<usize>,
        (background, means): (&Matrix, &Means<'_>),
    ) -> Result<Self, Error> {
        let leaves = node.leaves();
        let mut piece = Self { weight, node, leaves, players, kept: Vec::new() };
        let marks = leaves.saturating_mul(background.rows());
        if marks.saturating_mul(size_of::<Mark>()) <= means.table_bytes {
            piece.kept.reserve(marks);
            for row in background.iter_rows() {
                means.go_on()?;
                piece.node.each_leaves(&mut |leaves| leaves.mark(row, &mut piece.kept));
            }
        }
        Ok(piece)
    }

    /// Numbers in its cube.
    pub(super) fn size(&self) -> usize {
        1 << self.players.len()
    }

    /// Bytes of the marks that are kept.
    pub(super) fn bytes(&self) -> usize {
        self.kept.len() * size_of::<Mark>()
    }

    /// The marks of an item.
    pub(super) fn mark_item(&self, item: &[f64]) -> Vec<Mark> {
        let mut marks = Vec::with_capacity(self.leaves);
        self.node.each_leaves(&mut |leaves| leaves.mark_item(item, &mut marks));
        marks
    }

    /// Writes the values of all hybrids of an item with one row of the background, given with its position.
    pub(super) fn fill(
        &self,
        (item, own): (&[f64], &[Mark]),
        (at, row): (usize, &[f64]),
        values: &mut [f64],
    ) {
        let start = at * self.leaves;
        let fresh: Vec<Mark>;
        let marks = if let Some(kept) = self.kept.get(start..start + self.leaves) {
            kept
        } else {
            let mut marks = Vec::with_capacity(self.leaves);
            self.node.each_leaves(&mut |leaves| leaves.mark(row, &mut marks));
            fresh = marks;
            &fresh
        };
        self.node.fill(&mut Marked { row: item, marks: own }, &mut Marked { row, marks }, values);
    }
}

/// Whether a part is made of trees and columns alone.
pub(super) fn is_trees(part: &Part) -> bool {
    match part {
        Part::Column(_) | Part::Trees(_) => true,
        Part::Curve(_, form) => form.terms.iter().all(|term| is_trees(&term.part)),
        Part::Network(_) => false,
    }
}

/// The terms of a form that count: first those made of trees and columns, then the others, as a form.
pub(super) fn split(form: &Form) -> (Vec<&Term>, Form) {
    let counted = form.terms.iter().filter(|term| term.weight != 0.0);
    let (trees, others): (Vec<&Term>, Vec<&Term>) = counted.partition(|term| is_trees(&term.part));
    let terms = others.into_iter().cloned().collect();
    (trees, Form { columns: form.columns, bias: 0.0, terms })
}

/// A form as pieces over players that can all be looked at together.
#[derive(Debug)]
pub(super) struct Tables {
    bias: f64,
    /// Each with the place of every set of all players in its own cube.
    pieces: Vec<(Piece, Vec<u32>)>,
}

impl Tables {
    /// The tables of a form; `None` when there are too many players for that, or too many leaves.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub(super) fn of(
        form: &Form,
        players: &Players,
        background: &Matrix,
        means: &Means<'_>,
    ) -> Result<Option<Self>, Error> {
        if players.len() > ASKED_PLAYERS {
            return Ok(None);
        }
        let (trees, others) = split(form);
        let mut pieces = Vec::with_capacity(trees.len() + 1);
        // All pieces share the bytes of tables.
        let mut means = *means;
        for term in trees {
            let piece = Piece::of((term.weight, &term.part), players, background, &means)?;
            means.table_bytes = means.table_bytes.saturating_sub(piece.as_ref().map_or(0, Piece::bytes));
            pieces.push(piece);
        }
        if !others.terms.is_empty() {
            pieces.push(Piece::together(&others, players, background, &means)?);
        }
        let placed = |piece: Piece| {
            let places = insides(1 << players.len(), &piece.players);
            (piece, places)
        };
        let pieces: Option<Vec<_>> = pieces.into_iter().map(|piece| piece.map(placed)).collect();
        Ok(pieces.map(|pieces| Self { bias: form.bias, pieces }))
    }

    /// Bytes of the marks of one item.
    pub(super) fn bytes_of_item(&self) -> usize {
        self.pieces.iter().map(|(piece, _)| piece.leaves * size_of::<Mark>()).sum()
    }

    /// The marks of an item in every piece.
    pub(super) fn mark_item(&self, item: &[f64]) -> Vec<Vec<Mark>> {
        self.pieces.iter().map(|(piece, _)| piece.mark_item(item)).collect()
    }

    /// Writes the scores of all hybrids of an item with one row of the background, given with its position.
    pub(super) fn fill(
        &self,
        (item, own): (&[f64], &[Vec<Mark>]),
        other: (usize, &[f64]),
        scores: &mut [f64],
    ) {
        scores.fill(self.bias);
        for ((piece, places), own) in self.pieces.iter().zip(own) {
            let mut values = vec![0.0; piece.size()];
            piece.fill((item, own), other, &mut values);
            for (score, place) in scores.iter_mut().zip(places) {
                *score += piece.weight * values.get(*place as usize).copied().unwrap_or_default();
            }
        }
    }
}
