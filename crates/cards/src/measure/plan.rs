//! How much is drawn: a rule that looks at counts alone, so that every machine draws the same.

use explain::chance::Stream;

use crate::source::SystemCard;

/// Evaluations of the model for the importance of all signals.
const IMPORTANCE: usize = 300_000;
/// The same on each of the two other kinds of lists.
const OTHER_LISTS: usize = 80_000;
/// Evaluations for all directions.
const DIRECTIONS: usize = 60_000;
/// Evaluations for one example, where its parts have to be drawn.
const EXAMPLE: usize = 20_000;
/// With more signals than this, only the strongest are measured on other lists.
const MANY_SIGNALS: usize = 60;
/// How many then count as the strongest.
const STRONGEST: usize = 20;

/// Seed of everything that is drawn for a card.
pub(super) const SEED: u64 = 1;
/// Rows of the background: so many that their draw adds little to the error, since intervals come from the lists alone.
pub(super) const BACKGROUND_ROWS: usize = 1000;
/// Resamples behind an interval.
pub(super) const BOOTSTRAP: usize = 1000;
/// Examples of a card.
pub(super) const EXAMPLES: usize = 4;

/// How much is drawn for one card.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Plan {
    /// Lists that the importance rests on, in order.
    pub(super) lists: Vec<usize>,
    /// Draws of the importance.
    pub(super) draws: usize,
    /// Draws on each of the other kinds of lists.
    pub(super) other_draws: usize,
    /// Signals measured on them.
    pub(super) other_signals: usize,
    /// Items in which the values of a signal are swept.
    pub(super) direction_items: usize,
    /// Resamples behind an interval.
    pub(super) bootstrap: usize,
}

impl Plan {
    /// The plan for so many signals and lists of these sizes.
    ///
    /// All lists are used as long as one draw of all signals fits the budget; else lists are left out by chance.
    pub(super) fn new(signals: usize, sizes: &[usize]) -> Self {
        let signals = signals.max(1);
        let lists = affordable(sizes, IMPORTANCE / signals);
        let items: usize = lists.iter().filter_map(|list| sizes.get(*list)).sum();
        let other_signals = if signals > MANY_SIGNALS { STRONGEST } else { signals };
        Self {
            draws: (IMPORTANCE / (signals * items).max(1)).clamp(1, 20),
            other_draws: (OTHER_LISTS / (other_signals * items).max(1)).clamp(1, 10),
            other_signals,
            direction_items: (DIRECTIONS / (signals * 11)).clamp(5, 200),
            bootstrap: explain::Bootstrap::resamples(lists.len(), BOOTSTRAP),
            lists,
        }
    }

    /// Parts of the work, for showing how far it is.
    pub(super) fn parts(&self, source: &SystemCard) -> usize {
        let other_lists = if source.lists.made_up { 2 * self.other_signals } else { 0 };
        2 * source.signals.len() + other_lists + source.controls.len() + 2
    }

    /// Pairs of orders drawn for an example in which so many signals differ.
    pub(super) fn orders(differing: usize) -> usize {
        (EXAMPLE / (2 * differing.saturating_sub(1)).max(1)).clamp(16, 500)
    }
}

/// As many lists, by chance, as hold at most so many items together; at least one.
pub(super) fn affordable(sizes: &[usize], items: usize) -> Vec<usize> {
    let mut lists: Vec<usize> = (0..sizes.len()).collect();
    if sizes.iter().sum::<usize>() > items {
        Stream::new(SEED, "lists of a card", 0).shuffle(&mut lists);
        let mut sum = 0;
        let fits = lists.iter().take_while(|list| {
            sum += sizes.get(**list).copied().unwrap_or_default();
            sum <= items
        });
        let fits = fits.count().max(1);
        lists.truncate(fits);
        lists.sort_unstable();
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluations(plan: &Plan, signals: usize, sizes: &[usize]) -> usize {
        let items: usize = plan.lists.iter().map(|list| sizes[*list]).sum();
        signals * items * plan.draws
            + 2 * plan.other_signals * items * plan.other_draws
            + signals * 11 * plan.direction_items
            + EXAMPLES * EXAMPLE
    }

    #[test]
    fn a_small_feed_uses_all_lists_and_many_draws() {
        let sizes = [20; 30];
        let plan = Plan::new(24, &sizes);

        assert_eq!((plan.lists.len(), plan.draws, plan.other_draws), (30, 20, 5));
        assert_eq!((plan.other_signals, plan.direction_items), (24, 200));
        assert!(evaluations(&plan, 24, &sizes) <= 650_000);
    }

    #[test]
    fn many_signals_are_measured_on_other_lists_only_if_they_are_strong() {
        let sizes = [15; 20];
        let plan = Plan::new(300, &sizes);

        assert_eq!((plan.draws, plan.other_signals, plan.lists.len()), (3, 20, 20));
        assert!(evaluations(&plan, 300, &sizes) <= 650_000);
    }

    #[test]
    fn of_very_many_lists_some_are_left_out_by_chance() {
        let sizes = [100; 1000];
        let plan = Plan::new(10, &sizes);

        assert_eq!((plan.lists.len(), plan.draws), (300, 1));
        assert!(plan.lists.is_sorted() && plan.lists.iter().any(|list| *list >= 300));
        assert_eq!(plan, Plan::new(10, &sizes));
        assert_eq!(Plan::new(10, &[1_000_000]).lists, [0]);
    }
}
