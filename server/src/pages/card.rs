//! The page of a system card: first what it says, then all of it, then what it rests on.
//!
//! Every number is printed from the card's JSON, and the element around it names the place there (`data-evidence`, an
//! RFC 6901 pointer). What comes from the live state of the registry stands in elements with `data-live`.

mod checks;
mod duties;
mod evidence;
mod examples;
mod inside;
mod opening;
mod reading;
mod signals;
mod steps;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use cards::card::Card;
use cards::words::Messages;
use domain::{Coordinates, EntryKind};
use registry::{Registry, StoredCard};

use super::frame::Frame;
use super::lines::{Fact, Line, Withdrawn, card_path, release_path};
use super::native::Native;
use super::record::{About, KnownFile, RecordBox, allow_script};
use crate::address;
use crate::auth::Reader;
use crate::preview::Picture;
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "card/show.html")]
pub(super) struct CardPage {
    frame: Frame,
    card: CardView,
    newer: Option<Newer>,
    withdrawn: Option<Withdrawn>,
    /// The command that computes this version of the card again.
    replay: String,
    release_path: String,
    try_path: String,
    quiz_path: String,
    feed_path: String,
    /// The version before and the page that says what changed since.
    before: Option<Newer>,
    version: u32,
    /// Where this version lies, for whoever passes it on.
    link: String,
    /// Where its picture lies.
    picture: String,
    json_path: String,
    everything_path: String,
    card_sha256: String,
    record: RecordBox,
}

/// That there is another version.
struct Newer {
    text: String,
    path: String,
}

/// A card in the words of one language.
struct CardView {
    title: Native,
    one_line: Native,
    facts: Vec<Line>,
    notes: Vec<Line>,
    strongest_title: &'static str,
    strongest_lead: Line,
    headlines: Vec<signals::SignalView>,
    controls: Vec<opening::ControlView>,
    no_controls_because: Option<Native>,
    profile: Vec<Line>,
    proof: Vec<Fact>,
    contents: Vec<Content>,
    purpose: Vec<Part>,
    steps: Vec<steps::StepView>,
    signals: Vec<signals::SignalView>,
    curves: Vec<inside::CurveView>,
    groups: Vec<signals::GroupView>,
    outputs: Vec<steps::OutputView>,
    predictions: Vec<steps::OutputView>,
    first_example: Option<Line>,
    examples: Vec<examples::ExampleView>,
    limits: Vec<Line>,
    risks: Vec<Record>,
    blocks: Vec<Block>,
    evidence: Vec<Fact>,
    reading: Option<reading::ReadingView>,
}

/// A paragraph, perhaps with a heading.
struct Part {
    title: Option<&'static str>,
    text: Native,
    pointer: String,
}

/// A part of the page that the side column leads to.
struct Content {
    id: &'static str,
    title: &'static str,
}

/// Several facts about one thing.
#[derive(Default)]
struct Record {
    id: Option<String>,
    name: Option<Line>,
    facts: Vec<Fact>,
}

/// A section of the page that is made of lines, records and links.
#[derive(Default)]
struct Block {
    id: &'static str,
    title: &'static str,
    lead: Option<&'static str>,
    /// Which of the three kinds its numbers are.
    kind: Option<&'static str>,
    lines: Vec<Line>,
    records: Vec<Record>,
    links: Vec<Link>,
}

/// A link out of the site.
struct Link {
    label: &'static str,
    address: String,
}

/// A card on its way into the words of a language.
#[derive(Clone, Copy)]
struct Telling<'a> {
    card: &'a Card,
    messages: &'static Messages,
}

pub(super) async fn show(
    slug: web::Path<String>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let stored = registry.card(&reader.0, &address::word(&slug)?).await?;
    answer(&request, &stored, (&registry, &site)).await
}

pub(super) async fn show_version(
    at: web::Path<(String, u32)>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (slug, version) = at.into_inner();
    let stored = registry.card_version(&reader.0, &address::word(&slug)?, version).await?;
    answer(&request, &stored, (&registry, &site)).await
}

/// The page of a card as an answer.
async fn answer(
    request: &HttpRequest,
    stored: &StoredCard,
    (registry, site): (&Registry, &Site),
) -> Result<HttpResponse, Problem> {
    let (id, ver) = (stored.repository_id, stored.version.to_string());
    let record = registry.record(&Coordinates { kind: EntryKind::Card, id, ver }).await?;
    let frame = Frame::of(request);
    let page = CardPage::new(frame.clone(), (stored, record.as_ref()), &site.public_url)?;
    let mut answer = super::answer(request, &frame, &page)?;
    allow_script(&mut answer);
    Ok(answer)
}

/// The page of a card as one HTML file in a language: with its style, without scripts, with links to this site.
pub(crate) fn alone(
    stored: &StoredCard,
    record: Option<&registry::Record>,
    site: &str,
    messages: &'static Messages,
) -> Result<String, Problem> {
    let frame = Frame::new(messages, &format!("{}/v/{}", card_path(stored.slug.as_str()), stored.version));
    let page = CardPage::new(frame, (stored, record), site)?;
    Ok(super::assets::alone(&page.render().map_err(Problem::internal)?, site))
}

/// The title of a card in English, or in any language where it has none.
pub(crate) fn title(stored: &StoredCard) -> Result<String, Problem> {
    let card: Card = serde_json::from_slice(&stored.bytes).map_err(Problem::internal)?;
    Ok(card.title.best(&[Messages::english().language()]).to_owned())
}

/// What the picture of a card says, in the language that the reader asks for.
pub(crate) fn picture(request: &HttpRequest, stored: &StoredCard) -> Result<Picture, Problem> {
    let card: Card = serde_json::from_slice(&stored.bytes).map_err(Problem::internal)?;
    Ok(picture_of(stored, &card, Frame::of(request).messages))
}

fn picture_of(stored: &StoredCard, card: &Card, messages: &'static Messages) -> Picture {
    let telling = Telling { card, messages };
    let version = messages
        .say("card-fact-version")
        .with("version", card.version)
        .with("date", messages.date(card.release.published_at));
    let english = card.title.best(&[Messages::english().language()]).to_owned();
    let titles = vec![telling.native(&card.title).plain(), english, stored.slug.to_string()];
    let mut stranger = Vec::new();
    if card.author.name != card.operator.name {
        stranger.push(messages.say("card-not-by-operator").with("operator", &card.operator.name).to_string());
        stranger.push(messages.text("card-rebuilt"));
    }
    Picture {
        site: messages.text("site-name"),
        version: version.to_string(),
        titles,
        one_line: telling.native(&card.one_line).plain(),
        heading: messages.text(telling.strongest_title()),
        rows: telling
            .headlines()
            .iter()
            .map(|signal| (signal.name.plain(), signal.weight.text.plain()))
            .collect(),
        withdrawn: stored.withdrawn.as_ref().map(|_| messages.text("withdrawn")),
        stranger,
    }
}

/// The box that says whether this is what was published.
fn record_box(
    (stored, card): (&StoredCard, &Card),
    record: Option<&registry::Record>,
    (site, messages): (&str, &Messages),
) -> RecordBox {
    let version = format!("{}/v/{}", card_path(stored.slug.as_str()), stored.version);
    let about = About {
        release: &format!("{}@{}", stored.repository, stored.release),
        folder: &format!("{}-{}", stored.repository.name(), stored.release),
        proof_path: format!("{version}/card.tlog-proof"),
        site,
    };
    let evidence = &card.evidence;
    let parts = [&evidence.model, &evidence.dataset, &evidence.card_source];
    let files = parts.map(|file| KnownFile { name: file.path.to_string(), sha256: file.sha256.clone() });
    let whole = KnownFile { name: format!("{}.json", stored.version), sha256: stored.sha256.hex() };
    RecordBox { files: files.into_iter().chain([whole]).collect(), ..RecordBox::new(about, record, messages) }
}

impl CardPage {
    /// The page of a stored card and its place in the record book, on the site at this address.
    pub(super) fn new(
        frame: Frame,
        (stored, record): (&StoredCard, Option<&registry::Record>),
        site: &str,
    ) -> Result<Self, Problem> {
        let card: Card = serde_json::from_slice(&stored.bytes).map_err(Problem::internal)?;
        let messages = frame.messages;
        let path = card_path(stored.slug.as_str());
        let newer = (stored.version < stored.newest).then(|| {
            let text =
                messages.say("card-older").with("version", stored.version).with("newest", stored.newest);
            Newer { text: text.to_string(), path: path.clone() }
        });
        let before = stored.version.checked_sub(1).filter(|before| *before > 0).map(|before| {
            let text = messages.say("history-since").with("version", before).to_string();
            Newer { text, path: format!("{path}/compare/{before}/{}", stored.version) }
        });
        Ok(Self {
            record: record_box((stored, &card), record, (site, messages)),
            card: CardView::new(Telling { card: &card, messages }),
            newer,
            withdrawn: stored.withdrawn.as_ref().map(|withdrawal| Withdrawn::new(withdrawal, messages)),
            replay: format!("vitrine replay {site}{path}/v/{}", stored.version),
            feed_path: format!("{path}/feed.atom"),
            before,
            try_path: super::trial::trial_path(stored.slug.as_str()),
            quiz_path: super::quiz::quiz_path(stored.slug.as_str()),
            release_path: release_path(&stored.repository, &stored.release),
            version: stored.version,
            link: format!("{site}{path}/v/{}", stored.version),
            picture: frame.to(&format!("{site}{path}/v/{}/preview.png", stored.version)),
            everything_path: format!("{path}/v/{}/everything.zip", stored.version),
            json_path: format!("{path}/v/{}.json", stored.version),
            card_sha256: stored.sha256.to_string(),
            frame,
        })
    }
}

impl CardView {
    fn new(telling: Telling<'_>) -> Self {
        let card = telling.card;
        let blocks = telling.blocks();
        Self {
            title: telling.native(&card.title),
            one_line: telling.native(&card.one_line),
            facts: telling.facts(),
            notes: telling.notes(),
            strongest_title: telling.strongest_title(),
            strongest_lead: telling.strongest_lead(),
            headlines: telling.headlines(),
            controls: telling.controls(),
            no_controls_because: card.no_controls_because.as_ref().map(|why| telling.native(why)),
            profile: telling.profile(),
            proof: telling.proof(),
            contents: contents(&blocks),
            purpose: telling.purpose(),
            steps: telling.steps(),
            signals: telling.signals(),
            curves: telling.curves(),
            groups: telling.groups(),
            outputs: telling.outputs(),
            predictions: telling.predictions(),
            first_example: telling.first_example(),
            examples: telling.examples(),
            limits: telling.lines(&card.limits, "/limits"),
            risks: telling.risks(),
            blocks,
            evidence: telling.evidence(),
            reading: telling.reading(),
        }
    }
}

impl Telling<'_> {
    fn native(&self, text: &cards::source::Text) -> Native {
        Native::of(text, self.messages).marked(self.messages, &self.card.proper_names)
    }

    /// A text as it stands in the card.
    fn line(&self, text: &cards::source::Text, pointer: impl Into<String>) -> Line {
        Line { text: self.native(text), pointer: pointer.into() }
    }

    /// Texts that stand in a list of the card.
    fn lines(&self, texts: &[cards::source::Text], pointer: &str) -> Vec<Line> {
        (0..).zip(texts).map(|(at, text): (usize, _)| self.line(text, format!("{pointer}/{at}"))).collect()
    }
}

/// What the side column leads to, in the order of the page.
fn contents(blocks: &[Block]) -> Vec<Content> {
    let fixed = [
        ("purpose", "card-purpose"),
        ("steps", "card-steps"),
        ("signals", "card-signals"),
        ("outputs", "card-outputs"),
        ("examples", "card-examples"),
        ("limits", "card-limits"),
        ("risks", "card-risks"),
    ];
    fixed
        .into_iter()
        .chain(blocks.iter().map(|block| (block.id, block.title)))
        .chain([("evidence", "card-evidence")])
        .map(|(id, title)| Content { id, title })
        .collect()
}

/// Forty golden rows, of which so many differ.
#[cfg(test)]
fn golden(differ: u64, tau: f64) -> serde_json::Value {
    serde_json::json!({
        "file": {"path": "golden.csv", "sha256": "0".repeat(64), "bytes": 4000},
        "rows": 40,
        "limit": 1e-5,
        "differ": {"value": differ, "tolerance": 0},
        "largest": {"value": 0.113, "tolerance": 1e-4},
        "tau": {"value": tau, "tolerance": 0.005},
    })
}

/// Cards whose model was compared with the author's system: unlike it, and like it.
#[cfg(test)]
fn compared() -> (StoredCard, StoredCard) {
    use serde_json::json;

    use super::tests::stored_card;

    let resolution = json!({"tied_pairs": {"value": 0.8, "tolerance": 0.005}, "saturated": true});
    let differing = stored_card(|card| {
        card["evidence"]["golden"] = golden(3, 0.9);
        card["evidence"]["golden"]["worst"] = json!({"row": 4, "item_id": "p<4>"});
        card["evidence"]["model_form"] = json!({
            "opened": false, "kind": "black_box", "why": "the operator `Erf` is not read", "compared_rows": 0,
            "not_used": [card["signals"][0]["id"]],
        });
        card["evidence"]["resolution"] = resolution.clone();
    });
    let agreeing = stored_card(|card| {
        card["decides"] = json!("step");
        card["evidence"]["golden"] = golden(0, 1.0);
        card["evidence"]["model_form"] =
            json!({"opened": true, "kind": "trees", "compared_rows": 640, "not_used": []});
        card["evidence"]["resolution"] = resolution.clone();
    });
    (differing, agreeing)
}

/// A card of each kind: an order, a score, a step; older, withdrawn, and with as little as a card may have.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    use serde_json::json;

    use super::tests::{SITE, rendered, stored_card, withdrawal};

    let score = stored_card(|card| {
        card["decides"] = json!("score");
        card["domain"] = json!("health");
        card["score_unit"] = json!({"en": "marks"});
        card["headlines"] = json!([]);
        card["author"] = card["operator"].clone();
        for signal in card["signals"].as_array_mut().into_iter().flatten() {
            signal["importance"]["metric"] = json!("mean_abs_points");
        }
    });
    let bare = stored_card(|card| {
        for list in
            ["controls", "examples", "groups", "withheld", "cited", "sources", "known_gaming", "audience"]
        {
            card[list] = json!([]);
        }
        card["no_controls_because"] = json!({"en": "The list is the same for all."});
        card["non_profiling_option"]["profile_signals"] = json!(2);
        card["non_profiling_option"]["available"] = json!(false);
        card["title"] = json!({"hi": "समाचार"});
        card["lists"]["made_up"] = json!(false);
        card["steps"][0]["cited"] = json!(null);
        card["purpose"] = json!({"en": "It sorts."});
    });
    let profiled = stored_card(|card| {
        let effect = card["controls"][0]["measured"].clone();
        card["non_profiling_option"]["profile_signals"] = json!(1);
        card["non_profiling_option"]["measured"] = effect;
        card["signals"][0]["uses_profile"] = json!(true);
        card["signals"][0]["sensitive"] = json!(true);
        card["signals"][1]["range"]["same_within_lists"] = json!(true);
    });
    let (differing, agreeing) = compared();
    let older = StoredCard { version: 1, withdrawn: Some(withdrawal()), ..stored_card(|_| {}) };
    [
        ("card", stored_card(|_| {})),
        ("card score", score),
        ("card opened", stored_card(inside::sample)),
        ("card bare", bare),
        ("card profiled", profiled),
        ("card unlike the author's system", differing),
        ("card like the author's system", agreeing),
        ("card older", older),
    ]
    .into_iter()
    .map(|(name, stored)| {
        let record = (stored.version > 1).then(|| super::record::sample(&["one.example"]));
        rendered(name, frame, &CardPage::new(frame.clone(), (&stored, record.as_ref()), SITE).unwrap())
    })
    .collect()
}
