//! Every language says the same as English, with the same numbers in it.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};

use super::super::{ENGLISH, Messages, OTHERS, Source, State};

/// What a message asks for: its arguments, and the plural categories of each choice in it.
#[derive(Debug, Default, Eq, PartialEq)]
struct Shape {
    arguments: BTreeSet<String>,
    choices: Vec<BTreeSet<String>>,
}

impl Shape {
    fn read(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            let PatternElement::Placeable { expression } = element else { continue };
            match expression {
                Expression::Inline(inline) => self.name(inline),
                Expression::Select { selector, variants } => {
                    self.name(selector);
                    let key = |key: &VariantKey<&str>| match key {
                        VariantKey::Identifier { name } => (*name).to_owned(),
                        VariantKey::NumberLiteral { value } => (*value).to_owned(),
                    };
                    self.choices.push(variants.iter().map(|variant| key(&variant.key)).collect());
                    for variant in variants {
                        self.read(&variant.value);
                    }
                }
            }
        }
    }

    fn name(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => drop(self.arguments.replace(id.name.to_owned())),
            InlineExpression::StringLiteral { .. } => {}
            other => panic!("messages hold arguments only, not {other:?}"),
        }
    }
}

fn shapes(source: &Source) -> BTreeMap<String, Shape> {
    let mut shapes = BTreeMap::new();
    for file in source.files {
        for entry in &fluent_syntax::parser::parse(*file).unwrap().body {
            let Entry::Message(message) = entry else { continue };
            let mut shape = Shape::default();
            message.value.iter().for_each(|pattern| shape.read(pattern));
            let before = shapes.insert(message.id.name.to_owned(), shape);
            assert_eq!(before, None, "{}: `{}` stands twice", source.tag, message.id.name);
        }
    }
    shapes
}

/// The name of a message without what it is about.
fn is_problem(id: &str) -> bool {
    id.starts_with("problem")
}

#[test]
fn every_language_has_the_arguments_and_plurals_of_english() {
    let english = shapes(&ENGLISH);
    for source in OTHERS {
        for (id, shape) in shapes(source) {
            let same = english.get(&id).unwrap_or_else(|| panic!("{}: English has no `{id}`", source.tag));
            assert_eq!(shape.arguments, same.arguments, "{}: `{id}`", source.tag);
            // Every language that is here has the plural categories `one` and `other` of CLDR for whole numbers.
            assert_eq!(shape.choices, same.choices, "{}: `{id}`", source.tag);
        }
    }
}

#[test]
fn every_language_has_the_navigation_and_all_sentences_of_cards() {
    let english = shapes(&ENGLISH);
    let needed = |id: &&String| {
        !is_problem(id)
            && ![
                "api-",
                "release-",
                "fact-",
                "relation-",
                "repository-",
                "tree-",
                "scan-",
                "gate-",
                "publish-",
            ]
            .iter()
            .any(|start| id.starts_with(start))
    };
    for source in OTHERS {
        let own = shapes(source);
        let missing: Vec<_> = english.keys().filter(needed).filter(|id| !own.contains_key(*id)).collect();
        assert_eq!(missing, [""; 0], "{}", source.tag);
    }
}

#[test]
fn a_translation_by_a_machine_says_so() {
    let states: BTreeMap<String, State> =
        Messages::all().map(|messages| (messages.language().to_string(), messages.state())).collect();

    assert_eq!(states.get("en"), Some(&State::Author));
    assert_eq!((states.get("hi"), states.get("ta")), (Some(&State::Machine), Some(&State::Machine)));
    for messages in Messages::all().filter(|messages| messages.state() == State::Machine) {
        assert!(!messages.say("language-machine").phrase().is_fallback, "{}", messages.language());
    }
}

#[test]
fn numbers_are_grouped_as_in_india() {
    for tag in ["hi", "ta"] {
        let messages = Messages::best(&[tag.parse().unwrap()]);

        assert_eq!(messages.number(1_234_567.0), "12,34,567", "{tag}");
        assert!(messages.places(1_234.0).contains("1,200"), "{tag}: {}", messages.places(1_234.0));
    }
}

#[test]
fn what_is_not_translated_is_said_in_english_and_marked() {
    let hindi = Messages::best(&["hi".parse().unwrap()]);

    let phrase = hindi.say("problem-busy-title").phrase();

    assert!(phrase.is_fallback && phrase.text == "Too many at once", "{phrase:?}");
    assert_eq!(hindi.name(), "हिन्दी");
}
