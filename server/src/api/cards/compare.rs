//! What changed between two versions of a card.

use actix_web::web::{self, Data};
use actix_web::{HttpResponse, get};
use cards::card::Card;
use cards::difference::{self, Difference, ReleaseDifference, Reordering};
use domain::Slug;
use registry::{Actor, Compared, Error, Registry, StoredCard};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::problems;
use crate::address;
use crate::auth::Reader;
use crate::problem::{Kind, Problem};

/// Which two versions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CompareAddress {
    /// Last part of the card's address.
    #[param(value_type = String, example = "example-social-feed")]
    slug: Slug,
    /// The version before, from 1.
    #[param(minimum = 1, example = 1)]
    #[serde(deserialize_with = "address::count")]
    from: u32,
    /// The version after, from 1.
    #[param(minimum = 1, example = 2)]
    #[serde(deserialize_with = "address::count")]
    to: u32,
}

/// All that changed between two versions.
#[derive(Serialize)]
pub(crate) struct Comparison {
    /// What changed on the card.
    pub(crate) card: Difference,
    /// How both models order the lists of the second version; `null` where that could not be measured.
    pub(crate) orders: Option<Reordering>,
    /// Why not: `unfit` where the first model needs a signal that these lists do not hold, `too_long` where the first
    /// list has over 20,000 items, `access` where the files must be asked for, `failed` where a model did not run, and
    /// `not_now` where all workers are busy.
    pub(crate) orders_missing: Option<&'static str>,
    /// What changed from the one release to the other.
    pub(crate) releases: ReleaseDifference,
}

problems!(CompareProblems: [Kind::BadAddress, Kind::CardNotFound]);

/// What changed between two versions of a card: words, signals, the order of the reference lists, the releases behind.
///
/// Both models are run on the lists of the second version.
#[utoipa::path(
    tag = "cards",
    params(CompareAddress),
    responses((status = 200, description = "What changed.", body = Object), CompareProblems)
)]
#[get("/cards/{slug}/compare/{from}/{to}")]
pub(crate) async fn compare_cards(
    at: web::Path<CompareAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let from = registry.card_version(&reader.0, &at.slug, at.from).await?;
    let to = registry.card_version(&reader.0, &at.slug, at.to).await?;
    let (comparison, _cards) = compare(&registry, &reader.0, (&from, &to)).await?;
    Ok(HttpResponse::Ok().json(comparison))
}

/// Compares two versions. Gives their cards with it.
pub(crate) async fn compare(
    registry: &Registry,
    actor: &Actor,
    (from, to): (&StoredCard, &StoredCard),
) -> Result<(Comparison, [Card; 2]), Problem> {
    let read = |stored: &StoredCard| serde_json::from_slice::<Card>(&stored.bytes).map_err(Problem::internal);
    let (before, after) = (read(from)?, read(to)?);
    let card = difference::between(&before, &after).map_err(Problem::internal)?;
    let (orders, orders_missing) = match registry.compare_orders(actor, from, to).await {
        Ok(Compared::Ordered(orders)) => (Some(orders.as_ref().clone()), None),
        Ok(Compared::Unfit) => (None, Some("unfit")),
        Ok(Compared::TooLong) => (None, Some("too_long")),
        Err(Error::Busy { .. }) => (None, Some("not_now")),
        // The rest of the comparison holds without it.
        Err(Error::AccessNeeded { .. }) => (None, Some("access")),
        Err(Error::RunFailed { .. } | Error::Unpublishable(_)) => (None, Some("failed")),
        Err(error) => return Err(error.into()),
    };
    let old = registry.release(actor, &from.repository, &from.release).await?;
    let new = registry.release(actor, &to.repository, &to.release).await?;
    let releases = difference::releases(&old.document, &new.document).map_err(Problem::internal)?;
    Ok((Comparison { card, orders, orders_missing, releases }, [before, after]))
}
