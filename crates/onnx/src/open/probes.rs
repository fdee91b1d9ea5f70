//! Rows that stand exactly where a form jumps.

use forms::Form;

use super::{Opened, Rounding};

/// Most rows that are made.
const ROWS: usize = 2048;

/// Most numbers in all rows.
const NUMBERS: usize = 1 << 20;

/// What columns hold that no tree asks about.
const PLAIN: [f64; 5] = [0.0, 1.0, -1.0, 0.5, 3.0];

impl Opened {
    /// Rows, one after the other, on which a form shows whether it is right: every limit of its trees exactly and one
    /// step of the column's precision beside it, and a missing value in every column that may miss one. Rounded to what
    /// the model sees; the same for the same form; at most 2048 rows and a million numbers, limits thinned out evenly
    /// where there are more.
    #[must_use]
    pub fn probes(&self, form: &Form) -> Vec<f64> {
        let reads = form.reads();
        let most_rows = ROWS.min(NUMBERS / self.columns.max(1)).max(1);
        let each = (most_rows / reads.len().max(1)).saturating_sub(1) / 3;
        let limits: Vec<(usize, Vec<f64>)> =
            reads.iter().map(|column| (*column, self.stops(form, *column))).collect();
        let mut rows = Vec::new();
        let mut turn = 0;
        for (column, stops) in &limits {
            if rows.len() >= most_rows * self.columns {
                break;
            }
            for stop in thinned(stops, each.max(1)) {
                for value in self.beside(*column, stop) {
                    self.push_probe(&mut rows, &limits, turn, (*column, value));
                    turn += 1;
                }
            }
            if self.rounding.get(*column) != Some(&Rounding::Whole) {
                self.push_probe(&mut rows, &limits, turn, (*column, f64::NAN));
                turn += 1;
            }
        }
        rows.truncate(most_rows * self.columns);
        rows
    }

    /// The finite limits of a column; plain numbers where it has none.
    fn stops(&self, form: &Form, column: usize) -> Vec<f64> {
        let limits: Vec<f64> = form.limits(column).into_iter().filter(|limit| limit.is_finite()).collect();
        match (limits.is_empty(), self.rounding.get(column)) {
            (false, _) => limits,
            // A whole number may be a place in a table, of which only the first is certain to be there.
            (true, Some(Rounding::Whole)) => vec![0.0],
            (true, _) => PLAIN.to_vec(),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the column holds 32-bit numbers")]
    fn beside(&self, column: usize, stop: f64) -> [f64; 3] {
        match self.rounding.get(column) {
            Some(Rounding::Single) => {
                let stop = stop as f32;
                [stop.next_down(), stop, stop.next_up()].map(f64::from)
            }
            Some(Rounding::Double) => [stop.next_down(), stop, stop.next_up()],
            _ => [stop; 3],
        }
    }

    /// One row: the value in its column, in every other one a limit, another one each turn.
    fn push_probe(&self, rows: &mut Vec<f64>, limits: &[(usize, Vec<f64>)], turn: usize, set: (usize, f64)) {
        let mut row = vec![0.0; self.columns];
        for (place, (column, stops)) in limits.iter().enumerate() {
            let at = (turn.wrapping_mul(7) + place.wrapping_mul(13)).checked_rem(stops.len()).unwrap_or(0);
            if let (Some(number), Some(stop)) = (row.get_mut(*column), stops.get(at)) {
                *number = if *column == set.0 { set.1 } else { *stop };
            }
        }
        self.round(&mut row);
        rows.extend(row);
    }
}

/// At most `most` of the limits, evenly spread.
fn thinned(limits: &[f64], most: usize) -> impl Iterator<Item = f64> + '_ {
    let step = limits.len().div_ceil(most.max(1)).max(1);
    limits.iter().step_by(step).copied()
}
