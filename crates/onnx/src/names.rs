//! Names from a file, made fit for a sentence.

use crate::proto::NodeProto;

/// Longest part of a name that a sentence repeats, in characters.
const SHOWN: usize = 60;

/// The name between backticks; control characters are escaped and long names are cut.
pub(crate) fn quoted(name: &str) -> String {
    let shown: String = name.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    let cut = if name.chars().nth(SHOWN).is_some() { "…" } else { "" };
    format!("`{shown}{cut}`")
}

/// The standard operators are called by no domain or by `ai.onnx`; here by none.
pub(crate) fn domain(domain: &str) -> &str {
    if domain == "ai.onnx" { "" } else { domain }
}

/// An operator with its domain, as in `ai.onnx.ml.Scaler`; standard operators stand alone, as in `Add`.
pub(crate) fn operator(node: &NodeProto) -> String {
    match domain(&node.domain) {
        "" => node.op_type.clone(),
        domain => format!("{domain}.{}", node.op_type),
    }
}

/// A node in a sentence: what it does and what it makes.
pub(crate) fn node(node: &NodeProto) -> String {
    let made = node.output.iter().find(|name| !name.is_empty());
    match made {
        Some(made) => format!("node {} that makes {}", quoted(&operator(node)), quoted(made)),
        None => format!("node {}", quoted(&operator(node))),
    }
}

/// The known name that differs from this one in the fewest letters, if in no more than a third of them.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.chars().count() > SHOWN {
        return None;
    }
    let most = name.chars().count() / 3;
    let near = known.filter(|other| other.len().abs_diff(name.len()) <= most);
    let close = near.map(|other| (distance(name, other), other)).filter(|(far, _)| *far <= most);
    // The smallest name among equals, so that the answer does not depend on the order of a hash map.
    close.min().map(|(_, other)| other)
}

/// Letters to add, drop or change to make one name the other. Source: Wagner and Fischer, 1974.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (made, letter) in from.chars().enumerate() {
        let mut next = vec![made + 1];
        for ((change, drop), other) in row.iter().zip(row.iter().skip(1)).zip(to.chars()) {
            let add = next.last().copied().unwrap_or(0);
            next.push((change + usize::from(letter != other)).min(drop + 1).min(add + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_bring_a_line_break_or_escape_into_a_sentence() {
        assert_eq!(quoted("a\n\u{1b}[31m\u{202e}b"), "`a\\n\\u{1b}[31m\\u{202e}b`");
    }

    #[test]
    fn a_long_name_is_cut() {
        let name = "x".repeat(SHOWN + 1);

        assert_eq!(quoted(&name), format!("`{}…`", "x".repeat(SHOWN)));
    }

    #[test]
    fn both_spellings_of_the_standard_domain_are_one() {
        let node = NodeProto { op_type: "Add".into(), domain: "ai.onnx".into(), ..NodeProto::default() };

        assert_eq!(operator(&node), "Add");
    }

    #[test]
    fn a_slip_of_the_pen_finds_the_name_that_was_meant() {
        assert_eq!(nearest("age_huors", ["age_hours", "votes"].into_iter()), Some("age_hours"));
        assert_eq!(nearest("age", ["votes"].into_iter()), None);
    }
}
