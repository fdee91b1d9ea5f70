//! Files of this workspace.

use std::path::{Path, PathBuf};

use crate::Must;

/// The folder with the root `Cargo.toml`.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().must("the tests lie in a folder of the workspace")
}

/// A file of the workspace by its path from the root.
#[must_use]
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// The bytes of a file of the workspace.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn bytes(relative: &str) -> Vec<u8> {
    std::fs::read(path(relative)).must(relative)
}

/// The text of a file of the workspace.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn text(relative: &str) -> String {
    std::fs::read_to_string(path(relative)).must(relative)
}
