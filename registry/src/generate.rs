//! Making the card of a release: facts and files from here, scores from the worker, numbers and words from `cards`.

mod models;
mod others;

use cards::Bundle;
use cards::card::Card;
use cards::measure::{GenerateError, Request};
use domain::{Digest, Language, ReleaseDocument, Slug, Uuid};
use ranking::{ModelScorer, RunError, RuntimeFacts};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use tokio::runtime::Handle;

use crate::card::{SEARCH_CARD, insert_facets};
use crate::database::Change;
use crate::entity::{card, card_word, document, release};
use crate::files::{StoredFiles, on_thread};
use crate::job::Claimed;
use crate::log::{enter, of_card};
use crate::publish::{insert_document, insert_words};
use crate::stored::{micros, number, word};
use crate::{CardProblem, CardStatus, Error, Registry};

pub use models::Models;
use models::selection;
pub use others::{Other, Others, switched_to};

/// A release whose card is to be made, and the card's place in the repository's history.
struct Task {
    release: Uuid,
    document: ReleaseDocument,
    digest: Digest,
    slug: Slug,
    version: u64,
    previous: Option<Digest>,
}

/// A card, the language of its plain words, and what ran the model.
struct Made {
    card: Card,
    language: Language,
    runtime: RuntimeFacts,
}

/// Why there is no card.
enum Failure {
    /// The release is at fault: it will never have one.
    Release(CardProblem),
    /// Something else is: try again.
    Platform(Error),
}

impl Registry {
    /// Makes the card of a release, or writes down why there is none.
    pub(crate) async fn make_card(&self, claimed: &Claimed, release: Uuid) -> Result<(), Error> {
        let began = self.now();
        let Some(task) = self.task(release).await? else {
            // The card is there already: an earlier worker lost its lease after it was done.
            return self.only_finish(claimed).await;
        };
        let paths = task.document.files.iter().map(|file| (file.path.to_string(), file.sha256));
        let files = self.stored_files(paths.filter(|(path, _)| !path.contains('/'))).await?;
        let registry = self.clone();
        let (task, outcome) = on_thread(move || {
            let outcome = registry.measure(&task, &files);
            (task, outcome)
        })
        .await?;
        // If we die here the work is lost, and done again.
        let change = self.begin().await?;
        match outcome {
            Ok(made) => {
                // Read back as a `RunRecord`.
                let record = serde_json::json!({
                    "began_at": began, "ended_at": self.now(), "tries": claimed.tries,
                    "engine": env!("CARGO_PKG_VERSION"), "cpu": made.runtime.cpu,
                    "optimisation": made.runtime.optimisation,
                });
                let record = record.to_string();
                self.keep_card(&change, &task, &made, &record).await?;
            }
            Err(Failure::Release(problem)) => self.fail_card(&change, release, &problem).await?,
            Err(Failure::Platform(error)) => return Err(error),
        }
        if self.finish(&change, claimed).await? {
            change.commit().await?;
            // From here on the card is there for ever.
            self.ring_log();
        }
        Ok(())
    }

    pub(crate) async fn only_finish(&self, claimed: &Claimed) -> Result<(), Error> {
        let change = self.begin().await?;
        self.finish(&change, claimed).await?;
        change.commit().await
    }

    /// What is known of a release whose card is pending; `None` when it is no longer.
    async fn task(&self, release: Uuid) -> Result<Option<Task>, Error> {
        let pending = card::Entity::find_by_id(release)
            .filter(card::Column::Status.eq(CardStatus::Pending.as_str()))
            .one(self.db())
            .await?;
        let Some(pending) = pending else { return Ok(None) };
        let gone = |table| move || Error::inconsistent(table, release, "id");
        let row = release::Entity::find_by_id(release).one(self.db()).await?;
        let row = row.ok_or_else(gone("releases"))?;
        let kept = document::Entity::find_by_id(row.document).one(self.db()).await?;
        let kept = kept.ok_or_else(gone("documents"))?;
        let before = card::Entity::find()
            .filter(card::Column::Repository.eq(row.repository))
            .filter(card::Column::Version.is_not_null())
            .order_by_desc(card::Column::Version)
            .one(self.db())
            .await?;
        let previous = before.as_ref().and_then(|before| before.document.as_deref());
        let version = before.as_ref().and_then(|before| before.version).unwrap_or(0) + 1;
        Ok(Some(Task {
            release,
            document: serde_json::from_slice(&kept.bytes)
                .map_err(|_no_document| Error::inconsistent("documents", &kept.sha256, "bytes"))?,
            digest: word(&kept.sha256, "documents", release, "sha256")?,
            slug: word(&pending.slug, "cards", release, "slug")?,
            version: u64::try_from(version)
                .map_err(|_below| Error::inconsistent("cards", release, "version"))?,
            previous: previous.map(|hex| word(hex, "cards", release, "document")).transpose()?,
        }))
    }

    /// Reads the files, starts the worker and measures. For a thread that may wait.
    fn measure(&self, task: &Task, files: &StoredFiles) -> Result<Made, Failure> {
        // Everything was checked when it was published: what is wrong now is ours.
        let bundle = cards::check(files).map_err(|faults| Failure::Platform(Error::Unpublishable(faults)))?;
        let others = Handle::current().block_on(self.others(&bundle)).map_err(Failure::Platform)?;
        let limits = &self.limits().worker;
        let mut models =
            Models::start(&self.0.worker, limits, &bundle, others).map_err(|error| why(&error))?;
        let runtime = models.runs_in().clone();
        let request = Request {
            release: &task.document,
            release_digest: task.digest,
            bundle: &bundle,
            slug: Some(&task.slug),
            version: task.version,
            previous: task.previous,
        };
        let card = cards::measure::generate(request, &mut models, &mut |_| {});
        let card = card.map_err(|error| why_not(&error, models.machine_failed()))?;
        Ok(Made { card, language: bundle.card.language.clone(), runtime })
    }

    /// Starts the model of a ranking system.
    pub(crate) fn start(&self, bundle: &Bundle) -> Result<ModelScorer, RunError> {
        let limits = &self.limits().worker;
        ModelScorer::start(&self.0.worker, &bundle.model_bytes, limits, &selection(&bundle.output))
    }

    async fn keep_card(&self, change: &Change, task: &Task, made: &Made, record: &str) -> Result<(), Error> {
        let Made { card: made, language, .. } = made;
        let (bytes, digest) = made.to_bytes()?;
        let published_at = micros(task.document.published_at);
        insert_document(change, (&digest, &bytes), &made.schema.to_string(), published_at).await?;
        let kept = card::Entity::update_many()
            .col_expr(card::Column::Status, Expr::value(CardStatus::Ready.as_str()))
            .col_expr(card::Column::Version, Expr::value(number(task.version)))
            .col_expr(card::Column::Document, Expr::value(digest.hex()))
            .col_expr(card::Column::RunRecord, Expr::value(record))
            .col_expr(card::Column::Language, Expr::value(language.to_string()))
            .col_expr(card::Column::Operator, Expr::value(made.operator.name.clone()))
            .col_expr(card::Column::Author, Expr::value(made.author.name.clone()))
            .col_expr(card::Column::FinishedAt, Expr::value(micros(self.now())))
            .filter(card::Column::Release.eq(task.release))
            .filter(card::Column::Status.eq(CardStatus::Pending.as_str()))
            .exec(&**change)
            .await?;
        if kept.rows_affected != 1 {
            return Err(Error::inconsistent("cards", task.release, "status"));
        }
        let which = (task.document.repository.id, task.version);
        let document = (digest, made.schema.to_string());
        enter(change, &of_card(which, (document.0, &document.1), task.previous, self.now())?).await?;
        insert_facets(change, task.release, made, language).await?;
        insert_titles(change, task, made).await
    }

    /// Writes down that a release will have no card.
    pub(crate) async fn fail_card(
        &self,
        change: &Change,
        release: Uuid,
        problem: &CardProblem,
    ) -> Result<(), Error> {
        card::Entity::update_many()
            .col_expr(card::Column::Status, Expr::value(CardStatus::Failed.as_str()))
            .col_expr(card::Column::ProblemCode, Expr::value(problem.code.clone()))
            .col_expr(card::Column::Problem, Expr::value(problem.text.clone()))
            .col_expr(card::Column::FinishedAt, Expr::value(micros(self.now())))
            .filter(card::Column::Release.eq(release))
            .filter(card::Column::Status.eq(CardStatus::Pending.as_str()))
            .exec(&**change)
            .await?;
        Ok(())
    }
}

/// Title and line in every language they are written in, and the words to find the card by.
async fn insert_titles(change: &Change, task: &Task, made: &Card) -> Result<(), Error> {
    for (language, title) in made.title.iter() {
        let one_line = made.one_line.best(&[language]);
        let row = card_word::ActiveModel {
            release: Set(task.release),
            language: Set(language.to_string()),
            title: Set(title.to_owned()),
            one_line: Set(one_line.to_owned()),
        };
        card_word::Entity::insert(row).exec_without_returning(&**change).await?;
        let name = &task.document.repository.name;
        let words = format!("{title} {one_line} {} {} {name}", made.operator.name, made.author.name);
        insert_words(change, SEARCH_CARD, task.release, &language.to_string(), &words).await?;
    }
    Ok(())
}

/// Whose fault it is that a model does not start.
fn why(error: &RunError) -> Failure {
    let text = error.to_string();
    if error.is_ours() {
        return Failure::Platform(Error::RunFailed { code: error.code(), reason: text });
    }
    Failure::Release(CardProblem { code: error.code().to_owned(), text })
}

/// Whose fault it is that measuring failed.
fn why_not(error: &GenerateError, machine_failed: bool) -> Failure {
    let (code, text) = (error.outcome().unwrap_or("runtime_error"), error.to_string());
    if machine_failed {
        return Failure::Platform(Error::RunFailed { code, reason: text });
    }
    Failure::Release(CardProblem { code: code.to_owned(), text })
}
