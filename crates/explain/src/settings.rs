//! The engine's fixed choices.

/// Which end of the scores is shown first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The highest score is shown first.
    #[default]
    Descending,
    /// The lowest score is shown first.
    Ascending,
}

impl Order {
    /// The score turned so that more is always nearer to the top.
    #[must_use]
    pub const fn upward(self, score: f64) -> f64 {
        match self {
            Self::Descending => score,
            Self::Ascending => -score,
        }
    }
}

/// How much is drawn, and from which seed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Settings {
    /// How often every item of a list gets another value, per signal.
    pub draws: usize,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Resamples of the lists behind an interval.
    pub bootstrap: usize,
    /// Which end is shown first.
    pub order: Order,
    /// Rows drawn from the reference lists as values to put in.
    pub background_rows: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { draws: 10, seed: 1, bootstrap: 1000, order: Order::Descending, background_rows: 1000 }
    }
}
