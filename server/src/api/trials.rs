//! Trying a card's system out.

use std::collections::BTreeMap;

use actix_web::web::{self, Data};
use actix_web::{HttpResponse, post};
use registry::Registry;
use registry::trials::{Goal, GoalState, Trial, TrialRow, TrialSignal, Wish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cards::CardAddress;
use super::{JSON_BODY, problems};
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};

/// What to try on one list of a card.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTrial, example = json!({
    "list": "0", "item": "3", "values": {"age_hours": 1.5}, "without": ["likes"], "top": 3
}))]
pub(super) struct NewTrial {
    /// Id of the list; else the first one.
    #[serde(default)]
    list: Option<String>,
    /// Id of the item that gets other values; else the first one as the list is shown.
    #[serde(default)]
    item: Option<String>,
    /// Other values of that item, by the ids of signals.
    #[serde(default)]
    values: BTreeMap<String, f64>,
    /// Ids of signals that the system shall not know: every item gets the same value.
    #[serde(default)]
    without: Vec<String>,
    /// Asks what would bring the item among so many first ones.
    #[serde(default)]
    #[schema(minimum = 1, example = 3)]
    top: Option<usize>,
}

impl Sent for NewTrial {
    fn is_for_everyone() -> bool {
        true
    }
}

/// What came of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Trial)]
struct TrialDocument {
    /// Version of the card whose system was tried.
    version: u32,
    /// Id of the list.
    list: String,
    /// The first 200 lists that there are, by their ids.
    lists: Vec<String>,
    /// Id of the item that got other values.
    item: String,
    /// Its signals, in the order of the card.
    signals: Vec<TrialSignalDocument>,
    /// The items in their new order.
    rows: Vec<TrialRowDocument>,
    /// How many items stand on another place than before.
    moved: usize,
    /// What each changed value did to the item's score, largest first; empty where nothing or more than eight values
    /// were changed.
    reasons: Vec<TrialReasonDocument>,
    /// What would bring the item among the first ones, where that was asked.
    goal: Option<GoalDocument>,
}

/// A signal of the item.
#[derive(Serialize, ToSchema)]
#[schema(as = TrialSignal)]
struct TrialSignalDocument {
    /// Id of the signal.
    signal: String,
    /// The item's own value; `null` where it is missing.
    own: Option<f64>,
    /// The value that was tried; `null` where it is missing.
    value: Option<f64>,
    /// Least value in the reference lists.
    min: Option<f64>,
    /// Greatest value in the reference lists.
    max: Option<f64>,
    /// What every item got instead, where the system shall not know this signal.
    instead: Option<f64>,
}

/// An item in the new order.
#[derive(Serialize, ToSchema)]
#[schema(as = TrialRow)]
struct TrialRowDocument {
    /// Id of the item.
    item: String,
    /// Its title, where the lists have titles.
    title: Option<String>,
    /// Its place; 1 is shown first, halves come from ties.
    place: f64,
    /// Its place in the list as published.
    place_before: f64,
    /// Its score.
    score: f64,
    /// Its score before.
    score_before: f64,
}

/// What one changed value did to the score.
#[derive(Serialize, ToSchema)]
#[schema(as = TrialReason)]
struct TrialReasonDocument {
    /// Id of the signal.
    signal: String,
    /// Points that it adds to the score: the mean over all orders of changing.
    points: f64,
}

/// What would bring the item among the first ones.
#[derive(Serialize, ToSchema)]
#[schema(as = TrialGoal)]
struct GoalDocument {
    /// Among how many.
    top: usize,
    /// `already`, `found`, `not_found`, `out_of_time` or `nothing_to_change`.
    #[schema(value_type = String, example = "found")]
    state: GoalState,
    /// The new values by the ids of signals: one or two, the smallest change that was found.
    values: BTreeMap<String, f64>,
    /// The place that the item takes with them; the model was run once more to be sure.
    place: Option<f64>,
    /// Whether no smaller change can do it; `false` where only some values were tried.
    exact: bool,
}

impl TrialDocument {
    fn new(version: u32, trial: Trial) -> Self {
        let reason = |reason: registry::trials::Reason| TrialReasonDocument {
            signal: reason.signal,
            points: reason.points,
        };
        Self {
            version,
            list: trial.list,
            lists: trial.lists,
            item: trial.item,
            signals: trial.signals.into_iter().map(TrialSignalDocument::from).collect(),
            rows: trial.rows.into_iter().map(TrialRowDocument::from).collect(),
            moved: trial.moved,
            reasons: trial.reasons.into_iter().map(reason).collect(),
            goal: trial.goal.map(GoalDocument::from),
        }
    }
}

impl From<TrialSignal> for TrialSignalDocument {
    fn from(signal: TrialSignal) -> Self {
        let TrialSignal { signal, own, value, min, max, instead, whole: _ } = signal;
        Self { signal, own, value, min, max, instead }
    }
}

impl From<TrialRow> for TrialRowDocument {
    fn from(row: TrialRow) -> Self {
        let TrialRow { item, title, place, place_before, score, score_before } = row;
        Self { item, title, place, place_before, score, score_before }
    }
}

impl From<Goal> for GoalDocument {
    fn from(goal: Goal) -> Self {
        let Goal { top, state, values, place, exact } = goal;
        Self { top, state, values: values.into_iter().collect(), place, exact }
    }
}

problems!(TrialProblems: [
    JSON_BODY,
    &[
        Kind::BadAddress, Kind::CardNotFound, Kind::ReleaseNotFound, Kind::NoModel, Kind::RowsRefused,
        Kind::RunFailed, Kind::Busy,
    ],
].concat());

/// Try the system of a card with other values.
///
/// Scores one reference list anew, with other values of one item or without some signals, and tells the new order. The
/// model runs in a process of its own. Lists of at most 1,000 items can be tried. Nothing is kept.
#[utoipa::path(
    tag = "cards",
    params(CardAddress),
    request_body = NewTrial,
    responses((status = 200, description = "The new order.", body = TrialDocument), TrialProblems)
)]
#[post("/cards/{slug}/try")]
pub(super) async fn try_card(
    new: Json<NewTrial>,
    at: web::Path<CardAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let NewTrial { list, item, values, without, top } = new.0;
    let wish = Wish { list, item, values, without, top };
    let (card, trial) = registry.try_card(&reader.0, &at.slug, wish).await?;
    Ok(HttpResponse::Ok().json(TrialDocument::new(card.version, trial)))
}
