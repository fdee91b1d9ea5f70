//! How fast numbers are shared out, on scores made up like those of a feed: `cargo bench -p explain`.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use explain::chance::Stream;
use explain::games::place::Goal;
use explain::games::score::{self, Prepared};
use explain::games::{FormScorer, How, Wanted, report};
use explain::{Matrix, Means, Order, Players, Subject};
use forms::program::{Affine, Map, Precision, Program, Step, Wanted as Element};
use forms::{Branch, Forest, Form, Function, Node, Part, Term, Tree};

/// Signals of an item.
const SIGNALS: usize = 24;
/// Signals that one prediction of the feed reads.
const READ: usize = 8;
/// Signals of the small network.
const FEW: usize = 12;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn rows(rows: usize, columns: usize, seed: u64) -> Result<Matrix, explain::Error> {
    let mut stream = Stream::new(seed, "rows", 0);
    Matrix::new(columns, (0..rows * columns).map(|_| stream.unit()).collect())
}

/// A tree of 15 questions about some signals, and 16 leaves.
fn tree(first: usize, stream: &mut Stream) -> Tree {
    let question = |at: u32, stream: &mut Stream| {
        let column = u32::try_from((first + stream.below(READ)) % SIGNALS).unwrap_or_default();
        Node::Branch(Branch {
            column,
            limit: stream.unit(),
            low: 2 * at + 1,
            high: 2 * at + 2,
            missing_low: true,
        })
    };
    let mut nodes: Vec<Node> = (0..15).map(|at| question(at, stream)).collect();
    nodes.extend((0..16).map(|_| Node::Leaf(stream.unit() / 10.0 - 0.05)));
    Tree { nodes, covers: None }
}

/// Six predictions of sixty trees each behind a sigmoid, weighted and added up.
fn feed() -> Result<Form, forms::Error> {
    let mut stream = Stream::new(1, "feed", 0);
    let mut terms = Vec::new();
    for (head, weight) in [1.0, 8.0, 6.0, 2.5, -20.0, -120.0].into_iter().enumerate() {
        let trees = (0..60).map(|_| tree(3 * head, &mut stream)).collect();
        let trees = Part::Trees(Arc::new(Forest::new(SIGNALS, -1.0, trees)?));
        let margin = Form { columns: SIGNALS, bias: 0.0, terms: vec![term(1.0, trees)] };
        terms.push(term(weight, Part::Curve(Function::Sigmoid, Arc::new(margin))));
    }
    Ok(Form { columns: SIGNALS, bias: 0.0, terms })
}

/// Two hidden layers of 64 and 32.
fn network() -> Result<Form, forms::Error> {
    let mut stream = Stream::new(2, "network", 0);
    let mut numbers = |count: usize| (0..count).map(|_| stream.unit() - 0.5).collect::<Vec<f64>>();
    let mut layer = |from: usize, inputs: usize, outputs: usize| {
        Step::Affine(Affine { from, weights: numbers(inputs * outputs).into(), bias: numbers(outputs) })
    };
    let relu = |from: usize| Step::Map { from, map: Map::Function(Function::Relu) };
    let read = Step::Columns((0..FEW).collect());
    let steps = [read, layer(0, FEW, 64), relu(1), layer(2, 64, 32), relu(3), layer(4, 32, 1)];
    let wanted = Element { elements: vec![(5, 0, 1.0)], bias: 0.0 };
    let program = Program::new(FEW, Precision::Single, &steps, &wanted)?;
    Ok(Form { columns: FEW, bias: 0.0, terms: vec![term(1.0, Part::Network(Arc::new(program)))] })
}

fn term(weight: f64, part: Part) -> Term {
    Term { name: None, weight, part }
}

/// Seven groups of the signals.
fn groups() -> Result<Players, explain::Error> {
    Players::new(SIGNALS, (0..7).map(|group| (group..SIGNALS).step_by(7).collect()).collect())
}

fn scores(criterion: &mut Criterion) -> Outcome {
    let (form, means, how) = (feed()?, Means::plain(), How::default());
    let (background, items, players) =
        (rows(100, SIGNALS, 1)?, rows(10, SIGNALS, 2)?, Players::each(SIGNALS));
    let prepared = Prepared::of(&form, &background, &players, &how, &means)?;
    criterion.bench_function("ten scores of a feed, 24 signals, 100 background rows, exact", |bencher| {
        bencher.iter(|| prepared.attribute(&items, &how, &means));
    });
    let one = rows(1, SIGNALS, 3)?;
    let how = How { wanted: Wanted::Sample, most_orders: 200, ..how };
    criterion.bench_function("one score of a feed, 24 signals, 200 orders", |bencher| {
        bencher.iter(|| {
            score::attribute(&mut Subject::Form(&form), (&one, &background), &players, (&how, &means))
        });
    });
    Ok(())
}

fn black_box(criterion: &mut Criterion) -> Outcome {
    let (form, means) = (network()?, Means::plain());
    let (background, items, players) = (rows(100, FEW, 1)?, rows(1, FEW, 2)?, Players::each(FEW));
    criterion.bench_function("one score of a network, 409 600 hybrids", |bencher| {
        bencher.iter(|| {
            let mut scorer = FormScorer::new(&form, 1);
            let subject = &mut Subject::BlackBox(&mut scorer);
            score::attribute(subject, (&items, &background), &players, (&How::default(), &means))
        });
    });
    Ok(())
}

fn lists(criterion: &mut Criterion) -> Outcome {
    let (form, players) = (feed()?, groups()?);
    let (background, list) = (rows(20, SIGNALS, 1)?, rows(20, SIGNALS, 2)?);
    for threads in [1, 2] {
        let means = Means { threads, ..Means::plain() };
        let name = format!("report of a list: 20 items, 7 groups, 20 background rows, {threads} threads");
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| {
                let asked = (&players, [Goal::Place, Goal::Top(5)].as_slice(), Order::Descending);
                let subject = &mut Subject::Form(&form);
                report::attribute(subject, (&list, &background), asked, (&How::default(), &means))
            });
        });
    }
    Ok(())
}

fn all(criterion: &mut Criterion) {
    let outcome = scores(criterion).and_then(|()| black_box(criterion)).and_then(|()| lists(criterion));
    assert!(outcome.is_ok(), "{outcome:?}");
}

criterion_group!(games, all);
criterion_main!(games);
