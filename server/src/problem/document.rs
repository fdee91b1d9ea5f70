//! Problems as JSON, and as the API document describes them.

use std::collections::BTreeMap;

use cards::words::Messages;
use registry::Fault;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder, example::ExampleBuilder};

use super::{Kind, Problem, ProblemView};
use crate::hub;

/// A problem as JSON (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDocument {
    /// Address of a page that explains this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/release-exists")]
    page: String,
    /// The kind of problem in a few words.
    #[schema(example = "This version is already published")]
    title: String,
    /// Status of the answer.
    #[schema(example = 409)]
    status: u16,
    /// What happened this time.
    #[schema(example = "release `alice/tiny@1.0.0` already exists; publish a new version")]
    detail: String,
    /// The address that was asked for.
    #[schema(example = "/api/v1/releases")]
    instance: String,
    /// The number by which those who run the site find this in their log.
    #[schema(example = "019aab1c7e5f7d0c8a4b5c6d7e8f9a0b")]
    request_id: String,
    /// Everything that is wrong in what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FaultDocument>,
    /// All of it in one sentence, where clients of the Hub protocol ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    error: Option<String>,
}

/// One thing that is wrong in what was sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct FaultDocument {
    /// The file it stands in; missing when it stands in the request itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "system-card.yaml")]
    file: Option<String>,
    /// Line in that file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 12)]
    line: Option<usize>,
    /// The field.
    #[schema(example = "signals[3].unit")]
    field: String,
    /// What is wrong.
    #[schema(example = "the field is missing")]
    wrong: String,
    /// What would be right.
    #[schema(example = "write the unit, such as `hours`")]
    right: String,
}

impl From<&Fault> for FaultDocument {
    fn from(fault: &Fault) -> Self {
        Self {
            file: fault.file.clone(),
            line: fault.line,
            field: fault.field.clone(),
            wrong: fault.wrong.clone(),
            right: fault.right.clone(),
        }
    }
}

impl ProblemView {
    /// The words of a problem in one language.
    pub(crate) fn new(problem: &Problem, messages: &Messages, request_id: &str) -> Self {
        let kind = problem.kind();
        let text = messages.text(&kind.text_id());
        Self {
            kind,
            status: kind.status(),
            title: messages.text(&kind.title_id()),
            detail: problem.detail().unwrap_or(&text).to_owned(),
            text,
            request_id: request_id.to_owned(),
            errors: problem.faults().to_vec(),
        }
    }
}

impl ProblemDocument {
    /// The JSON of a problem at an address.
    pub(crate) fn new(view: &ProblemView, instance: &str) -> Self {
        Self {
            page: view.kind.page(),
            title: view.title.clone(),
            status: view.status,
            detail: view.detail.clone(),
            instance: instance.to_owned(),
            request_id: view.request_id.clone(),
            errors: view.errors.iter().map(FaultDocument::from).collect(),
            error: hub::is_hub(instance).then(|| hub::spoken(&view.detail, &view.errors)),
        }
    }
}

/// What the API document says of these kinds: one response a status, one example a kind.
pub(crate) fn documented(kinds: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(kind.status()).or_default().push(*kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status.to_string(), response(&kinds).into())).collect()
}

fn response(kinds: &[Kind]) -> Response {
    let english = Messages::english();
    let titles: Vec<String> =
        kinds.iter().map(|kind| format!("`{}`: {}.", kind.slug(), english.text(&kind.title_id()))).collect();
    let examples = kinds.iter().map(|kind| {
        let (title, text) = (english.text(&kind.title_id()), english.text(&kind.text_id()));
        let value = json!({
            "type": kind.page(), "title": title, "status": kind.status(), "detail": text,
            "instance": "/api/v1/…", "request_id": "019aab1c7e5f7d0c8a4b5c6d7e8f9a0b",
        });
        (kind.slug(), ExampleBuilder::new().summary(title).value(Some(value)).build())
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    ResponseBuilder::new().description(titles.join(" ")).content("application/problem+json", content).build()
}
