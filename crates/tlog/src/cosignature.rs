//! Cosignatures: a witness saw this checkpoint at that time (C2SP tlog-cosignature, `cosignature/v1`).

use crate::{Checkpoint, Error, NoteSigner, SignatureKind, SignatureLine};

/// The largest time of a cosignature, in seconds since 1970.
pub const MAX_COSIGNATURE_TIME: u64 = u64::MAX >> 1;

/// The bytes that a witness signs at `time` (seconds since 1970) for a checkpoint's `text`.
///
/// # Errors
/// [`Error::Time`].
pub fn cosigned_message(time: u64, text: &str) -> Result<String, Error> {
    if time > MAX_COSIGNATURE_TIME {
        return Err(Error::Time { found: time });
    }
    Ok(format!("cosignature/v1\ntime {time}\n{text}"))
}

/// The signature line of a witness for a checkpoint.
///
/// The caller vouches that it never cosigns two checkpoints of which one is not the beginning of the other; see
/// [`crate::witness`].
///
/// # Errors
/// [`Error::Time`]; [`Error::KeyKind`] for a key that is not a witness's.
pub fn cosign(checkpoint: &Checkpoint, time: u64, witness: &NoteSigner) -> Result<SignatureLine, Error> {
    if witness.verifier().kind() != SignatureKind::Cosignature {
        return Err(Error::KeyKind { found: 1, wanted: "a witness signs with a key of kind 0x04" });
    }
    let message = cosigned_message(time, &checkpoint.to_string())?;
    let mut signature = time.to_be_bytes().to_vec();
    signature.extend_from_slice(&witness.sign(message.as_bytes()));
    Ok(SignatureLine::new(witness, signature))
}

/// Time and Ed25519 signature of a cosignature's 72 bytes.
pub(crate) fn parse_cosignature(bytes: &[u8]) -> Option<(u64, &[u8; 64])> {
    let (time, signature) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*time), signature.try_into().ok()?))
}
