//! How long each kind of text may be, and which of them are claims about the system.

use super::claims::Claim;
use super::sentences::Words;

/// The title of the page (`§3.1`: 60 characters).
pub(super) const TITLE: Words = Words { longest: 60, claim: Claim::No };
/// The sentence below the title (`§3.1`: 140 characters).
pub(super) const ONE_LINE: Words = Words { longest: 140, claim: Claim::Yes };
/// A paragraph about the system (`§3.1`: 600 characters).
pub(super) const PARAGRAPH: Words = Words { longest: 600, claim: Claim::Yes };
/// Why a signal matters (`§3.1`: 400 characters).
pub(super) const REASON: Words = Words { longest: 400, claim: Claim::Yes };
/// A short statement, such as what a control does.
pub(super) const SHORT: Words = Words { longest: 200, claim: Claim::Yes };
/// A name, such as that of a signal, a risk or a law.
pub(super) const NAME: Words = Words { longest: 120, claim: Claim::No };
/// What a quantity is and how it is counted.
pub(super) const DEFINITION: Words = Words { longest: 400, claim: Claim::No };
/// A unit of measure.
pub(super) const UNIT: Words = Words { longest: 40, claim: Claim::No };
