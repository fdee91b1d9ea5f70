//! The queue: work that follows an answer. A job is a row, written in the transaction that gives rise to it.

use std::sync::Arc;
use std::time::Duration;

use domain::Uuid;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use tokio::sync::watch;

use crate::database::{Change, for_one_worker};
use crate::entity::job;
use crate::stored::micros;
use crate::{CardProblem, Error, Registry};

/// How long a job belongs to a worker that gives no sign of life.
const LEASE: Duration = Duration::from_secs(30);
/// How often a worker gives a sign of life.
const RENEWAL: Duration = Duration::from_secs(10);
/// How often to look for jobs that other processes wrote.
const POLL: Duration = Duration::from_secs(2);
/// How often a job is tried when something other than the release is at fault.
const TRIES: i64 = 5;
/// How long to wait after the first try; each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(5);

const READY: &str = "ready";
const RUNNING: &str = "running";
const DEAD: &str = "dead";
pub(crate) const CARD: &str = "card";
const EXAMINATION: &str = "examination";

/// Something to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Job {
    /// Make the card of a release.
    Card {
        /// The release.
        release: Uuid,
    },
    /// Examine a release.
    Examination {
        /// The release.
        release: Uuid,
    },
}

impl Job {
    /// The kind of job in its row, and the release it is about.
    const fn written(self) -> (&'static str, Uuid) {
        match self {
            Self::Card { release } => (CARD, release),
            Self::Examination { release } => (EXAMINATION, release),
        }
    }

    fn read(row: &job::Model) -> Result<Self, Error> {
        match row.kind.as_str() {
            CARD => Ok(Self::Card { release: row.subject }),
            EXAMINATION => Ok(Self::Examination { release: row.subject }),
            _ => Err(Error::inconsistent("jobs", row.id, "kind")),
        }
    }
}

/// A job that is this worker's for now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claimed {
    id: Uuid,
    job: Job,
    pub(crate) tries: i64,
}

impl Registry {
    /// Works on jobs until `stop` is ready; a job begun is finished.
    ///
    /// # Errors
    /// [`Error::Database`] before the first job; later a job that fails is tried again, and the trouble is logged.
    pub async fn work(&self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        self.fill_missing_facets().await?;
        self.enqueue_missing_examinations().await?;
        let (tell, told) = watch::channel(false);
        let workers = (0..self.limits().workers.max(1)).map(|_| self.work_until(told.clone()));
        let stop = async {
            stop.await;
            tell.send_replace(true);
        };
        futures_util::future::join(futures_util::future::join_all(workers), stop).await;
        Ok(())
    }

    async fn work_until(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.work_once().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "The queue cannot be worked on");
                }
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = self.0.bell.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Works on one job that is due. Whether there was one.
    ///
    /// # Errors
    /// [`Error::Database`] when the queue cannot be read or the outcome not be written.
    pub async fn work_once(&self) -> Result<bool, Error> {
        let place = Arc::clone(&self.0.places).acquire_owned().await;
        let _place = place.map_err(|closed| Error::TaskLost { source: Box::new(closed) })?;
        let Some(claimed) = self.claim().await? else { return Ok(false) };
        // If we die from here on, the lease runs out and somebody else does the same work.
        let outcome = if claimed.tries > TRIES {
            Err(Error::TaskLost { source: "it never came to an end".into() })
        } else {
            self.while_renewing(&claimed, self.run(&claimed)).await
        };
        if let Err(error) = outcome {
            self.put_off(&claimed, &error).await?;
        }
        Ok(true)
    }

    async fn run(&self, claimed: &Claimed) -> Result<(), Error> {
        match claimed.job {
            Job::Card { release } => Box::pin(self.make_card(claimed, release)).await,
            Job::Examination { release } => Box::pin(self.make_examination(claimed, release)).await,
        }
    }

    /// Writes a job down. Jobs of one lane are done one after another.
    pub(crate) async fn enqueue(&self, change: &Change, job: Job, lane: Uuid) -> Result<(), Error> {
        let (kind, release) = job.written();
        let now = micros(self.now());
        let row = job::ActiveModel {
            id: Set(self.new_id()),
            kind: Set(kind.to_owned()),
            subject: Set(release),
            lane: Set(lane),
            state: Set(READY.to_owned()),
            attempts: Set(0),
            run_after: Set(now),
            lease_until: Set(None),
            worker: Set(None),
            last_error: Set(None),
            created_at: Set(now),
        };
        job::Entity::insert(row).exec_without_returning(&**change).await?;
        Ok(())
    }

    /// Tells a waiting worker that there may be a job.
    pub(crate) fn ring(&self) {
        self.0.bell.notify_one();
    }

    /// Takes the job off the queue, as part of the change that its work makes. `false` when it was taken away.
    pub(crate) async fn finish(&self, change: &Change, claimed: &Claimed) -> Result<bool, Error> {
        let gone = job::Entity::delete_many()
            .filter(job::Column::Id.eq(claimed.id))
            .filter(job::Column::Worker.eq(self.0.me))
            .exec(&**change)
            .await?;
        Ok(gone.rows_affected == 1)
    }

    async fn claim(&self) -> Result<Option<Claimed>, Error> {
        let now = micros(self.now());
        let change = self.begin().await?;
        let due = job::Entity::find().filter(is_due(now)).filter(is_first_of_lane());
        // People wait for cards first.
        let due = due.order_by_asc(job::Column::Kind);
        let due = due.order_by_asc(job::Column::RunAfter).order_by_asc(job::Column::Id);
        let Some(row) = for_one_worker(due).one(&*change).await? else { return Ok(None) };
        let claimed = Claimed { id: row.id, job: Job::read(&row)?, tries: row.attempts + 1 };
        let mine = job::ActiveModel {
            id: Set(row.id),
            state: Set(RUNNING.to_owned()),
            attempts: Set(claimed.tries),
            lease_until: Set(Some(after(now, LEASE))),
            worker: Set(Some(self.0.me)),
            ..Default::default()
        };
        mine.update(&*change).await?;
        change.commit().await?;
        Ok(Some(claimed))
    }

    async fn while_renewing<T>(
        &self,
        claimed: &Claimed,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(RENEWAL) => self.renew(claimed).await?,
            }
        }
    }

    async fn renew(&self, claimed: &Claimed) -> Result<(), Error> {
        let change = self.begin().await?;
        job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(after(micros(self.now()), LEASE)))
            .filter(job::Column::Id.eq(claimed.id))
            .filter(job::Column::Worker.eq(self.0.me))
            .exec(&*change)
            .await?;
        change.commit().await
    }

    /// Tries again later, or gives up after the last try.
    async fn put_off(&self, claimed: &Claimed, error: &Error) -> Result<(), Error> {
        let (kind, release) = claimed.job.written();
        let told = error as &(dyn std::error::Error + Send + Sync);
        let change = self.begin().await?;
        let mut row = job::ActiveModel {
            id: Set(claimed.id),
            state: Set(READY.to_owned()),
            lease_until: Set(None),
            worker: Set(None),
            last_error: Set(Some(chain(error))),
            ..Default::default()
        };
        if claimed.tries >= TRIES {
            tracing::error!(release.id = %release, error = told, "Gave a job of the kind {kind} up after {TRIES} tries");
            row.state = Set(DEAD.to_owned());
            self.give_up(&change, claimed.job).await?;
        } else {
            tracing::warn!(release.id = %release, error = told, "A job of the kind {kind} failed; it will be tried again");
            let doublings = u32::try_from(claimed.tries - 1).unwrap_or(0);
            row.run_after = Set(after(micros(self.now()), FIRST_WAIT * 2_u32.pow(doublings)));
        }
        row.update(&*change).await?;
        change.commit().await
    }
}

impl Registry {
    /// Writes down that what a job was to make will not come.
    async fn give_up(&self, change: &Change, job: Job) -> Result<(), Error> {
        match job {
            Job::Card { release } => {
                let text =
                    format!("The card could not be made after {TRIES} tries; this is the platform's fault.");
                let problem = CardProblem { code: "runtime_error".into(), text };
                self.fail_card(change, release, &problem).await
            }
            Job::Examination { release } => {
                let text = format!(
                    "The release could not be examined after {TRIES} tries; this is the platform's fault."
                );
                self.fail_examination(change, release, &text).await
            }
        }
    }
}

/// That a job can be begun: it waits and its time has come, or whoever had it gives no sign of life.
fn is_due(now: i64) -> Condition {
    let waiting = Condition::all().add(job::Column::State.eq(READY)).add(job::Column::RunAfter.lte(now));
    let left = Condition::all().add(job::Column::State.eq(RUNNING)).add(job::Column::LeaseUntil.lt(now));
    Condition::any().add(waiting).add(left)
}

/// That no earlier job of the same lane is to be done.
fn is_first_of_lane() -> Expr {
    let earlier = "earlier";
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as(job::Entity, earlier)
        .and_where(Expr::col((earlier, job::Column::Lane)).equals((job::Entity, job::Column::Lane)))
        .and_where(Expr::col((earlier, job::Column::Id)).lt(Expr::col((job::Entity, job::Column::Id))))
        .and_where(Expr::col((earlier, job::Column::State)).ne(DEAD));
    Expr::exists(rows.take()).not()
}

fn after(now: i64, wait: Duration) -> i64 {
    now.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}

/// An error with all its causes, in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
