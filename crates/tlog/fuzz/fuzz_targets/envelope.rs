//! Envelopes, read from any bytes: what is read is written and read again the same.
#![no_main]

use tlog::dsse::Envelope;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = Envelope::from_json(bytes) {
        let again = envelope.to_json().and_then(|json| Envelope::from_json(&json));
        assert_eq!(again, Ok(envelope));
    }
});
