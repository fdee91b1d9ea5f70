//! From characters to tokens.

use super::{Comparison, ConditionError};

/// A piece of a condition with its place, counted in characters from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) position: usize,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Name(String),
    Number(f64),
    Text(String),
    Compare(Comparison),
    And,
    Or,
    Not,
    Open,
    Close,
    End,
}

/// All tokens of a condition; the last one is [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ConditionError> {
    let mut rest = Characters { left: text.chars().collect::<Vec<_>>(), next: 0 };
    let mut tokens = Vec::new();
    loop {
        rest.take_while(char::is_whitespace);
        let position = rest.next + 1;
        let Some(first) = rest.peek() else {
            tokens.push(Token { position, kind: TokenKind::End });
            return Ok(tokens);
        };
        let kind = token(first, &mut rest).map_err(|reason| ConditionError::Syntax { position, reason })?;
        tokens.push(Token { position, kind });
    }
}

fn token(first: char, rest: &mut Characters) -> Result<TokenKind, String> {
    match first {
        '(' => Ok(rest.one(TokenKind::Open)),
        ')' => Ok(rest.one(TokenKind::Close)),
        '<' | '>' | '=' | '!' => comparison(rest),
        '"' | '\'' => Ok(TokenKind::Text(quoted(first, rest)?)),
        '`' => Ok(TokenKind::Name(quoted(first, rest)?)),
        '-' | '.' | '0'..='9' => number(rest),
        _ if first.is_alphabetic() || first == '_' => Ok(word(rest)),
        _ => Err(format!("`{first}` is not understood. Write comparisons such as `age_hours <= 24`.")),
    }
}

fn comparison(rest: &mut Characters) -> Result<TokenKind, String> {
    let sign = rest.take_while(|c| matches!(c, '<' | '>' | '=' | '!'));
    Ok(TokenKind::Compare(match sign.as_str() {
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return Err(format!("`{sign}` is no comparison. Write one of == != < <= > >=.")),
    }))
}

fn quoted(quote: char, rest: &mut Characters) -> Result<String, String> {
    rest.next += 1;
    let text = rest.take_while(|c| c != quote);
    match rest.peek() {
        Some(_) => Ok(rest.one(text)),
        None => Err(format!("The closing {quote} is missing.")),
    }
}

fn number(rest: &mut Characters) -> Result<TokenKind, String> {
    let mut text = rest.take_while(|c| c == '-');
    text += &rest.take_while(|c| c.is_ascii_alphanumeric() || c == '.');
    if text.ends_with(['e', 'E']) {
        text += &rest.take_while(|c| matches!(c, '-' | '+' | '0'..='9'));
    }
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    match text.parse::<f64>() {
        Ok(number) if plain && number.is_finite() => Ok(TokenKind::Number(number)),
        _ => Err(format!("`{text}` is no number. Write it such as `24`, `0.5` or `-3`.")),
    }
}

fn word(rest: &mut Characters) -> TokenKind {
    let word = rest.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    match word.as_str() {
        "and" => TokenKind::And,
        "or" => TokenKind::Or,
        "not" => TokenKind::Not,
        _ => TokenKind::Name(word),
    }
}

struct Characters {
    left: Vec<char>,
    next: usize,
}

impl Characters {
    fn peek(&self) -> Option<char> {
        self.left.get(self.next).copied()
    }

    fn one<T>(&mut self, token: T) -> T {
        self.next += 1;
        token
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let taken: String = self.left.iter().skip(self.next).copied().take_while(|&c| wanted(c)).collect();
        self.next += taken.chars().count();
        taken
    }
}
