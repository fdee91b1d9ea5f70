//! System cards.

mod compare;
mod questions;
mod state;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{RepositoryName, Slug, Timestamp, Version};
use registry::{Actor, CardQuery, CardSort, CardSummary, Facet, FacetChoice, Registry, StoredCard};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problems;
use super::releases::WithdrawalDocument;
use crate::address;
use crate::auth::Reader;
use crate::bytes::{self, ASK, About, FOREVER};
use crate::problem::{Kind, Problem};
use crate::site::Site;

pub(crate) use compare::{Comparison, compare, compare_cards};
pub(super) use questions::show_quiz;
pub(crate) use state::card_state;

/// Where a card is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CardAddress {
    /// Last part of the card's address.
    #[param(value_type = String, example = "example-social-feed")]
    pub(super) slug: Slug,
}

/// Where a version of a card is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CardVersionAddress {
    /// Last part of the card's address.
    #[param(value_type = String, example = "example-social-feed")]
    slug: Slug,
    /// Which version, from 1.
    #[param(minimum = 1, example = 1)]
    #[serde(deserialize_with = "address::count")]
    n: u32,
}

/// Which cards to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CardsWanted {
    /// Words that must all occur in the title, line, operator, author or name.
    #[param(example = "feed")]
    search: Option<String>,
    /// Only cards of this operator: who ranks.
    #[param(example = "Example Social")]
    operator: Option<String>,
    /// Only cards about this surface: what is ranked.
    #[param(example = "Home feed")]
    surface: Option<String>,
    /// Only cards of systems in this country (ISO 3166-1) or region (UN M49; `001` is the world).
    #[param(example = "IN")]
    region: Option<String>,
    /// `newest` (when missing), `oldest` or `title`.
    #[param(value_type = Option<String>, example = "newest")]
    #[serde(default, deserialize_with = "sort_if_any")]
    sort: CardSort,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many at most, 1 to 100; 20 when missing.
    #[param(minimum = 1, maximum = 100, example = 20)]
    #[serde(default, deserialize_with = "address::count_if_any")]
    limit: Option<usize>,
}

/// A page of the list of cards.
#[derive(Serialize, ToSchema)]
#[schema(as = CardPage)]
struct CardPage {
    /// The cards, in the order that was asked for.
    items: Vec<SummaryDocument>,
    /// What all cards can be picked out by.
    choices: Vec<ChoiceDocument>,
    /// `cursor` of the next page; `null` at the end.
    next: Option<String>,
}

/// A value that cards can be picked out by.
#[derive(Serialize, ToSchema)]
#[schema(as = CardChoice)]
struct ChoiceDocument {
    /// Which parameter: `operator`, `surface` or `region`.
    #[schema(example = "operator")]
    name: &'static str,
    /// The value.
    #[schema(example = "Example Social")]
    value: String,
    /// Cards that have it.
    #[schema(example = 3)]
    cards: u64,
}

/// A card in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = CardSummary)]
struct SummaryDocument {
    /// Last part of its address.
    #[schema(value_type = String, example = "example-social-feed")]
    slug: Slug,
    /// What system it is about.
    #[schema(example = "Example social feed")]
    title: String,
    /// What that system does, in one line.
    one_line: String,
    /// Newest version of the card.
    #[schema(example = 1)]
    version: u32,
    /// Who runs the system.
    operator: String,
    /// Who wrote the card.
    author: String,
    /// The repository it belongs to.
    #[schema(value_type = String, example = "alice/example-social-feed")]
    repository: RepositoryName,
    /// The release it is about.
    #[schema(value_type = String, example = "1.0.0")]
    release: Version,
    /// When that release was published.
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    /// Set once that release was withdrawn.
    withdrawn: Option<WithdrawalDocument>,
    /// Address of its page.
    url: String,
}

impl SummaryDocument {
    fn new(card: CardSummary, site: &Site) -> Self {
        Self {
            url: format!("{}/cards/{}", site.public_url, card.slug),
            slug: card.slug,
            title: card.title,
            one_line: card.one_line,
            version: card.version,
            operator: card.operator,
            author: card.author,
            repository: card.repository,
            release: card.release,
            published_at: card.published_at,
            withdrawn: card.withdrawn.map(WithdrawalDocument::from),
        }
    }
}

problems!(ListProblems: [Kind::BadAddress, Kind::UnknownCursor]);

/// The order that a word asks for.
pub(crate) fn sort_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CardSort, D::Error> {
    let word = String::deserialize(deserializer)?;
    let sort = CardSort::ALL.into_iter().find(|sort| sort.as_str() == word);
    sort.ok_or_else(|| D::Error::custom(format!("`sort` is `{word}`; write `newest`, `oldest` or `title`")))
}

/// The values that cards must have, of those that were asked for.
pub(crate) fn facets(values: [Option<String>; 3]) -> Vec<(Facet, String)> {
    let asked = Facet::ALL.into_iter().zip(values);
    asked.filter_map(|(facet, value)| Some((facet, value.filter(|value| !value.is_empty())?))).collect()
}

/// Cards, each once, in its newest version.
#[utoipa::path(
    tag = "cards",
    params(CardsWanted),
    responses((status = 200, description = "A page of the list.", body = CardPage), ListProblems)
)]
#[get("/cards")]
pub(super) async fn list_cards(
    wanted: web::Query<CardsWanted>,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let web::Query(wanted) = wanted;
    let query = CardQuery {
        search: wanted.search,
        facets: facets([wanted.operator, wanted.surface, wanted.region]),
        sort: wanted.sort,
        language: None,
        cursor: wanted.cursor,
        limit: wanted.limit.unwrap_or(0),
        ..CardQuery::default()
    };
    let page = registry.list_cards(&reader.0, &query).await?;
    let items = page.items.into_iter().map(|card| SummaryDocument::new(card, &site)).collect();
    let choice = |choice: FacetChoice| ChoiceDocument {
        name: choice.facet.as_str(),
        value: choice.value,
        cards: choice.cards,
    };
    let choices = registry.card_choices(&reader.0).await?.into_iter().map(choice).collect();
    Ok(HttpResponse::Ok().json(CardPage { items, choices, next: page.next }))
}

problems!(ShowProblems: [Kind::BadAddress, Kind::CardNotFound]);

/// The newest version of a card: its exact bytes.
///
/// Canonical JSON (RFC 8785); their SHA-256 is in `ETag` and `Repr-Digest`. Also at `/cards/{slug}.json`. Schema:
/// `/schemas/card.json`.
#[utoipa::path(
    tag = "cards",
    params(CardAddress),
    responses(
        (status = 200, description = "The card.", body = Object),
        (status = 304, description = "You have it already."),
        ShowProblems
    )
)]
#[get("/cards/{slug}")]
pub(super) async fn show_card(
    at: web::Path<CardAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    card_json(at, request, reader, registry).await
}

/// One version of a card, for ever the same: its exact bytes.
#[utoipa::path(
    tag = "cards",
    params(CardVersionAddress),
    responses(
        (status = 200, description = "The card.", body = Object),
        (status = 304, description = "You have it already."),
        ShowProblems
    )
)]
#[get("/cards/{slug}/v/{n}")]
pub(super) async fn show_card_version(
    at: web::Path<CardVersionAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    card_version_json(at, request, reader, registry).await
}

/// The newest version of a card, at the address of its page with `.json` behind it.
pub(crate) async fn card_json(
    at: web::Path<CardAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let card = registry.card(&reader.0, &at.slug).await?;
    Ok(exact(&request, card, ASK))
}

/// One version of a card, at the address of its page with `.json` behind it.
pub(crate) async fn card_version_json(
    at: web::Path<CardVersionAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let card = registry.card_version(&reader.0, &at.slug, at.n).await?;
    let cache = if reader.0 == Actor::Anonymous { FOREVER } else { ASK };
    Ok(exact(&request, card, cache))
}

fn exact(request: &HttpRequest, card: StoredCard, cache: &'static str) -> HttpResponse {
    let about = About { etag: card.sha256.hex(), sha256: card.sha256, media_type: "application/json", cache };
    bytes::of_document(request, card.bytes, &about)
}
