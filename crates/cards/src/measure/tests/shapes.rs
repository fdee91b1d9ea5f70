//! Lists of unusual kinds.

use super::*;

#[test]
fn a_single_list_gives_numbers_without_intervals() {
    let (document, bundle) = release_with("", |_| 0);

    let card = generate(request(&document, &bundle), &mut Toy(1.0, 0), &mut |_| {}).unwrap();

    let age = card.signal("age").unwrap().importance;
    assert!(age.mean_abs_places.value > 3.0 && age.mean_abs_places.low.is_none());
    assert_eq!(card.examples.len(), 4, "one list gives several examples");
    assert_eq!((card.lists.lists, card.lists.top.max), (1, 10));
}

#[test]
fn lists_of_one_item_have_points_but_no_places_and_no_examples() {
    let (document, bundle) = release_with("decides: score\nscore_unit: points\n", |n| n);

    let card = generate(request(&document, &bundle), &mut Toy(1.0, 0), &mut |_| {}).unwrap();

    let age = card.signal("age").unwrap().importance;
    assert!(age.never_moved && age.mean_abs_points.value > 1.0);
    assert_eq!(card.headlines.first().map(String::as_str), Some("age"));
    assert!(card.examples.is_empty());
}

#[test]
fn real_lists_are_not_held_against_made_up_ones() {
    let (document, mut bundle) = release("");
    bundle.card.lists.made_up = false;
    let mut last = None;

    let card = generate(request(&document, &bundle), &mut Toy(1.0, 0), &mut |progress| last = Some(progress))
        .unwrap();

    assert!(last.is_some_and(|last| last.done == last.of), "{last:?}");

    assert!(card.signals.iter().all(|signal| signal.other_lists.reason() == Some(Reason::ListsAreReal)));
    assert_eq!((card.evidence.draws.other_lists, card.evidence.draws.other_lists_signals), (0, 0));
}
