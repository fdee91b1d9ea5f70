//! What the product says in English is easy to read, page by page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::Entry;
use readability::{Reading, sentences, word_count};

use super::flatten;

/// Highest Flesch-Kincaid grade of a page.
const GRADE: f64 = 6.0;
/// Most words of a sentence, on average over a page.
const SENTENCE_WORDS: f64 = 15.0;
/// Texts of fewer words are labels, not sentences.
const LABEL_WORDS: usize = 4;

/// Where the messages of each page are named: files and folders of the workspace.
const PAGES: &[(&str, &[&str])] = &[
    (
        "every page",
        &["templates/base.html", "templates/parts", "server/src/pages/frame.rs", "server/src/pages/lines.rs"],
    ),
    ("home", &["templates/home", "server/src/pages/home.rs"]),
    ("cards", &["templates/card/list.html", "server/src/pages/cards.rs"]),
    (
        "card",
        &["templates/card", "server/src/pages/card.rs", "server/src/pages/card", "crates/cards/src/words"],
    ),
    (
        "what changed",
        &["templates/card/compare.html", "server/src/pages/compare.rs", "server/src/pages/feed.rs"],
    ),
    ("questions", &["templates/quiz", "server/src/pages/quiz.rs", "crates/cards/src/quiz"]),
    ("try it", &["templates/trial", "server/src/pages/trial.rs", "server/src/pages/trial"]),
    ("release", &["templates/release", "server/src/pages/release.rs", "server/src/pages/releases.rs"]),
    ("repository", &["templates/repository", "server/src/pages/repository.rs", "server/src/pages/tree.rs"]),
    ("docs", &["templates/docs", "server/src/pages/docs.rs", "server/src/pages/reference.rs"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Everything that stands in a file, or in the files right below a folder and its folders.
fn sources(path: &Path) -> String {
    if path.is_file() {
        return fs::read_to_string(path).unwrap();
    }
    fs::read_dir(path).unwrap().map(|entry| sources(&entry.unwrap().path())).collect()
}

/// The texts of each English message.
fn messages() -> BTreeMap<String, Vec<String>> {
    let mut messages = BTreeMap::new();
    for file in super::super::ENGLISH.files {
        for entry in &fluent_syntax::parser::parse(*file).unwrap().body {
            let Entry::Message(message) = entry else { continue };
            let mut texts = Vec::new();
            message.value.iter().for_each(|pattern| flatten(pattern, &mut texts));
            messages.insert(message.id.name.to_owned(), texts);
        }
    }
    messages
}

/// Texts as sentences: labels left out, each with an end.
fn prose<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let long = texts.filter(|text| word_count(text) >= LABEL_WORDS);
    let ended = long.map(|text| text.replace(':', ".").trim_end_matches(['.', '?', '!']).to_owned());
    ended.collect::<Vec<_>>().join(". ")
}

/// One row of the table, and whether the page is too hard.
fn row(page: &str, prose: &str) -> (String, bool) {
    let reading = Reading::of(prose);
    let (grade, words) = (reading.grade(), reading.words_a_sentence());
    let row = format!("{page} | {grade:.1} | {words:.1} | {}", reading.words);
    (row, grade > GRADE || words > SENTENCE_WORDS)
}

/// The sentences of a text by their grade, the hardest first.
fn hardest(prose: &str) -> Vec<String> {
    let mut graded: Vec<_> =
        sentences(prose).into_iter().map(|text| (Reading::of(text).grade(), text)).collect();
    graded.sort_by(|one, other| other.0.total_cmp(&one.0));
    graded.iter().take(12).map(|(grade, text)| format!("{grade:.1} {text}")).collect()
}

#[test]
fn every_page_can_be_read_after_six_years_of_school() {
    let messages = messages();
    let mut left: BTreeSet<&String> = messages.keys().collect();
    let (mut table, mut too_hard) = (vec!["page | grade | words a sentence | words".to_owned()], Vec::new());
    let mut judge = |page: &str, prose: &str| {
        let (row, hard) = row(page, prose);
        table.push(row);
        if hard {
            too_hard.push(format!("{page}: {:#?}", hardest(prose)));
        }
    };
    for (page, places) in PAGES {
        let text: String = places.iter().map(|place| sources(&root().join(place))).collect();
        let named = |id: &String| text.contains(&format!("\"{id}\""));
        let here: Vec<_> = messages.iter().filter(|(id, _)| named(id)).collect();
        left.retain(|id| here.iter().all(|(other, _)| other != id));
        judge(page, &prose(here.into_iter().flat_map(|(_, texts)| texts)));
    }
    // Messages that no page names in full are put together from parts: those of problems, kinds and states.
    judge("problems", &prose(left.iter().filter_map(|id| messages.get(*id)).flatten()));

    let table = table.join("\n");
    println!("{table}");
    assert_eq!(too_hard, [""; 0], "{table}");
}

#[test]
fn a_hard_page_is_found() {
    let hard = "Institutional transparency obligations necessitate comprehensive documentation.".to_owned();

    assert!(row("hard", &prose([hard].iter())).1);
    assert!(!row("easy", &prose(["We keep the files you send.".to_owned()].iter())).1);
}
