//! Conditions over the columns of a list, such as `age_hours <= 24 and language == "ta"`.
//!
//! Parsed by us and only compared; nothing in them is ever executed.

mod lexer;
mod parser;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Longest condition, in bytes.
const MAX_BYTES: usize = 1000;

/// A comparison over columns, with `and`, `or`, `not` and brackets. Prints as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    root: Expression,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// Words.
    Text(String),
}

/// Why a condition cannot be read or used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConditionError {
    /// It is too long.
    #[error("the condition has more than {MAX_BYTES} bytes")]
    TooLong,
    /// It breaks off or holds something unexpected.
    #[error("at character {position}: {reason}")]
    Syntax {
        /// Where, counted in characters from 1.
        position: usize,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A column that the list does not have.
    #[error("there is no column `{column}`")]
    UnknownColumn {
        /// The column that was named.
        column: String,
    },
    /// A number is compared with words.
    #[error("`{left}` and `{right}` cannot be compared: one is a number, the other is text")]
    KindsDiffer {
        /// The left side, as written.
        left: String,
        /// The right side, as written.
        right: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
enum Expression {
    Compare { left: Operand, comparison: Comparison, right: Operand },
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Column(String),
    Literal(Value),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// Reads a condition of at most 1,000 bytes and 32 nested brackets.
    ///
    /// # Errors
    /// [`ConditionError::TooLong`] and [`ConditionError::Syntax`].
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        if text.len() > MAX_BYTES {
            return Err(ConditionError::TooLong);
        }
        let root = parser::parse(&lexer::tokens(text)?)?;
        Ok(Self { text: text.trim().to_owned(), root })
    }

    /// The columns it looks at, each once, in order of their names.
    #[must_use]
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns = BTreeSet::new();
        self.root.name_columns(&mut columns);
        columns
    }

    /// Whether it holds for an item, given the values of the item's columns.
    ///
    /// # Errors
    /// [`ConditionError::UnknownColumn`] and [`ConditionError::KindsDiffer`]; both also when the outcome would not
    /// depend on that comparison, so that one row of a table shows what any row would show.
    pub fn holds(&self, value_of: &dyn Fn(&str) -> Option<Value>) -> Result<bool, ConditionError> {
        self.root.holds(value_of)
    }
}

impl Expression {
    fn name_columns<'a>(&'a self, columns: &mut BTreeSet<&'a str>) {
        match self {
            Self::Compare { left, right, .. } => {
                columns.extend([left, right].into_iter().filter_map(Operand::column));
            }
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.name_columns(columns);
                }
            }
            Self::Not(part) => part.name_columns(columns),
        }
    }

    fn holds(&self, value_of: &dyn Fn(&str) -> Option<Value>) -> Result<bool, ConditionError> {
        match self {
            Self::Compare { left, comparison, right } => compare(left, *comparison, right, value_of),
            Self::All(parts) => {
                parts.iter().try_fold(true, |so_far, part| Ok(part.holds(value_of)? && so_far))
            }
            Self::Any(parts) => {
                parts.iter().try_fold(false, |so_far, part| Ok(part.holds(value_of)? || so_far))
            }
            Self::Not(part) => Ok(!part.holds(value_of)?),
        }
    }
}

impl Operand {
    fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) => Some(name),
            Self::Literal(_) => None,
        }
    }

    fn value(&self, value_of: &dyn Fn(&str) -> Option<Value>) -> Result<Value, ConditionError> {
        match self {
            Self::Column(name) => {
                value_of(name).ok_or_else(|| ConditionError::UnknownColumn { column: name.clone() })
            }
            Self::Literal(value) => Ok(value.clone()),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => out.write_str(name),
            Self::Literal(Value::Number(number)) => number.fmt(out),
            Self::Literal(Value::Text(text)) => write!(out, "\"{text}\""),
        }
    }
}

fn compare(
    left: &Operand,
    comparison: Comparison,
    right: &Operand,
    value_of: &dyn Fn(&str) -> Option<Value>,
) -> Result<bool, ConditionError> {
    let ordering = match (left.value(value_of)?, right.value(value_of)?) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(&b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(&b)),
        _ => {
            return Err(ConditionError::KindsDiffer { left: left.to_string(), right: right.to_string() });
        }
    };
    Ok(match comparison {
        Comparison::Equal => ordering.is_some_and(std::cmp::Ordering::is_eq),
        Comparison::NotEqual => !ordering.is_some_and(std::cmp::Ordering::is_eq),
        Comparison::Less => ordering.is_some_and(std::cmp::Ordering::is_lt),
        Comparison::LessOrEqual => ordering.is_some_and(std::cmp::Ordering::is_le),
        Comparison::Greater => ordering.is_some_and(std::cmp::Ordering::is_gt),
        Comparison::GreaterOrEqual => ordering.is_some_and(std::cmp::Ordering::is_ge),
    })
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        Self::parse(text)
    }
}

impl serde::Serialize for Condition {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for Condition {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
