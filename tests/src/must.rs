//! What must succeed in a test.

use std::fmt::Debug;

/// Something that must have worked, or the test ends.
pub trait Must {
    /// What it holds when it worked.
    type Value;

    /// The value.
    ///
    /// # Panics
    /// When there is none; the message says what was being done.
    fn must(self, doing: &str) -> Self::Value;
}

impl<T, E: Debug> Must for Result<T, E> {
    type Value = T;

    #[track_caller]
    fn must(self, doing: &str) -> T {
        match self {
            Ok(value) => value,
            Err(error) => panic!("{doing}: {error:?}"),
        }
    }
}

impl<T> Must for Option<T> {
    type Value = T;

    #[track_caller]
    fn must(self, doing: &str) -> T {
        match self {
            Some(value) => value,
            None => panic!("{doing}: there is none"),
        }
    }
}
