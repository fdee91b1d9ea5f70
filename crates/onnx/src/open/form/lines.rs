//! What adds up: following sums and constant factors back to what is neither.

use std::collections::BTreeMap;

use forms::program::{Affine, Combination, Fold, Map, Step};

use super::Element;

/// A constant and weighted elements that no sum or constant factor makes, in the order of their steps.
pub(super) struct Line {
    pub(super) bias: f64,
    pub(super) elements: Vec<Element>,
}

/// The weighted sum of these elements, taken apart as far as it is linear; nothing when a weight is not finite.
pub(super) fn line(steps: &[Step], widths: &[usize], wanted: &[Element]) -> Option<Line> {
    let mut spread = Spread { steps, widths, weights: BTreeMap::new(), bias: 0.0 };
    for (step, element, weight) in wanted {
        spread.add(*step, *element, *weight);
    }
    let mut elements = Vec::new();
    while let Some((place, weights)) = spread.weights.pop_last() {
        let step = steps.get(place)?;
        if !spread.follow(step, &weights) {
            let own = weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
            elements.extend(own.map(|(element, weight)| (place, element, *weight)));
        }
    }
    elements.sort_unstable_by_key(|(step, element, _)| (*step, *element));
    let is_finite = spread.bias.is_finite() && elements.iter().all(|(_, _, weight)| weight.is_finite());
    is_finite.then_some(Line { bias: spread.bias, elements })
}

/// Where an element comes from when it is only moved.
pub(super) fn source(steps: &[Step], widths: &[usize], step: usize, element: usize) -> (usize, usize) {
    let (mut step, mut element) = (step, element);
    loop {
        let next = match steps.get(step) {
            Some(Step::Pick { from, places }) => places.get(element).map(|place| (*from, *place)),
            Some(Step::Join(parts)) => part(widths, parts, element),
            _ => None,
        };
        match next {
            Some(next) => (step, element) = next,
            None => return (step, element),
        }
    }
}

/// The number that an element always is, if it is one.
fn constant(steps: &[Step], widths: &[usize], step: usize, element: usize) -> Option<f64> {
    let (step, element) = source(steps, widths, step, element);
    match steps.get(step) {
        Some(Step::Constant(numbers)) => numbers.get(element).copied(),
        _ => None,
    }
}

/// The part of a join that holds an element, and where.
fn part(widths: &[usize], parts: &[usize], element: usize) -> Option<(usize, usize)> {
    let mut begin = 0;
    for part in parts {
        let width = widths.get(*part).copied().unwrap_or(0);
        if element < begin + width {
            return Some((*part, element - begin));
        }
        begin += width;
    }
    None
}

struct Spread<'a> {
    steps: &'a [Step],
    widths: &'a [usize],
    /// For every step that is still to follow, the weight of each element.
    weights: BTreeMap<usize, Vec<f64>>,
    bias: f64,
}

impl Spread<'_> {
    fn add(&mut self, step: usize, element: usize, weight: f64) {
        let width = self.widths.get(step).copied().unwrap_or(0);
        let weights = self.weights.entry(step).or_insert_with(|| vec![0.0; width]);
        if let Some(sum) = weights.get_mut(element) {
            *sum += weight;
        }
    }

    /// Hands the weights on to the steps before, if the step is linear.
    fn follow(&mut self, step: &Step, weights: &[f64]) -> bool {
        let own = || weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
        match step {
            Step::Constant(numbers) => {
                for (number, weight) in numbers.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
                    self.bias += number * weight;
                }
            }
            Step::Pick { from, places } => {
                for (element, weight) in own() {
                    if let Some(place) = places.get(element) {
                        self.add(*from, *place, *weight);
                    }
                }
            }
            Step::Join(parts) => {
                let mut rest = weights;
                for part in parts {
                    let width = self.widths.get(*part).copied().unwrap_or(0).min(rest.len());
                    let (head, tail) = rest.split_at(width);
                    for (element, weight) in head.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
                        self.add(*part, element, *weight);
                    }
                    rest = tail;
                }
            }
            Step::Affine(affine) => self.affine(affine, weights),
            Step::Map { from, map: Map::Negative } => {
                own().for_each(|(element, weight)| self.add(*from, element, -weight));
            }
            Step::Combine { operation, left, right } => {
                return self.combine(*operation, *left, *right, weights);
            }
            Step::Fold { from, how: how @ (Fold::Sum | Fold::Mean), length } => {
                let count = if *how == Fold::Mean {
                    f64::from(u32::try_from(*length).unwrap_or(u32::MAX))
                } else {
                    1.0
                };
                for (group, weight) in own() {
                    (group * length..(group + 1) * length)
                        .for_each(|element| self.add(*from, element, weight / count));
                }
            }
            _ => return false,
        }
        true
    }

    fn affine(&mut self, affine: &Affine, weights: &[f64]) {
        for (bias, weight) in affine.bias.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
            self.bias += bias * weight;
        }
        let own = weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
        let own: Vec<(usize, f64)> = own.map(|(output, weight)| (output, *weight)).collect();
        for (input, row) in affine.weights.chunks_exact(weights.len().max(1)).enumerate() {
            let factor = |output: usize| row.get(output).copied().unwrap_or(0.0);
            let sum = own.iter().fold(0.0, |sum, (output, weight)| sum + factor(*output) * weight);
            if sum != 0.0 {
                self.add(affine.from, input, sum);
            }
        }
    }

    fn combine(&mut self, operation: Combination, left: usize, right: usize, weights: &[f64]) -> bool {
        let own: Vec<(usize, f64)> =
            weights.iter().copied().enumerate().filter(|(_, weight)| *weight != 0.0).collect();
        let fixed = |step: usize, element: usize| constant(self.steps, self.widths, step, element);
        let mut handed: Vec<Element> = Vec::new();
        for (element, weight) in own {
            match operation {
                Combination::Add => handed.extend([(left, element, weight), (right, element, weight)]),
                Combination::Subtract => handed.extend([(left, element, weight), (right, element, -weight)]),
                Combination::Multiply => match (fixed(left, element), fixed(right, element)) {
                    (_, Some(factor)) => handed.push((left, element, weight * factor)),
                    (Some(factor), None) => handed.push((right, element, weight * factor)),
                    (None, None) => return false,
                },
                Combination::Divide => match fixed(right, element) {
                    Some(divisor) => handed.push((left, element, weight / divisor)),
                    None => return false,
                },
                _ => return false,
            }
        }
        for (step, element, weight) in handed {
            self.add(step, element, weight);
        }
        true
    }
}
