//! Keys that people and organisations say they sign with.

use domain::{Malformed, Namespace, Timestamp, Uuid};
use oms::PublicKey;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{PublisherSignature, SignatureVerdict};
use crate::authorize::{Action, Resource, authorize};
use crate::entity::{link, namespace_key, release, repository};
use crate::stored::{micros, moment, word};
use crate::{Actor, Error, Registry};

/// Most keys of one namespace.
const KEYS: usize = 100;
/// Longest PEM of a public key, in bytes.
const PEM_BYTES: usize = 4 << 10;

/// A key that a person or organisation signs models with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublisherKey {
    /// SHA-256 of its PEM, in hexadecimal: how bundles name it.
    pub hint: String,
    /// The public key as PEM.
    pub pem: String,
    /// When it was named.
    pub added_at: Timestamp,
}

impl Registry {
    /// Names a key that a namespace signs its models with, and checks again what was signed with a key nobody knew.
    /// A key that was named before stays as it is.
    ///
    /// # Errors
    /// [`Error::NamespaceNotFound`]; [`Error::Malformed`] for what is no public key on P-256, P-384 or P-521;
    /// [`Error::TooMany`]; who may not: [`Error::Forbidden`], [`Error::ScopeMissing`].
    pub async fn name_key(
        &self,
        actor: &Actor,
        name: &Namespace,
        pem: &str,
    ) -> Result<Vec<PublisherKey>, Error> {
        if *actor == Actor::Anonymous {
            return Err(Error::Unauthenticated);
        }
        let (row, standing) = self.namespace(actor, name).await?;
        authorize(actor, Action::NameKeys, Resource::Namespace { name, standing })?;
        let rule = "write a public key on P-256, P-384 or P-521 as PEM";
        let refused = || Malformed::new("a public key", pem, rule);
        let key =
            Some(pem).filter(|pem| pem.len() <= PEM_BYTES).and_then(|pem| PublicKey::from_pem(pem).ok());
        let key = key.ok_or_else(refused)?;
        if self.keys_of(row.id).await?.len() >= KEYS {
            return Err(Error::TooMany { what: "keys", limit: KEYS });
        }
        let new = namespace_key::ActiveModel {
            namespace: Set(row.id),
            hint: Set(key.hint()),
            pem: Set(key.pem().to_owned()),
            added_at: Set(micros(self.now())),
        };
        let known = OnConflict::columns([namespace_key::Column::Namespace, namespace_key::Column::Hint]);
        let known = known.clone().do_nothing().to_owned();
        let change = self.begin().await?;
        namespace_key::Entity::insert(new).on_conflict(known).exec_without_returning(&*change).await?;
        change.commit().await?;
        // If we die here the key is known, and naming it again checks what was not checked.
        self.check_unknown(row.id).await?;
        self.publisher_keys(actor, name).await
    }

    /// The keys that a namespace has named, oldest first.
    ///
    /// # Errors
    /// [`Error::NamespaceNotFound`].
    pub async fn publisher_keys(&self, actor: &Actor, name: &Namespace) -> Result<Vec<PublisherKey>, Error> {
        let (row, _standing) = self.namespace(actor, name).await?;
        let key = |row: namespace_key::Model| {
            let added_at = moment(row.added_at, "namespace_keys", &row.hint, "added_at")?;
            Ok(PublisherKey { hint: row.hint, pem: row.pem, added_at })
        };
        self.keys_of(row.id).await?.into_iter().map(key).collect()
    }

    /// The keys of a namespace, to check with.
    pub(super) async fn keys_named(&self, name: &Namespace) -> Result<Vec<PublicKey>, Error> {
        let (row, _standing) = self.namespace(&Actor::System, name).await?;
        let key = |row: namespace_key::Model| {
            PublicKey::from_pem(&row.pem)
                .map_err(|_no_key| Error::inconsistent("namespace_keys", &row.hint, "pem"))
        };
        self.keys_of(row.id).await?.into_iter().map(key).collect()
    }

    async fn keys_of(&self, namespace: Uuid) -> Result<Vec<namespace_key::Model>, Error> {
        let rows = namespace_key::Entity::find().filter(namespace_key::Column::Namespace.eq(namespace));
        let rows =
            rows.order_by_asc(namespace_key::Column::AddedAt).order_by_asc(namespace_key::Column::Hint);
        Ok(rows.all(self.db()).await?)
    }

    /// Checks the signatures of a namespace's releases again that were made with an unknown key.
    async fn check_unknown(&self, namespace: Uuid) -> Result<(), Error> {
        let to_repository = link::<release::Entity, _>(
            release::Column::Repository,
            repository::Entity,
            repository::Column::Id,
        );
        let rows = release::Entity::find()
            .join(JoinType::InnerJoin, to_repository)
            .filter(repository::Column::Namespace.eq(namespace))
            .filter(release::Column::Signatures.contains(SignatureVerdict::UnknownKey.as_str()))
            .select_also(repository::Entity);
        for (row, repository) in rows.all(self.db()).await? {
            let Some(repository) = repository else { continue };
            let name: domain::RepositoryName = word(&repository.name, "repositories", repository.id, "name")?;
            let version = word(&row.version, "releases", row.id, "version")?;
            let release = self.release(&Actor::System, &name, &version).await?;
            let files = self.tree(&Actor::System, &name, &release.document.commit.to_string()).await?;
            let signatures = self.publisher_signatures(name.namespace(), &files.entries).await?;
            let change = self.begin().await?;
            release::Entity::update_many()
                .col_expr(release::Column::Signatures, Expr::value(write(&signatures)?))
                .filter(release::Column::Id.eq(row.id))
                .filter(release::Column::RemovedAt.is_null())
                .exec(&*change)
                .await?;
            change.commit().await?;
        }
        Ok(())
    }
}

/// Signatures as they are stored; nothing where there are none.
pub(crate) fn write(signatures: &[PublisherSignature]) -> Result<Option<String>, Error> {
    if signatures.is_empty() {
        return Ok(None);
    }
    let bytes = domain::canonical::to_vec(&signatures)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Signatures from how they are stored.
pub(crate) fn read(text: Option<&str>, release: Uuid) -> Result<Vec<PublisherSignature>, Error> {
    let wrong = |_no_list| Error::inconsistent("releases", release, "signatures");
    text.map_or(Ok(Vec::new()), |text| serde_json::from_str(text).map_err(wrong))
}
