//! From the text of a step to its expression. Operators bind as in Python, from the loosest: comparison, sum,
//! product, minus sign.

use super::expression::{Expression, Table, Term};
use super::operation::{Operation, TABLE};
use super::token::{Fault, Token, What, tokens};

/// Deepest nesting of an expression; keeps every recursion over it short.
const DEPTH: usize = 200;

/// An expression whose names are still text.
pub(super) type Parsed<'a> = Expression<&'a str>;

/// The name of a step and its expression.
pub(super) fn step(text: &str) -> Result<(&str, Parsed<'_>), Fault> {
    let mut parser = Parser { tokens: tokens(text)?.into_iter(), ahead: None, open: 0 };
    let first = parser.advance();
    let equals = parser.advance();
    let (What::Name(name), What::Sign('=')) = (first.what, equals.what) else {
        return Err(Fault::new(1, "this is no step", "write `name = expression`"));
    };
    let expression = parser.comparison()?;
    let end = parser.advance();
    match end.what {
        What::End => Ok((name, expression)),
        other => Err(after(end.position, &other)),
    }
}

struct Parser<'a> {
    tokens: std::vec::IntoIter<Token<'a>>,
    ahead: Option<Token<'a>>,
    /// Parentheses, calls and minus signs that are open.
    open: usize,
}

impl<'a> Parser<'a> {
    fn advance(&mut self) -> Token<'a> {
        // The last token is the end; behind it there is only the end again.
        let end = Token { position: 0, what: What::End };
        self.ahead.take().or_else(|| self.tokens.next()).unwrap_or(end)
    }

    fn peek(&mut self) -> What<'a> {
        let next = self.advance();
        self.ahead.insert(next).what
    }

    fn comparison(&mut self) -> Result<Parsed<'a>, Fault> {
        let left = self.sum()?;
        let What::Compare(comparison) = self.peek() else {
            return Ok(left);
        };
        let position = self.advance().position;
        let right = self.sum()?;
        if let What::Compare(_) = self.peek() {
            let position = self.advance().position;
            return Err(Fault::new(
                position,
                "a second comparison follows the first",
                "write both(a < b, b < c)",
            ));
        }
        shallow(Expression::compare(position, comparison, [left, right]))
    }

    fn sum(&mut self) -> Result<Parsed<'a>, Fault> {
        let operation = |what| match what {
            What::Sign('+') => Some(Operation::Add),
            What::Sign('-') => Some(Operation::Subtract),
            _ => None,
        };
        let mut left = self.product()?;
        while let Some(operation) = operation(self.peek()) {
            let position = self.advance().position;
            left = shallow(Expression::apply(position, operation, vec![left, self.product()?]))?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Parsed<'a>, Fault> {
        let operation = |what| match what {
            What::Sign('*') => Some(Operation::Multiply),
            What::Sign('/') => Some(Operation::Divide),
            _ => None,
        };
        let mut left = self.signed()?;
        while let Some(operation) = operation(self.peek()) {
            let position = self.advance().position;
            left = shallow(Expression::apply(position, operation, vec![left, self.signed()?]))?;
        }
        Ok(left)
    }

    /// A minus sign before a number is part of the number.
    fn signed(&mut self) -> Result<Parsed<'a>, Fault> {
        if self.peek() != What::Sign('-') {
            return self.term();
        }
        let position = self.advance().position;
        self.enter(position)?;
        let mut inner = self.signed()?;
        self.open -= 1;
        if let Term::Number(number) = &mut inner.term {
            *number = -*number;
            return Ok(Expression { position, ..inner });
        }
        shallow(Expression::apply(position, Operation::Negative, vec![inner]))
    }

    fn term(&mut self) -> Result<Parsed<'a>, Fault> {
        let Token { position, what } = self.advance();
        match what {
            What::Number(number) => Ok(Expression { position, depth: 1, term: Term::Number(number) }),
            What::Name(name) if self.peek() == What::Sign('(') => self.call(position, name),
            What::Name(name) => Ok(Expression { position, depth: 1, term: Term::Name(name) }),
            What::Sign('(') => {
                self.enter(position)?;
                let inner = self.comparison()?;
                self.open -= 1;
                self.expect(')')?;
                Ok(inner)
            }
            other => Err(Fault::new(
                position,
                format!("{} stands where a value should", other.called()),
                "write a number, a name, a function or an expression in parentheses",
            )),
        }
    }

    fn call(&mut self, position: usize, name: &'a str) -> Result<Parsed<'a>, Fault> {
        self.enter(position)?;
        self.advance();
        let called = if name == TABLE { self.table(position)? } else { self.function(position, name)? };
        self.open -= 1;
        shallow(called)
    }

    fn function(&mut self, position: usize, name: &'a str) -> Result<Parsed<'a>, Fault> {
        let operation = Operation::function(name).ok_or_else(|| {
            let known = super::operation::function_names();
            Fault::new(
                position,
                format!("there is no function `{name}`"),
                format!("the functions are {known}"),
            )
        })?;
        let mut values = Vec::new();
        if self.peek() != What::Sign(')') {
            values.push(self.comparison()?);
            while self.peek() == What::Sign(',') {
                self.advance();
                values.push(self.comparison()?);
            }
        }
        self.expect(')')?;
        if !operation.arity().allows(values.len()) {
            let wrong =
                format!("`{name}` is given {}", super::operation::Arity::Exactly(values.len()).called());
            return Err(Fault::new(position, wrong, format!("it takes {}", operation.arity().called())));
        }
        Ok(Expression::apply(position, operation, values))
    }

    fn table(&mut self, position: usize) -> Result<Parsed<'a>, Fault> {
        let value = self.comparison()?;
        self.expect(',')?;
        let bounds = self.numbers()?;
        self.expect(',')?;
        let values = self.numbers()?;
        self.expect(')')?;
        if values.len() != bounds.len() + 1 {
            let wrong = format!("the table has {} bounds and {} values", bounds.len(), values.len());
            return Err(Fault::new(
                position,
                wrong,
                "give one value more than bounds, the last for all above",
            ));
        }
        let depth = value.depth + 1;
        Ok(Expression { position, depth, term: Term::Table(Box::new(value), Table { bounds, values }) })
    }

    fn numbers(&mut self) -> Result<Vec<f64>, Fault> {
        self.expect('[')?;
        let mut numbers = Vec::new();
        loop {
            let negative = self.peek() == What::Sign('-');
            if negative {
                self.advance();
            }
            let Token { position, what } = self.advance();
            let What::Number(number) = what else {
                let wrong = format!("{} stands in a list of numbers", what.called());
                return Err(Fault::new(position, wrong, "write plain numbers with commas between them"));
            };
            numbers.push(if negative { -number } else { number });
            if self.peek() != What::Sign(',') {
                break;
            }
            self.advance();
        }
        self.expect(']')?;
        Ok(numbers)
    }

    fn expect(&mut self, sign: char) -> Result<(), Fault> {
        let Token { position, what } = self.advance();
        if what == What::Sign(sign) {
            return Ok(());
        }
        Err(Fault::new(
            position,
            format!("{} stands where `{sign}` should", what.called()),
            format!("write `{sign}`"),
        ))
    }

    fn enter(&mut self, position: usize) -> Result<(), Fault> {
        self.open += 1;
        if self.open > DEPTH { Err(too_deep(position)) } else { Ok(()) }
    }
}

fn shallow(expression: Parsed<'_>) -> Result<Parsed<'_>, Fault> {
    if expression.depth > DEPTH { Err(too_deep(expression.position)) } else { Ok(expression) }
}

fn too_deep(position: usize) -> Fault {
    Fault::new(position, format!("the expression nests deeper than {DEPTH}"), "split it into several steps")
}

/// Words and signs that other languages have after a value.
fn after(position: usize, what: &What<'_>) -> Fault {
    let right = match what {
        What::Name("and") => "write both(c, d)",
        What::Name("or") => "write either(c, d)",
        What::Name("if") => "write where(c, a, b)",
        What::Sign('=') => "write == to compare",
        _ => "an operator is missing before it, or a parenthesis too many is there",
    };
    Fault::new(position, format!("{} follows a finished expression", what.called()), right)
}
