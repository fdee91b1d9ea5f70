//! Lists of releases as JSON.

use domain::{Digest, Kind as Holds, License, RepositoryName, Timestamp, Version};
use registry::{Page, ReleaseSummary};
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{CardStateDocument, WithdrawalDocument, page};
use crate::site::Site;

/// A page of a list of releases.
#[derive(Serialize, ToSchema)]
#[schema(as = ReleasePage)]
pub(super) struct ReleasePage {
    /// The releases, newest first.
    items: Vec<SummaryDocument>,
    /// `cursor` of the next page; `null` at the end.
    next: Option<String>,
}

/// A release in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ReleaseSummary)]
struct SummaryDocument {
    /// `namespace/name` of its repository.
    #[schema(value_type = String, example = "alice/tiny-ranker")]
    repository: RepositoryName,
    /// Its version.
    #[schema(value_type = String, example = "1.0.0")]
    version: Version,
    /// `model`, `ranking` or `dataset`.
    #[schema(value_type = String, example = "ranking")]
    kind: Holds,
    /// SHA-256 of the release document.
    #[schema(value_type = String,
             example = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    digest: Digest,
    /// When it was published.
    #[schema(value_type = String, format = DateTime, example = "2026-11-22T10:00:00Z")]
    published_at: Timestamp,
    /// Under which terms.
    #[schema(value_type = String, example = "Apache-2.0")]
    license: License,
    /// What it is.
    description: Option<String>,
    /// What became of its card.
    card: CardStateDocument,
    /// Set once its publisher has withdrawn it.
    withdrawn: Option<WithdrawalDocument>,
    /// Address of its page.
    url: String,
}

impl ReleasePage {
    /// The JSON of a page.
    pub(super) fn new(page: Page<ReleaseSummary>, site: &Site) -> Self {
        let items = page.items.into_iter().map(|release| SummaryDocument::new(release, site)).collect();
        Self { items, next: page.next }
    }
}

impl SummaryDocument {
    fn new(release: ReleaseSummary, site: &Site) -> Self {
        Self {
            url: page(site, &release.repository, &release.version),
            repository: release.repository,
            version: release.version,
            kind: release.kind,
            digest: release.digest,
            published_at: release.published_at,
            license: release.license,
            description: release.description,
            card: release.card.into(),
            withdrawn: release.withdrawn.map(WithdrawalDocument::from),
        }
    }
}
