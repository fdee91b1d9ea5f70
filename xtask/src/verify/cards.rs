//! What is printed on cards is computed again, and what is changed about them is found.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::behaviour::{Behaviour, cell};
use crate::Problem;
use crate::figures::Table;
use crate::workspace::Workspace;

/// A test, the name of the line that it writes, and what is told of it.
const TESTS: [(&str, &str, &[&str]); 4] = [
    ("card_truth::every_printed_number_is_computed_again", "walk", &["pages", "places", "numbers"]),
    ("card_truth::whatever_is_changed_is_found", "mutations", &["made", "found"]),
    (
        "card_truth::a_card_is_computed_to_the_same_bytes_every_time",
        "replays",
        &["times", "digest", "measured"],
    ),
    (
        "card_pairs::the_reasons_of_a_pair_are_the_largest_and_its_flip_swaps_it",
        "pairs",
        &["forms", "sentences", "flips"],
    ),
];

/// Runs them on both databases.
pub(super) fn verify(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let mut table = Table::new(
        "cards",
        "Walk: every page of every card of the demo in three languages; each printed number is in the card that\n\
         `vitrine replay` computed. Mutations: values of a card, bytes of the model, the lists, the words, and of all that\n\
         signs and proves them; each is refused. Replays: the digest of a card that was computed again and again,\nand of what was measured, which is the same on both databases. Pairs:\n\
         sentences \"A above B\" whose reasons are the largest shares, and whose flip swaps the two. A test fails at the\n\
         first miss. Made by `cargo xtask verify-all cards`.",
        &["what", "database", "found"],
    );
    for (test, name, fields) in TESTS {
        let behaviour =
            Behaviour { test, more: ("CARDS_WHOLE", "1"), left_out: "the tests leave nothing out" };
        let mut measured: Option<Value> = None;
        for (database, lines) in behaviour.run(workspace, program, out)? {
            let figures = lines.iter().find_map(|line: &Value| line.get(name));
            let figures = figures.ok_or_else(|| Problem::Found(format!("{test} wrote no figures")))?;
            let here = figures.get("measured").cloned();
            if measured.is_some() && measured != here {
                return Err(Problem::Found(format!("{test} measured something else on {database}")));
            }
            measured = here;
            let told: Vec<String> =
                fields.iter().map(|field| format!("{} {field}", cell(figures, field))).collect();
            table.add(vec![name.to_owned(), database.to_owned(), told.join(", ")], out)?;
        }
    }
    table.keep(workspace, out)
}
