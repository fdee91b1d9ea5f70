//! The program dies at hundreds of points while it publishes, and its record book stays whole.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::behaviour::{Behaviour, add_rows, cell};
use crate::Problem;
use crate::figures::Table;
use crate::workspace::Workspace;

/// Deaths on each database.
const DEATHS: &str = "128";

/// Has the program die on each database, and counts where it died.
pub(super) fn verify(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let mut table = Table::new(
        "kill-log",
        "Four clients publish as fast as they can and a fifth records every checkpoint it is shown, until the server gets\n\
         SIGKILL: at a moment drawn from a fixed seed, or by strace before a call that belongs to a step of a round of the\n\
         record book. It is started again on the same data; `vitrine admin check` must find nothing wrong, everything that\n\
         was acknowledged must stand where its proof said, and in the end all checkpoints ever seen must be beginnings of\n\
         one history. Made by `cargo xtask verify-all kill`.",
        &["database", "died", "deaths", "releases acknowledged"],
    );
    let behaviour = Behaviour {
        test: "kill::whenever_the_program_dies_its_record_book_is_whole",
        more: ("VITRINE_KILLS", DEATHS),
        left_out: "install strace: `apt-get install strace`",
    };
    for (database, lines) in behaviour.run(workspace, program, out)? {
        let mut places: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for line in lines.iter().filter(|line| line.get("died").is_some()) {
            let (deaths, acknowledged) = places.entry(cell(line, "died")).or_default();
            *deaths += 1;
            *acknowledged += line.get("acknowledged").and_then(Value::as_u64).unwrap_or_default();
        }
        for (place, (deaths, acknowledged)) in places {
            table.add(vec![database.to_owned(), place, deaths.to_string(), acknowledged.to_string()], out)?;
        }
        add_rows(&mut table, (database, &lines), &["whole", "deaths", "acknowledged"], out)?;
    }
    table.keep(workspace, out)
}
