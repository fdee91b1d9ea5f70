//! Policies, read from any text: more signatures never make a quorum fail.
#![no_main]

use tlog::{Attestation, Policy};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(policy) = text.parse::<Policy>() {
        let keys = policy.witnesses().iter().map(|witness| witness.key.clone());
        let all: Vec<Attestation> = keys.map(|key| Attestation { key, time: Some(1) }).collect();
        assert!(policy.is_met_by(&all));
    }
});
