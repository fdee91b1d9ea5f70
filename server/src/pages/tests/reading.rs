//! Documents are easy to read.

use cards::words::Messages;
use readability::Reading;

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
    prose.replace(':', ".")
}

#[test]
fn documents_can_be_read_after_six_years_of_school() {
    let mut table = vec!["document | grade | words a sentence | words".to_owned()];
    let mut hard = Vec::new();
    for document in documents(Messages::english()) {
        let reading = Reading::of(&prose(document.text));
        let (grade, words) = (reading.grade(), reading.words_a_sentence());
        table.push(format!("{} | {grade:.1} | {words:.1} | {}", document.slug, reading.words));
        if grade > GRADE || words > SENTENCE_WORDS || reading.words < 100 {
            hard.push(document.slug);
        }
    }
    let table = table.join("\n");
    println!("{table}");
    assert_eq!(hard, [""; 0], "{table}");
}
