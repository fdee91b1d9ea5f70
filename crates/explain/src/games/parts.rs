//! A form taken apart: every part shared out over the players that it reads, and added up again.

use std::sync::Arc;

use forms::{Forest, Form, Function, Node, Part, Term, Tree};

use super::game::{Game, Reading, finite_one, of_values};
use super::hybrids::players_of;
use super::score::draw;
use super::tables::{Piece, split};
use super::{ASKED_PLAYERS, FormScorer, How, TREE_PLAYERS, Wanted, draws};
use crate::trees::Tables as TreeTables;
use crate::{Attribution, Attributions, Error, Matrix, Means, Method, Players, count, mean};

/// A form made ready for a background: what must be computed once, whatever rows come.
#[derive(Debug)]
pub struct Prepared<'a> {
    form: &'a Form,
    background: &'a Matrix,
    players: &'a Players,
    how: How,
    parts: Vec<Ready>,
}

/// A part, ready to be shared out.
#[derive(Debug)]
enum Ready {
    /// The value of a column: weight, column, its player, its mean in the background.
    Line(f64, usize, Option<usize>, f64),
    /// Trees.
    Trees(f64, TreeTables),
    /// Trees that also ask about columns of no player, and are made ready for each item.
    Settled(f64, Arc<Forest>),
    /// Something over few players.
    Small(Piece),
    /// A function of a form that can be shared out exactly: both are drawn, and the one corrects the other.
    Curve(f64, Function, Arc<Form>),
    /// Anything over too many players, as a form of its own.
    Large(Form),
}

impl<'a> Prepared<'a> {
    /// Makes a form ready.
    ///
    /// # Errors
    /// As [`super::score::attribute`].
    pub fn of(
        form: &'a Form,
        background: &'a Matrix,
        players: &'a Players,
        how: &How,
        means: &Means<'_>,
    ) -> Result<Self, Error> {
        super::score::check(background, background, players)?;
        let reader = Reader { background, players, how, means };
        Ok(Self { form, background, players, how: *how, parts: reader.parts(form)? })
    }

    /// Bytes of the tables that are kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let bytes = |part: &Ready| match part {
            Ready::Trees(_, tables) => tables.bytes(),
            Ready::Small(piece) => piece.bytes(),
            Ready::Line(..) | Ready::Settled(..) | Ready::Curve(..) | Ready::Large(_) => 0,
        };
        self.parts.iter().map(bytes).sum()
    }

    /// What every player adds to the score of every row.
    ///
    /// # Errors
    /// As [`super::score::attribute`].
    pub fn attribute(&self, rows: &Matrix, means: &Means<'_>) -> Result<Attributions, Error> {
        super::score::check(rows, self.background, self.players)?;
        let scores = FormScorer::new(self.form, means.threads).scores(rows);
        let blank = |score| Attribution {
            base: self.form.bias,
            score,
            values: vec![0.0; self.players.len()],
            stderr: None,
        };
        let mut items: Vec<Attribution> = scores.into_iter().map(blank).collect();
        let (mut evaluations, mut drawn) = (0, None);
        for (position, part) in self.parts.iter().enumerate() {
            let (weight, found) = self.part(part, position, rows, means)?;
            evaluations += found.evaluations;
            if !found.method.is_exact() {
                drawn = Some(drawn.map_or(found.method, |known| mixed(known, found.method)));
            }
            for (item, part) in items.iter_mut().zip(found.items) {
                add(item, weight, &part);
            }
        }
        items.iter().try_for_each(finite_one)?;
        Ok(Attributions { method: drawn.unwrap_or_else(|| self.method()), items, evaluations })
    }

    /// How everything is shared out, when nothing is drawn.
    fn method(&self) -> Method {
        let all = |is: fn(&Ready) -> bool| self.parts.iter().all(is);
        if all(|part| matches!(part, Ready::Line(..))) {
            Method::Linear
        } else if all(|part| matches!(part, Ready::Line(..) | Ready::Trees(..) | Ready::Settled(..))) {
            Method::Trees
        } else if let [Ready::Small(_)] = self.parts.as_slice() {
            Method::Enumeration
        } else {
            Method::Parts
        }
    }

    fn part(
        &self,
        part: &Ready,
        position: usize,
        rows: &Matrix,
        means: &Means<'_>,
    ) -> Result<(f64, Attributions), Error> {
        match part {
            Ready::Line(weight, column, player, average) => {
                Ok((*weight, line(rows, (*column, *player), *average, self.players.len())))
            }
            Ready::Trees(weight, tables) => Ok((*weight, trees(tables, rows, means)?)),
            Ready::Settled(weight, forest) => Ok((*weight, self.settled(forest, rows, means)?)),
            Ready::Small(piece) => Ok((piece.weight, self.small(piece, rows, means)?)),
            Ready::Curve(weight, function, form) => {
                Ok((*weight, self.curve((*function, form), position, rows, means)?))
            }
            Ready::Large(form) => {
                let scorer = &mut FormScorer::new(form, means.threads);
                let how = (&self.how, means);
                Ok((1.0, draw(scorer, (rows, self.background), (self.players, position), how)?))
            }
        }
    }

    /// Trees whose questions about columns of no player are answered by the item.
    fn settled(&self, forest: &Forest, rows: &Matrix, means: &Means<'_>) -> Result<Attributions, Error> {
        let mut items = Vec::with_capacity(rows.rows());
        for row in rows.iter_rows() {
            let forest = settle(forest, row, &self.players.of_columns())?;
            let tables = TreeTables::prepare(&forest, self.background, self.players, means)?;
            let row = Matrix::new(rows.columns(), row.to_vec())?;
            items.extend(trees(&tables, &row, means)?.items);
        }
        Ok(Attributions { method: Method::Trees, items, evaluations: 0 })
    }

    /// The mean cube of each row over the background.
    fn small(&self, piece: &Piece, rows: &Matrix, means: &Means<'_>) -> Result<Attributions, Error> {
        let items = means.each(rows.rows(), |at| {
            let item = rows.row(at).unwrap_or_default();
            let own = piece.mark_item(item);
            let (mut sums, mut values) = (vec![0.0; piece.size()], vec![0.0; piece.size()]);
            for other in self.background.iter_rows().enumerate() {
                means.go_on()?;
                piece.fill((item, &own), other, &mut values);
                for (sum, value) in sums.iter_mut().zip(&values) {
                    *sum += value;
                }
            }
            for sum in &mut sums {
                *sum /= count(self.background.rows());
            }
            let found = of_values(&sums);
            Ok(Attribution { values: spread(&found.values, &piece.players, self.players.len()), ..found })
        })?;
        let evaluations = (piece.size() * self.background.rows() * rows.rows()) as u64;
        Ok(Attributions { method: Method::Parts, items, evaluations })
    }

    /// A function of a form: orders are drawn for the function, and corrected by what they say of the form itself.
    fn curve(
        &self,
        (function, form): (Function, &Form),
        position: usize,
        rows: &Matrix,
        means: &Means<'_>,
    ) -> Result<Attributions, Error> {
        let exact = How { wanted: Wanted::Exact, ..self.how };
        let known =
            Prepared::of(form, self.background, self.players, &exact, means)?.attribute(rows, means)?;
        let mut all =
            Attributions { method: Method::ControlledPermutations, items: Vec::new(), evaluations: 0 };
        for ((at, row), known) in rows.iter_rows().enumerate().zip(known.items) {
            let game = Game {
                items: &Matrix::new(rows.columns(), row.to_vec())?,
                background: self.background,
                players: self.players,
                reading: &Both(function),
                name: position * rows.rows() + at,
            };
            let scorer = &mut FormScorer::new(form, means.threads);
            let found = draws::draw(scorer, &game, Some(&known.values), (&self.how, means))?;
            all.evaluations += found.evaluations;
            all.items.extend(found.numbers);
        }
        Ok(all)
    }
}

/// The value of a function, then its argument.
struct Both(Function);

impl Reading for Both {
    fn width(&self) -> usize {
        2
    }

    fn read(&self, scores: &[f64], numbers: &mut [f64]) {
        if let ([score], [value, argument]) = (scores, numbers) {
            *value = self.0.at(*score);
            *argument = *score;
        }
    }
}

/// What is said of numbers drawn in several ways.
fn mixed(one: Method, other: Method) -> Method {
    if one == other { one } else { Method::Permutations }
}

/// Takes forms apart.
struct Reader<'r> {
    background: &'r Matrix,
    players: &'r Players,
    how: &'r How,
    means: &'r Means<'r>,
}

impl Reader<'_> {
    fn parts(&self, form: &Form) -> Result<Vec<Ready>, Error> {
        let (trees, others) = split(form);
        let mut parts =
            trees.into_iter().map(|term| self.tree(form.columns, term)).collect::<Result<Vec<_>, _>>()?;
        if others.terms.is_empty() {
            return Ok(parts);
        }
        if let Some(piece) = Piece::together(&others, self.players, self.background, self.means)? {
            parts.push(Ready::Small(piece));
            return Ok(parts);
        }
        let mut large = Form { terms: Vec::new(), ..others };
        for term in others.terms {
            match self.piece(&term)? {
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
    fn tree(&self, columns: usize, term: &Term) -> Result<Ready, Error> {
        let is_owned = |column: &usize| self.players.of_columns().get(*column).copied().flatten().is_some();
        match &term.part {
            Part::Column(column) => {
                let values: Vec<f64> = self.background.column(*column).collect();
                let player = self.players.of_columns().get(*column).copied().flatten();
                return Ok(Ready::Line(term.weight, *column, player, mean(&values)));
            }
            Part::Trees(forest) if !players_of(self.players, &forest.reads()).is_empty() => {
                match TreeTables::prepare(forest, self.background, self.players, self.means) {
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
        if let Some(piece) = self.piece(term)? {
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

    fn piece(&self, term: &Term) -> Result<Option<Piece>, Error> {
        Piece::of((term.weight, &term.part), self.players, self.background, self.means)
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
        if read > most { Err(super::score::too_many(read, most)) } else { Err(Error::TooManyLeaves) }
    }
}

/// The trees with every question about a column of no player answered by the item.
fn settle(forest: &Forest, item: &[f64], owner: &[Option<usize>]) -> Result<Forest, Error> {
    let settle = |node: &Node| match node {
        Node::Branch(branch) if owner.get(branch.column as usize).copied().flatten().is_none() => {
            let taken = branch.next(item.get(branch.column as usize).copied().unwrap_or(f64::NAN));
            // Every value lies at or below this limit.
            let limit = f64::INFINITY;
            Node::Branch(forms::Branch { limit, low: taken, high: taken, missing_low: true, ..*branch })
        }
        other => *other,
    };
    let settle = |tree: &Tree| Tree { nodes: tree.nodes.iter().map(settle).collect(), covers: None };
    let trees = forest.trees().iter().map(settle).collect();
    Ok(Forest::new(forest.columns(), forest.base(), trees)?)
}

fn trees(tables: &TreeTables, rows: &Matrix, means: &Means<'_>) -> Result<Attributions, Error> {
    let values = tables.explain(rows, means)?;
    let items = values.iter_rows().map(|values| Attribution {
        base: tables.base(),
        score: 0.0,
        values: values.to_vec(),
        stderr: None,
    });
    Ok(Attributions { method: Method::Trees, items: items.collect(), evaluations: 0 })
}

fn line(
    rows: &Matrix,
    (column, player): (usize, Option<usize>),
    average: f64,
    players: usize,
) -> Attributions {
    let items = rows.column(column).map(|value| {
        let mut values = vec![0.0; players];
        // A column of no player keeps the item's value throughout.
        let base = match player.and_then(|player| values.get_mut(player)) {
            Some(slot) => {
                *slot = value - average;
                average
            }
            None => value,
        };
        Attribution { base, score: value, values, stderr: None }
    });
    Attributions { method: Method::Linear, items: items.collect(), evaluations: 0 }
}

/// The values of some players among those of all.
pub(super) fn spread(values: &[f64], some: &[usize], players: usize) -> Vec<f64> {
    let mut all = vec![0.0; players];
    for (player, value) in some.iter().zip(values) {
        if let Some(slot) = all.get_mut(*player) {
            *slot = *value;
        }
    }
    all
}

/// Adds what a part of the score is made of.
fn add(item: &mut Attribution, weight: f64, part: &Attribution) {
    item.base += weight * part.base;
    for (sum, value) in item.values.iter_mut().zip(&part.values) {
        *sum += weight * value;
    }
    if let Some(errors) = &part.stderr {
        let sums = item.stderr.get_or_insert_with(|| vec![0.0; item.values.len()]);
        for (sum, error) in sums.iter_mut().zip(errors) {
            // Each part has draws of its own: variances add up.
            *sum = libm::hypot(*sum, weight * error);
        }
    }
}
