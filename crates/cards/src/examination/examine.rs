//! Examining a release.

use std::collections::BTreeMap;

use domain::{Digest, ReleaseDocument};
use onnx::{Dimension, Model, Tensor};

use super::{
    Examination, ExaminationSchema, ExamineError, ExaminedRelease, FileOf, ModelFile, OnnxFacts, RunFailure,
    TensorFacts, TensorRuntime, WeightsFile, claims, gguf, samples, weights,
};
use crate::ReleaseFiles;
use crate::characters::deceives;

/// Most ONNX files that are examined.
const MOST_MODELS: usize = 50;
/// Most other files of weights that are examined.
const MOST_WEIGHTS: usize = 500;
/// Longest text from a file that is kept, in characters.
const MOST_TEXT: usize = 2_000;
/// Most entries of metadata that are kept.
const MOST_METADATA: usize = 100;

/// A release under examination.
pub(super) struct Subject<'a> {
    pub(super) document: &'a ReleaseDocument,
    pub(super) files: &'a dyn ReleaseFiles,
    /// The models that reading let pass, by path.
    pub(super) models: BTreeMap<String, Model>,
}

/// Examines a release: `digest` is that of its document, `files` are its files.
///
/// # Errors
/// [`ExamineError`] where a file cannot be read or the machine fails; faults of the release are told in the examination.
pub fn examine(
    (document, digest): (&ReleaseDocument, Digest),
    files: &dyn ReleaseFiles,
    runtime: &mut dyn TensorRuntime,
) -> Result<Examination, ExamineError> {
    let mut subject = Subject { document, files, models: BTreeMap::new() };
    let mut models = Vec::new();
    for path in subject.paths(|path| ends(path, "onnx")).into_iter().take(MOST_MODELS) {
        models.push(subject.read_model(&path)?);
    }
    let mut kept = Vec::new();
    for path in
        subject.paths(|path| ends(path, "safetensors") || ends(path, "gguf")).into_iter().take(MOST_WEIGHTS)
    {
        kept.push(subject.read_weights(&path)?);
    }
    let samples = samples::run(&subject, runtime)?;
    let claims = claims::compare(&subject, runtime)?;
    Ok(Examination {
        schema: ExaminationSchema::default(),
        release: ExaminedRelease {
            repository: document.repository.name.clone(),
            version: document.version.clone(),
            digest,
        },
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        models,
        weights: kept,
        samples,
        claims,
        runtime: runtime.facts(),
    })
}

impl Subject<'_> {
    /// The paths of the release's files that are wanted, in their order.
    pub(super) fn paths(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let paths = self.document.files.iter().map(|file| file.path.as_str());
        paths.filter(|path| wanted(path)).map(str::to_owned).collect()
    }

    /// Size in bytes of a file; 0 where there is none.
    pub(super) fn size(&self, path: &str) -> u64 {
        self.document.file(path).map_or(0, |file| file.size)
    }

    /// The whole file.
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, ExamineError> {
        self.files.read(path).map_err(|source| ExamineError::File { path: path.to_owned(), source })
    }

    /// What the release document says of a file.
    pub(super) fn file(&self, path: &str) -> FileOf {
        let file = self.document.file(path);
        FileOf {
            path: path.to_owned(),
            sha256: file.map(|file| file.sha256.hex()).unwrap_or_default(),
            bytes: self.size(path),
        }
    }

    /// The model that samples and claims are about: `model.onnx`, else the only one at the root, else
    /// `onnx/model.onnx`, else the only one.
    pub(super) fn usual_model(&self) -> Option<&str> {
        let mut at_root = self.models.keys().filter(|path| !path.contains('/'));
        let only_at_root = at_root.next().filter(|_| at_root.next().is_none());
        let mut all = self.models.keys();
        let only = all.next().filter(|_| all.next().is_none());
        let named = |name: &str| self.models.get_key_value(name).map(|(path, _)| path);
        let found = named("model.onnx").or(only_at_root).or_else(|| named("onnx/model.onnx")).or(only);
        found.map(String::as_str)
    }

    fn read_model(&mut self, path: &str) -> Result<ModelFile, ExamineError> {
        let file = self.file(path);
        let most = u64::try_from(onnx::MODEL_BYTES).unwrap_or(u64::MAX);
        if file.bytes > most {
            let refused =
                Some(format!("The file is larger than {} MiB, the most that is read here.", most >> 20));
            return Ok(ModelFile { file, onnx: None, refused });
        }
        Ok(match onnx::read(&self.read(path)?) {
            Ok(model) => {
                let facts = facts(&model);
                self.models.insert(path.to_owned(), model);
                ModelFile { file, onnx: Some(facts), refused: None }
            }
            Err(refusal) => ModelFile { file, onnx: None, refused: Some(legible(&refusal.to_string())) },
        })
    }

    fn read_weights(&self, path: &str) -> Result<WeightsFile, ExamineError> {
        let file = self.file(path);
        let failed = |source| ExamineError::File { path: path.to_owned(), source };
        let (format, found) = if ends(path, "gguf") {
            let start = self.files.read_start(path, gguf::MOST_BYTES).map_err(failed)?;
            ("gguf", gguf::read(&start))
        } else {
            let start = self.files.read_start(path, weights::MOST_BYTES).map_err(failed)?;
            ("safetensors", weights::read(&start, file.bytes))
        };
        let format = format.to_owned();
        Ok(match found {
            Ok(found) => WeightsFile {
                file,
                format,
                tensors: Some(found.tensors),
                parameters: Some(found.kinds.values().sum()),
                kinds: Some(found.kinds),
                architecture: found.architecture.map(|name| legible(&name)),
                refused: None,
            },
            Err(why) => WeightsFile {
                file,
                format,
                tensors: None,
                parameters: None,
                kinds: None,
                architecture: None,
                refused: Some(why),
            },
        })
    }
}

/// Whether a path has this ending.
pub(super) fn ends(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending))
}

/// A failure of the machine ends the examination; another one is the release's.
pub(super) fn not_ours(failure: RunFailure) -> Result<RunFailure, ExamineError> {
    if failure.ours { Err(ExamineError::Machine(failure)) } else { Ok(failure) }
}

/// Text from a file: at most 2,000 characters, those that deceive the eye replaced.
pub(super) fn legible(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' | '\t' => character,
        other if other.is_control() || deceives(other) => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    let cut = if text.chars().nth(MOST_TEXT).is_some() { "…" } else { "" };
    text.chars().take(MOST_TEXT).map(shown).collect::<String>() + cut
}

fn facts(model: &Model) -> OnnxFacts {
    let entries = model.metadata.iter().take(MOST_METADATA);
    OnnxFacts {
        ir_version: model.ir_version,
        opsets: model.opsets.iter().map(|(domain, version)| (legible(domain), *version)).collect(),
        producer: legible(&model.producer),
        doc_string: legible(&model.doc_string),
        inputs: model.inputs.iter().map(tensor).collect(),
        outputs: model.outputs.iter().map(tensor).collect(),
        parameters: model.parameters,
        operators: model.operator_counts.iter().map(|(name, count)| (legible(name), *count)).collect(),
        metadata: entries.map(|(key, value)| (legible(key), legible(value))).collect(),
    }
}

fn tensor(tensor: &Tensor) -> TensorFacts {
    let length = |dimension: &Dimension| match dimension {
        Dimension::Fixed(length) => length.to_string(),
        Dimension::Named(name) => legible(name),
        Dimension::Unknown => "?".to_owned(),
    };
    TensorFacts {
        name: legible(&tensor.name),
        kind: tensor.kind.as_str().to_owned(),
        shape: tensor.shape.iter().map(length).collect(),
    }
}
