//! From weighted elements to the terms of a form.

use std::collections::BTreeMap;
use std::sync::Arc;

use forms::program::{Leaves, Map, Precision, Step, Wanted};
use forms::{Branch, Forest, Form, Function, Node, Part, Program, Term, Tree, program};

use super::lines::{Line, line, source};
use super::{Closed, Element, Opened};

/// Most elements that are looked at one by one; more of them are one network.
const MOST_APART: usize = 128;

/// The weighted sum of these elements as a form.
pub(super) fn form(opened: &Opened, wanted: &[Element]) -> Result<Form, Closed> {
    let Some(line) = line(&opened.steps, &opened.widths, wanted) else {
        // A factor that is not finite: the model's own steps say what comes of it.
        return alone(opened, wanted);
    };
    let mut sorted = Sorted::default();
    for (step, element, weight) in &line.elements {
        sorted.take(opened, (*step, *element, *weight), line.elements.len())?;
    }
    sorted.form(opened, wanted, &line)
}

/// The elements of a line by what they are.
#[derive(Default)]
struct Sorted {
    columns: BTreeMap<usize, f64>,
    terms: Vec<Pending>,
    /// Parts of networks that have no name of their own.
    hidden: Vec<Element>,
}

/// A term whose network, if it is one, is still to be made.
struct Pending {
    name: Option<String>,
    weight: f64,
    part: Result<Part, Vec<Element>>,
}

impl Sorted {
    fn take(&mut self, opened: &Opened, element: Element, among: usize) -> Result<(), Closed> {
        let (step, place, weight) = element;
        let name = opened.called.get(&(step, place)).cloned();
        let is_head = name.is_some() || among == 1;
        let is_one_of_many = among > MOST_APART;
        let part = match opened.steps.get(step) {
            Some(Step::Columns(columns)) => {
                let column = columns.get(place).copied().unwrap_or(0);
                *self.columns.entry(column).or_insert(0.0) += weight;
                return Ok(());
            }
            Some(Step::Trees(_)) => trees(opened, step, place)?,
            Some(Step::Map { from, map: Map::Function(function) }) if !is_one_of_many => {
                curve(opened, *function, (*from, place), is_head)?
            }
            _ => None,
        };
        match part {
            Some(part) => self.terms.push(Pending { name, weight, part: Ok(part) }),
            None if name.is_some() && !is_one_of_many => {
                self.terms.push(Pending { name, weight, part: Err(vec![(step, place, 1.0)]) });
            }
            None => self.hidden.push(element),
        }
        Ok(())
    }

    fn form(mut self, opened: &Opened, wanted: &[Element], line: &Line) -> Result<Form, Closed> {
        let apart = apart(opened, self.hidden);
        if self.columns.is_empty() && self.terms.is_empty() && apart.len() == 1 {
            // Nothing to take apart: the model's own order of additions is kept.
            return alone(opened, wanted);
        }
        self.terms.extend(apart.into_iter().map(|elements| Pending {
            name: None,
            weight: 1.0,
            part: Err(elements),
        }));
        let networks: Vec<Wanted> = self
            .terms
            .iter()
            .filter_map(|term| term.part.as_ref().err())
            .map(|elements| wanted_of(elements))
            .collect();
        let precision = precision(opened);
        let networks = Program::several(opened.columns, precision, &opened.steps, &networks);
        let mut networks = networks.map_err(|error| Closed { why: error.to_string() })?.into_iter();
        let columns = self.columns.into_iter();
        let mut terms: Vec<Term> =
            columns.map(|(column, weight)| Term { name: None, weight, part: Part::Column(column) }).collect();
        for Pending { name, weight, part } in self.terms {
            let part = part.ok().or_else(|| networks.next().map(|network| Part::Network(Arc::new(network))));
            terms.extend(part.map(|part| Term { name, weight, part }));
        }
        Ok(Form { columns: opened.columns, bias: line.bias, terms })
    }
}

/// Groups of elements that have no column in common, in the order of their first elements.
fn apart(opened: &Opened, elements: Vec<Element>) -> Vec<Vec<Element>> {
    if elements.len() > MOST_APART {
        return vec![elements];
    }
    let mut groups: Vec<(Vec<usize>, Vec<Element>)> = Vec::new();
    for element in elements {
        let of_one = std::iter::once((element.0, element.1));
        let reads = program::columns_read(&opened.steps, &opened.widths, of_one);
        let mut joined = (reads, vec![element]);
        let mut kept = Vec::with_capacity(groups.len() + 1);
        for (columns, mut members) in groups {
            if columns.iter().any(|column| joined.0.binary_search(column).is_ok()) {
                members.append(&mut joined.1);
                joined.1 = members;
                joined.0.extend(columns);
                joined.0.sort_unstable();
                joined.0.dedup();
            } else {
                kept.push((columns, members));
            }
        }
        kept.push(joined);
        groups = kept;
    }
    let mut members: Vec<Vec<Element>> = groups.into_iter().map(|(_, members)| members).collect();
    for group in &mut members {
        group.sort_unstable_by_key(|(step, element, _)| (*step, *element));
    }
    members.sort_by_key(|group| group.first().map(|(step, element, _)| (*step, *element)));
    members
}

fn precision(opened: &Opened) -> Precision {
    if opened.is_double { Precision::Double } else { Precision::Single }
}

fn wanted_of(elements: &[Element]) -> Wanted {
    Wanted { elements: elements.to_vec(), bias: 0.0 }
}

/// One network for the whole.
fn alone(opened: &Opened, wanted: &[Element]) -> Result<Form, Closed> {
    let wanted = Wanted { elements: wanted.to_vec(), bias: 0.0 };
    let program = Program::new(opened.columns, precision(opened), &opened.steps, &wanted);
    let program = program.map_err(|error| Closed { why: error.to_string() })?;
    let term = Term { name: None, weight: 1.0, part: Part::Network(Arc::new(program)) };
    Ok(Form { columns: opened.columns, bias: 0.0, terms: vec![term] })
}

/// A function of trees; of columns only where it stands for a head of its own, not for one unit of a network.
fn curve(
    opened: &Opened,
    function: Function,
    from: (usize, usize),
    is_head: bool,
) -> Result<Option<Part>, Closed> {
    let Some(inner) = line(&opened.steps, &opened.widths, &[(from.0, from.1, 1.0)]) else { return Ok(None) };
    let mut columns: BTreeMap<usize, f64> = BTreeMap::new();
    let mut terms = Vec::new();
    for (step, place, weight) in &inner.elements {
        match opened.steps.get(*step) {
            Some(Step::Columns(read)) if is_head => {
                *columns.entry(read.get(*place).copied().unwrap_or(0)).or_insert(0.0) += weight;
            }
            Some(Step::Trees(_)) => {
                let Some(part) = trees(opened, *step, *place)? else { return Ok(None) };
                let name = opened.called.get(&(*step, *place)).cloned();
                terms.push(Term { name, weight: *weight, part });
            }
            _ => return Ok(None),
        }
    }
    let lines =
        columns.into_iter().map(|(column, weight)| Term { name: None, weight, part: Part::Column(column) });
    let terms = lines.chain(terms).collect();
    let inner = Form { columns: opened.columns, bias: inner.bias, terms };
    Ok(Some(Part::Curve(function, Arc::new(inner))))
}

/// Trees that ask about columns themselves and whose leaves add up.
fn trees(opened: &Opened, step: usize, place: usize) -> Result<Option<Part>, Closed> {
    let Some(Step::Trees(trees)) = opened.steps.get(step) else { return Ok(None) };
    let (Some(forest), Leaves::Sum) = (trees.forests.get(place), trees.how) else { return Ok(None) };
    let width = opened.widths.get(trees.from).copied().unwrap_or(0);
    let column = |element: usize| {
        let (step, element) = source(&opened.steps, &opened.widths, trees.from, element);
        match opened.steps.get(step) {
            Some(Step::Columns(columns)) => columns.get(element).copied(),
            _ => None,
        }
    };
    let Some(columns) = (0..width).map(column).collect::<Option<Vec<usize>>>() else { return Ok(None) };
    if columns.len() == opened.columns && columns.iter().enumerate().all(|(place, column)| place == *column) {
        return Ok(Some(Part::Trees(Arc::clone(forest))));
    }
    let moved = moved(forest, &columns, opened.columns).map_err(|error| Closed { why: error.to_string() })?;
    Ok(Some(Part::Trees(Arc::new(moved))))
}

/// The forest over rows whose columns stand elsewhere.
fn moved(forest: &Forest, to: &[usize], columns: usize) -> Result<Forest, forms::Error> {
    let column = |column: u32| {
        let moved = to.get(column as usize).and_then(|column| u32::try_from(*column).ok());
        moved.unwrap_or(u32::MAX)
    };
    let node = |node: &Node| match node {
        Node::Leaf(value) => Node::Leaf(*value),
        Node::Branch(branch) => Node::Branch(Branch { column: column(branch.column), ..*branch }),
    };
    let tree =
        |tree: &Tree| Tree { nodes: tree.nodes.iter().map(node).collect(), covers: tree.covers.clone() };
    Forest::new(columns, forest.base(), forest.trees().iter().map(tree).collect())
}
