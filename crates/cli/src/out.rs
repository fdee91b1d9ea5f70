//! Where a command says what it found: answers on one side, remarks on the other.

use std::fmt;
use std::io::{self, Write};

use crate::error::Error;

/// Standard output for answers, standard error for remarks.
pub(crate) struct Out {
    answers: Box<dyn Write + Send>,
    remarks: Box<dyn Write + Send>,
}

impl Out {
    /// The two sides of this process.
    pub(crate) fn standard() -> Self {
        Self { answers: Box::new(io::stdout()), remarks: Box::new(io::stderr()) }
    }

    /// Two other sides.
    #[cfg(test)]
    pub(crate) fn new(answers: impl Write + Send + 'static, remarks: impl Write + Send + 'static) -> Self {
        Self { answers: Box::new(answers), remarks: Box::new(remarks) }
    }

    /// Writes a line that answers.
    pub(crate) fn say(&mut self, line: impl fmt::Display) -> Result<(), Error> {
        writeln!(self.answers, "{line}").and_then(|()| self.answers.flush()).map_err(Error::Output)
    }

    /// Writes bytes that answer, as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.answers.write_all(bytes).and_then(|()| self.answers.flush()).map_err(Error::Output)
    }

    /// Writes a line for whoever watches. Where nobody can read it nothing is lost but the remark.
    pub(crate) fn remark(&mut self, line: impl fmt::Display) {
        let _nobody_reads = writeln!(self.remarks, "{line}").and_then(|()| self.remarks.flush());
    }
}

/// A count with its noun: `1 file`, `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_no_plural() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "file")), ["0 files", "1 file", "2 files"]);
    }
}
