//! Signed statements.

use tlog::Error;
use tlog::dsse::{Envelope, IN_TOTO, StatementSigner, StatementVerifier, pre_authentication_encoding};

fn signer(secret: u8) -> StatementSigner {
    StatementSigner::from_secret(&[secret; 32]).unwrap()
}

#[test]
fn the_encoding_is_that_of_the_dsse_document() {
    let encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");

    assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

#[test]
fn a_statement_is_believed_by_its_key_and_as_its_type_alone() {
    let envelope = signer(1).sign(IN_TOTO, b"{\"subject\":[]}");
    let read = Envelope::from_json(&envelope.to_json().unwrap()).unwrap();
    assert_eq!(read, envelope);

    assert_eq!(read.verify(IN_TOTO, &signer(1).verifier()).unwrap(), b"{\"subject\":[]}");
    assert_eq!(read.verify(IN_TOTO, &signer(2).verifier()), Err(Error::FalseStatement));
    assert!(matches!(read.verify("text/plain", &signer(1).verifier()), Err(Error::StatementType { .. })));
}

#[test]
fn a_changed_statement_is_refused() {
    let json = String::from_utf8(signer(1).sign(IN_TOTO, b"one").to_json().unwrap()).unwrap();
    let check = |json: &str| Envelope::from_json(json.as_bytes())?.verify(IN_TOTO, &signer(1).verifier());
    assert_eq!(check(&json).unwrap(), b"one");

    assert_eq!(check(&json.replace("b25l", "dHdv")), Err(Error::FalseStatement));
    assert!(check(&json.replace("b25l", "b25")).is_err());
    assert!(check(&json.replace("in-toto", "in-tuto")).is_err());
    assert!(check(&json.replace("\"signatures\":[", "\"signatures\":[],\"was\":[")).is_err());
    assert!(check(&json.replace("\"sig\":\"M", "\"sig\":\"N")).is_err());
    let pair = json.replace("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\"},");
    assert!(matches!(check(&pair), Err(Error::Malformed { .. })));
    for end in 0..json.len() {
        assert!(check(&json[..end]).is_err());
    }
}

#[test]
fn keys_read_back_from_pem_and_secrets_are_not_shown() {
    let signer = signer(1);
    let public = signer.verifier().to_pem().unwrap();

    assert_eq!(StatementVerifier::from_pem(&public).unwrap(), signer.verifier());
    assert_eq!(signer.verifier().hint().unwrap().len(), 64);
    let again = StatementSigner::from_pem(&signer.to_pem().unwrap()).unwrap();
    assert_eq!(again.verifier(), signer.verifier());
    assert_eq!(format!("{signer:?}"), "StatementSigner(\"…\")");
    assert!(StatementSigner::from_secret(&[0; 32]).is_err());
    assert!(StatementSigner::from_secret(&[255; 32]).is_err());
    assert!(StatementVerifier::from_pem(&signer.to_pem().unwrap()).is_err());
    assert!(StatementSigner::from_pem(&public).is_err());
}
