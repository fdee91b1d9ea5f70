//! The headers of the frames.

use serde::{Deserialize, Serialize};

/// Version of the frames. Both sides are the same program in general; a mismatch means a mixed installation.
pub(crate) const ABI: u32 = 2;

/// HELLO to the worker: whom it serves and what it may use.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hello {
    /// [`ABI`].
    pub(crate) abi: u32,
    /// Process id of the server; a worker with another parent ends at once.
    pub(crate) parent: i32,
    /// `RLIMIT_AS`, in bytes.
    pub(crate) address_space_bytes: u64,
}

/// HELLO from the worker: the runtime is loaded and the limits are in force.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ready {
    /// [`ABI`].
    pub(crate) abi: u32,
    /// `RLIMIT_AS` as the worker reads it back, in bytes.
    pub(crate) address_space_bytes: Option<u64>,
}

/// LOAD: `length` bytes of the model follow the frame.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    /// Digest of the model.
    pub(crate) sha256: domain::Digest,
    /// Size of the model in bytes.
    pub(crate) length: u64,
    /// How columns become tensors.
    pub(crate) feeds: Vec<Feed>,
    /// Columns of every table that will be sent.
    pub(crate) columns: usize,
    /// Rows of each call of the runtime.
    pub(crate) rows_per_call: usize,
}

/// One input of the model and the columns that fill it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feed {
    /// Name of the input.
    pub(crate) input: String,
    /// Columns of the table, in the order of the tensor's second dimension.
    pub(crate) columns: Vec<usize>,
    /// Whether the tensor has the one dimension `[rows]` rather than `[rows, columns]`.
    pub(crate) flat: bool,
}

/// LOADED.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Loaded {}

/// RUN; the values are the rows, one after the other.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    /// Number of the request.
    pub(crate) id: u32,
    /// Rows that follow.
    pub(crate) rows: usize,
    /// The outputs that are wanted; nothing for all numeric ones.
    pub(crate) outputs: Option<Vec<String>>,
}

/// RESULT; the values are those of the first output row by row, then of the second…
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ran {
    /// Number of the request.
    pub(crate) id: u32,
    /// The outputs in the order of the model.
    pub(crate) heads: Vec<RanHead>,
}

/// One output in a RESULT.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RanHead {
    /// Name of the output.
    pub(crate) name: String,
    /// Values a row.
    pub(crate) width: usize,
}

/// CALL; the values of the tensors follow, one tensor after the other.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    /// Number of the request.
    pub(crate) id: u32,
    /// What each input of the model is given.
    pub(crate) inputs: Vec<Part>,
}

/// ANSWER; the values of the tensors follow, one tensor after the other.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// Number of the request.
    pub(crate) id: u32,
    /// The numeric outputs, in the order of the model.
    pub(crate) outputs: Vec<Part>,
}

/// One whole tensor.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// Name of the input or output.
    pub(crate) name: String,
    /// Lengths of its dimensions.
    pub(crate) shape: Vec<usize>,
}

impl Part {
    /// How many values the tensor holds, where that is a number.
    pub(crate) fn size(&self) -> Option<usize> {
        self.shape.iter().try_fold(1_usize, |size, length| size.checked_mul(*length))
    }
}

/// Takes each tensor's values off the values of a frame; `None` where they are not just enough.
pub(crate) fn share_out(parts: &[Part], mut values: &[f64]) -> Option<Vec<Vec<f64>>> {
    let mut shares = Vec::with_capacity(parts.len());
    for part in parts {
        let (share, rest) = values.split_at_checked(part.size()?)?;
        shares.push(share.to_vec());
        values = rest;
    }
    values.is_empty().then_some(shares)
}

/// ERROR.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failed {
    /// What kind of failure.
    pub(crate) failure: Failure,
    /// What happened; at most 2 KiB, without control characters.
    pub(crate) text: String,
}

/// What a worker can say about its own failures.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Failure {
    /// ONNX Runtime refused the model.
    Load,
    /// ONNX Runtime refused the rows.
    Run,
    /// Memory ran out.
    Memory,
    /// The outputs are not one number or one row of numbers a row.
    Output,
}

/// Text from a hostile side: at most 2 KiB, control and format characters escaped.
pub(crate) fn harmless(text: &str) -> String {
    const MOST_BYTES: usize = 2048;
    let mut safe = String::new();
    for character in text.trim().chars() {
        let hidden =
            matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
        let shown = match character {
            '\n' => " ".to_owned(),
            shown if shown.is_control() || hidden => shown.escape_default().to_string(),
            shown => shown.to_string(),
        };
        if safe.len() + shown.len() + '…'.len_utf8() > MOST_BYTES {
            safe.push('…');
            break;
        }
        safe.push_str(&shown);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shared_out_only_where_they_fit() {
        let part = |shape: &[usize]| Part { name: "x".to_owned(), shape: shape.to_vec() };
        let values = [1.0, 2.0, 3.0];

        assert_eq!(share_out(&[part(&[2]), part(&[])], &values), Some(vec![vec![1.0, 2.0], vec![3.0]]));
        assert_eq!(share_out(&[part(&[2])], &values), None);
        assert_eq!(share_out(&[part(&[4])], &values), None);
        assert_eq!(share_out(&[part(&[usize::MAX, 2])], &values), None);
    }

    #[test]
    fn text_from_a_worker_is_short_and_holds_no_control_characters() {
        assert_eq!(harmless("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m b\\u{202e}");
        let long = harmless(&"ü".repeat(5000));
        assert!(long.len() <= 2048 && long.ends_with('…'));
    }
}
