//! Examining a release: files from here, answers from the worker, the document from `cards`.

mod runtime;

use cards::card::RuntimeFacts;
use cards::examination::{self, Examination, ExamineError};
use domain::{Digest, ReleaseDocument, RepositoryName, Uuid, Version};
use ranking::cpu_class;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _};
use serde::{Deserialize, Serialize};

use crate::database::Change;
use crate::entity::{document, examination as row, link, release};
use crate::files::on_thread;
use crate::job::{Claimed, Job};
use crate::stored::{micros, word};
use crate::{Actor, Error, Registry, Release};

pub use runtime::Runtime as ExaminationRuntime;

const PENDING: &str = "pending";
const READY: &str = "ready";
const FAILED: &str = "failed";

/// What became of the examination of a release.
#[derive(Clone, Debug, PartialEq)]
pub enum ExaminationState {
    /// It waits, or is under way.
    Pending,
    /// It is there.
    Ready(Box<KeptExamination>),
    /// This platform could not make it, and says why.
    Failed(String),
}

/// An examination with its exact bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptExamination {
    /// What was found.
    pub examination: Examination,
    /// The exact text of the document.
    pub text: String,
    /// Digest of that text.
    pub digest: Digest,
    /// What ran it, apart from the document.
    pub run: Option<ExaminationRun>,
}

/// Where and how fast an examination ran: no part of the document, since it differs from machine to machine.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ExaminationRun {
    /// The class of the processor, such as `x86_64-v4`.
    pub cpu: String,
    /// Answers that were timed.
    pub answers: u64,
    /// Half of the answers took at most this long, in milliseconds; absent without answers.
    pub median_milliseconds: Option<f64>,
    /// 95 of 100 answers took at most this long, in milliseconds; absent without answers.
    pub p95_milliseconds: Option<f64>,
}

/// A release that is to be examined.
struct Task {
    document: ReleaseDocument,
    digest: Digest,
}

impl ExaminationState {
    /// Reads the columns of a row: document, problem and run record.
    pub(crate) fn read(
        release: Uuid,
        status: &str,
        (document, problem, run): (Option<String>, Option<String>, Option<String>),
    ) -> Result<Self, Error> {
        let wrong = |column| Error::inconsistent("examinations", release, column);
        match (status, document) {
            (PENDING, _) => Ok(Self::Pending),
            (FAILED, _) => Ok(Self::Failed(problem.unwrap_or_default())),
            (READY, Some(text)) => {
                let examination = serde_json::from_str(&text).map_err(|_other| wrong("document"))?;
                let run = run.as_deref().map(serde_json::from_str).transpose();
                let digest = Digest::of(text.as_bytes());
                let run = run.map_err(|_other| wrong("run_record"))?;
                Ok(Self::Ready(Box::new(KeptExamination { examination, text, digest, run })))
            }
            _ => Err(wrong("status")),
        }
    }
}

impl Registry {
    /// The examination of a release. One SQL statement.
    ///
    /// # Errors
    /// [`Error::ReleaseNotFound`]; [`Error::NotExamined`] before there is one.
    pub async fn examination(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
    ) -> Result<(Release, KeptExamination), Error> {
        let (release, state) = self.examined_release(actor, name, version).await?;
        let not_examined = |why| Error::NotExamined {
            repository: release.document.repository.name.clone(),
            version: version.clone(),
            why,
        };
        match state {
            ExaminationState::Ready(kept) => Ok((release, *kept)),
            ExaminationState::Pending => {
                Err(not_examined("it is under way; ask again in a while".to_owned()))
            }
            ExaminationState::Failed(problem) => Err(not_examined(problem)),
        }
    }

    /// Writes down that a release is to be examined.
    pub(crate) async fn enqueue_examination(&self, change: &Change, release: Uuid) -> Result<(), Error> {
        let waiting = row::ActiveModel {
            release: Set(release),
            status: Set(PENDING.to_owned()),
            document: Set(None),
            problem: Set(None),
            run_record: Set(None),
            finished_at: Set(None),
        };
        let same = OnConflict::column(row::Column::Release).do_nothing().to_owned();
        row::Entity::insert(waiting).on_conflict(same).exec_without_returning(&**change).await?;
        self.enqueue(change, Job::Examination { release }, release).await
    }

    /// Has releases examined that never were: those published before there were examinations.
    pub(crate) async fn enqueue_missing_examinations(&self) -> Result<(), Error> {
        let missing: Vec<Uuid> = release::Entity::find()
            .select_only()
            .column(release::Column::Id)
            .join(
                JoinType::LeftJoin,
                link::<release::Entity, _>(release::Column::Id, row::Entity, row::Column::Release),
            )
            .filter(Expr::col((row::Entity, row::Column::Release)).is_null())
            .filter(release::Column::RemovedAt.is_null())
            .into_tuple()
            .all(self.db())
            .await?;
        if missing.is_empty() {
            return Ok(());
        }
        let change = self.begin().await?;
        for release in missing {
            self.enqueue_examination(&change, release).await?;
        }
        change.commit().await
    }

    /// Examines a release and keeps what was found.
    pub(crate) async fn make_examination(&self, claimed: &Claimed, release: Uuid) -> Result<(), Error> {
        let Some(task) = self.to_examine(release).await? else {
            // It is there already, or the release is gone.
            return self.only_finish(claimed).await;
        };
        let files = task.document.files.iter().map(|file| (file.path.to_string(), file.sha256));
        let files = self.stored_files(files).await?;
        let registry = self.clone();
        let done = on_thread(move || {
            let mut runtime = ExaminationRuntime::new(&registry.0.worker, &registry.limits().worker);
            let found = examination::examine((&task.document, task.digest), &files, &mut runtime);
            found.map(|found| (found, runtime.run(cpu_class())))
        });
        let (found, run) = done.await?.map_err(not_examined)?;
        let (bytes, _) = found.to_bytes()?;
        let text = String::from_utf8(bytes).map_err(|error| Error::TaskLost { source: Box::new(error) })?;
        let run = serde_json::json!(run).to_string();
        // If we die here the work is lost, and done again.
        let change = self.begin().await?;
        row::Entity::update_many()
            .col_expr(row::Column::Status, Expr::value(READY))
            .col_expr(row::Column::Document, Expr::value(text))
            .col_expr(row::Column::RunRecord, Expr::value(run))
            .col_expr(row::Column::FinishedAt, Expr::value(micros(self.now())))
            .filter(row::Column::Release.eq(release))
            .filter(row::Column::Status.eq(PENDING))
            .exec(&*change)
            .await?;
        if self.finish(&change, claimed).await? {
            change.commit().await?;
        }
        Ok(())
    }

    /// Writes down that a release could not be examined.
    pub(crate) async fn fail_examination(
        &self,
        change: &Change,
        release: Uuid,
        problem: &str,
    ) -> Result<(), Error> {
        row::Entity::update_many()
            .col_expr(row::Column::Status, Expr::value(FAILED))
            .col_expr(row::Column::Problem, Expr::value(problem))
            .col_expr(row::Column::FinishedAt, Expr::value(micros(self.now())))
            .filter(row::Column::Release.eq(release))
            .filter(row::Column::Status.eq(PENDING))
            .exec(&**change)
            .await?;
        Ok(())
    }

    /// The document of a release whose examination is pending; `None` when it is no longer.
    async fn to_examine(&self, release: Uuid) -> Result<Option<Task>, Error> {
        let found = document::Entity::find()
            .join_rev(
                JoinType::InnerJoin,
                link::<release::Entity, _>(
                    release::Column::Document,
                    document::Entity,
                    document::Column::Sha256,
                ),
            )
            .join(
                JoinType::InnerJoin,
                link::<release::Entity, _>(release::Column::Id, row::Entity, row::Column::Release),
            )
            .filter(release::Column::Id.eq(release))
            .filter(row::Column::Status.eq(PENDING))
            .one(self.db())
            .await?;
        let Some(found) = found else { return Ok(None) };
        let document = serde_json::from_slice(&found.bytes)
            .map_err(|_no_document| Error::inconsistent("documents", &found.sha256, "bytes"))?;
        Ok(Some(Task { document, digest: word(&found.sha256, "documents", release, "sha256")? }))
    }
}

/// Whose fault it is that there is no examination: always ours, or that of what we run on.
fn not_examined(error: ExamineError) -> Error {
    match error {
        ExamineError::Machine(failure) => Error::RunFailed { code: "runtime_error", reason: failure.text },
        file @ ExamineError::File { .. } => Error::TaskLost { source: Box::new(file) },
    }
}

/// The facts of the runtime that stand in documents.
fn facts(facts: &ranking::RuntimeFacts) -> RuntimeFacts {
    RuntimeFacts { name: facts.name.to_owned(), version: facts.version.clone() }
}
