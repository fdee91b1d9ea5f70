//! A repository: its README, its files, its releases.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use domain::{AccessState, Gate, Visibility};
use registry::{MAIN, Overview, Registry};

use super::frame::Frame;
use super::lines::{ReleaseLine, kind_message};
use super::markdown;
use super::tree::{FileLine, folder};
use crate::address;
use crate::auth::Reader;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "repository/show.html")]
pub(super) struct RepositoryPage {
    frame: Frame,
    name: String,
    namespace: String,
    kind: &'static str,
    visibility: &'static str,
    created: String,
    readme: Option<String>,
    releases: Vec<ReleaseLine>,
    files: Vec<FileLine>,
    push: String,
    /// The command that publishes what is here.
    publish: String,
    /// Parts that a card would need and that are not here.
    missing: Vec<&'static str>,
    no_licence: bool,
    /// What the gate asks for, where there is one.
    gate: Option<&'static str>,
    /// What became of a request that was just made.
    answer: Option<&'static str>,
    ask: String,
}

pub(super) async fn show(
    at: web::Path<(String, String)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (namespace, name) = at.into_inner();
    let name = address::repository(&namespace, &name)?;
    let overview = registry.overview(&reader.0, &name).await?;
    if let Some(redirect) = address::respelled(&request, &name, &overview.repository.name) {
        return Ok(redirect);
    }
    let frame = Frame::of(&request);
    let page = RepositoryPage { answer: answer(&request), ..RepositoryPage::new(frame.clone(), &overview) };
    super::answer(&request, &frame, &page)
}

/// Whether the head of a README says under which licence the files are.
fn names_a_licence(readme: &str) -> bool {
    let head = registry::card_data(readme).ok().flatten();
    head.is_some_and(|head| head.get("license").is_some_and(|license| !license.is_null()))
}

/// What the page says to whoever comes from its form.
fn answer(request: &HttpRequest) -> Option<&'static str> {
    let said = request.query_string().split('&').find_map(|pair| pair.strip_prefix("access="))?;
    Some(match said.parse().ok()? {
        AccessState::Asked => "gate-asked",
        AccessState::Granted => "gate-granted",
        AccessState::Refused => "gate-refused",
    })
}

impl RepositoryPage {
    pub(super) fn new(frame: Frame, overview: &Overview) -> Self {
        let (repository, messages) = (&overview.repository, frame.messages);
        let name = &repository.name;
        let entries = overview.tree.as_ref().map(|tree| tree.entries.as_slice()).unwrap_or_default();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        Self {
            name: name.to_string(),
            namespace: name.namespace().to_string(),
            kind: kind_message(repository.kind),
            visibility: match repository.visibility {
                Visibility::Public => "visibility-public",
                Visibility::Gated => "visibility-gated",
                Visibility::Sealed => "visibility-sealed",
                Visibility::Private => "visibility-private",
            },
            created: messages.date(repository.created_at),
            readme: overview.readme.as_ref().map(|text| markdown::readme(text, name, MAIN)),
            releases: overview.releases.iter().map(|release| ReleaseLine::new(release, messages)).collect(),
            files: folder(name, MAIN, entries, "", messages),
            push: format!("vitrine push . {name}"),
            publish: format!("hf repo tag create {name} v1.0.0"),
            missing: cards::missing_parts(&paths),
            no_licence: !overview.readme.as_deref().is_some_and(names_a_licence),
            gate: repository.gate.map(|gate| match gate {
                Gate::Auto => "gate-auto",
                Gate::Manual => "gate-manual",
            }),
            answer: None,
            ask: format!(
                "curl -X POST -H \"Authorization: Bearer $HF_TOKEN\" $HF_ENDPOINT/{name}/ask-access"
            ),
            frame,
        }
    }
}

/// A repository full and empty.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    let mut empty = Overview { releases: Vec::new(), tree: None, readme: None, ..super::tests::overview() };
    empty.repository.visibility = Visibility::Private;
    empty.repository.kind = domain::Kind::Model;
    let mut gated = super::tests::overview();
    gated.repository.visibility = Visibility::Gated;
    gated.repository.gate = Some(Gate::Manual);
    [super::tests::overview(), empty, gated]
        .iter()
        .map(|overview| {
            super::tests::rendered("repository", frame, &RepositoryPage::new(frame.clone(), overview))
        })
        .collect()
}
