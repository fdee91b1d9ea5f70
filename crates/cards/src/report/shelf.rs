//! What was made ready for a model and a background, kept for the next question about them.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Digest;
use explain::games::Wanted;
use explain::games::score::Prepared;
use explain::{Error, Players};

/// What something made ready depends on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MadeOf {
    /// The file of the model.
    pub(super) model: Digest,
    /// The outputs that are explained, with their weights.
    pub(super) heads: Vec<(String, f64)>,
    /// The numbers of the background.
    pub(super) background: Digest,
    pub(super) players: Players,
    pub(super) wanted: Wanted,
}

/// Tables of trees and other things that are made once for a model and a background, the latest ones first.
#[derive(Debug)]
pub struct Shelf {
    most_bytes: usize,
    kept: Mutex<Vec<(MadeOf, Arc<Prepared>)>>,
}

impl Shelf {
    /// An empty shelf for so many bytes of tables; what was not used for the longest time goes first.
    #[must_use]
    pub const fn new(most_bytes: usize) -> Self {
        Self { most_bytes, kept: Mutex::new(Vec::new()) }
    }

    /// What lies there, or what is made now.
    ///
    /// # Errors
    /// What the making ends in.
    pub(super) fn get_or(
        &self,
        made_of: MadeOf,
        make: impl FnOnce() -> Result<Prepared, Error>,
    ) -> Result<Arc<Prepared>, Error> {
        if let Some(known) = self.take(&made_of) {
            return Ok(self.put(made_of, known));
        }
        Ok(self.put(made_of, Arc::new(make()?)))
    }

    fn take(&self, made_of: &MadeOf) -> Option<Arc<Prepared>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == made_of)?;
        Some(kept.remove(place).1)
    }

    fn put(&self, made_of: MadeOf, prepared: Arc<Prepared>) -> Arc<Prepared> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != made_of);
        kept.insert(0, (made_of, Arc::clone(&prepared)));
        let mut bytes = 0;
        kept.retain(|(_, prepared)| {
            bytes += prepared.bytes();
            bytes <= self.most_bytes
        });
        prepared
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use explain::games::How;
    use explain::{Matrix, Means};
    use forms::{Branch, Forest, Form, Node, Part, Term, Tree};

    use super::*;

    fn made_of(model: &str) -> MadeOf {
        MadeOf {
            model: Digest::of(model.as_bytes()),
            heads: vec![("score".to_owned(), 1.0)],
            background: Digest::of(b"rows"),
            players: Players::each(2),
            wanted: Wanted::Auto,
        }
    }

    fn ready() -> Result<Prepared, Error> {
        let ask = Branch { column: 1, limit: 0.5, low: 1, high: 2, missing_low: true };
        let tree = Tree { nodes: vec![Node::Branch(ask), Node::Leaf(1.0), Node::Leaf(2.0)], covers: None };
        let trees = Part::Trees(Arc::new(Forest::new(2, 0.0, vec![tree]).unwrap()));
        let form = Form { columns: 2, bias: 0.0, terms: vec![Term { name: None, weight: 1.0, part: trees }] };
        let background = Matrix::new(2, vec![0.0, 1.0])?;
        Prepared::of(&form, &background, &Players::each(2), &How::default(), &Means::plain())
    }

    #[test]
    fn what_was_made_is_used_again_until_there_is_no_room() {
        let bytes = ready().unwrap().bytes();
        assert!(bytes > 0);
        let (shelf, times) = (Shelf::new(2 * bytes), Cell::new(0));
        let ask = |model: &str| {
            let make = || {
                times.set(times.get() + 1);
                ready()
            };
            shelf.get_or(made_of(model), make).unwrap()
        };

        // The third pushes out `two`, which was not used for the longest time.
        for model in ["one", "two", "one", "three", "one", "two"] {
            let _prepared = ask(model);
        }

        assert_eq!(times.get(), 4);
    }

    #[test]
    fn what_differs_in_anything_is_made_anew() {
        let shelf = Shelf::new(usize::MAX);
        let first = shelf.get_or(made_of("one"), ready).unwrap();
        let others = [
            MadeOf { heads: vec![("score".to_owned(), 2.0)], ..made_of("one") },
            MadeOf { background: Digest::of(b"others"), ..made_of("one") },
            MadeOf { players: Players::new(2, vec![vec![0, 1]]).unwrap(), ..made_of("one") },
            MadeOf { wanted: Wanted::Exact, ..made_of("one") },
        ];

        for other in others {
            assert!(!Arc::ptr_eq(&first, &shelf.get_or(other, ready).unwrap()));
        }
        assert!(Arc::ptr_eq(&first, &shelf.get_or(made_of("one"), ready).unwrap()));
    }
}
