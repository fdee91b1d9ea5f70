//! Repositories: where people prepare what they publish.

mod list;
mod overview;
mod remove;

use domain::{CommitId, Gate, Kind, RepositoryName, Timestamp, Uuid, Version, Visibility};

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::access::Place;
use crate::authorize::{Action, Resource, authorize};
use crate::database::Change;
use crate::entity::{branch, redirect, release, repository};
use crate::removal::{refuse_removed_name, repository_at};
use crate::stored::{micros, word};
use crate::{Actor, Error, Registry, ReleaseSummary, Tree};

pub use list::{RepositoryOrder, RepositoryQuery, RepositorySummary};
pub(crate) use remove::delete_contents;

/// A repository to make.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewRepository {
    /// Its name, in a namespace that the actor may write to.
    pub name: RepositoryName,
    /// What it will hold.
    pub kind: Kind,
    /// Public or private.
    pub visibility: Visibility,
}

/// A repository.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Repository {
    /// Identifier that never changes.
    pub id: Uuid,
    /// The name as it is spelled here; other spellings lead to it.
    pub name: RepositoryName,
    /// What it holds.
    pub kind: Kind,
    /// Who may see it.
    pub visibility: Visibility,
    /// Who gets its bytes, where not everyone does.
    pub gate: Option<Gate>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its branches, sorted by name; a new one has `main`.
    pub branches: Vec<Branch>,
    /// Versions of its releases, newest publication first.
    pub releases: Vec<Version>,
}

impl Repository {
    /// The newest commit of `main`.
    #[must_use]
    pub fn head(&self) -> Option<CommitId> {
        self.branches.iter().find(|branch| branch.name == MAIN).and_then(|branch| branch.head)
    }
}

/// A line of commits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// Its newest commit; `None` before the first.
    pub head: Option<CommitId>,
}

/// A repository with all that its page shows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Overview {
    /// The repository.
    pub repository: Repository,
    /// Its releases, newest publication first.
    pub releases: Vec<ReleaseSummary>,
    /// The files at the newest commit of `main`.
    pub tree: Option<Tree>,
    /// The text of `README.md` there, at most 512 KiB of it.
    pub readme: Option<String>,
}

/// The branch every repository has.
pub const MAIN: &str = "main";

impl Registry {
    /// Makes a repository with an empty branch `main`.
    ///
    /// # Errors
    /// [`Error::RepositoryExists`] when the name, or one that looks alike, is or was taken;
    /// [`Error::NamespaceNotFound`], [`Error::VisibilityRefused`]; who may not: [`Error::Forbidden`].
    pub async fn create_repository(&self, actor: &Actor, new: NewRepository) -> Result<Repository, Error> {
        authorize(actor, Action::Upload, Resource::Platform)?;
        let (owner, standing) = self.namespace(actor, new.name.namespace()).await?;
        let owner_name = word(&owner.name, "namespaces", owner.id, "name")?;
        authorize(actor, Action::Create, Resource::Namespace { name: &owner_name, standing })?;
        if !matches!(new.visibility, Visibility::Public | Visibility::Private) {
            return Err(Error::VisibilityRefused { visibility: new.visibility });
        }
        let name = RepositoryName::new(owner_name, new.name.name())?;
        let repository = Repository {
            id: self.new_id(),
            name,
            kind: new.kind,
            visibility: new.visibility,
            gate: None,
            created_at: self.now(),
            branches: vec![Branch { name: MAIN.to_owned(), head: None }],
            releases: Vec::new(),
        };
        let change = self.begin().await?;
        insert(&change, &repository, owner.id).await?;
        change.commit().await?;
        Ok(repository)
    }

    /// A repository, by any spelling of its name.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`], also for private ones of others.
    pub async fn repository(&self, actor: &Actor, name: &RepositoryName) -> Result<Repository, Error> {
        let place = self.place(actor, Action::See, name).await?;
        let branches = branch::Entity::find().filter(branch::Column::Repository.eq(place.id));
        let branches = branches.order_by_asc(branch::Column::Name).all(self.db()).await?;
        let releases = release::Entity::find()
            .filter(release::Column::Repository.eq(place.id))
            .filter(release::Column::RemovedAt.is_null())
            .order_by_desc(release::Column::PublishedAt)
            .order_by_desc(release::Column::Id)
            .select_only()
            .column(release::Column::Version)
            .into_tuple::<String>()
            .all(self.db())
            .await?;
        let releases = releases.iter().map(|version| word(version, "releases", place.id, "version"));
        let releases = releases.collect::<Result<_, _>>()?;
        let branches = branches.into_iter().map(|row| Branch::read(place.id, row.name, row.head.as_deref()));
        let branches = branches.collect::<Result<_, _>>()?;
        Ok(place.into_repository(branches, releases))
    }

    /// A repository with all that its page shows. Three SQL statements.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`], also for private ones of others.
    pub async fn overview(&self, actor: &Actor, name: &RepositoryName) -> Result<Overview, Error> {
        overview::overview(self, actor, name).await
    }

    /// Gives a repository another name. The old one leads to it and stays taken.
    ///
    /// # Errors
    /// [`Error::RepositoryFixed`] once it has published; [`Error::RepositoryExists`]; who may not:
    /// [`Error::Forbidden`].
    pub async fn move_repository(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        to: &RepositoryName,
    ) -> Result<Repository, Error> {
        let place = self.place(actor, Action::Rearrange, name).await?;
        let (owner, standing) = self.namespace(actor, to.namespace()).await?;
        let owner_name = word(&owner.name, "namespaces", owner.id, "name")?;
        authorize(actor, Action::Create, Resource::Namespace { name: &owner_name, standing })?;
        let to = RepositoryName::new(owner_name, to.name())?;
        let change = self.begin().await?;
        refuse_if_published(&change, &place).await?;
        if to.folded() != place.name.folded() {
            refuse_if_redirected(&change, &to).await?;
            let old = redirect::ActiveModel { folded: Set(place.name.folded()), repository: Set(place.id) };
            redirect::Entity::insert(old).exec_without_returning(&*change).await?;
        }
        let row = repository::ActiveModel {
            id: Set(place.id),
            namespace: Set(owner.id),
            name: Set(to.to_string()),
            folded: Set(to.folded()),
            ..Default::default()
        };
        row.update(&*change).await.map_err(|error| exists_or(error, &to))?;
        change.commit().await?;
        self.repository(actor, &to).await
    }

    /// Makes a repository public or private. A gate is taken away.
    ///
    /// # Errors
    /// [`Error::RepositoryFixed`] once it has published; [`Error::VisibilityRefused`]; who may not:
    /// [`Error::Forbidden`].
    pub async fn set_visibility(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        visibility: Visibility,
    ) -> Result<Repository, Error> {
        let place = self.place(actor, Action::Rearrange, name).await?;
        if !matches!(visibility, Visibility::Public | Visibility::Private) {
            return Err(Error::VisibilityRefused { visibility });
        }
        let change = self.begin().await?;
        if visibility == Visibility::Private {
            refuse_if_published(&change, &place).await?;
        }
        let visibility = Set(visibility.as_str().to_owned());
        let row =
            repository::ActiveModel { id: Set(place.id), visibility, gate: Set(None), ..Default::default() };
        row.update(&*change).await?;
        change.commit().await?;
        self.repository(actor, &place.name).await
    }
}

impl Place {
    pub(crate) fn into_repository(self, branches: Vec<Branch>, releases: Vec<Version>) -> Repository {
        let Self { id, name, kind, visibility, gate, created_at, .. } = self;
        Repository { id, name, kind, visibility, gate, created_at, branches, releases }
    }
}

impl Branch {
    pub(crate) fn read(repository: Uuid, name: String, head: Option<&str>) -> Result<Self, Error> {
        let head = head.map(|head| word(head, "branches", repository, "head")).transpose()?;
        Ok(Self { name, head })
    }
}

async fn insert(change: &Change, new: &Repository, owner: Uuid) -> Result<(), Error> {
    refuse_if_redirected(change, &new.name).await?;
    let taken = Error::RepositoryExists { name: new.name.clone() };
    refuse_removed_name(&**change, &repository_at(&new.name.folded()), taken).await?;
    let row = repository::ActiveModel {
        id: Set(new.id),
        namespace: Set(owner),
        name: Set(new.name.to_string()),
        folded: Set(new.name.folded()),
        kind: Set(new.kind.as_str().to_owned()),
        visibility: Set(new.visibility.as_str().to_owned()),
        gate: Set(None),
        created_at: Set(micros(new.created_at)),
    };
    let inserted = repository::Entity::insert(row).exec_without_returning(&**change).await;
    inserted.map_err(|error| exists_or(error, &new.name))?;
    let main = branch::ActiveModel {
        repository: Set(new.id),
        name: Set(MAIN.to_owned()),
        head: Set(None),
        moved_at: Set(None),
    };
    branch::Entity::insert(main).exec_without_returning(&**change).await?;
    Ok(())
}

fn exists_or(error: DbErr, name: &RepositoryName) -> Error {
    if Error::is_duplicate(&error) { Error::RepositoryExists { name: name.clone() } } else { error.into() }
}

async fn refuse_if_redirected(change: &Change, name: &RepositoryName) -> Result<(), Error> {
    match redirect::Entity::find_by_id(name.folded()).one(&**change).await? {
        Some(_) => Err(Error::RepositoryExists { name: name.clone() }),
        None => Ok(()),
    }
}

/// What has published keeps its name and stays public. The row is locked, so that nobody publishes meanwhile.
async fn refuse_if_published(change: &Change, place: &Place) -> Result<(), Error> {
    repository::Entity::find_by_id(place.id).lock_exclusive().one(&**change).await?;
    let published = release::Entity::find().filter(release::Column::Repository.eq(place.id));
    match published.one(&**change).await? {
        Some(_) => Err(Error::RepositoryFixed { name: place.name.clone() }),
        None => Ok(()),
    }
}
