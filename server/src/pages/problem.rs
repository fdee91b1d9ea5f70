//! Problems as pages: one for each kind, and one in place of whatever went wrong.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use cards::words::{Messages, capital};
use domain::Language;
use registry::Fault;

use super::frame::Frame;
use crate::problem::{Kind, Problem, ProblemView};

#[derive(Template)]
#[template(path = "problem/show.html")]
pub(super) struct ProblemPage {
    frame: Frame,
    status: u64,
    title: String,
    text: String,
    detail: Option<String>,
    faults: Vec<FaultLine>,
    request_id: Option<String>,
}

/// One thing that is wrong, and where.
struct FaultLine {
    place: String,
    wrong: String,
    right: String,
}

#[derive(Template)]
#[template(path = "problem/list.html")]
pub(super) struct ProblemsPage {
    frame: Frame,
    problems: Vec<KindLine>,
}

/// A kind of problem in the list of all.
struct KindLine {
    path: String,
    title: String,
    text: String,
}

/// The page in place of what was asked for. Never fails: without a page the bare words are shown.
pub(crate) fn render(problem: &ProblemView, language: &Language) -> String {
    let messages = Messages::best(std::slice::from_ref(language));
    let page = ProblemPage::happened(problem, messages);
    page.render().unwrap_or_else(|_broken_template| problem.title.clone())
}

pub(super) async fn show(slug: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let kind = Kind::named(&slug).ok_or(Problem::of(Kind::AddressNotFound))?;
    let frame = Frame::of(&request);
    let page = ProblemPage::explained(kind, frame.clone());
    super::answer(&request, &frame, &page)
}

pub(super) async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let page = ProblemsPage::new(frame.clone());
    super::answer(&request, &frame, &page)
}

impl ProblemPage {
    /// A kind of problem, as its own page explains it.
    fn explained(kind: Kind, frame: Frame) -> Self {
        Self {
            status: u64::from(kind.status()),
            title: frame.plain(&kind.title_id()),
            text: frame.plain(&kind.text_id()),
            detail: None,
            faults: Vec::new(),
            request_id: None,
            frame,
        }
    }

    /// A problem that happened just now.
    fn happened(problem: &ProblemView, messages: &'static Messages) -> Self {
        Self {
            detail: Some(capital(&problem.detail)).filter(|detail| *detail != problem.text),
            faults: problem.errors.iter().map(|fault| FaultLine::new(fault, messages)).collect(),
            request_id: Some(problem.request_id.clone()),
            ..Self::explained(problem.kind, Frame::new(messages, &problem.kind.page()))
        }
    }
}

impl ProblemsPage {
    fn new(frame: Frame) -> Self {
        let line = |kind: &Kind| KindLine {
            path: kind.page(),
            title: frame.plain(&kind.title_id()),
            text: frame.plain(&kind.text_id()),
        };
        Self { problems: Kind::ALL.iter().map(line).collect(), frame }
    }
}

impl FaultLine {
    fn new(fault: &Fault, messages: &Messages) -> Self {
        let line = fault.line.map(|line| messages.say("problem-fault-line").with("line", line).to_string());
        let place: Vec<String> = [fault.file.clone(), line, Some(fault.field.clone())]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        Self { place: place.join(", "), wrong: fault.wrong.clone(), right: fault.right.clone() }
    }
}

/// The list, every kind, and two that happened.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    let view =
        |problem: &Problem| ProblemView::new(problem, frame.messages, "019aab1c7e5f7d0c8a4b5c6d7e8f9a0b");
    let fault = Fault {
        file: Some("system-card.yaml".to_owned()),
        line: Some(12),
        field: "signals[3].unit".to_owned(),
        wrong: "The unit is <missing>.".to_owned(),
        right: "Write it.".to_owned(),
    };
    let faulty = Problem::new(Kind::Unpublishable, "there is one fault").with_faults(vec![fault]);
    let happened = [Problem::of(Kind::AddressNotFound), faulty]
        .map(|problem| ProblemPage::happened(&view(&problem), frame.messages));
    let explained = Kind::ALL.iter().map(|kind| ProblemPage::explained(*kind, frame.clone()));
    std::iter::once(super::tests::rendered("problems", frame, &ProblemsPage::new(frame.clone())))
        .chain(explained.chain(happened).map(|page| super::tests::rendered(&page.title, frame, &page)))
        .collect()
}
