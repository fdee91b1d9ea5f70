//! Model-signing bundles, read from any bytes: what is inside one is read the same each time.
#![no_main]

use oms::Bundle;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(bundle) = Bundle::read(bytes) {
        assert_eq!(bundle.unverified(), bundle.unverified());
    }
});
