//! A verifier that others wrote checks the record book at the sizes where its tree changes shape.

use std::io::Write;
use std::path::Path;

use super::behaviour::{Behaviour, add_rows};
use crate::Problem;
use crate::command::{can_install, find, install};
use crate::figures::Table;
use crate::workspace::Workspace;

/// Sizes around one bundle, around 256 of them, and the smallest ones.
const SIZES: &str = "1 2 3 4 254 255 256 257 258 511 512 513 65535 65536 65537";

/// Packages of Debian: Go, and its packages `note` and `tlog`.
const PACKAGES: [&str; 2] = ["golang-go", "golang-golang-x-mod-dev"];

/// Grows a record book on each database and has it checked over HTTP.
pub(super) fn verify(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    if find("go").is_none() && can_install() {
        install(&PACKAGES)?;
    }
    let mut table = Table::new(
        "outside",
        "`tests/outside/main.go` checks the record book of a running site over HTTP with the packages `note` and `tlog` of\n\
         golang.org/x/mod, as Debian ships them: the checkpoint's signature, every entry and the root, proofs of inclusion,\n\
         consistency with every older checkpoint, and the proof files that publishing answered with. Made by\n\
         `cargo xtask verify-all outside`.",
        &["database", "entries", "inclusion proofs", "older checkpoints", "proof files", "seconds"],
    );
    let behaviour = Behaviour {
        test: "outside::a_verifier_of_others_accepts_the_record_book_at_every_size_and_nothing_else",
        more: ("VITRINE_LOG_SIZES", SIZES),
        left_out: "install Go and its packages: `apt-get install golang-go golang-golang-x-mod-dev`",
    };
    for (database, lines) in behaviour.run(workspace, program, out)? {
        let names = ["entries", "inclusion_proofs", "older_checkpoints", "proof_files", "seconds"];
        add_rows(&mut table, (database, &lines), &names, out)?;
    }
    table.keep(workspace, out)
}
