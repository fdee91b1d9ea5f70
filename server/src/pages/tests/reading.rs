//! Documents are easy to read.

use cards::words::Messages;

use crate::pages::docs::documents;

/// Highest Flesch-Kincaid grade of a document.
const GRADE: f64 = 6.0;
/// Most words of a sentence, on average.
const SENTENCE_WORDS: f64 = 15.0;

/// The sentences of a document: without code, tables and marks.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if !in_code && !line.starts_with(['|', '#']) {
            let line = line.trim_start_matches(['-', '1', '2', '3', '.', ' ']);
            prose.push_str(line);
            prose.push(if line.is_empty() { '.' } else { ' ' });
        }
    }
    let mut quoted = false;
    prose.retain(|letter| {
        quoted ^= letter == '`';
        !quoted && !['`', '*', '"'].contains(&letter)
    });
    prose
}

/// Groups of vowels, without a silent `e` at the end.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let is_vowel = |letter: char| "aeiouy".contains(letter);
    let starts = word.chars().zip(std::iter::once(' ').chain(word.chars()));
    let groups = starts.filter(|(letter, before)| is_vowel(*letter) && !is_vowel(*before)).count();
    let silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(silent)).max(1)
}

/// Flesch-Kincaid grade and words a sentence.
#[expect(clippy::cast_precision_loss, reason = "a document has few words")]
fn grade(text: &str) -> (f64, f64) {
    let sentences = text
        .split(['.', '?', '!', ':'])
        .filter(|sentence| sentence.split_whitespace().any(|word| word.chars().any(char::is_alphabetic)));
    let (mut count, mut words, mut sounds) = (0_usize, 0_usize, 0_usize);
    for sentence in sentences {
        count += 1;
        for word in sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)) {
            words += 1;
            sounds += syllables(word.trim_matches(|letter: char| !letter.is_alphanumeric()));
        }
    }
    let (count, words, sounds) = (count as f64, words as f64, sounds as f64);
    (0.39 * words / count + 11.8 * sounds / words - 15.59, words / count)
}

#[test]
fn documents_can_be_read_after_six_years_of_school() {
    for document in documents(Messages::english()) {
        let prose = prose(document.text);

        let (grade, words) = grade(&prose);

        assert!(grade <= GRADE && words <= SENTENCE_WORDS, "grade {grade:.1}, {words:.1} words: {prose}");
        assert!(prose.split_whitespace().count() > 100, "{prose}");
    }
}

#[test]
fn hard_words_and_long_sentences_raise_the_grade() {
    let (easy, _) = grade("The cat sat. It was fat. We all saw it.");
    let (hard, words) = grade(
        "Institutional transparency obligations necessitate comprehensive documentation of algorithmic prioritisation.",
    );

    assert!(easy < 1.0 && hard > 15.0 && words > 8.0, "{easy} {hard} {words}");
    assert_eq!(["the", "table", "make", "system", "idea"].map(syllables), [1, 2, 1, 2, 2]);
}
