//! Tiles: 256 hashes side by side, or 256 entries, each a file of its own (C2SP tlog-tiles).

use std::fmt;
use std::str::FromStr;

use crate::{Error, Hash};

/// Hashes of a full tile, and entries of a full bundle.
pub const TILE_HASHES: u64 = 256;

/// A tile's levels are this many heights of the tree apart.
pub(crate) const TILE_HEIGHT: u8 = 8;

/// What a tile holds.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// The entries themselves.
    Entries,
    /// The hashes of complete subtrees with 256^level entries; level 0..=63.
    Hashes(u8),
}

impl Level {
    /// How many things stand at this level in a tree of `size` entries.
    #[must_use]
    pub fn count(self, size: u64) -> u64 {
        match self {
            Self::Entries => size,
            Self::Hashes(level) => size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0),
        }
    }
}

/// The address of a tile: which level, which number, how much of it.
///
/// `Display` and `FromStr` use the path under the log's prefix: `tile/0/x001/234.p/112`, `tile/entries/000`.
/// Source: C2SP tlog-tiles, "Parameters" and "Merkle Tree".
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tile {
    level: Level,
    number: u64,
    width: u16,
}

impl Tile {
    /// The tile `number` of `level` as it is in a tree of `size` entries, partial at the right edge.
    ///
    /// `None` where that tree has nothing there: empty tiles do not exist.
    #[must_use]
    pub fn in_tree(level: Level, number: u64, size: u64) -> Option<Self> {
        let before = number.checked_mul(TILE_HASHES)?;
        let width = level.count(size).checked_sub(before)?.min(TILE_HASHES);
        u16::try_from(width).ok().filter(|width| *width > 0).map(|width| Self { level, number, width })
    }

    /// All of a tile.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: 256, ..self }
    }

    /// What it holds.
    #[must_use]
    pub fn level(self) -> Level {
        self.level
    }

    /// Its number at its level, from 0.
    #[must_use]
    pub fn number(self) -> u64 {
        self.number
    }

    /// Its hashes or entries, 1..=256.
    #[must_use]
    pub fn width(self) -> u16 {
        self.width
    }

    /// Whether it can still grow.
    #[must_use]
    pub fn is_partial(self) -> bool {
        u64::from(self.width) < TILE_HASHES
    }

    /// The hashes in the bytes of a hash tile.
    ///
    /// # Errors
    /// [`Error::TileLength`] unless there are exactly 32 bytes for each.
    pub fn hashes(self, bytes: &[u8]) -> Result<Vec<Hash>, Error> {
        let expected = usize::from(self.width) * Hash::BYTES;
        let (hashes, rest) = bytes.as_chunks::<{ Hash::BYTES }>();
        if bytes.len() != expected || !rest.is_empty() {
            return Err(Error::TileLength { tile: self, found: bytes.len(), expected });
        }
        Ok(hashes.iter().copied().map(Hash).collect())
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => f.write_str("tile/entries/")?,
            Level::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.number % 1000];
        let mut rest = self.number / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        let (last, first) = groups.split_first().unwrap_or((&0, &[]));
        for group in first.iter().rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{last:03}")?;
        if self.is_partial() { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for Tile {
    type Err = Error;

    fn from_str(path: &str) -> Result<Self, Error> {
        let refuse =
            || Error::malformed("a tile path", path, "like `tile/0/x001/234` or `tile/entries/005.p/17`");
        let rest = path.strip_prefix("tile/").ok_or_else(refuse)?;
        let (level, rest) = rest.split_once('/').ok_or_else(refuse)?;
        let (number, width) = rest.split_once(".p/").unwrap_or((rest, "256"));
        let level = if level == "entries" {
            Level::Entries
        } else {
            level.parse().ok().filter(|level| *level < 64).map(Level::Hashes).ok_or_else(refuse)?
        };
        let width = width.parse().ok().filter(|width| (1..=256).contains(width)).ok_or_else(refuse)?;
        let number = number.split('/').try_fold(0_u64, |number, group| {
            let group: u64 = group.trim_start_matches('x').parse().ok().filter(|group| *group < 1000)?;
            number.checked_mul(1000)?.checked_add(group)
        });
        let tile = Self { level, number: number.ok_or_else(refuse)?, width };
        // One spelling each: whatever does not print as it was written is refused.
        if tile.to_string() == path { Ok(tile) } else { Err(refuse()) }
    }
}
