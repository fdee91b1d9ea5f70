//! One entry of the record book: what it says, its exact words, and its proof.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use registry::{BookEntry, Published, Registry};
use tlog::Hash;

use super::Said;
use crate::auth::Reader;
use crate::pages::frame::Frame;
use crate::pages::record::clock_time;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "book/entry.html")]
struct EntryPage {
    frame: Frame,
    number: u64,
    size: u64,
    index: u64,
    said: Said,
    date: String,
    time: String,
    document_path: String,
    document: String,
    document_type: String,
    before: Option<Before>,
    leaf: String,
    leaf_hash: String,
    proof_path: String,
}

/// The document that this one follows or withdraws.
struct Before {
    path: String,
    sha256: String,
}

pub(in crate::pages) async fn show(
    index: Path<u64>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (published, found) = registry.book_entry(&reader.0, *index).await?;
    let page = EntryPage::new(Frame::of(&request), &published, &found)?;
    crate::pages::answer(&request, &page.frame, &page)
}

impl EntryPage {
    fn new(frame: Frame, published: &Published, found: &BookEntry) -> Result<Self, Problem> {
        let BookEntry { index, entry, .. } = found;
        let leaf = entry.to_bytes().map_err(Problem::internal)?;
        let coordinates = &entry.coordinates;
        let (kind, id, ver) = (coordinates.kind, coordinates.id, crate::address::encoded(&coordinates.ver));
        Ok(Self {
            number: index + 1,
            size: published.size,
            index: *index,
            said: Said::new(found, &frame),
            date: frame.messages.date(entry.at),
            time: clock_time(entry.at),
            document_path: object_path(&entry.doc),
            document: entry.doc.hex(),
            document_type: entry.doc_type.clone(),
            before: entry.prev.map(|prev| Before { path: object_path(&prev), sha256: prev.hex() }),
            leaf_hash: Hash::of_leaf(&leaf).to_hex(),
            leaf: String::from_utf8(leaf).map_err(Problem::internal)?,
            proof_path: format!("/api/v1/log/proof?kind={kind}&id={id}&ver={ver}"),
            frame,
        })
    }
}

/// The address of a document's exact bytes.
fn object_path(digest: &domain::Digest) -> String {
    format!("/objects/sha256/{}", digest.hex())
}

/// An entry of each kind.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<crate::pages::tests::Rendered> {
    let published = super::published(1_234, &[]);
    let page = |found: &BookEntry| EntryPage::new(frame.clone(), &published, found).unwrap();
    let pages = super::sample_entries().iter().map(page).collect::<Vec<_>>();
    pages.iter().map(|page| crate::pages::tests::rendered("book entry", frame, page)).collect()
}
