//! Statements about signed folders, read from any bytes: no path leaves the folder, and no file is named twice.
#![no_main]

use std::collections::BTreeSet;

use oms::Manifest;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::read(bytes) {
        let mut seen = BTreeSet::new();
        for resource in &manifest.resources {
            assert!(!resource.path.split('/').any(|part| matches!(part, "" | "." | "..")));
            assert!(seen.insert((&resource.path, resource.part)));
            assert_eq!(resource.digest.len(), manifest.hash.bytes());
        }
    }
});
