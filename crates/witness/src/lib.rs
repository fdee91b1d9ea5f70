//! Witnesses of record books: people who remember the newest checkpoint of a book and cosign only what continues it.
//!
//! [`Keeper`] is a witness: it decides, remembers on disk, and then cosigns. [`collect`] asks the witnesses of a policy
//! for their cosignatures. Knows nothing of who listens for requests, and no clock: times are handed in.
//!
//! Source: C2SP tlog-witness v1.0.0.

mod collect;
mod keeper;
mod witnesses;

pub use collect::{Asking, Collected, Mode, Refusal, collect};
pub use keeper::{Keeper, KeeperError, Reply};
pub use witnesses::{NoMode, Witnesses, WitnessesError};
