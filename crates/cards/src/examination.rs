//! The examination of a release: what reading its files and running its samples shows, of any release, ranking or not.
//!
//! A function of the release's files and the engine alone: no clock, host or chance. Computed again it has the same
//! bytes on a machine of the same class, and agrees within the tolerances on others.

mod claims;
mod examine;
mod gguf;
mod metrics;
mod rows;
mod samples;
mod tensors;
mod weights;

use std::collections::BTreeMap;

use domain::{Digest, RepositoryName, Version, canonical};
use onnx::values::Values;
use serde::{Deserialize, Serialize};

use crate::card::{Measured, RuntimeFacts};

pub use examine::examine;

/// What a runner says when there is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RunFailure {
    /// Which outcome, such as `limit_cpu`.
    pub code: String,
    /// What happened, as a sentence.
    pub text: String,
    /// Whether this machine and not the model is to blame: trying again may succeed.
    pub ours: bool,
}

/// A model that is ready to be asked.
pub trait TensorModel {
    /// Runs the model once: numeric outputs by name, in the order of the model.
    ///
    /// # Errors
    /// [`RunFailure`].
    fn call(&mut self, inputs: &[(String, Values)]) -> Result<Vec<(String, Values)>, RunFailure>;
}

/// What runs models.
pub trait TensorRuntime {
    /// Starts a model from its bytes.
    ///
    /// # Errors
    /// [`RunFailure`].
    fn start(&mut self, model: &[u8]) -> Result<Box<dyn TensorModel + '_>, RunFailure>;

    /// What runs them; `None` before the first was started.
    fn facts(&self) -> Option<RuntimeFacts>;
}

/// Why there is no examination. A fault of the release is part of the examination; this is none.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// A file could not be read.
    #[error("the file `{path}` cannot be read")]
    File {
        /// Which file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The machine that runs models failed.
    #[error("models cannot be run here: {}", .0.text)]
    Machine(RunFailure),
}

/// What reading a release's files and running its samples shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examination {
    /// Always `vitrine/examination/1`.
    pub schema: ExaminationSchema,
    /// The release that was examined.
    pub release: ExaminedRelease,
    /// Version of the engine that examined.
    pub engine: String,
    /// Every ONNX file, by path.
    pub models: Vec<ModelFile>,
    /// Every other file of weights whose kind is known, by path.
    pub weights: Vec<WeightsFile>,
    /// What the samples gave; absent without a folder `samples`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<Samples>,
    /// What the publisher claims in numbers, each with what was measured.
    pub claims: Vec<Claim>,
    /// What ran the model; absent where nothing was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<RuntimeFacts>,
}

/// The release that was examined.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExaminedRelease {
    /// `namespace/name` at the time of publication.
    pub repository: RepositoryName,
    /// Its version.
    pub version: Version,
    /// SHA-256 of its document.
    pub digest: Digest,
}

/// A file of the release.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOf {
    /// Its path.
    pub path: String,
    /// SHA-256 of its content, 64 hex digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// An ONNX file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Which file.
    pub file: FileOf,
    /// What the file says; absent where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onnx: Option<OnnxFacts>,
    /// Why it was refused, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What an ONNX file says about itself.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnnxFacts {
    /// Version of the file format.
    pub ir_version: i64,
    /// Sets of operators and their versions.
    pub opsets: BTreeMap<String, i64>,
    /// The program that wrote it.
    pub producer: String,
    /// What the author wrote about it in the file.
    pub doc_string: String,
    /// What must be given.
    pub inputs: Vec<TensorFacts>,
    /// What comes out.
    pub outputs: Vec<TensorFacts>,
    /// Numbers that training has set.
    pub parameters: u64,
    /// How often each operator is written.
    pub operators: BTreeMap<String, u64>,
    /// Keys and values that the author added.
    pub metadata: BTreeMap<String, String>,
}

/// An input or output.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorFacts {
    /// Its name.
    pub name: String,
    /// What one element is, such as `float32`.
    pub kind: String,
    /// Each dimension: a length, a name, or `?`.
    pub shape: Vec<String>,
}

/// A file of weights that holds no graph.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightsFile {
    /// Which file.
    pub file: FileOf,
    /// `safetensors` or `gguf`.
    pub format: String,
    /// How many tensors; absent where the file was refused, as are the two fields below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tensors: Option<u64>,
    /// How many numbers in all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<u64>,
    /// How many of these numbers are of each kind, such as `BF16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<BTreeMap<String, u64>>,
    /// The architecture, where the file names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Why it was refused, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What the samples of a release gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// Samples that the release holds.
    pub found: u64,
    /// Samples that were run: at most the first thousand.
    pub ran: u64,
    /// Samples that gave the published answer.
    pub same: u64,
    /// Of those that answered, how many gave the same bits a second time.
    pub repeated: u64,
    /// An answer is the published one where each number differs by at most `absolute + relative × |published|`; whole
    /// numbers must be equal.
    pub absolute: f64,
    /// See [`Samples::absolute`].
    pub relative: f64,
    /// Each of them, in the order of their names.
    pub results: Vec<Sample>,
    /// Files below `samples` that could not be used, each with the reason.
    pub unused: Vec<Unused>,
}

/// A file that could not be used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unused {
    /// Its path.
    pub path: String,
    /// Why, as a sentence.
    pub why: String,
}

/// One sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Its name: the file's path without `samples/`, and the row or place in it.
    pub name: String,
    /// The model it was run on.
    pub model: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The largest difference from the published answer, in the unit of the output; absent without an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_difference: Option<Measured>,
    /// Why there was no answer, or what was wrong with it, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What became of a sample.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It gave the published answer.
    Same,
    /// It gave another answer.
    Other,
    /// It gave none.
    Failed,
}

/// A number that the publisher claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The file that claims it.
    pub file: String,
    /// What is claimed to be measured, such as `accuracy`.
    pub metric: String,
    /// On which data, in the publisher's words.
    pub data: String,
    /// The number, as it is written.
    pub value: String,
    /// Where it is said to come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What was measured; absent where nothing could be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<ClaimMeasured>,
    /// Why nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmeasured: Option<Unmeasured>,
}

/// What was measured beside a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimMeasured {
    /// Which formula, such as `rmse`.
    pub formula: String,
    /// The number, in the unit of the claim.
    pub value: Measured,
    /// The measured number minus the claimed one.
    pub difference: Measured,
    /// Rows it was measured on.
    pub rows: u64,
    /// The model.
    pub model: String,
    /// The file with the rows.
    pub data: FileOf,
}

/// Why a claim has no measured number beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmeasured {
    /// The claim names no file of rows in the release.
    NoData,
    /// Nobody wrote the formula of this metric for us.
    NoFormula,
    /// The claim is no number.
    NoNumber,
    /// The release holds no ONNX model that can be run.
    NoModel,
    /// The rows do not fit the model or the formula.
    RowsUnfit,
    /// The model gave no answer for them.
    RunFailed,
}

impl Examination {
    /// The exact bytes that are kept, and their digest.
    ///
    /// # Errors
    /// [`canonical::Error`] never happens for documents made of these types, but is not swallowed.
    pub fn to_bytes(&self) -> Result<(Vec<u8>, Digest), canonical::Error> {
        let bytes = canonical::to_vec(self)?;
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// Numbers that training has set, in all files; `None` where no file could be read.
    ///
    /// A release often holds the same weights in several formats, so only the format with most of them counts.
    #[must_use]
    pub fn parameters(&self) -> Option<u64> {
        let of_models: Vec<u64> =
            self.models.iter().filter_map(|model| Some(model.onnx.as_ref()?.parameters)).collect();
        let of_format = |format: &str| -> Vec<u64> {
            self.weights
                .iter()
                .filter(|file| file.format == format)
                .filter_map(|file| file.parameters)
                .collect()
        };
        // Shards of safetensors belong together; several graphs or quantisations are variants of one model.
        let shards = of_format("safetensors");
        let safetensors = if shards.is_empty() { None } else { Some(shards.iter().sum()) };
        [of_models.into_iter().max(), safetensors, of_format("gguf").into_iter().max()]
            .into_iter()
            .flatten()
            .max()
    }
}

/// The schema of examinations that this program writes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub enum ExaminationSchema {
    /// The first.
    #[default]
    #[serde(rename = "vitrine/examination/1")]
    One,
}

impl ExaminationSchema {
    /// The word.
    pub const WORD: &'static str = "vitrine/examination/1";
}
