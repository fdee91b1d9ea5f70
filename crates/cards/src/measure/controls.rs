//! Controls: what they do to the lists.

use std::collections::BTreeMap;

use explain::{Scorer, effects, score_all};

use super::context::Context;
use super::{GenerateError, Scorers};
use crate::card::{
    Control, EffectKind, Known, Measured, MeasuredEffect, NonProfilingOption, Reason, Together,
};
use crate::condition::Condition;
use crate::source::{Effect, Switch};

/// What errors call the option without profiling.
const OPTION: &str = "the option without profiling";

/// Measures every control.
pub(super) fn measure(
    context: &Context<'_>,
    scorers: &mut dyn Scorers,
    tick: &mut dyn FnMut(),
) -> Result<Vec<Control>, GenerateError> {
    let mut controls = Vec::with_capacity(context.source.controls.len());
    for control in &context.source.controls {
        let what = format!("control `{}`", control.id);
        controls.push(Control {
            id: control.id.clone(),
            plain: control.plain.clone(),
            place: control.place.clone(),
            kind: EffectKind::from(&control.effect),
            effect: control.effect.clone(),
            in_lists: control.in_lists.clone(),
            measured: effect(context, scorers, (&control.effect, control.in_lists.as_ref()), &what)?,
        });
        tick();
    }
    Ok(controls)
}

/// Measures the option without profiling.
pub(super) fn non_profiling(
    context: &Context<'_>,
    scorers: &mut dyn Scorers,
) -> Result<NonProfilingOption, GenerateError> {
    let option = &context.source.non_profiling;
    let measured = match &option.effect {
        _ if !option.available => Known::no(Reason::NoSuchOption),
        Some(Effect::Set(values)) => {
            let all = vec![true; context.scores.len()];
            set(context, scorers.usual(), (values, &all), OPTION)?
        }
        Some(described) => effect(context, scorers, (described, None), OPTION)?,
        None => Known::no(Reason::NotDescribed),
    };
    let of_profile = context.source.signals.iter().filter(|signal| signal.uses_profile);
    Ok(NonProfilingOption {
        available: option.available,
        how: option.how.clone(),
        profile_signals: of_profile.count() as u64,
        effect: option.effect.clone(),
        measured,
    })
}

fn effect(
    context: &Context<'_>,
    scorers: &mut dyn Scorers,
    (effect, concerned): (&Effect, Option<&Condition>),
    what: &str,
) -> Result<Known<MeasuredEffect>, GenerateError> {
    let concerned = context.rows_where(concerned, what)?;
    match effect {
        Effect::Outside => Ok(Known::no(Reason::OutsideTheModel)),
        Effect::Set(values) => {
            let changed = changed(context, values, &concerned);
            set(context, scorers.usual(), (values, &changed), what)
        }
        Effect::Remove(condition) => {
            let leaving = context.rows_where(Some(condition), what)?;
            let both: Vec<bool> = leaving.iter().zip(&concerned).map(|(one, other)| *one && *other).collect();
            remove(context, &both)
        }
        Effect::Switch(instead) => switch(context, scorers, instead),
    }
}

/// The concerned items that do not have these values already: nobody unfollows whom they do not follow.
fn changed(context: &Context<'_>, values: &BTreeMap<String, f64>, concerned: &[bool]) -> Vec<bool> {
    let differs = |row: &[f64]| {
        values.iter().any(|(signal, value)| {
            let old = context.slot(signal).and_then(|slot| row.get(slot));
            old.map(|old| old.to_bits()) != Some(value.to_bits())
        })
    };
    let rows = context.bundle.lists.rows().iter_rows();
    concerned.iter().zip(rows).map(|(concerned, row)| *concerned && differs(row)).collect()
}

fn set(
    context: &Context<'_>,
    model: &mut dyn Scorer,
    (values, concerned): (&BTreeMap<String, f64>, &[bool]),
    what: &str,
) -> Result<Known<MeasuredEffect>, GenerateError> {
    let unknown = |signal: &String| GenerateError::NoSignal { what: what.to_owned(), signal: signal.clone() };
    let in_slots = |(signal, value): (&String, &f64)| {
        context.slot(signal).map(|slot| (slot, *value)).ok_or_else(|| unknown(signal))
    };
    let values: Vec<(usize, f64)> = values.iter().map(in_slots).collect::<Result<_, _>>()?;
    let lists = (&context.bundle.lists, context.scores.as_slice());
    let Some(effect) = effects::set(model, lists, concerned, &values, context.settings)? else {
        return Ok(Known::no(Reason::NoItemConcerned));
    };
    Ok(Known::Yes(MeasuredEffect::Set {
        items: effect.items as u64,
        lists: effect.places_up.lists as u64,
        places_up: Measured::of(effect.places_up, Measured::PLACES),
        moved: Measured::of(effect.moved, Measured::SHARE),
        points: Measured::of(effect.points, context.points),
        together: together(&effect.together),
    }))
}

fn remove(context: &Context<'_>, leaving: &[bool]) -> Result<Known<MeasuredEffect>, GenerateError> {
    if !leaving.contains(&true) {
        return Ok(Known::no(Reason::NoItemConcerned));
    }
    let effect = effects::remove(&context.bundle.lists, &context.scores, leaving, context.settings)?;
    Ok(Known::Yes(MeasuredEffect::Remove {
        items: effect.items as u64,
        lists: effect.leave.lists as u64,
        leave: Measured::of(effect.leave, Measured::EXACT),
        top_changed: Measured::of(effect.top_changed, Measured::SHARE),
    }))
}

fn switch(
    context: &Context<'_>,
    scorers: &mut dyn Scorers,
    instead: &Switch,
) -> Result<Known<MeasuredEffect>, GenerateError> {
    let lists = &context.bundle.lists;
    let Some(mut other) = scorers.other(instead)? else { return Ok(Known::no(Reason::NotAvailable)) };
    let instead = score_all(other.as_mut(), lists.rows())?;
    let effect = effects::switch(lists, &context.scores, &instead, context.settings)?;
    Ok(Known::Yes(MeasuredEffect::Switch { lists: effect.places.lists as u64, together: together(&effect) }))
}

fn together(reordering: &effects::Reordering) -> Together {
    Together {
        places: Measured::of(reordering.places, Measured::PLACES),
        top_changed: Measured::of(reordering.top_changed, Measured::SHARE),
        tau: Measured::of(reordering.tau, Measured::SHARE),
    }
}
