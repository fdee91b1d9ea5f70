//! Who asks.

use std::fmt;
use std::str::FromStr;

use domain::{Malformed, Namespace, Role, Scope, Uuid};

/// Who asks for something. Every use case takes one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Actor {
    /// Nobody in particular: sees what is public.
    Anonymous,
    /// A person, by a token.
    User {
        /// Identifier of the person, also of the namespace of the same name.
        id: Uuid,
        /// Name of the person and of the person's namespace.
        name: Namespace,
        /// What the person is to the platform.
        role: Role,
        /// What the token may be used for.
        scopes: Vec<Scope>,
    },
    /// The platform itself: its own jobs and the commands of whoever holds its data folder.
    System,
}

impl Actor {
    /// Name of the person; `None` for the anonymous and the platform itself.
    #[must_use]
    pub const fn name(&self) -> Option<&Namespace> {
        match self {
            Self::User { name, .. } => Some(name),
            Self::Anonymous | Self::System => None,
        }
    }

    /// Identifier of the person; `None` for the anonymous and the platform itself.
    #[must_use]
    pub const fn id(&self) -> Option<Uuid> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::System => None,
        }
    }
}

/// What a member may do in an organisation. Each may do what those before it may.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum OrgRole {
    /// Sees private repositories.
    Reviewer,
    /// Makes repositories, commits, publishes and withdraws.
    Publisher,
    /// Names the members.
    Owner,
}

impl OrgRole {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Publisher => "publisher",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for OrgRole {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for OrgRole {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        match text {
            "reviewer" => Ok(Self::Reviewer),
            "publisher" => Ok(Self::Publisher),
            "owner" => Ok(Self::Owner),
            other => {
                Err(Malformed::new("a role in an organisation", other, "write owner, publisher or reviewer"))
            }
        }
    }
}
