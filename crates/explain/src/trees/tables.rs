//! Exact interventional Shapley values of trees, from one table a leaf.
//!
//! A leaf lies behind conditions on D players. An item meets some of them (its pattern a), a background row some
//! (pattern b). The hybrid with the item's values for the players S reaches the leaf iff S holds all of P = a and not b,
//! none of Q = b and not a, and every condition is met by one of the two. With p = |P| and q = |Q| the leaf's value
//! counts (p-1)! q! / (p+q)! for each player of P and -p! (q-1)! / (p+q)! for each of Q. These numbers, averaged over the
//! background, are a table of 2^D patterns a by D players; it does not grow with the background.
//! Source: the counting argument of S. Lundberg and others, "From local explanations to global understanding with
//! explainable AI for trees" (2020), with the sum over the background taken first.

use std::collections::BTreeMap;
use std::ops::Range;

use forms::Forest;
use pulp::Arch;

use crate::{Error, Matrix, Means, Players, count};

use super::kernel::{self, BLOCK, Patterns, Test};
use super::leaves::{self, Condition, Leaf};

/// Most players behind one leaf for which a table is made.
const MOST_PLAYERS: usize = 16;

/// The tables of one forest, one background and one set of players.
#[derive(Debug)]
pub struct Tables {
    players: usize,
    base: f64,
    /// The columns that some leaf asks about, ascending.
    used: Vec<usize>,
    leaves: Vec<Entry>,
    wide: Vec<Wide>,
    single: Vec<Test<f32>>,
    double: Vec<Test<f64>>,
    /// Whether all limits are numbers of 32 bits.
    is_single: bool,
    /// Per leaf and member 2^members numbers.
    numbers: Vec<f64>,
    /// The players before each leaf.
    members: Vec<u32>,
    /// Conditions of leaves without tables, each with the position of its player among the leaf's members.
    wide_tests: Vec<(usize, Condition)>,
    /// The rows that leaves without tables are compared with.
    background: Background,
    /// Columns of no player that some leaf asks about, with the one value that they hold.
    free: Vec<(usize, f64)>,
}

/// A leaf with a table.
#[derive(Debug)]
struct Entry {
    tests: Range<usize>,
    members: Range<usize>,
    table: Range<usize>,
}

/// A leaf without a table: it is compared with every background row, row by row.
#[derive(Debug)]
struct Wide {
    value: f64,
    /// Its conditions, each with the position of its player among the members.
    tests: Range<usize>,
    members: Range<usize>,
}

impl Tables {
    /// Makes the tables. Columns of no player must hold one value throughout the background, and the same in every row
    /// that is explained: then the item's value and the background's are one. Leaves behind more than 16 players, and those for which there is no room left, have none:
    /// they are compared with every pattern of the background, row by row.
    ///
    /// # Errors
    /// [`Error::TooFew`] for an empty background, [`Error::TooManyLeaves`], [`Error::Stopped`], [`Error::NotExact`] for a
    /// column of no player that varies.
    pub fn prepare(
        forest: &Forest,
        background: &Matrix,
        players: &Players,
        means: &Means<'_>,
    ) -> Result<Self, Error> {
        if background.rows() == 0 {
            return Err(Error::TooFew { setting: "background_rows", least: 1 });
        }
        let owner = players.of_columns();
        let mut all: Vec<Leaf> = leaves::of(forest, means)?.into_iter().flatten().collect();
        let free = free_columns(&all, &owner, background)?;
        let meets = |condition: &Condition| {
            let known = free.iter().find(|(column, _)| *column == condition.column as usize);
            known.is_none_or(|(_, value)| condition.holds(*value))
        };
        all.retain(|leaf| leaf.value != 0.0 && leaf.conditions.iter().all(meets));
        let mut used: Vec<usize> =
            all.iter().flat_map(|leaf| &leaf.conditions).map(|condition| condition.column as usize).collect();
        used.sort_unstable();
        used.dedup();
        let mut tables = Self {
            players: players.len(),
            base: forest.base(),
            used,
            leaves: Vec::new(),
            wide: Vec::new(),
            single: Vec::new(),
            double: Vec::new(),
            is_single: true,
            numbers: Vec::new(),
            members: Vec::new(),
            wide_tests: Vec::new(),
            background: Background::new(background),
            free,
        };
        let weights = Weights::new();
        let most = means.table_bytes / size_of::<f64>();
        for leaf in all {
            means.go_on()?;
            tables.leaf(&leaf, &owner, &weights, most);
        }
        Ok(tables)
    }

    /// The mean value of the background.
    #[must_use]
    pub const fn base(&self) -> f64 {
        self.base
    }

    /// Bytes of the tables.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.numbers.len() * size_of::<f64>()
    }

    fn leaf(&mut self, leaf: &Leaf, owner: &[Option<usize>], weights: &Weights, most: usize) {
        let mut members: BTreeMap<usize, Vec<Condition>> = BTreeMap::new();
        for condition in &leaf.conditions {
            if let Some(Some(player)) = owner.get(condition.column as usize) {
                members.entry(*player).or_default().push(*condition);
            }
        }
        let room = most.saturating_sub(self.numbers.len());
        let size = members.len().saturating_mul(1 << members.len().min(40));
        if members.len() > MOST_PLAYERS || size > room {
            self.wide(leaf, &members);
        } else {
            self.narrow(leaf, &members, weights);
        }
    }

    /// A leaf with a table.
    fn narrow(&mut self, leaf: &Leaf, members: &BTreeMap<usize, Vec<Condition>>, weights: &Weights) {
        let (first_test, first_member, first_number) =
            (self.double.len(), self.members.len(), self.numbers.len());
        for (bit, (player, conditions)) in (0_u16..).zip(members) {
            self.members.push(index(*player));
            for condition in conditions {
                self.test(bit, condition);
            }
        }
        let tests = first_test..self.double.len();
        let found = self.double.get(tests.clone()).unwrap_or_default();
        let histogram = self.background.histogram(found, &self.used, members.len());
        let sets = 1_usize << members.len();
        self.numbers.resize(first_number + members.len() * sets, 0.0);
        let table = self.numbers.get_mut(first_number..).unwrap_or_default();
        let share = |seen: usize| leaf.value * count(seen) / count(self.background.rows);
        if let Some((_, seen)) = histogram.iter().find(|(pattern, _)| pattern + 1 == sets) {
            self.base += share(*seen);
        }
        let patterns: Vec<(usize, f64)> =
            histogram.into_iter().map(|(pattern, seen)| (pattern, share(seen))).collect();
        fill(table, sets, &patterns, weights);
        let (members, table) = (first_member..self.members.len(), first_number..self.numbers.len());
        self.leaves.push(Entry { tests, members, table });
    }

    /// Writes a condition down in both precisions.
    fn test(&mut self, bit: u16, condition: &Condition) {
        let Condition { above, at_most, missing, .. } = *condition;
        let column = index(self.used.binary_search(&(condition.column as usize)).unwrap_or_default());
        self.double.push(Test { column, bit, missing, above, at_most });
        let (low, high) = (single(above), single(at_most));
        self.single.push(Test { column, bit, missing, above: low, at_most: high });
        self.is_single &= is_single(above) && is_single(at_most);
    }

    /// A leaf without a table.
    fn wide(&mut self, leaf: &Leaf, members: &BTreeMap<usize, Vec<Condition>>) {
        let (first_test, first_member) = (self.wide_tests.len(), self.members.len());
        for (at, (player, conditions)) in members.iter().enumerate() {
            self.members.push(index(*player));
            self.wide_tests.extend(conditions.iter().map(|condition| (at, *condition)));
        }
        let tests = first_test..self.wide_tests.len();
        let found = self.wide_tests.get(tests.clone()).unwrap_or_default();
        let reached = (0..self.background.rows).filter(|row| {
            found.iter().all(|(_, condition)| condition.holds(self.background.value(condition, *row)))
        });
        self.base += leaf.value * count(reached.count()) / count(self.background.rows);
        self.wide.push(Wide { value: leaf.value, tests, members: first_member..self.members.len() });
    }

    /// What every player adds to the value of every row: rows × players. With [`Tables::base`] it adds up to the value.
    ///
    /// # Errors
    /// [`Error::Stopped`]; [`Error::NotExact`] for a row that holds another value than the background in a column of no
    /// player.
    pub fn explain(&self, rows: &Matrix, means: &Means<'_>) -> Result<Matrix, Error> {
        for (column, value) in &self.free {
            if rows.column(*column).any(|other| other.to_bits() != value.to_bits()) {
                return Err(varies(*column));
            }
        }
        let mut out = vec![0.0; rows.rows() * self.players];
        let width = rows.columns();
        let threads = means.threads.max(1);
        let blocks = rows.rows().div_ceil(BLOCK);
        let share = blocks.div_ceil(threads).max(1) * BLOCK;
        std::thread::scope(|scope| {
            let mut work = Vec::new();
            let parts = out.chunks_mut(share * self.players.max(1)).zip(rows.values().chunks(share * width));
            for (out, rows) in parts {
                let mut run = move || self.explain_part(rows, width, out, means);
                if threads == 1 {
                    run()?;
                } else {
                    work.push(scope.spawn(run));
                }
            }
            work.into_iter().try_for_each(|thread| thread.join().unwrap_or(Err(Error::Stopped)))
        })?;
        Matrix::new(self.players, out)
    }

    fn explain_part(
        &self,
        rows: &[f64],
        width: usize,
        out: &mut [f64],
        means: &Means<'_>,
    ) -> Result<(), Error> {
        let arch = Arch::new();
        let mut narrow = vec![[0_f32; BLOCK]; self.used.len()];
        let mut double = vec![[0_f64; BLOCK]; self.used.len()];
        let mut sums = vec![[0_f64; BLOCK]; self.players];
        for (rows, out) in rows.chunks(BLOCK * width).zip(out.chunks_mut(BLOCK * self.players.max(1))) {
            means.go_on()?;
            for sums in &mut sums {
                sums.fill(0.0);
            }
            let mut exact = self.is_single;
            for (slot, column) in double.iter_mut().zip(&self.used) {
                for (slot, row) in slot.iter_mut().zip(rows.chunks_exact(width)) {
                    *slot = bounded(row.get(*column).copied().unwrap_or(f64::NAN));
                }
            }
            for (slot, from) in narrow.iter_mut().zip(&double) {
                for (slot, value) in slot.iter_mut().zip(from) {
                    *slot = single(*value);
                    exact &= is_single(*value);
                }
            }
            if exact {
                self.block(arch, &self.single, &narrow, &mut sums);
            } else {
                self.block(arch, &self.double, &double, &mut sums);
            }
            means.go_on()?;
            for wide in &self.wide {
                means.go_on()?;
                self.add_wide(wide, (rows, width), &mut sums);
            }
            for (player, sums) in sums.iter().enumerate() {
                for (row, sum) in out.chunks_exact_mut(self.players).zip(sums) {
                    if let Some(slot) = row.get_mut(player) {
                        *slot = *sum;
                    }
                }
            }
        }
        Ok(())
    }

    fn block<T: Copy + PartialOrd>(
        &self,
        arch: Arch,
        tests: &[Test<T>],
        columns: &[[T; BLOCK]],
        sums: &mut [[f64; BLOCK]],
    ) {
        let mut patterns: Patterns = [0; BLOCK];
        for leaf in &self.leaves {
            let (Some(tests), Some(members), Some(table)) = (
                tests.get(leaf.tests.clone()),
                self.members.get(leaf.members.clone()),
                self.numbers.get(leaf.table.clone()),
            ) else {
                continue;
            };
            kernel::patterns(arch, tests, columns, &mut patterns);
            if members.is_empty() {
                continue;
            }
            for (player, table) in members.iter().zip(table.chunks_exact(table.len() / members.len())) {
                if let Some(sums) = sums.get_mut(*player as usize) {
                    kernel::add(arch, table, &patterns, sums);
                }
            }
        }
    }
}

impl Tables {
    /// What a leaf without a table adds to each row.
    fn add_wide(&self, leaf: &Wide, (rows, width): (&[f64], usize), sums: &mut [[f64; BLOCK]]) {
        let tests = self.wide_tests.get(leaf.tests.clone()).unwrap_or_default();
        let members = self.members.get(leaf.members.clone()).unwrap_or_default();
        let met = |of: &dyn Fn(&Condition) -> f64| {
            let mut met = vec![true; members.len()];
            for (member, condition) in tests {
                if let Some(met) = met.get_mut(*member).filter(|met| **met) {
                    *met = condition.holds(of(condition));
                }
            }
            met
        };
        let others: Vec<Vec<bool>> = (0..self.background.rows)
            .map(|row| met(&|condition| self.background.value(condition, row)))
            .collect();
        let share = leaf.value / count(self.background.rows);
        for (at, row) in rows.chunks_exact(width).enumerate() {
            let own = met(&|condition| row.get(condition.column as usize).copied().unwrap_or(f64::NAN));
            for other in &others {
                let (mut p, mut q, mut reached) = (0, 0, true);
                for (own, other) in own.iter().zip(other) {
                    reached &= own | other;
                    p += usize::from(*own && !other);
                    q += usize::from(!own && *other);
                }
                if !reached {
                    continue;
                }
                let (plus, minus) = (share * weight(p, q), share * weight(q, p));
                for (player, (own, other)) in members.iter().zip(own.iter().zip(other)) {
                    let points = f64::from(*own && !other) * plus - f64::from(!own && *other) * minus;
                    if let Some(slot) = sums.get_mut(*player as usize).and_then(|sums| sums.get_mut(at)) {
                        *slot += points;
                    }
                }
            }
        }
    }
}

/// The columns of no player that some leaf asks about, with the one value that each holds in the background.
fn free_columns(
    leaves: &[Leaf],
    owner: &[Option<usize>],
    background: &Matrix,
) -> Result<Vec<(usize, f64)>, Error> {
    let conditions =
        leaves.iter().flat_map(|leaf| &leaf.conditions).filter(|condition| !condition.is_always_met());
    let mut columns: Vec<usize> = conditions.map(|condition| condition.column as usize).collect();
    columns.sort_unstable();
    columns.dedup();
    columns.retain(|column| owner.get(*column).copied().flatten().is_none());
    let value = |column: usize| {
        let mut values = background.column(column);
        let first = values.next().unwrap_or(f64::NAN);
        let same = values.all(|other| other.to_bits() == first.to_bits());
        if same { Ok((column, first)) } else { Err(varies(column)) }
    };
    columns.into_iter().map(value).collect()
}

fn varies(column: usize) -> Error {
    let why = format!("column {column} belongs to nobody and does not hold the same value everywhere");
    Error::NotExact { what: "trees", why }
}

/// A position as it is stored; there are never so many columns or players.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// The number itself; the least one in place of minus infinity, which lies above no limit.
const fn bounded(value: f64) -> f64 {
    if value == f64::NEG_INFINITY { f64::MIN } else { value }
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to 32 bits is what is asked for")]
const fn single(value: f64) -> f32 {
    value as f32
}

/// Whether a number is one of 32 bits, or missing.
fn is_single(value: f64) -> bool {
    value.is_nan() || f64::from(single(value)).to_bits() == value.to_bits()
}

/// Writes down what each player of a leaf adds for every pattern of an item, one stretch of `sets` patterns a player,
/// from the background's patterns and the value that each of them brings.
///
/// Of an item and a background row that reach the leaf together, every condition is met by one of them. So what a player
/// loses that the item does not meet is the same for all such players, and depends on the item's pattern alone.
fn fill(table: &mut [f64], sets: usize, patterns: &[(usize, f64)], weights: &Weights) {
    let mut lost = vec![0.0; sets];
    let mut starts = Vec::new();
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (other, value) in patterns {
                // What only the item meets, and any part of the rest.
                let only_item = (sets - 1) & !other;
                let (p, most) = (only_item.count_ones() as usize, other.count_ones() as usize);
                starts.clear();
                starts.extend((0..p + most).filter(|bit| only_item >> bit & 1 == 1).map(|bit| bit * sets));
                let mut kept = *other;
                loop {
                    let own = only_item | kept;
                    let q = most - kept.count_ones() as usize;
                    if let Some(lost) = lost.get_mut(own) {
                        *lost += value * weights.at(q, p);
                    }
                    let plus = value * weights.at(p, q);
                    for start in &starts {
                        if let Some(slot) = table.get_mut(start + own) {
                            *slot += plus;
                        }
                    }
                    if kept == 0 {
                        break;
                    }
                    kept = (kept - 1) & other;
                }
            }
        },
    );
    for (bit, table) in table.chunks_exact_mut(sets).enumerate() {
        for (own, (slot, lost)) in table.iter_mut().zip(&lost).enumerate() {
            if own >> bit & 1 == 0 {
                *slot = 0.0 - lost;
            }
        }
    }
}
/// (p-1)! q! / (p+q)!, for p of at least 1; 0 for none.
fn weight(p: usize, q: usize) -> f64 {
    if p == 0 {
        return 0.0;
    }
    // The product of i / (q + i) for i below p, over p + q.
    let product = (1..p).fold(1.0, |product, i| product * count(i) / count(q + i));
    product / count(p + q)
}

/// [`weight`] for few players.
struct Weights(Vec<f64>);

impl Weights {
    fn new() -> Self {
        let size = MOST_PLAYERS + 1;
        Self((0..size * size).map(|at| weight(at / size, at % size)).collect())
    }

    fn at(&self, p: usize, q: usize) -> f64 {
        self.0.get(p * (MOST_PLAYERS + 1) + q).copied().unwrap_or_default()
    }
}

/// The background, column by column.
#[derive(Debug)]
struct Background {
    rows: usize,
    columns: Vec<Vec<f64>>,
}

impl Background {
    fn new(rows: &Matrix) -> Self {
        let columns = (0..rows.columns()).map(|column| rows.column(column).map(bounded).collect());
        Self { rows: rows.rows(), columns: columns.collect() }
    }

    /// What a row holds in the column of a condition.
    fn value(&self, condition: &Condition, row: usize) -> f64 {
        let column = self.columns.get(condition.column as usize);
        column.and_then(|values| values.get(row)).copied().unwrap_or(f64::NAN)
    }

    /// How often each pattern occurs; ascending by pattern.
    fn histogram(&self, tests: &[Test<f64>], used: &[usize], players: usize) -> Vec<(usize, usize)> {
        let all = (1_usize << players) - 1;
        let mut failed = vec![0_u16; self.rows];
        for test in tests {
            let column = used.get(test.column as usize).copied().unwrap_or_default();
            let values = self.columns.get(column).map(Vec::as_slice).unwrap_or_default();
            for (failed, value) in failed.iter_mut().zip(values) {
                let holds =
                    (*value > test.above && *value <= test.at_most) || (test.missing && value.is_nan());
                *failed |= u16::from(!holds) << test.bit;
            }
        }
        failed.sort_unstable();
        let mut seen: Vec<(usize, usize)> = Vec::new();
        for failed in failed {
            let pattern = all & !usize::from(failed);
            match seen.last_mut() {
                Some((last, times)) if *last == pattern => *times += 1,
                _ => seen.push((pattern, 1)),
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use forms::{Branch, Node, Tree};
    use proptest::prelude::*;

    use super::*;
    use crate::games::shapley;

    /// A tree whose branches ask about columns 0 to 3 with limits 0 to 2, so that values often lie on limits.
    fn tree() -> impl Strategy<Value = Tree> {
        let branch = (0_u32..4, 0_u8..3, any::<bool>());
        let leaf = -4_i8..5;
        (prop::collection::vec(branch, 7), prop::collection::vec(leaf, 8)).prop_map(|(branches, leaves)| {
            let branches = (0_u32..).zip(branches).map(|(at, (column, limit, missing_low))| {
                let limit = f64::from(limit);
                Node::Branch(Branch { column, limit, low: 2 * at + 1, high: 2 * at + 2, missing_low })
            });
            let leaves = leaves.into_iter().map(|value| Node::Leaf(f64::from(value)));
            Tree { nodes: branches.chain(leaves).collect(), covers: None }
        })
    }

    fn rows() -> impl Strategy<Value = Matrix> {
        let value = prop_oneof![
            8 => (0_u8..4).prop_map(f64::from),
            2 => Just(f64::NAN),
            1 => Just(f64::NEG_INFINITY),
            1 => Just(f64::INFINITY),
        ];
        prop::collection::vec(value, 4..24).prop_map(|mut values| {
            values.truncate(values.len() / 4 * 4);
            Matrix::new(4, values).unwrap()
        })
    }

    /// Every set of players looked at, one hybrid at a time.
    fn by_definition(forest: &Forest, row: &[f64], background: &Matrix, players: &Players) -> Vec<f64> {
        let owner = players.of_columns();
        let value = |set: usize| {
            let of =
                |other: &[f64]| {
                    let hybrid: Vec<f64> =
                        row.iter()
                            .zip(other)
                            .zip(&owner)
                            .map(|((own, other), player)| {
                                if player.is_none_or(|player| set >> player & 1 == 1) { *own } else { *other }
                            })
                            .collect();
                    forest.value(&hybrid)
                };
            background.iter_rows().map(of).sum::<f64>() / count(background.rows())
        };
        shapley(&(0..1 << players.len()).map(value).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn tables_give_the_shapley_values_of_their_definition(
            trees in prop::collection::vec(tree(), 1..4),
            rows in rows(),
            background in rows(),
            grouped in 0_usize..3,
            room: bool,
        ) {
            let forest = Forest::new(4, 0.5, trees).unwrap();
            let players = match grouped {
                0 => Players::each(4),
                1 => Players::new(4, vec![vec![0, 2], vec![1, 3]]).unwrap(),
                _ => Players::new(4, vec![vec![3], vec![0]]).unwrap(),
            };
            // Columns of nobody hold one value everywhere.
            let still = |rows: &Matrix| {
                let values = rows.values().iter().enumerate();
                let values = values.map(|(at, value)| if grouped == 2 && matches!(at % 4, 1 | 2) { 1.0 } else { *value });
                Matrix::new(4, values.collect()).unwrap()
            };
            let (rows, background) = (still(&rows), still(&background));
            // Without room for tables every leaf is compared pattern by pattern.
            let means = Means { table_bytes: if room { 1 << 20 } else { 0 }, ..Means::plain() };
            let tables = Tables::prepare(&forest, &background, &players, &means).unwrap();
            let found = tables.explain(&rows, &means).unwrap();

            prop_assert_eq!(room || tables.bytes() == 0, true);
            for (row, found) in rows.iter_rows().zip(found.iter_rows()) {
                let expected = by_definition(&forest, row, &background, &players);
                for (found, expected) in found.iter().zip(&expected) {
                    prop_assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
                }
            }
        }
    }

    fn chain(length: u32) -> Tree {
        let nodes = (0..length).flat_map(|at| {
            let branch = Branch {
                column: at % 4,
                limit: f64::from(at),
                low: 2 * at + 1,
                high: 2 * at + 2,
                missing_low: false,
            };
            [Node::Branch(branch), Node::Leaf(f64::from(at % 7))]
        });
        Tree { nodes: nodes.chain([Node::Leaf(1.0)]).collect(), covers: None }
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_questions_is_walked_without_recursion() {
        let forest = Forest::new(4, 0.0, vec![chain(100_000)]).unwrap();
        let background = Matrix::new(4, vec![5.0, 6.0, 7.0, 8.0]).unwrap();

        let tables = Tables::prepare(&forest, &background, &Players::each(4), &Means::plain()).unwrap();

        let row = Matrix::new(4, vec![900.0, 20.0, 5.0, 4.0]).unwrap();
        let found = tables.explain(&row, &Means::plain()).unwrap();
        let sum = tables.base() + found.values().iter().sum::<f64>();
        assert!((sum - forest.value(row.values())).abs() < 1e-9);
    }

    #[test]
    fn one_thread_and_several_give_the_same_bits() {
        let forest = Forest::new(4, 0.0, vec![chain(50), chain(80)]).unwrap();
        let rows = Matrix::new(4, (0..4 * 1000).map(|at| f64::from(at * 37 % 101)).collect()).unwrap();
        let tables = Tables::prepare(&forest, &rows, &Players::each(4), &Means::plain()).unwrap();
        let with = |threads| tables.explain(&rows, &Means { threads, ..Means::plain() }).unwrap();

        assert_eq!(with(1), with(2));
        assert_eq!(with(1), with(5));
    }

    #[test]
    fn it_ends_when_it_must() {
        let forest = Forest::new(4, 0.0, vec![chain(50)]).unwrap();
        let rows = Matrix::new(4, vec![1.0; 4]).unwrap();
        let means = Means { stop: &|| true, ..Means::plain() };

        assert_eq!(Tables::prepare(&forest, &rows, &Players::each(4), &means).unwrap_err(), Error::Stopped);
        let empty = Matrix::empty(4).unwrap();
        let nobody = Players::new(4, vec![vec![0], vec![1], vec![2]]).unwrap();
        let two = Matrix::new(4, vec![1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0]).unwrap();
        assert!(matches!(
            Tables::prepare(&forest, &two, &nobody, &Means::plain()),
            Err(Error::NotExact { .. })
        ));
        let one = Tables::prepare(&forest, &rows, &nobody, &Means::plain()).unwrap();
        assert!(matches!(one.explain(&two, &Means::plain()), Err(Error::NotExact { .. })));
        assert!(Tables::prepare(&forest, &empty, &Players::each(4), &Means::plain()).is_err());
    }
}
