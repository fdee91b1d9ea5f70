//! The conversation between a log and a witness (C2SP tlog-witness), without the network.
//!
//! A witness reads a [`Request`], looks up the last checkpoint that it cosigned for the [`Request::origin`],
//! and asks [`decide`]. It must keep the new checkpoint durably, and only if the last one is still the one that it
//! looked up, before it hands out a cosignature.

use std::fmt;
use std::str::FromStr;

use crate::proof_file::parse_hashes;
use crate::{
    Checkpoint, Error, Hash, MAX_NOTE_BYTES, Note, NoteVerifier, SignatureLine, strict, verify_consistency,
};

/// Content type of an answer that names the last cosigned size.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// The most hashes in a request.
pub const MAX_REQUEST_HASHES: usize = 63;

/// The longest request we read, in bytes.
pub const MAX_REQUEST_BYTES: usize = MAX_NOTE_BYTES + 8_192;

/// The body of `add-checkpoint`. `Display` and `FromStr` are inverse.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// The size that the log believes the witness cosigned last; 0 for never.
    pub old: u64,
    /// The consistency proof from that size to the checkpoint.
    pub proof: Vec<Hash>,
    /// The log's signed checkpoint.
    pub note: Note,
    checkpoint: Checkpoint,
}

impl Request {
    /// A request to cosign `note`.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a note that is no checkpoint.
    pub fn new(old: u64, proof: Vec<Hash>, note: Note) -> Result<Self, Error> {
        let checkpoint = note.text().parse()?;
        Ok(Self { old, proof, note, checkpoint })
    }

    /// The log that asks, it says.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.checkpoint.origin()
    }

    /// What it asks to cosign.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

impl FromStr for Request {
    type Err = Error;

    fn from_str(body: &str) -> Result<Self, Error> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(Error::TooMany { what: "bytes in a request", limit: MAX_REQUEST_BYTES });
        }
        let mut rest = body;
        let what = "the first line of a request";
        let line = strict::line(what, &mut rest)?;
        let old = line.strip_prefix("old ").ok_or_else(|| Error::malformed(what, line, "`old <size>`"))?;
        let old = strict::decimal(what, old)?;
        let proof = parse_hashes(&mut rest, MAX_REQUEST_HASHES)?;
        Self::new(old, proof, rest.parse()?)
    }
}

/// What a witness answers, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Decision {
    /// 200, once the checkpoint is kept: cosign it.
    Cosign(Checkpoint),
    /// 409: the witness cosigned another size last.
    Conflict {
        /// That size.
        latest: u64,
    },
    /// 404: the witness does not know the log.
    UnknownLog,
    /// 403: the log did not sign.
    NotSigned(Error),
    /// 400: the request makes no sense.
    BadRequest(Error),
    /// 422: the checkpoint does not continue the last one.
    NotConsistent(Error),
}

impl Decision {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosign(_) => 200,
            Self::Conflict { .. } => 409,
            Self::UnknownLog => 404,
            Self::NotSigned(_) => 403,
            Self::BadRequest(_) => 400,
            Self::NotConsistent(_) => 422,
        }
    }
}

/// What a witness answers to `request`.
///
/// `keys` are the trusted keys of the log that the request names, none if it is unknown; `latest` is the checkpoint
/// that this witness cosigned last for it.
#[must_use]
pub fn decide(request: &Request, keys: &[NoteVerifier], latest: Option<&Checkpoint>) -> Decision {
    let new = &request.checkpoint;
    let mut keys: Vec<NoteVerifier> = keys.to_vec();
    keys.retain(|key| key.name().as_str() == new.origin());
    if keys.is_empty() {
        return Decision::UnknownLog;
    }
    if let Err(error) = request.note.verify(&keys) {
        return Decision::NotSigned(error);
    }
    if request.old > new.size() {
        return Decision::BadRequest(Error::Shrunk { old: request.old, new: new.size() });
    }
    let latest_size = latest.map_or(0, Checkpoint::size);
    if request.old != latest_size {
        return Decision::Conflict { latest: latest_size };
    }
    let old_root = latest.map_or_else(Hash::of_nothing, Checkpoint::root);
    match verify_consistency((latest_size, &old_root), (new.size(), &new.root()), &request.proof) {
        Ok(()) => Decision::Cosign(new.clone()),
        Err(error) => Decision::NotConsistent(error),
    }
}

/// What a log learns from a witness's answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Good cosignatures, to be added to the note.
    Cosigned(Vec<SignatureLine>),
    /// The witness cosigned this size last: ask again with a proof from there.
    AskFrom(u64),
    /// The witness refuses, with this HTTP status.
    Refused(u16),
}

impl Answer {
    /// Reads an answer to the request to cosign `checkpoint`; only signatures by `witness` count.
    ///
    /// # Errors
    /// [`Error::NoKnownSignature`] for a success without a cosignature, [`Error::FalseSignature`],
    /// [`Error::Malformed`], [`Error::TooMany`].
    pub fn read(
        status: u16,
        body: &str,
        checkpoint: &Checkpoint,
        witness: &NoteVerifier,
    ) -> Result<Self, Error> {
        match status {
            200 => Self::cosigned(body, checkpoint, witness),
            409 => {
                let what = "the size in a witness's answer";
                let size = body.strip_suffix('\n').unwrap_or(body);
                strict::decimal(what, size).map(Self::AskFrom)
            }
            refused => Ok(Self::Refused(refused)),
        }
    }

    fn cosigned(body: &str, checkpoint: &Checkpoint, witness: &NoteVerifier) -> Result<Self, Error> {
        let note: Note = format!("{checkpoint}\n{body}").parse()?;
        note.verify(std::slice::from_ref(witness))?;
        let lines = note.signatures().iter().filter(|line| line.claims(witness)).cloned().collect();
        Ok(Self::Cosigned(lines))
    }
}
