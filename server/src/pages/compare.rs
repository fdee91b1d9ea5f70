//! What changed from one version of a card to another.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use cards::card::{Card, Importance};
use cards::difference::{self, FileChange, Reordering, SignalChange};
use cards::words::Messages;
use registry::{Registry, StoredCard};

use super::frame::Frame;
use super::lines::{card_path, release_path};
use super::native::Native;
use crate::address;
use crate::api::{Comparison, compare};
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

/// What each fact of a release is called.
const RELEASE_FIELDS: &[(&str, &str)] = &[
    ("kind", "fact-kind"),
    ("license", "fact-licence"),
    ("languages", "ask-languages"),
    ("base", "fact-base"),
    ("description", "field-description"),
    ("intended_use", "card-intended-use"),
    ("out_of_scope", "card-out-of-scope"),
    ("limits", "card-limits"),
    ("risks", "card-risks"),
    ("benefits", "release-benefits"),
    ("training_data", "ask-learnt"),
    ("datasets", "field-datasets"),
    ("family", "field-family"),
    ("variant", "field-variant"),
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
    orders: Result<OrdersView, &'static str>,
    flipped: Vec<String>,
    release_fields: Vec<&'static str>,
    files: Vec<FileView>,
    api_path: String,
}

/// How both models order the same lists.
struct OrdersView {
    lists: u64,
    lists_in_all: u64,
    reordered: u64,
    top_changed: u64,
}

/// A file of the releases that is not the same.
struct FileView {
    path: String,
    message: &'static str,
    before: String,
    after: String,
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
    let (comparison, cards) = compare(&registry, &reader.0, (&from, &to)).await?;
    let page = ComparePage::new(&frame, (&from, &to), (&comparison, &cards));
    super::answer(&request, &frame, &page)
}

impl ComparePage {
    fn new(
        frame: &Frame,
        (from, to): (&StoredCard, &StoredCard),
        (comparison, [before, after]): (&Comparison, &[Card; 2]),
    ) -> Self {
        let difference = &comparison.card;
        let title = Native::of(&after.title, frame.messages).plain();
        let named =
            |field: &String| FIELDS.iter().find(|(name, _)| name == field).map(|(_, message)| *message);
        let signal = |change: &SignalChange| signal_view(frame, change, (before, after));
        let of_release = |field: &String| {
            RELEASE_FIELDS.iter().find(|(name, _)| name == field).map(|(_, message)| *message)
        };
        let file = |change: &FileChange| FileView::new(change, frame.messages);
        Self {
            title: frame.messages.say("history-title").with("title", title).to_string(),
            card_path: card_path(to.slug.as_str()),
            from: from.version,
            to: to.version,
            sides: [Side::new(from), Side::new(to)],
            model: if difference.model_changed { "history-model" } else { "history-model-same" },
            lists_changed: difference.lists_changed,
            fields: difference.fields.iter().filter_map(named).collect(),
            signals: difference.signals.iter().map(signal).collect(),
            orders: orders(comparison),
            flipped: flipped(frame, comparison),
            release_fields: comparison.releases.fields.iter().filter_map(of_release).collect(),
            files: comparison.releases.files.iter().map(file).collect(),
            api_path: format!(
                "/api/v1{}/compare/{}/{}",
                card_path(to.slug.as_str()),
                from.version,
                to.version
            ),
            frame: frame.clone(),
        }
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

impl FileView {
    fn new(change: &FileChange, messages: &Messages) -> Self {
        let size = |size: Option<u64>| size.map(|size| messages.bytes(size)).unwrap_or_default();
        let message = match (change.before, change.after) {
            (None, _) => "history-file-new",
            (_, None) => "history-file-gone",
            _ => "history-file-changed",
        };
        let (before, after) = (size(change.before), size(change.after));
        Self { path: change.path.clone(), message, before, after }
    }
}

fn orders(comparison: &Comparison) -> Result<OrdersView, &'static str> {
    match &comparison.orders {
        Some(Reordering { lists, lists_in_all, reordered, top_changed, .. }) => Ok(OrdersView {
            lists: *lists,
            lists_in_all: *lists_in_all,
            reordered: *reordered,
            top_changed: *top_changed,
        }),
        None => Err(match comparison.orders_missing {
            Some("unfit") => "history-orders-unfit",
            Some("not_now") => "history-orders-not-now",
            Some("access") => "history-orders-access",
            _ => "history-orders-failed",
        }),
    }
}

/// The pairs that turned round: those measured on whole lists, else those among the examples.
fn flipped(frame: &Frame, comparison: &Comparison) -> Vec<String> {
    let pairs = comparison.orders.as_ref().map_or(&comparison.card.flipped, |orders| &orders.flipped);
    let told = |flip: &difference::Flipped| {
        let say = frame.messages.say("history-flip").with("list", &flip.list_id);
        say.with("upper", &flip.upper).with("lower", &flip.lower).to_string()
    };
    pairs.iter().map(told).collect()
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
    let page = |from: &StoredCard, to: &StoredCard, orders_missing: Option<&'static str>| {
        let read = |stored: &StoredCard| serde_json::from_slice::<Card>(&stored.bytes).unwrap();
        let cards = [read(from), read(to)];
        let flip = difference::Flipped {
            list_id: "monday".to_owned(),
            upper: "A <new> post".to_owned(),
            lower: "An old post".to_owned(),
        };
        let orders =
            Reordering { lists: 40, lists_in_all: 50, reordered: 12, top_changed: 1, flipped: vec![flip] };
        let (old, mut new) = (super::tests::release().document, super::tests::release().document);
        if from.version != to.version {
            new.family = None;
            new.files.remove(0);
            new.files[0].sha256 = domain::Digest::of(b"other");
            new.files.push(domain::ReleaseFile { path: "z".parse().unwrap(), ..old.files[0].clone() });
        }
        let comparison = Comparison {
            card: difference::between(&cards[0], &cards[1]).unwrap(),
            orders: orders_missing.is_none().then_some(orders),
            orders_missing,
            releases: difference::releases(&old, &new).unwrap(),
        };
        ComparePage::new(frame, (from, to), (&comparison, &cards))
    };
    [
        page(&old, &old, Some("unfit")),
        page(&old, &new, None),
        page(&old, &new, Some("not_now")),
        page(&old, &new, Some("access")),
        page(&old, &new, Some("failed")),
    ]
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
        let of_releases: Vec<&str> = RELEASE_FIELDS.iter().map(|(field, _)| *field).collect();
        assert_eq!(of_releases, difference::RELEASE_FIELDS);
    }
}
