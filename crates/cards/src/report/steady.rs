//! How steady an order is, and how good its explanation.

use explain::games::score;
use explain::position::position;
use explain::quality::{agreement, common_first, quality};
use explain::stability::{Jitter, stability};
use explain::{Attributions, Bootstrap, Matrix, Settings};
use serde::Serialize;

use super::answer::{Error, Found, Work};
use super::importance::interval;
use super::score::name;

/// How far numbers are disturbed, as shares of their spread in the background.
const JITTERS: [f64; 2] = [0.01, 0.05];
/// How often every list is disturbed.
const DRAWS: usize = 20;

/// What stays of the orders when numbers are slightly different.
#[derive(Debug, Serialize)]
struct StabilityEntry {
    /// Standard deviation of what is added, as a share of the signal's own in the background.
    jitter: f64,
    draws: usize,
    /// Kendall's tau-a between the true and the disturbed order.
    tau: f64,
    tau_ci: Option<[f64; 2]>,
    /// Part of the first places that stays.
    first_places_kept: f64,
    first_places_kept_ci: Option<[f64; 2]>,
    /// Part of the draws in which the first item stays first.
    first_item_kept: f64,
    first_item_kept_ci: Option<[f64; 2]>,
    /// What the disturbance does to a score, root mean square.
    score_noise: f64,
    /// Smallest and median gap between neighbours that do not tie.
    smallest_gap: Option<f64>,
    median_gap: Option<f64>,
    /// How many signals were disturbed; those of few different values are not.
    disturbed: usize,
    undisturbed: String,
}

/// Whether scores depend on where a row stands and what stands beside it.
#[derive(Debug, Serialize)]
struct PositionEntry {
    rows: usize,
    /// Rows with another score in another order of the rows.
    by_order: usize,
    /// Rows with another score beside a copy.
    by_copy: usize,
    /// Rows with another score when alone.
    by_size: usize,
    /// The largest of these differences.
    largest: f64,
    /// Whether all were the same, to the last bit.
    holds: bool,
}

/// How good an explanation of the scores is.
#[derive(Debug, Serialize)]
struct QualityEntry {
    /// Largest miss of base plus parts from the score, over max(1, |score|).
    additivity_gap: f64,
    largest_stderr: f64,
    /// What of the explained difference goes when the largest helping parts are taken away.
    deletion: f64,
    /// What of it stays when only they are kept.
    preservation: f64,
    /// Kendall's tau-a between the orders of importance from two halves of the background; `null` for one row.
    agreement: Option<f64>,
    /// Part of the first five that both halves have in common.
    common_first: Option<f64>,
}

impl Work<'_> {
    pub(super) fn stability(&mut self) -> Result<Found, Error> {
        let (lists, background) = (self.sheet.as_lists()?, self.background()?.clone());
        let bootstrap = Bootstrap::new(lists.len(), Settings::default().bootstrap, self.request.seed);
        let mut entries = Vec::with_capacity(JITTERS.len());
        for share in JITTERS {
            let first = Some(self.request.first_places);
            let jitter = Jitter { share, draws: DRAWS, first, seed: self.request.seed };
            let asked = (&jitter, self.request.order, &bootstrap);
            let found = stability(&mut self.model.subject(), &lists, &background, asked, self.means)?;
            let still =
                self.sheet.columns.iter().enumerate().filter(|(column, _)| !found.disturbed.contains(column));
            let still: Vec<&str> = still.map(|(_, name)| name.as_str()).collect();
            entries.push(StabilityEntry {
                jitter: share,
                draws: DRAWS,
                tau: found.tau.value,
                tau_ci: interval(&found.tau),
                first_places_kept: found.first_places_kept.value,
                first_places_kept_ci: interval(&found.first_places_kept),
                first_item_kept: found.first_item_kept.value,
                first_item_kept_ci: interval(&found.first_item_kept),
                score_noise: found.score_noise,
                smallest_gap: found.smallest_gap,
                median_gap: found.median_gap,
                disturbed: found.disturbed.len(),
                undisturbed: still.join(" "),
            });
        }
        Found::results(("draws", false), &entries)
    }

    pub(super) fn position(&mut self) -> Result<Found, Error> {
        let rows = &self.sheet.numbers;
        // The runtime itself is asked, whatever is known of the model: it is what might depend on the order.
        let found = position(self.model.scorer.as_mut(), rows, self.request.seed, self.means)?;
        let entry = PositionEntry {
            rows: found.rows,
            by_order: found.by_order,
            by_copy: found.by_copy,
            by_size: found.by_size,
            largest: found.largest,
            holds: found.holds(),
        };
        Found::results(("scored again", true), &[entry])
    }

    pub(super) fn quality(&mut self) -> Result<Found, Error> {
        const FIRST: usize = 5;
        let attributions = self.attributions()?;
        let background = self.background()?.clone();
        let both = (&self.sheet.numbers, &background);
        let found = quality(&mut self.model.subject(), both, &self.players, &attributions, self.means)?;
        let halves = self.halves(&background)?;
        let entry = QualityEntry {
            additivity_gap: found.additivity_gap,
            largest_stderr: found.largest_stderr,
            deletion: found.deletion,
            preservation: found.preservation,
            agreement: halves.as_ref().map(|[one, other]| agreement(one, other)),
            common_first: halves.as_ref().map(|[one, other]| common_first(one, other, FIRST)),
        };
        Found::results((name(attributions.method)?, attributions.method.is_exact()), &[entry])
    }

    /// The importance of every player by each half of the background; `None` for a background of one row.
    fn halves(&mut self, background: &Matrix) -> Result<Option<[Vec<f64>; 2]>, Error> {
        if background.rows() < 2 {
            return Ok(None);
        }
        let how = self.how();
        let mut half = |first: usize| -> Result<Vec<f64>, Error> {
            let rows = background.iter_rows().skip(first).step_by(2).flatten().copied().collect();
            let half = Matrix::new(background.columns(), rows)?;
            let rows = (&self.sheet.numbers, &half);
            let found = score::attribute(&mut self.model.subject(), rows, &self.players, (&how, self.means))?;
            Ok(sizes(&found, self.players.len()))
        };
        Ok(Some([half(0)?, half(1)?]))
    }
}

/// The sum over rows of the sizes of every player's parts.
fn sizes(found: &Attributions, players: usize) -> Vec<f64> {
    let mut sizes = vec![0.0; players];
    for item in &found.items {
        for (size, value) in sizes.iter_mut().zip(&item.values) {
            *size += value.abs();
        }
    }
    sizes
}
