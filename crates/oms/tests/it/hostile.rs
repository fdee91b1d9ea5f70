//! Bundles that nobody should make.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oms::{Bundle, Error, Verdict, verify};
use serde_json::{Value, json};
use tlog::dsse::IN_TOTO;

use crate::folder::InMemory;
use crate::made::{FILES, made, public, signer};

fn parsed() -> Value {
    serde_json::from_slice(&made()).unwrap()
}

/// Our bundle with another statement, signed by our key.
fn stating(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut bundle = parsed();
    let payload = STANDARD.decode(bundle["dsseEnvelope"]["payload"].as_str().unwrap()).unwrap();
    let mut statement: Value = serde_json::from_slice(&payload).unwrap();
    change(&mut statement);
    let payload = serde_json::to_vec(&statement).unwrap();
    bundle["dsseEnvelope"] =
        serde_json::from_slice(&signer().sign(IN_TOTO, &payload).to_json().unwrap()).unwrap();
    serde_json::to_vec(&bundle).unwrap()
}

fn refusal(json: &[u8]) -> Error {
    match verify(json, &[public()], &mut InMemory::of(FILES), &[]).unwrap() {
        Verdict::Bad { bundle: Some(error), .. } => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn signed_nonsense_is_refused_and_named() {
    type Change = fn(&mut Value);
    let cases: &[(&str, Change)] = &[
        ("number of subjects", |s| s["subject"] = json!([])),
        ("number of subjects", |s| s["subject"] = json!([s["subject"][0], s["subject"][0]])),
        ("give the root", |s| s["subject"][0]["digest"] = json!({})),
        ("predicate type", |s| s["predicateType"] = json!("https://slsa.dev/provenance/v1")),
        ("type of the statement", |s| s["_type"] = json!("x")),
        ("hash type", |s| s["predicate"]["serialization"]["hash_type"] = json!("md5")),
        ("the method", |s| s["predicate"]["serialization"]["method"] = json!("tar")),
        ("list of files", |s| s["predicate"]["resources"] = json!([])),
        ("hash of a file", |s| s["predicate"]["resources"][0]["algorithm"] = json!("sha1")),
        ("digest of a file", |s| s["predicate"]["resources"][0]["digest"] = json!("AB")),
        ("path of a file", |s| s["predicate"]["resources"][0]["name"] = json!("../x")),
        ("path of a file", |s| s["predicate"]["resources"][0]["name"] = json!("/etc/passwd")),
        ("path of a file", |s| s["predicate"]["resources"][0]["name"] = json!("a\\b")),
        ("twice", |s| s["predicate"]["resources"][1] = s["predicate"]["resources"][0].clone()),
        ("give the root", |s| {
            let files = s["predicate"]["resources"].as_array_mut().unwrap();
            files.swap(0, 1);
        }),
        ("shard size", |s| {
            s["predicate"]["serialization"]["method"] = json!("shards");
            s["predicate"]["serialization"]["shard_size"] = json!(0.5);
        }),
        ("name of a piece", |s| {
            s["predicate"]["serialization"]["method"] = json!("shards");
            s["predicate"]["serialization"]["shard_size"] = json!(30000.0);
        }),
    ];

    for (word, change) in cases {
        let error = refusal(&stating(change)).to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn bundles_in_another_form_are_refused() {
    type Change = fn(&mut Value);
    let cases: &[Change] = &[
        |b| b["more"] = json!(1),
        |b| b["mediaType"] = json!("application/json"),
        |b| b["dsseEnvelope"]["payloadType"] = json!("application/json"),
        |b| b["dsseEnvelope"]["signatures"] = json!([]),
        |b| b["dsseEnvelope"]["payload"] = json!("*"),
        |b| b["verificationMaterial"] = json!({"certificate": {"rawBytes": ""}}),
        |b| drop(b.as_object_mut().unwrap().remove("dsseEnvelope")),
    ];

    for (number, change) in cases.iter().enumerate() {
        let mut bundle = parsed();
        change(&mut bundle);
        let refused = refusal(&serde_json::to_vec(&bundle).unwrap());
        assert!(matches!(refused, Error::Malformed { .. }), "{number}: {refused}");
    }
    for bytes in [&b""[..], b"{}", b"[]", b"null", b"\xff"] {
        assert!(Bundle::read(bytes).is_err());
    }
}

#[test]
fn a_flipped_bit_in_payload_signature_or_hint_is_never_good() {
    let bundle = made();
    let json = parsed();
    let parts = [
        &json["dsseEnvelope"]["payload"],
        &json["dsseEnvelope"]["signatures"][0]["sig"],
        &json["verificationMaterial"]["publicKey"]["hint"],
    ];

    for part in parts.map(|part| part.as_str().unwrap().as_bytes()) {
        let start = bundle.windows(part.len()).position(|window| window == part).unwrap();
        for at in start..start + part.len() {
            let mut flipped = bundle.clone();
            flipped[at] ^= 1;
            let verdict = verify(&flipped, &[public()], &mut InMemory::of(FILES), &[]).unwrap();
            assert!(!matches!(verdict, Verdict::Good { .. }), "byte {at}");
        }
    }
}
