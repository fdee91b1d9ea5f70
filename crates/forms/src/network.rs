//! Anything else that can be computed here.

use std::sync::Arc;

use crate::program::Together;

/// A function of a row that is computed here without the model's runtime, such as a small neural network.
///
/// The value of a row depends on this row alone, and is the same whatever rows stand beside it.
pub trait Network: std::fmt::Debug + Send + Sync {
    /// Columns of a row.
    fn columns(&self) -> usize;

    /// The columns that can change the value, ascending: every other column provably has no part.
    fn reads(&self) -> Vec<usize>;

    /// Writes the value of each row (rows one after another, [`Network::columns`] numbers each) into `values`.
    fn values(&self, rows: &[f64], values: &mut [f64]);

    /// With which other networks it can be computed at once, and which of their results is its own. Networks that
    /// share nothing have none.
    fn together(&self) -> Option<(&Arc<Together>, usize)> {
        None
    }
}
