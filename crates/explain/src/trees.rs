//! Decision trees: their leaves, and exact explanations made from them.

mod kernel;
mod leaves;
mod paths;
mod steps;
mod tables;

pub use leaves::{Condition, Leaf};
pub(crate) use leaves::of as leaves_of;
pub use paths::path_dependent;
pub use steps::{Steps, dependence, interval, pair_steps, representatives, steps};
pub use tables::Tables;
