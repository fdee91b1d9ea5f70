//! Words in one or more languages.

use std::collections::BTreeMap;

use domain::Language;

/// A text in the languages it was written in. Invariant when read from a file: at least one language, no empty text.
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct Text(pub BTreeMap<Language, String>);

impl Text {
    /// A text in one language.
    pub fn new(language: Language, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(language, text.into())]))
    }

    /// The text in exactly this language.
    #[must_use]
    pub fn in_language(&self, language: &Language) -> Option<&str> {
        self.0.get(language).map(String::as_str)
    }

    /// The text in the first of these languages that exists, else in any language; empty only without any text.
    #[must_use]
    pub fn best<'a>(&'a self, wanted: &[&Language]) -> &'a str {
        wanted
            .iter()
            .find_map(|language| self.in_language(language))
            .or_else(|| self.0.values().next().map(String::as_str))
            .unwrap_or_default()
    }

    /// Every language with its text, in order of the language tags.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        self.0.iter().map(|(language, text)| (language, text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_text_is_the_first_wanted_language_that_exists() {
        let [en, hi, ta] = ["en", "hi", "ta"].map(|tag| tag.parse::<Language>().unwrap());
        let mut text = Text::new(en.clone(), "Feed");
        text.0.insert(hi.clone(), "फ़ीड".to_owned());

        assert_eq!(text.best(&[&ta, &hi, &en]), "फ़ीड");
        assert_eq!(text.best(&[&ta]), "Feed");
        assert_eq!(text.in_language(&ta), None);
    }
}
