//! Every question as one or more questions `value <= limit`.
//!
//! A number below `x` is one that is at most the number just before `x`, in the precision of the model's numbers.

use forms::Branch;

use super::{Mode, Question};
use crate::open::value::Kind;

/// Where a question leads: to one of its two children or to another of its questions, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Yes,
    No,
    Next(usize),
}

/// One question `value <= limit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ask {
    pub(super) limit: f64,
    pub(super) low: Way,
    pub(super) high: Way,
    pub(super) missing_low: bool,
}

impl Ask {
    /// The branch of a tree, once it is known where the ways lead.
    pub(super) fn branch(&self, column: u32, low: u32, high: u32) -> Branch {
        Branch { column, limit: self.limit, low, high, missing_low: self.missing_low }
    }
}

/// How many questions a node becomes.
pub(super) fn count(mode: &Mode) -> usize {
    match mode {
        Mode::Equal | Mode::NotEqual => 2,
        Mode::Member(members) => members.len().max(1).saturating_mul(2),
        _ => 1,
    }
}

/// The questions of a node, the first one first; never none.
pub(super) fn asks(question: &Question, kind: Kind) -> Result<Vec<Ask>, String> {
    let split = question.split;
    let is_set = matches!(question.mode, Mode::Member(_));
    if !is_set && split.is_nan() {
        return Err("a tree compares with something that is no number".to_owned());
    }
    let missing_yes = question.missing_yes;
    Ok(match &question.mode {
        Mode::LessOrEqual => {
            vec![Ask { limit: split, low: Way::Yes, high: Way::No, missing_low: missing_yes }]
        }
        Mode::Greater => vec![Ask { limit: split, low: Way::No, high: Way::Yes, missing_low: !missing_yes }],
        Mode::Less => vec![below(split, kind, Way::Yes, Way::No, missing_yes)],
        Mode::GreaterOrEqual => vec![below(split, kind, Way::No, Way::Yes, !missing_yes)],
        Mode::Equal => equal(split, kind, missing_yes, (Way::Yes, Way::No), 0),
        // NaN is not equal to anything.
        Mode::NotEqual => equal(split, kind, false, (Way::No, Way::Yes), 0),
        Mode::Member(members) => member(members, kind, missing_yes)?,
    })
}

/// `value < split`. Nothing lies below negative infinity.
fn below(split: f64, kind: Kind, low: Way, high: Way, missing_low: bool) -> Ask {
    if split == f64::NEG_INFINITY {
        // Every number goes high; NaN where it is told to.
        return Ask { limit: f64::INFINITY, low: high, high: low, missing_low: !missing_low };
    }
    Ask { limit: before(split, kind), low, high, missing_low }
}

/// `value == split`, its questions counted from `first`.
fn equal(split: f64, kind: Kind, missing_yes: bool, ways: (Way, Way), first: usize) -> Vec<Ask> {
    let (yes, no) = ways;
    let at_most = Ask { limit: split, low: Way::Next(first + 1), high: no, missing_low: missing_yes };
    vec![at_most, below(split, kind, no, yes, false)]
}

/// Most members of a set: each becomes two questions, which a row answers one after the other.
const MEMBERS: usize = 1024;

/// Members of a set that the runtime compares exactly: at most 30 of them, none above 30 or below 0. In other sets the
/// members must be whole numbers, and numbers are cut off at the point before they are looked for.
const SMALL: f64 = 30.0;

/// One of a set: from the largest member to the smallest.
fn member(members: &[f64], kind: Kind, missing_yes: bool) -> Result<Vec<Ask>, String> {
    let is_small = members.iter().all(|member| (0.0..=SMALL).contains(member)) && members.len() < 31;
    let mut members = members.to_vec();
    // Adding 0 makes -0 the same as 0.
    for member in &mut members {
        *member += 0.0;
    }
    members.sort_unstable_by(|left, right| right.total_cmp(left));
    members.dedup_by(|left, right| left.total_cmp(right).is_eq());
    if members.is_empty() || members.len() > MEMBERS {
        return Err(format!("a tree asks for one of {} numbers; 1 to {MEMBERS} are opened", members.len()));
    }
    if !is_small
        && members
            .iter()
            .any(|member| !libm::trunc(*member).total_cmp(member).is_eq() || member.abs() > LARGEST)
    {
        return Err("a tree asks for one of a large set of numbers that are not whole".to_owned());
    }
    let mut asks = Vec::with_capacity(members.len() * 2);
    let last = members.len() - 1;
    for (at, member) in members.into_iter().enumerate() {
        let missing = missing_yes && at == 0;
        let smaller = if at == last { Way::No } else { Way::Next(2 * at + 2) };
        let at_most = if is_small || member < 0.0 { member } else { before(member + 1.0, kind) };
        asks.push(Ask { limit: at_most, low: Way::Next(2 * at + 1), high: Way::No, missing_low: missing });
        asks.push(if is_small || member > 0.0 {
            below(member, kind, smaller, Way::Yes, false)
        } else {
            Ask { limit: member - 1.0, low: smaller, high: Way::Yes, missing_low: false }
        });
    }
    Ok(asks)
}

/// Whole numbers up to here have neighbours at a distance of 1 in 32 bits: 2^24.
const LARGEST: f64 = 16_777_216.0;

/// The largest number of the precision that is smaller.
#[expect(clippy::cast_possible_truncation, reason = "splits of such trees were read from 32 bits")]
fn before(split: f64, kind: Kind) -> f64 {
    match kind {
        Kind::Single => f64::from((split as f32).next_down()),
        _ => split.next_down(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a value goes by the rewritten questions.
    fn answer(question: &Question, value: f64) -> bool {
        let asks = asks(question, Kind::Single).unwrap();
        assert_eq!(asks.len(), count(&question.mode));
        let mut at = 0;
        loop {
            let ask = asks[at];
            match if ask.branch(0, 0, 1).next(value) == 0 { ask.low } else { ask.high } {
                Way::Yes => return true,
                Way::No => return false,
                Way::Next(next) => at = next,
            }
        }
    }

    type Compare = fn(&f32, &f32) -> bool;

    #[test]
    fn every_question_is_answered_as_it_is_asked() {
        let questions: [(Mode, Compare); 6] = [
            (Mode::LessOrEqual, f32::le),
            (Mode::Less, f32::lt),
            (Mode::GreaterOrEqual, f32::ge),
            (Mode::Greater, f32::gt),
            (Mode::Equal, f32::eq),
            (Mode::NotEqual, f32::ne),
        ];
        for (mode, expected) in questions {
            for split in [-1.5_f32, 0.0, -0.0, 0.1, 3e38, f32::MIN_POSITIVE] {
                for missing_yes in [false, true] {
                    let mode = mode.clone();
                    let question =
                        Question { mode, column: 0, split: split.into(), yes: 0, no: 0, missing_yes };
                    for value in [split.next_down(), split, split.next_up(), 0.0, -0.0, 7.0, f32::NAN] {
                        let yes = expected(&value, &split) || (missing_yes && value.is_nan());
                        assert_eq!(
                            answer(&question, value.into()),
                            yes,
                            "{:?} {split} {value}",
                            question.mode
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn members_of_large_sets_are_whole_parts() {
        let question = |members: &[f64], missing_yes: bool| {
            let mode = Mode::Member(members.into());
            Question { mode, column: 0, split: 0.0, yes: 0, no: 0, missing_yes }
        };
        let small = question(&[3.0, 1.0, 0.0], false);
        let large = question(&[-1.0, 40.0, 0.0, 2.0], true);

        let yes = |question: &Question, values: &[f64]| {
            values.iter().copied().filter(|value| answer(question, *value)).collect::<Vec<_>>()
        };
        let values = [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 40.5, 41.0];
        assert_eq!(yes(&small, &values), [0.0, 1.0, 3.0]);
        assert_eq!(yes(&large, &values), [-1.5, -1.0, -0.5, 0.0, 0.5, 2.0, 2.5, 40.5]);
        assert!(answer(&large, f64::NAN) && !answer(&small, f64::NAN));
    }
}
