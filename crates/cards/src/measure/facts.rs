//! Facts about lists, steps, groups and outputs.

use explain::places::{Standing, page_size};

use super::GenerateError;
use super::context::{Context, number};
use crate::card::{Group, Known, ListFacts, Measured, Output, Reason, Signal, Spread, Step};
use crate::source::SystemCard;
use crate::{Bundle, Output as Chosen};

/// Facts about the reference lists.
pub(super) fn lists(context: &Context<'_>) -> ListFacts {
    let sizes = context.bundle.lists.sizes();
    ListFacts {
        lists: sizes.len() as u64,
        items: context.scores.len() as u64,
        items_per_list: Spread::of(sizes.iter().copied()),
        top: Spread::of(sizes.iter().copied().map(page_size)),
        made_up: context.source.lists.made_up,
        recipe: context.source.lists.recipe.clone(),
    }
}

/// The steps, with counts where their rule is given: every list goes through the rules one after the other.
pub(super) fn steps(context: &Context<'_>) -> Result<Vec<Step>, GenerateError> {
    let mut staying = vec![true; context.scores.len()];
    let mut steps = Vec::with_capacity(context.source.steps.len());
    for (n, step) in (1..).zip(&context.source.steps) {
        let measured = step.rule.is_some() || step.keep_top.is_some();
        let before = mean_count(context, &staying);
        if step.rule.is_some() {
            let holds = context.rows_where(step.rule.as_ref(), &format!("step {n}"))?;
            staying.iter_mut().zip(holds).for_each(|(stays, holds)| *stays = *stays && holds);
        }
        if let Some(most) = step.keep_top {
            keep_top(context, &mut staying, most)?;
        }
        let missing = if step.cited.is_some() { Reason::Cited } else { Reason::NotPublished };
        let count = |count| if measured { Known::Yes(count) } else { Known::no(missing) };
        steps.push(Step {
            n,
            kind: step.kind,
            title: step.title.clone(),
            plain: step.plain.clone(),
            rule: step.rule.clone(),
            keep_top: step.keep_top,
            cited: step.cited.clone(),
            count_in: count(before),
            count_out: count(mean_count(context, &staying)),
        });
    }
    Ok(steps)
}

fn mean_count(context: &Context<'_>, staying: &[bool]) -> Measured {
    let items = staying.iter().filter(|stays| **stays).count();
    Measured::new(number(items) / number(context.bundle.lists.len()), Measured::EXACT)
}

/// Of the items that stay, keeps the first ones of every list; items that tie are kept in the order of the table.
fn keep_top(context: &Context<'_>, staying: &mut [bool], most: u64) -> Result<(), GenerateError> {
    let scores = context.bundle.lists.split(&context.scores)?;
    for (bounds, scores) in context.bundle.lists.bounds().iter().zip(scores) {
        let Some(staying) = staying.get_mut(bounds.clone()) else { continue };
        let mut kept = 0;
        for item in Standing::new(scores, context.order()).shown() {
            if let Some(stays) = staying.get_mut(item).filter(|stays| **stays) {
                kept += 1;
                *stays = kept <= most;
            }
        }
    }
    Ok(())
}

/// The groups with their signals.
pub(super) fn groups(source: &SystemCard, signals: &[Signal]) -> Vec<Group> {
    let of = |id: &str| -> Vec<&Signal> {
        signals.iter().filter(|signal| signal.group.as_deref() == Some(id)).collect()
    };
    let group = |group: &crate::source::Group| {
        let members = of(&group.id);
        let share = members.iter().map(|signal| signal.importance.share.value).sum();
        Group {
            id: group.id.clone(),
            plain_name: group.plain_name.clone(),
            signals: members.into_iter().map(|signal| signal.id.clone()).collect(),
            share: Measured::new(share, Measured::SHARE),
        }
    };
    source.groups.iter().map(group).collect()
}

/// The model's outputs that hold numbers, and which of them order the list.
pub(super) fn outputs(bundle: &Bundle) -> Vec<Output> {
    let part_of_score = |name: &str| match &bundle.output {
        Chosen::Named(chosen) => (chosen == name, None),
        Chosen::Weighted(weights) => {
            let weight = weights.iter().find(|(head, _)| head == name).map(|(_, weight)| *weight);
            (weight.is_some(), weight)
        }
    };
    let output = |name: &str| {
        let (used, weight) = part_of_score(name);
        Output { name: name.to_owned(), used, weight }
    };
    bundle.model.numeric_outputs().map(|tensor| output(&tensor.name)).collect()
}
