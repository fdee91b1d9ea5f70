//! Why something is removed by order: a code, never a story.

use std::fmt;
use std::str::FromStr;

use crate::access::named;
use crate::{Malformed, serde_as_text};

/// Why something is removed by order. A closed list, because it stands in the record book for ever.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RemovalReason {
    /// A court or an authority says so.
    CourtOrder,
    /// It belongs to somebody else.
    Copyright,
    /// It holds what belongs to people's private lives.
    PersonalData,
    /// The law forbids to spread it.
    IllegalContent,
}

named!(
    RemovalReason,
    "a reason for a removal",
    "write court-order, copyright, personal-data or illegal-content",
    CourtOrder = "court-order",
    Copyright = "copyright",
    PersonalData = "personal-data",
    IllegalContent = "illegal-content"
);
