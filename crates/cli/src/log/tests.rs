//! Record books that hold, and all the ways in which they do not.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use tempfile::TempDir;
use tlog::{Checkpoint, Hash, LogHandover, Note, SignatureKind};

use super::audit::{AuditArguments, audit};
use super::book::{Book, ORIGIN, entry, signer};
use super::doctor::{DoctorArguments, doctor};
use super::monitor::{MonitorArguments, monitor};
use super::trust::TrustArguments;
use crate::out::Out;

/// Entries of the book: three levels of tiles would need more, two levels and partial tiles do not.
const SIZE: usize = 700;

struct Desk {
    folder: TempDir,
    book: Book,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), book: Book::of(SIZE) };
        desk.book.write(&desk.log());
        desk
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn trust(&self) -> TrustArguments {
        TrustArguments { policy: None, state: Some(self.folder.path().join("state")) }
    }

    /// Exit code and what was said.
    async fn audit(&self, older: &[&str]) -> (u8, String) {
        let arguments = AuditArguments {
            book: self.log().display().to_string(),
            checkpoint: older.iter().map(|name| self.folder.path().join(name)).collect(),
            trust: self.trust(),
            json: false,
        };
        said_by(async |out| audit(arguments, out).await.unwrap()).await
    }

    async fn monitor(&self, follow: &[&str]) -> (u8, String) {
        let arguments = MonitorArguments {
            book: self.log().display().to_string(),
            follow: follow.iter().map(|id| (*id).to_owned()).collect(),
            every: None,
            trust: self.trust(),
        };
        said_by(async |out| monitor(arguments, out).await.unwrap()).await
    }
}

async fn said_by(run: impl AsyncFnOnce(&mut Out) -> u8) -> (u8, String) {
    let answer = tempfile::NamedTempFile::new().unwrap();
    let code = run(&mut Out::new(answer.reopen().unwrap(), std::io::sink())).await;
    (code, fs::read_to_string(answer.path()).unwrap())
}

fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[at] ^= 1;
    fs::write(file, bytes).unwrap();
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

fn write(file: &Path, text: impl std::fmt::Display) {
    fs::write(file, text.to_string()).unwrap();
}

#[tokio::test]
async fn an_untouched_record_book_holds_at_every_size() {
    for size in [0, 1, 2, 255, 256, 257, 512, 700] {
        let desk = Desk { folder: tempfile::tempdir().unwrap(), book: Book::of(size) };
        desk.book.write(&desk.log());

        let (code, said) = desk.audit(&[]).await;

        assert_eq!(code, 0, "{size}: {said}");
        assert!(said.starts_with(&format!("All good: {size} entries of {ORIGIN}")), "{said}");
    }
}

type Change = fn(&Path, &Book);

/// What is done to the files, and a word that the audit must say about it.
const TAMPERING: &[(&str, Change, &str)] = &[
    ("an entry changed", |log, _| flip(&log.join("tile/entries/000"), 40), "tile/0/000: entry 0"),
    (
        "an entry of the last bundle changed",
        |log, _| flip(&log.join("tile/entries/002.p/188"), 60),
        "entry 512",
    ),
    (
        "two entries exchanged",
        |log, book| {
            let mut other = book.clone();
            other.entries.swap(3, 4);
            fs::write(log.join("tile/entries/000"), tlog::encode_bundle(&other.entries[..256]).unwrap())
                .unwrap();
        },
        "tile/0/000: entry 3",
    ),
    (
        "an entry taken out of a bundle",
        |log, book| {
            fs::write(log.join("tile/entries/000"), tlog::encode_bundle(&book.entries[..255]).unwrap())
                .unwrap();
        },
        "tile/entries/000: the entry bundle has 255 entries",
    ),
    (
        "an entry too many in a bundle",
        |log, book| {
            let (full, more) = (&book.entries[..256], &book.entries[256..257]);
            let bytes = [tlog::encode_bundle(full).unwrap(), tlog::encode_bundle(more).unwrap()].concat();
            fs::write(log.join("tile/entries/000"), bytes).unwrap();
        },
        "tile/entries/000",
    ),
    (
        "a bundle cut",
        |log, _| {
            let file = log.join("tile/entries/001");
            let bytes = fs::read(&file).unwrap();
            fs::write(file, &bytes[..bytes.len() - 1]).unwrap();
        },
        "tile/entries/001: the entry bundle ends inside entry 255",
    ),
    ("a bundle that is empty", |log, _| write(&log.join("tile/entries/000"), ""), "has 0 entries"),
    (
        "a bundle that is gone",
        |log, _| fs::remove_file(log.join("tile/entries/001")).unwrap(),
        "tile/entries/001",
    ),
    (
        "an entry without coordinates",
        |log, book| {
            let mut other = book.clone();
            other.entries[9] = b"{}".to_vec();
            other.write(log);
        },
        "entry 9: it says nothing that can be read",
    ),
    (
        "the same thing entered twice",
        |log, book| {
            let mut other = book.clone();
            other.entries[600] = entry("id-7", "1.0.0", "11");
            other.write(log);
        },
        "entries 7 and 600",
    ),
    ("a hash of level 0 changed", |log, _| flip(&log.join("tile/0/001"), 32 * 5), "tile/0/001: entry 261"),
    (
        "a hash of the last tile changed",
        |log, _| flip(&log.join("tile/0/002.p/188"), 0),
        "tile/0/002.p/188: entry 512",
    ),
    ("a hash of level 1 changed", |log, _| flip(&log.join("tile/1/000.p/2"), 33), "tile/1/000.p/2: hash 1"),
    ("a tile cut", |log, _| fs::write(log.join("tile/0/000"), [0; 31]).unwrap(), "tile/0/000 has 31 bytes"),
    ("a tile gone", |log, _| fs::remove_file(log.join("tile/0/000")).unwrap(), "tile/0/000: the record book"),
    ("the upper tile gone", |log, _| fs::remove_file(log.join("tile/1/000.p/2")).unwrap(), "tile/1/000.p/2"),
    (
        "a tile of another place",
        |log, _| drop(fs::copy(log.join("tile/0/000"), log.join("tile/0/001"))),
        "tile/0/001",
    ),
    ("an empty checkpoint", |log, _| write(&log.join("checkpoint"), ""), "checkpoint: a signed note"),
    ("another size", |log, _| replace(&log.join("checkpoint"), "\n700\n", "\n699\n"), "is false"),
    ("another origin", |log, _| replace(&log.join("checkpoint"), ORIGIN, "other.example/log"), "checkpoint:"),
    (
        "another root, signed",
        |log, book| {
            let lie = Checkpoint::new(ORIGIN, 700, Hash::of_leaf(b"lie")).unwrap();
            write(&log.join("checkpoint"), book.signed(&lie));
        },
        "root: the 700 entries give the root",
    ),
    (
        "fewer entries than before, signed",
        |log, book| {
            let mut other = book.clone();
            other.entries.truncate(600);
            other.write(log);
        },
        "has 600 entries, but earlier it had 700",
    ),
    (
        "rewritten history, signed",
        |log, book| {
            let mut other = book.clone();
            other.entries[3] = entry("id-3", "1.0.0", "22");
            other.entries.push(entry("id-new", "1.0.0", "33"));
            other.write(log);
        },
        "the checkpoint seen last: the log was rewritten",
    ),
    (
        "another key that signs everything",
        |log, book| {
            let mut other = book.clone();
            other.key = signer(ORIGIN, SignatureKind::Note, 9);
            other.write(log);
        },
        "another one than before",
    ),
    (
        "no signature by the log",
        |log, book| {
            let mut other = book.clone();
            other.key = signer(ORIGIN, SignatureKind::Note, 9);
            write(&log.join("checkpoint"), other.note());
        },
        "none of the 2 signatures is by a known key",
    ),
    ("a key that is none", |log, _| write(&log.join("vkey"), "registry.example/log+00000000+AA=="), "vkey:"),
];

#[tokio::test]
async fn every_kind_of_tampering_is_refused_and_named() {
    for (name, change, word) in TAMPERING {
        let desk = Desk::new();
        let (before, said) = desk.audit(&[]).await;
        assert_eq!(before, 0, "{said}");

        change(&desk.log(), &desk.book);

        let (code, said) = desk.audit(&[]).await;
        assert_eq!(code, 1, "{name}: {said}");
        assert!(said.contains(word), "{name}: {said}");
    }
}

#[tokio::test]
async fn every_flipped_byte_of_every_tile_is_found() {
    let desk = Desk::new();
    let tiles = ["tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"];

    for tile in tiles {
        let file = desk.log().join(tile);
        let good = fs::read(&file).unwrap();
        for at in (0..good.len()).step_by(good.len() / 16 + 1) {
            flip(&file, at);
            let (code, said) = desk.audit(&[]).await;
            assert_eq!(code, 1, "{tile} byte {at}: {said}");
            assert!(said.contains(tile), "{said}");
        }
        fs::write(&file, good).unwrap();
    }
    assert_eq!(desk.audit(&[]).await.0, 0);
}

#[tokio::test]
async fn older_checkpoints_are_compared_each() {
    let desk = Desk::new();
    let earlier = |size: usize, name: &str, lie: bool| {
        let mut book = desk.book.clone();
        book.entries.truncate(size);
        if lie {
            book.entries[0] = entry("id-0", "1.0.0", "44");
        }
        write(&desk.folder.path().join(name), book.note());
    };
    earlier(1, "one", false);
    earlier(300, "good", false);
    earlier(300, "fork", true);

    let good = desk.audit(&["one", "good"]).await;
    let fork = desk.audit(&["one", "fork", "good"]).await;

    assert_eq!(good.0, 0, "{}", good.1);
    assert!(good.1.contains("and 2 older checkpoints"), "{}", good.1);
    assert_eq!(fork.0, 1);
    assert!(fork.1.contains("fork: the log was rewritten: at 300 entries"), "{}", fork.1);
}

#[tokio::test]
async fn a_monitor_tells_what_is_new_about_whom_it_follows() {
    let desk = Desk::new();
    let (_, first) = desk.monitor(&["id-5"]).await;
    let mut grown = desk.book.clone();
    grown.entries.push(entry("id-5", "1.1.0", "55"));
    grown.entries.push(entry("id-6", "1.1.0", "66"));
    grown.write(&desk.log());

    let (code, second) = desk.monitor(&["id-5"]).await;
    let (_, third) = desk.monitor(&[]).await;

    assert_eq!(first.lines().count(), 1, "{first}");
    assert_eq!(code, 0);
    assert!(second.contains("\"index\":700") && second.lines().count() == 1, "{second}");
    assert_eq!(third, "");
}

#[tokio::test]
async fn a_monitor_sees_that_entries_were_exchanged_or_history_rewritten() {
    let desk = Desk::new();
    assert_eq!(desk.monitor(&[]).await.0, 0);
    let mut rewritten = desk.book.clone();
    rewritten.entries[3] = entry("id-3", "1.0.0", "22");
    rewritten.entries.push(entry("id-new", "1.0.0", "33"));
    rewritten.write(&desk.log());

    let (code, said) = desk.monitor(&[]).await;

    assert_eq!(code, 1);
    assert!(said.contains("the log was rewritten: at 700 entries"), "{said}");

    let fresh = Desk::new();
    flip(&fresh.log().join("tile/entries/000"), 40);
    let (code, said) = fresh.monitor(&[]).await;
    assert_eq!(code, 1, "{said}");
}

/// A book of 700 entries whose key gave way, with one more entry behind.
fn rotated(book: &Book) -> Book {
    let mut later = book.clone();
    later.rotate(3);
    later.entries.push(entry("id-later", "1.0.0", "77"));
    later
}

#[tokio::test]
async fn a_key_that_gave_way_leads_to_the_next() {
    let desk = Desk::new();
    write(&desk.folder.path().join("before"), desk.book.note());
    let policy = desk.folder.path().join("policy");
    write(&policy, format!("log {}\nquorum none\n", desk.book.key.verifier()));
    assert_eq!(desk.audit(&[]).await.0, 0);
    let mut later = rotated(&desk.book);
    later.rotate(4);
    later.write(&desk.log());

    let (code, said) = desk.audit(&["before"]).await;
    let monitored = desk.monitor(&[]).await;
    let pinned = TrustArguments { policy: Some(policy), ..desk.trust() };
    let arguments = DoctorArguments { book: desk.log().display().to_string(), trust: pinned };
    let looked = said_by(async |out| doctor(arguments, out).await.unwrap()).await;
    let again = desk.audit(&["before"]).await;

    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("All good: 703 entries") && said.contains("and 2 older"), "{said}");
    assert_eq!(monitored, (0, String::new()), "the audit has seen it all");
    assert_eq!(looked.0, 0, "{}", looked.1);
    assert_eq!(again.0, 0, "{}", again.1);
}

/// What is wrong about a handover, and a word that the audit must say about it. The reader knows the first key.
const HANDOVERS: &[(&str, Change, &str)] = &[
    ("none is offered", |log, _| fs::remove_dir_all(log.join("keys")).unwrap(), "another one than before"),
    (
        "its proof is not offered",
        |log, _| fs::remove_file(log.join("keys/log/1.tlog-proof")).unwrap(),
        "another one than before",
    ),
    (
        "its proof is that of another entry",
        |log, book| write(&log.join("keys/log/1.tlog-proof"), book.proof(5)),
        "keys/log/1: its proof",
    ),
    (
        "only the new key signed",
        |log, book| handover(log, book, |text| Note::sign(text, &[&signer(ORIGIN, NOTE, 3)]).unwrap()),
        "none of the 1 signatures is by a known key",
    ),
    (
        "only the old key signed",
        |log, book| handover(log, book, |text| Note::sign(text, &[&signer(ORIGIN, NOTE, 1)]).unwrap()),
        "none of the 1 signatures is by a known key",
    ),
    (
        "a stranger's key gave way",
        |log, book| {
            let keys = [9, 3].map(|seed| signer(ORIGIN, NOTE, seed));
            handover(log, book, |_| LogHandover::sign(1, &keys[0], &keys[1]).unwrap());
        },
        "another one than before",
    ),
    (
        "it leads to a key that signs nothing",
        |log, book| {
            let keys = [1, 9].map(|seed| signer(ORIGIN, NOTE, seed));
            handover(log, book, |_| LogHandover::sign(1, &keys[0], &keys[1]).unwrap());
        },
        "another one than before",
    ),
    (
        "it has another number",
        |log, book| {
            let keys = [1, 3].map(|seed| signer(ORIGIN, NOTE, seed));
            handover(log, book, |_| LogHandover::sign(2, &keys[0], &keys[1]).unwrap());
        },
        "it says that it is number 2",
    ),
    (
        "its bytes are not those of its entry",
        |log, _| {
            let file = log.join("keys/log/1");
            let text = fs::read_to_string(&file).unwrap();
            write(&file, format!("{text}{}", text.lines().last().unwrap().to_owned() + "\n"));
        },
        "keys/log/1",
    ),
    (
        "the old key goes on signing",
        |log, book| {
            let old = Book { key: signer(ORIGIN, NOTE, 1), ..book.clone() };
            write(&log.join("checkpoint"), old.note());
        },
        "does not sign that many entries",
    ),
    (
        "the new key signs what was before its time",
        |log, book| {
            let early = Book { entries: book.entries[..700].to_vec(), ..book.clone() };
            write(&log.join("checkpoint"), early.note());
        },
        "does not sign that many entries",
    ),
    (
        "the second handover is kept back",
        |log, book| {
            let mut later = book.clone();
            later.rotate(4);
            later.write(log);
            fs::remove_file(log.join("keys/log/2")).unwrap();
        },
        "another one than before",
    ),
    (
        "a handover of the registry's key is kept back",
        |log, book| {
            let mut later = book.clone();
            later.hand_over("registry.1", b"whatever".to_vec());
            later.write(log);
            fs::remove_dir_all(log.join("keys/registry")).unwrap();
        },
        "entry 702: a key gave way, but keys/registry/1",
    ),
    (
        "a handover of the registry's key says nothing",
        |log, book| {
            let mut later = book.clone();
            later.hand_over("registry.1", b"whatever".to_vec());
            later.write(log);
        },
        "keys/registry/1: a document about a new key",
    ),
    (
        "the second begins with the first key again",
        |log, book| {
            let mut later = Book { key: signer(ORIGIN, NOTE, 1), ..book.clone() };
            later.rotate(4);
            later.write(log);
        },
        "keys/log/2: it does not begin with the key",
    ),
    (
        "the second leads back to the first key",
        |log, book| {
            let mut later = book.clone();
            later.rotate(1);
            later.write(log);
        },
        "keys/log/2: its new key is one that gave way",
    ),
];

const NOTE: SignatureKind = SignatureKind::Note;

/// Writes the book with another document about its first handover.
fn handover(log: &Path, book: &Book, change: impl FnOnce(&str) -> Note) {
    let good = Note::from_str(&String::from_utf8_lossy(&book.handovers[0].1)).unwrap();
    let mut other = book.clone();
    other.entries.truncate(700);
    other.handovers.clear();
    other.hand_over("log.1", change(good.text()).to_string().into_bytes());
    other.entries.push(entry("id-later", "1.0.0", "77"));
    other.write(log);
}

/// A desk whose policy names the first key alone, and what a monitor and a quick look say of it.
async fn pinned(desk: &Desk) -> [(u8, String); 2] {
    let policy = desk.folder.path().join("policy");
    write(&policy, format!("log {}\nquorum none\n", signer(ORIGIN, NOTE, 1).verifier()));
    let trust = TrustArguments { policy: Some(policy), ..desk.trust() };
    let book = desk.log().display().to_string();
    let looking = DoctorArguments { book: book.clone(), trust: trust.clone() };
    let watching = MonitorArguments { book, follow: vec![], every: None, trust };
    [
        said_by(async |out| doctor(looking, out).await.unwrap()).await,
        said_by(async |out| monitor(watching, out).await.unwrap()).await,
    ]
}

#[tokio::test]
async fn a_key_that_gave_way_is_not_good_again_when_its_handover_is_kept_back() {
    let desk = Desk::new();
    let mut later = rotated(&desk.book);
    later.rotate(4);
    later.write(&desk.log());
    assert!(pinned(&desk).await.iter().all(|(code, _)| *code == 0));

    // Whoever holds the second key goes on with it, as if there were no third.
    let mut thief = Book { key: signer(ORIGIN, NOTE, 3), ..later };
    thief.handovers.truncate(1);
    thief.entries.push(entry("id-forged", "1.0.0", "88"));
    thief.write(&desk.log());
    for name in ["keys/log/2", "keys/log/2.tlog-proof"] {
        fs::remove_file(desk.log().join(name)).unwrap();
    }

    for (code, said) in pinned(&desk).await {
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("keys/log/2: the record book no longer offers"), "{said}");
    }
}

#[tokio::test]
async fn a_handover_of_another_book_is_not_remembered() {
    let desk = Desk::new();
    // Proven in a longer book that somebody made up, and signed by the key that it leads to.
    let mut other = desk.book.clone();
    other.entries.extend((0..100).map(|number| entry(&format!("id-x{number}"), "1.0.0", "99")));
    other.rotate(9);
    let (_, document, index) = other.handovers[0].clone();
    fs::create_dir_all(desk.log().join("keys/log")).unwrap();
    fs::write(desk.log().join("keys/log/1"), document).unwrap();
    write(&desk.log().join("keys/log/1.tlog-proof"), other.proof(index));

    for (code, said) in pinned(&desk).await {
        assert_eq!(code, 1, "{said}");
    }

    assert_eq!(desk.audit(&[]).await.0, 1);
    fs::remove_dir_all(desk.log().join("keys")).unwrap();
    assert_eq!(desk.audit(&[]).await.0, 0, "nothing of it was kept");
}

#[tokio::test]
async fn every_false_handover_is_refused_and_named() {
    for (name, change, word) in HANDOVERS {
        let desk = Desk::new();
        assert_eq!(desk.audit(&[]).await.0, 0, "before {name}");
        let later = rotated(&desk.book);
        later.write(&desk.log());

        change(&desk.log(), &later);

        let (code, said) = desk.audit(&[]).await;
        assert_eq!(code, 1, "{name}: {said}");
        assert!(said.contains(word), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_quick_look_names_the_first_thing_that_is_wrong() {
    let desk = Desk::new();
    let look = async || {
        let arguments = DoctorArguments { book: desk.log().display().to_string(), trust: desk.trust() };
        said_by(async |out| doctor(arguments, out).await.unwrap()).await
    };
    assert_eq!(desk.audit(&[]).await.0, 0);

    let good = look().await;
    flip(&desk.log().join("tile/entries/002.p/188"), 9000);
    let entry_before_the_last = look().await;
    flip(&desk.log().join("tile/1/000.p/2"), 9);
    let tile = look().await;
    fs::remove_file(desk.log().join("tile/0/002.p/188")).unwrap();
    let gone = look().await;

    assert_eq!((good.0, good.1.lines().count()), (0, 4), "{}", good.1);
    assert_eq!(entry_before_the_last.0, 0, "a quick look does not see everything");
    assert_eq!(tile.0, 1);
    assert!(tile.1.contains("wrong: the last tiles of the log"), "{}", tile.1);
    assert_eq!(gone.0, 1);
    assert!(gone.1.contains("tile/0/002"), "{}", gone.1);
}
