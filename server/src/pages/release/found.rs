//! What the examination found: samples, claims beside measured numbers, and what the files hold.

use cards::examination::{Claim, Examination, OnnxFacts, Outcome, Sample, TensorFacts, Unmeasured};
use cards::words::Messages;
use registry::{ExaminationState, KeptExamination};

/// Most samples that are listed; those that failed come first.
const MOST_SAMPLES: usize = 50;

/// Significant digits of measured numbers.
const DIGITS: usize = 4;

/// Everything that was found.
pub(super) struct Found {
    pub(super) samples: Option<SamplesView>,
    pub(super) claims: Vec<ClaimView>,
    pub(super) files: Vec<HeldView>,
    /// Address of the exact document.
    pub(super) path: String,
    /// The command that computes it again.
    pub(super) replay: String,
}

/// What became of the examination, where there is none.
pub(super) struct Missing {
    pub(super) message: &'static str,
    pub(super) problem: Option<String>,
}

/// What the samples gave.
pub(super) struct SamplesView {
    pub(super) same: u64,
    pub(super) ran: u64,
    pub(super) found: u64,
    pub(super) repeated: u64,
    pub(super) all_same: bool,
    pub(super) absolute: String,
    pub(super) relative: String,
    pub(super) lines: Vec<SampleLine>,
    pub(super) more: u64,
    pub(super) unused: Vec<(String, String)>,
}

/// One sample.
pub(super) struct SampleLine {
    pub(super) name: String,
    pub(super) message: &'static str,
    pub(super) mark: &'static str,
    pub(super) difference: Option<String>,
    pub(super) pointer: String,
    pub(super) problem: Option<String>,
}

/// A claim beside what was measured.
pub(super) struct ClaimView {
    pub(super) metric: String,
    pub(super) data: String,
    pub(super) claimed: String,
    pub(super) source: Option<String>,
    pub(super) pointer: String,
    pub(super) measured: Option<MeasuredView>,
    pub(super) unmeasured: &'static str,
}

/// What was measured.
pub(super) struct MeasuredView {
    pub(super) value: String,
    pub(super) difference: String,
    pub(super) rows: u64,
    pub(super) data: String,
}

/// A file of weights, and what it holds.
pub(super) struct HeldView {
    pub(super) path: String,
    pub(super) pointer: String,
    pub(super) refused: Option<String>,
    pub(super) tensors: Option<u64>,
    pub(super) parameters: Option<u64>,
    /// Label messages and their words.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
    /// Kinds of numbers, or operators, with how many there are.
    pub(super) kinds: Vec<(String, u64)>,
}

impl Found {
    /// What was found, or why nothing was.
    pub(super) fn new(
        examination: &ExaminationState,
        (path, replay): (String, String),
        messages: &Messages,
    ) -> Result<Self, Missing> {
        let kept: &KeptExamination = match examination {
            ExaminationState::Ready(kept) => kept,
            ExaminationState::Pending => {
                return Err(Missing { message: "examination-pending", problem: None });
            }
            ExaminationState::Failed(problem) => {
                return Err(Missing { message: "examination-failed", problem: Some(problem.clone()) });
            }
        };
        let found = &kept.examination;
        Ok(Self {
            samples: samples(found, messages),
            claims: claims(found, messages),
            files: models(found).chain(weights(found)).collect(),
            path,
            replay,
        })
    }
}

fn samples(found: &Examination, messages: &Messages) -> Option<SamplesView> {
    let samples = found.samples.as_ref()?;
    let mut order: Vec<(usize, &Sample)> = samples.results.iter().enumerate().collect();
    order.sort_by_key(|(at, sample)| (sample.outcome == Outcome::Same, *at));
    let line = |(at, sample): &(usize, &Sample)| {
        let (message, mark) = match sample.outcome {
            Outcome::Same => ("sample-same", "✓"),
            Outcome::Other => ("sample-other", "✗"),
            Outcome::Failed => ("sample-failed", "–"),
        };
        let difference =
            sample.largest_difference.map(|difference| messages.rounded(difference.value, DIGITS));
        let pointer = format!("/samples/results/{at}/largest_difference");
        SampleLine {
            name: sample.name.clone(),
            message,
            mark,
            difference,
            pointer,
            problem: sample.problem.clone(),
        }
    };
    let lines: Vec<SampleLine> = order.iter().take(MOST_SAMPLES).map(line).collect();
    let more = order.len().saturating_sub(lines.len());
    Some(SamplesView {
        same: samples.same,
        ran: samples.ran,
        found: samples.found,
        repeated: samples.repeated,
        all_same: samples.ran > 0 && samples.same == samples.ran,
        absolute: messages.number(samples.absolute),
        relative: messages.number(samples.relative),
        lines,
        more: u64::try_from(more).unwrap_or(u64::MAX),
        unused: samples.unused.iter().map(|unused| (unused.path.clone(), unused.why.clone())).collect(),
    })
}

fn claims(found: &Examination, messages: &Messages) -> Vec<ClaimView> {
    let view = |(at, claim): (usize, &Claim)| ClaimView {
        metric: claim.metric.clone(),
        data: claim.data.clone(),
        claimed: claim.value.clone(),
        source: claim.source.clone(),
        pointer: format!("/claims/{at}/measured"),
        measured: claim.measured.as_ref().map(|measured| MeasuredView {
            value: messages.rounded(measured.value.value, DIGITS),
            difference: messages.rounded(measured.difference.value, DIGITS),
            rows: measured.rows,
            data: measured.data.path.clone(),
        }),
        unmeasured: match claim.unmeasured {
            None | Some(Unmeasured::NoData) => "unmeasured-no-data",
            Some(Unmeasured::NoFormula) => "unmeasured-no-formula",
            Some(Unmeasured::NoNumber) => "unmeasured-no-number",
            Some(Unmeasured::NoModel) => "unmeasured-no-model",
            Some(Unmeasured::RowsUnfit) => "unmeasured-rows",
            Some(Unmeasured::RunFailed) => "unmeasured-run",
        },
    };
    found.claims.iter().enumerate().map(view).collect()
}

fn models(found: &Examination) -> impl Iterator<Item = HeldView> {
    found.models.iter().enumerate().map(|(at, model)| {
        let facts = model.onnx.as_ref();
        HeldView {
            path: model.file.path.clone(),
            pointer: format!("/models/{at}/onnx"),
            refused: model.refused.clone(),
            tensors: None,
            parameters: facts.map(|facts| facts.parameters),
            facts: facts.map(onnx).unwrap_or_default(),
            inputs: facts.map(|facts| facts.inputs.iter().map(tensor).collect()).unwrap_or_default(),
            outputs: facts.map(|facts| facts.outputs.iter().map(tensor).collect()).unwrap_or_default(),
            kinds: facts.map(|facts| facts.operators.clone().into_iter().collect()).unwrap_or_default(),
        }
    })
}

fn weights(found: &Examination) -> impl Iterator<Item = HeldView> {
    found.weights.iter().enumerate().map(|(at, file)| HeldView {
        path: file.file.path.clone(),
        pointer: format!("/weights/{at}"),
        refused: file.refused.clone(),
        tensors: file.tensors,
        parameters: file.parameters,
        facts: file.architecture.iter().map(|name| ("held-architecture", name.clone())).collect(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        kinds: file.kinds.clone().unwrap_or_default().into_iter().collect(),
    })
}

fn onnx(facts: &OnnxFacts) -> Vec<(&'static str, String)> {
    let opsets = facts.opsets.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>();
    let metadata = facts.metadata.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>();
    [
        ("held-opsets", opsets.join(", ")),
        ("held-format", facts.ir_version.to_string()),
        ("held-producer", facts.producer.clone()),
        ("held-note", facts.doc_string.clone()),
        ("held-metadata", metadata.join("; ")),
    ]
    .into_iter()
    .filter(|(_, words)| !words.is_empty())
    .collect()
}

fn tensor(tensor: &TensorFacts) -> String {
    format!("{}: {} [{}]", tensor.name, tensor.kind, tensor.shape.join(", "))
}
