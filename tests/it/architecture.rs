//! The map is true.

use tests::workspace;

/// Longest that the map may be, in lines.
const LINES: usize = 150;

/// The paths that a text names in backticks: words with a slash or a file's ending, and no spaces.
fn paths(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|word| is_path(word)).collect()
}

fn is_path(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let has_ending = [".rs", ".md", ".toml", ".ftl", ".yaml"].iter().any(|ending| word.ends_with(ending));
    word.chars().all(plain) && !word.starts_with('/') && (word.contains('/') || has_ending)
}

#[test]
fn every_path_on_the_map_exists() {
    let map = workspace::text("ARCHITECTURE.md");
    // Files that releases and repositories hold, not this workspace.
    let foreign = ["system-card.yaml", "README.md"];

    let missing: Vec<_> = paths(&map)
        .into_iter()
        .filter(|path| !foreign.contains(path) && !workspace::path(path).exists())
        .collect();

    assert!(paths(&map).len() > 10);
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_map_fits_on_a_page() {
    assert!(workspace::text("ARCHITECTURE.md").lines().count() <= LINES);
}

#[test]
fn paths_are_told_from_other_words() {
    assert_eq!(
        paths("in `server/src/api`, `a b/c`, `Clock`, `/cards` and `clippy.toml`"),
        ["server/src/api", "clippy.toml"]
    );
}
