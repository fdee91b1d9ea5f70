//! Cosignatures of witnesses: asked for after the guard knows the checkpoint and before anybody sees it.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait as _, FromQueryResult, JoinType, QueryOrder as _, QuerySelect as _};
use tlog::{Note, consistency_proof};
use witness::{Collected, Witnesses};

use super::Log;
use crate::database::Change;
use crate::entity::{link, log_checkpoint, log_cosignature};
use crate::{Error, Registry};

/// A checkpoint that was shown, as it is stored.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Shown {
    /// How many entries it covers.
    pub(super) size: i64,
    /// The checkpoint as the record book signed it.
    pub(super) note: String,
    /// When it was shown first.
    pub(super) published_at: i64,
    lines: Option<String>,
}

impl Shown {
    /// The checkpoint with all cosignatures there are.
    pub(super) fn whole(&self) -> String {
        format!("{}{}", self.note, self.lines.as_deref().unwrap_or_default())
    }
}

impl Registry {
    /// The newest checkpoint that was shown. One SQL statement.
    pub(super) async fn last_checkpoint(&self) -> Result<Option<Shown>, Error> {
        let to_lines = link::<log_checkpoint::Entity, _>(
            log_checkpoint::Column::Size,
            log_cosignature::Entity,
            log_cosignature::Column::Size,
        );
        let newest = log_checkpoint::Entity::find()
            .order_by_desc(log_checkpoint::Column::Size)
            .join(JoinType::LeftJoin, to_lines)
            .column_as(log_cosignature::Column::Lines, "lines");
        Ok(newest.into_model::<Shown>().one(self.db()).await?)
    }

    /// Asks the witnesses for their cosignatures on a signed checkpoint; the lines that came.
    ///
    /// # Errors
    /// [`Error::LogStuck`] where they are too few and nothing may be shown without them.
    pub(super) async fn cosigned(
        &self,
        log: &Log,
        note: &Note,
        last: Option<&Shown>,
    ) -> Result<String, Error> {
        let Some(witnesses) = &log.witnesses else { return Ok(String::new()) };
        let last = last.map_or(0, |last| last.size.unsigned_abs());
        let collected = self.ask(witnesses, note, last).await?;
        if !collected.may_publish(witnesses.mode()) {
            return Err(Error::LogStuck { reason: "too few witnesses cosigned it" });
        }
        Ok(added(note, &collected))
    }

    /// Asks once more for the cosignatures that a shown checkpoint lacks.
    pub(super) async fn complete(&self, log: &Log, shown: &Shown) -> Result<(), Error> {
        let Some(witnesses) = &log.witnesses else { return Ok(()) };
        if witnesses.are_met_by(&shown.whole().parse()?) {
            return Ok(());
        }
        let note: Note = shown.note.parse()?;
        let lines = added(&note, &self.ask(witnesses, &note, shown.size.unsigned_abs()).await?);
        if lines.is_empty() {
            return Ok(());
        }
        let change = self.begin().await?;
        keep_lines(&change, shown.size, lines).await?;
        change.commit().await
    }

    async fn ask(&self, witnesses: &Witnesses, note: &Note, last: u64) -> Result<Collected, Error> {
        let size = note.text().parse::<tlog::Checkpoint>()?.size();
        let proof = async |old: u64| {
            let tiles = self.tiles(&[old.saturating_sub(1), old], size).await?;
            Ok::<_, Error>(consistency_proof(old, size, &tiles)?)
        };
        let proof = |old| async move { proof(old).await.map_err(|error| error.to_string()) };
        let collected = witnesses.ask(note.clone(), last, proof).await?;
        for refusal in &collected.refusals {
            tracing::warn!(
                witness.name = %refusal.witness, reason = %refusal.reason, quorum = collected.quorum,
                "A witness did not cosign {size} entries"
            );
        }
        Ok(collected)
    }
}

/// The lines that witnesses added.
fn added(note: &Note, collected: &Collected) -> String {
    let lines = collected.note.signatures().iter().skip(note.signatures().len());
    lines.fold(String::new(), |text, line| text + &line.to_string() + "\n")
}

/// Keeps the cosignatures of a checkpoint in the place of those that there were.
pub(super) async fn keep_lines(change: &Change, size: i64, lines: String) -> Result<(), Error> {
    let row = log_cosignature::ActiveModel { size: Set(size), lines: Set(lines) };
    let mut again = OnConflict::column(log_cosignature::Column::Size);
    again.update_column(log_cosignature::Column::Lines);
    log_cosignature::Entity::insert(row).on_conflict(again).exec_without_returning(&**change).await?;
    Ok(())
}
