//! Plain-language documents.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use cards::words::Messages;

use super::frame::Frame;
use super::markdown;
use crate::problem::{Kind, Problem};

/// A document as it lies in `templates/docs`, in the order of reading.
struct Source {
    slug: &'static str,
    tag: &'static str,
    text: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        slug: "what-is-a-card",
        tag: "en",
        text: include_str!("../../../templates/docs/en/what-is-a-card.md"),
    },
    Source {
        slug: "how-to-read",
        tag: "en",
        text: include_str!("../../../templates/docs/en/how-to-read.md"),
    },
    Source {
        slug: "how-to-publish",
        tag: "en",
        text: include_str!("../../../templates/docs/en/how-to-publish.md"),
    },
    Source { slug: "clients", tag: "en", text: include_str!("../../../templates/docs/en/clients.md") },
    Source {
        slug: "how-to-check",
        tag: "en",
        text: include_str!("../../../templates/docs/en/how-to-check.md"),
    },
    Source {
        slug: "how-to-explain",
        tag: "en",
        text: include_str!("../../../templates/docs/en/how-to-explain.md"),
    },
];

static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| SOURCES.iter().map(Document::new).collect());

/// A document, rendered once.
pub(super) struct Document {
    pub(super) slug: &'static str,
    tag: &'static str,
    title: String,
    lead: String,
    html: String,
    #[cfg(test)]
    pub(super) text: &'static str,
}

#[derive(Template)]
#[template(path = "docs/list.html")]
pub(super) struct DocsPage {
    frame: Frame,
    pages: Vec<DocumentLine>,
}

/// A document in the list.
struct DocumentLine {
    path: String,
    title: &'static str,
    lead: &'static str,
}

#[derive(Template)]
#[template(path = "docs/show.html")]
pub(super) struct DocumentPage {
    frame: Frame,
    tag: &'static str,
    title: &'static str,
    html: &'static str,
    next: Option<(String, &'static str)>,
}

pub(super) async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let page = DocsPage::new(frame.clone());
    super::answer(&request, &frame, &page)
}

pub(super) async fn show(slug: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let page = DocumentPage::named(&slug, frame.clone()).ok_or(Problem::of(Kind::AddressNotFound))?;
    super::answer(&request, &frame, &page)
}

/// The documents in one language, each in English where it is not translated, in the order of reading.
pub(super) fn documents(messages: &Messages) -> Vec<&'static Document> {
    let tag = messages.language().to_string();
    let english = DOCUMENTS.iter().filter(|document| document.tag == "en");
    let best = |english: &'static Document| {
        let same = |document: &&Document| document.slug == english.slug && document.tag == tag;
        DOCUMENTS.iter().find(same).unwrap_or(english)
    };
    english.map(best).collect()
}

impl Document {
    fn new(source: &Source) -> Self {
        let mut blocks = source.text.split("\n\n").map(str::trim);
        let title = blocks.next().unwrap_or_default().trim_start_matches("# ").to_owned();
        Self {
            slug: source.slug,
            tag: source.tag,
            title,
            lead: blocks.next().unwrap_or_default().replace(['*', '`'], ""),
            html: markdown::document(source.text),
            #[cfg(test)]
            text: source.text,
        }
    }

    fn path(&self) -> String {
        format!("/docs/{}", self.slug)
    }
}

impl DocsPage {
    fn new(frame: Frame) -> Self {
        let line = |document: &'static Document| DocumentLine {
            path: document.path(),
            title: &document.title,
            lead: &document.lead,
        };
        Self { pages: documents(frame.messages).into_iter().map(line).collect(), frame }
    }
}

impl DocumentPage {
    fn named(slug: &str, frame: Frame) -> Option<Self> {
        let documents = documents(frame.messages);
        let at = documents.iter().position(|document| document.slug == slug)?;
        let document = documents.get(at)?;
        let next = documents.get(at + 1).map(|next| (next.path(), next.title.as_str()));
        Some(Self { frame, tag: document.tag, title: &document.title, html: &document.html, next })
    }
}

/// The list and every document.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    let documents = documents(frame.messages);
    let pages = documents.iter().map(|document| DocumentPage::named(document.slug, frame.clone()).unwrap());
    std::iter::once(super::tests::rendered("docs", frame, &DocsPage::new(frame.clone())))
        .chain(pages.map(|page| super::tests::rendered(page.title, frame, &page)))
        .collect()
}
