//! crates/ranking
