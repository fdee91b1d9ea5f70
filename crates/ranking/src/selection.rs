//! Which of a model's numbers is the score.

use std::collections::BTreeMap;

use onnx::{ElementKind, Model, Tensor};

use crate::{Outputs, RunError};

/// Which of a model's numbers is the score.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Selection {
    /// The output named `score`; else the only output of floating-point numbers; else the only numeric output.
    #[default]
    Default,
    /// The output of this name, or one column of it written `name[2]`.
    Output(String),
    /// This column, from 0, of the output that [`Selection::Default`] means.
    Column(usize),
    /// The sum of weight times output, over the outputs in the order of their names.
    Weights(BTreeMap<String, f64>),
}

/// One summand of a score.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    output: String,
    column: Option<usize>,
    weight: f64,
}

/// A [`Selection`] whose names are outputs of a model. Invariant: at least one term.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Score {
    terms: Vec<Term>,
}

impl Score {
    /// Looks the names up in the model.
    pub(crate) fn find(selection: &Selection, model: &Model) -> Result<Self, RunError> {
        let terms = match selection {
            Selection::Default => {
                vec![Term { output: default(model)?.name.clone(), column: None, weight: 1.0 }]
            }
            Selection::Column(column) => {
                vec![Term { output: default(model)?.name.clone(), column: Some(*column), weight: 1.0 }]
            }
            Selection::Output(name) => vec![term(model, name, 1.0)?],
            Selection::Weights(weights) => {
                weights.iter().map(|(name, weight)| term(model, name, *weight)).collect::<Result<_, _>>()?
            }
        };
        if terms.is_empty() || terms.iter().any(|term| !term.weight.is_finite()) {
            return Err(refused(
                "the score needs at least one output, and every weight must be a finite number",
            ));
        }
        Ok(Self { terms })
    }

    /// The outputs that are needed.
    pub(crate) fn outputs(&self) -> Vec<String> {
        let mut outputs: Vec<String> = self.terms.iter().map(|term| term.output.clone()).collect();
        outputs.dedup();
        outputs
    }

    /// What to call the score: the output's name, or the sum as it is computed.
    pub(crate) fn name(&self) -> String {
        let term = |term: &Term| match term.column {
            Some(column) => format!("{}[{column}]", term.output),
            None => term.output.clone(),
        };
        match self.terms.as_slice() {
            [single] if single.weight.total_cmp(&1.0).is_eq() => term(single),
            terms => terms
                .iter()
                .map(|one| format!("{}*{}", one.weight, term(one)))
                .collect::<Vec<_>>()
                .join(" + "),
        }
    }

    /// The score of every row.
    pub(crate) fn of(&self, outputs: &Outputs) -> Result<Vec<f64>, RunError> {
        let mut scores = vec![0.0; outputs.rows()];
        for term in &self.terms {
            let values = term.values(outputs)?;
            for (score, value) in scores.iter_mut().zip(values) {
                *score += term.weight * value;
            }
        }
        match scores.iter().position(|score| !score.is_finite()) {
            Some(row) => {
                Err(RunError::BadOutput { reason: format!("row {row}: the weighted sum is not finite") })
            }
            None => Ok(scores),
        }
    }
}

impl Term {
    fn values(&self, outputs: &Outputs) -> Result<Vec<f64>, RunError> {
        let head = outputs.heads().find(|head| head.name == self.output);
        let width = head.map_or(0, |head| head.width);
        let column = self.column.or((width == 1).then_some(0));
        column.and_then(|column| outputs.column(&self.output, column)).ok_or_else(|| RunError::BadOutput {
            reason: match (width, self.column) {
                (0, _) => format!("output `{}` gave no numbers", self.output),
                (width, None) => format!(
                    "output `{0}` has {width} columns; choose one of `{0}[0]` to `{0}[{1}]`",
                    self.output,
                    width - 1
                ),
                (width, Some(column)) => {
                    format!(
                        "output `{}` has {width} columns, counted from 0; there is no column {column}",
                        self.output
                    )
                }
            },
        })
    }
}

fn refused(reason: impl Into<String>) -> RunError {
    RunError::Refused { reason: reason.into() }
}

const fn is_float(kind: ElementKind) -> bool {
    matches!(kind, ElementKind::Float32 | ElementKind::Float64)
}

fn numeric(model: &Model) -> impl Iterator<Item = &Tensor> + Clone {
    model.outputs.iter().filter(|output| output.kind.is_number())
}

fn only<T>(mut candidates: impl Iterator<Item = T>) -> Option<T> {
    candidates.next().filter(|_| candidates.next().is_none())
}

fn default(model: &Model) -> Result<&Tensor, RunError> {
    let by_name = numeric(model).find(|output| output.name == "score");
    let chosen = by_name.or_else(|| only(numeric(model).filter(|output| is_float(output.kind))));
    chosen.or_else(|| only(numeric(model))).ok_or_else(|| {
        refused(format!("no output is named `score` and there are several; choose one of {}", names(model)))
    })
}

fn term(model: &Model, name: &str, weight: f64) -> Result<Term, RunError> {
    let known = |name: &str| numeric(model).any(|output| output.name == name);
    if known(name) {
        return Ok(Term { output: name.to_owned(), column: None, weight });
    }
    let column = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    match column.map(|(output, column)| (output, column.parse::<usize>())) {
        Some((output, Ok(column))) if known(output) => {
            Ok(Term { output: output.to_owned(), column: Some(column), weight })
        }
        _ => {
            Err(refused(format!("the model has no numeric output `{name}`; choose one of {}", names(model))))
        }
    }
}

fn names(model: &Model) -> String {
    numeric(model).map(|output| format!("`{}`", output.name)).collect::<Vec<_>>().join(", ")
}
