//! Commits: what a branch held, one state after another.

mod apply;
mod first;
mod land;

use std::collections::BTreeMap;

use domain::{CommitId, Digest, FilePath, RepositoryName, Timestamp, Version};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait as _, JoinType, QuerySelect as _};

use crate::access::Place;
use crate::authorize::Action;
use crate::entity::{branch, commit, link, tag};
use crate::stored::micros;
use crate::text::plain;
use crate::tree::{MaybeCommit, read_entries};
use crate::{Actor, Blob, Branch, Entry, Error, Registry, git};

/// How often a commit without a parent tries to land on a branch that others move at the same time.
const TRIES: usize = 200;
/// Longest message, in bytes.
const MESSAGE_BYTES: usize = 64 * 1024;

/// One change of a commit. Changes apply in order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Operation {
    /// The file holds these bytes from now on.
    Put {
        /// Which file.
        path: FilePath,
        /// Which bytes; the actor must have uploaded them or be able to read them.
        blob: Digest,
    },
    /// The file is gone.
    Delete {
        /// Which file.
        path: FilePath,
    },
    /// All files below a folder are gone.
    DeleteFolder {
        /// Which folder.
        path: FilePath,
    },
}

/// A commit to make.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewCommit {
    /// What changed, in the author's words.
    pub message: String,
    /// The commit that the author saw; when the branch has moved on, the commit is refused. `None` lands anyhow.
    pub parent: Option<CommitId>,
    /// The changes.
    pub operations: Vec<Operation>,
}

/// One state of a repository.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Commit {
    /// Its id, derived from its content: the id git gives to such a commit.
    pub id: CommitId,
    /// The commit before it.
    pub parent: Option<CommitId>,
    /// What changed, in the author's words.
    pub message: String,
    /// Name of the author.
    pub author: String,
    /// When it was made, in whole seconds.
    pub created_at: Timestamp,
    /// How many files it holds.
    pub files: usize,
}

/// What came of a commit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Committed {
    /// The newest commit of the branch.
    pub commit: Commit,
    /// Whether it was made just now; `false` when nothing would have changed.
    pub changed: bool,
}

/// What a commit is to change, with the blobs that it names.
struct Wanted<'a> {
    branch: &'a str,
    message: String,
    operations: &'a [Operation],
    blobs: BTreeMap<Digest, Blob>,
}

/// Where a branch stands.
struct Head {
    commit: Option<Commit>,
    ordinal: i64,
    entries: Vec<Entry>,
}

/// Where a branch will stand.
struct Next<'a> {
    branch: &'a str,
    commit: Commit,
    ordinal: i64,
    entries: Vec<Entry>,
    /// Blobs that the commit names and the repository perhaps did not hold before.
    put: Vec<Digest>,
}

impl Registry {
    /// Changes a branch. Commits that name no parent all land, one after another.
    ///
    /// # Errors
    /// [`Error::StaleParent`], [`Error::BlobUnknown`], [`Error::NothingToDelete`], [`Error::PathClash`],
    /// [`Error::NothingToCommit`], [`Error::TooMany`], [`Error::RevisionNotFound`] for a branch that is not there,
    /// [`Error::BranchRefused`] for a release or commit; who may not: [`Error::Forbidden`].
    pub async fn commit(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        branch: &str,
        new: NewCommit,
    ) -> Result<Committed, Error> {
        let place = self.place(actor, Action::Commit, name).await?;
        check_branch(branch)?;
        let limit = self.limits().operations;
        if new.operations.len() > limit {
            return Err(Error::TooMany { what: "changes in one commit", limit });
        }
        let message = plain("a commit message", &new.message, MESSAGE_BYTES)?;
        let blobs = self.blobs_to_put(actor, &new).await?;
        let wanted = Wanted { branch, message, operations: &new.operations, blobs };
        for _ in 0..TRIES {
            let head = self.head(&place, branch).await?;
            refuse_if_stale(branch, new.parent, &head)?;
            let next = match self.next(actor, &wanted, head)? {
                Step::Nothing(commit) => return Ok(Committed { commit, changed: false }),
                Step::Next(next) => *next,
            };
            if self.land(&place, &next).await? {
                return Ok(Committed { commit: next.commit, changed: true });
            }
        }
        Err(Error::Busy { retry_seconds: 1 })
    }

    /// Whether this actor may change the branches of a repository.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`]; who may not: [`Error::Forbidden`], [`Error::ScopeMissing`].
    pub async fn may_commit(&self, actor: &Actor, name: &RepositoryName) -> Result<(), Error> {
        self.place(actor, Action::Commit, name).await.map(|_place| ())
    }

    /// Makes a branch that begins at a revision.
    ///
    /// # Errors
    /// [`Error::BranchRefused`] for names of another form, [`Error::BranchExists`], [`Error::RevisionNotFound`]; who may
    /// not: [`Error::Forbidden`].
    pub async fn create_branch(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        branch: &str,
        revision: &str,
    ) -> Result<Branch, Error> {
        let place = self.place(actor, Action::Commit, name).await?;
        check_branch(branch)?;
        let head = self.tree_of(&place, revision).await?.commit.id;
        let row = branch::ActiveModel {
            repository: Set(place.id),
            name: Set(branch.to_owned()),
            head: Set(Some(head.to_string())),
            moved_at: Set(Some(micros(self.now()))),
        };
        let change = self.begin().await?;
        if tag::Entity::find_by_id((place.id, branch.to_owned())).one(&*change).await?.is_some() {
            let rule = "there is a tag of this name";
            return Err(Error::BranchRefused { name: branch.to_owned(), rule });
        }
        match branch::Entity::insert(row).exec_without_returning(&*change).await {
            Err(error) if Error::is_duplicate(&error) => {
                return Err(Error::BranchExists { name: branch.to_owned() });
            }
            inserted => inserted?,
        };
        change.commit().await?;
        Ok(Branch { name: branch.to_owned(), head: Some(head) })
    }

    /// The blobs that a commit puts, each of which the actor has shown to own or may read.
    async fn blobs_to_put(&self, actor: &Actor, new: &NewCommit) -> Result<BTreeMap<Digest, Blob>, Error> {
        let wanted: Vec<(&FilePath, Digest)> = new
            .operations
            .iter()
            .filter_map(|operation| match operation {
                Operation::Put { path, blob } => Some((path, *blob)),
                Operation::Delete { .. } | Operation::DeleteFolder { .. } => None,
            })
            .collect();
        let mut digests: Vec<Digest> = wanted.iter().map(|(_, digest)| *digest).collect();
        digests.sort_unstable();
        digests.dedup();
        let blobs = self.readable_blobs(actor, &digests).await?;
        match wanted.into_iter().find(|(_, digest)| !blobs.contains_key(digest)) {
            Some((path, digest)) => Err(Error::BlobUnknown { path: path.clone(), digest }),
            None => Ok(blobs),
        }
    }

    async fn head(&self, place: &Place, branch: &str) -> Result<Head, Error> {
        let id = place.id;
        let to_commit = link::<branch::Entity, _>(branch::Column::Head, commit::Entity, commit::Column::Id)
            .on_condition(move |_, commits| {
                use sea_orm::sea_query::{ExprTrait as _, IntoCondition as _};
                Expr::col((commits, commit::Column::Repository)).eq(id).into_condition()
            });
        let rows = branch::Entity::find_by_id((place.id, branch.to_owned()))
            .join(JoinType::LeftJoin, to_commit)
            .select_only();
        let found = MaybeCommit::select(rows).into_model::<MaybeCommit>().one(self.db()).await?;
        let found = found.ok_or_else(|| Error::RevisionNotFound {
            repository: place.name.clone(),
            revision: branch.to_owned(),
        })?;
        let Some((row, tree)) = found.rows(place.id) else {
            return Ok(Head { commit: None, ordinal: 0, entries: Vec::new() });
        };
        let entries = read_entries(&tree)?;
        let ordinal = row.ordinal;
        Ok(Head { commit: Some(Commit::read(row, entries.len())?), ordinal, entries })
    }

    /// What the branch will hold when the changes are applied to what it holds now.
    fn next<'a>(&self, actor: &Actor, wanted: &Wanted<'a>, head: Head) -> Result<Step<'a>, Error> {
        let Wanted { branch, message, operations, blobs } = wanted;
        let entries = apply::apply(&head.entries, operations, blobs)?;
        if entries == head.entries {
            return head.commit.map(Step::Nothing).ok_or(Error::NothingToCommit);
        }
        let limit = self.limits().files;
        if entries.len() > limit {
            return Err(Error::TooMany { what: "files in one commit", limit });
        }
        let author = actor.name().map_or("vitrine", |name| name.as_str());
        let created_at = self.whole_second();
        let parent = head.commit.map(|commit| commit.id);
        let tree = git::tree_id(&entries);
        let id = git::commit_id(&tree, parent.as_ref(), author, created_at, message);
        let (author, message) = (author.to_owned(), message.clone());
        let commit = Commit { id, parent, message, author, created_at, files: entries.len() };
        let put = blobs.keys().copied().collect();
        Ok(Step::Next(Box::new(Next { branch, commit, ordinal: head.ordinal + 1, entries, put })))
    }
}

/// What becomes of a branch.
enum Step<'a> {
    /// It stays at this commit.
    Nothing(Commit),
    /// It moves on.
    Next(Box<Next<'a>>),
}

/// A branch has a name of a form that neither releases nor commits have.
fn check_branch(name: &str) -> Result<(), Error> {
    let refused = |rule| Error::BranchRefused { name: name.chars().take(120).collect(), rule };
    check_form(name).map_err(refused)?;
    if name.parse::<Version>().is_ok() {
        return Err(refused("that is the form of a release; choose another name"));
    }
    Ok(())
}

/// What branches and tags may be called. The error is the rule that a name breaks.
pub(crate) fn check_form(name: &str) -> Result<(), &'static str> {
    let fits = (1..=96).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/'))
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && !name.contains("..")
        && !name.starts_with("refs/");
    if !fits {
        return Err(
            "write 1 to 96 of A-Z a-z 0-9 . _ - /, without empty parts, and not beginning with refs/",
        );
    }
    if name.parse::<CommitId>().is_ok() {
        return Err("that is the form of a commit; choose another name");
    }
    Ok(())
}

fn refuse_if_stale(branch: &str, parent: Option<CommitId>, head: &Head) -> Result<(), Error> {
    let head = head.commit.as_ref().map(|commit| commit.id);
    if parent.is_some() && parent != head {
        return Err(Error::StaleParent { branch: branch.to_owned(), head });
    }
    Ok(())
}
