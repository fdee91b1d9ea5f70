//! What can be wrong with a formula.

/// Why a formula cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FormulaError {
    /// The text is no YAML, or YAML of a kind that is not read.
    #[error("line {line}: {what}")]
    Yaml {
        /// Counted from 1.
        line: usize,
        /// What is wrong, and what would be right.
        what: String,
    },
    /// A catalogue with several entries, and none was asked for.
    #[error("the file holds {count} entries; say which one by its id")]
    WhichEntry {
        /// How many there are.
        count: usize,
    },
    /// No entry of this id.
    #[error("no entry has the id `{id}`{near}")]
    UnknownEntry {
        /// The id that was asked for.
        id: String,
        /// `; did you mean …?`, or nothing.
        near: String,
    },
    /// No steps.
    #[error("the formula has no steps; write at least `score = …`")]
    NoSteps,
    /// More than a formula can reasonably have.
    #[error("the formula has more than {limit} {what}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The most that is allowed.
        limit: usize,
    },
    /// A name of an input or a step that cannot be used.
    #[error("{what} `{name}`: {wrong}")]
    Name {
        /// `input` or `step`.
        what: &'static str,
        /// The name, escaped and cut.
        name: String,
        /// What is wrong, and what would be right.
        wrong: String,
    },
    /// A step that does not follow the language.
    #[error("step `{step}`, character {position}: {wrong}; {right}")]
    Step {
        /// The name of the step, or its number where it has none.
        step: String,
        /// In the text of the step, counted from 1.
        position: usize,
        /// What is wrong.
        wrong: String,
        /// What would be right.
        right: String,
    },
    /// Other numbers than the formula has inputs.
    #[error("the formula has {expected} inputs, but {found} numbers are given")]
    Numbers {
        /// How many inputs there are.
        expected: usize,
        /// How many numbers are given.
        found: usize,
    },
}
