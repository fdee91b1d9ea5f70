//! How hard the words of a card's author are to read: all of one language together, names left out.

use std::ops::Range;

use domain::Language;
use readability::{Reading, sentences, word_count};

use crate::card::Card;
use crate::source::Text;
use crate::source::claims::{Part, parts};

/// Longest sentence that is not called hard, in words.
const SENTENCE_WORDS: usize = 20;
/// Highest grade of a sentence that is not called hard.
const SENTENCE_GRADE: f64 = 10.0;
/// Sentences of fewer words are not graded: one long word decides alone.
const GRADED_WORDS: usize = 8;
/// Most hard sentences that are shown.
const MOST_SHOWN: usize = 10;

/// How hard the author's words are to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Readability {
    /// Flesch-Kincaid grade of all texts together; English only.
    pub grade: Option<f64>,
    /// Mean words of a sentence.
    pub words_a_sentence: f64,
    /// Words that were read.
    pub words: usize,
    /// The hardest sentences, longest first: more than 20 words, or in English above grade 10.
    pub hard: Vec<String>,
}

/// Reads what the author wrote in a language; `None` where nothing is in it.
#[must_use]
pub fn of(card: &Card, language: &Language) -> Option<Readability> {
    let english = *language == Language::english();
    let texts: Vec<String> = texts(card)
        .into_iter()
        .filter_map(|text| text.in_language(language))
        .map(|text| bare(text, &card.proper_names))
        .collect();
    let ended: Vec<&str> = texts.iter().map(|text| text.trim_end_matches(['.', '।'])).collect();
    let reading = Reading::of(&ended.join(". "));
    if reading.words == 0 {
        return None;
    }
    let mut hard: Vec<String> = texts
        .iter()
        .flat_map(|text| sentences(text))
        .filter(|sentence| is_hard(sentence, english))
        .map(|text| text.trim().to_owned())
        .collect();
    hard.sort_by_key(|sentence| std::cmp::Reverse(word_count(sentence)));
    hard.truncate(MOST_SHOWN);
    Some(Readability {
        grade: english.then(|| reading.grade()),
        words_a_sentence: reading.words_a_sentence(),
        words: reading.words,
        hard,
    })
}

/// Where the hard sentences of one text stand, in bytes; names are not counted.
#[must_use]
pub fn hard_sentences(text: &str, language: &Language, names: &[String]) -> Vec<Range<usize>> {
    let english = *language == Language::english();
    let masked = without_marks_in_references(text);
    let mut from = 0;
    let mut found = Vec::new();
    for sentence in sentences(&masked) {
        let Some(at) = masked.get(from..).and_then(|rest| rest.find(sentence)) else { continue };
        let range = from + at..from + at + sentence.len();
        from = range.end;
        if text.get(range.clone()).is_some_and(|sentence| is_hard(&bare(sentence, names), english)) {
            found.push(range);
        }
    }
    found
}

/// The text with every reference to a published number as one word of the same length, so that no mark in it ends a
/// sentence.
fn without_marks_in_references(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Words(words) => masked.push_str(words),
            // `[shown](#id)`
            Part::Cited { shown, id } => masked.extend(std::iter::repeat_n('x', shown.len() + id.len() + 5)),
        }
    }
    masked
}

/// Whether a sentence is too long, or in English uses words that are too hard.
fn is_hard(sentence: &str, english: bool) -> bool {
    let words = word_count(sentence);
    words > SENTENCE_WORDS
        || english && words >= GRADED_WORDS && Reading::of(sentence).grade() > SENTENCE_GRADE
}

/// A text as it is judged: without the addresses of published numbers, and without names.
pub(crate) fn bare(text: &str, names: &[String]) -> String {
    without_names(&plain(text), names)
}

/// Every text of sentences that the author wrote.
fn texts(card: &Card) -> Vec<&Text> {
    let mut texts = vec![&card.one_line, &card.purpose, &card.who_is_affected];
    texts.extend([&card.intended_use, &card.out_of_scope, &card.alternatives].into_iter().flatten());
    texts.extend(card.no_controls_because.as_ref());
    texts.extend([&card.non_profiling_option.how, &card.human_oversight, &card.appeal.how]);
    texts.extend(card.steps.iter().map(|step| &step.plain));
    texts.extend(card.signals.iter().flat_map(|signal| [&signal.plain_help, &signal.reason_for_importance]));
    texts.extend(card.controls.iter().map(|control| &control.plain));
    texts.extend(&card.limits);
    texts.extend(card.risks.iter().flat_map(|risk| [&risk.harm, &risk.benefit, &risk.mitigation]));
    texts.extend(card.withheld.iter().flat_map(|withheld| [&withheld.what, &withheld.why]));
    texts
}

/// A text as it is read, without the addresses of published numbers.
fn plain(text: &str) -> String {
    let shown = |part| match part {
        Part::Words(words) => words,
        Part::Cited { shown, .. } => shown,
    };
    parts(text).into_iter().map(shown).collect()
}

/// Longer names first, so that no part of one is left.
fn without_names(text: &str, names: &[String]) -> String {
    let mut names: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.into_iter().fold(text.to_owned(), |text, name| text.replace(name.as_str(), ""))
}
