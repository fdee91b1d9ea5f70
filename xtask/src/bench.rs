//! `cargo xtask bench`: figures of the real program.

mod bytes;
mod explain;
mod log;
mod pages;
mod process;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use self::process::{forget_peak, memory_kib};
use crate::command::ask;
use crate::figures::{Table, write_noise};
use crate::server::Server;
use crate::workspace::Workspace;
use crate::{Problem, build, say};

/// What can be measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Name {
    /// How much memory the server needs for a large file.
    Memory,
    /// How fast large files go in and out, beside servers that people know.
    Bytes,
    /// How fast explanations are beside those of the peers.
    Explain,
    /// How fast pages come and things are tried, beside nginx with a file.
    Pages,
    /// How fast the record book takes entries and is checked, beside the reference of model signing.
    Log,
}

/// A benchmark's own folders and a release to publish. The folders go when it is dropped.
pub(crate) struct Ground {
    folder: tempfile::TempDir,
    /// Address of the database; `None` for a file in the folder.
    pub(crate) database: Option<String>,
}

impl Ground {
    /// An empty folder.
    pub(crate) fn empty() -> Result<Self, Problem> {
        let folder = tempfile::tempdir().map_err(Problem::system("making a temporary folder"))?;
        Ok(Self { folder, database: None })
    }

    /// A folder with a release of one file of noise.
    pub(crate) fn prepare(mib: u64, seed: u64) -> Result<Self, Problem> {
        let ground = Self::empty()?;
        let release = ground.path("release");
        let readme =
            "---\nlicense: CC0-1.0\nlanguage: en\n---\n# Noise\n\nOne file that does not compress.\n";
        fs::create_dir_all(&release)
            .and_then(|()| fs::write(release.join("README.md"), readme))
            .map_err(Problem::system(format!("writing into `{}`", release.display())))?;
        write_noise(&release.join("noise.bin"), mib, seed)?;
        Ok(ground)
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a server on the data of this ground.
    pub(crate) fn server(&self, program: &Path) -> Result<Server, Problem> {
        let settings: Vec<_> =
            self.database.iter().map(|url| ("VITRINE_DATABASE_URL", url.as_str())).collect();
        let (data, log) = (self.path("data"), self.path("server.log"));
        Server::start_with(program, ("127.0.0.1:0", &data, &log), &settings)
    }
}

/// Measures what is named, or everything.
pub(crate) fn bench(name: Option<Name>, mib: u64, out: &mut dyn Write) -> Result<(), Problem> {
    let program = build::build(out)?;
    let workspace = Workspace::find()?;
    match name {
        Some(Name::Memory) => memory(&workspace, &program, mib, out),
        Some(Name::Bytes) => bytes::bytes(&workspace, &program, mib, out),
        Some(Name::Explain) => explain::explain(&workspace, &program, out),
        Some(Name::Pages) => pages::pages(&workspace, &program, out),
        Some(Name::Log) => log::log(&workspace, &program, out),
        None => {
            memory(&workspace, &program, mib, out)?;
            bytes::bytes(&workspace, &program, mib, out)?;
            explain::explain(&workspace, &program, out)?;
            pages::pages(&workspace, &program, out)?;
            log::log(&workspace, &program, out)
        }
    }
}

/// Pushes and pulls a large file, and looks at the server's memory.
fn memory(workspace: &Workspace, program: &Path, mib: u64, out: &mut dyn Write) -> Result<(), Problem> {
    let mut table = Table::new(
        "memory",
        "How far the server's resident memory grows while one large file is pushed and pulled.\n\
         Made by `cargo xtask bench memory`; memory is `VmRSS` before and `VmHWM` (the peak) during the step.",
        &["step", "file MiB", "seconds", "before MiB", "peak MiB", "growth MiB"],
    );
    say(out, &format!("Writing a file of {mib} MiB …"))?;
    let ground = Ground::prepare(mib, 1)?;
    let server = ground.server(program)?;
    let token = server.token("bench")?;
    let release = ground.path("release").display().to_string();
    let copy = ground.path("copy").display().to_string();
    let steps: [(&str, Vec<&str>); 2] = [
        ("push", vec!["push", &release, "bench/noise", "--release", "1.0.0"]),
        ("pull", vec!["pull", "bench/noise@1.0.0", &copy]),
    ];
    for (step, words) in steps {
        let before = memory_kib(server.pid(), "VmRSS:")?;
        forget_peak(server.pid())?;
        let begun = Instant::now();
        ask(server.client(&token).args(words))?;
        let took = begun.elapsed();
        let peak = memory_kib(server.pid(), "VmHWM:")?;
        let figures = [before, peak, peak.saturating_sub(before)].map(|kib| kib.div_ceil(1024).to_string());
        let first = [step.to_owned(), mib.to_string(), format!("{:.1}", took.as_secs_f64())];
        table.add(first.into_iter().chain(figures).collect(), out)?;
    }
    server.stop()?;
    table.keep(workspace, out)
}
