//! Tiles and bundles have one spelling each.

use proptest::prelude::*;
use tlog::{Error, Level, MAX_ENTRY_BYTES, Tile, decode_bundle, encode_bundle};

#[test]
fn other_spellings_of_a_path_are_refused() {
    let wrong = [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/0/xx01/000",
        "tile/0/000/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/1/",
        "tile/8/0/000",
        "tile/data/000",
        "tile/entries/1000",
        "tile/0/0١0",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/000?",
        "tile/0/..",
        "tile/0/000.p/1.p/1",
    ];
    for path in wrong {
        assert!(matches!(path.parse::<Tile>(), Err(Error::Malformed { .. })), "{path}");
    }
}

#[test]
fn a_tree_has_the_tiles_that_its_size_implies() {
    let check = |level, number, size, expected: Option<&str>| {
        let tile = Tile::in_tree(level, number, size).map(|tile| tile.to_string());
        assert_eq!(tile.as_deref(), expected);
    };
    check(Level::Hashes(0), 0, 0, None);
    check(Level::Hashes(0), 0, 256, Some("tile/0/000"));
    check(Level::Hashes(0), 1, 256, None);
    check(Level::Hashes(1), 0, 256, Some("tile/1/000.p/1"));
    check(Level::Hashes(0), 273, 70_000, Some("tile/0/273.p/112"));
    check(Level::Hashes(1), 1, 70_000, Some("tile/1/001.p/17"));
    check(Level::Hashes(2), 0, 70_000, Some("tile/2/000.p/1"));
    check(Level::Hashes(3), 0, 70_000, None);
    check(Level::Entries, 273, 70_000, Some("tile/entries/273.p/112"));
    check(Level::Hashes(63), 0, u64::MAX, None);
    check(Level::Hashes(0), u64::MAX, u64::MAX, None);
}

#[test]
fn entries_too_long_or_too_many_do_not_fit_a_bundle() {
    let long = vec![0_u8; MAX_ENTRY_BYTES + 1];

    assert!(encode_bundle(&[&long[1..]]).is_ok());
    assert_eq!(encode_bundle(&[&long]), Err(Error::EntryTooLong { found: 65_536, limit: 65_535 }));
    assert!(matches!(encode_bundle(&vec![b""; 257]), Err(Error::TooMany { .. })));
}

#[test]
fn cut_short_and_long_bundles_are_refused() {
    let bytes = encode_bundle(&[b"one".as_slice(), b"", b"three"]).unwrap();

    assert_eq!(decode_bundle(&bytes, 3).unwrap(), [b"one".as_slice(), b"", b"three"]);
    assert_eq!(decode_bundle(&bytes, 2), Err(Error::BundleCount { found: 3, expected: 2 }));
    assert_eq!(decode_bundle(&bytes, 4), Err(Error::BundleCount { found: 3, expected: 4 }));
    assert_eq!(decode_bundle(&bytes[..bytes.len() - 1], 3), Err(Error::BundleCut { entry: 2 }));
    assert_eq!(decode_bundle(&[], 1), Err(Error::BundleCount { found: 0, expected: 1 }));
}

proptest! {
    #[test]
    fn paths_read_back(level in 0..64_u8, size in 1..u64::MAX, at in any::<u64>()) {
        for level in [Level::Entries, Level::Hashes(level)] {
            let number = at % (level.count(size) / 256 + 1);
            if let Some(tile) = Tile::in_tree(level, number, size) {
                prop_assert_eq!(tile.to_string().parse::<Tile>(), Ok(tile));
            }
        }
    }

    #[test]
    fn bundles_read_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..256)) {
        let bytes = encode_bundle(&entries).unwrap();
        prop_assert_eq!(decode_bundle(&bytes, u16::try_from(entries.len()).unwrap()).unwrap(), entries);
    }
}
