//! What is explained.

use forms::Form;

use crate::Scorer;

/// A score to explain: one that can be opened, or one that can only be asked.
pub enum Subject<'a> {
    /// A score whose parts are known; it is computed here.
    Form(&'a Form),
    /// A score that is computed elsewhere, row by row.
    BlackBox(&'a mut dyn Scorer),
}

impl std::fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form(form) => f.debug_tuple("Form").field(form).finish(),
            Self::BlackBox(_) => f.write_str("BlackBox"),
        }
    }
}
