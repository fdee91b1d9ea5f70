//! Why a record book is not gone on with.

/// Why a record book is not gone on with: one sentence that says what to do.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LogRefusal {
    /// The guard knows a later checkpoint than the database.
    #[error(
        "the database holds {found} entries of the record book, but {signed} were signed already: \
         this is an older copy; restore a newer one"
    )]
    Older {
        /// Entries in the database.
        found: u64,
        /// Entries of the checkpoint in the guard.
        signed: u64,
    },
    /// What was signed is not what the database holds.
    #[error(
        "the first {size} entries in the database are not those that were signed: \
         this is another record book, or it was rewritten; restore the right database"
    )]
    OtherHistory {
        /// Entries of the signed checkpoint.
        size: u64,
    },
    /// The guard is gone though checkpoints were published.
    #[error(
        "the guard of the record book is gone: put back the file `guard/log`, or the newest checkpoint that was \
         published in its place"
    )]
    GuardGone,
    /// A checkpoint was signed with another key.
    #[error("the record book was signed with another key than `{found}`: put the right `keys/log.key` back")]
    OtherKey {
        /// Name and number of the key that was found.
        found: String,
    },
    /// The key gave way to another one.
    #[error(
        "the key `{found}` gave way to `{signs}`: put that one at `keys/log.key`, or run `vitrine log rotate` again \
         where it was cut"
    )]
    KeyReplaced {
        /// Name and number of the key that was found.
        found: String,
        /// Name and number of the key that signs now.
        signs: String,
    },
    /// A key cannot give way, or not to this one.
    #[error("the key cannot give way to another: {reason}")]
    NoHandover {
        /// Why, as part of a sentence.
        reason: &'static str,
    },
    /// An entry is missing or not what was hashed.
    #[error("entry {index} of the record book was changed or is gone; restore the database")]
    EntryAltered {
        /// Its number, from 0.
        index: u64,
    },
    /// A tile does not follow from the entries.
    #[error("tile `{tile}` of the record book was changed or is gone; restore the database")]
    TileAltered {
        /// Its path.
        tile: String,
    },
    /// The row that says how far the record book goes is wrong.
    #[error("the end of the record book was changed after entry {size}; restore the database")]
    HeadAltered {
        /// Entries it should have.
        size: u64,
    },
}
