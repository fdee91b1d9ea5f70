//! All the ways in which a downloaded release or its evidence is not what was published. Each is refused, with a
//! message that names the step and the thing.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Digest, ReleaseDocument};
use oms::Statement;
use serde_json::{Value, json};
use tempfile::TempDir;
use tlog::dsse::{IN_TOTO, StatementSigner};
use tlog::{Checkpoint, Hash, ProofFile, SignatureKind, cosign};

use super::tests::document;
use super::*;
use crate::log::book::{Book, ORIGIN, entry, signer};
use crate::record::{Source, TileError};

const FILES: &[(&str, &[u8])] = &[("a.txt", b"abc"), ("b.txt", b"xyz"), ("sub/c.bin", b"0123456789")];
/// Where the release stands in the record book.
const INDEX: u64 = 137;
/// Entries of the record book.
const SIZE: usize = 300;

/// A downloaded release with all its evidence, and the keys that made it.
struct Desk {
    folder: TempDir,
    book: Book,
    key: StatementSigner,
    document: ReleaseDocument,
}

fn key(seed: u8) -> StatementSigner {
    StatementSigner::from_secret(&[seed; 32]).unwrap()
}

fn digest(document: &ReleaseDocument) -> Digest {
    document.to_bytes().unwrap().1
}

/// A repository of somebody else, whose release is in the record book too.
const OTHER: &str = "01939f2a-0000-7000-8000-000000000005";

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let document = document(FILES);
        let mut book = Book::of(SIZE);
        let id = document.repository.id.to_string();
        book.entries[137] = entry(&id, "1.0.0", &digest(&document).hex());
        book.entries[5] = entry(OTHER, "1.0.0", &Digest::of(b"other").hex());
        let desk = Self { folder, book, key: key(7), document };
        for (path, bytes) in FILES {
            let path = desk.release().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        desk.write_evidence();
        desk
    }

    fn release(&self) -> PathBuf {
        self.folder.path().join("r")
    }

    fn evidence(&self, name: &str) -> PathBuf {
        self.folder.path().join("r.vitrine").join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.folder.path().join("r.vitrine")).unwrap();
        fs::write(self.evidence(name), bytes).unwrap();
    }

    fn write_evidence(&self) {
        let (bytes, digest) = self.document.to_bytes().unwrap();
        self.put("document.json", bytes);
        self.put("release.json", Statement::of_release(&self.document, &digest).sign(&self.key).unwrap());
        self.put("model.sig", oms::release_bundle(&self.document, &self.key).unwrap());
        self.put("registry.pem", self.key.verifier().to_pem().unwrap());
        self.put("log.vkey", format!("{}\n", self.book.key.verifier()));
        self.put("log.policy", self.book.policy());
        self.put("release.tlog-proof", self.book.proof(INDEX).to_string());
    }

    /// Another release of the same registry, signed and entered as well.
    fn other(&self) -> ReleaseDocument {
        ReleaseDocument { version: "1.0.1".parse().unwrap(), ..self.document.clone() }
    }

    fn proof(&self, change: impl FnOnce(&mut ProofFile)) {
        let mut proof = self.book.proof(INDEX);
        change(&mut proof);
        self.put("release.tlog-proof", proof.to_string());
    }

    /// A proof under a checkpoint that the right log signed, whatever it says.
    fn proof_under(&self, checkpoint: &Checkpoint) {
        self.proof(|proof| proof.checkpoint = self.book.signed(checkpoint));
    }

    fn replace(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.evidence(name)).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        self.put(name, text.replacen(from, to, 1));
    }

    /// The bundle with another statement in it, signed by the right key.
    fn bundle(&self, change: impl FnOnce(&mut Value)) {
        let mut bundle: Value =
            serde_json::from_slice(&fs::read(self.evidence("model.sig")).unwrap()).unwrap();
        let payload = STANDARD.decode(bundle["dsseEnvelope"]["payload"].as_str().unwrap()).unwrap();
        let mut statement: Value = serde_json::from_slice(&payload).unwrap();
        change(&mut statement);
        let signed = self.key.sign(IN_TOTO, &serde_json::to_vec(&statement).unwrap());
        bundle["dsseEnvelope"] = serde_json::from_slice(&signed.to_json().unwrap()).unwrap();
        self.put("model.sig", bundle.to_string());
    }

    /// The statement changed, and signed by the right key.
    fn statement(&self, change: impl FnOnce(&mut Statement)) {
        let mut statement = Statement::of_release(&self.document, &digest(&self.document));
        change(&mut statement);
        self.put("release.json", statement.sign(&self.key).unwrap());
    }

    /// JSON evidence, changed and signed by nobody.
    fn json(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value: Value = serde_json::from_slice(&fs::read(self.evidence(name)).unwrap()).unwrap();
        change(&mut value);
        self.put(name, value.to_string());
    }

    /// Exit code and the answer in JSON.
    async fn verify(&self, policy: Option<&str>) -> (u8, Value) {
        let policy = policy.map(|text| {
            let path = self.folder.path().join("my.policy");
            fs::write(&path, text).unwrap();
            path
        });
        let arguments = VerifyArguments {
            path: self.release(),
            release: Some("alice/tiny@1.0.0".parse().unwrap()),
            evidence: None,
            policy,
            state: Some(self.folder.path().join("state")),
            offline: true,
            json: true,
            site: SiteArguments::default(),
        };
        let answer = tempfile::NamedTempFile::new().unwrap();
        let code = verify(arguments, &mut Out::new(answer.reopen().unwrap(), std::io::sink())).await.unwrap();
        (code, serde_json::from_slice(&fs::read(answer.path()).unwrap()).unwrap())
    }
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

/// Flips a bit of what stands in base64 in JSON.
fn flip_base64(value: &mut Value) {
    let mut bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    *value = json!(STANDARD.encode(bytes));
}

#[tokio::test]
async fn an_untouched_release_with_all_its_evidence_is_good_and_remembered() {
    let desk = Desk::new();

    let (code, answer) = desk.verify(None).await;
    let (again, _) = desk.verify(Some(&desk.book.policy())).await;

    assert_eq!((code, again, answer["outcome"].as_str()), (0, 0, Some("ok")), "{answer}");
    assert!(desk.folder.path().join("state/log-registry.example_2flog/checkpoint").is_file());
}

type Change = fn(&Desk);
/// A name, what is done, which step must find it, and a word that its message must hold.
type Case = (&'static str, Change, &'static str, &'static str);

const FILE_CASES: &[Case] = &[
    ("a byte flipped", |d| flip(&d.release().join("sub/c.bin")), "content", "sha256:"),
    (
        "two files exchanged",
        |d| {
            fs::rename(d.release().join("a.txt"), d.release().join("x")).unwrap();
            fs::rename(d.release().join("b.txt"), d.release().join("a.txt")).unwrap();
            fs::rename(d.release().join("x"), d.release().join("b.txt")).unwrap();
        },
        "content",
        "hash",
    ),
    ("a file cut", |d| fs::write(d.release().join("a.txt"), "ab").unwrap(), "size", "3 were published"),
    ("a file grown", |d| fs::write(d.release().join("a.txt"), "abcd").unwrap(), "size", "4 bytes"),
    ("a file emptied", |d| fs::write(d.release().join("a.txt"), "").unwrap(), "size", "0 bytes"),
    ("a file gone", |d| fs::remove_file(d.release().join("a.txt")).unwrap(), "missing", "missing"),
    ("a file too many", |d| fs::write(d.release().join("sub/d"), "").unwrap(), "extra", "no such file"),
    (
        "a file renamed",
        |d| fs::rename(d.release().join("a.txt"), d.release().join("A.txt")).unwrap(),
        "extra",
        "no such",
    ),
    (
        "a link instead",
        |d| {
            fs::rename(d.release().join("a.txt"), d.folder.path().join("a")).unwrap();
            std::os::unix::fs::symlink("../a", d.release().join("a.txt")).unwrap();
        },
        "kind",
        "symbolic link",
    ),
];

const DOCUMENT_CASES: &[Case] = &[
    ("a space more", |d| d.replace("document.json", "{", "{ "), "document", "canonical"),
    ("a field more", |d| d.replace("document.json", "{", "{\"x\":1,"), "document", "unknown field"),
    ("empty", |d| d.put("document.json", ""), "document", "no release document"),
    (
        "another licence",
        |d| d.replace("document.json", "Apache-2.0", "MIT"),
        "signature",
        "/release-document",
    ),
    ("another time", |d| d.replace("document.json", "2026-11-22T10", "2026-11-21T10"), "entry", "`doc`"),
    ("another version", |d| d.put("document.json", d.other().to_bytes().unwrap().0), "release", "1.0.1"),
    (
        "a file fewer, on disk too",
        |d| {
            let mut document = d.document.clone();
            document.files.remove(0);
            d.put("document.json", document.to_bytes().unwrap().0);
            fs::remove_file(d.release().join("a.txt")).unwrap();
        },
        "signature",
        "/model-signing-root",
    ),
    (
        "another file, on disk too",
        |d| {
            d.put("document.json", document(&[("a.txt", b"abd"), FILES[1], FILES[2]]).to_bytes().unwrap().0);
            fs::write(d.release().join("a.txt"), "abd").unwrap();
        },
        "signature",
        "`a.txt`",
    ),
];

const STATEMENT_CASES: &[Case] = &[
    ("empty", |d| d.put("release.json", ""), "signature", "the statement"),
    ("no envelope", |d| d.put("release.json", "{}"), "signature", "the statement"),
    (
        "signature flipped",
        |d| d.json("release.json", |e| flip_base64(&mut e["signatures"][0]["sig"])),
        "signature",
        "false",
    ),
    ("payload flipped", |d| d.json("release.json", |e| flip_base64(&mut e["payload"])), "signature", "false"),
    (
        "other type",
        |d| d.json("release.json", |e| e["payloadType"] = json!("text/plain")),
        "signature",
        "text/plain",
    ),
    (
        "no signature",
        |d| d.json("release.json", |e| e["signatures"] = json!([])),
        "signature",
        "number of signatures",
    ),
    (
        "two signatures",
        |d| {
            d.json("release.json", |e| {
                e["signatures"] = json!([e["signatures"][0], e["signatures"][0]]);
            });
        },
        "signature",
        "number of signatures",
    ),
    (
        "by another key",
        |d| {
            let statement = Statement::of_release(&d.document, &digest(&d.document));
            d.put("release.json", statement.sign(&key(8)).unwrap());
        },
        "signature",
        "false",
    ),
    (
        "of another release",
        |d| {
            d.put(
                "release.json",
                Statement::of_release(&d.other(), &digest(&d.other())).sign(&d.key).unwrap(),
            );
        },
        "signature",
        "it is about",
    ),
    (
        "of a card",
        |d| {
            let digest = digest(&d.document);
            d.put("release.json", Statement::of_card("x", 1, &digest, &digest).sign(&d.key).unwrap());
        },
        "signature",
        "attestation/card",
    ),
    ("a file left out", |d| d.statement(|s| drop(s.subject.remove(0))), "signature", "does not name `a.txt`"),
    ("a file twice", |d| d.statement(|s| s.subject.push(s.subject[0].clone())), "signature", "twice"),
    (
        "a file more",
        |d| {
            d.statement(|s| {
                let mut more = s.subject[0].clone();
                more.name = "z.txt".to_owned();
                s.subject.push(more);
            });
        },
        "signature",
        "also names `z.txt`",
    ),
    ("other package", |d| d.statement(|s| s.predicate["packageId"] = json!("x")), "signature", "it is about"),
];

const BUNDLE_CASES: &[Case] = &[
    ("empty", |d| d.put("model.sig", ""), "signature", "the bundle"),
    (
        "signature flipped",
        |d| {
            d.json("model.sig", |b| {
                flip_base64(&mut b["dsseEnvelope"]["signatures"][0]["sig"]);
            });
        },
        "signature",
        "false",
    ),
    (
        "payload flipped",
        |d| d.json("model.sig", |b| flip_base64(&mut b["dsseEnvelope"]["payload"])),
        "signature",
        "false",
    ),
    ("other media type", |d| d.json("model.sig", |b| b["mediaType"] = json!("x")), "signature", "media type"),
    ("a member more", |d| d.json("model.sig", |b| b["x"] = json!(1)), "signature", "the bundle"),
    (
        "two signatures",
        |d| {
            d.json("model.sig", |b| {
                let one = b["dsseEnvelope"]["signatures"][0].clone();
                b["dsseEnvelope"]["signatures"] = json!([one, one]);
            });
        },
        "signature",
        "number of signatures",
    ),
    (
        "by another key",
        |d| d.put("model.sig", oms::release_bundle(&d.document, &key(8)).unwrap()),
        "signature",
        "another key",
    ),
    (
        "a file left out",
        |d| {
            let mut less = d.document.clone();
            less.files.remove(0);
            d.put("model.sig", oms::release_bundle(&less, &d.key).unwrap());
        },
        "signature",
        "about `a.txt`",
    ),
    (
        "a file more",
        |d| {
            let more = document(&[FILES[0], FILES[1], FILES[2], ("z.txt", b"z")]);
            d.put("model.sig", oms::release_bundle(&more, &d.key).unwrap());
        },
        "signature",
        "about `z.txt`: the file is missing",
    ),
    (
        "other bytes",
        |d| {
            let other = document(&[("a.txt", b"abd"), FILES[1], FILES[2]]);
            d.put("model.sig", oms::release_bundle(&other, &d.key).unwrap());
        },
        "signature",
        "about `a.txt`: its sha256",
    ),
    (
        "a wrong root",
        |d| d.bundle(|s| s["subject"][0]["digest"]["sha256"] = json!("00")),
        "signature",
        "give the root",
    ),
    (
        "a file twice",
        |d| {
            d.bundle(|s| {
                s["predicate"]["resources"][1] = s["predicate"]["resources"][0].clone();
            });
        },
        "signature",
        "twice",
    ),
    (
        "a path outside",
        |d| d.bundle(|s| s["predicate"]["resources"][0]["name"] = json!("../a")),
        "signature",
        "../a",
    ),
];

const PROOF_CASES: &[Case] = &[
    ("empty", |d| d.put("release.tlog-proof", ""), "inclusion", "proof file"),
    ("another header", |d| d.replace("release.tlog-proof", "@v1", "@v2"), "inclusion", "tlog-proof@v2"),
    ("no entry", |d| d.proof(|p| p.extra = None), "entry", "carries no entry"),
    ("an empty entry", |d| d.proof(|p| p.extra = Some(vec![])), "entry", "no entry of a record book"),
    (
        "the proof of another release",
        |d| d.put("release.tlog-proof", d.book.proof(5).to_string()),
        "entry",
        "`id` is `01939f2a-0000-7000-8000-000000000005`",
    ),
    (
        "the entry of another version",
        |d| {
            d.proof(|p| {
                let id = d.document.repository.id.to_string();
                p.extra = Some(entry(&id, "1.0.1", &digest(&d.document).hex()));
            });
        },
        "entry",
        "`ver` is `1.0.1`",
    ),
    (
        "the entry of another document",
        |d| {
            d.proof(|p| {
                p.extra =
                    Some(entry(&d.document.repository.id.to_string(), "1.0.0", &Digest::of(b"x").hex()));
            });
        },
        "entry",
        "`doc`",
    ),
    (
        "the entry of another kind",
        |d| {
            d.proof(|p| {
                let text = String::from_utf8(p.extra.take().unwrap()).unwrap();
                p.extra = Some(text.replace("\"kind\":\"release\"", "\"kind\":\"card\"").into_bytes());
            });
        },
        "entry",
        "`kind` is `card`",
    ),
    (
        "a space in the entry",
        |d| {
            d.proof(|p| {
                let text = String::from_utf8(p.extra.take().unwrap()).unwrap();
                p.extra = Some(text.replacen('{', "{ ", 1).into_bytes());
            });
        },
        "entry",
        "canonical JSON",
    ),
    (
        "another moment in the entry",
        |d| {
            d.proof(|p| {
                let text = String::from_utf8(p.extra.take().unwrap()).unwrap();
                p.extra = Some(text.replace("T10:00:00Z", "T11:00:00Z").into_bytes());
            });
        },
        "inclusion",
        "lead to the root",
    ),
    ("another index", |d| d.proof(|p| p.index = 136), "inclusion", "lead to the root"),
    ("an index beyond", |d| d.proof(|p| p.index = 300), "inclusion", "no entry 300"),
    ("a hash changed", |d| d.proof(|p| p.hashes[4] = Hash::of_nothing()), "inclusion", "lead to the root"),
    ("a hash too few", |d| d.proof(|p| p.hashes.truncate(p.hashes.len() - 1)), "inclusion", "too few"),
    ("a hash too many", |d| d.proof(|p| p.hashes.push(Hash::of_nothing())), "inclusion", "too many"),
    ("two hashes exchanged", |d| d.proof(|p| p.hashes.swap(0, 1)), "inclusion", "lead to the root"),
    ("no hashes", |d| d.proof(|p| p.hashes.clear()), "inclusion", "too few"),
];

const LOG_CASES: &[Case] = &[
    ("another size", |d| d.replace("release.tlog-proof", "\n300\n", "\n301\n"), "log", "is false"),
    (
        "another root, signed",
        |d| {
            d.proof_under(&Checkpoint::new(ORIGIN, 300, Hash::of_leaf(b"lie")).unwrap());
        },
        "inclusion",
        "the log's root is",
    ),
    (
        "an empty log, signed",
        |d| d.proof_under(&Checkpoint::new(ORIGIN, 0, Hash::of_nothing()).unwrap()),
        "inclusion",
        "no entry 137",
    ),
    (
        "another origin, signed",
        |d| {
            let (size, root) = (d.book.checkpoint().size(), d.book.checkpoint().root());
            d.proof_under(&Checkpoint::new("other.example/log", size, root).unwrap());
        },
        "log",
        "other.example/log",
    ),
    (
        "signed by another log key",
        |d| {
            d.proof(|p| {
                let mut other = d.book.clone();
                other.key = signer(ORIGIN, SignatureKind::Note, 9);
                p.checkpoint = other.note();
            });
        },
        "log",
        "is by a known key",
    ),
    (
        "no witness",
        |d| d.proof(|p| p.checkpoint = d.book.checkpoint().sign(&[&d.book.key]).unwrap()),
        "log",
        "w",
    ),
    (
        "another witness",
        |d| {
            d.proof(|p| {
                let mut other = d.book.clone();
                other.witness = signer("witness.example", SignatureKind::Cosignature, 9);
                p.checkpoint = other.note();
            });
        },
        "log",
        "w",
    ),
    (
        "a cosignature of another checkpoint",
        |d| {
            d.proof(|p| {
                let other = Checkpoint::new(ORIGIN, 299, Hash::of_nothing()).unwrap();
                p.checkpoint = d.book.checkpoint().sign(&[&d.book.key]).unwrap();
                p.checkpoint.add(cosign(&other, 1, &d.book.witness).unwrap()).unwrap();
            });
        },
        "log",
        "witness.example",
    ),
    (
        "a log key that is none",
        |d| {
            fs::remove_file(d.evidence("log.policy")).unwrap();
            d.put("log.vkey", "registry.example/log+00000000+AA==");
        },
        "log",
        "kind 0x00",
    ),
    (
        "a log key that the policy does not name",
        |d| d.put("log.vkey", format!("{}\n", signer(ORIGIN, SignatureKind::Note, 9).verifier())),
        "log",
        "not one that the policy names",
    ),
    ("a policy that is none", |d| d.put("log.policy", "trust everybody\n"), "log", "no rule"),
];

const KEY_CASES: &[Case] = &[
    (
        "another registry key that signed everything",
        |d| {
            d.put("registry.pem", key(8).verifier().to_pem().unwrap());
            d.put(
                "release.json",
                Statement::of_release(&d.document, &digest(&d.document)).sign(&key(8)).unwrap(),
            );
            d.put("model.sig", oms::release_bundle(&d.document, &key(8)).unwrap());
        },
        "key",
        "another key than the one seen before",
    ),
    (
        "another log key that signed everything",
        |d| {
            let mut other = d.book.clone();
            other.key = signer(ORIGIN, SignatureKind::Note, 9);
            d.put("log.vkey", format!("{}\n", other.key.verifier()));
            d.put("log.policy", other.policy());
            d.put("release.tlog-proof", other.proof(INDEX).to_string());
        },
        "key",
        "another key than the one seen before",
    ),
    (
        "no key",
        |d| d.put("registry.pem", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"),
        "signature",
        "public key",
    ),
    (
        "a rewritten record book of the same size",
        |d| {
            let mut other = d.book.clone();
            other.entries[0] = entry("id-0", "1.0.0", "99");
            d.put("release.tlog-proof", other.proof(INDEX).to_string());
        },
        "consistency",
        "the log was rewritten: at 300 entries",
    ),
];

#[tokio::test]
async fn every_kind_of_tampering_is_refused_and_named() {
    let tables =
        [FILE_CASES, DOCUMENT_CASES, STATEMENT_CASES, BUNDLE_CASES, PROOF_CASES, LOG_CASES, KEY_CASES];
    let mut count = 0;
    for (number, (name, change, step, word)) in tables.into_iter().flatten().enumerate() {
        let desk = Desk::new();
        assert_eq!(desk.verify(None).await.0, 0, "before {name}");

        change(&desk);

        let (code, answer) = desk.verify(None).await;
        assert_eq!((code, answer["outcome"].as_str()), (1, Some("mismatch")), "{number} {name}: {answer}");
        let found = answer["findings"].as_array().unwrap().iter().any(|finding| {
            finding["step"] == *step && finding["wrong"].as_str().is_some_and(|wrong| wrong.contains(word))
        });
        assert!(found, "{number} {name}: {step} should say {word}: {answer}");
        count += 1;
    }
    assert!(count >= 60, "{count} kinds");
}

#[tokio::test]
async fn what_is_missing_from_the_evidence_is_never_good() {
    for piece in ["release.json", "model.sig", "release.tlog-proof", "registry.pem"] {
        let desk = Desk::new();
        fs::remove_file(desk.evidence(piece)).unwrap();

        let (code, answer) = desk.verify(None).await;

        assert_eq!((code, answer["outcome"].as_str()), (3, Some("could_not_check")), "{piece}: {answer}");
        assert!(answer["reason"].as_str().unwrap().contains(piece), "{piece}: {answer}");
    }
    let desk = Desk::new();
    fs::remove_file(desk.evidence("log.vkey")).unwrap();
    fs::remove_file(desk.evidence("log.policy")).unwrap();
    assert_eq!(desk.verify(None).await.0, 3);
}

#[tokio::test]
async fn my_own_policy_wins_over_the_evidence() {
    let desk = Desk::new();
    let second = signer("second.example", SignatureKind::Cosignature, 5);
    let both = desk
        .book
        .policy()
        .replace("quorum w", &format!("witness s {}\ngroup g all w s\nquorum g", second.verifier()));

    let (code, answer) = desk.verify(Some(&both)).await;

    assert_eq!((code, answer["findings"][0]["step"].as_str()), (1, Some("log")), "{answer}");
}

/// A client that trusts tiles near the root more than those below it was CVE-2026-56865.
#[tokio::test]
async fn no_tile_is_believed_unless_the_root_vouches_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let later = Book::of(700);
    let earlier = Book { entries: later.entries[..300].to_vec(), ..later.clone() };
    later.write(folder.path());
    let source = Source::Folder(folder.path().to_owned());
    let ask = async || proven::continues(&source, &earlier.checkpoint(), &later.checkpoint()).await.unwrap();
    assert!(ask().await.is_ok());

    for tile in ["tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"] {
        let file = folder.path().join(tile);
        let good = fs::read(&file).unwrap();
        for at in (0..good.len()).step_by(31) {
            let mut altered = good.clone();
            altered[at] ^= 1;
            fs::write(&file, altered).unwrap();
            assert!(matches!(ask().await, Err(TileError::Wrong(_))), "{tile} byte {at}");
        }
        fs::write(&file, good).unwrap();
    }
    assert!(ask().await.is_ok());
}
