//! Markdown as HTML: our own documents, and what strangers wrote.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use ammonia::{UrlRelative, UrlRelativeEvaluate};
use comrak::Options;
use domain::RepositoryName;

use super::lines::repository_path;
use crate::address::encoded;

/// Most bytes of a README that are shown.
const LONGEST_BYTES: usize = 512 * 1024;
/// How deep quotes and lists of a README may lie in each other; deeper ones are shown as written.
const DEEPEST: usize = 64;
/// Elements that a README may have.
const ELEMENTS: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// One of our own documents as HTML.
pub(super) fn document(text: &str) -> String {
    comrak::markdown_to_html(text, &options())
}

/// A README of a repository as HTML that can do no harm: no raw HTML, no style, no script, links into the repository or
/// out to the web only, pictures from the repository only. Its headings begin one level lower, below the page's own.
pub(super) fn readme(text: &str, repository: &RepositoryName, revision: &str) -> String {
    let text = shortened(without_front_matter(text), LONGEST_BYTES);
    if depth(text) > DEEPEST {
        let mut escaped = String::from("<pre>");
        escaped.push_str(&ammonia::clean_text(text));
        escaped.push_str("</pre>");
        return escaped;
    }
    let html = lowered(&comrak::markdown_to_html(text, &options()));
    let base = format!("{}/resolve/{}/", repository_path(repository), encoded(revision));
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(ELEMENTS.iter().copied().collect())
        .add_tag_attributes("a", ["href", "title"])
        .add_tag_attributes("img", ["src", "alt", "title"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("th", ["align"])
        .add_tag_attributes("td", ["align"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Custom(Box::new(Inside { base })))
        .link_rel(Some("nofollow ugc noopener"))
        .attribute_filter(|element, attribute, value| {
            let outside = element == "img" && attribute == "src" && value.contains(':');
            (!outside).then_some(Cow::Borrowed(value))
        })
        .clean_content_tags(HashSet::from(["script", "style"]));
    cleaner.clean(&html).to_string()
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.image_url_rewriter = None::<Arc<dyn comrak::options::URLRewriter>>;
    options.render.r#unsafe = false;
    options.render.escape = true;
    options
}

/// Makes relative addresses lead into the repository; those that would leave it lead nowhere.
struct Inside {
    /// The address below which the files of the repository lie.
    base: String,
}

impl UrlRelativeEvaluate<'_> for Inside {
    fn evaluate<'url>(&self, address: &'url str) -> Option<Cow<'url, str>> {
        if address.starts_with('#') {
            return Some(Cow::Borrowed(address));
        }
        let path = address.strip_prefix("./").unwrap_or(address);
        let leaves = path.starts_with(['/', '\\']) || path.split(['/', '\\']).any(|part| part == "..");
        (!leaves && !path.contains(':')).then(|| Cow::Owned(format!("{}{path}", self.base)))
    }
}

/// The text after a YAML front matter.
fn without_front_matter(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return text };
    rest.split_once("\n---").and_then(|(_, after)| after.split_once('\n')).map_or(text, |(_, body)| body)
}

fn shortened(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

/// How deep the deepest line is quoted or indented, roughly.
fn depth(text: &str) -> usize {
    let marks = |line: &str| {
        let lead = line.len() - line.trim_start_matches([' ', '\t', '>', '-', '*', '+']).len();
        lead / 2
    };
    text.lines().map(marks).max().unwrap_or_default()
}

/// Headings one level lower: the page has its own first heading.
fn lowered(html: &str) -> String {
    let mut html = html.to_owned();
    for level in (1..=5).rev() {
        let next = level + 1;
        html = html.replace(&format!("<h{level}>"), &format!("<h{next}>"));
        html = html.replace(&format!("</h{level}>"), &format!("</h{next}>"));
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        readme(text, &"alice/tiny".parse().unwrap(), "main")
    }

    #[test]
    fn a_readme_is_shown_with_lower_headings_and_without_front_matter() {
        let html = shown("---\nlicense: cc0-1.0\n---\n# Tiny\n\nA *small* model.\n\n## Use\n");

        assert_eq!(html, "<h2>Tiny</h2>\n<p>A <em>small</em> model.</p>\n<h3>Use</h3>\n");
    }

    #[test]
    fn links_of_a_readme_stay_in_the_repository_or_say_that_they_leave() {
        let html = shown("[a](docs/a.md) [b](https://b.example) ![c](./c.png) ![d](https://d.example/d.png)");

        assert!(html.contains("href=\"/alice/tiny/resolve/main/docs/a.md\""), "{html}");
        assert!(html.contains("href=\"https://b.example\" rel=\"nofollow ugc noopener\""), "{html}");
        assert!(html.contains("src=\"/alice/tiny/resolve/main/c.png\""), "{html}");
        assert!(!html.contains("d.example"), "{html}");
    }

    #[test]
    fn a_hostile_readme_can_do_nothing() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](JaVaScRiPt:alert(1))",
            "![x](\"onerror=\"alert(1))",
            "<a href=\"x\" style=\"position:fixed\" class=\"brand\" id=\"content\">x</a>",
            "[x](../../../api/v1/releases)",
            "[x](//evil.example)",
            "<svg><style><a title=\"</style><img src=x onerror=alert(1)>\">",
        ] {
            let html = shown(hostile);
            let dom = scraper::Html::parse_fragment(&html);
            for element in dom.tree.values().filter_map(scraper::Node::as_element) {
                assert!(!["script", "style", "svg", "iframe"].contains(&element.name()), "{html}");
                for (name, value) in element.attrs() {
                    assert!(["href", "src", "alt", "title", "rel"].contains(&name), "{name} in {html}");
                    let leads = value.to_lowercase();
                    assert!(!leads.contains("javascript:") && !leads.contains("data:"), "{html}");
                    assert!(!leads.contains("..") && !leads.starts_with("//"), "{html}");
                }
            }
        }
    }

    #[test]
    fn a_huge_or_deep_readme_ends() {
        assert!(shown(&">".repeat(600_000)).len() < 4_000_000);
        assert!(shown(&"[".repeat(100_000)).len() < 2_000_000);
        assert!(shown(&"é".repeat(400_000)).len() < 2 * LONGEST_BYTES);
        assert!(shown(&"- ".repeat(50_000)).contains("<pre>"));
    }
}
