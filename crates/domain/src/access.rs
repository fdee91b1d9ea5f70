//! Who may do what: roles of people and scopes of tokens.

use std::fmt;
use std::str::FromStr;

use crate::{Malformed, serde_as_text};

/// What a person is to the whole platform.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Publishes in own namespaces.
    User,
    /// Audits published systems.
    Auditor,
    /// Runs the platform.
    Admin,
}

/// What a token may be used for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Scope {
    /// Read what its owner may read.
    Read,
    /// Make repositories, upload, commit.
    Write,
    /// Publish and withdraw releases.
    Publish,
    /// Run audits.
    Audit,
    /// Administer the platform.
    Admin,
}

/// Who gets the bytes of a gated repository.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Gate {
    /// Everyone with a name who accepts the terms.
    Auto,
    /// Those whom an owner lets in, one by one.
    Manual,
}

/// What became of a request for the bytes of a gated repository.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AccessState {
    /// Nobody has decided yet.
    Asked,
    /// The person may read the bytes.
    Granted,
    /// The person may not.
    Refused,
}

/// Prints and parses an enum by a table of names.
macro_rules! named {
    ($type:ident, $what:literal, $rule:literal, $($variant:ident = $name:literal),+) => {
        impl $type {
            /// All of them, in ascending order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The name on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.as_str())
            }
        }
        impl FromStr for $type {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    other => Err(Malformed::new($what, other, $rule)),
                }
            }
        }
        serde_as_text!($type);
    };
}
pub(crate) use named;

named!(Gate, "a gate", "write auto or manual", Auto = "auto", Manual = "manual");
named!(
    AccessState,
    "a state of a request",
    "write asked, granted or refused",
    Asked = "asked",
    Granted = "granted",
    Refused = "refused"
);
named!(Role, "a role", "write user, auditor or admin", User = "user", Auditor = "auditor", Admin = "admin");
named!(
    Scope,
    "a scope",
    "write read, write, publish, audit or admin",
    Read = "read",
    Write = "write",
    Publish = "publish",
    Audit = "audit",
    Admin = "admin"
);
