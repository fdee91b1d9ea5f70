//! What a witness promises.

#![cfg(test)]

use std::path::Path;
use std::sync::{Arc, Barrier};

use tlog::witness::Request;
use tlog::{
    Checkpoint, Edge, Error, Hash, KeyName, Node, NodeSource, Note, NoteSigner, SignatureKind,
    consistency_proof,
};
use witness::{Keeper, KeeperError, Reply};

const ORIGIN: &str = "log.example/log";

fn signer(name: &str, kind: SignatureKind, seed: u8) -> NoteSigner {
    let name: KeyName = name.parse().unwrap();
    NoteSigner::from_seed(name, kind, &[seed; 32])
}

fn log_key() -> NoteSigner {
    signer(ORIGIN, SignatureKind::Note, 1)
}

fn keeper(folder: &Path) -> Keeper {
    let key = signer("witness.example", SignatureKind::Cosignature, 2);
    Keeper::open(folder, key, vec![log_key().verifier().clone()]).unwrap()
}

struct Leaves(Vec<Hash>);

impl Leaves {
    fn of(count: u64, branch: &str) -> Self {
        Self((0..count).map(|number| Hash::of_leaf(format!("{branch} {number}").as_bytes())).collect())
    }

    fn checkpoint(&self, origin: &str) -> Checkpoint {
        let mut edge = Edge::empty();
        for leaf in &self.0 {
            edge.append(*leaf);
        }
        Checkpoint::new(origin, edge.size(), edge.root().unwrap()).unwrap()
    }

    fn note(&self) -> Note {
        self.checkpoint(ORIGIN).sign(&[&log_key()]).unwrap()
    }
}

impl NodeSource for Leaves {
    fn node(&self, node: Node) -> Result<Hash, Error> {
        let Node { height, index } = node;
        if height == 0 {
            return Ok(self.0[usize::try_from(index).unwrap()]);
        }
        let child = |index| self.node(Node { height: height - 1, index });
        Ok(Hash::of_children(&child(index * 2)?, &child(index * 2 + 1)?))
    }
}

fn request(old: u64, tree: &Leaves) -> String {
    let size = tree.0.len() as u64;
    let proof = if old > size { Vec::new() } else { consistency_proof(old, size, tree).unwrap() };
    Request::new(old, proof, tree.note()).unwrap().to_string()
}

fn ask(keeper: &Keeper, body: &str) -> Reply {
    keeper.add_checkpoint(body, 1_795_300_000).unwrap()
}

#[test]
fn all_eight_cases_are_answered_as_the_protocol_says() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = keeper(folder.path());
    let (five, nine, fork) = (Leaves::of(5, "a"), Leaves::of(9, "a"), Leaves::of(9, "b"));
    let other_key = fork.checkpoint(ORIGIN).sign(&[&signer(ORIGIN, SignatureKind::Note, 8)]).unwrap();
    let unknown = Checkpoint::new("other.example", 5, five.checkpoint(ORIGIN).root()).unwrap();
    let unknown = unknown.sign(&[&signer("other.example", SignatureKind::Note, 1)]).unwrap();
    let text = |old, note: &Note| Request::new(old, vec![], note.clone()).unwrap().to_string();

    let first = ask(&keeper, &request(0, &five));
    let grown = ask(&keeper, &request(5, &nine));
    let conflict = ask(&keeper, &request(5, &nine));
    let cases = [
        (ask(&keeper, &text(0, &unknown)), 404),
        (ask(&keeper, &text(9, &other_key)), 403),
        (ask(&keeper, &request(12, &nine)), 400),
        (ask(&keeper, "old nine\n\n"), 400),
        (ask(&keeper, &request(9, &fork)), 422),
        (ask(&keeper, &request(9, &Leaves::of(20, "b"))), 422),
    ];

    assert_eq!((first.status, grown.status), (200, 200), "{}", grown.body);
    assert!(grown.body.starts_with("— witness.example "), "{}", grown.body);
    assert_eq!((conflict.status, conflict.content_type, &*conflict.body), (409, "text/x.tlog.size", "9\n"));
    for (reply, status) in cases {
        assert_eq!(reply.status, status, "{}", reply.body);
    }
    let empty = Checkpoint::new(ORIGIN, 0, Hash::of_leaf(b"x")).unwrap().sign(&[&log_key()]).unwrap();
    let fresh = tempfile::tempdir().unwrap();
    let fresh = self::keeper(fresh.path());
    assert_eq!(ask(&fresh, &text(0, &empty)).status, 422);
    let proof = Request::new(0, vec![Hash::of_nothing()], five.note()).unwrap().to_string();
    assert_eq!(ask(&fresh, &proof).status, 422);
}

#[test]
fn what_was_cosigned_is_on_disk_before_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (five, fork) = (Leaves::of(5, "a"), Leaves::of(5, "b"));
    assert_eq!(ask(&keeper(folder.path()), &request(0, &five)).status, 200);

    let again = keeper(folder.path());

    assert_eq!(ask(&again, &request(0, &fork)).body, "5\n");
    assert_eq!(ask(&again, &request(5, &fork)).status, 422);
    let hex = "9c5f8cf7a1a5a3ee4a1b6a8d3f11e6ff";
    assert_eq!(again.latest(hex).unwrap(), None);
}

#[test]
fn two_processes_cannot_be_the_same_witness() {
    let folder = tempfile::tempdir().unwrap();
    let _first = keeper(folder.path());
    let key = signer("witness.example", SignatureKind::Cosignature, 2);

    let second = Keeper::open(folder.path(), key, vec![]);

    assert!(matches!(second, Err(KeeperError::Taken { .. })), "{second:?}");
}

#[test]
fn a_witness_that_lost_its_memory_refuses_to_guess() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = keeper(folder.path());
    assert_eq!(ask(&keeper, &request(0, &Leaves::of(5, "a"))).status, 200);
    let file = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let file = file.into_iter().find(|path| path.extension().is_some_and(|ext| ext == "checkpoint")).unwrap();
    std::fs::write(file, "").unwrap();

    let refused = keeper.add_checkpoint(&request(0, &Leaves::of(5, "b")), 1);

    assert!(matches!(refused, Err(KeeperError::Forgotten { .. })), "{refused:?}");
}

#[test]
fn of_sixty_four_calls_at_once_one_wins_and_no_fork_is_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = Arc::new(keeper(folder.path()));
    let start = Arc::new(Barrier::new(64));
    let calls: Vec<_> = (0..64)
        .map(|number| {
            let (keeper, start) = (Arc::clone(&keeper), Arc::clone(&start));
            std::thread::spawn(move || {
                let body = request(0, &Leaves::of(7, &format!("branch {}", number % 8)));
                start.wait();
                ask(&keeper, &body).status
            })
        })
        .collect();

    let statuses: Vec<u16> = calls.into_iter().map(|call| call.join().unwrap()).collect();

    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 63, "{statuses:?}");
}
