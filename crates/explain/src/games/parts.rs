//! A form taken apart: every part shared out over the players that it reads, and added up again.

mod reader;

use std::sync::Arc;

use forms::{Forest, Form, Function};

use self::reader::{Reader, settle};
use super::game::{Game, Reading, finite_one, of_values};
use super::score::draw;
use super::tables::Piece;
use super::{FormScorer, How, Wanted, draws};
use crate::trees::{BLOCK, Tables as TreeTables};
use crate::{Attribution, Attributions, Error, Matrix, Means, Method, Players, count};

/// Rows that pass through the tables of trees together, at most: what they are given is added up while it is near.
const SPAN: usize = 4 * BLOCK;

/// A form made ready for a background: what must be computed once, whatever rows come.
#[derive(Debug)]
pub struct Prepared {
    form: Form,
    background: Matrix,
    players: Players,
    wanted: Wanted,
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
    /// Whether nothing is drawn, so that rows can be taken in any portions.
    const fn is_steady(&self) -> bool {
        !matches!(self, Self::Curve(..) | Self::Large(_))
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Trees(_, tables) => tables.bytes(),
            Self::Small(piece) => piece.bytes(),
            Self::Line(..) | Self::Settled(..) | Self::Curve(..) | Self::Large(_) => 0,
        }
    }
}

impl Prepared {
    /// Makes a form ready.
    ///
    /// # Errors
    /// As [`super::score::attribute`].
    pub fn of(
        form: &Form,
        background: &Matrix,
        players: &Players,
        how: &How,
        means: &Means<'_>,
    ) -> Result<Self, Error> {
        super::score::check(background, background, players)?;
        let parts = Reader { background, players, how, means }.parts(form)?;
        let (form, background, players) = (form.clone(), background.clone(), players.clone());
        Ok(Self { form, background, players, wanted: how.wanted, parts })
    }

    /// Bytes of the tables that are kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(Ready::bytes).sum()
    }

    /// What every player adds to the score of every row. Of `how`, the seed and the number of draws may differ from
    /// those it was made ready for.
    ///
    /// # Errors
    /// As [`super::score::attribute`].
    pub fn attribute(&self, rows: &Matrix, how: &How, means: &Means<'_>) -> Result<Attributions, Error> {
        super::score::check(rows, &self.background, &self.players)?;
        let how = How { wanted: self.wanted, ..*how };
        if !self.parts.iter().all(Ready::is_steady) {
            return self.together(rows, &how, means);
        }
        let has_trees = self.parts.iter().any(|part| matches!(part, Ready::Trees(..)));
        let share = rows.rows().div_ceil(means.threads.max(1));
        let span =
            if has_trees { share.next_multiple_of(BLOCK).clamp(BLOCK, SPAN) } else { share.clamp(1, 8) };
        let alone = Means { threads: 1, ..*means };
        let spans = means.each(rows.rows().div_ceil(span), |at| {
            let some = rows.values().chunks(span * rows.columns()).nth(at).unwrap_or_default();
            self.together(&Matrix::new(rows.columns(), some.to_vec())?, &how, &alone)
        })?;
        let mut all =
            Attributions { method: self.method(), items: Vec::with_capacity(rows.rows()), evaluations: 0 };
        for span in spans {
            all.evaluations += span.evaluations;
            all.items.extend(span.items);
        }
        Ok(all)
    }

    /// Rows that are shared out together.
    fn together(&self, rows: &Matrix, how: &How, means: &Means<'_>) -> Result<Attributions, Error> {
        let scores = FormScorer::new(&self.form, means.threads).scores(rows);
        let blank = |score| Attribution {
            base: self.form.bias,
            score,
            values: vec![0.0; self.players.len()],
            stderr: None,
        };
        let mut items: Vec<Attribution> = scores.into_iter().map(blank).collect();
        let (mut evaluations, mut drawn) = (0, None);
        for (position, part) in self.parts.iter().enumerate() {
            let (weight, found) = match part {
                Ready::Line(weight, column, player, average) => {
                    line(rows, (*weight, *column), (*player, *average), &mut items);
                    continue;
                }
                Ready::Trees(weight, tables) => {
                    trees(tables, *weight, (rows, means), &mut items)?;
                    continue;
                }
                Ready::Settled(weight, forest) => {
                    self.settled(forest, *weight, (rows, means), &mut items)?;
                    continue;
                }
                Ready::Small(piece) => (piece.weight, self.small(piece, rows, means)?),
                Ready::Curve(weight, function, form) => {
                    (*weight, self.curve((*function, form), position, rows, (how, means))?)
                }
                Ready::Large(form) => {
                    let asked = &mut FormScorer::new(form, means.threads);
                    let players = (&self.players, position);
                    (1.0, draw(asked, (rows, &self.background), players, (how, means))?)
                }
            };
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

    /// Trees whose questions about columns of no player are answered by the item.
    fn settled(
        &self,
        forest: &Forest,
        weight: f64,
        (rows, means): (&Matrix, &Means<'_>),
        items: &mut [Attribution],
    ) -> Result<(), Error> {
        for (row, item) in rows.iter_rows().zip(items) {
            let forest = settle(forest, row, &self.players.of_columns())?;
            let tables = TreeTables::prepare(&forest, &self.background, &self.players, means)?;
            let row = Matrix::new(rows.columns(), row.to_vec())?;
            trees(&tables, weight, (&row, means), std::slice::from_mut(item))?;
        }
        Ok(())
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
        (how, means): (&How, &Means<'_>),
    ) -> Result<Attributions, Error> {
        let exact = How { wanted: Wanted::Exact, ..*how };
        let prepared = Prepared::of(form, &self.background, &self.players, &exact, means)?;
        let known = prepared.attribute(rows, &exact, means)?;
        let mut all =
            Attributions { method: Method::ControlledPermutations, items: Vec::new(), evaluations: 0 };
        for ((at, row), known) in rows.iter_rows().enumerate().zip(known.items) {
            let game = Game {
                items: &Matrix::new(rows.columns(), row.to_vec())?,
                background: &self.background,
                players: &self.players,
                reading: &Both(function),
                name: position * rows.rows() + at,
            };
            let scorer = &mut FormScorer::new(form, means.threads);
            let found = draws::draw(scorer, &game, Some(&known.values), (how, means))?;
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

/// Adds what trees say of each row.
fn trees(
    tables: &TreeTables,
    weight: f64,
    (rows, means): (&Matrix, &Means<'_>),
    items: &mut [Attribution],
) -> Result<(), Error> {
    let found = tables.explain(rows, means)?;
    for (item, found) in items.iter_mut().zip(found.iter_rows()) {
        item.base += weight * tables.base();
        for (sum, value) in item.values.iter_mut().zip(found) {
            *sum += weight * value;
        }
    }
    Ok(())
}

/// Adds what one column says of each row. A column of no player keeps the item's value throughout.
fn line(
    rows: &Matrix,
    (weight, column): (f64, usize),
    (player, average): (Option<usize>, f64),
    items: &mut [Attribution],
) {
    for (item, value) in items.iter_mut().zip(rows.column(column)) {
        match player.and_then(|player| item.values.get_mut(player)) {
            Some(slot) => {
                *slot += weight * (value - average);
                item.base += weight * average;
            }
            None => item.base += weight * value,
        }
    }
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
