//! The explanation of a table of rows as one document: what `vitrine explain` prints and the API answers.
//!
//! Rows come in as a [`Sheet`], the model as bytes and as something that runs it; numbers come out with a word on how
//! they were found.

mod answer;
mod csv;
mod curves;
mod document;
mod groups;
mod importance;
mod moves;
mod names;
mod opening;
mod places;
mod reach;
mod request;
mod score;
mod sheet;
mod shelf;
mod steady;
mod whole;

pub use answer::{Error, Question, Runtime, answer};
pub use csv::to_csv;
pub use document::{Answer, Id, ModelFacts, Report, ScoreRow, TableFacts, Timings};
pub use names::{Group, Names, Prediction, Signal};
pub use request::{FIRST_PLACES, Grain, GridKind, Method, OutputChoice, Quantity, Request};
pub use sheet::{ITEM_COLUMN, Layout, Sheet};
pub use shelf::Shelf;
