//! A small ranking release: a real model of six inputs, words for people, twenty made-up items.

use std::fmt::Write as _;

use crate::{Must, workspace};

/// What people write about the small system. Signals follow.
const WORDS: &str = r#"schema: vitrine/system-card/1
slug: small-ranking
language: en
title: Small ranking (made up)
one_line: Decides which of a few made-up things you see first.
operator: {name: Example Operator, url: "https://example.org", contact: "cards@example.org"}
author: {name: The tests}
surface: Home
regions: [IN]
audience: [everyone]
purpose: Puts things with a high score near the top.
who_is_affected: Nobody, for everything here is made up.
decides: order
model: {file: model.onnx, order: descending}
lists: {file: reference.csv, list: list_id, item: item_id, made_up: true, recipe: "Random rows of a toy model."}
steps:
  - {kind: score, title: "Score", plain: "Each thing gets a score from a small model."}
  - {kind: show, title: "Show", plain: "Things are shown from the highest score to the lowest."}
controls:
  - {id: quiet, plain: "Turn the first signal down", where: "Settings", effect: {set: {first: 0}}}
non_profiling: {available: true, how: "No signal describes you. Everyone gets the same order."}
exposure: []
limits: ["The model is a toy."]
risks:
  - {name: "None", who: "Nobody", harm: "None is known.", benefit: "It shows how a card works.", mitigation: "None is needed."}
withheld:
  - {what: "Nothing.", why: "Everything is published."}
human_oversight: "Nobody looks at the lists, for they are made up."
appeal: {how: "There is nothing to appeal."}
data_used:
  - {name: "Made-up numbers", personal: false, retention: "For ever."}
signals:
"#;
const SIGNALS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
const MODEL: &str = "tests/data/rank/tiny/leq_sum/model.onnx";
const ROWS: &str = "tests/data/rank/tiny/leq_sum/rows.csv";
/// Items a list; the toy's twenty complete rows make four lists.
const ITEMS: usize = 5;
const COMPLETE_ROWS: usize = 20;

/// The files of a ranking release, which a test may spoil before they are sent.
#[derive(Clone, Debug)]
pub struct RankingRelease {
    files: Vec<(&'static str, Vec<u8>)>,
}

impl RankingRelease {
    /// A release of which a card can be made within seconds.
    #[must_use]
    pub fn small() -> Self {
        let files = vec![
            ("README.md", b"---\nlicense: apache-2.0\nlanguage: en\n---\n# Small ranking\n".to_vec()),
            ("model.onnx", workspace::bytes(MODEL)),
            ("reference.csv", lists().into_bytes()),
            ("system-card.yaml", words().into_bytes()),
        ];
        Self { files }
    }

    /// A release of any model of one input `x` with some columns, and lists of its own; `output` is its score.
    #[must_use]
    pub fn of(model: Vec<u8>, (columns, output): (usize, &str), lists: String) -> Self {
        let words = words_for(columns)
            .replace("model: {file: model.onnx,", &format!("model: {{file: model.onnx, output: {output},"));
        let small = Self::small().with("model.onnx", model).with("reference.csv", lists.into_bytes());
        small.with("system-card.yaml", words.into_bytes())
    }

    /// The same with another content of one file.
    ///
    /// # Panics
    /// When there is no such file.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: Vec<u8>) -> Self {
        self.files.iter_mut().find(|(known, _)| *known == path).must(path).1 = bytes;
        self
    }

    /// The same with a piece of one file replaced by another, as often as it stands there. The file need be no text.
    ///
    /// # Panics
    /// When the piece does not stand there.
    #[must_use]
    pub fn replace(self, path: &str, from: &str, to: &str) -> Self {
        let (_, bytes) = self.files.iter().find(|(known, _)| *known == path).must(path);
        let mut replaced = Vec::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while let Some((first, after)) = rest.split_first() {
            if let Some(behind) = rest.strip_prefix(from.as_bytes()) {
                replaced.extend_from_slice(to.as_bytes());
                rest = behind;
            } else {
                replaced.push(*first);
                rest = after;
            }
        }
        assert_ne!(&replaced, bytes, "`{from}` does not stand in {path}");
        self.with(path, replaced)
    }

    /// The files, ready to be sent.
    #[must_use]
    pub fn files(&self) -> Vec<(&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect()
    }
}

fn words() -> String {
    words_for(SIGNALS.len())
}

/// Words for so many signals; those behind the sixth have numbers for names.
fn words_for(columns: usize) -> String {
    let mut words = WORDS.to_owned();
    let numbered = (SIGNALS.len()..columns).map(|number| format!("number_{number}"));
    let names = SIGNALS.iter().map(|name| (*name).to_owned()).chain(numbered);
    for (index, signal) in names.enumerate().take(columns) {
        write!(
            words,
            "  - id: {signal}\n    column: x{index}\n    index: {index}\n    plain_name: \"The {signal} signal\"\n    \
             plain_help: \"A made-up number.\"\n    unit: \"points\"\n    source: made up\n    uses_profile: false\n    \
             sensitive: false\n    mutable_by: author\n    reason_for_importance: \"The toy model uses it.\"\n"
        )
        .must("writing text");
    }
    words
}

fn lists() -> String {
    let rows = workspace::text(ROWS);
    let mut lines = rows.lines();
    let mut lists = format!("list_id,item_id,{}\n", lines.next().must("a header"));
    for (number, row) in lines.take(COMPLETE_ROWS).enumerate() {
        writeln!(lists, "{},{},{row}", number / ITEMS, number % ITEMS).must("writing text");
    }
    lists
}
