//! The shared library of ONNX Runtime: where it is, which one it is.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use domain::Digest;

use crate::RunError;

/// How graphs are rewritten before they run: not at all, so that what runs is what was published.
///
/// Fusing nodes changes the rounding, and which nodes are fused depends on the processor.
pub const OPTIMISATION: &str = "disabled";

/// The file name of the version we install.
const FILE: &str = "libonnxruntime.so.1.32.0";

/// SHA-256 of [`FILE`] for x86-64 and for 64-bit ARM, as they lie in the published Python packages.
const KNOWN: [&str; 2] = [
    "6c1585d1bbf45b0712ea4a21b705c5fcb4ba04ff2e30f1fbf81a49faf658638f",
    "49852228a93995158b2a813d4df487d47a1b76b0eaa894507ef49e91b6d7954a",
];

/// What computes the scores, for the record of a run.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct RuntimeFacts {
    /// `onnxruntime`.
    pub name: &'static str,
    /// The version that the library's exported symbols carry, such as `1.32.0`; `unknown` where they carry none.
    pub version: String,
    /// [`OPTIMISATION`].
    pub optimisation: &'static str,
    /// The class of the processor, such as `x86_64-v4`: machines of one class give the same bits.
    pub cpu: String,
}

impl RuntimeFacts {
    /// The facts about this library on this machine.
    pub(crate) fn of(library: &Path) -> Result<Self, RunError> {
        static VERSIONS: OnceLock<(PathBuf, String)> = OnceLock::new();
        let known = VERSIONS.get().filter(|(known, _)| known == library).map(|(_, version)| version.clone());
        let version = known.map_or_else(|| version_of(library), Ok)?;
        VERSIONS.get_or_init(|| (library.to_owned(), version.clone()));
        Ok(Self { name: "onnxruntime", version, optimisation: OPTIMISATION, cpu: cpu_class() })
    }
}

/// Finds ONNX Runtime: the file that `ORT_DYLIB_PATH` names; beside this program; in `../lib` beside it; in
/// `.vitrine/ort/` of a folder above the program or above the current folder.
///
/// A library from `.vitrine/ort/` is used only when its SHA-256 is known: a folder that somebody downloaded and works
/// in must not bring its own code.
///
/// # Errors
/// [`RunError::RuntimeMissing`] with the places; [`RunError::RuntimeUnknown`].
pub fn find_runtime() -> Result<PathBuf, RunError> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(named) = env::var_os("ORT_DYLIB_PATH").map(PathBuf::from) {
        let missing = || RunError::RuntimeMissing { looked_for: named.display().to_string() };
        return fs::canonicalize(&named).ok().filter(|path| path.is_file()).ok_or_else(missing);
    }
    if let Some(found) = FOUND.get() {
        return Ok(found.clone());
    }
    let found = search()?;
    Ok(FOUND.get_or_init(|| found).clone())
}

fn search() -> Result<PathBuf, RunError> {
    let program = env::current_exe().ok();
    let folder = program.as_deref().and_then(Path::parent);
    let installed =
        folder.into_iter().flat_map(|folder| [folder.join(FILE), folder.join("../lib").join(FILE)]);
    let installed: Vec<PathBuf> = installed.collect();
    if let Some(found) = installed.iter().find_map(|path| fs::canonicalize(path).ok()) {
        return Ok(found);
    }
    let here = env::current_dir().ok();
    let above = folder.into_iter().chain(here.as_deref()).flat_map(Path::ancestors);
    match above.map(|folder| folder.join(".vitrine/ort").join(FILE)).find(|path| path.is_file()) {
        Some(found) if KNOWN.contains(&Digest::of(&read(&found)?).hex().as_str()) => Ok(found),
        Some(found) => Err(RunError::RuntimeUnknown { path: found.display().to_string() }),
        None => {
            let places = installed.iter().map(|path| path.display().to_string());
            let places: Vec<String> = places.chain([format!(".vitrine/ort/{FILE} above")]).collect();
            Err(RunError::RuntimeMissing { looked_for: places.join(", ") })
        }
    }
}

fn read(library: &Path) -> Result<Vec<u8>, RunError> {
    fs::read(library)
        .map_err(|source| RunError::Host { doing: "reading the library of ONNX Runtime", source })
}

fn version_of(library: &Path) -> Result<String, RunError> {
    Ok(symbol_version(&read(library)?).unwrap_or("unknown").to_owned())
}

/// The version in the name that exported symbols carry: `VERS_1.32.0` and a zero byte.
fn symbol_version(library: &[u8]) -> Option<&str> {
    const MARK: &[u8] = b"VERS_";
    let mut rest = library;
    while let Some(at) = rest.iter().position(|byte| *byte == b'V') {
        rest = rest.split_at_checked(at)?.1;
        if let Some(after) = rest.strip_prefix(MARK) {
            let end = after.iter().take(32).position(|byte| !(byte.is_ascii_digit() || *byte == b'.'))?;
            let version = after.split_at_checked(end)?.0;
            if !version.is_empty() {
                return std::str::from_utf8(version).ok();
            }
        }
        rest = rest.split_first()?.1;
    }
    None
}

/// The class of this machine's processor: the highest level of the x86-64 psABI that it reaches.
#[cfg(target_arch = "x86_64")]
#[must_use]
pub fn cpu_class() -> String {
    let third = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("f16c")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("movbe");
    let fourth = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512cd")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl");
    let second = is_x86_feature_detected!("sse4.2") && is_x86_feature_detected!("popcnt");
    let level = match (second, third, fourth) {
        (true, true, true) => 4,
        (true, true, false) => 3,
        (true, false, _) => 2,
        (false, ..) => 1,
    };
    format!("x86_64-v{level}")
}

/// The class of this machine's processor: its architecture.
#[cfg(not(target_arch = "x86_64"))]
#[must_use]
pub fn cpu_class() -> String {
    env::consts::ARCH.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_names_of_the_symbols() {
        assert_eq!(symbol_version(b"\x7fELF VERS VERS_ VERS_1.32.0\0libc"), Some("1.32.0"));
        assert_eq!(symbol_version(b"no version here, VERS_"), None);
        assert_eq!(symbol_version(b""), None);
    }

    #[test]
    fn the_processor_has_a_class() {
        assert!(cpu_class().starts_with(env::consts::ARCH));
    }
}
