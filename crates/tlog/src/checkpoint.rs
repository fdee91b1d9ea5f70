//! Checkpoints: what a log says about itself (C2SP tlog-checkpoint).

use std::fmt;
use std::str::FromStr;

use crate::{Error, Hash, Note, NoteSigner, strict};

/// Name, size and root of a log: the text that the log signs. `Display` and `FromStr` are inverse.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// The largest size we read; leaves room for every sum of sizes.
    const MAX_SIZE: u64 = u64::MAX >> 1;

    /// The checkpoint of the log `origin` with `size` entries and this `root`.
    ///
    /// # Errors
    /// [`Error::Malformed`] for an origin that is not one line.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, Error> {
        Self { origin: origin.to_owned(), size, root, extensions: Vec::new() }.to_string().parse()
    }

    /// Name of the log, as `registry.example/log`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Entries in the log.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree of those entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Further lines, which mean nothing to us.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The checkpoint as a note signed by the log.
    ///
    /// # Errors
    /// Those of [`Note::sign`].
    pub fn sign(&self, signers: &[&NoteSigner]) -> Result<Note, Error> {
        Note::sign(&self.to_string(), signers)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed =
            || Error::malformed("a checkpoint", text, "three or more lines: origin, size and root");
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or_else(malformed)?.split('\n').collect();
        let [origin, size, root, extensions @ ..] = lines.as_slice() else { return Err(malformed()) };
        if lines.iter().any(|line| line.is_empty() || line.contains(char::is_control)) {
            return Err(malformed());
        }
        let size = strict::decimal("the size of a checkpoint", size)?;
        if size > Self::MAX_SIZE {
            return Err(malformed());
        }
        let extensions = extensions.iter().map(|line| (*line).to_owned()).collect();
        Ok(Self { origin: (*origin).to_owned(), size, root: root.parse()?, extensions })
    }
}
