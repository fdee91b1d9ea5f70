//! What added how much to a score.

use forms::{Form, Part, Term};

pub use super::parts::Prepared;

use super::game::{Game, Reading, finite_one, share};
use super::{ASKED_PLAYERS, FormScorer, How, Wanted, draws};
use crate::{
    Attribution, Attributions, Error, Matrix, Means, Method, Players, Scorer, Subject, score_all, trees,
};

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
    check(rows, background, players)?;
    let drawing = (how, means);
    match (how.wanted, subject) {
        (Wanted::PathDependent, Subject::Form(form)) => path_dependent(form, rows, players, means),
        (Wanted::PathDependent, Subject::BlackBox(_)) => Err(not_open()),
        (Wanted::Sample, Subject::Form(form)) => {
            draw(&mut FormScorer::new(form, means.threads), (rows, background), (players, 0), drawing)
        }
        (_, Subject::Form(form)) => {
            Prepared::of(form, background, players, how, means)?.attribute(rows, how, means)
        }
        (Wanted::Exact, Subject::BlackBox(_)) if players.len() > ASKED_PLAYERS => {
            Err(too_many(players.len(), ASKED_PLAYERS))
        }
        (wanted, Subject::BlackBox(scorer)) if wanted == Wanted::Sample || players.len() > ASKED_PLAYERS => {
            draw(&mut **scorer, (rows, background), (players, 0), drawing)
        }
        (_, subject @ Subject::BlackBox(_)) => enumerate(subject, (rows, background), players, drawing),
    }
}

fn not_open() -> Error {
    let why = "the model's trees, and how many training rows passed each node, are not known".to_owned();
    Error::NotExact { what: "an explanation along the training data", why }
}

/// Too many players for exact numbers.
pub(super) fn too_many(players: usize, most: usize) -> Error {
    let why = format!("{players} players are read together, and at most {most} can be");
    Error::NotExact { what: "what each player adds", why }
}

/// Whether the tables fit each other.
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

/// The score of every item, one number each.
struct Each(usize);

impl Reading for Each {
    fn width(&self) -> usize {
        self.0
    }

    fn read(&self, scores: &[f64], numbers: &mut [f64]) {
        numbers.copy_from_slice(scores);
    }
}

/// Sets of players of all items that are asked about together.
const SETS_TOGETHER: usize = 16_384;

/// From every set of players, for as many rows at once as a model is asked about.
fn enumerate(
    subject: &mut Subject<'_>,
    (rows, background): (&Matrix, &Matrix),
    players: &Players,
    drawing: (&How, &Means<'_>),
) -> Result<Attributions, Error> {
    let together = (SETS_TOGETHER >> players.len()).max(1);
    let mut all = Attributions { method: Method::Enumeration, items: Vec::new(), evaluations: 0 };
    for some in rows.values().chunks(together * rows.columns()) {
        let items = &Matrix::new(rows.columns(), some.to_vec())?;
        let reading = &Each(items.rows());
        let found = share(subject, &Game { items, background, players, reading, name: 0 }, drawing)?;
        all.evaluations += found.evaluations;
        all.items.extend(found.numbers);
    }
    Ok(all)
}

/// From drawn orders. `first` tells the draws of this score from those of others.
///
/// # Errors
/// As [`attribute`].
pub(super) fn draw(
    scorer: &mut dyn Scorer,
    (rows, background): (&Matrix, &Matrix),
    (players, first): (&Players, usize),
    drawing: (&How, &Means<'_>),
) -> Result<Attributions, Error> {
    let mut all = Attributions { method: Method::Permutations, items: Vec::new(), evaluations: 0 };
    for (at, row) in rows.iter_rows().enumerate() {
        let items = &Matrix::new(rows.columns(), row.to_vec())?;
        let name = first * rows.rows() + at;
        let game = Game { items, background, players, reading: &Each(1), name };
        let found = draws::draw(scorer, &game, None, drawing)?;
        all.evaluations += found.evaluations;
        all.items.extend(found.numbers);
    }
    all.items.iter().try_for_each(finite_one)?;
    Ok(all)
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

/// The scores of rows, however they are had.
///
/// # Errors
/// What the model says.
pub fn scores(subject: &mut Subject<'_>, rows: &Matrix, means: &Means<'_>) -> Result<Vec<f64>, Error> {
    match subject {
        Subject::Form(form) => score_all(&mut FormScorer::new(form, means.threads), rows),
        Subject::BlackBox(scorer) => score_all(&mut **scorer, rows),
    }
}
