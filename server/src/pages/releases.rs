//! The list of releases.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use registry::{Registry, ReleaseQuery};

use super::cards::Search;
use super::frame::Frame;
use super::lines::ReleaseLine;
use crate::auth::Reader;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "release/list.html")]
pub(super) struct ReleasesPage {
    frame: Frame,
    search: String,
    releases: Vec<ReleaseLine>,
    next: Option<String>,
}

pub(super) async fn list(
    request: HttpRequest,
    search: Query<Search>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let query =
        ReleaseQuery { search: search.words(), cursor: search.cursor.clone(), ..ReleaseQuery::default() };
    let found = registry.list_releases(&reader.0, &query).await?;
    let page = ReleasesPage {
        search: search.words().unwrap_or_default(),
        releases: found.items.iter().map(|release| ReleaseLine::new(release, frame.messages)).collect(),
        next: found.next.map(|cursor| search.next(&frame, "/releases", &cursor)),
        frame,
    };
    super::answer(&request, &page.frame, &page)
}

/// The list empty, searched in vain, and with more to come.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    let page = |search: &str, releases: &[registry::ReleaseSummary], next: Option<&str>| ReleasesPage {
        frame: frame.clone(),
        search: search.to_owned(),
        releases: releases.iter().map(|release| ReleaseLine::new(release, frame.messages)).collect(),
        next: next.map(str::to_owned),
    };
    let withdrawn = registry::ReleaseSummary {
        withdrawn: Some(super::tests::withdrawal()),
        description: None,
        kind: domain::Kind::Dataset,
        ..super::tests::release_summary()
    };
    let releases = [super::tests::release_summary(), withdrawn];
    [page("", &[], None), page("x", &[], None), page("tiny", &releases, Some("/releases?cursor=1-2"))]
        .iter()
        .map(|page| super::tests::rendered("releases", frame, page))
        .collect()
}
