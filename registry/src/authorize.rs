//! Who may do what: the one place that decides.

use domain::{Namespace, RepositoryName, Role, Scope, Visibility};

use crate::{Actor, Error, OrgRole};

/// Something that somebody wants to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    /// Look at it and read its bytes.
    See,
    /// Send bytes.
    Upload,
    /// Make a repository in a namespace.
    Create,
    /// Change a branch.
    Commit,
    /// Publish a release.
    Publish,
    /// Take a release back.
    Withdraw,
    /// Make an organisation.
    Organise,
    /// Say who belongs to an organisation.
    NameMembers,
    /// Say which keys a namespace signs with.
    NameKeys,
    /// Move a repository or change who may see it.
    Rearrange,
    /// Make people and tokens.
    Administer,
}

impl Action {
    /// As a verb with an object, for sentences.
    const fn verb(self) -> &'static str {
        match self {
            Self::See => "look",
            Self::Upload => "send bytes",
            Self::Create => "make repositories",
            Self::Commit => "commit",
            Self::Publish => "publish releases",
            Self::Withdraw => "withdraw releases",
            Self::Organise => "make organisations",
            Self::NameMembers => "name members",
            Self::NameKeys => "name keys",
            Self::Rearrange => "move repositories or change who sees them",
            Self::Administer => "make people and tokens",
        }
    }

    /// What a token must be made for.
    const fn scope(self) -> Scope {
        match self {
            Self::See => Scope::Read,
            Self::Upload
            | Self::Create
            | Self::Commit
            | Self::Organise
            | Self::NameMembers
            | Self::Rearrange => Scope::Write,
            Self::Publish | Self::Withdraw | Self::NameKeys => Scope::Publish,
            Self::Administer => Scope::Admin,
        }
    }

    /// What a member of the namespace must be at least; `None` when membership does not help.
    const fn standing(self) -> Option<OrgRole> {
        match self {
            Self::See => Some(OrgRole::Reviewer),
            Self::Create | Self::Commit | Self::Publish | Self::Withdraw => Some(OrgRole::Publisher),
            Self::NameMembers | Self::NameKeys | Self::Rearrange => Some(OrgRole::Owner),
            Self::Upload | Self::Organise | Self::Administer => None,
        }
    }

    /// Whether an admin of the platform may do it anywhere. Nobody publishes in another's name.
    const fn by_admin(self) -> bool {
        matches!(self, Self::See | Self::Withdraw | Self::NameMembers | Self::Administer)
    }
}

/// What it is to be done to, and what the actor is there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resource<'a> {
    /// The platform as a whole.
    Platform,
    /// A namespace.
    Namespace {
        /// Which.
        name: &'a Namespace,
        /// What the actor is there.
        standing: Option<OrgRole>,
    },
    /// A repository.
    Repository {
        /// Which.
        name: &'a RepositoryName,
        /// Who may see it.
        visibility: Visibility,
        /// What the actor is in its namespace.
        standing: Option<OrgRole>,
    },
}

impl Resource<'_> {
    const fn standing(&self) -> Option<OrgRole> {
        match self {
            Self::Platform => None,
            Self::Namespace { standing, .. } | Self::Repository { standing, .. } => *standing,
        }
    }

    const fn is_open(&self) -> bool {
        match self {
            Self::Platform | Self::Namespace { .. } => true,
            Self::Repository { visibility, .. } => !matches!(visibility, Visibility::Private),
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Platform => "the platform".to_owned(),
            Self::Namespace { name, .. } => name.to_string(),
            Self::Repository { name, .. } => name.to_string(),
        }
    }

    /// What an outsider is told of a private repository: the same as of none.
    fn missing(&self) -> Option<Error> {
        match self {
            Self::Repository { name, .. } if !self.is_open() => {
                Some(Error::RepositoryNotFound { name: (*name).clone() })
            }
            _ => None,
        }
    }
}

/// Passes when this actor may do this.
pub(crate) fn authorize(actor: &Actor, action: Action, resource: Resource<'_>) -> Result<(), Error> {
    let Actor::User { name, role, scopes, .. } = actor else {
        return without_name(actor, action, resource);
    };
    if action == Action::See && resource.is_open() {
        return Ok(());
    }
    let admin = *role == Role::Admin && scopes.contains(&Scope::Admin);
    let standing = resource.standing();
    if standing.is_none()
        && !admin
        && let Some(missing) = resource.missing()
    {
        return Err(missing);
    }
    let member = match action.standing() {
        Some(least) => standing.is_some_and(|standing| standing >= least),
        None => action != Action::Administer,
    };
    let by_admin = admin && action.by_admin();
    if !member && !by_admin {
        return Err(Error::Forbidden {
            actor: name.to_string(),
            action: action.verb(),
            place: resource.place(),
        });
    }
    let scope = action.scope();
    if scopes.contains(&scope) || admin { Ok(()) } else { Err(Error::ScopeMissing { scope }) }
}

/// What those may do who have no name: the platform everything, the anonymous look at what is open.
fn without_name(actor: &Actor, action: Action, resource: Resource<'_>) -> Result<(), Error> {
    match actor {
        Actor::System => Ok(()),
        _ if action != Action::See => Err(Error::Unauthenticated),
        _ => resource.missing().map_or(Ok(()), Err),
    }
}

#[cfg(test)]
mod tests {
    use domain::Uuid;

    use super::*;

    fn user(role: Role, scopes: &[Scope]) -> Actor {
        Actor::User { id: Uuid::nil(), name: "asha".parse().unwrap(), role, scopes: scopes.to_vec() }
    }

    fn verdict(
        actor: &Actor,
        action: Action,
        visibility: Visibility,
        standing: Option<OrgRole>,
    ) -> &'static str {
        let name = "team/ranker".parse().unwrap();
        match authorize(actor, action, Resource::Repository { name: &name, visibility, standing }) {
            Ok(()) => "yes",
            Err(Error::Unauthenticated) => "who?",
            Err(Error::Forbidden { .. }) => "no",
            Err(Error::ScopeMissing { .. }) => "scope",
            Err(Error::RepositoryNotFound { .. }) => "missing",
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn every_actor_gets_its_due_at_every_action() {
        let usual = user(Role::User, &[Scope::Read, Scope::Write, Scope::Publish]);
        let reader = user(Role::User, &[Scope::Read]);
        let admin = user(Role::Admin, &[Scope::Admin]);
        let member = Some(OrgRole::Publisher);
        // actor, its standing, then: see, commit, publish, withdraw of a public and of a private repository.
        let table: [(&Actor, Option<OrgRole>, [&str; 8]); 8] = [
            (&Actor::Anonymous, None, ["yes", "who?", "who?", "who?", "missing", "who?", "who?", "who?"]),
            (&usual, None, ["yes", "no", "no", "no", "missing", "missing", "missing", "missing"]),
            (&usual, Some(OrgRole::Reviewer), ["yes", "no", "no", "no", "yes", "no", "no", "no"]),
            (&usual, member, ["yes"; 8]),
            (&usual, Some(OrgRole::Owner), ["yes"; 8]),
            (&reader, member, ["yes", "scope", "scope", "scope", "yes", "scope", "scope", "scope"]),
            (&admin, None, ["yes", "no", "no", "yes", "yes", "no", "no", "yes"]),
            (&Actor::System, None, ["yes"; 8]),
        ];
        for (row, (actor, standing, expected)) in table.iter().enumerate() {
            let actions = [Action::See, Action::Commit, Action::Publish, Action::Withdraw];
            let found: Vec<&str> = [Visibility::Public, Visibility::Private]
                .iter()
                .flat_map(|visibility| actions.map(|action| verdict(actor, action, *visibility, *standing)))
                .collect();

            assert_eq!(found, expected, "row {row}");
        }
    }

    #[test]
    fn only_an_admin_with_the_scope_makes_people() {
        let ask = |actor: &Actor| authorize(actor, Action::Administer, Resource::Platform);

        assert!(ask(&user(Role::Admin, &[Scope::Admin])).is_ok());
        assert!(matches!(ask(&user(Role::Admin, &[Scope::Write])), Err(Error::Forbidden { .. })));
        assert!(matches!(ask(&user(Role::User, &[Scope::Admin])), Err(Error::Forbidden { .. })));
        assert!(matches!(ask(&Actor::Anonymous), Err(Error::Unauthenticated)));
    }
}
