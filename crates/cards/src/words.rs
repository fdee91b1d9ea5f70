//! The words of cards and pages, per language.
//!
//! Knows messages (Fluent) and how a language writes numbers and dates (ICU4X). Knows nothing of HTML.
//! A language is added by a folder in `templates/locales`, with a `language.ftl` that names it.

mod amounts;
mod explanations;
mod figures;
mod language;
mod saying;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use domain::Language;
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use icu_locale_core::Locale;

pub use explanations::{Statement, Tendency, WHY_WORDS, capital, ranked_by, tendency};
use language::About;
pub use language::State;
pub use saying::{Phrase, Saying, Value};

/// One language as it lies in `templates/locales`.
struct Source {
    /// Its BCP 47 tag.
    tag: &'static str,
    /// Its messages.
    files: &'static [&'static str],
}

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

static ALL: LazyLock<(Messages, Vec<Messages>)> =
    LazyLock::new(|| (Messages::read(&ENGLISH), OTHERS.iter().map(Messages::read).collect()));

/// Everything that can be said in one language.
pub struct Messages {
    language: Language,
    name: String,
    state: State,
    formats: Locale,
    bundle: FluentBundle<FluentResource>,
    faults: Vec<String>,
}

impl Messages {
    /// English, which every message exists in.
    #[must_use]
    pub fn english() -> &'static Self {
        &ALL.0
    }

    /// Every language there is, English first.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        std::iter::once(&ALL.0).chain(&ALL.1)
    }

    /// The first wanted language that there is, also without its script or region; else English.
    #[must_use]
    pub fn best(wanted: &[Language]) -> &'static Self {
        let spoken = |tag: &str| Self::all().find(|messages| messages.language.to_string() == tag);
        wanted
            .iter()
            .map(Language::to_string)
            .find_map(|tag| spoken(&tag).or_else(|| spoken(tag.split('-').next()?)))
            .unwrap_or_else(Self::english)
    }

    /// Which language this is.
    #[must_use]
    pub const fn language(&self) -> &Language {
        &self.language
    }

    /// Its name in itself, such as `English`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who wrote its words.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// `rtl` where the language is written from right to left, else `ltr`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        let right_to_left = ["ar", "fa", "he", "ks", "sd", "ur"];
        let tag = self.language.to_string();
        let written = tag.split('-').next().is_some_and(|language| right_to_left.contains(&language));
        if written && !tag.ends_with("-Deva") { "rtl" } else { "ltr" }
    }

    /// What is wrong in the files of this language; empty when nothing is.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Begins to say the message with this id; `id.attribute` names an attribute of a message.
    #[must_use]
    pub fn say<'a>(&'a self, id: &'a str) -> Saying<'a> {
        Saying::new(self, id)
    }

    /// Says a message that needs no arguments.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        self.say(id).to_string()
    }

    fn read(source: &Source) -> Self {
        let mut faults = Vec::new();
        let language = source.tag.parse::<Language>().unwrap_or_else(|error| {
            faults.push(error.to_string());
            Language::english()
        });
        let mut files = Vec::new();
        for file in source.files {
            let (resource, errors) = match FluentResource::try_new((*file).to_owned()) {
                Ok(resource) => (resource, Vec::new()),
                Err(partly_read) => partly_read,
            };
            faults.extend(errors.iter().map(ToString::to_string));
            files.push(resource);
        }
        let about = About::read(&files, &mut faults);
        let mut bundle = FluentBundle::new_concurrent(vec![about.habits]);
        // Every phrase is printed inside an element of its own direction, so no isolation marks are needed; they
        // would stand between the reader and a copied number.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(figures::printed));
        for resource in files {
            let errors = bundle.add_resource(resource).err().into_iter().flatten();
            faults.extend(errors.map(|error| error.to_string()));
        }
        Self { language, name: about.name, state: about.state, formats: about.formats, bundle, faults }
    }
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Messages").field("language", &self.language).finish_non_exhaustive()
    }
}
