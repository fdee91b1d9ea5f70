//! Outputs as sums of columns, trees, curves and networks.

mod lines;
mod terms;

use std::collections::BTreeSet;

use forms::Form;
use forms::program;

use super::{Closed, Found, Opened};
use crate::names::quoted;

/// One element of a step with a weight.
pub(super) type Element = (usize, usize, f64);

impl Opened {
    /// A value as a form. `output` is the name of an output, of one of its columns as in `name[2]`, or of any other
    /// value of the graph.
    ///
    /// # Errors
    /// [`Closed`] when the value cannot be read, does not exist, or holds several numbers a row.
    pub fn form(&self, output: &str) -> Result<Form, Closed> {
        self.form_of(&[(output.to_owned(), 1.0)])
    }

    /// The weighted sum of several values as a form, named as in [`Opened::form`].
    ///
    /// # Errors
    /// [`Closed`] as [`Opened::form`] does, and for a weight that is not finite.
    pub fn form_of(&self, outputs: &[(String, f64)]) -> Result<Form, Closed> {
        let mut wanted: Vec<Element> = Vec::with_capacity(outputs.len());
        for (output, weight) in outputs {
            if !weight.is_finite() {
                return Err(Closed { why: format!("the weight of {} is no finite number", quoted(output)) });
            }
            let (step, element) = self.element(output)?;
            wanted.push((step, element, *weight));
        }
        terms::form(self, &wanted)
    }

    /// The columns that can change a value, ascending, named as in [`Opened::form`]; of a value with several numbers a
    /// row, those that can change any of them. Every other column provably cannot: where a value is closed, all
    /// columns that flow into it are listed.
    ///
    /// # Errors
    /// [`Closed`] when there is no such value.
    pub fn reads(&self, output: &str) -> Result<Vec<usize>, Closed> {
        let (id, column) = self.find(output)?;
        let mut open = vec![id];
        let mut seen: BTreeSet<usize> = BTreeSet::from([id]);
        let mut wanted: Vec<(usize, usize)> = Vec::new();
        while let Some(id) = open.pop() {
            match self.values.get(id) {
                Some(Found::Rows(rows)) => {
                    let of_first = column.filter(|_| seen.len() == 1);
                    let all = of_first.map_or(0..rows.width(), |column| column..column + 1);
                    wanted.extend(all.map(|element| (rows.step, element)));
                }
                Some(Found::Closed { from, .. }) => {
                    open.extend(from.iter().copied().filter(|id| seen.insert(*id)));
                }
                Some(Found::Constant) | None => {}
            }
        }
        Ok(program::columns_read(&self.steps, &self.widths, wanted.into_iter()))
    }

    /// The element of a step that a name means.
    fn element(&self, output: &str) -> Result<(usize, usize), Closed> {
        let (id, column) = self.find(output)?;
        match self.values.get(id) {
            Some(Found::Rows(rows)) => match (column, rows.width()) {
                (None, 1) => Ok((rows.step, 0)),
                (Some(column), width) if column < width => Ok((rows.step, column)),
                (_, width) => Err(Closed {
                    why: format!(
                        "{} holds {width} numbers a row; choose one of {}",
                        quoted(output),
                        columns(output, width)
                    ),
                }),
            },
            Some(Found::Closed { why, .. }) => Err(Closed { why: why.to_string() }),
            _ => Err(Closed { why: format!("{} is the same for every row", quoted(output)) }),
        }
    }

    /// The value of a name, and the column that the name asks for.
    pub(super) fn find(&self, output: &str) -> Result<(usize, Option<usize>), Closed> {
        if let Some(id) = self.names.get(output) {
            return Ok((*id, None));
        }
        let parts = output.strip_suffix(']').and_then(|name| name.rsplit_once('['));
        let column = parts.and_then(|(name, column)| Some((self.names.get(name)?, column.parse().ok()?)));
        match column {
            Some((id, column)) => Ok((*id, Some(column))),
            None => Err(Closed { why: format!("the model has no value {}", quoted(output)) }),
        }
    }

    /// Gives names to elements: those of values with one number a row, and of outputs.
    pub(super) fn with_names(mut self, outputs: &[String]) -> Self {
        let mut ids: Vec<(usize, &String)> = self.names.iter().map(|(name, id)| (*id, name)).collect();
        ids.sort_unstable();
        let mut called = std::collections::HashMap::new();
        for (id, name) in ids {
            let Some(Found::Rows(rows)) = self.values.get(id) else { continue };
            let width = rows.width();
            let is_input = matches!(self.steps.get(rows.step), Some(program::Step::Columns(_)));
            if is_input || (width != 1 && !outputs.contains(name)) {
                continue;
            }
            for element in 0..width {
                let name = if width == 1 { name.clone() } else { format!("{name}[{element}]") };
                called.entry(lines::source(&self.steps, &self.widths, rows.step, element)).or_insert(name);
            }
        }
        self.called = called;
        self
    }
}

fn columns(output: &str, width: usize) -> String {
    format!(
        "{} to {}",
        quoted(&format!("{output}[0]")),
        quoted(&format!("{output}[{}]", width.saturating_sub(1)))
    )
}
