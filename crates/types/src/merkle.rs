//! Merkle trees as RFC 6962 makes them: one hash over many leaves, and a short path that shows one of them in it.
//!
//! A root does not say how many leaves it was made of: of some leaves the path is the same in a tree with one more.
//! Whoever signs a root signs with it which leaves those are.

use sha2::{Digest as _, Sha256};

/// What SHA-256 gives.
pub type Hash = [u8; 32];

/// Leaves and nodes are hashed with another first byte, so that nobody passes a node off as a leaf.
const LEAF: [u8; 1] = [0];
const NODE: [u8; 1] = [1];

fn of_leaf(leaf: &[u8]) -> Hash {
    let hash = Sha256::new().chain_update(LEAF).chain_update(leaf);
    hash.finalize().into()
}

fn of_node(left: &Hash, right: &Hash) -> Hash {
    let hash = Sha256::new()
        .chain_update(NODE)
        .chain_update(left)
        .chain_update(right);
    hash.finalize().into()
}

/// A tree that grows leaf by leaf, and keeps no more hashes than it is high.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    size: u64,
    /// The roots of the complete trees it consists of, the largest first: one for each 1 in its size.
    peaks: Vec<Hash>,
}

impl Tree {
    /// Adds a leaf at the end.
    pub fn push(&mut self, leaf: &[u8]) {
        let mut hash = of_leaf(leaf);
        // Two complete trees of one size become one of the next, as carrying does when a binary number counts up.
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("each 1 in the size has a peak");
            hash = of_node(&left, &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The hash over all leaves so far; none of an empty tree.
    pub fn root(&self) -> Option<Hash> {
        let mut peaks = self.peaks.iter().rev();
        let smallest = *peaks.next()?;
        Some(peaks.fold(smallest, |right, left| of_node(left, &right)))
    }
}

/// The hashes that lead from a leaf to the root, from the bottom up. None when there is no such leaf.
pub fn path<L: AsRef<[u8]>>(leaves: &[L], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut level: Vec<Hash> = leaves.iter().map(|leaf| of_leaf(leaf.as_ref())).collect();
    let (mut path, mut index) = (Vec::new(), index);
    while level.len() > 1 {
        path.extend(level.get(index ^ 1));
        let pairs = level.chunks(2).map(|pair| match pair {
            [left, right] => of_node(left, right),
            // The last of an odd number goes up as it is.
            alone => alone[0],
        });
        level = pairs.collect();
        index /= 2;
    }
    Some(path)
}

/// The root that a path leads to from this leaf, which stands at `index` of `size`, counted from 0. None when no path of
/// such a leaf has this length.
pub fn climb(leaf: &[u8], (index, size): (u64, u64), path: &[Hash]) -> Option<Hash> {
    let (mut index, mut last) = (index, size.checked_sub(1)?);
    if index > last {
        return None;
    }
    let mut path = path.iter();
    let mut hash = of_leaf(leaf);
    while last > 0 {
        if index % 2 == 1 {
            hash = of_node(path.next()?, &hash);
        } else if index < last {
            hash = of_node(&hash, path.next()?);
        }
        index /= 2;
        last /= 2;
    }
    path.next().is_none().then_some(hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As RFC 6962 defines it: split at the largest power of two below the size.
    fn by_definition(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [leaf] => of_leaf(leaf),
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                of_node(&by_definition(left), &by_definition(right))
            }
        }
    }

    fn root(leaves: &[Vec<u8>]) -> Hash {
        let mut tree = Tree::default();
        leaves.iter().for_each(|leaf| tree.push(leaf));
        tree.root().unwrap()
    }

    fn numbered(size: u64) -> Vec<Vec<u8>> {
        (0..size).map(|leaf| leaf.to_be_bytes().to_vec()).collect()
    }

    #[test]
    fn roots_are_those_that_certificate_transparency_publishes() {
        // The leaves and roots of the tests of google/certificate-transparency.
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];

        let mut tree = Tree::default();
        assert_eq!(tree.root(), None);
        for (leaf, root) in leaves.iter().zip(roots) {
            tree.push(&hex::decode(leaf).unwrap());
            assert_eq!(hex::encode(tree.root().unwrap()), root);
        }
    }

    #[test]
    fn every_leaf_of_every_size_proves_and_proves_nowhere_else() {
        for size in 1..=33 {
            let leaves = numbered(size);
            let root = root(&leaves);
            assert_eq!(root, by_definition(&leaves), "{size}");
            for index in 0..size {
                let leaf = &leaves[usize::try_from(index).unwrap()];
                let path = path(&leaves, usize::try_from(index).unwrap()).unwrap();
                let proven: Vec<u64> = (0..size + 2)
                    .filter(|place| climb(leaf, (*place, size), &path) == Some(root))
                    .collect();
                assert_eq!(proven, [index], "of {size}");
            }
        }
    }

    #[test]
    fn there_is_no_path_of_no_leaf() {
        assert_eq!(path(&numbered(3), 3), None);
        assert_eq!(path::<Vec<u8>>(&[], 0), None);
        assert_eq!(climb(b"leaf", (0, 0), &[]), None);
    }

    prop_compose! {
        /// Leaves, and which of them is meant.
        fn a_leaf_of_many()(size in 1..200_u64)(size in Just(size), index in 0..size) -> (u64, u64) {
            (index, size)
        }
    }

    proptest! {
        #[test]
        fn a_leaf_of_many_proves((index, size) in a_leaf_of_many()) {
            let leaves = numbered(size);
            let index_of = usize::try_from(index).unwrap();
            let path = path(&leaves, index_of).unwrap();
            prop_assert!(path.len() <= 8);
            prop_assert_eq!(climb(&leaves[index_of], (index, size), &path), Some(root(&leaves)));
        }

        #[test]
        fn another_leaf_or_another_path_proves_nothing(
            (index, size) in a_leaf_of_many(),
            (step, byte, bit) in (any::<prop::sample::Index>(), 0..32_usize, 0..8_u32),
            other in any::<u64>(),
        ) {
            let leaves = numbered(size);
            let index_of = usize::try_from(index).unwrap();
            let (path, root) = (path(&leaves, index_of).unwrap(), root(&leaves));
            let proves = |leaf: &[u8], path: &[Hash]| climb(leaf, (index, size), path) == Some(root);

            prop_assert_eq!(proves(&other.to_be_bytes(), &path), other == index);
            if !path.is_empty() {
                let step = step.index(path.len());
                let mut bent = path.clone();
                bent[step][byte] ^= 1 << bit;
                prop_assert!(!proves(&leaves[index_of], &bent));
                let mut shorter = path.clone();
                shorter.remove(step);
                prop_assert!(!proves(&leaves[index_of], &shorter));
                let mut longer = path.clone();
                longer.insert(step, path[step]);
                prop_assert!(!proves(&leaves[index_of], &longer));
            }
        }
    }
}
