//! Finding a repository or namespace together with what the actor is there, in one statement.

use domain::{AccessState, Gate, Kind, Namespace, RepositoryName, Timestamp, Uuid, Visibility};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, IntoCondition as _};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QuerySelect as _, RelationDef,
};

use crate::authorize::{Action, Resource, authorize};
use crate::entity::{self, link, member, namespace, redirect, repository};
use crate::stored::{moment, word};
use crate::{Actor, Error, OrgRole, Registry};

/// A repository and what the actor is there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) id: Uuid,
    pub(crate) name: RepositoryName,
    pub(crate) kind: Kind,
    pub(crate) visibility: Visibility,
    pub(crate) gate: Option<Gate>,
    pub(crate) created_at: Timestamp,
    pub(crate) standing: Option<OrgRole>,
}

impl Place {
    pub(crate) const fn resource(&self) -> Resource<'_> {
        Resource::Repository { name: &self.name, visibility: self.visibility, standing: self.standing }
    }
}

/// A repository's row with the actor's role among the members of its namespace.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct PlaceRow {
    pub(crate) id: Uuid,
    pub(crate) namespace: Uuid,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) visibility: String,
    pub(crate) gate: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) member_role: Option<String>,
}

impl PlaceRow {
    pub(crate) fn read(self, actor: &Actor) -> Result<Place, Error> {
        let own = actor.id() == Some(self.namespace);
        let standing =
            if own { Some(OrgRole::Owner) } else { read_role(self.member_role.as_deref(), self.namespace)? };
        Ok(Place {
            id: self.id,
            name: word(&self.name, "repositories", self.id, "name")?,
            kind: word(&self.kind, "repositories", self.id, "kind")?,
            visibility: word(&self.visibility, "repositories", self.id, "visibility")?,
            gate: read_gate(self.gate.as_deref(), self.id)?,
            created_at: moment(self.created_at, "repositories", self.id, "created_at")?,
            standing,
        })
    }
}

pub(crate) fn read_gate(gate: Option<&str>, repository: Uuid) -> Result<Option<Gate>, Error> {
    gate.map(|gate| word(gate, "repositories", repository, "gate")).transpose()
}

fn read_role(role: Option<&str>, namespace: Uuid) -> Result<Option<OrgRole>, Error> {
    role.map(|role| word(role, "members", namespace, "role")).transpose()
}

/// Joins the one row of `members` that says what this actor is in the repository's namespace, if there is one.
pub(crate) fn actors_membership(actor: &Actor) -> RelationDef {
    let person = actor.id().unwrap_or(Uuid::nil());
    link::<repository::Entity, _>(repository::Column::Namespace, member::Entity, member::Column::Organisation)
        .on_condition(move |_, members| {
            Expr::col((members, member::Column::Person)).eq(person).into_condition()
        })
}

/// That a row of `repositories` is one that this actor may see.
pub(crate) fn is_visible_to(actor: &Actor) -> Condition {
    let open = repository::Column::Visibility.ne(Visibility::Private.as_str());
    open_or_own(actor, Condition::any().add(open))
}

/// That a row of `repositories` is one whose bytes this actor may read.
pub(crate) fn is_readable_by(actor: &Actor) -> Condition {
    let open = Condition::any().add(repository::Column::Visibility.eq(Visibility::Public.as_str()));
    let Some(person) = actor.id() else { return open_or_own(actor, open) };
    let mut granted = sea_orm::sea_query::Query::select();
    granted
        .column(entity::access::Column::Repository)
        .from(entity::access::Entity)
        .and_where(entity::access::Column::Person.eq(person))
        .and_where(entity::access::Column::State.eq(AccessState::Granted.as_str()));
    let gated = Condition::all()
        .add(repository::Column::Visibility.eq(Visibility::Gated.as_str()))
        .add(repository::Column::Id.in_subquery(granted.take()));
    open_or_own(actor, open.add(gated))
}

/// That a row is open, or belongs to a namespace of the actor.
fn open_or_own(actor: &Actor, open: Condition) -> Condition {
    match actor {
        Actor::System => Condition::all(),
        Actor::Anonymous => open,
        Actor::User { id, .. } => {
            let mut organisations = sea_orm::sea_query::Query::select();
            organisations
                .column(member::Column::Organisation)
                .from(member::Entity)
                .and_where(member::Column::Person.eq(*id));
            open.add(repository::Column::Namespace.eq(*id))
                .add(repository::Column::Namespace.in_subquery(organisations.take()))
        }
    }
}

impl Registry {
    /// The repository, when this actor may do this there.
    pub(crate) async fn place(
        &self,
        actor: &Actor,
        action: Action,
        name: &RepositoryName,
    ) -> Result<Place, Error> {
        if *actor == Actor::Anonymous && action != Action::See {
            // Before looking: the answer must not tell a private repository from none.
            return Err(Error::Unauthenticated);
        }
        let db = self.db();
        let place = match find_place(db, actor, repository::Column::Folded.eq(name.folded())).await? {
            Some(place) => Some(place),
            None => find_moved(db, actor, name).await?,
        };
        let Some(place) = place else { return Err(self.missing_repository(name).await) };
        authorize(actor, action, place.resource()).map_err(|error| as_asked(error, name))?;
        Ok(place)
    }

    /// The namespace's row and what the actor is there.
    pub(crate) async fn namespace(
        &self,
        actor: &Actor,
        name: &Namespace,
    ) -> Result<(namespace::Model, Option<OrgRole>), Error> {
        let person = actor.id().unwrap_or(Uuid::nil());
        let membership =
            link::<namespace::Entity, _>(namespace::Column::Id, member::Entity, member::Column::Organisation)
                .on_condition(move |_, members| {
                    Expr::col((members, member::Column::Person)).eq(person).into_condition()
                });
        let found = namespace::Entity::find()
            .filter(namespace::Column::Folded.eq(name.folded()))
            .join(JoinType::LeftJoin, membership)
            .select_also(member::Entity)
            .one(self.db())
            .await?;
        let Some((row, membership)) = found else {
            return Err(Error::NamespaceNotFound { name: name.clone() });
        };
        let own = actor.id() == Some(row.id);
        let role = membership.map(|membership| membership.role);
        let standing = if own { Some(OrgRole::Owner) } else { read_role(role.as_deref(), row.id)? };
        Ok((row, standing))
    }
}

async fn find_place(
    db: &DatabaseConnection,
    actor: &Actor,
    which: impl sea_orm::sea_query::IntoCondition,
) -> Result<Option<Place>, Error> {
    let row = repository::Entity::find()
        .filter(which.into_condition())
        .join(JoinType::LeftJoin, actors_membership(actor))
        .column_as(member::Column::Role, "member_role")
        .into_model::<PlaceRow>()
        .one(db)
        .await?;
    row.map(|row| row.read(actor)).transpose()
}

/// The repository that had this name before.
async fn find_moved(
    db: &DatabaseConnection,
    actor: &Actor,
    name: &RepositoryName,
) -> Result<Option<Place>, Error> {
    let Some(old) = redirect::Entity::find_by_id(name.folded()).one(db).await? else { return Ok(None) };
    find_place(db, actor, repository::Column::Id.eq(old.repository)).await
}

/// A missing repository is named as it was asked for: not even the spelling of a private one gets out.
fn as_asked(error: Error, name: &RepositoryName) -> Error {
    match error {
        Error::RepositoryNotFound { .. } => Error::RepositoryNotFound { name: name.clone() },
        other => other,
    }
}
