//! Proofs to keep: that an entry is in a log, checked without a network (C2SP tlog-proof).

use std::fmt;
use std::str::FromStr;

use crate::{Checkpoint, Error, Hash, MAX_PROOF_HASHES, Note, Policy, strict, verify_inclusion};

/// First line of every proof file.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// An inclusion proof and the signed checkpoint it leads to. `Display` and `FromStr` are inverse.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProofFile {
    /// Bytes that somebody put beside the proof; nobody vouches for them.
    pub extra: Option<Vec<u8>>,
    /// Number of the entry, from 0.
    pub index: u64,
    /// The inclusion proof, leaf's sibling first.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: Note,
}

impl ProofFile {
    /// Checks that the entry with hash `leaf` is in a log that `policy` trusts, at the place that the file says.
    ///
    /// The caller computes `leaf` from the entry it expects, and so binds the proof to what it asked for.
    ///
    /// # Errors
    /// Those of [`Policy::verify`] and of [`verify_inclusion`].
    pub fn verify(&self, leaf: &Hash, policy: &Policy) -> Result<Checkpoint, Error> {
        let checkpoint = policy.verify(&self.checkpoint)?;
        verify_inclusion(self.index, checkpoint.size(), leaf, &self.hashes, &checkpoint.root())?;
        Ok(checkpoint)
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", strict::encode_base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for ProofFile {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut rest = text;
        let what = "a line of the proof file";
        let header = strict::line(what, &mut rest)?;
        if header != HEADER {
            return Err(Error::malformed(what, header, "`c2sp.org/tlog-proof@v1`"));
        }
        let mut line = strict::line(what, &mut rest)?;
        let mut extra = None;
        if let Some(bytes) = line.strip_prefix("extra ") {
            extra = Some(strict::decode_base64(what, bytes, "`extra` and base64 with padding")?);
            line = strict::line(what, &mut rest)?;
        }
        let index =
            line.strip_prefix("index ").ok_or_else(|| Error::malformed(what, line, "`index <number>`"))?;
        let index = strict::decimal("the index of a proof", index)?;
        let hashes = parse_hashes(&mut rest, MAX_PROOF_HASHES)?;
        Ok(Self { extra, index, hashes, checkpoint: rest.parse()? })
    }
}

/// Takes lines of hashes up to and including an empty line.
pub(crate) fn parse_hashes(text: &mut &str, limit: usize) -> Result<Vec<Hash>, Error> {
    let mut hashes = Vec::new();
    loop {
        let line = strict::line("a line of the proof", text)?;
        if line.is_empty() {
            return Ok(hashes);
        }
        if hashes.len() == limit {
            return Err(Error::TooMany { what: "hashes in a proof", limit });
        }
        hashes.push(line.parse()?);
    }
}
