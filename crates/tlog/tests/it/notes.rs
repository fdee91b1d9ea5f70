//! Signed notes, checkpoints, cosignatures, keys.

use tlog::{Checkpoint, Error, KeyName, MAX_COSIGNATURE_TIME, Note, NoteSigner, NoteVerifier, cosign};

use crate::book::{checkpoint, log_key, witness_key};

fn signed() -> Note {
    checkpoint(5).sign(&[&log_key("registry.example/log")]).unwrap()
}

fn verify(note: &str) -> Result<usize, Error> {
    let key = log_key("registry.example/log").verifier().clone();
    note.parse::<Note>()?.verify(&[key]).map(|known| known.len())
}

#[test]
fn any_changed_letter_of_a_signed_note_is_refused() {
    let note = signed().to_string();
    assert_eq!(verify(&note), Ok(1));

    for (at, old) in note.char_indices() {
        let new = if old == 'A' { "B" } else { "A" };
        let changed = format!("{}{new}{}", &note[..at], &note[at + old.len_utf8()..]);

        assert!(verify(&changed).is_err(), "{changed}");
    }
}

#[test]
fn signatures_by_strangers_are_passed_over_but_a_false_one_by_a_friend_is_not() {
    let mut note = signed();
    let stranger = checkpoint(5).sign(&[&log_key("other.example/log")]).unwrap();
    note.add(stranger.signatures()[0].clone()).unwrap();
    assert_eq!(verify(&note.to_string()), Ok(1));
    assert_eq!(verify(&stranger.to_string()), Err(Error::NoKnownSignature { found: 1 }));

    let false_one = checkpoint(6).sign(&[&log_key("registry.example/log")]).unwrap();
    note.add(false_one.signatures()[0].clone()).unwrap();

    assert!(matches!(verify(&note.to_string()), Err(Error::FalseSignature { .. })));
}

#[test]
fn a_note_is_divided_at_its_last_empty_line() {
    let key = log_key("registry.example/log");
    let note = Note::sign("one\n\n— not.a.signature\n\ntwo\n", &[&key]).unwrap();

    let read: Note = note.to_string().parse().unwrap();

    assert_eq!(read.text(), "one\n\n— not.a.signature\n\ntwo\n");
    assert_eq!(read.verify(&[key.verifier().clone()]).unwrap().len(), 1);
}

#[test]
fn broken_notes_are_refused() {
    let line = signed().signatures()[0].to_string();
    let wrong = [
        String::new(),
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        format!("text\n\n{line}"),
        format!("text\n{line}\n"),
        format!("text\n\n\n{}\n", line.replace('—', "-")),
        format!("te\u{1}xt\n\n{line}\n"),
        format!("text\r\n\r\n{line}\r\n"),
        format!("text\n\n{line} \n"),
        format!("text\n\n{}\n", line.trim_end_matches('=')),
        "text\n\n— name AAAAAA==\n".to_owned(),
        "text\n\n— na+me AAAAAAA=\n".to_owned(),
    ];
    for note in wrong {
        assert!(matches!(note.parse::<Note>(), Err(Error::Malformed { .. })), "{note:?}");
    }
    let many = format!("text\n\n{}", format!("{line}\n").repeat(101));
    assert!(matches!(many.parse::<Note>(), Err(Error::TooMany { .. })));
    assert!(matches!("x".repeat(1_000_001).parse::<Note>(), Err(Error::TooMany { .. })));
}

#[test]
fn broken_checkpoints_are_refused() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert!(format!("origin\n0\n{root}\n").parse::<Checkpoint>().is_ok());
    assert_eq!(format!("origin\n0\n{root}\nmore\n").parse::<Checkpoint>().unwrap().extensions(), ["more"]);
    let wrong = [
        String::new(),
        format!("origin\n0\n{root}"),
        format!("\n0\n{root}\n"),
        format!("origin\n00\n{root}\n"),
        format!("origin\n-1\n{root}\n"),
        format!("origin\n+1\n{root}\n"),
        format!("origin\n 1\n{root}\n"),
        format!("origin\n18446744073709551616\n{root}\n"),
        format!("origin\n9223372036854775808\n{root}\n"),
        format!("origin\n0\n{root}\n\n"),
        format!("origin\n0\n{}\n", root.trim_end_matches('=')),
        "origin\n0\nAAAA\n".to_owned(),
        "origin\n0\n".to_owned(),
    ];
    for text in wrong {
        assert!(matches!(text.parse::<Checkpoint>(), Err(Error::Malformed { .. })), "{text:?}");
    }
}

#[test]
fn a_witness_signs_the_time_too() {
    let (witness, point) = (witness_key(1), checkpoint(5));
    let line = cosign(&point, 1_760_000_000, &witness).unwrap();

    assert_eq!(line.verify(&point.to_string(), witness.verifier()), Ok(Some(1_760_000_000)));
    assert!(line.verify(&checkpoint(6).to_string(), witness.verifier()).is_err());
    assert!(line.verify(&point.to_string(), witness_key(2).verifier()).is_err());
    let late = cosign(&point, MAX_COSIGNATURE_TIME + 1, &witness);
    assert_eq!(late, Err(Error::Time { found: 1 << 63 }));
}

#[test]
fn logs_and_witnesses_do_not_sign_for_each_other() {
    let text = checkpoint(5).to_string();

    assert!(matches!(Note::sign(&text, &[&witness_key(1)]), Err(Error::KeyKind { found: 4, .. })));
    assert!(matches!(cosign(&checkpoint(5), 1, &log_key("a")), Err(Error::KeyKind { found: 1, .. })));
    assert!(Note::sign(&text, &[]).is_err());
    assert!(Note::sign("no line end", &[&log_key("a")]).is_err());
}

#[test]
fn keys_read_back_and_secrets_are_not_shown() {
    for signer in [log_key("registry.example/log"), witness_key(3)] {
        let public = signer.verifier().to_string();
        assert_eq!(public.parse::<NoteVerifier>().unwrap(), *signer.verifier());
        let secret = signer.to_secret_text();
        let again = NoteSigner::from_secret_text(&secret).unwrap();
        assert_eq!(again.to_secret_text(), secret);
        assert!(!format!("{signer:?}").contains(&secret[secret.len() - 20..]));
    }
}

#[test]
fn broken_keys_are_refused() {
    let key = log_key("registry.example/log").verifier().to_string();
    let secret = log_key("registry.example/log").to_secret_text();
    for at in 0..key.len() {
        let changed =
            format!("{}{}{}", &key[..at], if &key[at..=at] == "A" { "B" } else { "A" }, &key[at + 1..]);
        assert!(changed.parse::<NoteVerifier>().is_err(), "{changed}");
    }
    for at in 0..secret.len() {
        assert!(NoteSigner::from_secret_text(&secret[..at]).is_err());
    }
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{2003}b"] {
        assert!(name.parse::<KeyName>().is_err(), "{name:?}");
    }
    let identity_point = "x+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert!(matches!(identity_point.parse::<NoteVerifier>(), Err(Error::Malformed { .. })));
}
