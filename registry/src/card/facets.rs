//! What cards are picked out by.

use cards::card::Card;
use domain::{Language, Uuid};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, OnConflict, Query};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::CardStatus;
use super::list::is_newest;
use crate::authorize::{Action, Resource, authorize};
use crate::database::Change;
use crate::entity::{card, card_facet, document, link, release};
use crate::stored::word;
use crate::text::folded;
use crate::{Actor, Error, Registry};

/// What a list of cards is sorted by, besides time: the title in the card's own language, folded.
pub(super) const TITLE: &str = "title";
/// Most values of one facet that are offered: those that most cards have.
const MOST: usize = 100;

/// Something that cards are picked out by.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Facet {
    /// Who ranks: the operator's name.
    Operator,
    /// What is ranked: the surface, in the card's own language.
    Surface,
    /// Where: a country (ISO 3166-1) or a larger region (UN M49) such as `001`, the world.
    Region,
}

/// A value that cards have, and how many do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FacetChoice {
    /// Of which facet.
    pub facet: Facet,
    /// The value.
    pub value: String,
    /// Cards that have it, each counted once.
    pub cards: u64,
}

#[derive(Debug, FromQueryResult)]
struct ChoiceRow {
    facet: String,
    value: String,
    cards: i64,
}

impl Facet {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Operator, Self::Surface, Self::Region];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Surface => "surface",
            Self::Region => "region",
        }
    }
}

impl Registry {
    /// What cards can be picked out by, the values of each facet in their alphabet's order. One SQL statement.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn card_choices(&self, actor: &Actor) -> Result<Vec<FacetChoice>, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let rows = card_facet::Entity::find()
            .select_only()
            .column(card_facet::Column::Facet)
            .column(card_facet::Column::Value)
            .expr_as(Func::count(Expr::col((card_facet::Entity, card_facet::Column::Release))), "cards")
            .join(
                JoinType::InnerJoin,
                link::<card_facet::Entity, _>(
                    card_facet::Column::Release,
                    card::Entity,
                    card::Column::Release,
                ),
            )
            .join(
                JoinType::InnerJoin,
                link::<card_facet::Entity, _>(
                    card_facet::Column::Release,
                    release::Entity,
                    release::Column::Id,
                ),
            )
            .filter(card_facet::Column::Facet.ne(TITLE))
            .filter(card::Column::Status.eq(CardStatus::Ready.as_str()))
            .filter(release::Column::RemovedAt.is_null())
            .filter(is_newest())
            .group_by(card_facet::Column::Facet)
            .group_by(card_facet::Column::Value)
            .into_model::<ChoiceRow>()
            .all(self.db())
            .await?;
        let mut choices = Vec::new();
        for facet in Facet::ALL {
            let mut of_facet: Vec<FacetChoice> =
                rows.iter().filter(|row| row.facet == facet.as_str()).map(|row| row.read(facet)).collect();
            of_facet.sort_by_key(|choice| std::cmp::Reverse(choice.cards));
            of_facet.truncate(MOST);
            of_facet.sort_by_cached_key(|choice| folded(&choice.value));
            choices.extend(of_facet);
        }
        Ok(choices)
    }

    /// Has cards picked out that were made before there was a way to.
    pub(crate) async fn fill_missing_facets(&self) -> Result<(), Error> {
        let missing = card::Entity::find()
            .select_only()
            .column(card::Column::Release)
            .column(card::Column::Language)
            .column(document::Column::Bytes)
            .join(
                JoinType::InnerJoin,
                link::<card::Entity, _>(card::Column::Document, document::Entity, document::Column::Sha256),
            )
            .join(
                JoinType::LeftJoin,
                link::<card::Entity, _>(
                    card::Column::Release,
                    card_facet::Entity,
                    card_facet::Column::Release,
                ),
            )
            .filter(Expr::col((card_facet::Entity, card_facet::Column::Release)).is_null())
            .filter(card::Column::Status.eq(CardStatus::Ready.as_str()))
            .order_by_asc(card::Column::Release);
        let missing: Vec<(Uuid, Option<String>, Vec<u8>)> = missing.into_tuple().all(self.db()).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let change = self.begin().await?;
        for (release, language, bytes) in missing {
            let card: Card = serde_json::from_slice(&bytes)
                .map_err(|_no_card| Error::inconsistent("cards", release, "document"))?;
            let language = word(&language.unwrap_or_default(), "cards", release, "language")?;
            insert_facets(&change, release, &card, &language).await?;
        }
        change.commit().await
    }
}

impl ChoiceRow {
    fn read(&self, facet: Facet) -> FacetChoice {
        FacetChoice { facet, value: self.value.clone(), cards: u64::try_from(self.cards).unwrap_or(0) }
    }
}

/// Writes down what a card is picked out by.
pub(crate) async fn insert_facets(
    change: &Change,
    release: Uuid,
    card: &Card,
    language: &Language,
) -> Result<(), Error> {
    let mut values = vec![
        (Facet::Operator.as_str(), card.operator.name.clone()),
        (Facet::Surface.as_str(), card.surface.best(&[language]).to_owned()),
        (TITLE, folded(card.title.best(&[language]))),
    ];
    values.extend(card.regions.iter().map(|region| (Facet::Region.as_str(), region.clone())));
    let rows = values.into_iter().map(|(facet, value)| card_facet::ActiveModel {
        release: Set(release),
        facet: Set(facet.to_owned()),
        value: Set(value),
    });
    let key = [card_facet::Column::Release, card_facet::Column::Facet, card_facet::Column::Value];
    let same = OnConflict::columns(key).do_nothing().to_owned();
    card_facet::Entity::insert_many(rows).on_conflict(same).exec_without_returning(&**change).await?;
    Ok(())
}

/// That a card has this value.
pub(super) fn has(facet: Facet, value: &str) -> Expr {
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from(card_facet::Entity)
        .and_where(
            Expr::col((card_facet::Entity, card_facet::Column::Release))
                .equals((release::Entity, release::Column::Id)),
        )
        .and_where(Expr::col((card_facet::Entity, card_facet::Column::Facet)).eq(facet.as_str()))
        .and_where(Expr::col((card_facet::Entity, card_facet::Column::Value)).eq(value));
    Expr::exists(rows.take())
}
