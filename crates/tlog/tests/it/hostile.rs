//! Whatever bytes arrive, every parser answers, and what it accepts it prints again as it was.

use std::fmt::Display;
use std::str::FromStr;

use proptest::prelude::*;
use tlog::dsse::{Envelope, StatementSigner};
use tlog::witness::Request;
use tlog::{
    Checkpoint, Hash, KeyName, Note, NoteSigner, NoteVerifier, Policy, ProofFile, SignatureLine, Tile,
    TileReader, decode_bundle,
};

use crate::book::{checkpoint, log_key, witness_key};

/// Good texts of every form, to be damaged.
fn samples() -> Vec<String> {
    let note = checkpoint(5).sign(&[&log_key("registry.example/log")]).unwrap();
    let hashes = vec![Hash([1; 32]), Hash([2; 32])];
    let envelope = StatementSigner::from_secret(&[1; 32]).unwrap().sign("text/plain", b"hello");
    vec![
        note.to_string(),
        note.text().to_owned(),
        note.signatures()[0].to_string(),
        log_key("a.example").verifier().to_string(),
        log_key("a.example").to_secret_text(),
        format!(
            "log {}\nwitness w {}\ngroup g any w\nquorum g\n",
            log_key("l").verifier(),
            witness_key(1).verifier()
        ),
        Request::new(3, hashes.clone(), note.clone()).unwrap().to_string(),
        ProofFile { extra: Some(vec![1, 2]), index: 4, hashes, checkpoint: note }.to_string(),
        "tile/0/x001/x234/067.p/9".to_owned(),
        String::from_utf8(envelope.to_json().unwrap()).unwrap(),
    ]
}

fn inverse<T: FromStr + Display>(text: &str) {
    if let Ok(read) = T::from_str(text) {
        assert_eq!(read.to_string(), text);
    }
}

fn all_parsers(text: &str) {
    inverse::<Note>(text);
    inverse::<SignatureLine>(text);
    inverse::<Checkpoint>(text);
    inverse::<Hash>(text);
    inverse::<KeyName>(text);
    inverse::<NoteVerifier>(text);
    inverse::<ProofFile>(text);
    inverse::<Request>(text);
    inverse::<Tile>(text);
    if let Ok(signer) = NoteSigner::from_secret_text(text) {
        assert_eq!(signer.to_secret_text(), text);
    }
    if let Ok(policy) = text.parse::<Policy>() {
        assert!(!policy.is_met_by(&[]) || text.contains("none"));
    }
    if let Ok(envelope) = Envelope::from_json(text.as_bytes()) {
        let json = envelope.to_json().unwrap();
        assert_eq!(Envelope::from_json(&json).unwrap(), envelope);
    }
}

#[test]
fn the_undamaged_samples_are_read() {
    for text in samples() {
        all_parsers(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn damaged_texts_are_read_exactly_or_refused(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
        length in 0..20_usize, insert in prop_oneof!["\\PC{0,12}", "[\n +0-9A=/—x.]{0,12}"],
    ) {
        let samples = samples();
        let text: Vec<char> = which.get(&samples).chars().collect();
        let start = at.index(text.len() + 1);
        let end = (start + length).min(text.len());
        let damaged: String =
            text[..start].iter().copied().chain(insert.chars()).chain(text[end..].iter().copied()).collect();
        all_parsers(&damaged);
    }

    #[test]
    fn arbitrary_texts_are_read_exactly_or_refused(text in "(?s).{0,200}") {
        all_parsers(&text);
    }

    #[test]
    fn arbitrary_bundles_and_tiles_end(
        bytes in prop::collection::vec(any::<u8>(), 0..9_000), count in any::<u16>(), size in any::<u64>(),
        index in any::<u64>(),
    ) {
        if let Ok(entries) = decode_bundle(&bytes, count) {
            prop_assert_eq!(entries.len(), usize::from(count));
        }
        if let Ok(mut reader) = TileReader::new(size, Hash([1; 32])) {
            let leaf = reader.leaf(index, |_| Ok::<_, tlog::Error>(bytes.clone()));
            prop_assert!(leaf.is_err());
        }
    }
}
