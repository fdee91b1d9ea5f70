//! One byte of a record book is another one, in every tile and at every place of it: `log audit` names the tile.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tlog::{Level, TILE_HASHES, Tile};

use crate::bench::Ground;
use crate::command::finish;
use crate::figures::Table;
use crate::workspace::Workspace;
use crate::{Problem, book, say};

/// Entries of the record book: its tree has three levels, and the last tile of each is partial.
const ENTRIES: u64 = 70_000;
/// Tiles that are changed at once; an audit says no more after fifty faults.
const AT_ONCE: usize = 46;
/// Levels of the tree.
const LEVELS: u8 = 3;

/// Changes one byte at a place of some tiles, audits, and puts the bytes back; for all places of all tiles.
pub(super) fn verify(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let mut table = Table::new(
        "tampering",
        "One byte is changed in each tile of a record book of 70,000 entries, for every hash of every tile and for as many\n\
         places of every bundle of entries; up to 46 tiles at once. `vitrine log audit` must end with 1 and name each of\n\
         them. Made by `cargo xtask verify-all tampering`.",
        &["level", "tiles", "changed places", "named"],
    );
    let ground = Ground::empty()?;
    let folder = ground.path("book");
    book::write(&folder, ENTRIES)?;
    say(out, "Auditing the record book with every byte that is to be changed …")?;
    for level in (0..LEVELS).map(Level::Hashes).chain([Level::Entries]) {
        let tiles: Vec<Tile> = (0..).map_while(|number| Tile::in_tree(level, number, ENTRIES)).collect();
        let mut named = 0;
        for some in tiles.chunks(AT_ONCE) {
            for place in 0..TILE_HASHES {
                named += audit(program, (&folder, &ground.path("state")), some, place)?;
            }
        }
        let name = match level {
            Level::Hashes(level) => level.to_string(),
            Level::Entries => "entries".to_owned(),
        };
        let places: u64 = tiles.iter().map(|tile| u64::from(tile.width())).sum();
        table.add(vec![name, tiles.len().to_string(), places.to_string(), named.to_string()], out)?;
    }
    table.keep(workspace, out)
}

/// Changes these tiles at one place, where they have it. Gives how many there were; all of them must be named.
fn audit(
    program: &Path,
    (folder, state): (&Path, &Path),
    tiles: &[Tile],
    place: u64,
) -> Result<u64, Problem> {
    let mut changed = Vec::new();
    for tile in tiles.iter().filter(|tile| u64::from(tile.width()) > place) {
        let file = folder.join(tile.to_string());
        let good = fs::read(&file).map_err(Problem::system(format!("reading `{}`", file.display())))?;
        let mut bad = good.clone();
        let at = usize::try_from(place).unwrap_or_default() * bad.len() / usize::from(tile.width());
        if let Some(byte) = bad.get_mut(at + inside(tile.level())) {
            *byte ^= 1;
        }
        write(&file, &bad)?;
        changed.push((named(*tile), file, good));
    }
    if changed.is_empty() {
        return Ok(0);
    }
    let output = finish(Command::new(program).args(["log", "audit"]).arg(folder).arg("--state").arg(state))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for (name, file, good) in &changed {
        write(file, good)?;
        if output.status.code() != Some(1) || !said.contains(name) {
            return Err(Problem::Found(format!(
                "`{name}` was changed at {place}, but the audit said: {said}"
            )));
        }
    }
    Ok(u64::try_from(changed.len()).unwrap_or(u64::MAX))
}

/// Which byte of a place is changed: one of the hash, or of the hash that an entry names, so that it can still be read.
const fn inside(level: Level) -> usize {
    match level {
        Level::Hashes(_) => 2,
        Level::Entries => 40,
    }
}

/// How an audit names a tile: a bundle of entries by the tile that was made from it.
fn named(tile: Tile) -> String {
    match tile.level() {
        Level::Hashes(_) => format!("{tile}: "),
        Level::Entries => format!("{tile}: ").replace("entries", "0"),
    }
}

fn write(file: &PathBuf, bytes: &[u8]) -> Result<(), Problem> {
    fs::write(file, bytes).map_err(Problem::system(format!("writing `{}`", file.display())))
}
