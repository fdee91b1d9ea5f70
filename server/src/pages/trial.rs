//! The page on which a reader tries a system out. Complete without a script; with one it is live.

mod form;
mod told;

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use cards::card::Card;
use cards::source::Text;
use registry::trials::{Trial, TrialSignal, Wish};
use registry::{Error, Registry, StoredCard};

use super::assets;
use super::frame::Frame;
use super::lines::card_path;
use super::native::Native;
use crate::address::{self, encoded};
use crate::auth::Reader;
use crate::problem::Problem;
use form::Sent;
pub(super) use form::config as form_config;
use told::{GoalView, RowView};

/// What this one page may load besides: its own script, and answers of this site to it.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Steps of a slider between the least and the greatest value.
const STEPS: f64 = 20.0;

#[derive(Template)]
#[template(path = "trial/show.html")]
struct TrialPage {
    frame: Frame,
    title: String,
    name: String,
    made_up: bool,
    card_path: String,
    path: String,
    again: String,
    script: &'static str,
    list: String,
    item: String,
    lists: Vec<Choice>,
    items: Vec<Choice>,
    fields: Vec<Field>,
    without: Vec<Choice>,
    top: String,
    said: String,
    reasons: Vec<String>,
    notes: Vec<String>,
    goal: Option<GoalView>,
    rows: Vec<RowView>,
}

/// Something to choose.
struct Choice {
    id: String,
    name: String,
    is_chosen: bool,
}

/// A signal with its number box.
struct Field {
    id: String,
    label: Native,
    value: String,
    own: String,
    min: String,
    max: String,
    step: String,
    less: String,
    more: String,
}

/// A trial on its way into the words of a language.
struct Telling<'a> {
    frame: &'a Frame,
    card: &'a Card,
    trial: &'a Trial,
    wish: &'a Wish,
}

pub(super) async fn show(
    slug: web::Path<String>,
    sent: Sent,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let slug = address::word(&slug)?;
    let mut wish = sent.wish()?;
    let (stored, trial) = match registry.try_card(&reader.0, &slug, wish.clone()).await {
        // Whoever chooses another list still has an item of the old one chosen.
        Err(Error::RowsRefused(faults))
            if sent.is_choosing && faults.iter().any(|fault| fault.field == "item") =>
        {
            wish.item = None;
            registry.try_card(&reader.0, &slug, wish.clone()).await?
        }
        other => other?,
    };
    let frame = Frame::of(&request);
    let page = TrialPage::new(&frame, &stored, (&trial, &wish))?;
    let mut answer = super::answer(&request, &frame, &page)?;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(POLICY));
    Ok(answer)
}

/// The address of the page on which a card's system is tried.
pub(super) fn trial_path(slug: &str) -> String {
    format!("{}/try", card_path(slug))
}

impl TrialPage {
    fn new(frame: &Frame, stored: &StoredCard, (trial, wish): (&Trial, &Wish)) -> Result<Self, Problem> {
        let card: Card = serde_json::from_slice(&stored.bytes).map_err(Problem::internal)?;
        let telling = Telling { frame, card: &card, trial, wish };
        let path = trial_path(stored.slug.as_str());
        let name = Native::of(&card.title, frame.messages).plain();
        Ok(Self {
            title: frame.messages.say("trial-title").with("title", &name).to_string(),
            made_up: card.lists.made_up,
            card_path: card_path(stored.slug.as_str()),
            again: format!("{path}?list={}&item={}", encoded(&trial.list), encoded(&trial.item)),
            path,
            script: assets::script_path(),
            list: trial.list.clone(),
            item: trial.item.clone(),
            lists: telling.lists(),
            items: telling.items(),
            fields: telling.fields(),
            without: telling.without(),
            top: wish.top.map(|top| top.to_string()).unwrap_or_default(),
            said: telling.said(),
            reasons: telling.reasons(),
            notes: telling.notes(),
            goal: telling.goal(),
            rows: telling.rows(),
            name,
            frame: frame.clone(),
        })
    }
}

impl Telling<'_> {
    fn lists(&self) -> Vec<Choice> {
        let choice =
            |id: &String| Choice { id: id.clone(), name: id.clone(), is_chosen: *id == self.trial.list };
        let mut lists: Vec<Choice> = self.trial.lists.iter().map(choice).collect();
        if !lists.iter().any(|choice| choice.is_chosen) {
            lists.push(choice(&self.trial.list));
        }
        lists
    }

    /// The items as they stood before.
    fn items(&self) -> Vec<Choice> {
        let mut rows: Vec<_> = self.trial.rows.iter().collect();
        rows.sort_by(|one, other| one.place_before.total_cmp(&other.place_before));
        let choice = |row: &registry::trials::TrialRow| Choice {
            id: row.item.clone(),
            name: row.title.clone().unwrap_or_else(|| row.item.clone()),
            is_chosen: row.item == self.trial.item,
        };
        rows.into_iter().map(choice).collect()
    }

    fn without(&self) -> Vec<Choice> {
        let choice = |signal: &cards::card::Signal| Choice {
            id: signal.id.clone(),
            name: self.words(&signal.plain_name),
            is_chosen: self.wish.without.contains(&signal.id),
        };
        self.card.signals.iter().map(choice).collect()
    }

    fn fields(&self) -> Vec<Field> {
        self.trial.signals.iter().filter_map(|signal| self.field(signal)).collect()
    }

    fn field(&self, tried: &TrialSignal) -> Option<Field> {
        let signal = self.card.signal(&tried.signal)?;
        let messages = self.frame.messages;
        let name = self.words(&signal.plain_name);
        let unit = self.unit(signal);
        let value = |value: f64| messages.value(value, unit.as_deref());
        let own = match (tried.own, tried.min, tried.max) {
            (Some(own), Some(min), Some(max)) => messages
                .say("trial-own")
                .with("value", value(own))
                .with("min", messages.rounded(min, 4))
                .with("max", value(max))
                .to_string(),
            _ => messages.text("trial-own-missing"),
        };
        let written = |number: Option<f64>| number.map(shortest).unwrap_or_default();
        Some(Field {
            id: tried.signal.clone(),
            label: Native::of(&signal.plain_name, messages),
            value: written(tried.value),
            own,
            min: written(tried.min),
            max: written(tried.max),
            step: step(tried),
            less: messages.say("trial-less").with("signal", &name).to_string(),
            more: messages.say("trial-more").with("signal", &name).to_string(),
        })
    }

    /// Words of the card in the language of the page.
    fn words(&self, text: &Text) -> String {
        Native::of(text, self.frame.messages).plain()
    }

    /// In what a signal is counted.
    fn unit(&self, signal: &cards::card::Signal) -> Option<String> {
        signal.unit.as_ref().map(|unit| self.words(unit))
    }

    /// What the card calls a signal.
    fn signal_name(&self, id: &str) -> String {
        self.card.signal(id).map_or_else(|| id.to_owned(), |signal| self.words(&signal.plain_name))
    }
}

/// A number in the fewest digits that mean it: one that came from 32 bits is no longer than those are.
fn shortest(number: f64) -> String {
    let plain = number.to_string();
    match plain.parse::<f32>() {
        Ok(single) if f64::from(single).total_cmp(&number).is_eq() => single.to_string(),
        _ => plain,
    }
}

/// How far one press of a button goes: 1 where the values are whole numbers and few, else a twentieth of their span.
fn step(signal: &TrialSignal) -> String {
    let span = signal.max.unwrap_or_default() - signal.min.unwrap_or_default();
    let step = span / STEPS;
    if signal.whole && step <= 1.0 {
        "1".to_owned()
    } else if signal.whole {
        step.round().to_string()
    } else {
        format!("{step:.2e}").parse::<f64>().unwrap_or(step).to_string()
    }
}

/// The page as it opens, and after a change with every answer there can be.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    told::samples()
        .iter()
        .map(|(trial, wish)| {
            let page = TrialPage::new(frame, &super::tests::stored_card(|_| {}), (trial, wish)).unwrap();
            super::tests::rendered("trial", frame, &page)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_32_bits_are_written_as_people_wrote_them() {
        for (number, text) in [
            (f64::from(2.23_f32), "2.23"),
            (2.23, "2.23"),
            (1e-9, "0.000000001"),
            (16_777_217.0, "16777217"),
            (7.0, "7"),
        ] {
            assert_eq!(shortest(number), text);
        }
    }
}
