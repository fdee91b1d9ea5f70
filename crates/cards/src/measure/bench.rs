//! The model as the later parts of a card look at it: opened where it could be read, and on fewer rows where it can only
//! be asked.

use explain::chance::Stream;
use explain::games::place::Others;
use explain::places::{Standing, page_size};
use explain::{Lists, Matrix, Means, Scorer, Subject};
use forms::{Form, Part};
use onnx::{Opened, Rounding};

use super::GenerateError;
use super::context::Context;
use super::plan::SEED;

/// Most items that are looked at one by one.
pub(super) const ROWS: usize = 200;
/// Most background rows behind them.
const BACKGROUND: usize = 100;
/// How many times more scores are affordable where they are computed here.
const HERE: usize = 20;
/// Most items that are drawn.
const DRAWN: usize = 1000;

/// A model that was read and gave the runtime's scores wherever both were compared.
pub(super) struct Inside {
    /// The model.
    pub(super) opened: Opened,
    /// Its score; `None` for a black box.
    pub(super) form: Option<Form>,
}

/// The rows as the model sees them, and the score.
pub(super) struct Bench<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) inside: Option<&'a Inside>,
    pub(super) model: &'a mut dyn Scorer,
    /// All lists.
    pub(super) lists: Lists,
    /// Some rows, spread over the lists: which list, and which row of all.
    pub(super) sample: Vec<(usize, usize)>,
    /// The first of them: rows that stand for "not known", none twice.
    pub(super) background: Matrix,
    /// One score a row of all lists, had as every score here is: compared with others, no rounding decides.
    scores: Vec<f64>,
}

impl<'a> Bench<'a> {
    /// Rounds the rows as the model does and draws those that are looked at one by one.
    pub(super) fn new(
        context: &'a Context<'a>,
        inside: Option<&'a Inside>,
        model: &'a mut dyn Scorer,
    ) -> Result<Self, GenerateError> {
        let all = &context.bundle.lists;
        let mut rows = Matrix::empty(all.rows().columns())?;
        for row in all.rows().iter_rows() {
            let mut seen = row.to_vec();
            if let Some(inside) = inside {
                inside.opened.round(&mut seen);
            }
            rows.push(&seen)?;
        }
        let lists = Lists::new(rows, &all.sizes())?;
        let sample = spread(&lists, DRAWN);
        let background = Matrix::empty(lists.rows().columns())?;
        let scores = context.scores.clone();
        let mut bench = Self { context, inside, model, lists, sample, background, scores };
        if let Some(form) = bench.form() {
            form.values(bench.lists.rows().values(), &mut bench.scores);
        }
        (bench.background, _) = bench.rows(BACKGROUND)?;
        Ok(bench)
    }

    /// The formula, where the model could be opened.
    pub(super) fn form(&self) -> Option<&'a Form> {
        self.inside.and_then(|inside| inside.form.as_ref())
    }

    /// What is asked for scores.
    pub(super) fn subject(&mut self) -> Subject<'_> {
        match self.form() {
            Some(form) => Subject::Form(form),
            None => Subject::BlackBox(&mut *self.model),
        }
    }

    /// As many as wanted where the score is made of trees or weights; else no more than the budget pays for at this
    /// many scores each, but at least five.
    pub(super) fn affordable(&self, wanted: usize, scores_each: usize, budget: usize) -> usize {
        if self.is_quick() {
            return wanted;
        }
        wanted.min((self.budget(budget) / scores_each.max(1)).max(5))
    }

    /// How many scores are affordable where a model that can only be asked gives so many.
    pub(super) fn budget(&self, asked: usize) -> usize {
        if self.form().is_some() { HERE * asked } else { asked }
    }

    /// Whether the score is computed here from trees and weights alone.
    pub(super) fn is_quick(&self) -> bool {
        let quick = |part: &Part| matches!(part, Part::Column(_) | Part::Trees(_));
        self.form().is_some_and(|form| form.terms.iter().all(|term| quick(&term.part)))
    }

    /// Whether the model takes whole numbers only in this column.
    pub(super) fn is_whole(&self, column: usize) -> bool {
        let rounding = self.inside.and_then(|inside| inside.opened.rounding.get(column));
        matches!(rounding, Some(Rounding::Whole))
    }

    /// A row of the lists as the model sees it.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        self.lists.rows().row(row).unwrap_or_default()
    }

    /// The first so many rows of the sample, in the order of the lists, and how many each list gave.
    pub(super) fn rows(&self, most: usize) -> Result<(Matrix, Vec<usize>), GenerateError> {
        let mut chosen: Vec<(usize, usize)> = self.sample.iter().take(most).copied().collect();
        chosen.sort_unstable();
        let mut rows = Matrix::empty(self.lists.rows().columns())?;
        for (_, row) in &chosen {
            rows.push(self.row(*row))?;
        }
        Ok((rows, chosen.chunk_by(|one, other| one.0 == other.0).map(<[_]>::len).collect()))
    }

    /// The scores of a list.
    pub(super) fn scores(&self, list: usize) -> &[f64] {
        let bounds = self.lists.bounds().get(list).cloned().unwrap_or_default();
        self.scores.get(bounds).unwrap_or_default()
    }

    /// The score of a row of all lists.
    pub(super) fn score(&self, row: usize) -> Option<f64> {
        self.scores.get(row).copied()
    }

    /// Rounds a row as the model does, where it is known how.
    pub(super) fn round(&self, row: &mut [f64]) {
        if let Some(inside) = self.inside {
            inside.opened.round(row);
        }
    }

    /// The position of a row in its list.
    pub(super) fn position(&self, (list, row): (usize, usize)) -> usize {
        row - self.lists.bounds().get(list).map_or(row, |bounds| bounds.start)
    }

    /// The scores that an item competes with.
    pub(super) fn others(&self, item: (usize, usize)) -> Vec<f64> {
        let at = self.position(item);
        let others = self.scores(item.0).iter().enumerate().filter(|(other, _)| *other != at);
        others.map(|(_, score)| *score).collect()
    }

    /// The same, to look places up.
    pub(super) fn competitors(&self, item: (usize, usize)) -> Others {
        Others::new(self.others(item), self.context.order())
    }

    /// Items of the sample that are not among the first places of their list.
    pub(super) fn outside(&self) -> Vec<(usize, usize)> {
        let is_outside = |item: &(usize, usize)| {
            let scores = self.scores(item.0);
            let places = Standing::new(scores, self.context.order()).places();
            let first = super::context::number(page_size(scores.len()));
            places.get(self.position(*item)).is_some_and(|place| *place > first)
        };
        self.sample.iter().take(ROWS).copied().filter(is_outside).collect()
    }
}

/// One thread: a card is one of several works of a worker, and its numbers must not depend on it.
pub(super) fn means() -> Means<'static> {
    Means::plain()
}

/// Rows by chance, each with its list: every list gives one before any gives a second.
fn spread(lists: &Lists, most: usize) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..lists.len()).collect();
    Stream::new(SEED, "sample lists", 0).shuffle(&mut order);
    let mut turns = vec![0; lists.len()];
    for (turn, list) in order.into_iter().enumerate() {
        if let Some(slot) = turns.get_mut(list) {
            *slot = turn;
        }
    }
    let mut ranked = Vec::with_capacity(lists.rows().rows());
    for ((list, bounds), turn) in lists.bounds().iter().enumerate().zip(turns) {
        let mut rows: Vec<usize> = bounds.clone().collect();
        Stream::new(SEED, "sample rows", list).shuffle(&mut rows);
        ranked.extend(rows.into_iter().enumerate().map(|(round, row)| (round, turn, list, row)));
    }
    ranked.sort_unstable();
    ranked.into_iter().take(most).map(|(_, _, list, row)| (list, row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_gives_a_row_before_any_gives_a_second() {
        let lists = Lists::new(Matrix::new(1, vec![0.0; 30]).unwrap(), &[3, 20, 7]).unwrap();

        let six = spread(&lists, 6);

        for list in 0..3 {
            assert_eq!(six.iter().filter(|(of, _)| *of == list).count(), 2, "{six:?}");
        }
        assert!(six.iter().all(|(list, row)| lists.bounds()[*list].contains(row)));
        let mut all = spread(&lists, 1000);
        all.sort_unstable_by_key(|(_, row)| *row);
        assert!(all.iter().map(|(_, row)| *row).eq(0..30));
    }
}
