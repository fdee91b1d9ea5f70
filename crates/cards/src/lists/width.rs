//! How many cells the rows of a CSV text have, counted without keeping them.

/// Where in a row the next byte stands.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Place {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote inside a quoted cell: its end, or the first of two that stand for one.
    QuoteEnd,
}

/// The line, counted from 1, on which the first row with more than `limit` cells goes beyond it.
pub(super) fn first_row_wider_than(limit: usize, bytes: &[u8]) -> Option<usize> {
    let (mut place, mut cells, mut line) = (Place::CellStart, 1_usize, 1_usize);
    for byte in bytes {
        line += usize::from(*byte == b'\n');
        place = match (place, *byte) {
            (Place::Quoted, b'"') => Place::QuoteEnd,
            (Place::CellStart | Place::QuoteEnd, b'"') | (Place::Quoted, _) => Place::Quoted,
            (_, b',') => {
                cells += 1;
                if cells > limit {
                    return Some(line);
                }
                Place::CellStart
            }
            (_, b'\n' | b'\r') => {
                cells = 1;
                Place::CellStart
            }
            _ => Place::Plain,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<usize>) {
        assert_eq!(first_row_wider_than(3, text.as_bytes()), expected, "{text:?}");
        let widest = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let too_wide = widest.into_byte_records().any(|record| record.unwrap().len() > 3);
        assert_eq!(too_wide, expected.is_some(), "{text:?}");
    }

    #[test]
    fn cells_are_counted_as_the_reader_counts_them() {
        check("a,b,c\nd,e,f\n", None);
        check("a,b,c\nd,e,f,g\n", Some(2));
        check("\"a,b\",c,\"d\"\"e,f\"\n", None);
        check("\"a\nb\",c,\"d\",e\n", Some(2));
        check("a\"b,c\"d,e\"f,g", Some(1));
        check("\"a\"b\",c,d\",e", Some(1));
        check("a,b\rc,d,e\r\nf,g,h,", Some(2));
        check("\"a,b,c,d,e", None);
    }
}
