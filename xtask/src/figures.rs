//! Tables of figures, for the terminal and for `docs/benchmarks/`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::command::{ask, cargo};
use crate::workspace::Workspace;
use crate::{Problem, say};

/// Figures with the words that explain them. Invariant: every row has as many cells as the head.
pub(crate) struct Table {
    name: &'static str,
    about: &'static str,
    head: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table; `about` says what was measured and how.
    pub(crate) const fn new(name: &'static str, about: &'static str, head: &'static [&'static str]) -> Self {
        Self { name, about, head, rows: Vec::new() }
    }

    /// Adds a row and shows it as a JSON line.
    pub(crate) fn add(&mut self, row: Vec<String>, out: &mut dyn Write) -> Result<(), Problem> {
        let cells = self.head.iter().zip(&row).map(|(name, cell)| ((*name).to_owned(), json!(cell)));
        let mut line: Map<String, Value> = Map::from_iter([("table".to_owned(), json!(self.name))]);
        line.extend(cells);
        self.rows.push(row);
        say(out, &Value::Object(line).to_string())
    }

    /// Shows the table and keeps it under `docs/benchmarks/`.
    pub(crate) fn keep(&self, workspace: &Workspace, out: &mut dyn Write) -> Result<(), Problem> {
        let folder = workspace.root.join("docs/benchmarks");
        let file = folder.join(format!("{}.md", self.name));
        let text = format!("# {}\n\n{}\n\n{}\n{}", self.name, self.about, machine(workspace)?, self.lines());
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, text))
            .map_err(Problem::system(format!("writing `{}`", file.display())))?;
        say(out, &format!("\n{}\nWritten to {}", self.lines(), file.display()))
    }

    fn lines(&self) -> String {
        let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
        let head = line(self.head.to_vec()) + &line(vec!["---"; self.head.len()]);
        let rows = self.rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
        std::iter::once(head).chain(rows).collect()
    }
}

/// The machine and the commit, as a sentence.
fn machine(workspace: &Workspace) -> Result<String, Problem> {
    let read = |path: &str, key: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).map(str::to_owned);
        line.and_then(|line| line.split_once(':').map(|(_, value)| value.trim().to_owned()))
            .unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let compiler = ask(cargo(&workspace.root).arg("--version"))?;
    Ok(format!(
        "Machine: {cores} cores ({}), {} of memory; {}.\n",
        read("/proc/cpuinfo", "model name"),
        read("/proc/meminfo", "MemTotal"),
        compiler.trim()
    ))
}

/// Writes a file of this size that does not compress, the same bytes for the same seed.
pub(crate) fn write_noise(path: &Path, mib: u64, seed: u64) -> Result<(), Problem> {
    noise(path, mib, seed).map_err(Problem::system(format!("writing `{}`", path.display())))
}

/// Bytes of a xorshift generator (G. Marsaglia, "Xorshift RNGs", 2003).
fn noise(path: &Path, mib: u64, seed: u64) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut numbers = Noise::new(seed);
    for _ in 0..mib << 17 {
        file.write_all(&numbers.draw().to_le_bytes())?;
    }
    file.into_inner()?.sync_all()
}

/// Numbers without a pattern, the same ones for the same seed.
pub(crate) struct Noise(u64);

impl Noise {
    /// A generator; every seed is a good one.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub(crate) const fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_shown_as_json_lines_and_as_markdown() {
        let mut shown = Vec::new();
        let mut table = Table::new("speed", "How fast.", &["step", "seconds"]);

        table.add(vec!["push".to_owned(), "1.5".to_owned()], &mut shown).unwrap();

        let line: Value = serde_json::from_slice(&shown).unwrap();
        assert_eq!(line, json!({"table": "speed", "step": "push", "seconds": "1.5"}));
        assert_eq!(table.lines(), "| step | seconds |\n| --- | --- |\n| push | 1.5 |\n");
    }

    #[test]
    fn noise_has_its_size_and_depends_on_the_seed_alone() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, seed| {
            write_noise(&folder.path().join(name), 1, seed).unwrap();
            fs::read(folder.path().join(name)).unwrap()
        };

        let (first, again, other) = (write("first", 1), write("again", 1), write("other", 2));

        assert_eq!(first.len(), 1 << 20);
        assert!(first == again && first != other);
    }
}
