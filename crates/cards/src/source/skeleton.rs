//! The first draft of a `system-card.yaml`: every input of a model as a signal, and the questions to answer.

use std::fmt::Write as _;

use onnx::slots::{self, Slot};

/// What `vitrine card init` prints for a model: YAML with every input as a signal and questions as comments.
///
/// Where a text must be written stands an empty text, so that the draft is refused until a person has answered.
/// Inputs that cannot be fed are told in a comment.
#[must_use]
pub fn skeleton(model: &onnx::Model, file: &str) -> String {
    let mut draft = String::from(HEAD);
    let outputs: Vec<String> = model.numeric_outputs().map(|output| quoted(&output.name)).collect();
    add(&mut draft, &format!("# Numeric outputs of the model: {}.", outputs.join(", ")));
    add(&mut draft, &format!("model: {{file: {}, order: descending}}", quoted(file)));
    add(&mut draft, "# One table with a column for every signal below.");
    add(
        &mut draft,
        "lists: {file: reference.csv, list: list_id, item: item_id, made_up: true, recipe: \"\"}",
    );
    match slots::slots(model) {
        Ok(slots) => {
            add(&mut draft, "signals:");
            let matrices = slots.iter().filter(|slot| slot.index.is_some());
            let mut place = (0..matrices.count()).collect::<Vec<_>>().into_iter();
            for slot in &slots {
                let index = slot.index.and_then(|_| place.next());
                draft.push_str(&signal(slot, index));
            }
        }
        Err(error) => add(&mut draft, &format!("# The signals are missing, because {error}.\nsignals: []")),
    }
    draft.push_str(TAIL);
    draft
}

fn signal(slot: &Slot, index: Option<usize>) -> String {
    let name = match index {
        Some(index) => format!("signal_{index}"),
        None => slot.input.clone(),
    };
    let id: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' })
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take(64)
        .collect();
    let mut lines = format!("  - id: {}\n    column: {}\n", quoted(&id), quoted(&name));
    if let Some(index) = index {
        let _infallible = writeln!(lines, "    index: {index}");
    }
    lines.push_str(SIGNAL);
    lines
}

fn add(draft: &mut String, line: &str) {
    draft.push_str(line);
    draft.push('\n');
}

/// A name in double quotes, which YAML reads like JSON.
fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

const HEAD: &str = r#"schema: vitrine/system-card/1
# Address of the card: lower-case letters, digits and single hyphens.
slug: ""
# Language of the words below.
language: en
# What is the system called? At most 60 characters.
title: ""
# What does it do for a reader? One sentence, at most 140 characters, no digits.
one_line: ""
# Who runs it, and where can people ask?
operator: {name: "", url: "", contact: ""}
# Where do people meet the result, in which countries, and who sees it?
surface: ""
regions: []
audience: []
# What is it for? Who feels its decisions? At most 600 characters each.
purpose: ""
who_is_affected: ""
# Does it decide an order, a score (then give score_unit), or a step?
decides: order
"#;

const SIGNAL: &str = r#"    # What do readers call it, what does it mean, and in which unit is it counted ("" for none)?
    plain_name: ""
    plain_help: ""
    unit: ""
    # Where do the values come from?
    source: ""
    # Does it describe the reader? Is it sensitive? Who can change it: reader, author, operator, no_one?
    uses_profile: false
    sensitive: false
    mutable_by: no_one
    # Why does the system look at it?
    reason_for_importance: ""
"#;

const TAIL: &str = r#"# How does the list come about? Kinds: gather, filter, score, rerank, diversity, integrity_demotion, mix, show.
steps:
  - {kind: score, title: "", plain: ""}
  - {kind: show, title: "", plain: ""}
# What can a person do, where, and what does it change? Effects: set, remove, switch, outside.
controls:
  - {id: "", plain: "", where: "", effect: {outside: true}}
# Can people see the list without a profile of them?
non_profiling: {available: false, how: ""}
# Whose share of attention should be measured? Columns that are no inputs, such as a language.
exposure: []
# What can the system not do? What may go wrong, for whom?
limits: [""]
risks:
  - {name: "", who: "", harm: "", benefit: "", mitigation: ""}
# What do you not publish, and why?
withheld: []
# How do people watch over it? Where can people complain?
human_oversight: ""
appeal: {how: "", url: ""}
# Which data does it use, is it about people, and how long is it kept?
data_used:
  - {name: "", personal: true, retention: ""}
# Numbers that were published, for texts that say `[1,000](#id)`; and documents.
cited: []
sources: []
"#;
