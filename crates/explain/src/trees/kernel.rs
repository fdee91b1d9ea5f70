//! The inner loops over blocks of rows, written so that they vectorise.

use pulp::Arch;

/// Rows of a block.
pub(crate) const BLOCK: usize = 256;
/// The patterns of a block, one bit a player.
pub(super) type Patterns = [u16; BLOCK];

/// A condition on one column, for one bit of a pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Test<T> {
    /// Position of the column among those that are used.
    pub(super) column: u32,
    /// Bit of the pattern.
    pub(super) bit: u16,
    /// Whether a missing value meets it.
    pub(super) missing: bool,
    /// The number must lie above this.
    pub(super) above: T,
    /// The number must be at most this.
    pub(super) at_most: T,
}

/// Which bits of the patterns hold: those of which every test is met.
pub(super) fn patterns<T>(arch: Arch, tests: &[Test<T>], columns: &[[T; BLOCK]], found: &mut Patterns)
where
    T: Copy + PartialOrd,
{
    arch.dispatch(
        #[inline(always)]
        || {
            let mut failed = [0_u16; BLOCK];
            for test in tests {
                let Some(values) = columns.get(test.column as usize) else { continue };
                let Test { bit, missing, above, at_most, .. } = *test;
                if missing {
                    for (failed, value) in failed.iter_mut().zip(values) {
                        // Written so that a missing value, which compares as false, does not fail.
                        let fails = u16::from(*value <= above) | u16::from(*value > at_most);
                        *failed |= fails << bit;
                    }
                } else {
                    for (failed, value) in failed.iter_mut().zip(values) {
                        let holds = u16::from(*value > above) & u16::from(*value <= at_most);
                        *failed |= (1 - holds) << bit;
                    }
                }
            }
            for (found, failed) in found.iter_mut().zip(&failed) {
                *found = !failed;
            }
        },
    );
}

/// Adds to each row what the table says of its pattern. The table has a power of two of entries.
pub(super) fn add(arch: Arch, table: &[f64], patterns: &Patterns, sums: &mut [f64; BLOCK]) {
    match table.len() {
        2 => add_of::<2>(arch, table, patterns, sums),
        4 => add_of::<4>(arch, table, patterns, sums),
        8 => add_of::<8>(arch, table, patterns, sums),
        16 => add_of::<16>(arch, table, patterns, sums),
        32 => add_of::<32>(arch, table, patterns, sums),
        64 => add_of::<64>(arch, table, patterns, sums),
        128 => add_of::<128>(arch, table, patterns, sums),
        256 => add_of::<256>(arch, table, patterns, sums),
        512 => add_of::<512>(arch, table, patterns, sums),
        1024 => add_of::<1024>(arch, table, patterns, sums),
        _ => {
            let mask = table.len().wrapping_sub(1);
            for (sum, pattern) in sums.iter_mut().zip(patterns) {
                *sum += table.get(usize::from(*pattern) & mask).copied().unwrap_or_default();
            }
        }
    }
}

#[inline]
fn add_of<const N: usize>(arch: Arch, table: &[f64], patterns: &Patterns, sums: &mut [f64; BLOCK]) {
    let Some(table) = table.first_chunk::<N>() else { return };
    arch.dispatch(
        #[inline(always)]
        || {
            for (sum, pattern) in sums.iter_mut().zip(patterns) {
                *sum += table.get(usize::from(*pattern) & (N - 1)).copied().unwrap_or_default();
            }
        },
    );
}
