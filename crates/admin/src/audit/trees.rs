//! The trees whose roots were signed, grown again while the trail is walked.

use std::{
    collections::{BTreeMap, btree_map},
    iter::Peekable,
};

use db::platform::audit::Checkpoint;
use server::trail::TrailKeys;
use types::{ChainLink, audit_proof::leaf, merkle::Tree};

/// Trees of lines, each from where its first signed root begins to where the last one that begins there ends. One is
/// open at a time, but where two processes signed at once.
pub(super) struct Trees {
    waiting: Peekable<btree_map::IntoIter<i64, i64>>,
    open: Vec<Open>,
}

struct Open {
    first: i64,
    last: i64,
    tree: Tree,
}

impl Trees {
    /// Those that we signed. What somebody else wrote beside them grows nothing here.
    pub(super) fn of(signed: &[Checkpoint], keys: &TrailKeys) -> Self {
        let mut spans = BTreeMap::<i64, i64>::new();
        for checkpoint in signed {
            if let Some(root) = &checkpoint.root
                && keys.have_signed(checkpoint)
            {
                let last = spans.entry(root.first_seq).or_default();
                *last = checkpoint.link.seq.max(*last);
            }
        }
        Self {
            waiting: spans.into_iter().peekable(),
            open: Vec::new(),
        }
    }

    /// Adds the next line, and says whether any root is made of it.
    pub(super) fn grow(&mut self, link: &ChainLink) -> bool {
        self.open.retain(|open| open.last >= link.seq);
        while let Some((first, last)) = self.waiting.next_if(|(first, _)| *first <= link.seq) {
            let tree = Tree::default();
            self.open.push(Open { first, last, tree });
        }
        if let Some(leaf) = leaf(&link.hash) {
            self.open.iter_mut().for_each(|open| open.tree.push(&leaf));
        }
        !self.open.is_empty()
    }

    /// The root over the lines from `first` to the one that was added last.
    pub(super) fn root(&self, first: i64) -> Option<String> {
        let open = self.open.iter().find(|open| open.first == first)?;
        open.tree.root().map(hex::encode)
    }
}
