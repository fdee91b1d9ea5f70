//! Templates hold no words, and no message is left over.

use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::Kind;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file with this ending below a folder of the workspace.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "no .{ending} in {folder}");
    found
}

/// A template without what askama fills in.
fn bare(template: &str) -> String {
    let mut text = template.to_owned();
    for (open, close) in [("{#", "#}"), ("{{", "}}"), ("{%", "%}")] {
        while let Some(start) = text.find(open) {
            let length = text[start..].find(close).unwrap() + close.len();
            text.replace_range(start..start + length, "");
        }
    }
    text
}

#[test]
fn no_template_holds_a_word_that_people_read() {
    for (path, template) in files("templates", "html") {
        let bare = bare(&template);
        let texts = bare.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text));
        for text in texts {
            assert!(!text.chars().any(char::is_alphabetic), "`{}` in {}", text.trim(), path.display());
        }
        for spoken in ["alt=\"", "title=\"", "aria-label=\"", "placeholder=\"", "aria-description=\""] {
            for value in bare.split(spoken).skip(1) {
                let value = value.split('"').next().unwrap();
                assert!(!value.chars().any(char::is_alphabetic), "`{value}` in {}", path.display());
            }
        }
    }
}

#[test]
fn every_message_is_said_somewhere() {
    let mut sources = String::new();
    let code = ["server/src", "crates/cards/src/words", "crates/cards/src/quiz"].map(|folder| (folder, "rs"));
    for (folder, ending) in code.into_iter().chain([("templates", "html")]) {
        for (path, text) in files(folder, ending) {
            if !path.components().any(|part| part.as_os_str() == "tests") && !path.ends_with("tests.rs") {
                sources.push_str(&text);
            }
        }
    }
    let of_problems: Vec<String> =
        Kind::ALL.iter().flat_map(|kind| [kind.title_id(), kind.text_id()]).collect();
    let mut left_over = Vec::new();
    for (_, text) in files("templates/locales/en", "ftl") {
        let ids = text.lines().filter_map(|line| line.split_once(" =")).map(|(id, _)| id);
        for id in ids.filter(|id| !id.starts_with([' ', '#'])) {
            let said = sources.contains(&format!("\"{id}\"")) || of_problems.iter().any(|known| known == id);
            if !said {
                left_over.push(id.to_owned());
            }
        }
    }
    assert_eq!(left_over, [""; 0]);
}

#[test]
fn a_word_in_a_template_would_be_found() {
    assert_eq!(bare("<p>{{ a }}{# b #}{% if c %}d{% endif %}</p>"), "<p>d</p>");
}
