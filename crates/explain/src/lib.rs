//! Explanations of a score and of an order, as plain numbers.
//!
//! Knows nothing of ONNX, files, databases or languages: it asks a [`Scorer`] and does arithmetic.
//! Everything that is drawn is drawn from a stated seed ([`chance`]), every sum runs in a fixed order, and
//! transcendental functions come from `libm`: the same arguments give the same bits on every machine.

mod attribution;
pub mod background;
pub mod chance;
pub mod counterfactual;
pub mod dependence;
pub mod direction;
pub mod diversity;
pub mod effects;
mod estimate;
pub mod exposure;
pub mod games;
pub mod importance;
mod lists;
pub mod manipulation;
mod matrix;
mod means;
pub mod pairs;
pub mod places;
mod players;
pub mod position;
pub mod quality;
pub mod recipes;
mod scorer;
mod settings;
pub mod stability;
mod subject;
pub mod sweep;
#[cfg(test)]
mod testing;
pub mod trees;

pub use attribution::{Attribution, Attributions, Method};
pub use estimate::{Bootstrap, Estimate};
pub use lists::Lists;
pub use matrix::Matrix;
pub use means::{Means, TABLE_BYTES};
pub use players::Players;
pub(crate) use scorer::Batches;
pub use scorer::{BATCH_ROWS, ScoreError, Scorer, score_all};
pub use settings::{Order, Settings};
pub use subject::Subject;

/// Why no numbers could be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A table without columns.
    #[error("a table needs at least one column")]
    NoColumns,
    /// Values that do not fill whole rows.
    #[error("{values} values do not fill rows of {columns} columns")]
    RaggedRows {
        /// Columns of the table.
        columns: usize,
        /// Values that were given.
        values: usize,
    },
    /// A number of things that does not fit the number of things beside it.
    #[error("expected {expected} {what}, found {found}")]
    WrongCount {
        /// What is counted, in the plural.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Nothing to measure on.
    #[error("the reference lists hold no item; give at least one list with one item")]
    NoItems,
    /// A list without items.
    #[error("list {list} holds no item")]
    EmptyList {
        /// Position of the list, from 0.
        list: usize,
    },
    /// A column that is not there.
    #[error("column {column} does not exist; there are {columns} columns")]
    NoSuchColumn {
        /// Position of the column, from 0.
        column: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// A column that two players claim.
    #[error("column {column} belongs to two players; a column has one player at most")]
    SharedColumn {
        /// Position of the column, from 0.
        column: usize,
    },
    /// Trees with more leaves than can be listed.
    #[error("the trees have too many leaves to be opened; the model can still be asked row by row")]
    TooManyLeaves,
    /// Something that cannot be had exactly.
    #[error("{what} cannot be had exactly: {why}; allow drawing, or share it out among groups of signals")]
    NotExact {
        /// What was wanted.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// The time for it was over.
    #[error("it took longer than it may; ask about fewer rows, or fewer background rows")]
    Stopped,
    /// A setting that leaves nothing to compute.
    #[error("the setting `{setting}` must be at least {least}")]
    TooFew {
        /// Name of the setting.
        setting: &'static str,
        /// The least value that makes sense.
        least: usize,
    },
    /// Trees that cannot be put together.
    #[error(transparent)]
    Forest(#[from] forms::Error),
    /// The model gave no scores.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

/// A count as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "counts of rows and draws stay far below 2^53")]
pub(crate) const fn count(number: usize) -> f64 {
    number as f64
}

/// The mean of these numbers, added in their order; 0 for none.
pub(crate) fn mean(numbers: &[f64]) -> f64 {
    if numbers.is_empty() { 0.0 } else { numbers.iter().sum::<f64>() / count(numbers.len()) }
}
