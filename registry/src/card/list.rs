//! Lists of cards.

use std::collections::BTreeMap;

use domain::{Language, Uuid};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, IntoCondition as _, Query};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, RelationDef,
};

use super::facets::{TITLE, has};
use super::{CardQuery, CardStatus, CardSummary, SEARCH_CARD};
use crate::authorize::{Action, Resource, authorize};
use crate::entity::{card, card_facet, card_word, link, release, repository};
use crate::page::{Page, page_size, page_with};
use crate::release::{SummaryRow, found_by, summaries};
use crate::stored::word;
use crate::text::words;
use crate::{Actor, Error, Registry};

/// A release with what its card says of people and language.
#[derive(Debug, FromQueryResult)]
struct CardRow {
    #[sea_orm(nested)]
    summary: SummaryRow,
    card_language: Option<String>,
    card_operator: Option<String>,
    card_author: Option<String>,
    sort_title: Option<String>,
}

impl Registry {
    /// Cards. Two SQL statements.
    ///
    /// # Errors
    /// [`Error::CursorRefused`].
    pub async fn list_cards(&self, actor: &Actor, query: &CardQuery) -> Result<Page<CardSummary>, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let mut rows = summaries()
            .filter(card::Column::Status.eq(CardStatus::Ready.as_str()))
            .column_as(card::Column::Language, "card_language")
            .column_as(card::Column::Operator, "card_operator")
            .column_as(card::Column::Author, "card_author")
            .column_as(card_facet::Column::Value, "sort_title")
            .join(JoinType::LeftJoin, sort_title());
        if !query.every_version {
            rows = rows.filter(is_newest());
        }
        if let Some(publisher) = &query.publisher {
            rows = rows.filter(in_namespace(publisher));
        }
        let words = words(query.search.as_deref());
        if !words.is_empty() {
            rows = rows.filter(found_by(&words, SEARCH_CARD));
        }
        for (facet, value) in &query.facets {
            rows = rows.filter(has(*facet, value));
        }
        let size = page_size(query.limit);
        let rows = query.sort.sort(rows, query.cursor.as_deref())?;
        let rows = rows.limit(size as u64 + 1).into_model::<CardRow>().all(self.db()).await?;
        let cursor = |row: &CardRow| query.sort.cursor(row.summary.place(), row.sort_title.as_deref());
        let Page { items, next } = page_with(rows, size, cursor);
        let mut titles = self.titles(&items).await?;
        let read = |row: CardRow| {
            let titles = titles.remove(&row.summary.place().id).unwrap_or_default();
            row.read(titles, query.language.as_ref())
        };
        Ok(Page { items: items.into_iter().map(read).collect::<Result<_, _>>()?, next })
    }

    async fn titles(&self, rows: &[CardRow]) -> Result<BTreeMap<Uuid, Vec<card_word::Model>>, Error> {
        let mut titles = BTreeMap::<Uuid, Vec<card_word::Model>>::new();
        if rows.is_empty() {
            return Ok(titles);
        }
        let releases = rows.iter().map(|row| row.summary.place().id);
        let found = card_word::Entity::find()
            .filter(card_word::Column::Release.is_in(releases))
            .order_by_asc(card_word::Column::Language)
            .all(self.db())
            .await?;
        for row in found {
            titles.entry(row.release).or_default().push(row);
        }
        Ok(titles)
    }
}

/// That the repository lies in this namespace: its name begins with it and a slash, letter for letter.
fn in_namespace(publisher: &str) -> Expr {
    let start = format!("{publisher}/");
    let length = i32::try_from(start.chars().count()).unwrap_or(i32::MAX);
    let name = Expr::col((repository::Entity, repository::Column::Name));
    Expr::from(Func::cust("substr").arg(name).arg(1_i32).arg(length)).eq(start)
}

/// The folded title of each card.
fn sort_title() -> RelationDef {
    link::<release::Entity, _>(release::Column::Id, card_facet::Entity, card_facet::Column::Release)
        .on_condition(|_release, facet| {
            Expr::col((facet, card_facet::Column::Facet)).eq(TITLE).into_condition()
        })
}

/// That no newer card is at the same address.
pub(super) fn is_newest() -> Expr {
    let newer = "newer";
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as(card::Entity, newer)
        .and_where(Expr::col((newer, card::Column::Slug)).equals((card::Entity, card::Column::Slug)))
        .and_where(
            Expr::col((newer, card::Column::Version)).gt(Expr::col((card::Entity, card::Column::Version))),
        );
    Expr::exists(rows.take()).not()
}

impl CardRow {
    fn read(self, titles: Vec<card_word::Model>, wanted: Option<&Language>) -> Result<CardSummary, Error> {
        let id = self.summary.place().id;
        let wrong = |column| Error::inconsistent("cards", id, column);
        let own = self.card_language.unwrap_or_default();
        let title = choose(titles, wanted, &own).ok_or_else(|| wrong("language"))?;
        let release = self.summary.read()?;
        Ok(CardSummary {
            slug: release.card.slug.ok_or_else(|| wrong("slug"))?,
            language: word(&title.language, "card_words", id, "language")?,
            title: title.title,
            one_line: title.one_line,
            version: release.card.version.ok_or_else(|| wrong("version"))?,
            operator: self.card_operator.unwrap_or_default(),
            author: self.card_author.unwrap_or_default(),
            repository: release.repository,
            release: release.version,
            published_at: release.published_at,
            withdrawn: release.withdrawn,
        })
    }
}

/// The title in the wanted language, else in the card's own, else in any.
fn choose(titles: Vec<card_word::Model>, wanted: Option<&Language>, own: &str) -> Option<card_word::Model> {
    let wanted = wanted.map(Language::to_string).unwrap_or_default();
    let rank = |title: &card_word::Model| match &title.language {
        language if *language == wanted => 0,
        language if language == own => 1,
        _ => 2,
    };
    titles.into_iter().min_by_key(rank)
}
