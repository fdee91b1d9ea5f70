//! Public keys of bundles, read from any text: what is read is written and read again the same.
#![no_main]

use oms::PublicKey;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(key) = PublicKey::from_pem(text) {
        assert_eq!(PublicKey::from_pem(key.pem()), Ok(key));
    }
});
