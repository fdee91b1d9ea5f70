//! Entry bundles, read from any bytes: refused, or written again as they were.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u8, &[u8])| {
    let (count, bytes) = input;
    if let Ok(entries) = tlog::decode_bundle(bytes, count.into()) {
        assert_eq!(tlog::encode_bundle(&entries).as_deref(), Ok(bytes));
    }
});
