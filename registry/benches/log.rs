//! How fast the record book takes entries, through the registry's own append and in this process.
//!
//! `cargo bench -p registry --bench log -- append|proof DATABASE_URL FOLDER COUNT` says its figures as one line of JSON;
//! `cargo xtask bench log` asks it on both databases. Without these words it measures nothing.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Coordinates, Digest, Entry, EntryKind, SystemChance, SystemClock, Timestamp, Uuid};
use ranking::WorkerProgram;
use registry::{Actor, Config, Limits, LogKeeper, Registry};
use serde_json::{Value, json};
use tlog::{NoteSigner, SignatureKind};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// Entries of one append, when as many as possible are to be taken.
const TOGETHER: usize = 256;
/// Appends at a time.
const WRITERS: usize = 4;
/// Entries that arrive in a second, when the time to a proof is measured.
const ARRIVALS: u32 = 500;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [what, url, folder, count] = words.as_slice() else { return Ok(()) };
    let count = count.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = runtime.block_on(async {
        let registry = open(url, Path::new(folder)).await?;
        let (stop, stopped) = watch::channel(false);
        let keeping = tokio::spawn({
            let registry = registry.clone();
            async move { registry.keep_log(stopped).await }
        });
        let figures = match what.as_str() {
            "append" => append(&registry, count).await,
            "proof" => proof(&registry, count).await,
            other => Err(format!("`{other}` cannot be measured: write append or proof").into()),
        };
        stop.send(true)?;
        keeping.await??;
        figures
    })?;
    writeln!(std::io::stdout(), "{figures}")?;
    Ok(())
}

/// A registry of its own, with an empty record book.
async fn open(url: &str, folder: &Path) -> Result<Registry, Failure> {
    let blobs = folder.join("blobs");
    std::fs::create_dir_all(&blobs)?;
    let registry = Registry::open(Config {
        database_url: url.to_owned(),
        blobs_url: format!("file://{}", blobs.display()),
        worker: WorkerProgram::this_program()?,
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        limits: Limits::default(),
    })
    .await?;
    let signer = NoteSigner::from_seed("bench.example/log".parse()?, SignatureKind::Note, &[1; 32]);
    registry.open_log(LogKeeper { signer, guard: folder.join("guard/log"), witnesses: None }).await?;
    Ok(registry)
}

/// An entry like that of a release; the number makes it another one.
fn entry(number: usize) -> Result<Entry, Failure> {
    let id = Uuid::from_u128(number.try_into()?);
    let coordinates = Coordinates { kind: EntryKind::Release, id, ver: "1.0.0".to_owned() };
    let document = (Digest::of(&number.to_be_bytes()), "vitrine/release/1");
    Ok(Entry::new(coordinates, document, None, Timestamp::UNIX_EPOCH)?)
}

/// As many as possible: the time until a published checkpoint covers all of them.
async fn append(registry: &Registry, count: usize) -> Result<Value, Failure> {
    let entries = (0..count).map(entry).collect::<Result<Vec<_>, _>>()?;
    let size = registry.checkpoint().await?.0 + u64::try_from(count)?;
    let begun = Instant::now();
    let mut writers = JoinSet::new();
    for some in entries.chunks(count.div_ceil(WRITERS)) {
        let (registry, some) = (registry.clone(), some.to_vec());
        writers.spawn(async move {
            for together in some.chunks(TOGETHER) {
                registry.append(&Actor::System, together).await?;
            }
            Ok::<_, registry::Error>(())
        });
    }
    while let Some(written) = writers.join_next().await {
        written??;
    }
    while registry.checkpoint().await?.0 < size {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    Ok(json!({"entries": count, "seconds": seconds}))
}

/// At a steady pace: the time from an entry's arrival until its proof is at hand. What arrives during an append goes
/// into the next one.
async fn proof(registry: &Registry, count: usize) -> Result<Value, Failure> {
    let (arrive, mut arrived) = mpsc::unbounded_channel();
    let pace = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / ARRIVALS);
        for number in 0..count {
            ticks.tick().await;
            arrive.send((entry(number)?, Instant::now()))?;
        }
        Ok::<_, Failure>(())
    });
    let (begun, mut waiting, mut some) = (Instant::now(), JoinSet::new(), Vec::new());
    while arrived.recv_many(&mut some, TOGETHER).await > 0 {
        let entries: Vec<Entry> = some.iter().map(|(entry, _)| entry).cloned().collect();
        registry.append(&Actor::System, &entries).await?;
        for (entry, since) in some.drain(..) {
            let registry = registry.clone();
            waiting.spawn(async move {
                registry.proven(&entry.coordinates).await.map(|_proof| since.elapsed().as_secs_f64())
            });
        }
    }
    pace.await??;
    let mut took = Vec::with_capacity(count);
    while let Some(proven) = waiting.join_next().await {
        took.push(proven??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get(took.len() * share / 100).copied();
    Ok(json!({"entries": count, "seconds": seconds, "p50": at(50), "p99": at(99)}))
}
