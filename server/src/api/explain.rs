//! Explaining the scores and the order of a published model.

mod question;
mod report;

use actix_web::web::{self, Data};
use actix_web::{HttpResponse, post};
use registry::Registry;

use super::releases::ReleaseAddress;
use super::{JSON_BODY, problems};
use crate::auth::Reader;
use crate::json::Json;
use crate::problem::{Kind, Problem};
use question::NewExplanation;
use report::ExplanationDocument;

problems!(ExplainProblems: [
    JSON_BODY,
    &[
        Kind::BadAddress, Kind::RepositoryNotFound, Kind::ReleaseNotFound, Kind::NoModel, Kind::RowsRefused,
        Kind::RunFailed, Kind::TooMany, Kind::Busy,
    ],
].concat());

/// Explain scores and places of a release.
///
/// Gives the document that `vitrine explain` prints, with the same figures, as long as it takes no more rows and time
/// than a request may. Rows are those of the reference lists, or rows of your own with the same columns.
#[utoipa::path(
    tag = "releases",
    params(ReleaseAddress),
    request_body = NewExplanation,
    responses((status = 200, description = "What was found.", body = ExplanationDocument), ExplainProblems)
)]
#[post("/releases/{ns}/{name}/{version}/explain")]
pub(super) async fn explain_release(
    new: Json<NewExplanation>,
    at: web::Path<ReleaseAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let asked = new.0.asked()?;
    let report = registry.explain(&reader.0, &at.name()?, at.version(), asked).await?;
    Ok(HttpResponse::Ok().json(report))
}
