//! What changed from one version of a card to another.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use cards::card::{Card, Importance};
use cards::difference::{self, Difference, SignalChange};
use registry::{Registry, StoredCard};

use super::frame::Frame;
use super::lines::{card_path, release_path};
use super::native::Native;
use crate::address;
use crate::auth::Reader;
use crate::problem::Problem;

/// What each field of a card is called.
const FIELDS: &[(&str, &str)] = &[
    ("title", "field-title"),
    ("one_line", "field-one-line"),
    ("operator", "field-operator"),
    ("author", "field-author"),
    ("surface", "field-surface"),
    ("regions", "card-regions"),
    ("audience", "card-audience"),
    ("purpose", "card-purpose"),
    ("who_is_affected", "card-affected"),
    ("intended_use", "card-intended-use"),
    ("out_of_scope", "card-out-of-scope"),
    ("alternatives", "card-alternatives"),
    ("decides", "field-decides"),
    ("order", "field-order"),
    ("steps", "card-steps"),
    ("outputs", "card-outputs"),
    ("controls", "card-change"),
    ("non_profiling_option", "card-profile"),
    ("limits", "card-limits"),
    ("risks", "card-risks"),
    ("withheld", "card-withheld"),
    ("human_oversight", "card-oversight"),
    ("appeal", "card-appeal"),
    ("legal_basis", "card-law"),
    ("impact_assessments", "card-impact"),
    ("data_used", "card-data"),
    ("known_gaming", "card-gaming"),
    ("cited", "card-cited"),
    ("sources", "card-sources"),
];

#[derive(Template)]
#[template(path = "card/compare.html")]
struct ComparePage {
    frame: Frame,
    title: String,
    card_path: String,
    from: u32,
    to: u32,
    sides: [Side; 2],
    model: &'static str,
    lists_changed: bool,
    fields: Vec<&'static str>,
    signals: Vec<SignalView>,
    flipped: Vec<String>,
}

/// One of the two versions.
struct Side {
    version: u32,
    path: String,
    release: String,
    release_path: String,
}

/// A signal before and after.
struct SignalView {
    name: Native,
    before: String,
    after: String,
    class: &'static str,
    mark: &'static str,
}

pub(super) async fn show(
    at: web::Path<(String, u32, u32)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (slug, from, to) = at.into_inner();
    let slug = address::word(&slug)?;
    let from = registry.card_version(&reader.0, &slug, from).await?;
    let to = registry.card_version(&reader.0, &slug, to).await?;
    let frame = Frame::of(&request);
    let page = ComparePage::new(&frame, &from, &to)?;
    super::answer(&request, &frame, &page)
}

impl ComparePage {
    fn new(frame: &Frame, from: &StoredCard, to: &StoredCard) -> Result<Self, Problem> {
        let read =
            |stored: &StoredCard| serde_json::from_slice::<Card>(&stored.bytes).map_err(Problem::internal);
        let (before, after) = (read(from)?, read(to)?);
        let difference = difference::between(&before, &after).map_err(Problem::internal)?;
        let title = Native::of(&after.title, frame.messages).plain();
        let named =
            |field: &String| FIELDS.iter().find(|(name, _)| name == field).map(|(_, message)| *message);
        let signal = |change: &SignalChange| signal_view(frame, change, (&before, &after));
        Ok(Self {
            title: frame.messages.say("history-title").with("title", title).to_string(),
            card_path: card_path(to.slug.as_str()),
            from: from.version,
            to: to.version,
            sides: [Side::new(from), Side::new(to)],
            model: if difference.model_changed { "history-model" } else { "history-model-same" },
            lists_changed: difference.lists_changed,
            fields: difference.fields.iter().filter_map(named).collect(),
            signals: difference.signals.iter().map(signal).collect(),
            flipped: flipped(frame, &difference),
            frame: frame.clone(),
        })
    }
}

impl Side {
    fn new(stored: &StoredCard) -> Self {
        Self {
            version: stored.version,
            path: format!("{}/v/{}", card_path(stored.slug.as_str()), stored.version),
            release: stored.release.to_string(),
            release_path: release_path(&stored.repository, &stored.release),
        }
    }
}

fn signal_view(frame: &Frame, change: &SignalChange, (before, after): (&Card, &Card)) -> SignalView {
    let messages = frame.messages;
    let told = |importance: Option<&Importance>, card: &Card, missing: &str| {
        let Some(importance) = importance else { return messages.text(missing) };
        let unit = card.score_unit.as_ref().map(|unit| Native::of(unit, messages).plain());
        let rank = messages.say("history-rank").with("rank", importance.rank).to_string();
        format!("{rank}: {}", messages.weight(importance, unit.as_deref()))
    };
    let rank = |importance: Option<Importance>| importance.map_or(u64::MAX, |importance| importance.rank);
    let up = rank(change.after) < rank(change.before);
    let signal = after.signal(&change.signal).or_else(|| before.signal(&change.signal));
    SignalView {
        name: signal.map_or_else(
            || Native::here(change.signal.clone()),
            |signal| Native::of(&signal.plain_name, messages),
        ),
        before: told(change.before.as_ref(), before, "history-new"),
        after: told(change.after.as_ref(), after, "history-gone"),
        class: if up { "up" } else { "down" },
        mark: if up { "▲" } else { "▼" },
    }
}

fn flipped(frame: &Frame, difference: &Difference) -> Vec<String> {
    let told = |flip: &difference::Flipped| {
        let say = frame.messages.say("history-flip").with("list", &flip.list_id);
        say.with("upper", &flip.upper).with("lower", &flip.lower).to_string()
    };
    difference.flipped.iter().map(told).collect()
}

/// A version beside itself, and beside one of which everything differs.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    use serde_json::json;

    let old = super::tests::stored_card(|_| {});
    let new = super::tests::stored_card(|card| {
        card["version"] = json!(3);
        card["purpose"] = json!({"en": "<Other>"});
        card["evidence"]["model"]["sha256"] = json!("1".repeat(64));
        card["evidence"]["dataset"]["sha256"] = json!("2".repeat(64));
        let first = card["signals"][0]["importance"]["rank"].clone();
        card["signals"][0]["importance"]["rank"] = card["signals"][1]["importance"]["rank"].clone();
        card["signals"][1]["importance"]["rank"] = first;
        card["signals"][0]["id"] = json!("renamed");
        let upper = card["examples"][0]["upper"].clone();
        card["examples"][0]["upper"] = card["examples"][0]["lower"].clone();
        card["examples"][0]["lower"] = upper;
    });
    let page = |from: &StoredCard, to: &StoredCard| ComparePage::new(frame, from, to).unwrap();
    [page(&old, &old), page(&old, &new)]
        .iter()
        .map(|page| super::tests::rendered("compare", frame, page))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_may_differ_has_a_name() {
        let named: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).collect();

        assert_eq!(named, difference::FIELDS);
    }
}
