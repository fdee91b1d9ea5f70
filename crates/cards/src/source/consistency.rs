//! Whether the parts of a card fit each other: ids once, nothing named that is not there.

use std::collections::BTreeSet;

use super::{Decides, Effect, SystemCard};
use crate::Fault;
use crate::fault::legible;

/// Every fault between the parts of a card. Empty names come from faults that are told already and are passed over.
pub(super) fn faults(card: &SystemCard) -> Vec<Fault> {
    let mut faults = Vec::new();
    faults.extend(repeated("signals", "id", card.signals.iter().map(|signal| &signal.id)));
    faults.extend(repeated("signals", "column", card.signals.iter().map(|signal| &signal.column)));
    faults.extend(repeated("groups", "id", card.groups.iter().map(|group| &group.id)));
    faults.extend(repeated("controls", "id", card.controls.iter().map(|control| &control.id)));
    faults.extend(repeated("exposure", "column", card.exposure.iter().map(|exposure| &exposure.column)));
    faults.extend(repeated("cited", "id", card.cited.iter().map(|cited| &cited.id)));
    faults.extend(groups(card));
    faults.extend(steps(card));
    faults.extend(effects(card));
    faults.extend(reasons(card));
    faults
}

fn repeated<'a>(list: &str, field: &str, names: impl Iterator<Item = &'a String>) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    let again = names.enumerate().filter(|(_, name)| !name.is_empty() && !seen.insert(*name));
    again
        .map(|(index, name)| {
            let place = format!("{list}[{index}].{field}");
            Fault::new(place, format!("`{name}` is used twice."), "Give each its own.")
        })
        .collect()
}

fn groups(card: &SystemCard) -> Vec<Fault> {
    let known: BTreeSet<&str> = card.groups.iter().map(|group| group.id.as_str()).collect();
    let named = card.signals.iter().enumerate();
    named
        .filter_map(|(index, signal)| Some((index, signal.group.as_deref()?)))
        .filter(|(_, group)| !known.contains(group))
        .map(|(index, group)| {
            let right = "Add it to `groups`, or name one that is there.";
            Fault::new(format!("signals[{index}].group"), format!("`{group}` is no group."), right)
        })
        .collect()
}

fn steps(card: &SystemCard) -> Vec<Fault> {
    let named = card.steps.iter().enumerate();
    named
        .filter_map(|(index, step)| Some((index, step.cited.as_deref()?)))
        .filter(|(_, id)| card.cited(id).is_none())
        .map(|(index, id)| {
            let right = "Add the number to `cited`, or name one that is there.";
            Fault::new(format!("steps[{index}].cited"), format!("`{id}` is no id in `cited`."), right)
        })
        .collect()
}

/// Every effect with the field it stands in.
pub(crate) fn each_effect(card: &SystemCard) -> impl Iterator<Item = (String, &Effect)> {
    let controls = card.controls.iter().enumerate();
    let of_controls = controls.map(|(index, control)| (format!("controls[{index}].effect"), &control.effect));
    of_controls
        .chain(card.non_profiling.effect.iter().map(|effect| ("non_profiling.effect".to_owned(), effect)))
}

fn effects(card: &SystemCard) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (field, effect) in each_effect(card) {
        let Effect::Set(values) = effect else { continue };
        for id in values.keys().filter(|id| card.signal(id).is_none()) {
            let wrong = format!("`{}` is no signal.", legible(id));
            faults.push(Fault::new(format!("{field}.set"), wrong, "Name the `id` of a signal."));
        }
    }
    faults
}

fn reasons(card: &SystemCard) -> Vec<Fault> {
    let mut faults = Vec::new();
    if card.controls.is_empty() && card.no_controls_because.is_none() {
        let wrong = "There are no controls and no reason is given.";
        faults.push(Fault::new("no_controls_because", wrong, "Say why a person can do nothing."));
    }
    if card.decides == Decides::Score && card.score_unit.is_none() {
        let wrong = "A system that decides a score needs the unit of its score.";
        faults.push(Fault::new("score_unit", wrong, "Write it, such as `points`."));
    }
    let uses_profile = card.signals.iter().any(|signal| signal.uses_profile);
    if uses_profile && card.non_profiling.available && card.non_profiling.effect.is_none() {
        let wrong = "The option without profiling is said to exist, but not what it does.";
        faults.push(Fault::new(
            "non_profiling.effect",
            wrong,
            "Write it as for a control, or `{outside: true}`.",
        ));
    }
    faults
}
