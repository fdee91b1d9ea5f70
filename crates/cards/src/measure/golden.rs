//! The model's scores beside those of the author's own system.

use explain::places::{Standing, kendall};
use explain::{Order, Scorer, score_all};

use super::context::{number, points_tolerance};
use super::{GenerateError, Request, evidence};
use crate::Golden;
use crate::card::{Known, Measured, Parity, Reason, WorstRow};

/// How far a score may be off, relative to the larger of 1 and the author's score: room for 32-bit models.
const LIMIT: f64 = 1e-5;

/// Scores the golden rows; `None` where the release has none.
pub(super) fn measure(
    request: &Request<'_>,
    model: &mut dyn Scorer,
) -> Result<Option<Parity>, GenerateError> {
    let Some(golden) = &request.bundle.golden else { return Ok(None) };
    let scores = score_all(model, &golden.rows)?;
    let pairs = || golden.scores.iter().zip(&scores).map(|(author, model)| (*author, (author - model).abs()));
    let differ = pairs().filter(|(author, apart)| *apart > LIMIT * author.abs().max(1.0)).count();
    let (worst, largest) =
        (0..).zip(pairs()).fold(
            (0, 0.0),
            |(at, largest), (row, (_, apart))| {
                if apart > largest { (row, apart) } else { (at, largest) }
            },
        );
    let tolerance = points_tolerance(&scores).max(points_tolerance(&golden.scores));
    Ok(Some(Parity {
        file: evidence::file(request, &golden.file)?,
        rows: golden.scores.len() as u64,
        limit: LIMIT,
        differ: Measured::new(number(differ), Measured::EXACT),
        largest: Measured::new(largest, tolerance),
        tau: tau(&golden.scores, &scores),
        worst: (differ > 0).then(|| worst_row(golden, worst)),
    }))
}

fn worst_row(golden: &Golden, row: usize) -> WorstRow {
    let item_id = golden.item_ids.as_ref().and_then(|ids| ids.get(row)).cloned();
    WorstRow { row: row as u64 + 1, item_id }
}

/// Kendall's tau-b: of the pairs that both sides tell apart, so that ties on both sides take nothing away.
fn tau(author: &[f64], model: &[f64]) -> Known<Measured> {
    let (author, model) = (Standing::new(author, Order::Descending), Standing::new(model, Order::Descending));
    let apart = kendall(&author, &author) * kendall(&model, &model);
    if author.items() < 2 || apart <= 0.0 {
        return Known::no(Reason::NothingToOrder);
    }
    let tau = (kendall(&author, &model) / libm::sqrt(apart)).clamp(-1.0, 1.0);
    Known::Yes(Measured::new(tau, Measured::SHARE))
}
