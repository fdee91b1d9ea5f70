//! Sizes that the pages of a Parquet column announce, before anything is unpacked.
//!
//! A page header is a Thrift struct in compact form (Apache Parquet format, `PageHeader`): field 2 is the size after
//! unpacking, field 3 the size in the file. A header may announce gigabytes in a few bytes, and the reader would make
//! room for them.

/// Deepest nesting of a header.
const MAX_DEPTH: usize = 16;

/// The sum of the unpacked sizes of all pages of a column chunk, in bytes; `None` when a header is malformed.
pub(super) fn unpacked_size(chunk: &[u8]) -> Option<u64> {
    let mut rest = chunk;
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let (header, behind) = page_header(rest)?;
        sum = sum.checked_add(header.unpacked)?;
        rest = behind.get(usize::try_from(header.packed).ok()?..)?;
    }
    Some(sum)
}

struct PageHeader {
    unpacked: u64,
    packed: u64,
}

fn page_header(bytes: &[u8]) -> Option<(PageHeader, &[u8])> {
    let mut input = Input { rest: bytes };
    let (mut unpacked, mut packed) = (None, None);
    let mut field = 0_i64;
    while let Some(kind) = input.field(&mut field)? {
        match (field, kind) {
            (2, Thrift::I32) => unpacked = Some(u64::try_from(input.zigzag()?).ok()?),
            (3, Thrift::I32) => packed = Some(u64::try_from(input.zigzag()?).ok()?),
            _ => input.skip(kind, MAX_DEPTH)?,
        }
    }
    Some((PageHeader { unpacked: unpacked?, packed: packed? }, input.rest))
}

/// The kinds of value of the compact protocol.
#[derive(Clone, Copy)]
enum Thrift {
    Flag,
    Byte,
    I32,
    OtherInteger,
    Double,
    Binary,
    List,
    Map,
    Struct,
}

impl Thrift {
    const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 | 2 => Self::Flag,
            3 => Self::Byte,
            5 => Self::I32,
            4 | 6 => Self::OtherInteger,
            7 => Self::Double,
            8 => Self::Binary,
            9 | 10 => Self::List,
            11 => Self::Map,
            12 => Self::Struct,
            _ => return None,
        })
    }
}

struct Input<'a> {
    rest: &'a [u8],
}

impl Input<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn advance(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// The kind of the next field, whose id is put into `id`; `Some(None)` at the end of the struct.
    #[expect(clippy::option_option, reason = "malformed, the end, and a field are three outcomes")]
    fn field(&mut self, id: &mut i64) -> Option<Option<Thrift>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        let step = i64::from(head >> 4);
        *id = if step == 0 { self.zigzag()? } else { id.checked_add(step)? };
        Thrift::from_code(head & 0x0F).map(Some)
    }

    fn skip(&mut self, kind: Thrift, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            Thrift::Flag => Some(()),
            Thrift::Byte => self.advance(1),
            Thrift::I32 | Thrift::OtherInteger => self.varint().map(|_| ()),
            Thrift::Double => self.advance(8),
            Thrift::Binary => self.varint().and_then(|length| self.advance(length)),
            Thrift::Struct => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.skip(kind, depth)?;
                }
                Some(())
            }
            Thrift::List => {
                let head = self.byte()?;
                let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                self.skip_items(length, &[head & 0x0F], depth)
            }
            Thrift::Map => match self.varint()? {
                0 => Some(()),
                length => {
                    let kinds = self.byte()?;
                    self.skip_items(length, &[kinds >> 4, kinds & 0x0F], depth)
                }
            },
        }
    }

    /// Items of a list, or keys and values of a map. Every item takes at least one byte, so the input bounds the loop.
    fn skip_items(&mut self, length: u64, codes: &[u8], depth: usize) -> Option<()> {
        for _ in 0..length {
            for code in codes {
                match Thrift::from_code(*code)? {
                    Thrift::Flag => self.advance(1)?,
                    kind => self.skip(kind, depth)?,
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_summed_over_pages() {
        // Type 0, unpacked 300, packed 2, a struct with a flag and a list of two bytes, then the two bytes of the page.
        let page = [0x15, 0x00, 0x15, 0xD8, 0x04, 0x15, 0x04, 0x2C, 0x11, 0x19, 0x23, 7, 7, 0x00, 0x00, 9, 9];

        assert_eq!(unpacked_size(&[page, page].concat()), Some(600));
        assert_eq!(unpacked_size(&page[..16]), None);
        assert_eq!(unpacked_size(&[]), Some(0));
    }

    #[test]
    fn malformed_headers_end_quickly() {
        let negative = [0x15, 0x00, 0x15, 0x01, 0x15, 0x00, 0x00];
        assert_eq!(unpacked_size(&negative), None);
        assert_eq!(unpacked_size(&[0x1C; 1000]), None);
        let endless_list = [0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
        assert_eq!(unpacked_size(&endless_list), None);
        assert_eq!(unpacked_size(&[0xFF; 40]), None);
    }
}
