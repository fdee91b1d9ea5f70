//! Words that people wrote, in the language they wrote them in.

use std::fmt;
use std::ops::Range;

use askama::filters::{Escaper, Html, HtmlSafe};
use cards::readable::hard_sentences;
use cards::source::Text;
use cards::source::claims::{Part, parts};
use cards::words::Messages;

/// Words inside HTML: escaped, marked with their language where it is not the page's, and with references
/// `[1,000](#id)` to published numbers as links.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Native {
    pub(super) text: String,
    /// The language, where it is not the page's.
    lang: Option<String>,
    /// Whether references become links.
    refers: bool,
    /// Sentences that are hard to read, in bytes of the text.
    hard: Vec<Range<usize>>,
}

impl Native {
    /// A text in the page's language, else in English, else in any.
    pub(super) fn of(text: &Text, messages: &Messages) -> Self {
        let english = Messages::english().language();
        let best = text.best(&[messages.language(), english]);
        let language = text.iter().find(|(_, words)| *words == best).map(|(language, _)| language);
        let lang = language.filter(|language| *language != messages.language()).map(ToString::to_string);
        Self { text: best.to_owned(), lang, refers: true, hard: Vec::new() }
    }

    /// The same with its hard sentences marked; names are not counted.
    pub(super) fn marked(mut self, messages: &Messages, names: &[String]) -> Self {
        let language = self.lang.as_deref().and_then(|lang| lang.parse().ok());
        self.hard =
            hard_sentences(&self.text, &language.unwrap_or_else(|| messages.language().clone()), names);
        self
    }

    /// Words in the page's language.
    pub(super) fn here(text: impl Into<String>) -> Self {
        Self { text: text.into(), lang: None, refers: false, hard: Vec::new() }
    }

    /// The words alone, without references; for titles and attributes.
    pub(super) fn plain(&self) -> String {
        if !self.refers {
            return self.text.clone();
        }
        let shown = |part| match part {
            Part::Words(words) => words,
            Part::Cited { shown, .. } => shown,
        };
        parts(&self.text).into_iter().map(shown).collect()
    }

    fn write_words(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.refers {
            return Html.write_escaped_str(out, &self.text);
        }
        let mut from = 0;
        for hard in &self.hard {
            write_part(out, self.text.get(from..hard.start).unwrap_or_default())?;
            out.write_str("<mark class=\"hard\">")?;
            write_part(out, self.text.get(hard.clone()).unwrap_or_default())?;
            out.write_str("</mark>")?;
            from = hard.end;
        }
        write_part(out, self.text.get(from..).unwrap_or_default())
    }
}

/// Words with references as links.
fn write_part(out: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for part in parts(text) {
        match part {
            Part::Words(words) => Html.write_escaped_str(&mut *out, words)?,
            Part::Cited { shown, id } => {
                out.write_str("<a href=\"#cited-")?;
                Html.write_escaped_str(&mut *out, id)?;
                out.write_str("\">")?;
                Html.write_escaped_str(&mut *out, shown)?;
                out.write_str("</a>")?;
            }
        }
    }
    Ok(())
}

impl fmt::Display for Native {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(lang) = &self.lang else { return self.write_words(out) };
        out.write_str("<span lang=\"")?;
        Html.write_escaped_str(&mut *out, lang)?;
        out.write_str("\" dir=\"auto\">")?;
        self.write_words(out)?;
        out.write_str("</span>")
    }
}

impl HtmlSafe for Native {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_another_language_say_so() {
        let hindi = Text::new("hi".parse().unwrap(), "<फ़ीड>");

        let native = Native::of(&hindi, Messages::english());

        assert_eq!(native.to_string(), "<span lang=\"hi\" dir=\"auto\">&#60;फ़ीड&#62;</span>");
        assert_eq!(Native::here("a < b").to_string(), "a &#60; b");
    }

    #[test]
    fn hard_sentences_are_marked_where_they_stand() {
        let words = "one two three four five six seven eight nine ten ".repeat(2);
        let text = Text::new("en".parse().unwrap(), format!("Short. {words}[1.5](#x) <more>. End."));

        let native = Native::of(&text, Messages::english()).marked(Messages::english(), &[]);
        let named =
            Native::of(&text, Messages::english()).marked(Messages::english(), &["one two three".to_owned()]);

        let link = "<a href=\"#cited-x\">1.5</a>";
        assert_eq!(
            native.to_string(),
            format!("Short. <mark class=\"hard\">{words}{link} &#60;more&#62;.</mark> End.")
        );
        assert!(!named.to_string().contains("mark"));
    }

    #[test]
    fn a_reference_becomes_a_link_to_the_published_number() {
        let text = Text::new("en".parse().unwrap(), "About [1,000](#stories) stories.");

        let native = Native::of(&text, Messages::english());

        assert_eq!(native.to_string(), "About <a href=\"#cited-stories\">1,000</a> stories.");
        assert_eq!(native.plain(), "About 1,000 stories.");
    }
}
