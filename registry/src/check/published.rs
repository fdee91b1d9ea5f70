//! Releases, cards and the jobs that make them.

use std::collections::BTreeMap;

use domain::ReleaseDocument;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{Finding, find};
use crate::entity::{card, commit, document, examination, job, release, release_file, removal};
use crate::job::CARD;
use crate::{CardStatus, Error, Registry};

impl Registry {
    /// Every release has its document, which says what the rows say; its commit; and its card, if it is a ranking.
    pub(super) async fn check_releases(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut from = 0;
        loop {
            let rows = self.portion(release::Entity::find(), from).await?;
            if rows.is_empty() {
                return Ok(());
            }
            from += rows.len() as u64;
            for row in &rows {
                if row.removed_at.is_some() {
                    self.check_removed(row, findings).await?;
                    continue;
                }
                self.check_release(row, findings).await?;
            }
        }
    }

    async fn check_release(&self, row: &release::Model, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let what = format!("Release {} {} of repository {}", row.id, row.version, row.repository);
        let commit = commit::Entity::find_by_id((row.repository, row.commit_id.clone()));
        if commit.one(self.db()).await?.is_none() {
            find(findings, format!("{what} was made from commit {}, which is missing.", row.commit_id));
        }
        let has_card = card::Entity::find_by_id(row.id).one(self.db()).await?.is_some();
        let files = self.files_of(row).await?;
        if has_card != cards::is_ranking(&files.keys().collect::<Vec<_>>()) {
            let there = if has_card { "holds no ranking system but has a card" } else { "has no card" };
            find(findings, format!("{what} {there}."));
        }
        let kept = document::Entity::find_by_id(row.document.clone()).one(self.db()).await?;
        let document = kept.and_then(|kept| serde_json::from_slice::<ReleaseDocument>(&kept.bytes).ok());
        let Some(document) = document else {
            find(findings, format!("{what} has no document that can be read."));
            return Ok(());
        };
        if document.version.to_string() != row.version || document.repository.id != row.repository {
            find(findings, format!("The document of {what} speaks of another release."));
        }
        let written: BTreeMap<String, (String, u64)> = document
            .files
            .iter()
            .map(|file| (file.path.to_string(), (file.sha256.hex(), file.size)))
            .collect();
        if written != files {
            find(findings, format!("The files of {what} are not those of its document."));
        }
        Ok(())
    }

    /// Of a release that was removed by order, nothing is left but hashes.
    async fn check_removed(&self, row: &release::Model, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let what = format!("Release {} {} of repository {}", row.id, row.version, row.repository);
        if removal::Entity::find_by_id(row.id).one(self.db()).await?.is_none() {
            find(findings, format!("{what} was removed, but nothing says why."));
        }
        let kept = document::Entity::find_by_id(row.document.clone()).one(self.db()).await?;
        let bytes = kept.is_some_and(|kept| !kept.bytes.is_empty());
        if bytes || !self.files_of(row).await?.is_empty() {
            find(findings, format!("{what} was removed, but its document or files are still here."));
        }
        Ok(())
    }

    async fn files_of(&self, row: &release::Model) -> Result<BTreeMap<String, (String, u64)>, Error> {
        let files = release_file::Entity::find().filter(release_file::Column::Release.eq(row.id));
        let files = files.all(self.db()).await?.into_iter();
        Ok(files.map(|file| (file.path, (file.blob, u64::try_from(file.size).unwrap_or(u64::MAX)))).collect())
    }

    /// A card that is ready has its document, one that failed its reason, one that is pending its job.
    pub(super) async fn check_cards(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut from = 0;
        loop {
            let rows = self.portion(card::Entity::find(), from).await?;
            if rows.is_empty() {
                return Ok(());
            }
            from += rows.len() as u64;
            for row in &rows {
                if let Some(lacks) = self.what_card_lacks(row).await? {
                    let status = &row.status;
                    find(
                        findings,
                        format!("The card of release {} is {status}, but has no {lacks}.", row.release),
                    );
                }
            }
        }
    }

    async fn what_card_lacks(&self, row: &card::Model) -> Result<Option<&'static str>, Error> {
        Ok(match CardStatus::read(&row.status, row.release)? {
            CardStatus::Ready if row.document.is_none() || row.version.is_none() => Some("document"),
            CardStatus::Failed if row.problem_code.is_none() => Some("reason"),
            CardStatus::Pending => {
                let job = job::Entity::find()
                    .filter(job::Column::Subject.eq(row.release))
                    .filter(job::Column::Kind.eq(CARD));
                if job.one(self.db()).await?.is_none() { Some("job") } else { None }
            }
            CardStatus::None | CardStatus::Ready | CardStatus::Failed => None,
        })
    }

    /// Every job has something to do.
    pub(super) async fn check_jobs(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut from = 0;
        loop {
            let rows = self.portion(job::Entity::find(), from).await?;
            if rows.is_empty() {
                return Ok(());
            }
            from += rows.len() as u64;
            for row in rows {
                if row.kind == CARD {
                    if card::Entity::find_by_id(row.subject).one(self.db()).await?.is_none() {
                        find(
                            findings,
                            format!("Job {} is to make the card of a release without one.", row.id),
                        );
                    }
                } else if examination::Entity::find_by_id(row.subject).one(self.db()).await?.is_none() {
                    find(
                        findings,
                        format!("Job {} is to examine a release that is not to be examined.", row.id),
                    );
                }
            }
        }
    }
}
