//! The list of cards: words to look for, what to pick cards out by, in which order.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use cards::words::Messages;
use registry::{CardQuery, CardSort, CardSummary, Facet, FacetChoice, Registry};
use serde::Deserialize;

use super::frame::Frame;
use super::lines::CardLine;
use super::regions;
use crate::address::encoded;
use crate::api::{facets, sort_if_any};
use crate::auth::Reader;
use crate::problem::Problem;

/// Words to look for, and where to read on.
#[derive(Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    pub(super) search: String,
    pub(super) cursor: Option<String>,
}

/// Which cards a reader wants to see.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    search: String,
    #[serde(default)]
    operator: String,
    #[serde(default)]
    surface: String,
    #[serde(default)]
    region: String,
    #[serde(default, deserialize_with = "sort_if_any")]
    sort: CardSort,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "card/list.html")]
pub(super) struct CardsPage {
    frame: Frame,
    search: String,
    choosers: Vec<Chooser>,
    /// Whether the reader picks cards out.
    picks: bool,
    cards: Vec<CardLine>,
    next: Option<String>,
}

/// A box to choose from.
struct Chooser {
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

/// Something to choose.
struct Choice {
    value: String,
    text: String,
    is_chosen: bool,
}

impl Search {
    /// The words, unless there are none.
    pub(super) fn words(&self) -> Option<String> {
        words(&self.search)
    }

    /// The address of the next part of a list.
    pub(super) fn next(&self, frame: &Frame, path: &str, cursor: &str) -> String {
        let words = self.words().map(|words| format!("search={}&", encoded(&words))).unwrap_or_default();
        frame.to(&format!("{path}?{words}cursor={}", encoded(cursor)))
    }
}

fn words(search: &str) -> Option<String> {
    Some(search.trim().to_owned()).filter(|words| !words.is_empty())
}

impl Wanted {
    fn query(&self, messages: &Messages) -> CardQuery {
        let Self { operator, surface, region, .. } = self.clone();
        CardQuery {
            search: words(&self.search),
            facets: facets([Some(operator), Some(surface), Some(region)]),
            sort: self.sort,
            language: Some(messages.language().clone()),
            cursor: self.cursor.clone(),
            ..CardQuery::default()
        }
    }

    /// What is asked for beyond words.
    fn picks(&self) -> bool {
        ![&self.operator, &self.surface, &self.region].iter().all(|value| value.is_empty())
    }

    /// The address of the next part of the list.
    fn next(&self, frame: &Frame, cursor: &str) -> String {
        let sort = if self.sort == CardSort::default() { "" } else { self.sort.as_str() };
        let asked = [
            ("search", self.search.trim()),
            ("operator", &self.operator),
            ("surface", &self.surface),
            ("region", &self.region),
            ("sort", sort),
            ("cursor", cursor),
        ];
        let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
        let asked: Vec<String> = asked.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        frame.to(&format!("/cards?{}", asked.join("&")))
    }

    fn choosers(&self, choices: &[FacetChoice], messages: &Messages) -> Vec<Chooser> {
        let facets = [
            (Facet::Operator, "cards-who", &self.operator),
            (Facet::Surface, "cards-what", &self.surface),
            (Facet::Region, "cards-where", &self.region),
        ];
        let mut choosers: Vec<Chooser> = facets
            .into_iter()
            .map(|(facet, label, chosen)| {
                let of_facet = choices.iter().filter(|choice| choice.facet == facet);
                Chooser { name: facet.as_str(), label, options: options(of_facet, chosen, messages) }
            })
            .collect();
        let order = |sort: CardSort| {
            let message = match sort {
                CardSort::Newest => "cards-newest",
                CardSort::Oldest => "cards-oldest",
                CardSort::Title => "cards-by-title",
            };
            Choice {
                value: sort.as_str().to_owned(),
                text: messages.text(message),
                is_chosen: sort == self.sort,
            }
        };
        let options = CardSort::ALL.into_iter().map(order).collect();
        choosers.push(Chooser { name: "sort", label: "cards-order", options });
        choosers
    }
}

/// Everything, then the values that cards have, then what was asked for although no card has it.
fn options<'a>(
    choices: impl Iterator<Item = &'a FacetChoice>,
    chosen: &str,
    messages: &Messages,
) -> Vec<Choice> {
    let named = |choice: &FacetChoice| match choice.facet {
        Facet::Region => regions::name(&choice.value, messages),
        Facet::Operator | Facet::Surface => choice.value.clone(),
    };
    let choice = |choice: &FacetChoice| Choice {
        value: choice.value.clone(),
        text: messages
            .say("cards-choice")
            .with("name", named(choice))
            .with("count", choice.cards)
            .to_string(),
        is_chosen: choice.value == chosen,
    };
    let all = Choice { value: String::new(), text: messages.text("cards-all"), is_chosen: chosen.is_empty() };
    let mut options: Vec<Choice> = std::iter::once(all).chain(choices.map(choice)).collect();
    if !options.iter().any(|option| option.is_chosen) {
        options.push(Choice { value: chosen.to_owned(), text: chosen.to_owned(), is_chosen: true });
    }
    options
}

pub(super) async fn list(
    request: HttpRequest,
    wanted: Query<Wanted>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let found = registry.list_cards(&reader.0, &wanted.query(frame.messages)).await?;
    let choices = registry.card_choices(&reader.0).await?;
    let page = CardsPage::new(&frame, &wanted, (&found.items, &choices, found.next.as_deref()));
    super::answer(&request, &page.frame, &page)
}

impl CardsPage {
    fn new(
        frame: &Frame,
        wanted: &Wanted,
        (cards, choices, cursor): (&[CardSummary], &[FacetChoice], Option<&str>),
    ) -> Self {
        Self {
            search: wanted.search.trim().to_owned(),
            choosers: wanted.choosers(choices, frame.messages),
            picks: wanted.picks(),
            cards: cards.iter().map(|card| CardLine::new(card, frame.messages)).collect(),
            next: cursor.map(|cursor| wanted.next(frame, cursor)),
            frame: frame.clone(),
        }
    }
}

/// The list empty, searched in vain, picked out in vain, and with more to come.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    use super::tests::{card_summary, withdrawal};

    let choice = |facet, value: &str, cards| FacetChoice { facet, value: value.to_owned(), cards };
    let choices = [
        choice(Facet::Operator, "Example & Co", 2),
        choice(Facet::Surface, "Home <feed>", 1),
        choice(Facet::Region, "IN", 1),
        choice(Facet::Region, "001", 1),
    ];
    let cards = [card_summary(), CardSummary { withdrawn: Some(withdrawal()), ..card_summary() }];
    let wanted = |search: &str, region: &str| Wanted {
        search: search.to_owned(),
        region: region.to_owned(),
        sort: CardSort::Title,
        ..Wanted::default()
    };
    let page = |wanted: &Wanted, cards: &[CardSummary], next: Option<&str>| {
        CardsPage::new(frame, wanted, (cards, &choices, next))
    };
    [
        page(&Wanted::default(), &[], None),
        page(&wanted("a \"b\"", ""), &[], None),
        page(&wanted("", "XX"), &[], None),
        page(&wanted("", "IN"), &cards, Some("1-2")),
    ]
    .iter()
    .map(|page| super::tests::rendered("cards", frame, page))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_part_of_a_list_is_of_the_same_list() {
        let frame = Frame::new(Messages::english(), "/cards");
        let wanted = Wanted { operator: "A & B".to_owned(), sort: CardSort::Oldest, ..Wanted::default() };

        assert_eq!(wanted.next(&frame, "1-2"), "/cards?operator=A%20%26%20B&sort=oldest&cursor=1-2");
    }
}
