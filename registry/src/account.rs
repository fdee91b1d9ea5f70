//! People, organisations and tokens.

mod whoami;

use domain::{Malformed, Namespace, Role, Scope, TokenSecret, Uuid, is_reserved};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::authorize::{Action, Resource, authorize};
use crate::entity::{link, member, namespace, token};
use crate::stored::{micros, word};
use crate::{Actor, Error, OrgRole, Registry};

pub use whoami::Person;

const MICROS_A_DAY: i64 = 86_400_000_000;

/// A person or an organisation; each has the namespace of its name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Its name, as it is spelled here.
    pub name: Namespace,
    /// What a person is to the platform; `None` for organisations.
    pub role: Option<Role>,
    /// Members of an organisation, sorted by name; empty for people.
    pub members: Vec<Membership>,
}

/// That a person belongs to an organisation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Membership {
    /// Name of the person.
    pub user: Namespace,
    /// What the person may do there.
    pub role: OrgRole,
}

impl Registry {
    /// Makes a person with a namespace of the same name. Needs an admin.
    ///
    /// # Errors
    /// [`Error::NamespaceReserved`], [`Error::NamespaceExists`]; who may not: [`Error::Forbidden`].
    pub async fn create_user(&self, actor: &Actor, name: &Namespace, role: Role) -> Result<Account, Error> {
        authorize(actor, Action::Administer, Resource::Platform)?;
        let row = self.new_namespace(name, Some(role))?;
        let change = self.begin().await?;
        insert_namespace(&change, row, name).await?;
        change.commit().await?;
        Ok(Account { name: name.clone(), role: Some(role), members: Vec::new() })
    }

    /// Makes an organisation that the actor owns.
    ///
    /// # Errors
    /// [`Error::NamespaceReserved`], [`Error::NamespaceExists`]; who may not: [`Error::Unauthenticated`],
    /// [`Error::ScopeMissing`].
    pub async fn create_organisation(&self, actor: &Actor, name: &Namespace) -> Result<Account, Error> {
        authorize(actor, Action::Organise, Resource::Platform)?;
        let row = self.new_namespace(name, None)?;
        let organisation = row.id;
        let change = self.begin().await?;
        insert_namespace(&change, row, name).await?;
        if let Some(person) = actor.id() {
            self.put_member(&change, organisation, person, OrgRole::Owner).await?;
        }
        change.commit().await?;
        self.account(actor, name).await
    }

    /// Takes a person into an organisation, or changes what a member may do.
    ///
    /// # Errors
    /// [`Error::NamespaceNotFound`] for either name; who may not: [`Error::Forbidden`].
    pub async fn add_member(
        &self,
        actor: &Actor,
        organisation: &Namespace,
        user: &Namespace,
        role: OrgRole,
    ) -> Result<Account, Error> {
        authorize(actor, Action::Organise, Resource::Platform)?;
        let (place, standing) = self.namespace(actor, organisation).await?;
        authorize(actor, Action::NameMembers, Resource::Namespace { name: organisation, standing })?;
        let (person, _) = self.namespace(actor, user).await?;
        if place.kind != ORGANISATION {
            return Err(Error::NamespaceNotFound { name: organisation.clone() });
        }
        if person.kind != PERSON {
            return Err(Error::NamespaceNotFound { name: user.clone() });
        }
        let change = self.begin().await?;
        self.put_member(&change, place.id, person.id, role).await?;
        change.commit().await?;
        self.account(actor, organisation).await
    }

    /// A person or organisation.
    ///
    /// # Errors
    /// [`Error::NamespaceNotFound`].
    pub async fn account(&self, actor: &Actor, name: &Namespace) -> Result<Account, Error> {
        let (row, standing) = self.namespace(actor, name).await?;
        authorize(actor, Action::See, Resource::Namespace { name, standing })?;
        let members = member::Entity::find()
            .filter(member::Column::Organisation.eq(row.id))
            .join(
                JoinType::InnerJoin,
                link::<member::Entity, _>(member::Column::Person, namespace::Entity, namespace::Column::Id),
            )
            .select_also(namespace::Entity)
            .order_by_asc(namespace::Column::Folded)
            .all(self.db())
            .await?;
        let role = row.role.as_deref().map(|role| word(role, "namespaces", row.id, "role")).transpose()?;
        let members = members.into_iter().filter_map(|(member, person)| Some((member, person?)));
        let members = members.map(|(member, person)| {
            Ok(Membership {
                user: word(&person.name, "namespaces", person.id, "name")?,
                role: word(&member.role, "members", person.id, "role")?,
            })
        });
        let name = word(&row.name, "namespaces", row.id, "name")?;
        Ok(Account { name, role, members: members.collect::<Result<_, Error>>()? })
    }

    /// Makes a token for a person; it is shown this once. Needs an admin.
    ///
    /// # Errors
    /// [`Error::NamespaceNotFound`] when there is no such person; who may not: [`Error::Forbidden`].
    pub async fn create_token(
        &self,
        actor: &Actor,
        user: &Namespace,
        scopes: &[Scope],
    ) -> Result<TokenSecret, Error> {
        authorize(actor, Action::Administer, Resource::Platform)?;
        let (person, _) = self.namespace(actor, user).await?;
        if person.kind != PERSON {
            return Err(Error::NamespaceNotFound { name: user.clone() });
        }
        let secret = TokenSecret::new(self.chance());
        let now = micros(self.now());
        let lasts = self.limits().token_days.map(|days| i64::from(days) * MICROS_A_DAY);
        let row = token::ActiveModel {
            id: Set(self.new_id()),
            person: Set(person.id),
            sha256: Set(secret.digest().hex()),
            scopes: Set(scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")),
            created_at: Set(now),
            used_on: Set(None),
            expires_at: Set(lasts.map(|lasts| now.saturating_add(lasts))),
            revoked_at: Set(None),
        };
        let change = self.begin().await?;
        token::Entity::insert(row).exec_without_returning(&*change).await?;
        change.commit().await?;
        Ok(secret)
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// [`Error::TokenRefused`] when it is mistyped, unknown, expired or revoked.
    pub async fn authenticate(&self, token: &str) -> Result<Actor, Error> {
        let secret: TokenSecret = token.parse().map_err(|_mistyped: Malformed| Error::TokenRefused)?;
        let found = token::Entity::find()
            .filter(token::Column::Sha256.eq(secret.digest().hex()))
            .join(
                JoinType::InnerJoin,
                link::<token::Entity, _>(token::Column::Person, namespace::Entity, namespace::Column::Id),
            )
            .select_also(namespace::Entity)
            .one(self.db())
            .await?;
        let Some((token, Some(person))) = found else { return Err(Error::TokenRefused) };
        let now = micros(self.now());
        if token.revoked_at.is_some() || token.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::TokenRefused);
        }
        let actor = read_actor(&token, &person)?;
        self.note_use(&token, now / MICROS_A_DAY).await?;
        Ok(actor)
    }

    /// Writes down the day on which a token was last used; once a day, so that reading stays reading.
    async fn note_use(&self, token: &token::Model, today: i64) -> Result<(), Error> {
        if token.used_on == Some(today) {
            return Ok(());
        }
        let change = self.begin().await?;
        let row = token::ActiveModel { id: Set(token.id), used_on: Set(Some(today)), ..Default::default() };
        row.update(&*change).await?;
        change.commit().await
    }

    fn new_namespace(&self, name: &Namespace, role: Option<Role>) -> Result<namespace::Model, Error> {
        if is_reserved(name.as_str()) {
            return Err(Error::NamespaceReserved { name: name.clone() });
        }
        Ok(namespace::Model {
            id: self.new_id(),
            name: name.to_string(),
            folded: name.folded(),
            kind: if role.is_some() { PERSON } else { ORGANISATION }.to_owned(),
            role: role.map(|role| role.as_str().to_owned()),
            created_at: micros(self.now()),
        })
    }

    async fn put_member(
        &self,
        change: &sea_orm::DatabaseTransaction,
        organisation: Uuid,
        person: Uuid,
        role: OrgRole,
    ) -> Result<(), Error> {
        let row = member::ActiveModel {
            organisation: Set(organisation),
            person: Set(person),
            role: Set(role.as_str().to_owned()),
            created_at: Set(micros(self.now())),
        };
        let mut again = OnConflict::columns([member::Column::Organisation, member::Column::Person]);
        again.update_column(member::Column::Role);
        member::Entity::insert(row).on_conflict(again).exec_without_returning(change).await?;
        Ok(())
    }
}

/// Kinds of namespaces in the database.
const PERSON: &str = "user";
const ORGANISATION: &str = "organisation";

async fn insert_namespace(
    change: &sea_orm::DatabaseTransaction,
    row: namespace::Model,
    name: &Namespace,
) -> Result<(), Error> {
    let row: namespace::ActiveModel = row.into();
    match namespace::Entity::insert(row).exec_without_returning(change).await {
        Ok(_) => Ok(()),
        Err(error) if Error::is_duplicate(&error) => Err(Error::NamespaceExists { name: name.clone() }),
        Err(error) => Err(error.into()),
    }
}

fn read_actor(token: &token::Model, person: &namespace::Model) -> Result<Actor, Error> {
    let scopes = token.scopes.split_whitespace().map(|scope| word(scope, "tokens", token.id, "scopes"));
    let role = person.role.as_deref().ok_or_else(|| Error::inconsistent("namespaces", person.id, "role"))?;
    Ok(Actor::User {
        id: person.id,
        name: word(&person.name, "namespaces", person.id, "name")?,
        role: word(role, "namespaces", person.id, "role")?,
        scopes: scopes.collect::<Result<_, _>>()?,
    })
}
