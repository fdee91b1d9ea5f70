//! Small parts that several pages show.

use cards::words::{Messages, Statement};
use registry::{CardStatus, CardSummary, ReleaseSummary};

use super::native::Native;
use crate::address::encoded;

/// A sentence, and where in the card's JSON its figures or words stand.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) text: Native,
    pub(super) pointer: String,
}

/// A label and what it says.
#[derive(Clone)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) text: Native,
    pub(super) pointer: String,
    pub(super) is_code: bool,
    pub(super) address: Option<String>,
    pub(super) outside: bool,
}

/// A card in a list.
pub(super) struct CardLine {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) one_line: String,
    pub(super) operator: String,
    pub(super) date: String,
    pub(super) withdrawn: bool,
}

/// A release in a list.
pub(super) struct ReleaseLine {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: Option<String>,
    pub(super) kind: &'static str,
    pub(super) license: String,
    pub(super) date: String,
    pub(super) card: Option<String>,
    pub(super) withdrawn: bool,
}

/// That a release was withdrawn.
pub(super) struct Withdrawn {
    pub(super) date: String,
    pub(super) reason: String,
}

impl Line {
    pub(super) fn new(text: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { text: Native::here(text), pointer: pointer.into() }
    }

    /// A sentence that was made from figures of the card.
    pub(super) fn said(statement: Statement) -> Self {
        Self::new(statement.text, statement.pointer)
    }
}

impl Fact {
    pub(super) fn new(label: &'static str, text: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self::native(label, Native::here(text), pointer)
    }

    pub(super) fn native(label: &'static str, text: Native, pointer: impl Into<String>) -> Self {
        Self { label, text, pointer: pointer.into(), is_code: false, address: None, outside: false }
    }

    pub(super) fn code(label: &'static str, text: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { is_code: true, ..Self::new(label, text, pointer) }
    }

    /// The same as a link, where the address is one that a page may lead to.
    pub(super) fn linked(self, address: Option<&str>) -> Self {
        Self { address: address.and_then(outward), outside: true, ..self }
    }
}

impl CardLine {
    pub(super) fn new(card: &CardSummary, messages: &Messages) -> Self {
        Self {
            path: card_path(card.slug.as_str()),
            title: card.title.clone(),
            one_line: card.one_line.clone(),
            operator: card.operator.clone(),
            date: messages.date(card.published_at),
            withdrawn: card.withdrawn.is_some(),
        }
    }
}

impl ReleaseLine {
    pub(super) fn new(release: &ReleaseSummary, messages: &Messages) -> Self {
        let ready = release.card.status == CardStatus::Ready;
        Self {
            path: release_path(&release.repository, &release.version),
            name: release.repository.to_string(),
            version: release.version.to_string(),
            description: release.description.clone(),
            kind: kind_message(release.kind),
            license: release.license.to_string(),
            date: messages.date(release.published_at),
            card: release.card.slug.as_ref().filter(|_| ready).map(|slug| card_path(slug.as_str())),
            withdrawn: release.withdrawn.is_some(),
        }
    }
}

impl Withdrawn {
    pub(super) fn new(withdrawal: &registry::Withdrawal, messages: &Messages) -> Self {
        Self { date: messages.date(withdrawal.at), reason: withdrawal.reason.clone() }
    }
}

/// The message that names a kind of repository.
pub(super) const fn kind_message(kind: domain::Kind) -> &'static str {
    match kind {
        domain::Kind::Model => "kind-model",
        domain::Kind::Ranking => "kind-ranking",
        domain::Kind::Dataset => "kind-dataset",
    }
}

/// The address of a card's page.
pub(super) fn card_path(slug: &str) -> String {
    format!("/cards/{slug}")
}

/// The address of a repository's page.
pub(super) fn repository_path(name: &domain::RepositoryName) -> String {
    format!("/{}/{}", encoded(name.namespace().as_str()), encoded(name.name()))
}

/// The address of a release's page.
pub(super) fn release_path(name: &domain::RepositoryName, version: &domain::Version) -> String {
    format!("{}/releases/{}", repository_path(name), encoded(&version.to_string()))
}

/// The address of a file's bytes.
pub(super) fn file_path(name: &domain::RepositoryName, revision: &str, path: &str) -> String {
    let path: Vec<String> = path.split('/').map(encoded).collect();
    format!("{}/resolve/{}/{}", repository_path(name), encoded(revision), path.join("/"))
}

/// An address that people wrote, if a page may lead there: the web or a mailbox.
pub(super) fn outward(address: &str) -> Option<String> {
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
    let mailbox = !address.contains(['/', ':', ' ']) && address.contains('@');
    if known {
        Some(address.to_owned())
    } else if mailbox {
        Some(format!("mailto:{address}"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_to_the_web_and_to_mailboxes_only() {
        assert_eq!(outward("https://a.example/x").as_deref(), Some("https://a.example/x"));
        assert_eq!(outward("a@b.example").as_deref(), Some("mailto:a@b.example"));
        for bad in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "x y@z", ""] {
            assert_eq!(outward(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_of_files_are_encoded_segment_by_segment() {
        let name = "alice/tiny".parse().unwrap();

        assert_eq!(file_path(&name, "v1.0.0", "a b/c#d"), "/alice/tiny/resolve/v1.0.0/a%20b/c%23d");
    }
}
