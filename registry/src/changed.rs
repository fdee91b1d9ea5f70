//! Which commit changed a file or a folder last.

use std::collections::BTreeMap;

use domain::GitSha1;

use crate::authorize::Action;
use crate::{Actor, Commit, Error, Registry, Tree};

/// Most commits that are looked at; what none of them changed is said to be of the last one.
const MOST_COMMITS: usize = 1_000;

impl Tree {
    /// The id of what lies at a path: a file, or a folder with everything below it.
    fn id_at(&self, path: &str) -> Option<GitSha1> {
        if let Some(entry) = self.entry(path) {
            return Some(entry.oid);
        }
        let below = format!("{path}/");
        let is_folder = self.entries.iter().any(|entry| entry.path.as_str().starts_with(&below));
        is_folder.then(|| self.folder_id(path))
    }
}

impl Registry {
    /// For each of these paths of a tree the newest commit, up to the tree's own, that changed it. Two SQL statements for
    /// each commit that is looked at.
    ///
    /// # Errors
    /// [`Error::RepositoryNotFound`].
    pub async fn last_changes(
        &self,
        actor: &Actor,
        tree: &Tree,
        paths: &[&str],
    ) -> Result<BTreeMap<String, Commit>, Error> {
        let place = self.place(actor, Action::See, &tree.repository).await?;
        let known = |path: &&str| Some(((*path).to_owned(), tree.id_at(path)?));
        let mut open: BTreeMap<String, GitSha1> = paths.iter().filter_map(known).collect();
        let (mut found, mut here, mut looked_at) = (BTreeMap::new(), tree.clone(), 0);
        while !open.is_empty() {
            looked_at += 1;
            let before = match here.commit.parent {
                Some(parent) if looked_at < MOST_COMMITS => {
                    Some(self.tree_of(&place, &parent.to_string()).await?)
                }
                _ => None,
            };
            let commit = &here.commit;
            open.retain(|path, id| {
                let stays = before.as_ref().and_then(|before| before.id_at(path)) == Some(*id);
                if !stays {
                    found.insert(path.clone(), commit.clone());
                }
                stays
            });
            let Some(before) = before else { break };
            here = before;
        }
        Ok(found)
    }
}
