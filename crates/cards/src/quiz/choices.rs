//! Wrong answers, and where the right one stands among them. Both follow from the card, so every reader gets the same.

use domain::Digest;

use super::{CHOICES, Question};

/// A question in the making.
pub(super) struct Draft {
    pub(super) id: &'static str,
    pub(super) text: String,
    pub(super) pointer: String,
}

/// A number that follows from the card and the question.
pub(super) fn draw(seed: &str, id: &str) -> u64 {
    let digest = Digest::of(format!("{seed}\n{id}").as_bytes()).hex();
    digest.get(..8).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

impl Draft {
    pub(super) fn new(id: &'static str, text: String, pointer: impl Into<String>) -> Self {
        Self { id, text, pointer: pointer.into() }
    }

    /// With these answers in this order; none where the right one is not among them, or nothing else is.
    pub(super) fn ordered(self, right: &str, choices: Vec<String>) -> Option<Question> {
        let mut different: Vec<String> = Vec::new();
        for choice in choices {
            if !different.contains(&choice) && (different.len() < CHOICES || choice == right) {
                different.push(choice);
            }
        }
        let right = different.iter().position(|choice| choice == right)?;
        let Self { id, text, pointer } = self;
        (different.len() > 1).then_some(Question { id, text, choices: different, right, pointer })
    }

    /// With the right answer somewhere among wrong ones, at a place that follows from the seed.
    pub(super) fn mixed(self, seed: &str, right: &str, wrong: Vec<String>) -> Option<Question> {
        let mut choices: Vec<String> = Vec::new();
        for choice in wrong {
            if choice != right && !choices.contains(&choice) && choices.len() + 1 < CHOICES {
                choices.push(choice);
            }
        }
        let places = choices.len() as u64 + 1;
        let place = usize::try_from(draw(seed, self.id) % places).unwrap_or_default();
        choices.insert(place.min(choices.len()), right.to_owned());
        self.ordered(right, choices)
    }
}

/// Amounts beside the right one, all at least three times as large or as small as the one before; in order of size.
/// Amounts above `most` cannot be, and are left out.
pub(super) fn amounts(seed: &str, id: &str, right: f64, most: f64) -> Vec<f64> {
    let factors: [f64; 4] = match draw(seed, id) % 3 {
        0 => [1.0 / 9.0, 1.0 / 3.0, 1.0, 3.0],
        1 => [1.0 / 3.0, 1.0, 3.0, 9.0],
        _ => [1.0 / 27.0, 1.0 / 9.0, 1.0 / 3.0, 1.0],
    };
    let amounts = factors.map(|factor| right * factor);
    amounts.into_iter().filter(|amount| *amount <= most.max(right)).collect()
}
