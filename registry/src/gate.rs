//! Gates: everyone sees that a repository exists and what it is said to be, but bytes are for those who asked.

use domain::{AccessState, Gate, Namespace, RepositoryName, Timestamp, Visibility};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::access::Place;
use crate::authorize::Action;
use crate::entity::{access, link, namespace, repository};
use crate::stored::{micros, moment, word};
use crate::{Actor, Error, Registry, Repository};

/// Most requests that are shown at once.
const MOST_REQUESTS: u64 = 10_000;

/// Somebody who asked for the bytes of a repository.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccessRequest {
    /// Who.
    pub person: Namespace,
    /// What became of it.
    pub state: AccessState,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

impl Registry {
    /// Puts a gate before the bytes of a public repository, changes it, or takes it away.
    ///
    /// # Errors
    /// [`Error::GateRefused`] for a private repository; who may not: [`Error::Forbidden`].
    pub async fn set_gate(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        gate: Option<Gate>,
    ) -> Result<Repository, Error> {
        let place = self.place(actor, Action::Rearrange, name).await?;
        if place.visibility == Visibility::Private {
            return Err(Error::GateRefused { name: place.name });
        }
        let visibility = if gate.is_some() { Visibility::Gated } else { Visibility::Public };
        let row = repository::ActiveModel {
            id: Set(place.id),
            visibility: Set(visibility.as_str().to_owned()),
            gate: Set(gate.map(|gate| gate.as_str().to_owned())),
            ..Default::default()
        };
        let change = self.begin().await?;
        row.update(&*change).await?;
        change.commit().await?;
        self.repository(actor, &place.name).await
    }

    /// Accepts the publisher's terms and asks for the bytes. Asking again changes nothing.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::RepositoryNotFound`].
    pub async fn ask_access(&self, actor: &Actor, name: &RepositoryName) -> Result<AccessState, Error> {
        let Actor::User { id, .. } = actor else { return Err(Error::Unauthenticated) };
        let place = self.place(actor, Action::See, name).await?;
        let state = match place.gate {
            None => return Ok(AccessState::Granted),
            Some(Gate::Auto) => AccessState::Granted,
            Some(Gate::Manual) => AccessState::Asked,
        };
        if let Some(known) = self.access_of(*id, &place).await? {
            // What the owner refused stays refused, however the gate opens.
            if known != AccessState::Asked || state == AccessState::Asked {
                return Ok(known);
            }
        }
        self.write_access(*id, &place, state).await?;
        Ok(state)
    }

    /// Who asked for the bytes of a repository, the oldest request first.
    ///
    /// # Errors
    /// Who may not: [`Error::Forbidden`].
    pub async fn access_requests(
        &self,
        actor: &Actor,
        name: &RepositoryName,
    ) -> Result<Vec<AccessRequest>, Error> {
        let place = self.place(actor, Action::Rearrange, name).await?;
        let to_person =
            link::<access::Entity, _>(access::Column::Person, namespace::Entity, namespace::Column::Id);
        let rows = access::Entity::find()
            .filter(access::Column::Repository.eq(place.id))
            .join(JoinType::InnerJoin, to_person)
            .select_also(namespace::Entity)
            .order_by_asc(access::Column::AskedAt)
            .order_by_asc(namespace::Column::Folded)
            .limit(MOST_REQUESTS)
            .all(self.db())
            .await?;
        let read = |(row, person): (access::Model, Option<namespace::Model>)| {
            let person = person.ok_or_else(|| Error::inconsistent("accesses", row.person, "person"))?;
            let time = |at, column| moment(at, "accesses", row.person, column);
            Ok(AccessRequest {
                person: word(&person.name, "namespaces", person.id, "name")?,
                state: word(&row.state, "accesses", row.person, "state")?,
                asked_at: time(row.asked_at, "asked_at")?,
                decided_at: row.decided_at.map(|at| time(at, "decided_at")).transpose()?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Decides about a person, who need not have asked.
    ///
    /// # Errors
    /// [`Error::NamespaceNotFound`], [`Error::GateRefused`] where there is no gate; who may not: [`Error::Forbidden`].
    pub async fn decide_access(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        person: &Namespace,
        state: AccessState,
    ) -> Result<(), Error> {
        let place = self.place(actor, Action::Rearrange, name).await?;
        if place.gate.is_none() {
            return Err(Error::GateRefused { name: place.name });
        }
        let (person, _standing) = self.namespace(actor, person).await?;
        self.write_access(person.id, &place, state).await
    }

    /// Passes when this actor may read the bytes of a repository.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`], [`Error::AccessNeeded`].
    pub async fn check_access(&self, actor: &Actor, name: &RepositoryName) -> Result<(), Error> {
        let place = self.place(actor, Action::See, name).await?;
        self.may_read(actor, &place).await
    }

    /// Passes when this actor may read the bytes of a repository that it sees.
    pub(crate) async fn may_read(&self, actor: &Actor, place: &Place) -> Result<(), Error> {
        let is_open = matches!(place.visibility, Visibility::Public | Visibility::Private);
        if is_open || place.standing.is_some() || *actor == Actor::System {
            return Ok(());
        }
        let state = match actor.id() {
            Some(person) => self.access_of(person, place).await?,
            None => None,
        };
        if state == Some(AccessState::Granted) {
            return Ok(());
        }
        Err(Error::AccessNeeded { name: place.name.clone(), state })
    }

    async fn access_of(&self, person: domain::Uuid, place: &Place) -> Result<Option<AccessState>, Error> {
        let row = access::Entity::find_by_id((place.id, person)).one(self.db()).await?;
        row.map(|row| word(&row.state, "accesses", person, "state")).transpose()
    }

    async fn write_access(
        &self,
        person: domain::Uuid,
        place: &Place,
        state: AccessState,
    ) -> Result<(), Error> {
        let now = micros(self.now());
        let row = access::ActiveModel {
            repository: Set(place.id),
            person: Set(person),
            state: Set(state.as_str().to_owned()),
            asked_at: Set(now),
            decided_at: Set((state != AccessState::Asked).then_some(now)),
        };
        let known = OnConflict::columns([access::Column::Repository, access::Column::Person])
            .update_columns([access::Column::State, access::Column::DecidedAt])
            .to_owned();
        let change = self.begin().await?;
        access::Entity::insert(row).on_conflict(known).exec_without_returning(&*change).await?;
        change.commit().await
    }
}
