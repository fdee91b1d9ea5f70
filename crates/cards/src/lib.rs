//! crates/cards
