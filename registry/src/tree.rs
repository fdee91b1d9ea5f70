//! The files of a commit.

use domain::{CommitId, Digest, FilePath, GitSha1, Malformed, RepositoryName, Uuid, Version, Visibility};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter as _, QuerySelect as _,
    Select,
};

use crate::access::Place;
use crate::authorize::Action;
use crate::entity::{branch, commit, link, release, tag, tree};
use crate::stored::{count, moment, word};
use crate::{Actor, Blob, Commit, Error, Registry, Withdrawal, git};

/// Longest name of a revision that is looked for, in bytes.
const REVISION_BYTES: usize = 256;

/// The files of one commit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tree {
    /// The repository, as it is spelled here.
    pub repository: RepositoryName,
    /// Who may see it.
    pub visibility: Visibility,
    /// The commit.
    pub commit: Commit,
    /// The files, sorted by path.
    pub entries: Vec<Entry>,
}

impl Tree {
    pub(crate) fn read(place: &Place, commit: commit::Model, tree: &tree::Model) -> Result<Self, Error> {
        let files = count(tree.files, "trees", &tree.id, "files")?;
        Ok(Self {
            repository: place.name.clone(),
            visibility: place.visibility,
            commit: Commit::read(commit, files)?,
            entries: read_entries(tree)?,
        })
    }

    /// The id that git gives to a folder.
    #[must_use]
    pub fn folder_id(&self, folder: &str) -> GitSha1 {
        git::id_of_folder(&self.entries, folder)
    }

    /// The file at this path.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.path.as_str() == path)
    }
}

/// One file of a commit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Where it lies.
    pub path: FilePath,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// The id that git gives to the bytes, or to the pointer to them when they are large.
    pub oid: GitSha1,
    /// Whether the Hub protocol treats it as a large file.
    pub large: bool,
}

/// One file with its bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// The repository, as it is spelled here.
    pub repository: RepositoryName,
    /// Who may see it.
    pub visibility: Visibility,
    /// The commit.
    pub commit: Commit,
    /// The file.
    pub entry: Entry,
    /// Its bytes; read them with [`crate::Registry::read_blob`].
    pub blob: Blob,
    /// Set when the revision names a release that was withdrawn.
    pub withdrawn: Option<Withdrawal>,
}

impl Registry {
    /// The files at a branch, release (`1.0.0` or `v1.0.0`) or commit. Two SQL statements.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`], [`Error::RevisionNotFound`].
    pub async fn tree(&self, actor: &Actor, name: &RepositoryName, revision: &str) -> Result<Tree, Error> {
        let place = self.place(actor, Action::See, name).await?;
        self.tree_of(&place, revision).await
    }

    /// One file at a branch, release or commit. Three SQL statements, and one more for a release.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`], [`Error::RevisionNotFound`], [`Error::FileNotFound`], [`Error::AccessNeeded`].
    pub async fn file(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        revision: &str,
        path: &FilePath,
    ) -> Result<File, Error> {
        let place = self.place(actor, Action::See, name).await?;
        self.may_read(actor, &place).await?;
        let Tree { repository, visibility, commit, entries } = self.tree_of(&place, revision).await?;
        let entry = entries.into_iter().find(|entry| entry.path == *path);
        let entry = entry.ok_or_else(|| Error::FileNotFound { path: path.clone(), commit: commit.id })?;
        let mut blobs = self.known_blobs(&[entry.sha256]).await?;
        let blob = blobs.remove(&entry.sha256);
        let blob = blob.ok_or_else(|| Error::inconsistent("trees", commit.id, "entries"))?;
        let withdrawn = match version_of(revision) {
            Some(version) => self.withdrawal(&place, &version).await?,
            None => None,
        };
        Ok(File { repository, visibility, commit, entry, blob, withdrawn })
    }

    /// The files at a revision of a repository that the actor may see.
    pub(crate) async fn tree_of(&self, place: &Place, revision: &str) -> Result<Tree, Error> {
        let missing = || Error::RevisionNotFound {
            repository: place.name.clone(),
            revision: revision.chars().take(120).collect(),
        };
        if revision.len() > REVISION_BYTES || revision.contains('\0') {
            return Err(missing());
        }
        let (row, tree) = match self.one_commit(named(place, revision)).await? {
            Some(found) => found,
            None => match self.by_beginning(place, revision).await? {
                Some(found) => found,
                None => return Err(self.missing_revision(place, revision, missing()).await),
            },
        };
        Tree::read(place, row, &tree)
    }

    async fn one_commit(
        &self,
        which: Select<commit::Entity>,
    ) -> Result<Option<(commit::Model, tree::Model)>, Error> {
        let link = link::<commit::Entity, _>(commit::Column::Tree, tree::Entity, tree::Column::Id);
        let rows = which.join(JoinType::InnerJoin, link).select_also(tree::Entity).all(self.db()).await?;
        let mut rows = rows.into_iter();
        // Two commits with the same beginning: then it names neither.
        match (rows.next(), rows.next()) {
            (Some((row, Some(tree))), None) => Ok(Some((row, tree))),
            _ => Ok(None),
        }
    }

    /// The one commit whose id begins like this, from seven digits on.
    async fn by_beginning(
        &self,
        place: &Place,
        revision: &str,
    ) -> Result<Option<(commit::Model, tree::Model)>, Error> {
        let digits = revision.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !digits || !(7..40).contains(&revision.len()) {
            return Ok(None);
        }
        let mine = commits_of(place).filter(commit::Column::Id.starts_with(revision)).limit(2);
        self.one_commit(mine).await
    }
}

fn commits_of(place: &Place) -> Select<commit::Entity> {
    commit::Entity::find().filter(commit::Column::Repository.eq(place.id))
}

/// The version that a revision is, with or without what git puts before tags.
pub(crate) fn version_of(revision: &str) -> Option<Version> {
    revision.strip_prefix("refs/tags/").unwrap_or(revision).parse().ok()
}

/// The commit that a release, a commit id, a branch or a tag names. Branches and tags never share a name, and have no
/// names of the other two forms.
fn named(place: &Place, revision: &str) -> Select<commit::Entity> {
    if let Some(version) = version_of(revision) {
        let mut published = Query::select();
        published
            .column(release::Column::CommitId)
            .from(release::Entity)
            .and_where(release::Column::Repository.eq(place.id))
            .and_where(release::Column::Version.eq(version.to_string()))
            .and_where(release::Column::RemovedAt.is_null());
        return commits_of(place).filter(commit::Column::Id.in_subquery(published.take()));
    }
    if let Ok(id) = revision.parse::<CommitId>() {
        return commits_of(place).filter(commit::Column::Id.eq(id.to_string()));
    }
    let name = revision.strip_prefix("refs/heads/").unwrap_or(revision);
    let mut heads = Query::select();
    heads
        .column(branch::Column::Head)
        .from(branch::Entity)
        .and_where(branch::Column::Repository.eq(place.id))
        .and_where(branch::Column::Name.eq(name));
    let mut tags = Query::select();
    tags.column(tag::Column::CommitId)
        .from(tag::Entity)
        .and_where(tag::Column::Repository.eq(place.id))
        .and_where(tag::Column::Name.eq(revision.strip_prefix("refs/tags/").unwrap_or(revision)));
    let either = Condition::any()
        .add(commit::Column::Id.in_subquery(heads.take()))
        .add(commit::Column::Id.in_subquery(tags.take()));
    commits_of(place).filter(either)
}

/// A commit with its files, where another table's row may or may not lead to one.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct MaybeCommit {
    commit_id: Option<String>,
    commit_parent: Option<String>,
    commit_tree: Option<String>,
    commit_message: Option<String>,
    commit_author: Option<String>,
    commit_at: Option<i64>,
    commit_ordinal: Option<i64>,
    tree_entries: Option<String>,
    tree_files: Option<i64>,
}

impl MaybeCommit {
    /// Joins the files to a query that has joined the commit already, and selects both.
    pub(crate) fn select<E: EntityTrait>(rows: Select<E>) -> Select<E> {
        let to_tree = link::<commit::Entity, _>(commit::Column::Tree, tree::Entity, tree::Column::Id);
        rows.join(JoinType::LeftJoin, to_tree)
            .column_as(commit::Column::Id, "commit_id")
            .column_as(commit::Column::Parent, "commit_parent")
            .column_as(commit::Column::Tree, "commit_tree")
            .column_as(commit::Column::Message, "commit_message")
            .column_as(commit::Column::Author, "commit_author")
            .column_as(commit::Column::CreatedAt, "commit_at")
            .column_as(commit::Column::Ordinal, "commit_ordinal")
            .column_as(tree::Column::Entries, "tree_entries")
            .column_as(tree::Column::Files, "tree_files")
    }

    /// The two rows, if there are any.
    pub(crate) fn rows(self, repository: Uuid) -> Option<(commit::Model, tree::Model)> {
        let tree = tree::Model {
            id: self.commit_tree.clone()?,
            entries: self.tree_entries?,
            files: self.tree_files?,
        };
        let commit = commit::Model {
            repository,
            id: self.commit_id?,
            parent: self.commit_parent,
            tree: self.commit_tree?,
            message: self.commit_message?,
            author: self.commit_author?,
            created_at: self.commit_at?,
            ordinal: self.commit_ordinal?,
        };
        Some((commit, tree))
    }
}

impl Commit {
    pub(crate) fn read(row: commit::Model, files: usize) -> Result<Self, Error> {
        Ok(Self {
            id: word(&row.id, "commits", &row.id, "id")?,
            parent: row.parent.as_deref().map(|id| word(id, "commits", &row.id, "parent")).transpose()?,
            created_at: moment(row.created_at, "commits", &row.id, "created_at")?,
            message: row.message,
            author: row.author,
            files,
        })
    }
}

/// A file as it is stored: path, digest in hex, size, git's id, whether large.
type Stored = (String, String, u64, String, bool);

/// The list of files as it is stored.
pub(crate) fn write_entries(entries: &[Entry]) -> Result<String, Error> {
    let rows: Vec<Stored> = entries
        .iter()
        .map(|entry| {
            let Entry { path, size, sha256, oid, large } = entry;
            (path.to_string(), sha256.hex(), *size, oid.to_string(), *large)
        })
        .collect();
    let bytes = domain::canonical::to_vec(&rows)?;
    String::from_utf8(bytes).map_err(|_never| Error::inconsistent("trees", "new", "entries"))
}

/// The list of files from how it is stored.
pub(crate) fn read_entries(row: &tree::Model) -> Result<Vec<Entry>, Error> {
    let wrong = || Error::inconsistent("trees", &row.id, "entries");
    let rows: Vec<Stored> = serde_json::from_str(&row.entries).map_err(|_no_list| wrong())?;
    let entry = |(path, sha256, size, oid, large): Stored| -> Result<Entry, Malformed> {
        Ok(Entry { path: path.parse()?, size, sha256: sha256.parse()?, oid: oid.parse()?, large })
    };
    rows.into_iter().map(entry).collect::<Result<_, _>>().map_err(|_malformed| wrong())
}
