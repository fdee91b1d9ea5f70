//! What the log's mathematics and texts promise.

#![cfg(test)]

mod book;
mod hostile;
mod notes;
mod policies;
mod proofs;
mod reader;
mod statements;
mod tiles;
mod vectors;
mod witnesses;
