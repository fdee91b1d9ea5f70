//! Lists of releases.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, Condition, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::{ReleaseQuery, ReleaseSummary, SummaryRow, summaries};
use crate::access::is_visible_to;
use crate::authorize::{Action, Resource, authorize};
use crate::database::holds_word;
use crate::entity::{release, repository, search};
use crate::page::{Page, Place, page_of, page_size};
use crate::publish::SEARCH_RELEASE;
use crate::text::words;
use crate::{Actor, Error, Registry};

impl Registry {
    /// Releases, newest first. One SQL statement.
    ///
    /// # Errors
    /// [`Error::CursorRefused`].
    pub async fn list_releases(
        &self,
        actor: &Actor,
        query: &ReleaseQuery,
    ) -> Result<Page<ReleaseSummary>, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let mut rows = summaries().filter(is_visible_to(actor));
        rows = match &query.repository {
            Some(name) => rows.filter(repository::Column::Folded.eq(name.folded())),
            None => rows.filter(release::Column::WithdrawnAt.is_null()),
        };
        if let Some(kind) = query.kind {
            rows = rows.filter(release::Column::Kind.eq(kind.as_str()));
        }
        let words = words(query.search.as_deref());
        if !words.is_empty() {
            rows = rows.filter(found_by(&words, SEARCH_RELEASE));
        }
        if let Some(place) = Place::from_cursor(query.cursor.as_deref())? {
            rows = rows.filter(behind(place));
        }
        let size = page_size(query.limit);
        let rows = rows
            .order_by_desc(release::Column::PublishedAt)
            .order_by_desc(release::Column::Id)
            .limit(size as u64 + 1)
            .into_model::<SummaryRow>()
            .all(self.db())
            .await?;
        let Page { items, next } = page_of(rows, size, SummaryRow::place);
        Ok(Page { items: items.into_iter().map(SummaryRow::read).collect::<Result<_, _>>()?, next })
    }
}

/// That a release comes behind this place in a list that begins with the newest.
pub(crate) fn behind(place: Place) -> Condition {
    let same_moment =
        Condition::all().add(release::Column::PublishedAt.eq(place.at)).add(release::Column::Id.lt(place.id));
    Condition::any().add(release::Column::PublishedAt.lt(place.at)).add(same_moment)
}

/// That one row of words about the release holds all of these.
pub(crate) fn found_by(words: &[String], kind: &str) -> Expr {
    let mut rows = Query::select();
    rows.expr(Expr::val(1)).from(search::Entity).and_where(search::Column::Kind.eq(kind)).and_where(
        Expr::col((search::Entity, search::Column::Subject)).equals((release::Entity, release::Column::Id)),
    );
    for word in words {
        rows.and_where(holds_word(search::Column::Words, word));
    }
    Expr::exists(rows.take())
}
