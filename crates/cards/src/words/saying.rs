//! One message on its way to be said.

use std::fmt;

use fluent_bundle::{FluentArgs, FluentValue};

use super::Messages;

/// A message and the arguments it was given so far. Printing it says it.
pub struct Saying<'a> {
    messages: &'a Messages,
    id: &'a str,
    arguments: FluentArgs<'a>,
}

/// What was said, and in which language.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Phrase {
    /// The words.
    pub text: String,
    /// Whether they are English because the language asked for has no such message.
    pub is_fallback: bool,
}

/// An argument of a message.
pub enum Value<'a> {
    /// Words, printed as they are.
    Words(String),
    /// Borrowed words, printed as they are.
    Borrowed(&'a str),
    /// A number, printed as the language writes numbers; it also chooses plural forms.
    Number(f64),
}

impl<'a> Saying<'a> {
    pub(super) fn new(messages: &'a Messages, id: &'a str) -> Self {
        Self { messages, id, arguments: FluentArgs::new() }
    }

    /// The same message with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: impl Into<Value<'a>>) -> Self {
        let value = match value.into() {
            Value::Words(words) => FluentValue::from(words),
            Value::Borrowed(words) => FluentValue::from(words),
            Value::Number(number) => FluentValue::from(number),
        };
        self.arguments.set(name, value);
        self
    }

    /// Says it. A message that no language has is said as `⟦id⟧`, which the tests of the pages look for.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        if let Some(text) = self.said_by(self.messages) {
            return Phrase { text, is_fallback: false };
        }
        let text = self.said_by(Messages::english()).unwrap_or_else(|| format!("⟦{}⟧", self.id));
        Phrase { text, is_fallback: true }
    }

    fn said_by(&self, messages: &Messages) -> Option<String> {
        let (id, attribute) = match self.id.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (self.id, None),
        };
        let message = messages.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut errors = Vec::new();
        let text = messages.bundle.format_pattern(pattern, Some(&self.arguments), &mut errors);
        if errors.is_empty() { Some(text.into_owned()) } else { Some(format!("⟦{}: {text}⟧", self.id)) }
    }
}

impl fmt::Display for Saying<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.phrase().text)
    }
}

impl From<String> for Value<'_> {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(words: &'a str) -> Self {
        Self::Borrowed(words)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(words: &'a String) -> Self {
        Self::Borrowed(words)
    }
}

/// Numbers come in by value, or by reference as templates hand them over.
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl From<$number> for Value<'_> {
            #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }

        impl From<&$number> for Value<'_> {
            fn from(number: &$number) -> Self {
                Self::from(*number)
            }
        }
    )+};
}
numbers!(u64, usize);

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&u32> for Value<'_> {
    fn from(number: &u32) -> Self {
        Self::from(*number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}
