//! What a language says about itself: its name, its habits of writing numbers, and who wrote its words.

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, PatternElement};
use icu_locale_core::Locale;
use unic_langid::LanguageIdentifier;

/// Who wrote the words of a language.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// The people who make the product.
    Author,
    /// A machine translated them; no person has reviewed them. Pages say so.
    Machine,
    /// Translated, and reviewed by a person.
    Reviewed,
}

/// The messages of `language.ftl`.
pub(super) struct About {
    pub(super) name: String,
    pub(super) formats: Locale,
    pub(super) habits: LanguageIdentifier,
    pub(super) state: State,
}

impl About {
    /// Reads what the files of a language say about it; faults are sentences.
    pub(super) fn read(files: &[FluentResource], faults: &mut Vec<String>) -> Self {
        let mut said = |id: &str| {
            let found = files.iter().find_map(|file| plain(file, id));
            if found.is_none() {
                faults.push(format!("`{id}` is missing; write it in `language.ftl`"));
            }
            found.unwrap_or_default()
        };
        let (name, formats, state) =
            (said("language-name"), said("language-formats"), said("language-state"));
        let state = match state.as_str() {
            "author" => State::Author,
            "reviewed" => State::Reviewed,
            "machine" => State::Machine,
            other => {
                faults.push(format!("`language-state` is `{other}`; write author, machine or reviewed"));
                State::Machine
            }
        };
        let habits = formats.parse::<LanguageIdentifier>().unwrap_or_else(|error| {
            faults.push(format!("`language-formats` is `{formats}`: {error}"));
            LanguageIdentifier::default()
        });
        let formats = formats.parse::<Locale>().unwrap_or_else(|error| {
            faults.push(format!("`language-formats` is `{formats}`: {error}"));
            Locale::UNKNOWN
        });
        Self { name, formats, habits, state }
    }
}

/// The text of a message that holds nothing but text.
fn plain(file: &FluentResource, id: &str) -> Option<String> {
    let message = file.entries().find_map(|entry| match entry {
        Entry::Message(message) if message.id.name == id => message.value.as_ref(),
        _ => None,
    })?;
    match message.elements.as_slice() {
        [PatternElement::TextElement { value }] => Some((*value).to_owned()),
        _ => None,
    }
}
