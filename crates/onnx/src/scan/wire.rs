//! Fields of one protobuf message, one after the other.

use crate::refusal::Refusal;

/// What a field holds, as far as the bytes alone tell.
pub(super) enum Value<'a> {
    /// A varint, or 4 or 8 bytes.
    Number,
    /// Text, bytes, an inner message or packed numbers.
    Bytes(&'a [u8]),
}

/// Where reading stands in a message.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The number and value of the next field, or nothing at the end of the message.
    pub(super) fn next_field(&mut self) -> Result<Option<(u64, Value<'a>)>, Refusal> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let field = key >> 3;
        if field == 0 || field > MOST_FIELDS {
            return Err(malformed(format!("field number {field} cannot be")));
        }
        let value = match key & 7 {
            0 => self.varint().map(|_| Value::Number)?,
            1 => self.take(8).map(|_| Value::Number)?,
            2 => Value::Bytes(self.counted()?),
            5 => self.take(4).map(|_| Value::Number)?,
            kind => return Err(malformed(format!("field {field} has the unknown kind {kind}"))),
        };
        Ok(Some((field, value)))
    }

    fn counted(&mut self) -> Result<&'a [u8], Refusal> {
        let length = self.varint()?;
        // A length that does not fit this machine's addresses is beyond any message too.
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Refusal> {
        let left = self.rest.len();
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| malformed(format!("a field of {length} bytes where {left} bytes are left")))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Up to ten bytes, seven bits in each, the lowest first; the top bit says that more follow.
    fn varint(&mut self) -> Result<u64, Refusal> {
        let mut number = 0;
        for place in 0..10 {
            let Some((byte, rest)) = self.rest.split_first() else {
                return Err(malformed("the file ends in the middle of a number".to_owned()));
            };
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                // The tenth byte has room for one bit of the 64 only.
                let fits = place < 9 || *byte <= 1;
                return fits.then_some(number).ok_or_else(|| malformed("a number above 64 bits".to_owned()));
            }
        }
        Err(malformed("a number of more than ten bytes".to_owned()))
    }
}

/// Largest field number that protobuf knows.
const MOST_FIELDS: u64 = (1 << 29) - 1;

fn malformed(what: String) -> Refusal {
    Refusal::Malformed { what }
}
