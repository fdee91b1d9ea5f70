//! What controls and options do.

use super::*;

#[test]
fn every_kind_of_control_has_its_effect() {
    let card = card();
    let measured = |at: usize| card.controls[at].measured;

    let Some(MeasuredEffect::Set { items, places_up, .. }) = measured(0).known().copied() else { panic!() };
    assert_eq!(items, 16);
    assert!(places_up.low.unwrap() < places_up.value);
    let Some(MeasuredEffect::Remove { items, leave, .. }) = measured(1).known().copied() else { panic!() };
    assert_eq!((items, leave.value), (14, crate::card::rounded(14.0 / 6.0)));
    assert_eq!(measured(2).reason(), Some(Reason::NoItemConcerned));
    assert_eq!(measured(3).reason(), Some(Reason::OutsideTheModel));
    let Some(MeasuredEffect::Switch { together, .. }) = measured(4).known().copied() else { panic!() };
    assert!(together.tau.value < -0.8, "{together:?}");
}

#[test]
fn the_option_without_profiling_is_measured_on_all_items() {
    let option = card().non_profiling_option;

    assert_eq!(option.profile_signals, 1);
    let Known::Yes(MeasuredEffect::Set { items, lists, .. }) = option.measured else { panic!() };
    assert_eq!((items, lists), (48, 6));
}

#[test]
fn an_item_that_has_the_value_already_is_not_concerned_by_a_control() {
    let card = card();

    // The first control asks for posts of friends, the last does not; both set `friend` to 0.
    assert_eq!(card.controls[5].measured, card.controls[0].measured);
}
