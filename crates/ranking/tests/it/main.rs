//! Models in real workers: scores against recorded ones, hostile models against the limits.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "helpers of tests may panic like the tests; their numbers are small"
)]

mod corpus;
mod lifetime;
mod limits;
mod numbers;
mod scores;
mod support;
