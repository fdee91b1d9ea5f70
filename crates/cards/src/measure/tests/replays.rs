//! A card computed again.

use super::*;
use crate::replay::{Replay, compare, compare_exactly};

#[test]
fn a_replay_finds_every_planted_lie() {
    let again = json_of(&card());
    let mut lies = 0;
    for pointer in leaves(&again, String::new()) {
        let mut stored = again.clone();
        let Some(leaf) = stored.pointer_mut(&pointer) else { panic!("{pointer}") };
        *leaf = match &*leaf {
            Value::Number(number) => json!(number.as_f64().unwrap() + 1e6),
            Value::String(text) => json!(format!("{text}!")),
            Value::Bool(truth) => json!(!*truth),
            _ => json!("something"),
        };
        let found = compare(&stored, &again);
        assert!(
            matches!(&found, Replay::Differs { pointer: at, .. } if *at == pointer),
            "{pointer}: {found:?}"
        );
        lies += 1;
    }
    assert!(lies > 500, "{lies}");
}

#[test]
fn an_exact_replay_finds_the_smallest_slip_of_any_number() {
    let again = json_of(&card());
    for pointer in leaves(&again, String::new()) {
        let mut stored = again.clone();
        let Some(number) = again.pointer(&pointer).and_then(Value::as_f64) else { continue };
        *stored.pointer_mut(&pointer).unwrap() = json!(number + 1e-9);

        let found = compare_exactly(&stored, &again);
        assert!(
            matches!(&found, Replay::Differs { pointer: at, .. } if *at == pointer),
            "{pointer}: {found:?}"
        );
    }
}

#[test]
fn a_replay_with_another_rounding_agrees() {
    let stored = json_of(&card());
    let again = json_of(&card_of("", &mut Toy(1.0 + 1e-8, 0)));

    assert_eq!(compare(&stored, &stored), Replay::Exact);
    let replay = compare(&stored, &again);
    assert!(matches!(replay, Replay::Agrees { numbers: 1.., .. }), "{replay:?}");
}

/// Pointers to everything that holds nothing else.
fn leaves(value: &Value, pointer: String) -> Vec<String> {
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().flat_map(|(name, value)| leaves(value, format!("{pointer}/{name}"))).collect()
        }
        Value::Array(items) if !items.is_empty() => items
            .iter()
            .enumerate()
            .flat_map(|(at, value)| leaves(value, format!("{pointer}/{at}")))
            .collect(),
        _ => vec![pointer],
    }
}
