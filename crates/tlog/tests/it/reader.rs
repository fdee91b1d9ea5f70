//! A client believes no tile unseen.

use proptest::prelude::*;
use tlog::{
    Edge, Error, Hash, Level, Tile, TileReader, inclusion_proof, verify_consistency, verify_inclusion,
};

use crate::book::{Files, Leaves, hash_level, plain_root};

fn reader(files: &Files) -> TileReader {
    TileReader::new(files.size, files.root).unwrap()
}

#[test]
fn proofs_from_tiles_are_those_from_leaves() {
    for size in [1, 2, 255, 256, 257, 512, 65_535, 65_536, 65_537, 70_000] {
        let leaves = Leaves::numbered(size);
        let files = Files::of(&leaves);
        let fetch = |tile| files.fetch(tile);
        for index in [0, size / 3, size / 2, size - 1] {
            let mut reader = reader(&files);
            let proof = reader.inclusion_proof(index, fetch).unwrap();
            assert_eq!(proof, inclusion_proof(index, size, &leaves).unwrap());
            let leaf = reader.leaf(index, fetch).unwrap();
            verify_inclusion(index, size, &leaf, &proof, &files.root).unwrap();

            let old = index + 1;
            let old_root = plain_root(&leaves.0[..usize::try_from(old).unwrap()]);
            let proof = reader.consistency_proof(old, fetch).unwrap();
            verify_consistency((old, &old_root), (size, &files.root), &proof).unwrap();
        }
    }
}

/// CVE-2026-56865: clients believed some tiles, such as `tile/0/000` of 70,000 entries, without looking.
#[test]
fn each_tile_of_70_000_entries_is_refused_when_any_part_of_it_is_altered() {
    let files = Files::of(&Leaves::numbered(70_000));
    let tiles: Vec<Tile> = files.tiles.keys().copied().collect();
    assert_eq!(tiles.len(), 274 + 2 + 1);
    for (at, tile) in tiles.into_iter().enumerate() {
        for position in [0, at % usize::from(tile.width()), usize::from(tile.width()) - 1] {
            let mut altered = files.clone();
            altered.tiles.get_mut(&tile).unwrap()[position * Hash::BYTES + at % Hash::BYTES] ^= 1;
            let index = first_leaf(tile) + position as u64 * 256_u64.pow(u32::from(hash_level(tile)));

            let refused = reader(&altered).leaf(index, |tile| altered.fetch(tile));

            match refused {
                Err(Error::TileAltered { tile: named, .. }) => assert_eq!(named, tile),
                Err(Error::EdgeAltered { .. }) => assert!(tile.is_partial(), "{tile}"),
                other => panic!("{tile} was altered, and the client said {other:?}"),
            }
        }
    }
}

fn first_leaf(tile: Tile) -> u64 {
    tile.number() * 256_u64.pow(u32::from(hash_level(tile)) + 1)
}

#[test]
fn a_whole_false_subtree_with_fitting_tiles_is_refused() {
    let good = Files::of(&Leaves::numbered(70_000));
    let mut leaves = Leaves::numbered(70_000);
    leaves.0[5] = Hash::of_leaf(b"another entry");
    let forged = Files::of(&leaves);

    // The forger gives all tiles of the other tree, under the signed root.
    let refused = reader(&good).leaf(5, |tile| forged.fetch(tile));

    assert!(matches!(refused, Err(Error::EdgeAltered { .. })), "{refused:?}");
}

#[test]
fn swapped_short_long_and_empty_tiles_are_refused() {
    let files = Files::of(&Leaves::numbered(1_000));
    let first: Tile = "tile/0/000".parse().unwrap();
    let second: Tile = "tile/0/001".parse().unwrap();
    let bytes = files.fetch(first).unwrap();
    let wrong =
        [files.fetch(second).unwrap(), bytes[..8191].to_vec(), [bytes.as_slice(), &[0]].concat(), Vec::new()];

    for wrong in wrong {
        let fetch = |tile| if tile == first { Ok(wrong.clone()) } else { files.fetch(tile) };
        let refused = reader(&files).leaf(0, fetch);

        let named = matches!(refused, Err(Error::TileAltered { tile, .. } | Error::TileLength { tile, .. }) if tile == first);
        assert!(named, "{refused:?}");
    }
}

#[test]
fn a_tile_is_not_taken_before_the_one_that_vouches_for_it_nor_unasked() {
    let files = Files::of(&Leaves::numbered(1_000));
    let mut reader = reader(&files);

    for path in ["tile/0/000", "tile/0/004", "tile/3/000", "tile/entries/000", "tile/0/003.p/7"] {
        let tile: Tile = path.parse().unwrap();
        assert_eq!(reader.supply(tile, &[0; 8192]), Err(Error::TileNotAsked { tile }));
    }
}

#[test]
fn the_full_tile_stands_in_for_a_partial_one_that_was_dropped() {
    let later = Files::of(&Leaves::numbered(512));
    let leaves = Leaves::numbered(300);
    let mut reader = reader(&Files::of(&leaves));

    let fetch = |tile: Tile| {
        later.fetch(tile).or_else(|_| later.fetch(tile.full())).or_else(|_| bytes_at(&leaves, tile))
    };
    assert_eq!(reader.leaf(299, fetch), Ok(leaves.0[299]));
}

fn bytes_at(leaves: &Leaves, tile: Tile) -> Result<Vec<u8>, Error> {
    Files::of(leaves).fetch(tile)
}

#[test]
fn an_empty_log_has_no_entry_and_only_one_root() {
    let fetch = |tile| Err::<Vec<u8>, _>(Error::TileMissing { tile });
    let mut empty = TileReader::new(0, Hash::of_nothing()).unwrap();

    assert_eq!(empty.leaf(0, fetch), Err(Error::NoSuchEntry { index: 0, size: 0 }));
    assert!(matches!(TileReader::new(0, Hash([0; 32])), Err(Error::EmptyRoot { .. })));
}

/// What a fuzzer found: the root may be offered as the tile, and is right for one entry alone.
#[test]
fn the_root_is_the_tile_of_one_entry_and_of_no_more() {
    let root = Hash::of_leaf(b"root");
    let offered = |size| {
        let mut reader = TileReader::new(size, root).unwrap();
        reader.leaf(0, |_| Ok::<_, Error>(root.0.to_vec()))
    };

    assert_eq!(offered(1).unwrap(), root);
    for size in [2, 255, 256, 257, 65_536, 65_537] {
        assert!(offered(size).is_err(), "{size}");
    }
}

#[test]
fn an_edge_comes_back_from_its_tiles_and_not_from_others() {
    let leaves = Leaves::numbered(70_000);
    let mut edge = Edge::empty();
    for leaf in &leaves.0 {
        edge.append(*leaf);
    }
    let tiles: Vec<Vec<Hash>> = edge.partial_tiles().into_iter().map(|(_, hashes)| hashes.to_vec()).collect();
    let root = edge.root().unwrap();

    assert_eq!(Edge::from_tiles(70_000, &root, &tiles).unwrap(), edge);
    assert!(matches!(Edge::from_tiles(70_000, &Hash([0; 32]), &tiles), Err(Error::EdgeAltered { .. })));
    assert!(matches!(Edge::from_tiles(70_000, &root, &tiles[..2]), Err(Error::TileMissing { .. })));
    assert!(matches!(Edge::from_tiles(69_999, &root, &tiles), Err(Error::TileLength { .. })));
}

proptest! {
    #[test]
    fn a_flipped_bit_in_an_answer_never_gives_another_hash(
        size in 1..1_500_u64, at in any::<prop::sample::Index>(), wrong in 0..6_usize, bit in any::<prop::sample::Index>(),
    ) {
        let leaves = Leaves::numbered(size);
        let files = Files::of(&leaves);
        let index = at.index(leaves.0.len());
        let mut asked = 0;
        let fetch = |tile| {
            let mut bytes = files.fetch(tile)?;
            if asked == wrong {
                let bit = bit.index(bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            asked += 1;
            Ok::<_, Error>(bytes)
        };

        let read = reader(&files).leaf(index as u64, fetch);

        if asked > wrong {
            prop_assert!(read.is_err());
        } else {
            prop_assert_eq!(read, Ok(leaves.0[index]));
        }
    }

    #[test]
    fn appending_in_any_steps_keeps_the_root(size in 0..800_u64, more in 0..600_u64) {
        let leaves = Leaves::numbered(size + more);
        let mut edge = Edge::empty();
        for leaf in &leaves.0 {
            edge.append(*leaf);
        }
        prop_assert_eq!(edge.root().unwrap(), plain_root(&leaves.0));
        let tiles: Vec<_> = edge.partial_tiles().into_iter().map(|(tile, _)| tile).collect();
        prop_assert_eq!(tiles, Edge::tiles_of(size + more));
        prop_assert!(Level::Hashes(0).count(size + more) == size + more);
    }
}
