//! Words that are hard to read: refused on the first screen, warned of elsewhere (decision 49:
//! English texts of 30 words and more by their Flesch-Kincaid grade, all others by the length of their sentences).

use domain::Language;
use readability::{Reading, sentences, word_count};

use super::claims::Statement;
use crate::Fault;
use crate::fault::legible;
use crate::readable::bare;

/// Texts of so many words are graded.
const GRADED_WORDS: usize = 30;
/// Highest grade of an English text.
const GRADE: f64 = 10.0;
/// Longest sentence of an English text that is not graded, in words.
const ENGLISH_WORDS: usize = 20;
/// Longest sentence in any other language, in words.
const OTHER_WORDS: usize = 30;

/// What is hard to read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HardWords {
    /// On the first screen: nobody may publish it.
    pub refused: Vec<Fault>,
    /// Elsewhere: better words would help.
    pub warned: Vec<Fault>,
}

/// Judges all texts, names left out.
pub(super) fn judge(statements: &[Statement], names: &[String]) -> HardWords {
    let mut found = HardWords::default();
    for statement in statements {
        let text = bare(&statement.text, names);
        let words = word_count(&text);
        let english = statement.language == Language::english();
        if english && words >= GRADED_WORDS {
            let grade = Reading::of(&text).grade();
            if grade > GRADE {
                let wrong = format!("The text reads at grade {grade}, which is hard: {}.", worst(&text));
                let right = format!("Use shorter sentences and simpler words, up to grade {GRADE}.");
                let fault = Fault::new(statement.field.clone(), wrong, right).at(statement.line);
                let kept = if is_first(&statement.field) { &mut found.refused } else { &mut found.warned };
                kept.push(fault);
            }
            continue;
        }
        let most = if english { ENGLISH_WORDS } else { OTHER_WORDS };
        for sentence in sentences(&text).into_iter().filter(|sentence| word_count(sentence) > most) {
            let wrong = format!(
                "This sentence has {} words, which is hard to read: `{}`.",
                word_count(sentence),
                legible(sentence.trim())
            );
            let right = format!("Make two of it. A sentence should have at most {most} words.");
            found.warned.push(Fault::new(statement.field.clone(), wrong, right).at(statement.line));
        }
    }
    found
}

/// The longest sentence, as the place to begin.
fn worst(text: &str) -> String {
    let longest = sentences(text).into_iter().max_by_key(|sentence| word_count(sentence));
    let longest = longest.unwrap_or_default().trim();
    format!("begin with the {} words of `{}`", word_count(longest), legible(longest))
}

/// Whether a field is shown on the first screen of a card.
fn is_first(field: &str) -> bool {
    let of_control =
        field.starts_with("controls[") && (field.contains("].plain") || field.contains("].where"));
    let alone = ["one_line", "no_controls_because", "non_profiling.how"];
    of_control || alone.iter().any(|first| field == *first || field.starts_with(&format!("{first}.")))
}

#[cfg(test)]
mod tests {
    use super::super::claims::Claim;
    use super::*;

    const HARD: &str = "Heterogeneous organisational considerations necessitate extraordinarily sophisticated \
                        computational optimisation methodologies, incorporating multidimensional personalisation \
                        characteristics, collaborative behavioural approximations and probabilistic contextual \
                        interdependencies, simultaneously accommodating institutional accountability obligations, \
                        regulatory transparency expectations and commercial sustainability prioritisation.";

    fn judged(field: &str, language: &str, text: &str) -> HardWords {
        let statement = Statement {
            line: 7,
            field: field.to_owned(),
            language: language.parse().unwrap(),
            text: text.to_owned(),
            claim: Claim::Yes,
        };
        judge(&[statement], &["Ministry of Very Long Institutional Names".to_owned()])
    }

    #[test]
    fn hard_words_are_refused_on_the_first_screen_and_warned_of_elsewhere() {
        for first in ["controls[1].plain", "controls[0].where.en", "non_profiling.how", "no_controls_because"]
        {
            let found = judged(first, "en", HARD);
            assert_eq!((found.refused.len(), found.warned.len()), (1, 0), "{first}");
            assert_eq!(found.refused[0].line, Some(7));
            assert!(found.refused[0].wrong.contains("grade"), "{}", found.refused[0]);
        }
        for other in ["purpose", "limits[0]", "controls[0].id", "one_liner"] {
            let found = judged(other, "en", HARD);
            assert_eq!((found.refused.len(), found.warned.len()), (0, 1), "{other}");
        }
    }

    #[test]
    fn short_texts_and_other_languages_are_judged_by_their_sentences() {
        let long = "a b c d e f g h i j k l m n o p q r s t u";
        assert_eq!(judged("one_line", "en", long).warned.len(), 1);
        assert_eq!(judged("one_line", "hi", long).warned.len(), 0);
        assert_eq!(judged("purpose", "hi", &format!("{long} {long}")).warned.len(), 1);
        assert_eq!(judged("purpose", "en", "Heterogeneous organisational considerations.").warned.len(), 0);
    }

    #[test]
    fn names_are_not_counted() {
        let named = "Ministry of Very Long Institutional Names a b c d e f g h i j k l m n o p q r.";
        assert_eq!(judged("purpose", "en", named).warned.len(), 0);
    }
}
