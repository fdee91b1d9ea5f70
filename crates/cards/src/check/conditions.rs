//! Conditions and groups that a card names fit the columns of its lists.

use crate::Fault;
use crate::condition::Condition;
use crate::lists::{Table, Values};
use crate::source::{Effect, ExposureGroups, SystemCard, each_effect};

/// Conditions over columns that are not there or hold something else, and groups that never occur.
pub(super) fn faults(card: &SystemCard, table: &Table) -> Vec<Fault> {
    let mut faults: Vec<Fault> = conditions(card)
        .into_iter()
        .filter_map(|(field, condition)| {
            // Columns hold one kind of value, so the first row shows what every row would show.
            let error = condition.holds(&|column| table.value(0, column)).err()?;
            let right = "Use columns of the reference lists, and compare numbers with numbers.";
            Some(Fault::new(field, format!("The condition `{condition}` cannot be used: {error}."), right))
        })
        .collect();
    faults.extend(groups(card, table));
    faults
}

/// Every condition with the field it stands in.
fn conditions(card: &SystemCard) -> Vec<(String, &Condition)> {
    let steps = card.steps.iter().enumerate();
    let of_steps =
        steps.filter_map(|(index, step)| Some((format!("steps[{index}].where"), step.rule.as_ref()?)));
    let controls = card.controls.iter().enumerate();
    let of_controls = controls.filter_map(|(index, control)| {
        Some((format!("controls[{index}].in_lists"), control.in_lists.as_ref()?))
    });
    let of_effects = each_effect(card).filter_map(|(field, effect)| match effect {
        Effect::Remove(condition) => Some((format!("{field}.remove"), condition)),
        _ => None,
    });
    of_steps.chain(of_controls).chain(of_effects).collect()
}

fn groups(card: &SystemCard, table: &Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, exposure) in card.exposure.iter().enumerate() {
        let ExposureGroups::Named(groups) = &exposure.groups else { continue };
        // A column that is a signal too is told already.
        let Some(column) = table.column(&exposure.column) else { continue };
        if matches!(column.values, Values::Numbers(_)) {
            continue;
        }
        let occurs =
            |value: &str| (0..table.rows()).any(|row| column.values.text(row).as_deref() == Some(value));
        for (place, group) in groups.iter().enumerate().filter(|(_, group)| !occurs(&group.value)) {
            let field = format!("exposure[{index}].groups[{place}]");
            let wrong = format!("No row has `{}` in the column `{}`.", group.value, exposure.column);
            faults.push(Fault::new(field, wrong, "Name values that occur, or write `groups: all`."));
        }
    }
    faults
}
