//! Numbers and bytes in exactly one spelling each, so that no two texts mean the same.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Error;

/// Standard base64 with padding (RFC 4648 §4).
pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Standard base64 with padding and without spare bits.
pub(crate) fn decode_base64(what: &'static str, text: &str, wanted: &'static str) -> Result<Vec<u8>, Error> {
    STANDARD.decode(text).ok().ok_or_else(|| Error::malformed(what, text, wanted))
}

/// A decimal number without sign or leading zero.
pub(crate) fn decimal(what: &'static str, text: &str) -> Result<u64, Error> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let number = if canonical { text.parse().ok() } else { None };
    number.ok_or_else(|| Error::malformed(what, text, "a decimal number below 2^64 without leading zeros"))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a `String` has no way to fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// Takes the first line off a text, without its line end.
pub(crate) fn line<'a>(what: &'static str, text: &mut &'a str) -> Result<&'a str, Error> {
    let (line, rest) = text
        .split_once('\n')
        .ok_or_else(|| Error::malformed(what, text, "a line that ends in a line feed"))?;
    *text = rest;
    Ok(line)
}
