//! The shared library of ONNX Runtime, out of its Python package.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use domain::Digest;

use crate::command::{ask, can_install, find, install};
use crate::workspace::Workspace;
use crate::{Problem, say};

/// The library's file name.
pub(crate) const RUNTIME_FILE: &str = "libonnxruntime.so.1.32.0";

/// The package, in the one version that all replays are made with.
const PACKAGE: &str = "onnxruntime==1.32.0";

/// What we expect for one processor architecture.
struct Build {
    platform: &'static str,
    /// SHA-256 of the package.
    package: &'static str,
    /// SHA-256 of the library in it.
    library: &'static str,
}

fn expected_build() -> Result<Build, Problem> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok(Build {
            platform: "manylinux_2_28_x86_64",
            package: "5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d",
            library: "6c1585d1bbf45b0712ea4a21b705c5fcb4ba04ff2e30f1fbf81a49faf658638f",
        }),
        ("linux", "aarch64") => Ok(Build {
            platform: "manylinux_2_28_aarch64",
            package: "2303372a85299b6757b0e11e1cbf13e410ddf7e10c37f4b37e99d1c90e7daf7c",
            library: "49852228a93995158b2a813d4df487d47a1b76b0eaa894507ef49e91b6d7954a",
        }),
        (system, processor) => Err(Problem::Missing(format!(
            "models run on Linux on x86-64 or 64-bit ARM; this is {system} on {processor}"
        ))),
    }
}

/// Puts the library in its place, unless it is there and right.
pub(super) fn fetch(workspace: &Workspace, out: &mut dyn Write) -> Result<(), Problem> {
    let build = expected_build()?;
    let place = workspace.runtime();
    if place.is_file() && sha256(&place)? == build.library {
        return say(out, "ONNX Runtime 1.32.0 is here.");
    }
    say(out, "Fetching ONNX Runtime 1.32.0 (28 MB) …")?;
    let folder = workspace.downloads().join("ort");
    fs::create_dir_all(&folder).map_err(Problem::system(format!("making `{}`", folder.display())))?;
    let unpacked =
        tempfile::tempdir_in(&folder).map_err(Problem::system("making a folder for the download"))?;
    let package = download(&build, unpacked.path())?;
    expect(&package, build.package)?;
    ask(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&package).arg(unpacked.path()))?;
    let library = unpacked.path().join("onnxruntime/capi").join(RUNTIME_FILE);
    expect(&library, build.library)?;
    fs::rename(&library, &place).map_err(Problem::system(format!("writing `{}`", place.display())))?;
    say(out, &format!("ONNX Runtime is at {}.", place.display()))
}

/// Downloads the one package that fits, whatever Python this machine has.
fn download(build: &Build, folder: &Path) -> Result<PathBuf, Problem> {
    let mut pip = pip()?;
    pip.args([
        "download",
        PACKAGE,
        "--no-deps",
        "--only-binary=:all:",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    pip.args(["--implementation", "cp", "--python-version", "3.11", "--platform", build.platform, "--dest"]);
    ask(pip.arg(folder))?;
    let files = fs::read_dir(folder).map_err(Problem::system("looking for the download"))?;
    let wheel = files
        .filter_map(Result::ok)
        .map(|file| file.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    wheel.ok_or_else(|| Problem::Found(format!("pip said it downloaded {PACKAGE}, and left no file")))
}

fn pip() -> Result<Command, Problem> {
    let works = || {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip"]);
        let version = crate::command::finish(Command::new("python3").args(["-m", "pip", "--version"]));
        version.is_ok_and(|output| output.status.success()).then_some(pip)
    };
    if find("python3").is_some()
        && let Some(pip) = works()
    {
        return Ok(pip);
    }
    if can_install() {
        install(&["python3", "python3-pip"])?;
    }
    works().ok_or_else(|| {
        Problem::Missing("install Python 3 with pip, for example by `apt-get install python3-pip`".to_owned())
    })
}

fn expect(file: &Path, sha256_hex: &str) -> Result<(), Problem> {
    let found = sha256(file)?;
    if found == sha256_hex {
        return Ok(());
    }
    Err(Problem::Found(format!(
        "`{}` has the SHA-256 {found}, not {sha256_hex}; nothing was kept",
        file.display()
    )))
}

fn sha256(file: &Path) -> Result<String, Problem> {
    let bytes = fs::read(file).map_err(Problem::system(format!("reading `{}`", file.display())))?;
    Ok(Digest::of(&bytes).hex())
}
