//! Checking proofs (RFC 9162 §2.1.3.2 and §2.1.4.2).

use crate::{Error, Hash};

/// No proof in a tree of at most 2^64 entries has more hashes than this.
pub const MAX_PROOF_HASHES: usize = 64;

/// Where the walk from a leaf to the root stands: the number of the node and of the last node on this height.
struct Climb {
    node: u64,
    last: u64,
}

impl Climb {
    /// Whether the next hash of the proof stands on the left.
    ///
    /// A last node without sibling first rises to where it has one.
    fn left_sibling(&mut self) -> bool {
        let left = self.node & 1 == 1 || self.node == self.last;
        if left {
            while self.node & 1 == 0 && self.node != 0 {
                self.rise();
            }
        }
        left
    }

    fn rise(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }
}

fn length(what: &'static str, found: usize, few_or_many: &'static str) -> Error {
    Error::ProofLength { what, found, few_or_many }
}

/// The root that an entry and its inclusion proof lead to.
///
/// `proof` begins with the leaf's sibling. Source: RFC 9162 §2.1.3.2.
///
/// # Errors
/// [`Error::NoSuchEntry`], [`Error::ProofLength`].
pub fn root_from_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash]) -> Result<Hash, Error> {
    if index >= size {
        return Err(Error::NoSuchEntry { index, size });
    }
    let mut climb = Climb { node: index, last: size - 1 };
    let mut root = *leaf;
    for hash in proof {
        if climb.last == 0 {
            return Err(length("inclusion proof", proof.len(), "many"));
        }
        root = if climb.left_sibling() {
            Hash::of_children(hash, &root)
        } else {
            Hash::of_children(&root, hash)
        };
        climb.rise();
    }
    if climb.last == 0 { Ok(root) } else { Err(length("inclusion proof", proof.len(), "few")) }
}

/// Checks that the entry with hash `leaf` is number `index` of the tree with `size` entries and this `root`.
///
/// # Errors
/// [`Error::NoSuchEntry`], [`Error::ProofLength`], [`Error::NotIncluded`].
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), Error> {
    let computed = root_from_inclusion(index, size, leaf, proof)?;
    if computed == *root { Ok(()) } else { Err(Error::NotIncluded { computed, expected: *root }) }
}

/// Checks that the tree `old` (entries and root) is the beginning of the tree `new`.
///
/// Source: RFC 9162 §2.1.4.2; an empty tree is the beginning of every tree.
///
/// # Errors
/// [`Error::Shrunk`], [`Error::ProofLength`], [`Error::EmptyRoot`], [`Error::Inconsistent`].
pub fn verify_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Result<(), Error> {
    if old.0 > new.0 {
        return Err(Error::Shrunk { old: old.0, new: new.0 });
    }
    for (size, root) in [old, new] {
        if size == 0 && *root != Hash::of_nothing() {
            return Err(Error::EmptyRoot { found: *root });
        }
    }
    if old.0 == 0 || old.0 == new.0 {
        if !proof.is_empty() {
            return Err(length("consistency proof", proof.len(), "many"));
        }
        return if old.0 == 0 { Ok(()) } else { same(new.0, old.1, new.1) };
    }
    let (old_root, new_root) = roots_from_consistency(old, new.0, proof)?;
    same(old.0, &old_root, old.1)?;
    same(new.0, &new_root, new.1)
}

/// The old and the new root that a proof between two different sizes leads to.
fn roots_from_consistency(old: (u64, &Hash), new_size: u64, proof: &[Hash]) -> Result<(Hash, Hash), Error> {
    let few = || length("consistency proof", proof.len(), "few");
    let mut climb = Climb { node: old.0 - 1, last: new_size - 1 };
    while climb.node & 1 == 1 {
        climb.rise();
    }
    let (first, rest) =
        if old.0.is_power_of_two() { (old.1, proof) } else { proof.split_first().ok_or_else(few)? };
    let (mut old_root, mut new_root) = (*first, *first);
    for hash in rest {
        if climb.last == 0 {
            return Err(length("consistency proof", proof.len(), "many"));
        }
        if climb.left_sibling() {
            old_root = Hash::of_children(hash, &old_root);
            new_root = Hash::of_children(hash, &new_root);
        } else {
            new_root = Hash::of_children(&new_root, hash);
        }
        climb.rise();
    }
    if climb.last == 0 { Ok((old_root, new_root)) } else { Err(few()) }
}

fn same(size: u64, computed: &Hash, expected: &Hash) -> Result<(), Error> {
    if computed == expected {
        return Ok(());
    }
    Err(Error::Inconsistent { size, computed: *computed, expected: *expected })
}
