//! Which files of a release are the model, the words and the lists.

use std::path::Path;

use bytes::Bytes;
use domain::FilePath;

use super::{CARD_FILE, ReleaseFiles};
use crate::Fault;
use crate::source::{self, SystemCard};

/// Gives faults in the words the lines of their fields.
pub(super) fn place(release: &dyn ReleaseFiles, faults: &mut [Fault]) {
    let of_card = |fault: &&mut Fault| fault.file.as_deref() == Some(CARD_FILE);
    let text = release.read(CARD_FILE).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some(text) = text {
        source::place(without_mark(&text), faults.iter_mut().filter(of_card));
    }
}

/// Without the byte order mark that some programs write.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A model with its description.
pub(super) struct ModelFile {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) model: onnx::Model,
}

/// A table that is not read yet.
pub(super) struct ListsFile {
    pub(super) path: String,
    pub(super) bytes: Bytes,
}

/// Name of the file with golden rows.
pub(super) const GOLDEN_FILE: &str = "golden.csv";

/// Whether a path is a model at the root.
pub(super) fn is_model(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "onnx") && !path.contains('/')
}

/// Whether a path is a usual name of the reference lists.
pub(super) fn is_lists(path: &str) -> bool {
    matches!(path, "reference.csv" | "reference.parquet")
}

pub(super) fn card(release: &dyn ReleaseFiles, paths: &[String]) -> Result<SystemCard, Vec<Fault>> {
    let placed = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.in_file(CARD_FILE)).collect();
    if !paths.iter().any(|path| path == CARD_FILE) {
        let fault =
            Fault::new("", "The file is missing.", "Put `system-card.yaml` at the root of the repository.");
        return Err(placed(vec![fault]));
    }
    let bytes = bytes(release, CARD_FILE)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        placed(vec![Fault::new("", format!("The file is not text: {error}."), "Save it as UTF-8.")])
    })?;
    source::read(without_mark(&text)).map_err(placed)
}

pub(super) fn model(
    release: &dyn ReleaseFiles,
    paths: &[String],
    named: Option<&FilePath>,
) -> Result<ModelFile, Vec<Fault>> {
    let models: Vec<&String> = paths.iter().filter(|path| is_model(path)).collect();
    let path = match (named, models.as_slice()) {
        (Some(named), _) => existing(paths, named.as_str(), "model.file")?,
        (None, [only]) => (*only).clone(),
        (None, []) => {
            let fault =
                Fault::new("", "There is no model.", "Put one file whose name ends in `.onnx` at the root.");
            return Err(vec![fault]);
        }
        (None, several) => {
            let listed: Vec<&str> = several.iter().map(|path| path.as_str()).collect();
            let wrong = format!("There are several models: {}.", listed.join(", "));
            return Err(vec![Fault::new("model.file", wrong, "Name the one that ranks.").in_file(CARD_FILE)]);
        }
    };
    let bytes = bytes(release, &path)?;
    let description = onnx::read(&bytes).map_err(|refusal| {
        let wrong = format!("The model is refused: {refusal}.");
        vec![Fault::new("", wrong, "Export it again without that.").in_file(&path)]
    })?;
    Ok(ModelFile { path, bytes, model: description })
}

pub(super) fn lists(
    release: &dyn ReleaseFiles,
    paths: &[String],
    named: Option<&FilePath>,
) -> Result<ListsFile, Vec<Fault>> {
    let usual: Vec<&String> = paths.iter().filter(|path| is_lists(path)).collect();
    let path = match (named, usual.as_slice()) {
        (Some(named), _) => existing(paths, named.as_str(), "lists.file")?,
        (None, [only]) => (*only).clone(),
        (None, []) => {
            let right = "Put `reference.csv` or `reference.parquet` at the root.";
            return Err(vec![Fault::new("", "There are no reference lists.", right)]);
        }
        (None, _) => {
            let wrong = "There are both `reference.csv` and `reference.parquet`.";
            return Err(vec![Fault::new("lists.file", wrong, "Name the one to use.").in_file(CARD_FILE)]);
        }
    };
    Ok(ListsFile { bytes: bytes(release, &path)?.into(), path })
}

fn existing(paths: &[String], path: &str, field: &str) -> Result<String, Vec<Fault>> {
    if paths.iter().any(|known| known == path) {
        return Ok(path.to_owned());
    }
    let wrong = format!("There is no file `{path}`.");
    Err(vec![Fault::new(field, wrong, "Name a file at the root of the repository.").in_file(CARD_FILE)])
}

/// The bytes of a file that there is.
pub(super) fn bytes(release: &dyn ReleaseFiles, path: &str) -> Result<Vec<u8>, Vec<Fault>> {
    release.read(path).map_err(|error| {
        let wrong = format!("The file cannot be read: {error}.");
        vec![Fault::new("", wrong, "Upload it again.").in_file(path)]
    })
}
