//! The record book: proofs and entries.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{Coordinates, EntryKind, Uuid};
use registry::{LogEntry, LogQuery, Registry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problems;
use crate::address;
use crate::problem::{Kind, Problem};

/// Which entry.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EntryWanted {
    /// `release`, `card`, `withdrawal`, `removal` or `policy`.
    #[param(value_type = String, example = "release")]
    kind: EntryKind,
    /// The repository's `id`, as in the release document; zeros for a policy.
    #[param(value_type = String, example = "01939f2a-0000-7000-8000-000000000001")]
    id: Uuid,
    /// The release's version, or the number of the card or policy.
    #[param(example = "1.0.0")]
    ver: String,
}

problems!(ProofProblems: [Kind::BadAddress, Kind::LogEntryNotFound, Kind::LogStuck]);

/// The proof that an entry stands in the record book.
///
/// A proof file as of C2SP tlog-proof; `extra` holds the entry's exact bytes, whose hash the proof begins with.
#[utoipa::path(
    tag = "log",
    params(EntryWanted),
    responses((status = 200, description = "The proof.", body = String, content_type = "text/plain"), ProofProblems)
)]
#[get("/log/proof")]
pub(super) async fn log_proof(
    wanted: Query<EntryWanted>,
    request: HttpRequest,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let EntryWanted { kind, id, ver } = wanted.into_inner();
    crate::log::proof(&request, &registry, &Coordinates { kind, id, ver }).await
}

/// Two sizes of the record book.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SizesWanted {
    /// Entries of the older checkpoint.
    #[param(example = 1)]
    old: u64,
    /// Entries of the newer checkpoint.
    #[param(example = 2)]
    new: u64,
}

/// That nothing was rewritten between two sizes.
#[derive(Serialize, ToSchema)]
#[schema(as = LogConsistency)]
struct ConsistencyDocument {
    /// Entries of the older checkpoint.
    #[schema(example = 1)]
    old: u64,
    /// Entries of the newer checkpoint.
    #[schema(example = 2)]
    new: u64,
    /// Hashes of the proof as of RFC 6962 §2.1.2, in base64.
    hashes: Vec<String>,
}

problems!(ConsistencyProblems: [Kind::BadAddress, Kind::LogStuck]);

/// The proof that the record book was only added to between two sizes.
#[utoipa::path(
    tag = "log",
    params(SizesWanted),
    responses((status = 200, description = "The proof.", body = ConsistencyDocument), ConsistencyProblems)
)]
#[get("/log/consistency")]
pub(super) async fn log_consistency(
    wanted: Query<SizesWanted>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let SizesWanted { old, new } = wanted.into_inner();
    let hashes = registry.consistency(old, new).await?;
    let hashes = hashes.iter().map(ToString::to_string).collect();
    Ok(HttpResponse::Ok().json(ConsistencyDocument { old, new, hashes }))
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EntriesWanted {
    /// Only entries with a smaller number: `next` of the page before.
    #[param(example = 40)]
    from: Option<u64>,
    /// Only `release`, `card`, `withdrawal`, `removal` or `policy`.
    #[param(value_type = Option<String>, example = "release")]
    kind: Option<EntryKind>,
    /// How many at most, 1 to 100; 20 when missing.
    #[param(minimum = 1, maximum = 100, example = 20)]
    #[serde(default, deserialize_with = "address::count_if_any")]
    limit: Option<usize>,
}

/// Entries, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = LogPage)]
struct LogPage {
    /// The entries.
    entries: Vec<EntryDocument>,
    /// `from` for the page after this one; missing on the last.
    next: Option<u64>,
}

/// An entry of the record book.
#[derive(Serialize, ToSchema)]
#[schema(as = LogEntry)]
struct EntryDocument {
    /// Its number, from 0.
    #[schema(example = 0)]
    index: u64,
    /// What it is about.
    #[schema(example = "release")]
    kind: &'static str,
    /// The repository.
    #[schema(value_type = String, example = "01939f2a-0000-7000-8000-000000000001")]
    id: Uuid,
    /// The release's version, or the number of the card or policy.
    #[schema(example = "1.0.0")]
    ver: String,
    /// SHA-256 of the document that it stands for; `/objects/sha256/{doc}` has its bytes.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    doc: String,
    /// What that document is.
    #[serde(rename = "type")]
    #[schema(example = "vitrine/release/1")]
    doc_type: String,
    /// SHA-256 of the document that it follows, withdraws or removes.
    prev: Option<String>,
    /// When.
    #[schema(example = "2026-11-22T20:28:31Z")]
    at: String,
}

impl From<LogEntry> for EntryDocument {
    fn from(LogEntry { index, entry }: LogEntry) -> Self {
        Self {
            index,
            kind: entry.coordinates.kind.as_str(),
            id: entry.coordinates.id,
            ver: entry.coordinates.ver,
            doc: entry.doc.hex(),
            doc_type: entry.doc_type,
            prev: entry.prev.map(|prev| prev.hex()),
            at: entry.at.to_string(),
        }
    }
}

/// Entries of the record book, newest first.
#[utoipa::path(
    tag = "log",
    params(EntriesWanted),
    responses((status = 200, description = "A page of entries.", body = LogPage), ConsistencyProblems)
)]
#[get("/log/entries")]
pub(super) async fn log_entries(
    wanted: Query<EntriesWanted>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let EntriesWanted { from, kind, limit } = wanted.into_inner();
    let limit = limit.unwrap_or(20).clamp(1, 100);
    let query = LogQuery { before: from, kind, limit: limit as u64 };
    let entries = registry.log_entries(query).await?;
    let next = entries.last().map(|last| last.index);
    let next = next.filter(|index| *index > 0 && entries.len() == limit);
    Ok(HttpResponse::Ok().json(LogPage { entries: entries.into_iter().map(Into::into).collect(), next }))
}
