//! Proof files, read from any text: refused, or printed again as it was.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(read) = text.parse::<tlog::ProofFile>() {
        assert_eq!(read.to_string(), text);
    }
});
