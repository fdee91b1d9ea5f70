//! Opening a model, and holding what was found inside against what the runtime gives.

use explain::{Matrix, ScoreError, Scorer, Subject, score_all};
use forms::{Form, Part};
use onnx::Opened;

use super::answer::{Error, Question, Runtime};
use super::{OutputChoice, Sheet};
use crate::Fault;
use crate::fault::legible;

/// How far the score that is computed here may be from the runtime's, relative to the larger of 1 and the score.
///
/// The runtime adds numbers of 32 bits, whose rounding is 6e-8 of the largest summand; over a few hundred trees that
/// becomes some 1e-6. A branch that is taken the other way shows far more.
const TOLERANCE: f64 = 1e-5;
/// How far a curve of the runtime, such as its sigmoid, may be from the true one, in units of its own range: it
/// approximates to a few 1e-7, and what it approximates from is rounded to 32 bits already. Multiplied by the weight of
/// the curve, which may be a hundred.
const CURVE_TOLERANCE: f64 = 1e-6;
/// Most rows of the background that are compared.
const BACKGROUND_ROWS: usize = 4096;

/// A model that is open, or that can only be asked.
pub(super) struct Opening {
    pub(super) opened: Opened,
    /// What the output is called.
    pub(super) output: String,
    /// The values of the model that it is made of, with their weights.
    pub(super) heads: Vec<(String, f64)>,
    /// All numeric outputs of the model.
    pub(super) outputs: Vec<String>,
    /// What the score is made of; only where it gave what the runtime gave.
    pub(super) form: Option<Form>,
    /// Why there is no form.
    pub(super) why: Option<String>,
    /// Rows on which form and runtime were compared.
    pub(super) checked_rows: usize,
    /// The runtime.
    pub(super) scorer: Box<dyn Scorer>,
    /// The scores of the rows that are explained.
    pub(super) scores: Vec<f64>,
}

/// Rows as the model sees them: the table, and the background where there is one.
type Seen = (Sheet, Option<Matrix>);

impl Opening {
    /// Opens the model of a question, and rounds the rows to what it sees.
    pub(super) fn of(
        question: &Question<'_>,
        runtime: &mut dyn Runtime,
    ) -> Result<(Self, Sheet, Option<Matrix>), Error> {
        let opened = onnx::open(question.model)?;
        let sheet = rounded(&opened, &question.sheet)?;
        let background = question.background.as_ref().map(|background| rounded(&opened, background));
        let background = background.transpose()?.map(|background| background.numbers);
        let seen = (sheet, background);
        let output = match &question.output {
            // A number is a column, unless an output is called so.
            OutputChoice::Column(column) if is_output(question.model, &column.to_string())? => {
                OutputChoice::Named(column.to_string())
            }
            output => output.clone(),
        };
        let inside = match &output {
            OutputChoice::Named(name) if !is_output(question.model, name)? => opened.form(name).ok(),
            _output => None,
        };
        let opening = match (inside, &output) {
            (Some(form), OutputChoice::Named(name)) => {
                Self::inside(opened, (name, form), &seen, (question.model, runtime))?
            }
            (_, output) => Self::outside(opened, output, &seen, runtime)?,
        };
        let model = onnx::read(question.model)?;
        let outputs = model.outputs.into_iter().filter(|output| output.kind.is_number());
        let opening = Self { outputs: outputs.map(|output| output.name).collect(), ..opening };
        let (sheet, background) = seen;
        Ok((opening, sheet, background))
    }

    /// An output of the model.
    fn outside(
        opened: Opened,
        output: &OutputChoice,
        seen: &Seen,
        runtime: &mut dyn Runtime,
    ) -> Result<Self, Error> {
        let (name, mut model) = runtime.scorer(output)?;
        let heads = match output {
            OutputChoice::Weights(weights) => weights.clone(),
            _single => vec![(name.clone(), 1.0)],
        };
        refuse_gaps(&opened, &heads, seen)?;
        let scores = score_all(model.as_mut(), &seen.0.numbers)?;
        let (form, why, checked_rows) = match opened.form_of(&heads) {
            Err(closed) => (None, Some(closed.to_string()), 0),
            Ok(form) => {
                let rows = to_compare((&opened, &heads), &form, seen)?;
                match miss(&form, &rows, model.as_mut())? {
                    None => (Some(form), None, rows.rows()),
                    Some(why) => (None, Some(why), rows.rows()),
                }
            }
        };
        Ok(Self {
            opened,
            output: name,
            heads,
            outputs: Vec::new(),
            form,
            why,
            checked_rows,
            scorer: model,
            scores,
        })
    }

    /// A value inside the model, which the runtime does not give: every output that was opened is compared instead.
    fn inside(
        opened: Opened,
        (name, form): (&str, Form),
        seen: &Seen,
        (bytes, runtime): (&[u8], &mut dyn Runtime),
    ) -> Result<Self, Error> {
        let explained = vec![(name.to_owned(), 1.0)];
        refuse_gaps(&opened, &explained, seen)?;
        let mut checked_rows = 0;
        for output in onnx::read(bytes)?.outputs.into_iter().filter(|output| output.kind.is_number()) {
            let Ok(around) = opened.form(&output.name) else { continue };
            let read = around.reads();
            if !form.reads().iter().all(|column| read.contains(column)) {
                continue;
            }
            let (_, mut scorer) = runtime.scorer(&OutputChoice::Named(output.name.clone()))?;
            let heads = [(output.name.clone(), 1.0)];
            let rows = to_compare((&opened, &heads), &around, seen)?;
            if let Some(why) = miss(&around, &rows, scorer.as_mut())? {
                return Err(Error::Impossible(format!(
                    "`{}` lies inside the model and could not be checked: {why}; explain an output",
                    legible(name)
                )));
            }
            checked_rows += rows.rows();
        }
        if checked_rows == 0 {
            return Err(Error::Impossible(format!(
                "`{}` lies inside the model, and no output that could be checked is made of it; explain an output",
                legible(name)
            )));
        }
        let mut scores = vec![0.0; seen.0.numbers.rows()];
        form.values(seen.0.numbers.values(), &mut scores);
        let model = Box::new(Here { form: form.clone() });
        Ok(Self {
            opened,
            output: name.to_owned(),
            heads: explained,
            outputs: Vec::new(),
            form: Some(form),
            why: None,
            checked_rows,
            scorer: model,
            scores,
        })
    }

    /// What is explained, for sweeps over one column. Steps that are close to none count as flat, so where the score
    /// is no step function of the column the runtime itself is asked: its rounding decides.
    pub(super) fn swept(&mut self, column: usize) -> Subject<'_> {
        match &self.form {
            Some(form) if form.is_piecewise(column) => Subject::Form(form),
            _ => Subject::BlackBox(self.scorer.as_mut()),
        }
    }

    /// Whether a column can change what is explained. `false` is a proof.
    pub(super) fn counts(&self, column: usize) -> bool {
        let read = |head: &str| self.opened.reads(head).map_or(true, |read| read.contains(&column));
        self.heads.iter().any(|(head, _)| read(head))
    }

    /// A number of a column as the model sees it.
    pub(super) fn rounded(&self, column: usize, value: f64) -> f64 {
        let mut row = vec![0.0; self.opened.columns];
        if let Some(slot) = row.get_mut(column) {
            *slot = value;
        }
        self.opened.round(&mut row);
        row.get(column).copied().unwrap_or(value)
    }

    /// What is explained.
    pub(super) fn subject(&mut self) -> Subject<'_> {
        match &self.form {
            Some(form) => Subject::Form(form),
            None => Subject::BlackBox(self.scorer.as_mut()),
        }
    }
}

/// A form as something that gives scores.
struct Here {
    form: Form,
}

impl Scorer for Here {
    fn inputs(&self) -> usize {
        self.form.columns
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        let mut scores = vec![0.0; rows.rows()];
        self.form.values(rows.values(), &mut scores);
        Ok(scores)
    }
}

/// Whether the model has an output of this name; one of its columns is meant by `name[2]`.
fn is_output(model: &[u8], name: &str) -> Result<bool, Error> {
    let base = name.strip_suffix(']').and_then(|name| name.rsplit_once('[')).map_or(name, |(base, _)| base);
    Ok(onnx::read(model)?.outputs.iter().any(|output| output.name == name || output.name == base))
}

/// The rows as the model sees them.
fn rounded(opened: &Opened, sheet: &Sheet) -> Result<Sheet, Error> {
    let mut numbers = Matrix::empty(sheet.numbers.columns())?;
    for (row, given) in sheet.numbers.iter_rows().enumerate() {
        let mut seen = given.to_vec();
        opened.round(&mut seen);
        let cells = given.iter().zip(&seen).zip(&sheet.columns);
        for ((given, seen), name) in cells {
            let is_gap = given.is_nan() && seen.is_nan();
            if !is_gap && !seen.is_finite() {
                let row = sheet.rows.get(row).copied().unwrap_or(row);
                let wrong =
                    format!("In row {row}, counted from 0, {given} is no number that the model can take.");
                return Err(vec![Fault::new(legible(name), wrong, "Write a number of its precision.")].into());
            }
        }
        numbers.push(&seen)?;
    }
    Ok(Sheet { numbers, ..sheet.clone() })
}

/// The rows on which a form and the runtime are compared: the table, the background, and rows on thresholds. Rows that
/// are made up are left out where the form gives no number, as a logarithm does not of a negative one.
fn to_compare(
    (opened, heads): (&Opened, &[(String, f64)]),
    form: &Form,
    (sheet, background): &Seen,
) -> Result<Matrix, Error> {
    let mut rows = sheet.numbers.clone();
    for row in background.iter().flat_map(|rows| rows.iter_rows().take(BACKGROUND_ROWS)) {
        rows.push(row)?;
    }
    let gaps: Vec<bool> = (0..rows.columns()).map(|column| takes_gaps(opened, heads, column)).collect();
    let probes = Matrix::new(rows.columns(), opened.probes(form))?;
    let mut values = vec![0.0; probes.rows()];
    form.values(probes.values(), &mut values);
    for (probe, value) in probes.iter_rows().zip(values) {
        if value.is_finite() && probe.iter().zip(&gaps).all(|(number, gap)| *gap || !number.is_nan()) {
            rows.push(probe)?;
        }
    }
    Ok(rows)
}

/// Refuses missing numbers in columns where the model would make some number of them.
///
/// Trees say where a missing number goes. Everything else either gives no number at all or, as some functions of the
/// runtime do, one that means nothing.
fn refuse_gaps(opened: &Opened, heads: &[(String, f64)], (sheet, background): &Seen) -> Result<(), Error> {
    let gap = |rows: &Matrix, column| rows.column(column).position(f64::is_nan);
    for (column, name) in sheet.columns.iter().enumerate() {
        let in_rows = gap(&sheet.numbers, column).map(|row| (sheet.rows.get(row).copied(), "the rows"));
        let in_background =
            background.as_ref().and_then(|rows| gap(rows, column)).map(|row| (Some(row), "the background"));
        let Some((row, whose)) = in_rows.or(in_background) else { continue };
        if !takes_gaps(opened, heads, column) {
            let row = row.unwrap_or_default();
            let wrong = format!("In row {row} of {whose}, counted from 0, the number is missing.");
            let right = "Write a number: only trees know what to do without one.";
            return Err(vec![Fault::new(legible(name), wrong, right)].into());
        }
    }
    Ok(())
}

/// Whether the number of a column may be missing in everything that is explained.
fn takes_gaps(opened: &Opened, heads: &[(String, f64)], column: usize) -> bool {
    heads.iter().all(|(head, _)| opened.takes_gaps(head, column))
}

/// Where a form and the runtime differ most, as a sentence; `None` where they agree.
fn miss(form: &Form, rows: &Matrix, scorer: &mut dyn Scorer) -> Result<Option<String>, Error> {
    let theirs = match score_all(scorer, rows) {
        Ok(theirs) => theirs,
        // The table was scored without trouble; rows made for a comparison may be beyond what the model takes.
        Err(explain::Error::Score(error)) if matches!(error.code, "bad_output" | "runtime_error") => {
            return Ok(Some(error.reason));
        }
        Err(error) => return Err(error.into()),
    };
    let mut ours = vec![0.0; rows.rows()];
    form.values(rows.values(), &mut ours);
    let curves = form.terms.iter().filter(|term| matches!(term.part, Part::Curve(..)));
    let of_curves = CURVE_TOLERANCE * curves.map(|term| term.weight.abs()).sum::<f64>();
    let off = |(row, (ours, theirs)): (usize, (&f64, &f64))| {
        let agree = (ours - theirs).abs() <= TOLERANCE * theirs.abs().max(1.0) + of_curves;
        // NaN is no agreement.
        (!agree).then(|| {
            format!(
                "what was found inside gives {ours} where the runtime gives {theirs}, on row {row} of {} that were \
                 compared",
                rows.rows()
            )
        })
    };
    Ok(ours.iter().zip(&theirs).enumerate().find_map(off))
}
