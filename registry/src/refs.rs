//! Names of commits: branches move, tags stay; a release is a tag that nobody can take away.

use domain::{CommitId, RepositoryName, Uuid, Version};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use crate::access::Place;
use crate::authorize::Action;
use crate::commit::check_form;
use crate::database::Change;
use crate::entity::{branch, commit, release, tag};
use crate::stored::{micros, word};
use crate::text::plain;
use crate::{Actor, Branch, Commit, Error, MAIN, Registry};

/// Longest message of a tag, in bytes.
const MESSAGE_BYTES: usize = 16 * 1024;
/// Most commits of one page of a history.
const MOST_COMMITS: usize = 1_000;

/// A name that stays at one commit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tag {
    /// Its name; of a release its version with a `v` before it.
    pub name: String,
    /// Its commit.
    pub commit: CommitId,
    /// Whether it is a published release, which stays for ever.
    pub release: bool,
}

/// All names of commits in a repository.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refs {
    /// The repository, as it is spelled here.
    pub repository: RepositoryName,
    /// Its branches, sorted by name.
    pub branches: Vec<Branch>,
    /// Its tags, sorted by name, the releases among them.
    pub tags: Vec<Tag>,
}

/// Commits, newest first, and where to read on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct History {
    /// The repository, as it is spelled here.
    pub repository: RepositoryName,
    /// The commits.
    pub commits: Vec<Commit>,
    /// The commit at which the next page begins; `None` at the end.
    pub next: Option<CommitId>,
}

impl Registry {
    /// The branches and tags of a repository. Four SQL statements.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`].
    pub async fn refs(&self, actor: &Actor, name: &RepositoryName) -> Result<Refs, Error> {
        let place = self.place(actor, Action::See, name).await?;
        let branches = branch::Entity::find().filter(branch::Column::Repository.eq(place.id));
        let branches = branches.order_by_asc(branch::Column::Name).all(self.db()).await?;
        let branches = branches.into_iter().map(|row| Branch::read(place.id, row.name, row.head.as_deref()));
        let branches = branches.collect::<Result<_, _>>()?;
        let mut tags = self.published_tags(&place).await?;
        let rows = tag::Entity::find().filter(tag::Column::Repository.eq(place.id)).all(self.db()).await?;
        for row in rows {
            let commit = word(&row.commit_id, "tags", place.id, "commit_id")?;
            tags.push(Tag { name: row.name, commit, release: false });
        }
        tags.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Refs { repository: place.name, branches, tags })
    }

    async fn published_tags(&self, place: &Place) -> Result<Vec<Tag>, Error> {
        let rows = release::Entity::find()
            .filter(release::Column::Repository.eq(place.id))
            .filter(release::Column::RemovedAt.is_null())
            .select_only()
            .column(release::Column::Version)
            .column(release::Column::CommitId)
            .into_tuple::<(String, String)>()
            .all(self.db())
            .await?;
        let tag = |(version, commit): (String, String)| {
            let commit = word(&commit, "releases", place.id, "commit_id")?;
            Ok(Tag { name: format!("v{version}"), commit, release: true })
        };
        rows.into_iter().map(tag).collect()
    }

    /// The commits that lead to a revision, newest first: at most `limit` of them and never more than 1,000.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`], [`Error::RevisionNotFound`].
    pub async fn history(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        revision: &str,
        limit: usize,
    ) -> Result<History, Error> {
        let place = self.place(actor, Action::See, name).await?;
        let newest = self.tree_of(&place, revision).await?.commit;
        let limit = limit.clamp(1, MOST_COMMITS);
        let mut next = newest.parent;
        let mut commits = vec![newest];
        while let Some(wanted) = next
            && commits.len() < limit
        {
            let row = commit::Entity::find_by_id((place.id, wanted.to_string())).one(self.db()).await?;
            let row = row.ok_or_else(|| Error::inconsistent("commits", wanted, "parent"))?;
            // How many files it holds is not asked for here.
            let commit = Commit::read(row, 0)?;
            next = commit.parent;
            commits.push(commit);
        }
        Ok(History { repository: place.name, commits, next })
    }

    /// Gives a commit a name that stays. Versions are no tags: they are published.
    ///
    /// # Errors
    /// [`Error::TagRefused`] for names of another form and for taken ones; [`Error::RevisionNotFound`]; who may not:
    /// [`Error::Forbidden`].
    pub async fn create_tag(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        (tag, message): (&str, &str),
        revision: &str,
    ) -> Result<Tag, Error> {
        let place = self.place(actor, Action::Commit, name).await?;
        check_tag(tag)?;
        let message = plain("the message of a tag", message, MESSAGE_BYTES)?;
        let commit = self.tree_of(&place, revision).await?.commit.id;
        let change = self.begin().await?;
        if branch::Entity::find_by_id((place.id, tag.to_owned())).one(&*change).await?.is_some() {
            return Err(refused(tag, "there is a branch of this name"));
        }
        let row = tag::ActiveModel {
            repository: Set(place.id),
            name: Set(tag.to_owned()),
            commit_id: Set(commit.to_string()),
            message: Set(message),
            created_at: Set(micros(self.now())),
        };
        match tag::Entity::insert(row).exec_without_returning(&*change).await {
            Err(error) if Error::is_duplicate(&error) => {
                return Err(Error::TagExists { name: tag.to_owned() });
            }
            inserted => inserted?,
        };
        change.commit().await?;
        Ok(Tag { name: tag.to_owned(), commit, release: false })
    }

    /// Takes a tag away.
    ///
    /// # Errors
    /// [`Error::RevisionNotFound`]; [`Error::TagFixed`] for a release, which stays; who may not: [`Error::Forbidden`].
    pub async fn delete_tag(&self, actor: &Actor, name: &RepositoryName, tag: &str) -> Result<(), Error> {
        let place = self.place(actor, Action::Commit, name).await?;
        if let Ok(version) = tag.parse::<Version>()
            && self.find_release(actor, &place.name, &version).await?.is_some()
        {
            return Err(Error::TagFixed { name: tag.to_owned(), repository: place.name });
        }
        let change = self.begin().await?;
        let gone = tag::Entity::delete_by_id((place.id, tag.to_owned())).exec(&*change).await?;
        if gone.rows_affected == 0 {
            return Err(missing(&place, tag));
        }
        change.commit().await
    }

    /// Takes a branch away; its commits stay readable by their ids.
    ///
    /// # Errors
    /// [`Error::BranchRefused`] for `main`; [`Error::RevisionNotFound`]; who may not: [`Error::Forbidden`].
    pub async fn delete_branch(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        branch: &str,
    ) -> Result<(), Error> {
        let place = self.place(actor, Action::Commit, name).await?;
        if branch == MAIN {
            let rule = "every repository has it, and it stays";
            return Err(Error::BranchFixed { name: branch.to_owned(), rule });
        }
        let change = self.begin().await?;
        delete_branch_row(&change, &place, branch).await?;
        change.commit().await
    }
}

async fn delete_branch_row(change: &Change, place: &Place, branch: &str) -> Result<(), Error> {
    let gone = branch::Entity::delete_by_id((place.id, branch.to_owned())).exec(&**change).await?;
    if gone.rows_affected == 0 { Err(missing(place, branch)) } else { Ok(()) }
}

/// All tags of a repository, as rows that go with it.
pub(crate) async fn delete_tags(change: &Change, repository: Uuid) -> Result<(), Error> {
    tag::Entity::delete_many().filter(tag::Column::Repository.eq(repository)).exec(&**change).await?;
    Ok(())
}

fn missing(place: &Place, revision: &str) -> Error {
    Error::RevisionNotFound { repository: place.name.clone(), revision: revision.chars().take(120).collect() }
}

fn refused(name: &str, rule: &'static str) -> Error {
    Error::TagRefused { name: name.chars().take(120).collect(), rule }
}

/// A tag has a name of a form that neither releases nor commits have.
fn check_tag(name: &str) -> Result<(), Error> {
    check_form(name).map_err(|rule| refused(name, rule))?;
    if name.parse::<Version>().is_ok() {
        return Err(refused(name, "that is a version: publish a release"));
    }
    Ok(())
}
