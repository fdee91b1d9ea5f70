//! Everything that can be wrong with a log, a proof or a signature.

use crate::{Hash, KeyName, Tile};

/// Why a text, a proof, a tile or a signature is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// A text does not have its form.
    #[error("{what} is `{found}`; it should be {wanted}")]
    Malformed {
        /// Which part of which text.
        what: &'static str,
        /// What stands there, shortened.
        found: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// More of something than we read.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The largest number accepted.
        limit: usize,
    },
    /// An entry that the tree does not have.
    #[error("there is no entry {index} in a log of {size} entries")]
    NoSuchEntry {
        /// The entry asked for, from 0.
        index: u64,
        /// Entries in the tree.
        size: u64,
    },
    /// A hash of the tree that its source cannot give.
    #[error("the tree has no complete subtree number {index} at height {height}")]
    NoSuchNode {
        /// Height above the leaves.
        height: u8,
        /// Number at that height, from 0.
        index: u64,
    },
    /// A log cannot have fewer entries than before.
    #[error("the log has {new} entries, but earlier it had {old}")]
    Shrunk {
        /// Entries before.
        old: u64,
        /// Entries now.
        new: u64,
    },
    /// A proof has too few or too many hashes.
    #[error("the {what} has {found} hashes, which is too {few_or_many} for these tree sizes")]
    ProofLength {
        /// Which proof.
        what: &'static str,
        /// Its hashes.
        found: usize,
        /// `few` or `many`.
        few_or_many: &'static str,
    },
    /// The entry and its proof lead to another root.
    #[error("the entry and its proof lead to the root {computed}, but the log's root is {expected}")]
    NotIncluded {
        /// The root that entry and proof give.
        computed: Hash,
        /// The root of the log.
        expected: Hash,
    },
    /// Two trees of which one is not the other's beginning.
    #[error("the log was rewritten: at {size} entries the proof gives the root {computed}, not {expected}")]
    Inconsistent {
        /// The tree size whose root differs.
        size: u64,
        /// What the proof gives.
        computed: Hash,
        /// What was signed.
        expected: Hash,
    },
    /// A tile without the hashes it should have.
    #[error("{tile} has {found} bytes; it should have {expected}")]
    TileLength {
        /// The tile.
        tile: Tile,
        /// Its bytes.
        found: usize,
        /// What it should have.
        expected: usize,
    },
    /// A tile that differs from what its parent says.
    #[error("{tile} hashes to {computed}, but its parent tile says {expected}")]
    TileAltered {
        /// The tile.
        tile: Tile,
        /// What its bytes hash to.
        computed: Hash,
        /// What the tile above it says.
        expected: Hash,
    },
    /// The tiles at the right edge do not give the signed root.
    #[error("the last tiles of the log of {size} entries give the root {computed}, not {expected}")]
    EdgeAltered {
        /// Entries in the tree.
        size: u64,
        /// What the tiles give.
        computed: Hash,
        /// What was signed.
        expected: Hash,
    },
    /// A tile that nobody asked for, or before the tile that vouches for it.
    #[error("{tile} was not asked for")]
    TileNotAsked {
        /// The tile.
        tile: Tile,
    },
    /// The source of tiles keeps answering without what was asked.
    #[error("{tile} is needed but was not given")]
    TileMissing {
        /// The tile.
        tile: Tile,
    },
    /// An entry that no bundle can hold.
    #[error("an entry of {found} bytes does not fit; the largest has {limit}")]
    EntryTooLong {
        /// Its bytes.
        found: usize,
        /// The most.
        limit: usize,
    },
    /// An entry bundle ends in the middle of an entry.
    #[error("the entry bundle ends inside entry {entry} of the bundle")]
    BundleCut {
        /// Number in the bundle, from 0.
        entry: usize,
    },
    /// An entry bundle with other than the expected number of entries.
    #[error("the entry bundle has {found} entries; it should have {expected}")]
    BundleCount {
        /// Its entries.
        found: usize,
        /// What it should have.
        expected: usize,
    },
    /// A key text whose id does not belong to its key.
    #[error("the key `{name}` says its id is {stated:08x}, but its bytes give {computed:08x}")]
    KeyId {
        /// Name of the key.
        name: KeyName,
        /// The id in the text.
        stated: u32,
        /// The id that name and bytes give.
        computed: u32,
    },
    /// A kind of key that we cannot use here.
    #[error("the key is of kind {found:#04x}; {wanted}")]
    KeyKind {
        /// The first byte of the key.
        found: u8,
        /// What would be right.
        wanted: &'static str,
    },
    /// A known key did not make this signature.
    #[error("the signature that claims to be by `{name}` (key {id:08x}) is false")]
    FalseSignature {
        /// Name of the key.
        name: KeyName,
        /// Its id.
        id: u32,
    },
    /// No signature by anybody we know.
    #[error("none of the {found} signatures is by a known key")]
    NoKnownSignature {
        /// Signature lines in the note.
        found: usize,
    },
    /// A checkpoint that another key had to sign.
    #[error(
        "the checkpoint of {size} entries is signed by the key {id:08x}, which does not sign that many entries"
    )]
    OutOfTurn {
        /// Id of the key.
        id: u32,
        /// Entries of the checkpoint.
        size: u64,
    },
    /// A checkpoint of a log that the policy does not name.
    #[error("the checkpoint is of the log `{found}`, which the policy does not name")]
    UnknownLog {
        /// Origin of the checkpoint.
        found: String,
    },
    /// Not enough witnesses.
    #[error("{found} witnesses of the policy signed this checkpoint, which is not its quorum `{quorum}`")]
    NoQuorum {
        /// Witnesses with a good signature.
        found: usize,
        /// Name of the quorum.
        quorum: String,
    },
    /// An empty tree with a root that is not that of the empty tree.
    #[error("the checkpoint has no entries, but its root {found} is not that of an empty log")]
    EmptyRoot {
        /// The root in the checkpoint.
        found: Hash,
    },
    /// A line of a policy that does not make sense.
    #[error("line {line} of the policy: {reason}")]
    Policy {
        /// Line number from 1; 0 for the policy as a whole.
        line: usize,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A time that a cosignature cannot carry.
    #[error("the time {found} is beyond the largest a cosignature can carry")]
    Time {
        /// Seconds since 1970.
        found: u64,
    },
    /// A signed statement whose signature is false.
    #[error("the signature of the statement was not made by the given key over these bytes")]
    FalseStatement,
    /// A statement of another type.
    #[error("the statement is of type `{found}`, not `{expected}`")]
    StatementType {
        /// What it is.
        found: String,
        /// What was asked for.
        expected: String,
    },
}

impl Error {
    /// `found` is not what `what` should be.
    pub(crate) fn malformed(what: &'static str, found: &str, wanted: &'static str) -> Self {
        const SHOWN_CHARS: usize = 80;
        let mut shown: String = found.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
        if found.chars().nth(SHOWN_CHARS).is_some() {
            shown.push('…');
        }
        Self::Malformed { what, found: shown, wanted }
    }
}
