//! Handovers of both kinds of keys, read from any bytes: what is read names two keys.
#![no_main]

use tlog::{LogHandover, RegistryHandover};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(handover) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<LogHandover>().ok()) {
        assert!(handover.number > 0 && handover.old != handover.new);
    }
    if let Ok(handover) = RegistryHandover::read(bytes, "registry.example/log") {
        assert!(handover.number > 0 && handover.old != handover.new);
    }
});
