//! Trust in logs and quorums of witnesses, and proofs to keep.

use std::fmt::Write as _;

use tlog::{Error, Hash, Note, Policy, ProofFile, cosign, inclusion_proof};

use crate::book::{Leaves, checkpoint, log_key, witness_key};

const ORIGIN: &str = "registry.example/log";

fn policy(rules: &str) -> Result<Policy, Error> {
    let mut text =
        format!("# who is trusted\n\nlog {} https://registry.example/log\n", log_key(ORIGIN).verifier());
    for number in 1..=4 {
        writeln!(text, "witness w{number}\t{}", witness_key(number).verifier()).unwrap();
    }
    (text + rules).parse()
}

fn cosigned(witnesses: &[u8]) -> Note {
    let mut note = checkpoint(9).sign(&[&log_key(ORIGIN)]).unwrap();
    for number in witnesses {
        note.add(cosign(&checkpoint(9), 1_760_000_000, &witness_key(*number)).unwrap()).unwrap();
    }
    note
}

#[test]
fn a_quorum_is_met_by_enough_different_witnesses_and_by_no_fewer() {
    let check = |rules: &str, witnesses: &[u8], met: bool| {
        let verified = policy(rules).unwrap().verify(&cosigned(witnesses));
        assert_eq!(verified.is_ok(), met, "{rules}{witnesses:?}");
        assert!(met || matches!(verified, Err(Error::NoQuorum { .. })));
    };
    check("quorum none\n", &[], true);
    check("quorum w1\n", &[], false);
    check("quorum w1\n", &[2, 3, 4], false);
    check("quorum w1\n", &[1], true);
    let two = "group g 2 w1 w2 w3\nquorum g\n";
    check(two, &[1], false);
    check(two, &[1, 1, 1], false);
    check(two, &[1, 4], false);
    check(two, &[9, 8, 3, 1], true);
    let nested = "group a any w1 w2\ngroup b all w3 w4\ngroup g all a b\nquorum g\n";
    check(nested, &[1, 2, 3], false);
    check(nested, &[3, 4], false);
    check(nested, &[2, 3, 4], true);
}

#[test]
fn senseless_policies_are_refused_with_the_line() {
    let wrong = [
        "",
        "quorum w9\n",
        "quorum none\nquorum none\n",
        "group g 0 w1\nquorum g\n",
        "group g 3 w1 w2\nquorum g\n",
        "group g 01 w1 w2\nquorum g\n",
        "group g any\nquorum g\n",
        "group g any w1 w1\nquorum g\n",
        "group g any g\nquorum g\n",
        "group g any h\ngroup h any w1\nquorum g\n",
        "group g any w1\ngroup h any w1\nquorum g\n",
        "group none any w1\nquorum none\n",
        "group w1 any w2\nquorum w1\n",
        "quorum\n",
        "trust w1\nquorum none\n",
        "quorum none\r\n",
        "# \u{7f}\nquorum none\n",
    ];
    for rules in wrong {
        assert!(matches!(policy(rules), Err(Error::Policy { .. })), "{rules}");
    }
    let key = witness_key(1).verifier().to_string();
    for line in
        [format!("witness w5 {key}"), format!("log {key}"), format!("witness w5 {}", log_key("x").verifier())]
    {
        let refused = policy(&format!("{line}\nquorum none\n"));
        assert!(matches!(refused, Err(Error::Policy { line: 8, .. })), "{refused:?}");
    }
}

#[test]
fn a_policy_holds_32_logs_witnesses_and_groups() {
    let mut text = String::new();
    for number in 0..32_u8 {
        let seed = [number + 100; 32];
        let kind = tlog::SignatureKind::Note;
        let log = tlog::NoteSigner::from_seed(format!("log{number}").parse().unwrap(), kind, &seed);
        let witness = witness_key(number);
        writeln!(text, "log {}\nwitness w{number} {}", log.verifier(), witness.verifier()).unwrap();
        writeln!(text, "group g{number} any w{number}").unwrap();
    }
    let policy: Policy = (text + "quorum g31\n").parse().unwrap();

    assert_eq!((policy.logs().len(), policy.witnesses().len()), (32, 32));
}

#[test]
fn the_checkpoint_of_another_log_is_refused_though_its_signature_is_good() {
    let policy = policy("quorum none\n").unwrap();
    let other = tlog::Checkpoint::new("other.example/log", 9, checkpoint(9).root()).unwrap();

    let unknown = policy.verify(&other.sign(&[&log_key(ORIGIN)]).unwrap());
    let unsigned = policy.verify(&checkpoint(9).sign(&[&log_key("other.example/log")]).unwrap());
    let empty = tlog::Checkpoint::new(ORIGIN, 0, Hash([0; 32])).unwrap().sign(&[&log_key(ORIGIN)]).unwrap();

    assert_eq!(unknown, Err(Error::UnknownLog { found: "other.example/log".to_owned() }));
    assert_eq!(unsigned, Err(Error::NoKnownSignature { found: 1 }));
    assert_eq!(policy.verify(&empty), Err(Error::EmptyRoot { found: Hash([0; 32]) }));
}

fn proof_file() -> ProofFile {
    let hashes = inclusion_proof(3, 9, &Leaves::numbered(9)).unwrap();
    ProofFile { extra: None, index: 3, hashes, checkpoint: cosigned(&[1]) }
}

#[test]
fn a_kept_proof_reads_back_and_holds_for_its_entry_alone() {
    let policy = policy("quorum w1\n").unwrap();
    for extra in [None, Some(b"leaf bytes".to_vec())] {
        let file = ProofFile { extra, ..proof_file() };
        assert_eq!(file.to_string().parse::<ProofFile>().unwrap(), file);
    }

    for (index, leaf) in Leaves::numbered(9).0.iter().enumerate() {
        assert_eq!(proof_file().verify(leaf, &policy).is_ok(), index == 3);
        let moved = ProofFile { index: index as u64, ..proof_file() };
        assert_eq!(moved.verify(&Leaves::numbered(9).0[3], &policy).is_ok(), index == 3);
    }
}

#[test]
fn any_changed_letter_of_a_kept_proof_is_refused() {
    let policy = policy("quorum w1\n").unwrap();
    let leaf = Leaves::numbered(9).0[3];
    let check = |text: &str| text.parse::<ProofFile>().and_then(|file| file.verify(&leaf, &policy));
    let text = proof_file().to_string();
    check(&text).unwrap();

    for (at, old) in text.char_indices() {
        let new = if old == 'A' { "B" } else { "A" };
        assert!(check(&format!("{}{new}{}", &text[..at], &text[at + old.len_utf8()..])).is_err(), "{at}");
        assert!(check(&text[..at]).is_err(), "cut at {at}");
    }
    assert!(check("").is_err());
}
