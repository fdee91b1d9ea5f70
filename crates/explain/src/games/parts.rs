//! A form taken apart: every part shared out over the players that it reads, and added up again.

mod reader;

use std::sync::Arc;

use forms::{Forest, Form, Function};

use self::reader::{Reader, settle};
use super::game::{Game, Reading, finite_one, of_values};
use super::score::draw;
use super::tables::Piece;
use super::{FormScorer, How, Wanted, draws};
use crate::trees::Tables as TreeTables;
use crate::{Attribution, Attributions, Error, Matrix, Means, Method, Players, count};

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

impl Ready {
    fn bytes(&self) -> usize {
        match self {
            Self::Trees(_, tables) => tables.bytes(),
            Self::Small(piece) => piece.bytes(),
            Self::Line(..) | Self::Settled(..) | Self::Curve(..) | Self::Large(_) => 0,
        }
    }
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
        self.parts.iter().map(Ready::bytes).sum()
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
