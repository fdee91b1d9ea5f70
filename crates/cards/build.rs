//! Finds the languages: every folder of `templates/locales` is one, with all its `.ftl` files.

use std::fmt::Write;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<()> {
    let home = env::var("CARGO_MANIFEST_DIR").map_err(Error::other)?;
    let locales = Path::new(&home).join("../../templates/locales").canonicalize()?;
    println!("cargo::rerun-if-changed={}", locales.display());
    let mut others = String::new();
    let mut english = String::new();
    for folder in sorted(&locales)?.iter().filter(|path| path.is_dir()) {
        let tag = folder.file_name().unwrap_or_default().to_string_lossy();
        let source = source(folder, &tag)?;
        if tag == "en" {
            english = source;
        } else {
            others.push_str(&source);
            others.push(',');
        }
    }
    let text = format!(
        "/// English has every message; what another language lacks is said in English.\nconst ENGLISH: Source = {english};\n\
         /// The languages besides English.\nconst OTHERS: &[Source] = &[{others}];\n"
    );
    let out = env::var("OUT_DIR").map_err(Error::other)?;
    fs::write(Path::new(&out).join("locales.rs"), text)
}

/// The expression of one language.
fn source(folder: &Path, tag: &str) -> Result<String> {
    let mut files = String::new();
    for file in sorted(folder)?.iter().filter(|path| path.extension().is_some_and(|ending| ending == "ftl")) {
        println!("cargo::rerun-if-changed={}", file.display());
        write!(files, "include_str!({:?}),", file.display().to_string()).map_err(Error::other)?;
    }
    Ok(format!("Source {{ tag: {tag:?}, files: &[{files}] }}"))
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
