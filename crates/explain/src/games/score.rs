//! What added how much to a score.

use forms::{Form, Part, Term};

use super::cube::shapley;
use super::hybrids::Met;
use super::sample;
use super::tables::{Piece, Tables};
use super::{ASKED_PLAYERS, FormScorer, How, TREE_PLAYERS, Wanted};
use crate::trees::{self, Tables as TreeTables};
use crate::{Attribution, Attributions, Error, Matrix, Means, Method, Players, Subject, count, mean};

/// What every player adds to the score of every row, compared with the background: base plus all parts is the score.
///
/// Parts of a form are shared out one by one, each over the players it reads, and added up. Trees and lines are exact
/// whatever their size; functions of trees up to 14 players, everything else up to 12. Beyond, orders are drawn.
///
/// # Errors
/// [`Error::TooFew`] for an empty background, [`Error::WrongCount`] for rows of other columns, [`Error::NotExact`]
/// when it must be exact and cannot, [`Error::Stopped`], or what the model says.
pub fn attribute(
    subject: &mut Subject<'_>,
    (rows, background): (&Matrix, &Matrix),
    players: &Players,
    (how, means): (&How, &Means<'_>),
) -> Result<Attributions, Error> {
    let drawing = (how, means);
    check(rows, background, players)?;
    match (how.wanted, subject) {
        (Wanted::PathDependent, Subject::Form(form)) => path_dependent(form, rows, players, means),
        (Wanted::PathDependent, Subject::BlackBox(_)) => Err(not_open()),
        (Wanted::Sample, Subject::Form(form)) => {
            sample::attribute(&mut FormScorer::new(form, means.threads), (rows, background), players, drawing)
        }
        (_, Subject::Form(form)) => {
            Prepared::of(form, background, players, how, means)?.attribute(rows, means)
        }
        (Wanted::Auto, Subject::BlackBox(scorer)) if players.len() > ASKED_PLAYERS => {
            sample::attribute(&mut **scorer, (rows, background), players, drawing)
        }
        (Wanted::Sample, Subject::BlackBox(scorer)) => {
            sample::attribute(&mut **scorer, (rows, background), players, drawing)
        }
        (Wanted::Exact, Subject::BlackBox(_)) if players.len() > ASKED_PLAYERS => {
            Err(too_many(players.len(), ASKED_PLAYERS))
        }
        (_, subject @ Subject::BlackBox(_)) => enumerate(subject, rows, background, players, means),
    }
}

fn not_open() -> Error {
    let why = "the model's trees, and how many training rows passed each node, are not known".to_owned();
    Error::NotExact { what: "an explanation along the training data", why }
}

fn too_many(players: usize, most: usize) -> Error {
    let why = format!("{players} players are read together, and at most {most} can be");
    Error::NotExact { what: "this", why }
}

pub(super) fn check(rows: &Matrix, background: &Matrix, players: &Players) -> Result<(), Error> {
    if background.rows() == 0 {
        return Err(Error::TooFew { setting: "background_rows", least: 1 });
    }
    let expected = players.columns();
    for found in [rows.columns(), background.columns()] {
        if found != expected {
            return Err(Error::WrongCount { what: "columns", expected, found });
        }
    }
    Ok(())
}

fn enumerate(
    subject: &mut Subject<'_>,
    rows: &Matrix,
    background: &Matrix,
    players: &Players,
    means: &Means<'_>,
) -> Result<Attributions, Error> {
    let Some(mut tables) = Tables::of(subject, players, background, means)? else {
        return Err(too_many(players.len(), ASKED_PLAYERS));
    };
    let mut items = Vec::with_capacity(rows.rows());
    let mut evaluations = 0;
    for row in rows.iter_rows() {
        let table = tables.of_item(row, background, players, means)?;
        evaluations += table.len() as u64;
        items.push(of_values(&average(&table, 1 << players.len())));
    }
    Ok(Attributions { method: Method::Enumeration, items, evaluations })
}

/// The mean of tables of `size` numbers that lie one after another.
pub(super) fn average(tables: &[f64], size: usize) -> Vec<f64> {
    let mut sums = vec![0.0; size];
    for table in tables.chunks_exact(size) {
        for (sum, value) in sums.iter_mut().zip(table) {
            *sum += value;
        }
    }
    let rows = count(tables.len() / size.max(1)).max(1.0);
    for sum in &mut sums {
        *sum /= rows;
    }
    sums
}

/// A game shared out exactly.
pub(super) fn of_values(values: &[f64]) -> Attribution {
    let (base, score) =
        (values.first().copied().unwrap_or_default(), values.last().copied().unwrap_or_default());
    Attribution { base, score, values: shapley(values), stderr: None }
}

fn path_dependent(
    form: &Form,
    rows: &Matrix,
    players: &Players,
    means: &Means<'_>,
) -> Result<Attributions, Error> {
    let [Term { weight, part: Part::Trees(forest), .. }] = form.terms.as_slice() else {
        return Err(not_open());
    };
    let (base, values) = trees::path_dependent(forest, rows, players, means)?;
    let items = rows.iter_rows().zip(values.iter_rows()).map(|(row, values)| Attribution {
        base: form.bias + weight * base,
        score: form.value(row),
        values: values.iter().map(|value| weight * value).collect(),
        stderr: None,
    });
    Ok(Attributions { method: Method::PathDependent, items: items.collect(), evaluations: 0 })
}

/// A form made ready for a background: what must be computed once, whatever rows come.
pub struct Prepared<'a> {
    form: &'a Form,
    background: &'a Matrix,
    players: &'a Players,
    how: How,
    parts: Vec<Ready>,
}

impl std::fmt::Debug for Prepared<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

/// A part, ready to be shared out.
enum Ready {
    /// The value of a column: weight, column, its player, its mean in the background.
    Line(f64, usize, Option<usize>, f64),
    /// Trees.
    Trees(f64, TreeTables),
    /// A part over few players.
    Small(Piece),
    /// A part over too many players, as a form of its own.
    Large(Form),
}

impl<'a> Prepared<'a> {
    /// Makes a form ready.
    ///
    /// # Errors
    /// As [`attribute`].
    pub fn of(
        form: &'a Form,
        background: &'a Matrix,
        players: &'a Players,
        how: &How,
        means: &Means<'_>,
    ) -> Result<Self, Error> {
        if background.rows() == 0 {
            return Err(Error::TooFew { setting: "background_rows", least: 1 });
        }
        let counted = form.terms.iter().filter(|term| term.weight != 0.0);
        let parts = counted.map(|term| ready(form, term, (background, players), how, means));
        Ok(Self { form, background, players, how: *how, parts: parts.collect::<Result<_, _>>()? })
    }

    /// Bytes of the tables that are kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let bytes = |part: &Ready| if let Ready::Trees(_, tables) = part { tables.bytes() } else { 0 };
        self.parts.iter().map(bytes).sum()
    }

    /// What every player adds to the score of every row.
    ///
    /// # Errors
    /// As [`attribute`].
    pub fn attribute(&self, rows: &Matrix, means: &Means<'_>) -> Result<Attributions, Error> {
        let scores = FormScorer::new(self.form, means.threads).scores(rows);
        let blank = |score| Attribution {
            base: self.form.bias,
            score,
            values: vec![0.0; self.players.len()],
            stderr: None,
        };
        let mut items: Vec<Attribution> = scores.into_iter().map(blank).collect();
        let (mut evaluations, mut drawn) = (0, false);
        for part in &self.parts {
            let (weight, found) = self.part(part, rows, means)?;
            evaluations += found.evaluations;
            drawn |= !found.method.is_exact();
            for (item, part) in items.iter_mut().zip(found.items) {
                add(item, weight, &part);
            }
        }
        Ok(Attributions { method: self.method(drawn), items, evaluations })
    }

    fn method(&self, drawn: bool) -> Method {
        let all = |is: fn(&Ready) -> bool| self.parts.iter().all(is);
        if drawn {
            Method::Permutations
        } else if all(|part| matches!(part, Ready::Line(..))) {
            Method::Linear
        } else if all(|part| matches!(part, Ready::Line(..) | Ready::Trees(..))) {
            Method::Trees
        } else if let [Ready::Small(_)] = self.parts.as_slice() {
            Method::Enumeration
        } else {
            Method::Parts
        }
    }

    fn part(&self, part: &Ready, rows: &Matrix, means: &Means<'_>) -> Result<(f64, Attributions), Error> {
        match part {
            Ready::Line(weight, column, player, average) => {
                Ok((*weight, line(rows, (*column, *player), *average, self.players.len())))
            }
            Ready::Trees(weight, tables) => {
                let values = tables.explain(rows, means)?;
                let items = values.iter_rows().map(|values| Attribution {
                    base: tables.base(),
                    score: 0.0,
                    values: values.to_vec(),
                    stderr: None,
                });
                Ok((*weight, Attributions { method: Method::Trees, items: items.collect(), evaluations: 0 }))
            }
            Ready::Small(piece) => Ok((piece.weight, self.small(piece, rows, means)?)),
            Ready::Large(form) => {
                let mut scorer = FormScorer::new(form, means.threads);
                let found = sample::attribute(
                    &mut scorer,
                    (rows, self.background),
                    self.players,
                    (&self.how, means),
                )?;
                Ok((1.0, found))
            }
        }
    }

    fn small(&self, piece: &Piece, rows: &Matrix, means: &Means<'_>) -> Result<Attributions, Error> {
        let items = means.each(rows.rows(), |at| {
            let item = rows.row(at).unwrap_or_default();
            let met: Met = piece.node.meet(item);
            let mut sums = vec![0.0; piece.size()];
            let mut values = vec![0.0; piece.size()];
            for (position, row) in self.background.iter_rows().enumerate() {
                means.go_on()?;
                piece.node.fill((item, &met), (row, position), &mut values);
                for (sum, value) in sums.iter_mut().zip(&values) {
                    *sum += value;
                }
            }
            for sum in &mut sums {
                *sum /= count(self.background.rows());
            }
            let found = of_values(&sums);
            let mut spread = vec![0.0; self.players.len()];
            for (player, value) in piece.players.iter().zip(found.values) {
                if let Some(slot) = spread.get_mut(*player) {
                    *slot = value;
                }
            }
            Ok(Attribution { values: spread, ..found })
        })?;
        let evaluations = (piece.size() * self.background.rows() * rows.rows()) as u64;
        Ok(Attributions { method: Method::Parts, items, evaluations })
    }
}

fn ready(
    form: &Form,
    term: &Term,
    (background, players): (&Matrix, &Players),
    how: &How,
    means: &Means<'_>,
) -> Result<Ready, Error> {
    match &term.part {
        Part::Column(column) => {
            let values: Vec<f64> = background.column(*column).collect();
            let player = players.of_columns().get(*column).copied().flatten();
            return Ok(Ready::Line(term.weight, *column, player, mean(&values)));
        }
        Part::Trees(forest) => match TreeTables::prepare(forest, background, players, means) {
            Ok(tables) => return Ok(Ready::Trees(term.weight, tables)),
            Err(Error::TooManyLeaves) => {}
            Err(error) => return Err(error),
        },
        Part::Curve(..) | Part::Network(_) => {}
    }
    if let Some(piece) = Piece::of((term.weight, &term.part), players, background, means)? {
        return Ok(Ready::Small(piece));
    }
    if how.wanted == Wanted::Exact {
        let read = super::hybrids::players_of(players, &term.part.reads()).len();
        let most = if matches!(term.part, Part::Network(_)) { ASKED_PLAYERS } else { TREE_PLAYERS };
        return Err(too_many(read, most));
    }
    Ok(Ready::Large(Form { columns: form.columns, bias: 0.0, terms: vec![term.clone()] }))
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

/// Adds what a part of the score is made of.
fn add(item: &mut Attribution, weight: f64, part: &Attribution) {
    item.base += weight * part.base;
    for (sum, value) in item.values.iter_mut().zip(&part.values) {
        *sum += weight * value;
    }
    if let Some(errors) = &part.stderr {
        let sums = item.stderr.get_or_insert_with(|| vec![0.0; item.values.len()]);
        for (sum, error) in sums.iter_mut().zip(errors) {
            // Drawn apart from each other: variances add up.
            *sum = libm::hypot(*sum, weight * error);
        }
    }
}
