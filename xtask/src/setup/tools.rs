//! What only the tests need.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::command::{ask, can_install, find, install};
use crate::workspace::Workspace;
use crate::{Problem, say};

/// The linter of OpenAPI descriptions: the newest version that runs on Node 20.
const LINTER: &str = "@redocly/cli@2.77.0";

/// What checks the pages: the newest versions that run on Node 20.
const WEB: [&str; 6] = [
    "axe-core@4.14.1",
    "html-validate@10.17.0",
    "lighthouse@12.8.2",
    "pa11y@9.1.1",
    "playwright-core@1.65.1",
    "vnu-jar@26.9.27",
];

/// The stock client of the Hub protocol.
const HUB_CLIENT: [&str; 1] = ["huggingface_hub==2.4.0"];

/// The reference of `OpenSSF` Model Signing, and a part of it that it does not name itself.
const MODEL_SIGNING: [&str; 2] = ["model-signing==1.1.1", "pyOpenSSL"];

/// Names under which a browser is found.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Fetches Postgres, a browser and the linter.
pub(super) fn fetch(workspace: &Workspace, out: &mut dyn Write) -> Result<(), Problem> {
    postgres(out)?;
    browser(out)?;
    packages(&workspace.downloads().join("npm"), &[LINTER], out)?;
    python(workspace, ("hub", "huggingface_hub"), &HUB_CLIENT, out)?;
    python(workspace, ("model-signing", "model_signing"), &MODEL_SIGNING, out)?;
    if find("cargo-nextest").is_none() {
        say(
            out,
            "cargo-nextest is not here: tests run by `cargo test`, which is slower (`cargo install cargo-nextest`).",
        )?;
    }
    Ok(())
}

/// The folder with `initdb` and `postgres`.
pub(crate) fn postgres_folder() -> Option<PathBuf> {
    let complete = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let in_path = find("initdb").and_then(|initdb| initdb.parent().map(Path::to_owned));
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut installed: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    installed.sort();
    in_path.into_iter().chain(installed.into_iter().rev()).find(|folder| complete(folder))
}

fn postgres(out: &mut dyn Write) -> Result<(), Problem> {
    if postgres_folder().is_none() && can_install() {
        say(out, "Installing Postgres …")?;
        install(&["postgresql"])?;
    }
    match postgres_folder() {
        Some(folder) => say(out, &format!("Postgres is at {}.", folder.display())),
        None => Err(Problem::Missing(
            "install Postgres, for example by `apt-get install postgresql`; it need not run".to_owned(),
        )),
    }
}

/// The browser that is installed, or that can be.
pub(crate) fn browser(out: &mut dyn Write) -> Result<PathBuf, Problem> {
    let found = || BROWSERS.into_iter().find_map(find);
    if found().is_none() && can_install() {
        say(out, "Installing Chromium …")?;
        install(&["chromium"])?;
    }
    let missing = "install Chromium, for example by `apt-get install chromium`";
    let path = found().ok_or_else(|| Problem::Missing(missing.to_owned()))?;
    say(out, &format!("A browser is at {}.", path.display()))?;
    Ok(path)
}

/// The checkers of pages. Gives the folder that holds their `node_modules`.
pub(crate) fn web(workspace: &Workspace, out: &mut dyn Write) -> Result<PathBuf, Problem> {
    let folder = workspace.downloads().join("web");
    packages(&folder, &WEB, out)?;
    if find("java").is_none() && can_install() {
        say(out, "Installing Java …")?;
        install(&["default-jre-headless"])?;
    }
    if find("java").is_none() {
        let sentence = "install Java 17 or newer, for example by `apt-get install default-jre-headless`";
        return Err(Problem::Missing(sentence.to_owned()));
    }
    Ok(folder)
}

/// Packages of Node.js, each `name@version`, in a folder of their own.
fn packages(folder: &Path, wanted: &[&str], out: &mut dyn Write) -> Result<(), Problem> {
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !has_package(folder, package)).collect();
    if missing.is_empty() {
        return say(out, &format!("Here already: {}.", wanted.join(", ")));
    }
    if find("npm").is_none() {
        let sentence = "install Node.js 20 or newer with npm, for example by `apt-get install npm`";
        return Err(Problem::Missing(sentence.to_owned()));
    }
    say(out, &format!("Fetching {} …", missing.join(", ")))?;
    fs::create_dir_all(folder).map_err(Problem::system(format!("making `{}`", folder.display())))?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--save-exact", "--prefix"])
        .arg(folder)
        .args(missing);
    ask(&mut npm).map(drop)
}

/// Whether the folder holds this `name@version`.
fn has_package(folder: &Path, package: &str) -> bool {
    let Some((name, version)) = package.rsplit_once('@') else { return false };
    let manifest = folder.join("node_modules").join(name).join("package.json");
    // A manifest that cannot be read is one that must be fetched.
    let manifest = fs::read_to_string(manifest).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&manifest).unwrap_or_default();
    manifest.get("version").and_then(Value::as_str) == Some(version)
}

/// Packages of Python in a folder of their own. Without them what asks them is left out, and says so.
pub(crate) fn python(
    workspace: &Workspace,
    (folder, what): (&str, &str),
    packages: &[&str],
    out: &mut dyn Write,
) -> Result<(), Problem> {
    let folder = workspace.downloads().join(folder);
    let ready = folder.join("ready");
    let wanted = packages.join(" ");
    if fs::read_to_string(&ready).is_ok_and(|found| found == wanted) {
        return say(out, &format!("{what} is here."));
    }
    let missing = format!("{what} is not here: what asks it is left out");
    if find("python3").is_none() {
        return say(out, &format!("{missing} (install Python 3)."));
    }
    say(out, &format!("Fetching {what} …"))?;
    let made = ask(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    let fetched = made.and_then(|_| {
        let mut pip = Command::new(folder.join("bin/python"));
        ask(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages))
    });
    match fetched {
        Ok(_) => fs::write(&ready, wanted).map_err(Problem::system(format!("writing `{}`", ready.display()))),
        Err(problem) => {
            // Half a folder would look like a whole one to the tests.
            fs::remove_dir_all(&folder)
                .map_err(Problem::system(format!("removing `{}`", folder.display())))?;
            say(out, &format!("{missing} ({problem})."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_here_only_in_the_version_that_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("node_modules/@scope/name");
        fs::create_dir_all(&package).unwrap();
        fs::write(package.join("package.json"), r#"{"name": "@scope/name", "version": "1.2.3"}"#).unwrap();

        let has = |package| has_package(folder.path(), package);

        assert!(has("@scope/name@1.2.3"));
        assert!(!has("@scope/name@1.2.4"));
        assert!(!has("other@1.2.3"));
    }
}
