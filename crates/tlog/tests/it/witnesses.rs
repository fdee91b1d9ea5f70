//! What a witness answers, in every case of its protocol, and what a log makes of it.

use tlog::witness::{Answer, Decision, Request, decide};
use tlog::{Checkpoint, Error, Hash, consistency_proof, cosign};

use crate::book::{Leaves, checkpoint, log_key, witness_key};

const ORIGIN: &str = "registry.example/log";

fn request_of(old: u64, proof: Vec<Hash>, point: &Checkpoint) -> Request {
    Request::new(old, proof, point.sign(&[&log_key(ORIGIN)]).unwrap()).unwrap()
}

fn request(old: u64, new: u64) -> Request {
    let proof =
        if old > new { Vec::new() } else { consistency_proof(old, new, &Leaves::numbered(new)).unwrap() };
    request_of(old, proof, &checkpoint(new))
}

fn status(request: &Request, latest: Option<u64>) -> u16 {
    let latest = latest.map(checkpoint);
    decide(request, &[log_key(ORIGIN).verifier().clone()], latest.as_ref()).status()
}

#[test]
fn a_continued_log_is_cosigned() {
    assert_eq!(status(&request(0, 7), None), 200);
    assert_eq!(status(&request(3, 7), Some(3)), 200);
    assert_eq!(status(&request(7, 7), Some(7)), 200);
    assert_eq!(status(&request(0, 0), None), 200);
}

#[test]
fn another_size_than_the_last_cosigned_is_a_conflict_that_names_it() {
    let keys = [log_key(ORIGIN).verifier().clone()];

    assert_eq!(decide(&request(3, 7), &keys, Some(&checkpoint(5))), Decision::Conflict { latest: 5 });
    assert_eq!(decide(&request(3, 7), &keys, None), Decision::Conflict { latest: 0 });
    assert_eq!(status(&request(0, 7), Some(5)), 409);
}

#[test]
fn unknown_logs_and_logs_that_did_not_sign_are_refused() {
    assert_eq!(decide(&request(0, 7), &[], None), Decision::UnknownLog);
    let other = [log_key("other.example/log").verifier().clone()];
    assert_eq!(decide(&request(0, 7), &other, None), Decision::UnknownLog);

    let note = checkpoint(7).sign(&[&log_key("other.example/log")]).unwrap();
    let unsigned = Request::new(0, Vec::new(), note).unwrap();
    let mut forged = checkpoint(7).sign(&[&log_key("x")]).unwrap();
    forged.add(checkpoint(8).sign(&[&log_key(ORIGIN)]).unwrap().signatures()[0].clone()).unwrap();

    assert_eq!(status(&unsigned, None), 403);
    assert_eq!(status(&Request::new(0, Vec::new(), forged).unwrap(), None), 403);
}

#[test]
fn an_old_size_above_the_new_one_is_a_bad_request() {
    assert_eq!(status(&request(8, 7), Some(8)), 400);
    assert_eq!(status(&request(8, 7), None), 400);
}

#[test]
fn checkpoints_that_do_not_continue_the_last_are_refused() {
    let fork = Checkpoint::new(ORIGIN, 7, Hash([9; 32])).unwrap();
    let good = request(3, 7).proof;

    assert_eq!(status(&request_of(3, good.clone(), &fork), Some(3)), 422);
    assert_eq!(status(&request_of(3, good[1..].to_vec(), &checkpoint(7)), Some(3)), 422);
    assert_eq!(status(&request_of(0, good, &checkpoint(7)), None), 422);
    assert_eq!(status(&request_of(7, Vec::new(), &fork), Some(7)), 422);
    let false_empty = Checkpoint::new(ORIGIN, 0, Hash([9; 32])).unwrap();
    assert_eq!(status(&request_of(0, Vec::new(), &false_empty), None), 422);
}

#[test]
fn requests_read_back_and_broken_ones_do_not() {
    let request = request(3, 7);
    let body = request.to_string();
    assert_eq!(body.parse::<Request>().unwrap(), request);

    let hash = Hash([1; 32]);
    let note = request.note.to_string();
    let many = format!("old 3\n{}\n{note}", format!("{hash}\n").repeat(64));
    assert!(matches!(many.parse::<Request>(), Err(Error::TooMany { .. })));
    let most = format!("old 3\n{}\n{note}", format!("{hash}\n").repeat(63));
    assert!(most.parse::<Request>().is_ok());
    for wrong in ["", "old 3", "old 03\n\n", "old -1\n\n", "size 3\n\n", "old 3\nAAAA\n\n", "old 3\n\n"] {
        assert!(
            format!("{wrong}{}", if wrong.ends_with("\n\n") && wrong != "old 3\n\n" { &note } else { "" })
                .parse::<Request>()
                .is_err()
        );
    }
}

#[test]
fn a_log_takes_only_true_cosignatures_of_its_witness() {
    let (point, witness) = (checkpoint(7), witness_key(1));
    let read = |status, body: &str| Answer::read(status, body, &point, witness.verifier());
    let line = |number, size| cosign(&checkpoint(size), 5, &witness_key(number)).unwrap().to_string() + "\n";

    assert!(matches!(read(200, &line(1, 7)), Ok(Answer::Cosigned(lines)) if lines.len() == 1));
    assert!(
        matches!(read(200, &(line(2, 7) + &line(1, 7))), Ok(Answer::Cosigned(lines)) if lines.len() == 1)
    );
    assert!(matches!(read(200, &line(1, 8)), Err(Error::FalseSignature { .. })));
    assert!(matches!(read(200, &line(2, 7)), Err(Error::NoKnownSignature { .. })));
    assert!(matches!(read(200, ""), Err(Error::Malformed { .. })));
    assert_eq!(read(409, "12\n"), Ok(Answer::AskFrom(12)));
    assert!(read(409, "soon\n").is_err());
    assert_eq!(read(403, "no"), Ok(Answer::Refused(403)));
}
