//! The questions about a card: enough of them, each with one right answer that the card gives.

use std::collections::BTreeSet;

use super::*;
use crate::card::Card;
use crate::quiz::{CHOICES, QUESTIONS, Question, questions};
use crate::words::{Messages, ranked_by};

/// Cards of many shapes: whole, with equal and dead signals only, without controls, with scores instead of an order.
fn cards() -> Vec<Card> {
    let whole = card();
    let mut bare = whole.clone();
    bare.controls.clear();
    bare.examples.clear();
    bare.signals.truncate(1);
    let mut dead = whole.clone();
    for signal in &mut dead.signals {
        signal.importance.mean_abs_places = Measured::new(0.0, 0.0);
        signal.importance.mean_abs_points = Measured::new(0.0, 0.0);
        signal.importance.direction = Known::no(Reason::OneValueOnly);
    }
    vec![whole, bare, dead, card_of("decides: score\nscore_unit: points\n", &mut Toy(1.0, 0))]
}

fn asked<'a>(questions: &'a [Question], id: &str) -> &'a Question {
    questions.iter().find(|question| question.id == id).unwrap()
}

#[test]
fn every_card_has_eight_questions_with_different_answers_in_every_language() {
    for card in cards() {
        let json = serde_json::to_value(&card).unwrap();
        for messages in Messages::all() {
            let all = questions(&card, messages);

            assert_eq!(all.len(), QUESTIONS);
            for question in &all {
                let different: BTreeSet<&String> = question.choices.iter().collect();
                assert_eq!(different.len(), question.choices.len(), "{question:?}");
                assert!((2..=CHOICES).contains(&question.choices.len()), "{question:?}");
                assert!(question.right < question.choices.len(), "{question:?}");
                assert!(json.pointer(&question.pointer).is_some(), "{question:?}");
                assert!(!question.text.contains("quiz-"), "{question:?}");
            }
            let ids: BTreeSet<&str> = all.iter().map(|question| question.id).collect();
            assert_eq!(ids.len(), QUESTIONS, "each is asked once");
        }
    }
}

#[test]
fn the_right_answer_is_what_the_card_measured() {
    let card = card();
    let all = questions(&card, Messages::english());
    let weight = |name: &String| {
        let named = card.signals.iter().find(|signal| signal.plain_name.best(&[]) == name).unwrap();
        ranked_by(&named.importance).value
    };

    let strongest = asked(&all, "strongest");
    let right = weight(&strongest.choices[strongest.right]);
    let wrong = strongest.choices.iter().enumerate().filter(|(at, _)| *at != strongest.right);
    assert!(wrong.map(|(_, name)| weight(name)).all(|other| other < right), "{strongest:?}");

    let way = asked(&all, "way");
    assert_eq!(way.text, "What does more of “The age” do to an item?");
    assert_eq!(way.choices[way.right], "It moves the item down.");

    let why = asked(&all, "why");
    let named = |id: &String| card.signal(id).unwrap().plain_name.best(&[]).to_owned();
    let largest: Vec<String> = card.examples[0].largest.iter().map(named).collect();
    assert_eq!(why.choices[why.right], largest[0]);
    assert!(largest.iter().skip(1).all(|second| !why.choices.contains(second)), "{why:?}");

    let control = asked(&all, "control");
    let effect = Messages::english().effect(&card.controls[0].measured, &card.lists, "/controls/0/measured");
    assert_eq!((&control.choices[control.right], &control.pointer), (&effect[0].text, &effect[0].pointer));
}

#[test]
fn the_same_card_gives_the_same_questions_and_another_one_other_places() {
    let card = card();
    let first = questions(&card, Messages::english());

    let places: BTreeSet<Vec<usize>> = (1..20)
        .map(|version| {
            let other = Card { version, ..card.clone() };
            questions(&other, Messages::english()).iter().map(|question| question.right).collect()
        })
        .collect();

    assert_eq!(questions(&card, Messages::english()), first);
    assert!(places.len() > 3, "the right answer does not always stand at the same place: {places:?}");
}
