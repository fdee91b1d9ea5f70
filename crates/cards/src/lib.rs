//! Cards: what people write about a ranking system, what reading it can show, and the lists it is measured on.
//!
//! Knows nothing of HTTP, databases or a model runtime: files come in as bytes, faults and words go out.

pub mod card;
pub mod characters;
mod check;
pub mod condition;
pub mod difference;
pub mod examination;
mod fault;
pub mod front_matter;
pub mod lists;
pub mod measure;
pub mod quiz;
pub mod readable;
pub mod replay;
pub mod report;
pub mod source;
pub mod trial;
pub mod words;

pub use card::Card;
pub use check::{
    Bundle, CARD_FILE, Golden, Output, ReleaseFiles, check, hard_words, is_ranking, missing_parts,
};
pub use fault::Fault;
pub use measure::{GenerateError, Progress, Request, Scorers, examples, generate};
pub use replay::{Replay, compare, compare_exactly};
