//! How words are stored, and read back.

use std::fmt::Display;
use std::str::FromStr;

use domain::{Malformed, Timestamp};

use crate::Error;

/// A moment as it is stored: microseconds since 1970, UTC.
pub(crate) fn micros(moment: Timestamp) -> i64 {
    moment.as_microsecond()
}

/// A moment from how it is stored.
pub(crate) fn moment(
    micros: i64,
    table: &'static str,
    id: impl Display,
    column: &'static str,
) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|_beyond| Error::inconsistent(table, id, column))
}

/// A word from how it is stored.
pub(crate) fn word<W: FromStr<Err = Malformed>>(
    text: &str,
    table: &'static str,
    id: impl Display,
    column: &'static str,
) -> Result<W, Error> {
    text.parse().map_err(|_malformed| Error::inconsistent(table, id, column))
}

/// A count or size from how it is stored.
pub(crate) fn count<N: TryFrom<i64>>(
    number: i64,
    table: &'static str,
    id: impl Display,
    column: &'static str,
) -> Result<N, Error> {
    N::try_from(number).map_err(|_beyond| Error::inconsistent(table, id, column))
}

/// A count or size as it is stored.
pub(crate) fn number<N>(count: N) -> i64
where
    i64: TryFrom<N>,
{
    i64::try_from(count).unwrap_or(i64::MAX)
}
