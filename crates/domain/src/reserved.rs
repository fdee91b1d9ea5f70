//! Namespaces that nobody may take.

use crate::folded;

/// First segments of addresses that the site uses or will use, and words that would deceive. Sorted.
///
/// A test of the server compares this list with its router.
pub const RESERVED: &[&str] = &[
    "about",
    "accounts",
    "admin",
    "ajax-api",
    "api",
    "apps",
    "assets",
    "audits",
    "auth",
    "blobs",
    "blog",
    "brand",
    "cards",
    "chat",
    "checkpoint",
    "collections",
    "commit",
    "compare",
    "contact",
    "dashboard",
    "datasets",
    "debug",
    "demo",
    "dev",
    "docs",
    "download",
    "dumps",
    "empty",
    "etc",
    "explore",
    "export",
    "favicon.ico",
    "feed",
    "feed.atom",
    "feeds",
    "findings",
    "fonts",
    "git",
    "health",
    "healthz",
    "help",
    "home",
    "images",
    "join",
    "kernels",
    "keys",
    "languages",
    "legal",
    "log",
    "login",
    "logout",
    "metrics",
    "model",
    "model-versions",
    "models",
    "new",
    "notifications",
    "oauth",
    "objects",
    "organisations",
    "organizations",
    "people",
    "posts",
    "pricing",
    "privacy",
    "problems",
    "proc",
    "public",
    "raw",
    "readyz",
    "receipts",
    "register",
    "registry",
    "releases",
    "repositories",
    "robots.txt",
    "root",
    "schema.json",
    "schemas",
    "search",
    "security",
    "settings",
    "signup",
    "sitemap.xml",
    "spaces",
    "static",
    "status",
    "support",
    "sys",
    "system",
    "tasks",
    "terms",
    "tile",
    "tmp",
    "tokens",
    "try",
    "user",
    "users",
    "usr",
    "vitrine",
    "well-known",
    "witness",
    "write",
];

/// Whether a namespace of this name may not be taken: reserved, or shorter than three letters.
///
/// Two spellings that fold alike count as one name.
#[must_use]
pub fn is_reserved(namespace: &str) -> bool {
    let name = folded(namespace);
    namespace.len() < 3 || RESERVED.iter().any(|reserved| folded(reserved) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_no_doubles() {
        let mut sorted = RESERVED.to_vec();
        sorted.sort_unstable();
        sorted.dedup();

        assert_eq!(sorted, RESERVED);
    }

    #[test]
    fn look_alikes_of_reserved_names_are_reserved() {
        for taken in ["api", "API", "ajax_api", "ab", "Cards", "feed-atom"] {
            assert!(is_reserved(taken), "{taken}");
        }
        assert!(!is_reserved("collection"));
    }
}
