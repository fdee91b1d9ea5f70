//! How much scores and orders rest on each signal, and on each prediction.

use explain::games::{FormScorer, importance, predictions, score};
use explain::importance::Blinding;
use explain::{Attributions, Bootstrap, Estimate, Settings, Subject};
use serde::Serialize;

use super::OutputChoice;
use super::answer::{Error, Found, Runtime, Work};
use super::document::Id;
use super::score::name;

/// How much the scores, and the places in lists, rest on one signal or group.
#[derive(Debug, Serialize)]
struct ImportanceEntry<'a> {
    signal: &'a str,
    /// Mean size of its part of a score, in points of the score.
    mean_abs: f64,
    /// `mean_abs` over the sum of all, from 0 to 1.
    share: f64,
    /// 95 % interval of `share`, from resampling the lists; `null` for fewer than two lists.
    ci: Option<[f64; 2]>,
    /// Mean number of places that items move when the signal is made blind.
    places: f64,
    /// 95 % interval of `places`.
    places_ci: Option<[f64; 2]>,
}

/// One prediction of one row: `points` = weight · (`value` - `base`), and `base` + all `values` = `value`.
#[derive(Debug, Serialize)]
struct PredictionEntry<'a> {
    row: usize,
    item: Id,
    prediction: &'a str,
    weight: f64,
    points: f64,
    base: f64,
    value: f64,
    values: &'a [f64],
    stderr: Option<&'a [f64]>,
}

/// A prediction, shared out for every row.
struct Prediction {
    name: String,
    weight: f64,
    value: Attributions,
}

impl Work<'_> {
    pub(super) fn importance(&mut self) -> Result<Found, Error> {
        let attributions = self.attributions()?;
        let settings = Settings { seed: self.request.seed, order: self.request.order, ..Settings::default() };
        let bootstrap = Bootstrap::new(self.sheet.sizes.len(), settings.bootstrap, settings.seed);
        let shares = importance::of_attributions(&attributions, &self.sheet.sizes, &bootstrap)?;
        let (lists, background) = (self.sheet.as_lists()?, self.background()?.clone());
        let usual = self.model.scores.clone();
        let blinding = Blinding::new(&lists, &usual, &background, settings)?;
        let mut entries = Vec::with_capacity(shares.len());
        for ((signal, columns), share) in self.player_names.iter().zip(self.players.sets()).zip(shares) {
            self.means.go_on()?;
            let blind = match self.model.subject() {
                Subject::Form(form) => {
                    blinding.measure(&mut FormScorer::new(form, self.means.threads), columns)?
                }
                Subject::BlackBox(scorer) => blinding.measure(scorer, columns)?,
            };
            entries.push(ImportanceEntry {
                signal,
                mean_abs: share.mean_abs,
                share: share.share.value,
                ci: interval(&share.share),
                places: blind.places.value,
                places_ci: interval(&blind.places),
            });
        }
        self.notes.push(format!(
            "`exact` is said of `mean_abs` and `share`; `places` comes from {} draws an item.",
            settings.draws
        ));
        Found::results((name(attributions.method)?, attributions.method.is_exact()), &entries)
    }

    pub(super) fn predictions(&mut self, runtime: &mut dyn Runtime) -> Result<Found, Error> {
        let found = match &self.model.form {
            Some(_) => self.inside()?,
            None => self.named(runtime)?,
        };
        let way = found.first().map(|prediction| prediction.value.method).ok_or_else(no_predictions)?;
        let exact = found.iter().all(|prediction| prediction.value.method.is_exact());
        let mut entries = Vec::new();
        let rows = self.sheet.rows.iter().zip(&self.sheet.items).enumerate();
        for (at, (row, item)) in rows {
            for prediction in &found {
                let Some(shares) = prediction.value.items.get(at) else { continue };
                entries.push(PredictionEntry {
                    row: *row,
                    item: Id(item.clone()),
                    prediction: &prediction.name,
                    weight: prediction.weight,
                    points: prediction.weight * (shares.score - shares.base),
                    base: shares.base,
                    value: shares.score,
                    values: &shares.values,
                    stderr: shares.stderr.as_deref(),
                });
            }
        }
        entries.sort_by_key(|entry| entry.row);
        Found::results((name(way)?, exact), &entries)
    }

    /// The summands of the score, as the model has them.
    fn inside(&mut self) -> Result<Vec<Prediction>, Error> {
        let (how, background) = (self.how(), self.background()?.clone());
        let Some(form) = &self.model.form else { return Err(no_predictions()) };
        let rows = &self.sheet.numbers;
        let found = predictions::attribute(form, (rows, &background), &self.players, (&how, self.means))?;
        let numbered = found.into_iter().enumerate().map(|(place, prediction)| Prediction {
            name: prediction.name.unwrap_or_else(|| format!("part {}", place + 1)),
            weight: prediction.weight,
            value: prediction.value,
        });
        Ok(numbered.collect())
    }

    /// The outputs that the names of the signals list as predictions, of a model that could not be opened.
    fn named(&self, runtime: &mut dyn Runtime) -> Result<Vec<Prediction>, Error> {
        let (how, background) = (self.how(), self.background()?);
        let listed = self.names.map(|names| names.predictions.as_slice()).unwrap_or_default();
        let mut found = Vec::with_capacity(listed.len());
        for prediction in listed {
            let (name, mut scorer) = runtime.scorer(&OutputChoice::Named(prediction.output.clone()))?;
            let mut subject = Subject::BlackBox(scorer.as_mut());
            let rows = &self.sheet.numbers;
            let value =
                score::attribute(&mut subject, (rows, background), &self.players, (&how, self.means))?;
            found.push(Prediction { name, weight: prediction.weight, value });
        }
        Ok(found)
    }
}

fn no_predictions() -> Error {
    Error::Impossible(
        "the predictions of this model are not known; name them with their weights under `predictions` beside the signals"
            .to_owned(),
    )
}

/// The interval of an estimate.
pub(super) fn interval(estimate: &Estimate) -> Option<[f64; 2]> {
    Some([estimate.low?, estimate.high?])
}
