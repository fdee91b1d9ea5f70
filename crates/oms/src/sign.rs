//! Making a bundle: SHA-256, whole files, sorted by code points, one signature.

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tlog::dsse::{IN_TOTO, StatementSigner};

use crate::bundle::{Envelope, Key, Material, Signature, Written};
use crate::manifest::STATEMENT_TYPE;
use crate::{ALWAYS_IGNORED, Error, MEDIA_TYPE, PREDICATE_TYPE, hex};

/// The files of a folder that a bundle names: all but those that are always left out, sorted by code points.
fn signed<'a>(files: &[(&'a str, [u8; 32])]) -> Vec<(&'a str, [u8; 32])> {
    let left_out = |path: &str| path.split('/').next().is_some_and(|top| ALWAYS_IGNORED.contains(&top));
    let mut files: Vec<_> = files.iter().copied().filter(|(path, _)| !left_out(path)).collect();
    // Bytes of UTF-8 sort as code points do.
    files.sort_unstable();
    files
}

/// The root of these files (path and SHA-256): SHA-256 over their digests in the order of a bundle.
///
/// `None` where no file is left to sign.
#[must_use]
pub fn root_digest(files: &[(&str, [u8; 32])]) -> Option<[u8; 32]> {
    let files = signed(files);
    if files.is_empty() {
        return None;
    }
    let mut hasher = Sha256::new();
    for (_, digest) in &files {
        hasher.update(digest);
    }
    Some(hasher.finalize().into())
}

/// The bundle over a folder of this name with these files (path and SHA-256). The same arguments give the same bytes.
///
/// # Errors
/// [`Error::Malformed`] without any file, [`Error::Unsignable`] should the key refuse.
pub fn sign(name: &str, files: &[(&str, [u8; 32])], key: &StatementSigner) -> Result<Vec<u8>, Error> {
    let Some(root) = root_digest(files) else {
        return Err(Error::malformed("the list of files", "empty", "one file or more"));
    };
    let resources: Vec<_> = signed(files)
        .into_iter()
        .map(|(path, digest)| json!({"algorithm": "sha256", "digest": hex(&digest), "name": path}))
        .collect();
    let statement = json!({
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": hex(&root)}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "serialization": {
                "method": "files", "hash_type": "sha256", "allow_symlinks": false, "ignore_paths": ALWAYS_IGNORED,
            },
            "resources": resources,
        },
    });
    let unsignable = |error: &dyn std::fmt::Display| Error::Unsignable(error.to_string());
    let payload = serde_json::to_vec(&statement).map_err(|error| unsignable(&error))?;
    let envelope = key.sign(IN_TOTO, &payload);
    let envelope = envelope.to_json().map_err(|error| unsignable(&error))?;
    let envelope: Envelope = serde_json::from_slice(&envelope).map_err(|error| unsignable(&error))?;
    let hint = key.verifier().hint().map_err(|error| unsignable(&error))?;
    let signatures =
        envelope.signatures.into_iter().map(|Signature { sig, .. }| Signature { sig, keyid: String::new() });
    let written = Written {
        media_type: MEDIA_TYPE.to_owned(),
        verification_material: Material {
            public_key: Key { hint: Some(hint), raw_bytes: None },
            tlog_entries: Vec::new(),
        },
        dsse_envelope: Envelope { signatures: signatures.collect(), ..envelope },
    };
    serde_json::to_vec(&written).map_err(|error| unsignable(&error))
}
