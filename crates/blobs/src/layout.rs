//! Which objects hold a blob.

use std::ops::Range;

use crate::Error;

/// Part of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Piece {
    /// Key of the object.
    pub key: String,
    /// Where the part begins, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
}

/// The pieces that make up a blob, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Layout(pub Vec<Piece>);

impl Layout {
    /// A blob that lies in one object, whole.
    #[must_use]
    pub fn whole(key: String, length: u64) -> Self {
        Self(vec![Piece { key, offset: 0, length }])
    }

    /// Bytes of the blob.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.iter().map(|piece| piece.length).sum()
    }

    /// The pieces that hold these bytes of the blob.
    ///
    /// # Errors
    /// [`Error::Range`] when the blob does not have all of them.
    pub(crate) fn pieces(&self, range: Option<Range<u64>>) -> Result<Vec<Piece>, Error> {
        let size = self.size();
        let Range { start, end } = range.unwrap_or(0..size);
        if start > end || end > size {
            return Err(Error::Range { start, end, size });
        }
        let mut begins = 0;
        let mut wanted = Vec::new();
        for piece in &self.0 {
            let from = start.max(begins);
            let to = end.min(begins + piece.length);
            if from < to {
                let offset = piece.offset + (from - begins);
                wanted.push(Piece { key: piece.key.clone(), offset, length: to - from });
            }
            begins += piece.length;
        }
        Ok(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(key: &str, offset: u64, length: u64) -> Piece {
        Piece { key: key.into(), offset, length }
    }

    #[test]
    fn a_range_takes_only_the_pieces_it_touches() {
        let layout = Layout(vec![piece("a", 5, 10), piece("b", 0, 3), piece("c", 7, 4)]);
        let check = |range, expected: &[Piece]| assert_eq!(layout.pieces(range).unwrap(), expected);

        check(None, &layout.0);
        check(Some(0..17), &layout.0);
        check(Some(2..4), &[piece("a", 7, 2)]);
        check(Some(9..12), &[piece("a", 14, 1), piece("b", 0, 2)]);
        check(Some(13..17), &[piece("c", 7, 4)]);
        check(Some(10..10), &[]);
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "a hostile range")]
    fn a_range_outside_of_the_blob_is_refused() {
        let layout = Layout(vec![piece("a", 0, 10)]);

        assert!(matches!(layout.pieces(Some(0..11)), Err(Error::Range { size: 10, .. })));
        assert!(matches!(layout.pieces(Some(8..2)), Err(Error::Range { .. })));
    }
}
