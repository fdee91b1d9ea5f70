//! The part of a list of steps that some wanted elements need.

use std::sync::Arc;

use super::reach::reach;
use super::{Affine, Lookup, Step, Trees, Wanted};
use crate::{Branch, Error, Forest, Node, Tree};

/// A shorter list of steps whose last one holds what is wanted, one number each.
pub(super) fn cut(steps: &[Step], widths: &[usize], wanted: &[Wanted]) -> Result<Vec<Step>, Error> {
    let elements = wanted.iter().flat_map(|wanted| &wanted.elements);
    let reach = reach(steps, widths, elements.map(|(step, element, _)| (*step, *element)));
    let mut cutter = Cutter { widths, made: Vec::new(), kept: vec![None; steps.len()] };
    for (place, step) in steps.iter().enumerate() {
        if let Some(Some(own)) = reach.get(place)
            && own.contains(&true)
        {
            let marked = places(own);
            let made = cutter.shorten(step, &marked)?;
            if let Some(kept) = cutter.kept.get_mut(place) {
                *kept = Some((made, marked));
            }
        }
    }
    let results: Vec<usize> = wanted.iter().map(|wanted| cutter.finish(wanted)).collect();
    if results.len() != 1 {
        cutter.push(Step::Join(results));
    }
    Ok(cutter.made)
}

struct Cutter<'a> {
    widths: &'a [usize],
    made: Vec<Step>,
    /// For every old step the new one, and which old elements it holds.
    kept: Vec<Option<(usize, Vec<usize>)>>,
}

impl Cutter<'_> {
    fn push(&mut self, step: Step) -> usize {
        self.made.push(step);
        self.made.len() - 1
    }

    /// Where an old element is now.
    fn find(&self, step: usize, element: usize) -> Option<(usize, usize)> {
        let (made, elements) = self.kept.get(step)?.as_ref()?;
        Some((*made, elements.binary_search(&element).ok()?))
    }

    /// A new step that holds exactly these old elements of one old step; zero stands where an element was cut away.
    fn take(&mut self, step: usize, elements: &[usize]) -> usize {
        let kept = self.kept.get(step).and_then(Option::as_ref);
        if let Some((made, _)) = kept.filter(|(_, held)| held == elements) {
            return *made;
        }
        let found: Vec<Option<(usize, usize)>> =
            elements.iter().map(|element| self.find(step, *element)).collect();
        let Some(from) = found.iter().flatten().map(|(made, _)| *made).next() else {
            return self.push(Step::Constant(vec![0.0; elements.len()]));
        };
        if found.iter().all(Option::is_some) {
            let places = found.into_iter().flatten().map(|(_, place)| place).collect();
            return self.push(Step::Pick { from, places });
        }
        let zero = self.push(Step::Constant(vec![0.0]));
        let width = kept_width(self.kept.get(step));
        let joined = self.push(Step::Join(vec![from, zero]));
        let places = found.into_iter().map(|found| found.map_or(width, |(_, place)| place)).collect();
        self.push(Step::Pick { from: joined, places })
    }

    /// The step with only these of its elements.
    fn shorten(&mut self, step: &Step, marked: &[usize]) -> Result<usize, Error> {
        let chosen =
            |list: &[usize]| marked.iter().filter_map(|place| list.get(*place)).copied().collect::<Vec<_>>();
        let step = match step {
            Step::Columns(columns) => Step::Columns(chosen(columns)),
            Step::Constant(numbers) => {
                Step::Constant(marked.iter().filter_map(|place| numbers.get(*place)).copied().collect())
            }
            Step::Pick { from, places } => return Ok(self.take(*from, &chosen(places))),
            Step::Join(parts) => return Ok(self.join(parts, marked)),
            Step::Affine(affine) => self.affine(affine, marked),
            Step::Map { from, map } => Step::Map { from: self.take(*from, marked), map: *map },
            Step::Combine { operation, left, right } => Step::Combine {
                operation: *operation,
                left: self.take(*left, marked),
                right: self.take(*right, marked),
            },
            Step::Choose { condition, yes, no } => Step::Choose {
                condition: self.take(*condition, marked),
                yes: self.take(*yes, marked),
                no: self.take(*no, marked),
            },
            Step::Fold { from, how, length } => {
                let all = spread(marked, *length);
                Step::Fold { from: self.take(*from, &all), how: *how, length: *length }
            }
            Step::Softmax { from, length } => {
                let mut groups: Vec<usize> = marked.iter().map(|place| place / length).collect();
                groups.dedup();
                let all = spread(&groups, *length);
                let whole = Step::Softmax { from: self.take(*from, &all), length: *length };
                let from = self.push(whole);
                let places = marked.iter().filter_map(|place| all.binary_search(place).ok()).collect();
                Step::Pick { from, places }
            }
            Step::Trees(trees) => self.trees(trees, marked)?,
            Step::Lookup(lookup) => self.lookup(lookup, marked),
        };
        Ok(self.push(step))
    }

    fn join(&mut self, parts: &[usize], marked: &[usize]) -> usize {
        let mut kept = Vec::with_capacity(parts.len());
        let mut begin = 0;
        for part in parts {
            let end = begin + self.widths.get(*part).copied().unwrap_or(0);
            let inside = marked.iter().filter(|place| (begin..end).contains(*place));
            let elements: Vec<usize> = inside.map(|place| place - begin).collect();
            if !elements.is_empty() {
                kept.push(self.take(*part, &elements));
            }
            begin = end;
        }
        self.push(Step::Join(kept))
    }

    fn affine(&mut self, affine: &Affine, marked: &[usize]) -> Step {
        let outputs = affine.bias.len();
        let rows: Vec<&[f64]> = affine.weights.chunks_exact(outputs.max(1)).collect();
        let weights_of =
            |row: &[f64]| marked.iter().filter_map(|place| row.get(*place)).copied().collect::<Vec<_>>();
        let mut weights = Vec::new();
        let mut inputs = Vec::new();
        for (input, row) in rows.into_iter().enumerate() {
            let row = weights_of(row);
            if row.iter().any(|weight| *weight != 0.0) {
                inputs.push(input);
                weights.extend(row);
            }
        }
        let bias = weights_of(&affine.bias);
        Step::Affine(Affine { from: self.take(affine.from, &inputs), weights: weights.into(), bias })
    }

    /// Forests over the elements that they ask about alone.
    fn trees(&mut self, trees: &Trees, marked: &[usize]) -> Result<Step, Error> {
        let forests: Vec<&Arc<Forest>> =
            marked.iter().filter_map(|place| trees.forests.get(*place)).collect();
        let mut read: Vec<usize> = forests.iter().flat_map(|forest| forest.reads()).collect();
        read.sort_unstable();
        read.dedup();
        // Trees that ask about nothing stand on a column that nobody reads.
        let from =
            if read.is_empty() { self.push(Step::Constant(vec![0.0])) } else { self.take(trees.from, &read) };
        let forests = forests.into_iter().map(|forest| renumbered(forest, &read).map(Arc::new));
        Ok(Step::Trees(Trees { from, forests: forests.collect::<Result<_, _>>()?, how: trees.how }))
    }

    fn lookup(&mut self, lookup: &Lookup, marked: &[usize]) -> Step {
        let width = lookup.places.len().max(1);
        let mut ids: Vec<usize> = marked.iter().map(|place| place / width).collect();
        ids.dedup();
        let all = spread(&ids, width);
        let from = self.take(lookup.from, &ids);
        let whole = self.push(Step::Lookup(Lookup { from, ..lookup.clone() }));
        let places = marked.iter().filter_map(|place| all.binary_search(place).ok()).collect();
        Step::Pick { from: whole, places }
    }

    /// The step that holds one wanted number.
    fn finish(&mut self, wanted: &Wanted) -> usize {
        let mut parts = Vec::new();
        for (step, element, _) in &wanted.elements {
            parts.push(self.take(*step, &[*element]));
        }
        if let ([from], [(_, _, weight)]) = (parts.as_slice(), wanted.elements.as_slice())
            && weight.to_bits() == 1.0_f64.to_bits()
            && wanted.bias == 0.0
        {
            // One element as it is: no arithmetic that could change its last bit.
            let from = *from;
            return self.push(Step::Pick { from, places: vec![0] });
        }
        let from = self.gathered(&wanted.elements, parts);
        let weights = wanted.elements.iter().map(|(_, _, weight)| *weight).collect();
        self.push(Step::Affine(Affine { from, weights, bias: vec![wanted.bias] }))
    }

    /// The wanted elements side by side; those of one step at once.
    fn gathered(&mut self, wanted: &[(usize, usize, f64)], parts: Vec<usize>) -> usize {
        match wanted {
            [(first, _, _), rest @ ..] if rest.iter().all(|(step, _, _)| step == first) => {
                let elements: Vec<usize> = wanted.iter().map(|(_, element, _)| *element).collect();
                self.take(*first, &elements)
            }
            _ => self.push(Step::Join(parts)),
        }
    }
}

fn kept_width(kept: Option<&Option<(usize, Vec<usize>)>>) -> usize {
    kept.and_then(Option::as_ref).map_or(0, |(_, elements)| elements.len())
}

fn places(marks: &[bool]) -> Vec<usize> {
    marks.iter().enumerate().filter(|(_, marked)| **marked).map(|(place, _)| place).collect()
}

/// All elements of these groups.
fn spread(groups: &[usize], length: usize) -> Vec<usize> {
    groups.iter().flat_map(|group| group * length..(group + 1) * length).collect()
}

/// The forest over rows that hold only the columns in `read`, ascending.
fn renumbered(forest: &Forest, read: &[usize]) -> Result<Forest, Error> {
    let node = |node: &Node| match node {
        Node::Leaf(value) => Node::Leaf(*value),
        Node::Branch(branch) => {
            let place = read.partition_point(|column| *column < branch.column as usize);
            Node::Branch(Branch { column: u32::try_from(place).unwrap_or(u32::MAX), ..*branch })
        }
    };
    let tree =
        |tree: &Tree| Tree { nodes: tree.nodes.iter().map(node).collect(), covers: tree.covers.clone() };
    Forest::new(read.len().max(1), forest.base(), forest.trees().iter().map(tree).collect())
}
