//! From tokens to an expression: `or` binds weakest, then `and`, then `not`, then comparisons and brackets.

use super::lexer::{Token, TokenKind};
use super::{ConditionError, Expression, Operand, Value};

/// Deepest nesting of brackets and `not`.
const MAX_DEPTH: usize = 32;

/// The expression that the tokens spell.
pub(super) fn parse(tokens: &[Token]) -> Result<Expression, ConditionError> {
    let mut parser = Parser { tokens, depth: 0 };
    let root = parser.any()?;
    match parser.peek() {
        TokenKind::End => Ok(root),
        TokenKind::Compare(_) => {
            Err(parser
                .expected("`and` or `or`; write two comparisons instead of a chain such as `a < b < c`"))
        }
        _ => Err(parser.expected("`and`, `or` or the end")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Expression, ConditionError> {
        let mut parts = vec![self.all()?];
        while self.take(&TokenKind::Or) {
            parts.push(self.all()?);
        }
        Ok(single_or(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, ConditionError> {
        let mut parts = vec![self.not()?];
        while self.take(&TokenKind::And) {
            parts.push(self.not()?);
        }
        Ok(single_or(parts, Expression::All))
    }

    fn not(&mut self) -> Result<Expression, ConditionError> {
        if self.take(&TokenKind::Not) {
            return Ok(Expression::Not(Box::new(self.deeper(Self::not)?)));
        }
        if self.take(&TokenKind::Open) {
            let inner = self.deeper(Self::any)?;
            return if self.take(&TokenKind::Close) { Ok(inner) } else { Err(self.expected("`)`")) };
        }
        self.comparison()
    }

    fn deeper(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Expression, ConditionError>,
    ) -> Result<Expression, ConditionError> {
        if self.depth == MAX_DEPTH {
            return Err(self.expected("fewer than 33 nested brackets"));
        }
        self.depth += 1;
        let expression = inner(self);
        self.depth -= 1;
        expression
    }

    fn comparison(&mut self) -> Result<Expression, ConditionError> {
        let start = self.position();
        let left = self.operand()?;
        let TokenKind::Compare(comparison) = *self.peek() else {
            return Err(self.expected("one of == != < <= > >="));
        };
        self.advance();
        let right = self.operand()?;
        if left.column().is_none() && right.column().is_none() {
            let reason = "Neither side is a column. Compare a column with something.".to_owned();
            return Err(ConditionError::Syntax { position: start, reason });
        }
        Ok(Expression::Compare { left, comparison, right })
    }

    fn operand(&mut self) -> Result<Operand, ConditionError> {
        let operand = match self.peek() {
            TokenKind::Name(name) => Operand::Column(name.clone()),
            TokenKind::Number(number) => Operand::Literal(Value::Number(*number)),
            TokenKind::Text(text) => Operand::Literal(Value::Text(text.clone())),
            _ => return Err(self.expected("a column, a number or a \"text\"")),
        };
        self.advance();
        Ok(operand)
    }

    fn peek(&self) -> &TokenKind {
        self.tokens.first().map_or(&TokenKind::End, |token| &token.kind)
    }

    fn position(&self) -> usize {
        self.tokens.first().map_or(1, |token| token.position)
    }

    fn advance(&mut self) {
        if let [_, rest @ ..] = self.tokens
            && !rest.is_empty()
        {
            self.tokens = rest;
        }
    }

    fn take(&mut self, wanted: &TokenKind) -> bool {
        let found = self.peek() == wanted;
        if found {
            self.advance();
        }
        found
    }

    fn expected(&self, wanted: &str) -> ConditionError {
        ConditionError::Syntax { position: self.position(), reason: format!("Expected {wanted}.") }
    }
}

fn single_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}
