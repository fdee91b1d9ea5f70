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

use crate::{Error, Matrix, Means, Players};
use forms::Forest;
use pulp::Arch;

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
    tables: Vec<f64>,
    members: Vec<u32>,
}

/// A leaf with a table.
#[derive(Debug)]
struct Entry {
    tests: std::ops::Range<usize>,
    members: std::ops::Range<usize>,
    table: std::ops::Range<usize>,
}

/// A leaf without a table, because too many players lie before it.
#[derive(Debug)]
struct Wide {
    value: f64,
    /// Per member its conditions.
    members: Vec<(u32, Vec<Condition>)>,
    /// Distinct patterns of the background, with their share.
    background: Vec<(Vec<bool>, f64)>,
}

impl Tables {
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
        all.retain(|leaf| leaf.value != 0.0);
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
            tables: Vec::new(),
            members: Vec::new(),
        };
        let patterns = Background::new(background);
        let mut cap = means.table_bytes / size_of::<f64>();
        let weights = Weights::new();
        for leaf in &all {
            means.go_on()?;
            tables.leaf(leaf, &owner, &patterns, &weights, &mut cap);
        }
        Ok(tables)
    }

    pub const fn base(&self) -> f64 {
        self.base
    }

    pub fn bytes(&self) -> usize {
        self.tables.len() * size_of::<f64>()
    }

    fn leaf(
        &mut self,
        leaf: &Leaf,
        owner: &[Option<usize>],
        background: &Background,
        weights: &Weights,
        cap: &mut usize,
    ) {
        let mut members: BTreeMap<usize, Vec<Condition>> = BTreeMap::new();
        for condition in &leaf.conditions {
            if let Some(Some(player)) = owner.get(condition.column as usize) {
                members.entry(*player).or_default().push(*condition);
            }
        }
        let count = members.len();
        let table_len = count.checked_mul(1 << count.min(40)).unwrap_or(usize::MAX);
        if count > MOST_PLAYERS || table_len > *cap {
            self.wide(leaf, members, background);
            return;
        }
        *cap -= table_len;
        let first_test = self.double.len();
        let first_member = self.members.len();
        for (bit, (player, conditions)) in members.iter().enumerate() {
            self.members.push(*player as u32);
            for condition in conditions {
                let column = self.used.binary_search(&(condition.column as usize)).unwrap_or_default() as u32;
                let Condition { above, at_most, missing, .. } = *condition;
                let bit = bit as u16;
                self.double.push(Test { column, bit, missing, above, at_most });
                let (low, high) = (above as f32, at_most as f32);
                self.single.push(Test { column, bit, missing, above: low, at_most: high });
                self.is_single &= f64::from(low) == above && f64::from(high) == at_most;
            }
        }
        let tests = first_test..self.double.len();
        let histogram =
            background.histogram(self.double.get(tests.clone()).unwrap_or_default(), &self.used, count);
        let first_entry = self.tables.len();
        self.tables.resize(first_entry + table_len, 0.0);
        let table = self.tables.get_mut(first_entry..).unwrap_or_default();
        let rows = background.rows as f64;
        for (pattern, seen) in histogram {
            if pattern + 1 == 1 << count {
                self.base += leaf.value * seen as f64 / rows;
            }
            fill(table, count, pattern, leaf.value * seen as f64 / rows, weights);
        }
        let entry =
            Entry { tests, members: first_member..self.members.len(), table: first_entry..self.tables.len() };
        self.leaves.push(entry);
    }

    fn wide(&mut self, leaf: &Leaf, members: BTreeMap<usize, Vec<Condition>>, background: &Background) {
        let members: Vec<(u32, Vec<Condition>)> =
            members.into_iter().map(|(player, conditions)| (player as u32, conditions)).collect();
        let mut seen: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        for row in 0..background.rows {
            let pattern = members
                .iter()
                .map(|(_, conditions)| {
                    conditions.iter().all(|condition| {
                        let value =
                            background.columns.get(condition.column as usize).and_then(|c| c.get(row));
                        condition.holds(value.copied().unwrap_or(f64::NAN))
                    })
                })
                .collect();
            *seen.entry(pattern).or_default() += 1;
        }
        let rows = background.rows as f64;
        let background: Vec<(Vec<bool>, f64)> =
            seen.into_iter().map(|(pattern, seen)| (pattern, seen as f64 / rows)).collect();
        for (pattern, share) in &background {
            if pattern.iter().all(|met| *met) {
                self.base += leaf.value * share;
            }
        }
        self.wide.push(Wide { value: leaf.value, members, background });
    }

    /// rows × players
    pub fn explain(&self, rows: &Matrix, means: &Means<'_>) -> Result<Matrix, Error> {
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
        let mut single = vec![[0_f32; BLOCK]; self.used.len()];
        let mut double = vec![[0_f64; BLOCK]; self.used.len()];
        let mut sums = vec![[0_f64; BLOCK]; self.players];
        for (rows, out) in rows.chunks(BLOCK * width).zip(out.chunks_mut(BLOCK * self.players.max(1))) {
            means.go_on()?;
            sums.iter_mut().for_each(|sums| sums.fill(0.0));
            let mut exact = self.is_single;
            for (slot, column) in double.iter_mut().zip(&self.used) {
                for (slot, row) in slot.iter_mut().zip(rows.chunks_exact(width)) {
                    *slot = row.get(*column).copied().unwrap_or(f64::NAN);
                }
            }
            for (slot, from) in single.iter_mut().zip(&double) {
                for (slot, value) in slot.iter_mut().zip(from) {
                    *slot = *value as f32;
                    exact &= f64::from(*slot) == *value || value.is_nan();
                }
            }
            if exact {
                self.block(arch, &self.single, &single, &mut sums);
            } else {
                self.block(arch, &self.double, &double, &mut sums);
            }
            for wide in &self.wide {
                wide.add(rows, width, &mut sums);
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
                self.tables.get(leaf.table.clone()),
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

impl Wide {
    fn add(&self, rows: &[f64], width: usize, sums: &mut [[f64; BLOCK]]) {
        for (at, row) in rows.chunks_exact(width).enumerate() {
            let own: Vec<bool> = self
                .members
                .iter()
                .map(|(_, conditions)| {
                    conditions.iter().all(|condition| {
                        condition.holds(row.get(condition.column as usize).copied().unwrap_or(f64::NAN))
                    })
                })
                .collect();
            for (other, share) in &self.background {
                if own.iter().zip(other).any(|(own, other)| !own && !other) {
                    continue;
                }
                let p = own.iter().zip(other).filter(|(own, other)| **own && !**other).count();
                let q = own.iter().zip(other).filter(|(own, other)| !**own && **other).count();
                let (plus, minus) = (weight(p, q), weight(q, p));
                for ((player, _), (own, other)) in self.members.iter().zip(own.iter().zip(other)) {
                    let points = match (own, other) {
                        (true, false) => plus,
                        (false, true) => -minus,
                        _ => continue,
                    };
                    if let Some(slot) = sums.get_mut(*player as usize).and_then(|sums| sums.get_mut(at)) {
                        *slot += self.value * share * points;
                    }
                }
            }
        }
    }
}

/// Adds what a background pattern means for every pattern of an item.
fn fill(table: &mut [f64], count: usize, other: usize, value: f64, weights: &Weights) {
    let all = (1_usize << count) - 1;
    let size = 1_usize << count;
    let only_item = all & !other;
    let p = only_item.count_ones() as usize;
    let total = other.count_ones() as usize;
    // Items meet what the background does not, and any part of the rest.
    let mut kept = other;
    loop {
        let own = only_item | kept;
        let q = total - kept.count_ones() as usize;
        let (plus, minus) = (value * weights.at(p, q), value * weights.at(q, p));
        let only_other = other & !kept;
        for (bit, table) in table.chunks_exact_mut(size).enumerate() {
            if let Some(slot) = table.get_mut(own) {
                if only_item >> bit & 1 == 1 {
                    *slot += plus;
                } else if only_other >> bit & 1 == 1 {
                    *slot -= minus;
                }
            }
        }
        if kept == 0 {
            break;
        }
        kept = (kept - 1) & other;
    }
}

/// (p-1)! q! / (p+q)!, for p of at least 1; 0 for none.
fn weight(p: usize, q: usize) -> f64 {
    if p == 0 {
        return 0.0;
    }
    // The product of i / (q + i) for i below p, over p + q.
    let product = (1..p).fold(1.0, |product, i| product * i as f64 / (q + i) as f64);
    product / (p + q) as f64
}

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
struct Background {
    rows: usize,
    columns: Vec<Vec<f64>>,
}

impl Background {
    fn new(rows: &Matrix) -> Self {
        let columns = (0..rows.columns()).map(|column| rows.column(column).collect()).collect();
        Self { rows: rows.rows(), columns }
    }

    /// How often each pattern occurs; ascending by pattern.
    fn histogram(&self, tests: &[Test<f64>], used: &[usize], count: usize) -> Vec<(usize, usize)> {
        let all = (1_usize << count) - 1;
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
