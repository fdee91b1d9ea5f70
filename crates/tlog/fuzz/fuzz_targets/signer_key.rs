//! Secret keys of notes, read from any text: refused, or printed again as they were.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(signer) = tlog::NoteSigner::from_secret_text(text) {
        assert_eq!(signer.to_secret_text(), text);
    }
});
