//! In which order cards are listed, and where a list goes on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Uuid;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait, QueryFilter as _, QueryOrder as _, Select};

use crate::Error;
use crate::entity::{card_facet, release};
use crate::page::Place;
use crate::release::behind;

/// What a list of cards is sorted by.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CardSort {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// By the title in the card's own language.
    Title,
}

impl CardSort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Oldest, Self::Title];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Title => "title",
        }
    }

    /// Sorts the rows, those behind the cursor only.
    pub(super) fn sort(
        self,
        rows: Select<release::Entity>,
        cursor: Option<&str>,
    ) -> Result<Select<release::Entity>, Error> {
        Ok(match self {
            Self::Newest => after(rows, Place::from_cursor(cursor)?.map(behind))
                .order_by_desc(release::Column::PublishedAt)
                .order_by_desc(release::Column::Id),
            Self::Oldest => after(rows, Place::from_cursor(cursor)?.map(before))
                .order_by_asc(release::Column::PublishedAt)
                .order_by_asc(release::Column::Id),
            Self::Title => after(rows, cursor.map(read).transpose()?.map(|(title, id)| beyond(&title, id)))
                .order_by_asc(title())
                .order_by_asc(release::Column::Id),
        })
    }

    /// The text that leads on behind a row.
    pub(super) fn cursor(self, place: Place, title: Option<&str>) -> String {
        match self {
            Self::Newest | Self::Oldest => place.to_cursor(),
            Self::Title => {
                format!("{}.{}", URL_SAFE_NO_PAD.encode(title.unwrap_or_default()), place.id.simple())
            }
        }
    }
}

/// The folded title, empty where there is none.
pub(super) fn title() -> Expr {
    let title = Expr::col((card_facet::Entity, card_facet::Column::Value));
    sea_orm::sea_query::Func::coalesce([title, Expr::val("")]).into()
}

fn after<E: EntityTrait>(rows: Select<E>, condition: Option<Condition>) -> Select<E> {
    match condition {
        Some(condition) => rows.filter(condition),
        None => rows,
    }
}

/// That a release came after this place in a list that begins with the oldest.
fn before(place: Place) -> Condition {
    let same_moment =
        Condition::all().add(release::Column::PublishedAt.eq(place.at)).add(release::Column::Id.gt(place.id));
    Condition::any().add(release::Column::PublishedAt.gt(place.at)).add(same_moment)
}

/// That a card comes behind this one by title.
fn beyond(last: &str, id: Uuid) -> Condition {
    let same_title = Condition::all().add(title().eq(last)).add(release::Column::Id.gt(id));
    Condition::any().add(title().gt(last)).add(same_title)
}

fn read(cursor: &str) -> Result<(String, Uuid), Error> {
    let (title, id) = cursor.split_once('.').ok_or(Error::CursorRefused)?;
    let title = URL_SAFE_NO_PAD.decode(title).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match (title, Uuid::try_parse(id)) {
        (Some(title), Ok(id)) => Ok((title, id)),
        _ => Err(Error::CursorRefused),
    }
}
