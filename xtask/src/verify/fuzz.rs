//! Every parser and checker of the record book gets bytes that a fuzzer makes up, for ten minutes each.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::command::{failed, find, finish};
use crate::figures::Table;
use crate::workspace::Workspace;
use crate::{Problem, say};

/// Slices that each target is fuzzed for; the inputs that were found go from one to the next.
const SLICES: u32 = 10;
/// Length of a slice, in seconds.
const SECONDS: u32 = 60;
/// Most memory of a slice, in MiB; more is a finding.
const MEMORY_MIB: u32 = 1024;

/// What the slices of one target add up to.
#[derive(Default)]
struct Fuzzed {
    executions: u64,
    /// Edges of the program that the seeds reach, and that were reached in the end.
    reached: Option<(u64, u64)>,
}

/// Fuzzes every target. What makes one fail stays in `crates/tlog/fuzz/artifacts`.
pub(super) fn verify(workspace: &Workspace, out: &mut dyn Write) -> Result<(), Problem> {
    if find("cargo-fuzz").is_none() {
        let need = "install cargo-fuzz and a nightly toolchain: `cargo install cargo-fuzz`";
        return Err(Problem::Missing(need.to_owned()));
    }
    let mut table = Table::new(
        "fuzz",
        "Each target of `crates/tlog/fuzz` under libFuzzer and AddressSanitizer, in slices of 60 seconds that pass their\n\
         inputs on; none crashed, hung for 30 seconds or took more than 1 GiB. Edges are those of the program that the\n\
         seeds reach, and that were reached in the end. Made by `cargo xtask verify-all fuzz`.",
        &["target", "seconds", "executions", "edges of the seeds", "edges in the end"],
    );
    let folder = workspace.root.join("crates/tlog");
    for target in targets(&folder)? {
        say(out, &format!("Fuzzing {target} …"))?;
        let mut fuzzed = Fuzzed::default();
        for _ in 0..SLICES {
            slice(workspace, &folder, &target, &mut fuzzed)?;
        }
        let (first, last) = fuzzed.reached.unwrap_or_default();
        let counts = [u64::from(SLICES * SECONDS), fuzzed.executions, first, last];
        table.add(std::iter::once(target).chain(counts.map(|count| count.to_string())).collect(), out)?;
    }
    table.keep(workspace, out)
}

/// The names of all targets, sorted.
fn targets(folder: &Path) -> Result<Vec<String>, Problem> {
    let folder = folder.join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).map_err(Problem::system(format!("reading `{}`", folder.display())))?;
    let names = files.filter_map(Result::ok).filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        name.strip_suffix(".rs").map(str::to_owned)
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// One slice. The inputs lie in a folder that git ignores, beside the seeds.
fn slice(workspace: &Workspace, folder: &Path, target: &str, fuzzed: &mut Fuzzed) -> Result<(), Problem> {
    let corpus = workspace.downloads().join("fuzz").join(target);
    fs::create_dir_all(&corpus).map_err(Problem::system(format!("making `{}`", corpus.display())))?;
    let seeds = folder.join("fuzz/seeds").join(target);
    // Through rustup, which chooses the toolchain: the cargo that runs us is of another one.
    let mut fuzz = Command::new("cargo");
    fuzz.current_dir(folder).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    fuzz.args(["+nightly", "fuzz", "run", target]).arg(&corpus);
    fuzz.args(seeds.is_dir().then_some(&seeds)).arg("--");
    fuzz.args([format!("-max_total_time={SECONDS}"), format!("-rss_limit_mb={MEMORY_MIB}")]);
    fuzz.args(["-timeout=30", "-print_final_stats=1"]);
    let output = finish(&mut fuzz)?;
    if !output.status.success() {
        return Err(failed(&fuzz, &output));
    }
    fuzzed.add(&String::from_utf8_lossy(&output.stderr));
    Ok(())
}

impl Fuzzed {
    /// Adds what libFuzzer wrote about a slice.
    fn add(&mut self, said: &str) {
        let edges = |marker: &str| {
            let line = said.lines().rev().find(|line| line.contains(marker))?;
            line.split_once("cov: ")?.1.split_whitespace().next()?.parse().ok()
        };
        let executions = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        self.executions += executions.and_then(|count| count.trim().parse().ok()).unwrap_or(0);
        if let (Some(first), Some(last)) = (edges("INITED"), edges("DONE")) {
            let first = self.reached.map_or(first, |(first, _)| first);
            self.reached = Some((first, last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_add_up() {
        let said = |inited: u64, done: u64| {
            format!(
                "INFO: Seed: 1\n#3\tINITED cov: {inited} ft: 99 corp: 1/1b\n#9\tNEW    cov: 7 ft: 8\n\
                 #90\tDONE   cov: {done} ft: 120 corp: 3/3b\nstat::number_of_executed_units: 90\n"
            )
        };
        let mut fuzzed = Fuzzed::default();

        fuzzed.add(&said(10, 12));
        fuzzed.add(&said(12, 15));

        assert_eq!((fuzzed.executions, fuzzed.reached), (180, Some((10, 15))));
    }
}
