//! Words are tested where they are said: amounts, sentences, and the rules that all messages keep.

mod locales;
mod reading;

use explain::direction::Verdict;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::explanations::words;
use super::{Messages, Statement, WHY_WORDS};
use crate::card::{
    Contribution, Direction, Example, ExampleItem, Importance, Known, ListFacts, Measured, MeasuredEffect,
    Metric, OtherList, OtherLists, Proof, Reason, Spread, Tested, Together,
};

/// Words that no reader should have to know.
const JARGON: &[&str] =
    &["shapley", "shap", "feature", "model output", "logit", "baseline", "interventional", "tau"];
/// Most words of a sentence.
const SENTENCE_WORDS: usize = 20;

fn english() -> &'static Messages {
    Messages::english()
}

fn between(value: f64, low: f64, high: f64) -> Measured {
    Measured { low: Some(low), high: Some(high), ..Measured::new(value, 0.0) }
}

fn importance(metric: Metric, number: Measured) -> Importance {
    Importance {
        metric,
        mean_abs_places: number,
        mean_abs_points: number,
        share: Measured::new(0.3, 0.0),
        rank: 1,
        never_moved: number.value == 0.0,
        attribution_share: None,
        direction: Known::no(Reason::OneValueOnly),
    }
}

fn direction(verdict: Verdict) -> Known<Direction> {
    let share = Measured::new(0.5, 0.0);
    Known::Yes(Direction {
        verdict,
        rises: share,
        falls: share,
        flat: share,
        rows: 10,
        values: 11,
        proven: None,
    })
}

fn lists() -> ListFacts {
    let same = |count| Spread { min: count, median: count, max: count };
    ListFacts { lists: 30, items: 600, items_per_list: same(20), top: same(10), made_up: true, recipe: None }
}

fn together() -> Together {
    let share = between(0.21, 0.1, 0.3);
    Together { places: between(3.2, 2.0, 4.0), top_changed: share, tau: share }
}

fn set(places_up: Measured, moved: f64) -> Known<MeasuredEffect> {
    let (moved, points) = (Measured::new(moved, 0.0), Measured::new(1.0, 0.0));
    Known::Yes(MeasuredEffect::Set { items: 5, lists: 4, places_up, moved, points, together: together() })
}

fn example(upper: &str, largest: &[&str], largest_are_clear: bool) -> Example {
    let number = Measured::new(1.0, 0.0);
    let item = |title: &str| ExampleItem {
        item_id: "7".to_owned(),
        title: Some(title.to_owned()),
        place: number,
        score: number,
    };
    Example {
        list_id: "1".to_owned(),
        upper: item(upper),
        lower: item("Ask: your first job?"),
        gap: number,
        contributions: vec![Contribution {
            signal: "age".to_owned(),
            points: number,
            upper_value: 2.0,
            lower_value: 6.0,
        }],
        others: None,
        largest: largest.iter().map(|id| (*id).to_owned()).collect(),
        largest_are_clear,
        drawn: 0,
        flip: None,
    }
}

fn texts(statements: &[Statement]) -> Vec<&str> {
    statements.iter().map(|statement| statement.text.as_str()).collect()
}

#[test]
fn places_have_at_most_two_significant_digits() {
    for (places, said) in [
        (0.0, "no place at all"),
        (0.04, "less than 0.1 places"),
        (0.449, "about 0.4 places"),
        (1.0, "about 1 place"),
        (1.96, "about 2 places"),
        (9.4, "about 9 places"),
        (-9.4, "about 9 places"),
        (126.0, "about 130 places"),
        (12_345.0, "about 12,000 places"),
    ] {
        assert_eq!(english().places(places), said, "{places}");
    }
    assert_eq!(english().places_between(8.44, 9.61), "between 8.4 and 9.6 places");
    assert_eq!(english().places_between(18.44, 19.61), "between 18 and 20 places");
    assert_eq!(english().places_between(3.01, 3.04), "around 3 places");
}

#[test]
fn shares_are_said_in_words() {
    for (share, said) in [
        (0.0, "none"),
        (0.004, "less than 1 in 100"),
        (0.05, "about 1 in 20"),
        (0.1, "about a tenth"),
        (0.15, "about 15 in 100"),
        (0.33, "about a third"),
        (0.5, "about half"),
        (2.0 / 3.0, "about two thirds"),
        (0.99, "nearly all"),
        (1.0, "all"),
    ] {
        assert_eq!(english().share(share), said, "{share}");
    }
    assert_eq!(english().points(0.0, Some("marks")), "no points");
}

#[test]
fn numbers_days_and_sizes_are_written_as_the_language_does() {
    assert_eq!(english().number(1_234_567.5), "1,234,567.5");
    assert_eq!(english().rounded(0.000_123_456, 2), "0.00012");
    assert_eq!(english().rounded(987_654.0, 2), "990,000");
    assert_eq!(english().rounded(-1.26, 2), "-1.3");
    assert_eq!(english().date("2026-03-12T23:59:59Z".parse().unwrap()), "12 March 2026");
    assert_eq!(english().day("2026-02-30"), "2026-02-30");
    assert_eq!(english().day("soon"), "soon");
    for (bytes, said) in
        [(1, "1 byte"), (999, "999 bytes"), (1_500, "1.5 kB"), (2_340_000, "2.34 MB"), (64 << 30, "68.7 GB")]
    {
        assert_eq!(english().bytes(bytes), said);
    }
}

#[test]
fn a_signal_is_said_in_places_and_for_scores_in_points() {
    let places = importance(Metric::MeanAbsPlaces, between(9.1, 8.2, 10.3));
    let points = importance(Metric::MeanAbsPoints, between(2.345, 1.26, 3.0));
    let never = importance(Metric::MeanAbsPlaces, Measured::new(0.0, 0.0));
    let alone = importance(Metric::MeanAbsPlaces, Measured::new(3.0, 0.0));

    assert_eq!(english().weight(&places, None), "about 9 places");
    let narrow = importance(Metric::MeanAbsPlaces, between(5.66, 5.4, 5.9));
    assert_eq!(english().weight(&narrow, None), "about 5.7 places");
    assert_eq!(english().weight_range(&places, None), "Between 8.2 and 10 places.");
    assert_eq!(english().weight(&points, Some("marks")), "about 2.3 marks");
    assert_eq!(english().weight_range(&points, None), "Between 1.3 and 3 points.");
    assert_eq!(english().weight_range(&points, Some("marks")), "Between 1.3 and 3 marks.");
    assert_eq!(english().weight_range(&never, None), "In our lists this moved nothing.");
    assert_eq!(english().weight_range(&alone, None), "One list alone shows no range.");
}

#[test]
fn a_direction_is_said_without_naming_causes_in_the_world() {
    let said = |verdict, metric| english().way(&direction(verdict), metric);

    assert_eq!(said(Verdict::Up, Metric::MeanAbsPlaces), "More of this moves an item up.");
    assert_eq!(said(Verdict::Down, Metric::MeanAbsPoints), "More of this lowers the score.");
    assert_eq!(
        said(Verdict::Mixed, Metric::MeanAbsPlaces),
        "More of this can work both ways: sometimes up, sometimes down."
    );
    let (often, seldom) = (Measured::new(0.7, 0.0), Measured::new(0.05, 0.0));
    let mostly = Direction {
        verdict: Verdict::Mixed,
        rises: seldom,
        falls: often,
        flat: seldom,
        rows: 9,
        values: 5,
        proven: None,
    };
    assert_eq!(
        english().way(&Known::Yes(mostly), Metric::MeanAbsPlaces),
        "More of this mostly moves an item down."
    );
    assert_eq!(
        english().way(&Known::no(Reason::OneValueOnly), Metric::MeanAbsPlaces),
        "All items in our lists have the same value."
    );
}

#[test]
fn the_effect_of_a_control_names_its_figures() {
    let said = english().effect(&set(between(3.2, 2.0, 4.0), 0.34), &lists(), "/controls/0/measured");

    assert_eq!(
        texts(&said),
        [
            "On average, an item it changes moves up by about 3 places.",
            "Of the items it changes, about a third move.",
            "All changed at once: among the first 10 items, about a fifth are new."
        ]
    );
    let pointers: Vec<&str> = said.iter().map(|statement| statement.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/controls/0/measured/set/places_up",
            "/controls/0/measured/set/moved",
            "/controls/0/measured/set/together/top_changed"
        ]
    );
}

#[test]
fn an_effect_that_may_be_zero_is_called_unclear() {
    let effect = |effect: Known<MeasuredEffect>| english().effect(&effect, &lists(), "");

    assert_eq!(texts(&effect(set(between(-0.2, -0.5, 0.1), 0.3)))[0], "We found no clear effect.");
    assert_eq!(
        texts(&effect(set(between(-3.0, -4.0, -2.0), 0.3)))[0],
        "On average, an item it changes moves down by about 3 places."
    );
    assert_eq!(texts(&effect(set(Measured::new(0.0, 0.0), 0.0))), ["In our lists this moved no item."]);
    let outside = effect(Known::no(Reason::OutsideTheModel));
    assert_eq!(texts(&outside), ["This is not in the model. We cannot measure it."]);
    assert_eq!(outside[0].pointer, "/reason");
}

#[test]
fn removing_and_switching_are_said_for_the_whole_list() {
    let share = between(0.5, 0.4, 0.6);
    let remove =
        MeasuredEffect::Remove { items: 60, lists: 30, leave: between(2.0, 1.0, 3.0), top_changed: share };
    let switch = MeasuredEffect::Switch { lists: 30, together: together() };
    let short = ListFacts { top: Spread { min: 2, median: 3, max: 5 }, ..lists() };

    assert_eq!(
        texts(&english().effect(&Known::Yes(remove), &short, "")),
        ["About 2 items leave each list.", "Among the first items, about half are new."]
    );
    assert_eq!(
        texts(&english().effect(&Known::Yes(switch), &lists(), "")),
        [
            "On average, an item moves by about 3 places, up or down.",
            "Among the first 10 items, about a fifth are new."
        ]
    );
}

#[test]
fn what_changes_all_items_at_once_is_said_for_the_whole_list() {
    let said = english().effect_at_once(&set(between(3.2, 2.0, 4.0), 0.34), &lists(), "/measured");

    assert_eq!(
        texts(&said),
        [
            "On average, an item moves by about 3 places, up or down.",
            "Among the first 10 items, about a fifth are new."
        ]
    );
    assert_eq!(said[0].pointer, "/measured/set/together/places");
}

#[test]
fn why_one_item_is_above_another_names_the_largest_reasons() {
    let name = |id: &str| if id == "age" { "How old it is".to_owned() } else { "Points".to_owned() };
    let why = |largest: &[&str], clear| english().why_above(&example("A new database", largest, clear), name);

    assert_eq!(
        why(&["age", "points"], true),
        "The system placed “A new database” above “Ask: your first job?” because of “How old it is” and “Points”."
    );
    assert!(why(&["age", "points"], false).contains("are among the reasons"));
    assert!(why(&["age"], true).ends_with("because of “How old it is”."));
    assert!(why(&[], true).ends_with("No single signal stands out."));
    let mut nameless = example("x", &["age"], true);
    nameless.upper.title = None;
    assert!(english().why_above(&nameless, name).starts_with("The system placed “item 7” above"));
}

#[test]
fn the_sentence_why_never_grows_beyond_thirty_words() {
    let long = "one two three four five six seven eight nine ten eleven twelve";

    for clear in [true, false] {
        let said = english().why_above(&example(long, &["a", "b"], clear), |_| long.to_owned());

        assert!(words(&said) <= WHY_WORDS, "{} words: {said}", words(&said));
        assert!(said.contains('…'));
    }
}

#[test]
fn a_proof_says_what_is_certain_and_for_which_items() {
    let tested = Some(Tested { rows: 200, intervals: 17 });
    let said = |verdict, tested, metric| english().proof(&Proof { verdict, tested }, metric);

    assert_eq!(
        said(Verdict::Up, None, Metric::MeanAbsPlaces),
        "This is certain: more of this never moves an item down. It holds for every item there can be. This is exact."
    );
    assert!(said(Verdict::Down, tested, Metric::MeanAbsPoints).contains("never raises the score. We tried"));
    assert!(said(Verdict::None, tested, Metric::MeanAbsPlaces).contains("in 200 items"));
}

#[test]
fn the_span_over_other_lists_is_said() {
    let one = OtherList {
        mean_abs_places: Measured::new(2.0, 0.0),
        mean_abs_points: Measured::new(2.0, 0.0),
        rank: 4,
    };
    let other = OtherLists {
        independent: one,
        mixed: one,
        low: Measured::new(2.0, 0.0),
        high: Measured::new(9.0, 0.0),
    };

    let said = english().other_lists(&other, Metric::MeanAbsPlaces, None);

    assert_eq!(said, "In other made-up lists: between 2 and 9 places.");
}

#[test]
fn the_files_of_every_language_read_without_fault() {
    for messages in Messages::all() {
        assert_eq!(messages.faults(), [""; 0], "{}", messages.language());
    }
}

#[test]
fn a_language_is_found_by_its_tag_and_without_its_region() {
    let wanted = |tags: &[&str]| {
        let tags: Vec<_> = tags.iter().map(|tag| tag.parse().unwrap()).collect();
        Messages::best(&tags).language().to_string()
    };

    assert_eq!(wanted(&["en-IN"]), "en");
    assert_eq!(wanted(&["xx", "en"]), "en");
    assert_eq!(wanted(&[]), "en");
    assert_eq!(english().direction(), "ltr");
}

#[test]
fn a_missing_message_and_a_missing_argument_are_marked() {
    let missing = english().say("no-such-message").phrase();

    assert_eq!((missing.text.as_str(), missing.is_fallback), ("⟦no-such-message⟧", true));
    assert!(english().say("places-around").to_string().starts_with('⟦'));
    assert!(!english().say("places-around").with("count", 3.0).to_string().contains('⟦'));
}

#[test]
fn messages_use_no_jargon_and_no_long_sentence() {
    for text in english_texts() {
        let lower = text.to_lowercase();
        for jargon in JARGON {
            let found = lower.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == *jargon);
            assert!(!found && (!jargon.contains(' ') || !lower.contains(jargon)), "{jargon}: {text}");
        }
        for sentence in text.split_inclusive(['.', '?', ':']) {
            assert!(words(sentence) <= SENTENCE_WORDS, "{} words: {sentence}", words(sentence));
        }
    }
}

/// Every text of the English files, arguments as one word each.
fn english_texts() -> Vec<String> {
    let mut texts = Vec::new();
    for file in super::ENGLISH.files {
        let resource = fluent_syntax::parser::parse(*file).unwrap();
        for entry in &resource.body {
            if let Entry::Message(message) = entry {
                let patterns = message.value.iter().chain(message.attributes.iter().map(|a| &a.value));
                patterns.for_each(|pattern| flatten(pattern, &mut texts));
            }
        }
    }
    assert!(texts.len() > 200, "only {} texts", texts.len());
    texts
}

fn flatten(pattern: &Pattern<&str>, texts: &mut Vec<String>) {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
                InlineExpression::StringLiteral { value } => text.push_str(value),
                _ => text.push('x'),
            },
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                for variant in variants {
                    flatten(&variant.value, texts);
                }
            }
        }
    }
    texts.push(text);
}
