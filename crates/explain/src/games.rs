//! Numbers shared out among players by their Shapley values, exactly where that is possible.
//!
//! v(S) is a number of the hybrid that has the item's values for the players S and a background row's values
//! elsewhere, averaged over the background. What the number is (the score, the place, being in the first places, the
//! order of a whole list) makes the game; all games of a list rest on the same scores of the same hybrids.

mod cube;
mod draws;
mod game;
mod hybrids;
pub mod importance;
pub mod list;
mod marks;
pub mod pair;
mod parts;
pub mod place;
pub mod predictions;
pub mod report;
pub mod score;
mod scorer;
mod tables;
mod tally;
#[cfg(test)]
mod tests;

pub use cube::shapley;
pub use scorer::FormScorer;

/// Most players of which every set is looked at, where the model must be asked for each hybrid.
pub const ASKED_PLAYERS: usize = 12;
/// Most players of which every set is looked at, where the hybrids of trees are computed together.
pub const TREE_PLAYERS: usize = 14;

/// How a number is to be shared out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct How {
    /// Which way.
    pub wanted: Wanted,
    /// Drawing goes on until every standard error is at most this, in units of the numbers that are shared out; `None`:
    /// until all orders are drawn.
    pub target_stderr: Option<f64>,
    /// Most orders that are drawn, each walked forwards and backwards: whole rounds of the background where two of them
    /// fit in; at least 8.
    pub most_orders: usize,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// Which way is wanted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Wanted {
    /// Exactly where that is possible, else from draws.
    #[default]
    Auto,
    /// Exactly, or not at all.
    Exact,
    /// From draws.
    Sample,
    /// Along the covers that trees carry.
    PathDependent,
}

impl Default for How {
    fn default() -> Self {
        Self { wanted: Wanted::Auto, target_stderr: None, most_orders: 1000, seed: 1 }
    }
}
