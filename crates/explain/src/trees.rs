//! Decision trees: their leaves, and exact explanations made from them.

mod kernel;
mod leaves;
mod paths;
mod steps;
mod tables;

pub(crate) use kernel::BLOCK;
pub(crate) use leaves::of as leaves_of;
pub use leaves::{Condition, Leaf};
pub use paths::path_dependent;
pub(crate) use steps::lines;
pub use steps::{Steps, interval, pair_steps, representatives, steps};
pub use tables::Tables;
