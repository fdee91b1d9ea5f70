//! Which signals can change which outputs, read off the graph of the model.

use serde::Serialize;

use super::answer::{Error, Found, Work};

/// What one signal, or group of signals, can change.
#[derive(Debug, Serialize)]
struct Reach<'a> {
    signal: &'a str,
    /// Whether it can change the output that is explained. `false` is a proof; `true` may be more careful than needed.
    counts: bool,
    /// All outputs that it can change.
    outputs: Vec<&'a str>,
    /// Whether it has the same number in every row of the table, so that it cannot change an order there.
    constant: bool,
}

impl Work<'_> {
    pub(super) fn reach(&mut self) -> Result<Found, Error> {
        let reads = |output: &str| {
            self.model.opened.reads(output).unwrap_or_else(|_closed| (0..self.sheet.columns.len()).collect())
        };
        let explained: Vec<usize> = self.model.heads.iter().flat_map(|(head, _)| reads(head)).collect();
        let outputs: Vec<(&str, Vec<usize>)> =
            self.model.outputs.iter().map(|output| (output.as_str(), reads(output))).collect();
        let rows = &self.sheet.numbers;
        let is_constant = |column: usize| {
            let mut values = rows.column(column).map(f64::to_bits);
            values.next().is_none_or(|first| values.all(|value| value == first))
        };
        let players = self.player_names.iter().zip(self.players.sets());
        let entries: Vec<Reach<'_>> = players
            .map(|(signal, columns)| {
                let any = |read: &[usize]| columns.iter().any(|column| read.contains(column));
                Reach {
                    signal,
                    counts: any(&explained),
                    outputs: outputs
                        .iter()
                        .filter(|(_, read)| any(read))
                        .map(|(output, _)| *output)
                        .collect(),
                    constant: columns.iter().all(|column| is_constant(*column)),
                }
            })
            .collect();
        Found::results(("graph", true), &entries)
    }
}
