//! Whether everything that must be true is true.

mod bytes;
mod history;
mod published;

use std::fmt;

use sea_orm::{EntityTrait, PrimaryKeyToColumn, QueryOrder as _, QuerySelect as _, Select};

use crate::database::LIST;
use crate::{Error, Registry};

/// How hard to look.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Depth {
    /// Rows, and the presence and size of every object.
    Quick,
    /// Also reads and hashes all bytes.
    Deep,
}

/// Something that is not as it must be, as a sentence.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Finding(pub String);

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Registry {
    /// Looks whether everything that must be true is true: every blob that is named is there, whole; branches point at
    /// commits, commits at files that the repository holds; documents hash to their names and say what the rows say;
    /// every ranking release has one card, and a job while it is pending. Changes nothing. What is found is looked at a
    /// second time: a site in use may have been about to finish it, and what is mended by then was never wrong.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Storage`] when it could not look; what is wrong is no error but a finding.
    pub async fn check(&self, depth: Depth) -> Result<Vec<Finding>, Error> {
        let mut findings = self.look(depth).await?;
        if !findings.is_empty() {
            let again = self.look(depth).await?;
            findings.retain(|finding| again.contains(finding));
        }
        Ok(findings)
    }

    async fn look(&self, depth: Depth) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        self.check_blobs(depth, &mut findings).await?;
        self.check_branches(&mut findings).await?;
        self.check_commits(&mut findings).await?;
        self.check_documents(&mut findings).await?;
        self.check_releases(&mut findings).await?;
        self.check_cards(&mut findings).await?;
        self.check_jobs(&mut findings).await?;
        self.check_log(&mut findings).await?;
        Ok(findings)
    }

    /// One portion of a table's rows in the order of their keys, from a place on.
    async fn portion<E: EntityTrait>(&self, rows: Select<E>, from: u64) -> Result<Vec<E::Model>, Error> {
        let mut rows = rows;
        for key in <E::PrimaryKey as sea_orm::Iterable>::iter() {
            rows = rows.order_by_asc(key.into_column());
        }
        Ok(rows.offset(from).limit(LIST as u64).all(self.db()).await?)
    }
}

/// Writes a finding down.
pub(crate) fn find(findings: &mut Vec<Finding>, sentence: String) {
    findings.push(Finding(sentence));
}
