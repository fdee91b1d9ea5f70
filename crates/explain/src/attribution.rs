//! A number shared out among players.

/// How a number was shared out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// In closed form: weight times difference from the background's mean.
    Linear,
    /// From the leaves of the trees, exactly.
    Trees,
    /// Part by part over the players each part reads, added up by linearity, exactly.
    Parts,
    /// All hybrids of item and background were scored: exact.
    Enumeration,
    /// Orders were drawn, each walked forwards and backwards; with standard errors.
    Permutations,
    /// Drawn orders corrected by an exact explanation of a simpler score; with standard errors.
    ControlledPermutations,
    /// Along the covers of the trees' training rows; another question than the others answer, and so labelled.
    PathDependent,
}

impl Method {
    /// Whether the numbers carry no error of chance.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        !matches!(self, Self::Permutations | Self::ControlledPermutations)
    }
}

/// One number, shared out. Invariant: `base` + all values = `score`, up to rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// The number when nothing of the item is known.
    pub base: f64,
    /// The number of the item itself.
    pub score: f64,
    /// The part of each player.
    pub values: Vec<f64>,
    /// Standard error of each part; `None` when the parts are exact.
    pub stderr: Option<Vec<f64>>,
}

impl Attribution {
    /// How far the parts miss the number that they share out.
    #[must_use]
    pub fn gap(&self) -> f64 {
        (self.base + self.values.iter().sum::<f64>() - self.score).abs()
    }
}

/// Numbers of several items, shared out in the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributions {
    /// How.
    pub method: Method,
    /// One for each item, in order.
    pub items: Vec<Attribution>,
    /// Scores that were computed.
    pub evaluations: u64,
}
