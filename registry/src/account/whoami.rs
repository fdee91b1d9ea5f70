//! Who a token belongs to.

use domain::{Namespace, Scope, Uuid};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::entity::{link, member, namespace};
use crate::stored::word;
use crate::{Actor, Error, Registry};

/// A person as the person's own programs see it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Person {
    /// Identifier that never changes.
    pub id: Uuid,
    /// The name.
    pub name: Namespace,
    /// Organisations that the person belongs to, sorted by name.
    pub organisations: Vec<Namespace>,
    /// What the token may be used for.
    pub scopes: Vec<Scope>,
}

impl Registry {
    /// Who asks. One SQL statement.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for those without a token.
    pub async fn whoami(&self, actor: &Actor) -> Result<Person, Error> {
        let Actor::User { id, name, scopes, .. } = actor else { return Err(Error::Unauthenticated) };
        let to_name =
            link::<member::Entity, _>(member::Column::Organisation, namespace::Entity, namespace::Column::Id);
        let names = member::Entity::find()
            .filter(member::Column::Person.eq(*id))
            .join(JoinType::InnerJoin, to_name)
            .select_only()
            .column(namespace::Column::Name)
            .order_by_asc(namespace::Column::Folded)
            .into_tuple::<String>()
            .all(self.db())
            .await?;
        let organisations = names.iter().map(|name| word(name, "namespaces", name, "name"));
        Ok(Person {
            id: *id,
            name: name.clone(),
            organisations: organisations.collect::<Result<_, _>>()?,
            scopes: scopes.clone(),
        })
    }
}
