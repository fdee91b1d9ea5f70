//! What every page has around it, and the words it speaks.

use std::fmt;

use actix_web::HttpRequest;
use askama::filters::{Escaper, Html, HtmlSafe};
use cards::words::{Messages, Saying, State, Value};
use domain::Language;

use super::assets;
use crate::language;

/// The frame of one page.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) messages: &'static Messages,
    /// The address without language.
    path: String,
    /// The language that the reader chose in the address, so that links keep it.
    chosen: Option<Language>,
}

/// An entry of the main navigation.
pub(super) struct Door {
    pub(super) path: &'static str,
    pub(super) message: &'static str,
    pub(super) is_here: bool,
}

/// The same page in another language.
pub(super) struct Other {
    pub(super) path: String,
    pub(super) tag: String,
    pub(super) name: String,
    pub(super) is_here: bool,
}

/// A message on its way into HTML: escaped, and marked where it is English for want of a translation.
pub(super) struct Said<'a>(Saying<'a>);

impl Frame {
    /// The frame of the page that a request asks for.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let chosen = request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="));
        Self {
            messages: language::of(request),
            path: request.path().to_owned(),
            chosen: chosen.and_then(|tag| tag.parse().ok()),
        }
    }

    /// A frame in a language, for an address.
    pub(super) fn new(messages: &'static Messages, path: &str) -> Self {
        Self { messages, path: path.to_owned(), chosen: None }
    }

    /// Says a message inside HTML.
    pub(super) fn say<'a>(&self, id: &'a str) -> Said<'a> {
        Said(self.messages.say(id))
    }

    /// Says a message where no element can stand, such as a title.
    pub(super) fn plain(&self, id: &str) -> String {
        self.messages.text(id)
    }

    /// The tag of the page's language.
    pub(super) fn language(&self) -> String {
        self.messages.language().to_string()
    }

    /// Whether readers must be told that no person has looked at the words.
    pub(super) fn is_machine_translated(&self) -> bool {
        self.messages.state() == State::Machine
    }

    /// `ltr` or `rtl`.
    pub(super) fn direction(&self) -> &'static str {
        self.messages.direction()
    }

    /// The address of the style sheet; it changes when the sheet does.
    #[expect(clippy::unused_self, reason = "templates ask the frame for everything around a page")]
    pub(super) fn style(&self) -> &'static str {
        assets::style_path()
    }

    /// The language that links must keep.
    pub(super) fn chosen(&self) -> Option<String> {
        self.chosen.as_ref().map(Language::to_string)
    }

    /// An address of this site in the language that the reader chose.
    pub(super) fn to(&self, path: &str) -> String {
        match &self.chosen {
            None => path.to_owned(),
            Some(language) => with_language(path, &language.to_string()),
        }
    }

    /// The main navigation.
    pub(super) fn doors(&self) -> Vec<Door> {
        [("/cards", "nav-cards"), ("/releases", "nav-releases"), ("/log", "nav-log"), ("/docs", "nav-docs")]
            .into_iter()
            .map(|(path, message)| Door { path, message, is_here: self.path == path })
            .collect()
    }

    /// This page in every language.
    pub(super) fn languages(&self) -> Vec<Other> {
        Messages::all()
            .map(|messages| {
                let tag = messages.language().to_string();
                Other {
                    path: with_language(&self.path, &tag),
                    name: messages.name().to_owned(),
                    is_here: *messages.language() == *self.messages.language(),
                    tag,
                }
            })
            .collect()
    }
}

fn with_language(path: &str, tag: &str) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, part)| (path, Some(part)));
    let joint = if path.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|part| format!("#{part}")).unwrap_or_default();
    format!("{path}{joint}lang={tag}{fragment}")
}

impl<'a> Said<'a> {
    /// The same message with one more argument.
    pub(super) fn with(self, name: &'a str, value: impl Into<Value<'a>>) -> Self {
        Self(self.0.with(name, value))
    }
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phrase = self.0.phrase();
        if phrase.is_fallback {
            out.write_str("<span lang=\"en\">")?;
            Html.write_escaped_str(&mut *out, &phrase.text)?;
            return out.write_str("</span>");
        }
        Html.write_escaped_str(out, &phrase.text)
    }
}

impl HtmlSafe for Said<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_language_stays_in_links() {
        let request = actix_web::test::TestRequest::with_uri("/cards?search=a&lang=en").to_http_request();
        let frame = Frame::of(&request);

        assert_eq!(frame.to("/docs"), "/docs?lang=en");
        assert_eq!(frame.to("/cards?cursor=1#top"), "/cards?cursor=1&lang=en#top");
        assert_eq!(Frame::new(Messages::english(), "/").to("/docs"), "/docs");
        assert!(frame.doors().iter().any(|door| door.path == "/cards" && door.is_here));
    }

    #[test]
    fn what_is_said_is_escaped() {
        let frame = Frame::new(Messages::english(), "/");

        let said = frame.say("search-none").with("words", "<b>").to_string();

        assert!(said.contains("&#60;b&#62;") && !said.contains("<b>"), "{said}");
    }
}
