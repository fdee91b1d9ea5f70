//! Reading the model from the inside, and holding what was read against the runtime.

use explain::{Matrix, Scorer, score_all};
use forms::{Form, Part};
use onnx::Opened;

use super::GenerateError;
use super::bench::Inside;
use super::context::Context;
use crate::card::{FormKind, ModelForm};
use crate::{Bundle, Output};

/// How far the formula may be from the runtime, relative to the larger of 1 and the score: rounding to 32 bits, added
/// up over some hundred summands. A branch that is taken the other way shows far more.
const TOLERANCE: f64 = 1e-5;
/// The same for each curve, in units of its weight: the runtime approximates curves.
const CURVE_TOLERANCE: f64 = 1e-6;

/// Opens the model and compares it with the runtime. A model that cannot be read is a black box, not a failure.
pub(super) fn measure(
    context: &Context<'_>,
    model: &mut dyn Scorer,
) -> Result<(ModelForm, Option<Inside>), GenerateError> {
    let bundle = context.bundle;
    let opened = match onnx::open(&bundle.model_bytes) {
        Ok(opened) => opened,
        Err(refusal) => return Ok((black_box(refusal.to_string(), 0, Vec::new()), None)),
    };
    let heads = heads(&bundle.output);
    let not_used = not_used(bundle, &opened, &heads);
    let form = match opened.form_of(&heads) {
        Ok(form) => form,
        Err(closed) => {
            let inside = Inside { opened, form: None };
            return Ok((black_box(closed.to_string(), 0, not_used), Some(inside)));
        }
    };
    let rows = to_compare(context, &opened, &form, &heads)?;
    let compared = rows.rows() as u64;
    let why = match score_all(model, &rows) {
        Ok(theirs) => miss(&form, &rows, &theirs),
        // The lists were scored without trouble; rows made for a comparison may be beyond what the model takes.
        Err(explain::Error::Score(error)) if matches!(error.code, "bad_output" | "runtime_error") => {
            Some(error.reason)
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(why) = why {
        return Ok((black_box(why, compared, not_used), Some(Inside { opened, form: None })));
    }
    let found = ModelForm { opened: true, kind: kind(&form), why: None, compared_rows: compared, not_used };
    Ok((found, Some(Inside { opened, form: Some(form) })))
}

const fn black_box(why: String, compared_rows: u64, not_used: Vec<String>) -> ModelForm {
    ModelForm { opened: false, kind: FormKind::BlackBox, why: Some(why), compared_rows, not_used }
}

fn heads(output: &Output) -> Vec<(String, f64)> {
    match output {
        Output::Named(name) => vec![(name.clone(), 1.0)],
        Output::Weighted(weights) => weights.clone(),
    }
}

/// The signals that cannot reach any output of the score; none where this cannot be told.
fn not_used(bundle: &Bundle, opened: &Opened, heads: &[(String, f64)]) -> Vec<String> {
    let reached: Result<Vec<Vec<usize>>, _> = heads.iter().map(|(head, _)| opened.reads(head)).collect();
    let Ok(reached) = reached else { return Vec::new() };
    let counts = |id: &str| bundle.slot(id).is_none_or(|slot| reached.iter().flatten().any(|at| *at == slot));
    let ids = bundle.card.signals.iter().map(|signal| &signal.id);
    ids.filter(|id| !counts(id)).cloned().collect()
}

/// The reference lists as the model sees them, and rows on which trees change their answer.
fn to_compare(
    context: &Context<'_>,
    opened: &Opened,
    form: &Form,
    heads: &[(String, f64)],
) -> Result<Matrix, GenerateError> {
    let lists = context.bundle.lists.rows();
    let columns = lists.columns();
    let takes_gap = |column| heads.iter().all(|(head, _)| opened.takes_gaps(head, column));
    let gaps: Vec<bool> = (0..columns).map(takes_gap).collect();
    let mut rows = Matrix::empty(columns)?;
    for row in lists.iter_rows() {
        let mut seen = row.to_vec();
        opened.round(&mut seen);
        rows.push(&seen)?;
    }
    for probe in Matrix::new(columns, opened.probes(form))?.iter_rows() {
        if probe.iter().zip(&gaps).all(|(number, gap)| *gap || !number.is_nan()) {
            rows.push(probe)?;
        }
    }
    Ok(rows)
}

/// Where formula and runtime differ, as a sentence.
fn miss(form: &Form, rows: &Matrix, theirs: &[f64]) -> Option<String> {
    let mut ours = vec![0.0; rows.rows()];
    form.values(rows.values(), &mut ours);
    let curves = form.terms.iter().filter(|term| matches!(term.part, Part::Curve(..)));
    let of_curves = CURVE_TOLERANCE * curves.map(|term| term.weight.abs()).sum::<f64>();
    let is_off = |(ours, theirs): (&f64, &f64)| {
        let agree = (ours - theirs).abs() <= TOLERANCE * theirs.abs().max(1.0) + of_curves;
        // NaN is no agreement.
        !agree
    };
    let missed = ours.iter().zip(theirs).filter(|pair| is_off(*pair)).count();
    (missed > 0).then(|| {
        format!(
            "what was read from it gives another score than the runtime on {missed} of {} rows",
            theirs.len()
        )
    })
}

fn kind(form: &Form) -> FormKind {
    let all = |wanted: fn(&Part) -> bool| form.terms.iter().all(|term| wanted(&term.part));
    if all(|part| matches!(part, Part::Column(_))) {
        FormKind::Linear
    } else if all(|part| matches!(part, Part::Trees(_))) {
        FormKind::Trees
    } else if all(|part| matches!(part, Part::Network(_))) {
        FormKind::Network
    } else {
        FormKind::Parts
    }
}
