//! What is asked about a table of rows.

use std::fmt;
use std::str::FromStr;

use explain::Order;
use serde::{Deserialize, Serialize};

/// Names of several choices, each written in one way.
macro_rules! choices {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $choice:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $choice,)+
        }

        impl $name {
            /// All choices, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$choice),+];

            /// How it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$choice => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == word).ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|choice| choice.as_str()).collect();
                    format!("choose one of {}", words.join(", "))
                })
            }
        }
    };
}

choices! {
    /// What is to be explained.
    Quantity {
        /// What added how much to the score of each row.
        #[default]
        Score = "score",
        /// Why one item has a higher score than another.
        Pair = "pair",
        /// What moved each item to its place among the others of its list.
        Place = "place",
        /// What brought each item into the first places of its list, or kept it out.
        Topk = "topk",
        /// What the order of each list as a whole rests on.
        List = "list",
        /// Scores, places, first places and the order of each list, from one run.
        Report = "report",
        /// How much the scores and the orders rest on each signal.
        Importance = "importance",
        /// Which prediction, and which signal of it, made the score.
        Predictions = "predictions",
        /// Whether more of a signal raises or lowers scores.
        Direction = "direction",
        /// The mean score for each value of a signal.
        Dependence = "dependence",
        /// Which value of one signal would bring an item into the first places.
        Counterfactual = "counterfactual",
        /// How the order changes when numbers are slightly different.
        Stability = "stability",
        /// Whether scores depend on where a row stands and what stands beside it.
        Position = "position",
        /// How many places an author could win.
        Manipulability = "manipulability",
        /// Which groups are shown how far up.
        Exposure = "exposure",
        /// How varied the first places are.
        Diversity = "diversity",
        /// Which signals can change the score at all.
        Reach = "reach",
        /// How good the explanation of the scores is.
        Quality = "quality",
    }
}

choices! {
    /// How the numbers are to be found.
    Method {
        /// Exactly where that is possible, else from draws with standard errors.
        #[default]
        Auto = "auto",
        /// Exactly, or not at all.
        Exact = "exact",
        /// From draws, with standard errors.
        Sample = "sample",
        /// Along the covers that the trees carry; another question than the others answer.
        PathDependent = "path-dependent",
    }
}

choices! {
    /// Who shares a number out.
    Grain {
        /// Each signal for itself.
        #[default]
        Signals = "signals",
        /// Groups of signals that move together.
        Groups = "groups",
    }
}

choices! {
    /// The values at which a dependence is looked at.
    GridKind {
        /// The deciles of the background.
        #[default]
        Deciles = "deciles",
        /// One value between any two thresholds of the trees.
        Thresholds = "thresholds",
    }
}

/// Which output of a model is explained.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum OutputChoice {
    /// The output named `score`, else the only one of floating-point numbers, else the only one.
    #[default]
    Usual,
    /// This column, from 0, of the usual output.
    Column(usize),
    /// The output of this name, or one column of it written `name[2]`, or a value inside the model.
    Named(String),
    /// The sum of outputs times weights.
    Weights(Vec<(String, f64)>),
}

impl OutputChoice {
    /// What the names of the signals say orders lists; the model's usual output where they say nothing.
    #[must_use]
    pub fn usual(names: Option<&super::Names>) -> Self {
        let output = names.and_then(|names| names.score_output.clone());
        output.map_or(Self::Usual, Self::Named)
    }
}

impl From<&str> for OutputChoice {
    /// A number is a column; everything else a name.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_no_number| Self::Named(text.to_owned()), Self::Column)
    }
}

/// How many places count as the first ones where nobody says otherwise.
pub const FIRST_PLACES: usize = 5;

/// What is asked about a table of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is to be explained.
    pub quantity: Quantity,
    /// How the numbers are to be found.
    pub method: Method,
    /// Who shares a number out.
    pub players: Grain,
    /// Two items, the first of which is taken to stand above the second; all neighbours where it is `None`.
    pub pair: Option<(String, String)>,
    /// How many places count as the first ones; at least 1.
    pub first_places: usize,
    /// The values at which a dependence is looked at.
    pub grid: GridKind,
    /// Which end of the scores is shown first.
    pub order: Order,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            quantity: Quantity::default(),
            method: Method::default(),
            players: Grain::default(),
            pair: None,
            first_places: FIRST_PLACES,
            grid: GridKind::default(),
            order: Order::default(),
            seed: 1,
        }
    }
}

impl Quantity {
    /// Whether it compares rows with a background, so that there must be one.
    #[must_use]
    pub const fn wants_background(self) -> bool {
        !matches!(
            self,
            Self::Pair | Self::List | Self::Exposure | Self::Diversity | Self::Reach | Self::Position
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_read_as_it_is_written() {
        for quantity in Quantity::ALL {
            assert_eq!(quantity.to_string().parse(), Ok(*quantity));
        }
        assert_eq!("path-dependent".parse(), Ok(Method::PathDependent));
        assert_eq!(
            "best".parse::<Method>(),
            Err("choose one of auto, exact, sample, path-dependent".to_owned())
        );
        assert_eq!(OutputChoice::from("2"), OutputChoice::Column(2));
        assert_eq!(OutputChoice::from("p[2]"), OutputChoice::Named("p[2]".to_owned()));
        assert_eq!(serde_json::to_string(&GridKind::Thresholds).unwrap(), "\"thresholds\"");
    }

    #[test]
    fn only_what_compares_with_typical_rows_wants_a_background() {
        let without: Vec<&str> = Quantity::ALL
            .iter()
            .filter(|quantity| !quantity.wants_background())
            .map(|quantity| quantity.as_str())
            .collect();

        assert_eq!(without, ["pair", "list", "position", "exposure", "diversity", "reach"]);
    }
}
