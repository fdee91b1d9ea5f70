//! Where fields stand in the file, for faults that show only once its parts are compared with each other.

use super::yaml::{self, Kind, Node};
use crate::Fault;

/// Gives each fault that has a field but no line the line of that field.
///
/// A text that is no YAML changes nothing.
pub(crate) fn place<'f>(text: &str, faults: impl Iterator<Item = &'f mut Fault>) {
    if let Ok(root) = yaml::read(text) {
        place_in(&root, faults);
    }
}

/// The same in a tree that is read already.
pub(super) fn place_in<'f>(root: &Node, faults: impl Iterator<Item = &'f mut Fault>) {
    for fault in faults.filter(|fault| fault.line.is_none() && !fault.field.is_empty()) {
        fault.line = Some(line(root, &fault.field));
    }
}

/// The line of a field such as `signals[3].unit`; where it is missing, of what it would stand in.
fn line(root: &Node, field: &str) -> usize {
    let (mut node, mut line) = (root, root.line);
    for step in field.split(['.', '[']) {
        let next = match &node.kind {
            Kind::Map(entries) => {
                entries.iter().find(|(key, _)| key.name == step).map(|(key, it)| (key.line, it))
            }
            Kind::List(items) => {
                let position = step.strip_suffix(']').and_then(|position| position.parse::<usize>().ok());
                position.and_then(|position| items.get(position)).map(|it| (it.line, it))
            }
            Kind::Scalar { .. } => None,
        };
        let Some(next) = next else { break };
        (line, node) = next;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "title: A\nsignals:\n  - id: a\n    unit: b\n  - {id: c,\n     unit: d}\nmodel: {file: x}\n";

    #[test]
    fn a_field_is_found_or_else_what_it_would_stand_in() {
        let root = yaml::read(TEXT).unwrap();

        for (field, expected) in [
            ("title", 1),
            ("signals", 2),
            ("signals[0]", 3),
            ("signals[0].unit", 4),
            ("signals[1].unit", 6),
            ("signals[1].group", 5),
            ("signals[9].id", 2),
            ("model.file", 7),
            ("model.output", 7),
            ("title.x", 1),
            ("score_unit", 1),
        ] {
            assert_eq!(line(&root, field), expected, "{field}");
        }
    }

    #[test]
    fn a_line_that_is_known_stays_and_the_whole_file_has_none() {
        let mut faults =
            [Fault::new("model", "", "").at(40), Fault::new("", "", ""), Fault::new("model", "", "")];

        place(TEXT, faults.iter_mut());

        assert_eq!(faults.map(|fault| fault.line), [Some(40), None, Some(7)]);
    }
}
