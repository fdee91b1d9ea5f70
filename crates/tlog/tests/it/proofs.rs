//! Proofs hold where they should, and nowhere else.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use tlog::{
    Error, Hash, consistency_proof, inclusion_proof, tree_root, verify_consistency, verify_inclusion,
};

use crate::book::{Leaves, plain_root};

#[test]
fn an_entry_beyond_the_end_has_no_proof() {
    let leaves = Leaves::numbered(4);

    let missing = Error::NoSuchEntry { index: 4, size: 4 };
    assert_eq!(inclusion_proof(4, 4, &leaves), Err(missing.clone()));
    assert_eq!(verify_inclusion(4, 4, &leaves.0[0], &[], &leaves.0[0]), Err(missing));
    assert!(verify_inclusion(0, 0, &leaves.0[0], &[], &Hash::of_nothing()).is_err());
}

#[test]
fn a_log_that_lost_entries_is_refused() {
    let leaves = Leaves::numbered(4);
    let (three, four) = (plain_root(&leaves.0[..3]), plain_root(&leaves.0));

    let shrunk = verify_consistency((4, &four), (3, &three), &[]);

    assert_eq!(shrunk, Err(Error::Shrunk { old: 4, new: 3 }));
}

#[test]
fn equal_sizes_need_equal_roots_and_no_proof() {
    let (one, other) = (Hash([1; 32]), Hash([2; 32]));

    assert_eq!(verify_consistency((9, &one), (9, &one), &[]), Ok(()));
    assert!(matches!(
        verify_consistency((9, &one), (9, &other), &[]),
        Err(Error::Inconsistent { size: 9, .. })
    ));
    assert!(matches!(verify_consistency((9, &one), (9, &one), &[other]), Err(Error::ProofLength { .. })));
}

#[test]
fn the_empty_log_is_the_beginning_of_all_but_only_with_its_own_root() {
    let (root, nothing) = (Hash([1; 32]), Hash::of_nothing());

    assert_eq!(verify_consistency((0, &nothing), (9, &root), &[]), Ok(()));
    assert_eq!(verify_consistency((0, &root), (9, &root), &[]), Err(Error::EmptyRoot { found: root }));
    assert_eq!(verify_consistency((0, &root), (0, &root), &[]), Err(Error::EmptyRoot { found: root }));
    assert!(matches!(verify_consistency((0, &nothing), (9, &root), &[root]), Err(Error::ProofLength { .. })));
}

#[test]
fn every_proof_up_to_size_40_holds_and_no_shortened_or_lengthened_one_does() {
    let leaves = Leaves::numbered(40);
    for new in 1..=40_u64 {
        let root = tree_root(new, &leaves).unwrap();
        for old in 1..=new {
            let leaf = &leaves.0[usize::try_from(old - 1).unwrap()];
            let inclusion = inclusion_proof(old - 1, new, &leaves).unwrap();
            verify_inclusion(old - 1, new, leaf, &inclusion, &root).unwrap();
            for wrong in lengths(&inclusion) {
                assert!(verify_inclusion(old - 1, new, leaf, &wrong, &root).is_err());
            }
            let old_root = tree_root(old, &leaves).unwrap();
            let consistency = consistency_proof(old, new, &leaves).unwrap();
            verify_consistency((old, &old_root), (new, &root), &consistency).unwrap();
            for wrong in lengths(&consistency) {
                assert!(verify_consistency((old, &old_root), (new, &root), &wrong).is_err());
            }
        }
    }
}

/// The proof with its last hash missing, and with one more.
fn lengths(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let longer = [proof, &[Hash([0; 32])]].concat();
    proof.split_last().map(|(_, shorter)| shorter.to_vec()).into_iter().chain([longer]).collect()
}

fn flipped(proof: &[Hash], bit: usize) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    let count = proof.len();
    proof[bit / 256 % count].0[bit / 8 % 32] ^= 1 << (bit % 8);
    proof
}

proptest! {
    #[test]
    fn no_bit_of_a_proof_can_change(new in 2..600_u64, at in any::<prop::sample::Index>(), bit in any::<usize>()) {
        let leaves = Leaves::numbered(new);
        let index = at.index(usize::try_from(new).unwrap());
        let old = index as u64;
        let root = tree_root(new, &leaves).unwrap();

        let inclusion = flipped(&inclusion_proof(old, new, &leaves).unwrap(), bit);
        let refused = verify_inclusion(old, new, &leaves.0[index], &inclusion, &root);
        let is_not_included = matches!(refused, Err(Error::NotIncluded { .. }));
        prop_assert!(is_not_included);

        if old > 0 {
            let old_root = tree_root(old, &leaves).unwrap();
            let consistency = flipped(&consistency_proof(old, new, &leaves).unwrap(), bit);
            let refused = verify_consistency((old, &old_root), (new, &root), &consistency);
            let is_inconsistent = matches!(refused, Err(Error::Inconsistent { .. }));
            prop_assert!(is_inconsistent);
        }
    }

    #[test]
    fn hostile_proofs_end_without_a_panic(
        sizes in any::<(u64, u64)>(),
        proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..80),
    ) {
        let root = Hash([3; 32]);
        prop_assert!(verify_inclusion(sizes.0, sizes.1, &root, &proof, &Hash([4; 32])).is_err());
        prop_assert!(verify_consistency((sizes.0, &root), (sizes.1, &Hash([4; 32])), &proof).is_err() || sizes.0 == 0);
    }

    #[test]
    fn an_independent_implementation_makes_the_same_proofs(new in 1..300_u64, at in any::<prop::sample::Index>()) {
        let leaves = Leaves::numbered(new);
        let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for index in 0..new {
            oracle.push(format!("entry {index}").into_bytes());
        }
        let index = at.index(usize::try_from(new).unwrap());
        let old = index as u64;

        prop_assert_eq!(oracle.root().as_bytes().to_vec(), tree_root(new, &leaves).unwrap().0.to_vec());
        let inclusion = inclusion_proof(old, new, &leaves).unwrap();
        prop_assert_eq!(oracle.prove_inclusion(index).as_bytes().to_vec(), joined(&inclusion));
        if old > 0 {
            let consistency = consistency_proof(old, new, &leaves).unwrap();
            let additions = usize::try_from(new - old).unwrap();
            prop_assert_eq!(oracle.prove_consistency(additions).as_bytes().to_vec(), joined(&consistency));
        }
    }
}

fn joined(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}
