//! What is known of a card now.

use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use domain::{RepositoryName, Slug, Timestamp, Version};
use registry::{CardEntry, CardHistory, CardStatus, Registry, RunRecord};
use serde::Serialize;

use super::CardAddress;
use crate::api::releases::WithdrawalDocument;
use crate::auth::Reader;
use crate::problem::Problem;
use crate::site::Site;

/// What is known of a card now, apart from the card itself. Changes with time; never part of a hash.
#[derive(Serialize)]
struct StateDocument {
    schema: &'static str,
    slug: Slug,
    repository: RepositoryName,
    /// Of the newest release: `pending`, `ready` or `failed`.
    status: &'static str,
    problem: Option<String>,
    /// Every version of the card, newest first.
    versions: Vec<VersionDocument>,
}

#[derive(Serialize)]
struct VersionDocument {
    version: u32,
    sha256: Option<String>,
    release: Version,
    published_at: Timestamp,
    withdrawn: Option<WithdrawalDocument>,
    /// On what machine it was made, and when.
    run: Option<RunRecord>,
    url: String,
}

impl StateDocument {
    fn new(history: CardHistory, site: &Site) -> Self {
        let newest = history.entries.first().map(|entry| &entry.card);
        let status = newest.map_or(CardStatus::None, |card| card.status).as_str();
        let problem = newest.and_then(|card| card.problem.as_ref()).map(|problem| problem.text.clone());
        let page = format!("{}/cards/{}", site.public_url, history.slug);
        let versions =
            history.entries.into_iter().filter_map(|entry| VersionDocument::new(entry, &page)).collect();
        Self {
            schema: "vitrine/card-state/1",
            slug: history.slug,
            repository: history.repository,
            status,
            problem,
            versions,
        }
    }
}

impl VersionDocument {
    /// `None` while the release has no card.
    fn new(entry: CardEntry, page: &str) -> Option<Self> {
        let version = entry.card.version?;
        Some(Self {
            version,
            sha256: entry.sha256.map(|digest| digest.hex()),
            release: entry.release,
            published_at: entry.published_at,
            withdrawn: entry.withdrawn.map(WithdrawalDocument::from),
            run: entry.run,
            url: format!("{page}/v/{version}"),
        })
    }
}

/// What is known of a card now.
pub(crate) async fn card_state(
    at: web::Path<CardAddress>,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let history = registry.card_history(&reader.0, &at.slug).await?;
    Ok(HttpResponse::Ok().json(StateDocument::new(history, &site)))
}
