//! Lists of repositories.

use domain::{CommitId, Gate, Kind, Namespace, RepositoryName, Timestamp, Visibility};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, LikeExpr};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::MAIN;
use crate::access::{is_visible_to, read_gate};
use crate::authorize::{Action, Resource, authorize};
use crate::entity::{branch, link, repository};
use crate::page::{Page, Place, page_of};
use crate::stored::{micros, moment, word};
use crate::{Actor, Error, Registry};

/// Most repositories of one page.
const MOST: usize = 1_000;

/// By what a list of repositories is sorted; the newest is first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RepositoryOrder {
    /// When `main` changed last.
    #[default]
    Changed,
    /// When they were made.
    Made,
}

/// Which repositories are wanted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RepositoryQuery {
    /// Part of the name, in any case.
    pub search: Option<String>,
    /// Whose.
    pub namespace: Option<Namespace>,
    /// Whether those that hold data are wanted, or all others.
    pub datasets: bool,
    /// In which order.
    pub order: RepositoryOrder,
    /// How many at most; 0 means 1,000, which is the most there is.
    pub limit: usize,
    /// Where to read on.
    pub cursor: Option<String>,
}

/// A repository in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RepositorySummary {
    /// Its name.
    pub name: RepositoryName,
    /// What it holds.
    pub kind: Kind,
    /// Who may see it.
    pub visibility: Visibility,
    /// Who gets its bytes, where not everyone does.
    pub gate: Option<Gate>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When `main` changed last.
    pub changed_at: Timestamp,
    /// The newest commit of `main`.
    pub head: Option<CommitId>,
    id: domain::Uuid,
}

impl RepositorySummary {
    /// Where to read on behind this repository in a list of this order.
    #[must_use]
    pub fn cursor(&self, order: RepositoryOrder) -> String {
        let at = match order {
            RepositoryOrder::Changed => self.changed_at,
            RepositoryOrder::Made => self.created_at,
        };
        Place { at: micros(at), id: self.id }.to_cursor()
    }
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: domain::Uuid,
    name: String,
    kind: String,
    visibility: String,
    gate: Option<String>,
    created_at: i64,
    head: Option<String>,
    moved_at: Option<i64>,
}

impl Registry {
    /// The repositories that this actor may see. One SQL statement.
    ///
    /// # Errors
    /// [`Error::CursorRefused`].
    pub async fn list_repositories(
        &self,
        actor: &Actor,
        query: &RepositoryQuery,
    ) -> Result<Page<RepositorySummary>, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let to_main =
            link::<repository::Entity, _>(repository::Column::Id, branch::Entity, branch::Column::Repository)
                .on_condition(|_, branches| {
                    Condition::all().add(Expr::col((branches, branch::Column::Name)).eq(MAIN))
                });
        let made = Expr::col((repository::Entity, repository::Column::CreatedAt));
        let changed = Expr::col((branch::Entity, branch::Column::MovedAt)).if_null(made.clone());
        let at = match query.order {
            RepositoryOrder::Changed => changed,
            RepositoryOrder::Made => made,
        };
        let mut rows = repository::Entity::find()
            .join(JoinType::LeftJoin, to_main)
            .filter(is_visible_to(actor))
            .filter(wanted(query))
            .column_as(branch::Column::Head, "head")
            .column_as(branch::Column::MovedAt, "moved_at");
        if let Some(place) = Place::from_cursor(query.cursor.as_deref())? {
            let same = at.clone().eq(place.at).and(repository::Column::Id.lt(place.id));
            rows = rows.filter(Condition::any().add(at.clone().lt(place.at)).add(same));
        }
        let size = if query.limit == 0 { MOST } else { query.limit.min(MOST) };
        let rows = rows
            .order_by_desc(at)
            .order_by_desc(repository::Column::Id)
            .limit(size as u64 + 1)
            .into_model::<Row>()
            .all(self.db())
            .await?;
        let Page { items, next } = page_of(rows, size, |row| row.place(query.order));
        Ok(Page { items: items.into_iter().map(Row::read).collect::<Result<_, _>>()?, next })
    }
}

fn wanted(query: &RepositoryQuery) -> Condition {
    let kind = repository::Column::Kind;
    let dataset = Kind::Dataset.as_str();
    let mut wanted = Condition::all().add(if query.datasets { kind.eq(dataset) } else { kind.ne(dataset) });
    if let Some(namespace) = &query.namespace {
        let prefix = format!("{}/", namespace.folded());
        wanted = wanted
            .add(Expr::col((repository::Entity, repository::Column::Folded)).like(literal(&prefix, "%")));
    }
    if let Some(search) = query.search.as_deref().filter(|search| !search.is_empty()) {
        let name = Expr::expr(sea_orm::sea_query::Func::lower(Expr::col((
            repository::Entity,
            repository::Column::Name,
        ))));
        wanted = wanted
            .add(name.like(LikeExpr::new(format!("%{}%", escaped(&search.to_lowercase()))).escape('\\')));
    }
    wanted
}

fn literal(text: &str, after: &str) -> LikeExpr {
    LikeExpr::new(format!("{}{after}", escaped(text))).escape('\\')
}

/// Text in which no character has a meaning of its own to `LIKE`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

impl Row {
    fn changed(&self) -> i64 {
        self.moved_at.unwrap_or(self.created_at)
    }

    fn place(&self, order: RepositoryOrder) -> Place {
        let at = match order {
            RepositoryOrder::Changed => self.changed(),
            RepositoryOrder::Made => self.created_at,
        };
        Place { at, id: self.id }
    }

    fn read(self) -> Result<RepositorySummary, Error> {
        Ok(RepositorySummary {
            changed_at: moment(self.changed(), "branches", self.id, "moved_at")?,
            name: word(&self.name, "repositories", self.id, "name")?,
            kind: word(&self.kind, "repositories", self.id, "kind")?,
            visibility: word(&self.visibility, "repositories", self.id, "visibility")?,
            gate: read_gate(self.gate.as_deref(), self.id)?,
            created_at: moment(self.created_at, "repositories", self.id, "created_at")?,
            id: self.id,
            head: self.head.as_deref().map(|head| word(head, "branches", self.id, "head")).transpose()?,
        })
    }
}
