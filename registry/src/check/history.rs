//! Branches and commits.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{Finding, find};
use crate::database::LIST;
use crate::entity::{branch, commit, repository_blob, tree};
use crate::tree::read_entries;
use crate::{Error, Registry, git};

impl Registry {
    /// Every branch points at a commit of its repository.
    pub(super) async fn check_branches(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut from = 0;
        loop {
            let rows = self.portion(branch::Entity::find(), from).await?;
            if rows.is_empty() {
                return Ok(());
            }
            from += rows.len() as u64;
            for row in rows {
                let Some(head) = row.head else { continue };
                let commit = commit::Entity::find_by_id((row.repository, head.clone()));
                if commit.one(self.db()).await?.is_none() {
                    let (repository, name) = (row.repository, row.name);
                    let what = format!("Branch `{name}` of repository {repository} points at commit {head}");
                    find(findings, format!("{what}, which is missing."));
                }
            }
        }
    }

    /// Every commit has its parent and its files, and its repository holds the bytes of all of them.
    pub(super) async fn check_commits(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut from = 0;
        loop {
            let rows = self.portion(commit::Entity::find(), from).await?;
            if rows.is_empty() {
                return Ok(());
            }
            from += rows.len() as u64;
            for row in &rows {
                self.check_commit(row, findings).await?;
            }
        }
    }

    async fn check_commit(&self, row: &commit::Model, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let what = format!("Commit {} of repository {}", row.id, row.repository);
        if let Some(parent) = &row.parent {
            let parent_row = commit::Entity::find_by_id((row.repository, parent.clone()));
            if parent_row.one(self.db()).await?.is_none() {
                find(findings, format!("{what} follows commit {parent}, which is missing."));
            }
        }
        let Some(tree) = tree::Entity::find_by_id(row.tree.clone()).one(self.db()).await? else {
            find(findings, format!("{what} has no list of files."));
            return Ok(());
        };
        let entries = read_entries(&tree)?;
        let id = git::tree_id(&entries).to_string();
        if id != tree.id {
            find(findings, format!("The list of files {} has the id {id}.", tree.id));
        }
        let files: BTreeMap<String, &str> =
            entries.iter().map(|entry| (entry.sha256.hex(), entry.path.as_str())).collect();
        let held = self.held(row, files.keys()).await?;
        for (digest, path) in files.iter().filter(|(digest, _)| !held.contains(*digest)) {
            find(findings, format!("{what} names `{path}`, but the repository does not hold blob {digest}."));
        }
        Ok(())
    }

    /// Those of the blobs that the commit's repository holds.
    async fn held(
        &self,
        row: &commit::Model,
        blobs: impl Iterator<Item = &String>,
    ) -> Result<BTreeSet<String>, Error> {
        let blobs: Vec<&String> = blobs.collect();
        let mut held = BTreeSet::new();
        for some in blobs.chunks(LIST) {
            let rows = repository_blob::Entity::find()
                .filter(repository_blob::Column::Repository.eq(row.repository))
                .filter(repository_blob::Column::Blob.is_in(some.iter().map(|blob| blob.as_str())))
                .all(self.db())
                .await?;
            held.extend(rows.into_iter().map(|row| row.blob));
        }
        Ok(held)
    }
}
