//! The folders of this workspace.

use std::env;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Problem;
use crate::command::{ask, cargo};

/// Where things are.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The folder with the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// The folder of build results, also where `CARGO_TARGET_DIR` moves it.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Self, Problem> {
        let here = env::current_dir().map_err(Problem::system("looking for the current folder"))?;
        let start = env::var_os("CARGO_MANIFEST_DIR").map_or(here, PathBuf::from);
        let text = ask(cargo(&start).args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Value = serde_json::from_str(&text)
            .map_err(|error| Problem::Found(format!("cargo metadata cannot be read: {error}")))?;
        let folder = |key: &str| metadata.get(key).and_then(Value::as_str).map(PathBuf::from);
        match (folder("workspace_root"), folder("target_directory")) {
            (Some(root), Some(target)) => Ok(Self { root, target }),
            _ => Err(Problem::Found("cargo metadata names no workspace and no target folder".to_owned())),
        }
    }

    /// The folder for downloads, which git ignores.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.root.join(".vitrine")
    }

    /// The library of ONNX Runtime that `setup` puts here.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.downloads().join("ort").join(crate::setup::RUNTIME_FILE)
    }

    /// The program as `build` makes it.
    pub(crate) fn program(&self) -> PathBuf {
        self.target.join("release").join("vitrine")
    }

    /// The public ranking systems.
    pub(crate) fn collection(&self) -> PathBuf {
        self.root.join("collection")
    }
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), Problem> {
    let copying = || Problem::system(format!("copying `{}`", from.display()));
    std::fs::create_dir_all(to).map_err(copying())?;
    for entry in std::fs::read_dir(from).map_err(copying())? {
        let entry = entry.map_err(copying())?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(copying())?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target).map_err(copying())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_is_copied_with_its_folders() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(from.path().join("inner")).unwrap();
        fs::write(from.path().join("inner/file"), "text").unwrap();

        copy_folder(from.path(), &to.path().join("copy")).unwrap();

        assert_eq!(fs::read_to_string(to.path().join("copy/inner/file")).unwrap(), "text");
        assert!(copy_folder(&from.path().join("none"), to.path()).is_err());
    }

    #[test]
    fn cargo_says_where_the_workspace_is() {
        let workspace = Workspace::find().unwrap();

        assert!(workspace.root.join("xtask/Cargo.toml").is_file());
        assert!(workspace.program().ends_with("release/vitrine"));
    }
}
