//! How fast tables of trees are made and read: `cargo bench -p explain --bench trees`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use explain::chance::Stream;
use explain::trees::{Tables, representatives};
use explain::{Matrix, Means, Players};
use forms::{Branch, Forest, Node, Tree};

/// Signals of a row.
const SIGNALS: usize = 136;
/// Questions of a tree, all of them answered within six steps.
const QUESTIONS: u32 = 63;
/// Trees of the ensemble.
const TREES: usize = 100;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn rows(rows: usize, seed: u64) -> Result<Matrix, explain::Error> {
    let mut stream = Stream::new(seed, "rows", 0);
    Matrix::new(SIGNALS, (0..rows * SIGNALS).map(|_| stream.unit()).collect())
}

fn forest() -> Result<Forest, forms::Error> {
    let mut stream = Stream::new(1, "forest", 0);
    let mut tree = || {
        let mut nodes: Vec<Node> = (0..QUESTIONS)
            .map(|at| {
                let column = u32::try_from(stream.below(SIGNALS)).unwrap_or_default();
                let (low, high) = (2 * at + 1, 2 * at + 2);
                Node::Branch(Branch { column, limit: stream.unit(), low, high, missing_low: true })
            })
            .collect();
        nodes.extend((0..=QUESTIONS).map(|_| Node::Leaf(stream.unit() - 0.5)));
        Tree { nodes, covers: None }
    };
    Forest::new(SIGNALS, 0.0, (0..TREES).map(|_| tree()).collect())
}

fn measure(criterion: &mut Criterion) -> Outcome {
    let (forest, means, players) = (forest()?, Means::plain(), Players::each(SIGNALS));
    let asked = rows(1024, 2)?;
    for size in [100, 1000] {
        let background = rows(size, 3)?;
        criterion.bench_function(&format!("tables of 100 trees over {size} background rows"), |bencher| {
            bencher.iter(|| Tables::prepare(&forest, &background, &players, &means));
        });
        let tables = Tables::prepare(&forest, &background, &players, &means)?;
        let mut group = criterion.benchmark_group("rows through tables");
        group.throughput(Throughput::Elements(1024));
        for threads in [1, 2] {
            let means = Means { threads, ..Means::plain() };
            group.bench_function(format!("{size} background rows, {threads} threads"), |bencher| {
                bencher.iter(|| tables.explain(&asked, &means));
            });
        }
        group.finish();
    }
    let limits: Vec<f64> = (0..1000).map(|limit| f64::from(limit) / 7.0).collect();
    criterion.bench_function("a value inside each of 1,001 intervals", |bencher| {
        bencher.iter(|| representatives(&limits));
    });
    Ok(())
}

fn all(criterion: &mut Criterion) {
    let outcome = measure(criterion);
    assert!(outcome.is_ok(), "{outcome:?}");
}

criterion_group!(trees, all);
criterion_main!(trees);
