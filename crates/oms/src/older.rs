//! What the first versions of the reference did otherwise, so that their bundles still verify.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tlog::dsse::IN_TOTO;

use crate::PublicKey;

/// The hint of the key whose bytes stand in an old bundle, in PEM or DER.
///
/// The key in the bundle is not trusted: it only says which of the known keys is meant.
pub(crate) fn hint(raw_bytes: &str) -> Option<String> {
    let bytes = STANDARD.decode(raw_bytes).ok()?;
    let key = match std::str::from_utf8(&bytes) {
        Ok(pem) if pem.starts_with("-----BEGIN") => PublicKey::from_pem(pem),
        _ => PublicKey::from_der(&bytes),
    };
    key.ok().map(|key| key.hint())
}

/// What versions before 1.0 signed instead of the pre-authentication encoding: the header in capitals, and the payload
/// as the language of the reference prints bytes.
pub(crate) fn encoding(payload: &[u8]) -> Vec<u8> {
    let quote = if payload.contains(&b'\'') && !payload.contains(&b'"') { b'"' } else { b'\'' };
    let mut text =
        format!("DSSEV1 {} {IN_TOTO} {} b{}", IN_TOTO.len(), payload.len(), char::from(quote)).into_bytes();
    for byte in payload {
        match byte {
            b'\n' => text.extend_from_slice(b"\\n"),
            b'\r' => text.extend_from_slice(b"\\r"),
            b'\t' => text.extend_from_slice(b"\\t"),
            b'\\' => text.extend_from_slice(b"\\\\"),
            byte if *byte == quote => text.extend_from_slice(&[b'\\', quote]),
            b' '..=b'~' => text.push(*byte),
            byte => text.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    text.push(quote);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_printed_as_the_reference_printed_them() {
        let text = |payload: &[u8]| String::from_utf8(encoding(payload)).unwrap();

        assert_eq!(
            text(b"{\n\"a\\\xc3\xa9\"}\t"),
            "DSSEV1 28 application/vnd.in-toto+json 10 b'{\\n\"a\\\\\\xc3\\xa9\"}\\t'"
        );
        assert!(text(b"it's").ends_with(" b\"it's\""));
        assert!(text(b"it's \"x\"").ends_with(" b'it\\'s \"x\"'"));
    }
}
