//! Two versions of the toy's card, and how hard its words are to read.

use super::*;
use crate::{difference, readable};

#[test]
fn a_card_does_not_differ_from_itself() {
    let card = card();

    let same = difference::between(&card, &card).unwrap();

    assert!(same.fields.is_empty() && same.signals.is_empty() && same.flipped.is_empty(), "{same:?}");
    assert!(!same.model_changed && !same.lists_changed);
}

#[test]
fn every_field_of_a_card_is_compared_or_known_not_to_be_words() {
    let apart = [
        "schema",
        "card_id",
        "version",
        "previous",
        "release",
        "signals",
        "headlines",
        "groups",
        "predictions",
        "examples",
        "checks",
        "lists",
        "evidence",
        "translations",
        "proper_names",
        "domain",
        "score_unit",
        "language",
        "no_controls_because",
    ];

    let card = json_of(&card());

    for field in card.as_object().unwrap().keys() {
        let compared = difference::FIELDS.contains(&field.as_str());
        assert!(compared || apart.contains(&field.as_str()), "{field}");
    }
}

#[test]
fn changed_words_signals_and_pairs_are_named() {
    let before = card();
    let mut after = before.clone();
    after.version = 2;
    after.purpose = crate::source::Text::new("en".parse().unwrap(), "Something else.");
    let ranks: Vec<u64> = after.signals.iter().map(|signal| signal.importance.rank).collect();
    after.signals[0].importance.rank = ranks[1];
    after.signals[1].importance.rank = ranks[0];
    let gone = after.signals.pop().unwrap();
    let example = &mut after.examples[0];
    std::mem::swap(&mut example.upper, &mut example.lower);

    let changed = difference::between(&before, &after).unwrap();

    assert_eq!((changed.from, changed.to, changed.fields), (1, 2, vec!["purpose".to_owned()]));
    let told: Vec<(&str, bool, bool)> = changed
        .signals
        .iter()
        .map(|change| (change.signal.as_str(), change.before.is_some(), change.after.is_some()))
        .collect();
    assert_eq!(told.len(), 3);
    assert!(told.contains(&("age", true, true)) && told.contains(&("friend", true, true)), "{told:?}");
    assert_eq!(told[2], (gone.id.as_str(), true, false));
    assert_eq!(changed.flipped.len(), 1);
    assert_eq!(changed.flipped[0].lower, before.examples[0].upper.item_id);
}

#[test]
fn hard_sentences_of_the_author_are_found() {
    let english = "en".parse().unwrap();
    let mut card = card();
    let easy = readable::of(&card, &english).unwrap();
    let long = "Institutional transparency obligations necessitate comprehensive documentation of algorithmic prioritisation";
    card.purpose =
        crate::source::Text::new(english.clone(), format!("It is short. {long} by [1,000](#x) people."));

    let hard = readable::of(&card, &english).unwrap();

    assert_eq!(easy.hard, [""; 0]);
    assert!(easy.grade.unwrap() < hard.grade.unwrap() && easy.words > 40, "{easy:?}");
    assert_eq!(hard.hard, [format!("{long} by 1,000 people.")]);
    card.proper_names = vec![long.to_owned()];
    assert_eq!(readable::of(&card, &english).unwrap().hard, [""; 0]);
    assert_eq!(readable::of(&card, &"ta".parse().unwrap()), None);
}
