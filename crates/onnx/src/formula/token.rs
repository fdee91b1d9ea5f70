//! The text of a step, cut into numbers, names and signs.

use super::operation::Comparison;
use crate::names::quoted;

/// A part of the text and where it begins, in characters from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) position: usize,
    pub(super) what: What<'a>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What<'a> {
    Number(f64),
    Name(&'a str),
    Compare(Comparison),
    /// One of `+ - * / ( ) [ ] , =`.
    Sign(char),
    End,
}

impl What<'_> {
    /// How a sentence calls it.
    pub(super) fn called(&self) -> String {
        match self {
            Self::Number(number) => format!("the number {number}"),
            Self::Name(name) => quoted(name),
            Self::Compare(comparison) => format!("`{}`", comparison.written()),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// What cannot be read: where, what is wrong, what would be right.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) position: usize,
    pub(super) wrong: String,
    pub(super) right: String,
}

impl Fault {
    pub(super) fn new(position: usize, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { position, wrong: wrong.into(), right: right.into() }
    }
}

/// Cuts the text; the last token is always [`What::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut tokens = Vec::new();
    let mut cutter = Cutter { rest: text, position: 1 };
    loop {
        cutter.take(char::is_whitespace);
        let position = cutter.position;
        let what = cutter.next_part()?;
        tokens.push(Token { position, what });
        if what == What::End {
            return Ok(tokens);
        }
    }
}

struct Cutter<'a> {
    rest: &'a str,
    position: usize,
}

impl<'a> Cutter<'a> {
    fn next_part(&mut self) -> Result<What<'a>, Fault> {
        let Some(first) = self.rest.chars().next() else {
            return Ok(What::End);
        };
        if first.is_ascii_digit() || first == '.' {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            return Ok(What::Name(
                self.take(|character| character.is_ascii_alphanumeric() || character == '_'),
            ));
        }
        self.sign(first)
    }

    fn number(&mut self) -> Result<What<'a>, Fault> {
        let position = self.position;
        let text = self.cut(number_length(self.rest));
        let follows =
            self.rest.chars().next().is_some_and(|next| next.is_alphanumeric() || "._".contains(next));
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && !follows => Ok(What::Number(number)),
            _ => Err(Fault::new(
                position,
                format!("{} is no number", quoted(text)),
                "write numbers as 12, 0.5 or 1e-6, at most 1.7e308",
            )),
        }
    }

    fn sign(&mut self, first: char) -> Result<What<'a>, Fault> {
        let two = self.rest.get(..2).unwrap_or_default();
        if let Some(right) = not_in_language(two) {
            return Err(Fault::new(self.position, format!("`{two}` is not in the language"), right));
        }
        let comparison = comparison(two, first);
        if let Some(comparison) = comparison {
            self.cut(comparison.written().len());
            return Ok(What::Compare(comparison));
        }
        if !"+-*/()[],=".contains(first) {
            let wrong = format!("{} is not in the language", quoted(&first.to_string()));
            return Err(Fault::new(
                self.position,
                wrong,
                "use numbers, names, + - * / < <= > >= == != and functions",
            ));
        }
        self.cut(first.len_utf8());
        Ok(What::Sign(first))
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !wanted(character)).unwrap_or(self.rest.len());
        self.cut(end)
    }

    fn cut(&mut self, length: usize) -> &'a str {
        let (cut, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.position += cut.chars().count();
        self.rest = rest;
        cut
    }
}

/// Digits, a point, digits; then perhaps `e`, a sign, digits.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| text.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let mut end = digits(0);
    if text.as_bytes().get(end) == Some(&b'.') {
        end += 1;
        end += digits(end);
    }
    if matches!(text.as_bytes().get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(text.as_bytes().get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    end.max(1)
}

fn comparison(two: &str, first: char) -> Option<Comparison> {
    match (two, first) {
        ("<=", _) => Some(Comparison::LessOrEqual),
        (">=", _) => Some(Comparison::GreaterOrEqual),
        ("==", _) => Some(Comparison::Equal),
        ("!=", _) => Some(Comparison::NotEqual),
        (_, '<') => Some(Comparison::Less),
        (_, '>') => Some(Comparison::Greater),
        _ => None,
    }
}

/// Signs that other languages have, and what to write here.
fn not_in_language(two: &str) -> Option<&'static str> {
    match two {
        "**" => Some("write pow(a, b)"),
        "//" => Some("write floor(a / b)"),
        "&&" => Some("write both(c, d)"),
        "||" => Some("write either(c, d)"),
        "<>" => Some("write !="),
        _ => None,
    }
}
