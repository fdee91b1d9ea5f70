//! Names and kinds: every name is known when it is used, numbers and truth values are not mixed.

use std::collections::HashMap;

use super::expression::{Expression, Kind, Source, Term};
use super::operation::{Operation, TABLE};
use super::parse::{self, Parsed};
use super::token::Fault;
use super::{Formula, FormulaError, MOST_NAMES, STEP_BYTES};
use crate::names::quoted;

/// An expression whose names are known.
pub(super) type Checked = Expression<Source>;

/// A formula that follows the language.
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
}

/// A step of it.
pub(super) struct Step {
    pub(super) name: String,
    pub(super) value: Checked,
}

/// Words that mean something in the languages in which formulas are also read.
const RESERVED: [&str; 12] =
    ["and", "or", "not", "if", "else", "in", "is", "lambda", "True", "False", "None", "import"];

impl Program {
    /// Reads and checks all steps.
    pub(super) fn of(formula: &Formula) -> Result<Self, FormulaError> {
        let mut names = Names::of_inputs(&formula.inputs)?;
        if formula.steps.is_empty() {
            return Err(FormulaError::NoSteps);
        }
        if formula.steps.len() > MOST_NAMES {
            return Err(FormulaError::TooMany { what: "steps", limit: MOST_NAMES });
        }
        let mut steps = Vec::new();
        for (number, text) in formula.steps.iter().enumerate() {
            let last = number + 1 == formula.steps.len();
            steps.push(names.step(text, steps.len(), last)?);
        }
        Ok(Self { steps })
    }
}

/// What a name stands for.
#[derive(Clone, Copy)]
struct Known {
    source: Source,
    kind: Kind,
    /// Whether an input reaches it, so that it has one value a row.
    varies: bool,
}

/// The names known so far.
struct Names<'a> {
    known: HashMap<&'a str, Known>,
}

impl<'a> Names<'a> {
    fn of_inputs(inputs: &'a [String]) -> Result<Self, FormulaError> {
        if inputs.len() > MOST_NAMES {
            return Err(FormulaError::TooMany { what: "inputs", limit: MOST_NAMES });
        }
        let mut names = Self { known: HashMap::new() };
        for (number, input) in inputs.iter().enumerate() {
            let known = Known { source: Source::Input(number), kind: Kind::Number, varies: true };
            names.add("input", input, known)?;
        }
        let both = ["score", "rank_score"].map(|name| names.known.contains_key(name));
        if both == [true, true] {
            let wrong = "where an input is called `score` the output takes this name; rename one of the two";
            return Err(name_error("input", "rank_score", wrong.to_owned()));
        }
        Ok(names)
    }

    fn add(&mut self, what: &'static str, name: &'a str, known: Known) -> Result<(), FormulaError> {
        let mut characters = name.chars();
        let begins = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
        if !begins || !characters.all(|next| next.is_ascii_alphanumeric() || next == '_') {
            let wrong =
                "a name is made of the letters A to Z and a to z, digits and `_`, and begins with no digit";
            return Err(name_error(what, name, wrong.to_owned()));
        }
        if name == TABLE || Operation::function(name).is_some() || RESERVED.contains(&name) {
            return Err(name_error(
                what,
                name,
                "this word is taken by the language; choose another".to_owned(),
            ));
        }
        match self.known.insert(name, known).map(|earlier| earlier.source) {
            None => Ok(()),
            Some(Source::Input(_)) => {
                Err(name_error(what, name, "an input has this name already; choose another".to_owned()))
            }
            Some(Source::Step(_)) => Err(name_error(
                what,
                name,
                "an earlier step has this name already; choose another".to_owned(),
            )),
        }
    }

    fn step(&mut self, text: &'a str, number: usize, last: bool) -> Result<Step, FormulaError> {
        if text.len() > STEP_BYTES {
            return Err(FormulaError::TooMany { what: "bytes in one step", limit: STEP_BYTES });
        }
        let (name, parsed) = parse::step(text).map_err(|fault| in_step(text, number, fault))?;
        let position = parsed.position;
        let (value, kind, varies) = self.check(parsed).map_err(|fault| in_step(text, number, fault))?;
        if last && kind == Kind::Truth {
            let fault = Fault::new(position, "the score is a truth value", "write where(c, 1, 0)");
            return Err(in_step(text, number, fault));
        }
        if last && !varies {
            let fault = Fault::new(position, "the score is the same for every item", "use an input in it");
            return Err(in_step(text, number, fault));
        }
        self.add("step", name, Known { source: Source::Step(number), kind, varies })?;
        Ok(Step { name: name.to_owned(), value })
    }

    /// Answers with the expression, its kind, and whether an input reaches it.
    fn check(&self, parsed: Parsed<'_>) -> Result<(Checked, Kind, bool), Fault> {
        let Expression { position, depth, term } = parsed;
        let (term, kind, varies) = match term {
            Term::Number(number) => (Term::Number(number), Kind::Number, false),
            Term::Name(name) => {
                let known = self.find(position, name)?;
                (Term::Name(known.source), known.kind, known.varies)
            }
            Term::Apply(operation, parts) => {
                let (parts, varies) = self.check_parts(operation, parts)?;
                (Term::Apply(operation, parts), operation.gives(), varies)
            }
            Term::Table(value, table) => {
                let (value, varies) = self.check_part(*value, Kind::Number, TABLE)?;
                (Term::Table(Box::new(value), table), Kind::Number, varies)
            }
        };
        Ok((Expression { position, depth, term }, kind, varies))
    }

    fn check_parts(
        &self,
        operation: Operation,
        parts: Vec<Parsed<'_>>,
    ) -> Result<(Vec<Checked>, bool), Fault> {
        let mut checked = Vec::new();
        let mut any_varies = false;
        for (place, part) in parts.into_iter().enumerate() {
            let (part, varies) = self.check_part(part, operation.takes(place), operation.written())?;
            checked.push(part);
            any_varies |= varies;
        }
        Ok((checked, any_varies))
    }

    fn check_part(&self, part: Parsed<'_>, expected: Kind, by: &str) -> Result<(Checked, bool), Fault> {
        let position = part.position;
        let (part, found, varies) = self.check(part)?;
        if found == expected {
            return Ok((part, varies));
        }
        let wrong = format!("`{by}` needs {} here, but this is {}", expected.called(), found.called());
        let right = match expected {
            Kind::Number => "write where(c, 1, 0) to make a number of it",
            Kind::Truth => "write a comparison, such as x > 0",
        };
        Err(Fault::new(position, wrong, right))
    }

    fn find(&self, position: usize, name: &str) -> Result<Known, Fault> {
        self.known.get(name).copied().ok_or_else(|| {
            let wrong = format!("{} is neither an input nor an earlier step", quoted(name));
            let near = crate::names::nearest(name, self.known.keys().copied());
            let right = near.map_or_else(
                || "declare it under `inputs` or compute it before".to_owned(),
                |near| format!("did you mean `{near}`? Else declare it under `inputs`"),
            );
            Fault::new(position, wrong, right)
        })
    }
}

fn in_step(text: &str, number: usize, fault: Fault) -> FormulaError {
    let name = text.split('=').next().unwrap_or_default().trim();
    let named = !name.is_empty()
        && name.len() <= 80
        && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let step = if named { name.to_owned() } else { (number + 1).to_string() };
    let end = text.chars().count() + 1;
    let position = if fault.position == 0 { end } else { fault.position };
    FormulaError::Step { step, position, wrong: fault.wrong, right: fault.right }
}

fn name_error(what: &'static str, name: &str, wrong: String) -> FormulaError {
    let name = quoted(name).trim_matches('`').to_owned();
    FormulaError::Name { what, name, wrong }
}
