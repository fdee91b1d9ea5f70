//! How to cite a release.

use cards::words::Messages;
use registry::Release;

/// Months as BibTeX abbreviates them.
const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// An entry for a bibliography in BibTeX.
pub(super) fn bibtex(release: &Release, address: &str) -> String {
    let document = &release.document;
    let (name, version) = (&document.repository.name, document.version.to_string());
    let key: String = format!("{name}-{version}")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let (year, month, _) = day(release);
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).copied();
    let [title, author, version] =
        [name.to_string(), name.namespace().to_string(), version].map(|text| in_tex(&text));
    let month = month.map(|month| format!("  month   = {month},\n")).unwrap_or_default();
    format!(
        "@misc{{{key},\n  title   = {{{{{title}}}}},\n  author  = {{{{{author}}}}},\n  version = {{{version}}},\n  \
         year    = {{{year}}},\n{month}  url     = {{{address}}},\n  note    = {{{digest}}}\n}}",
        digest = release.digest,
    )
}

/// A `CITATION.cff` file (Citation File Format 1.2.0).
pub(super) fn citation_cff(release: &Release, address: &str, messages: &Messages) -> String {
    let document = &release.document;
    let name = &document.repository.name;
    let (year, month, day) = day(release);
    let kind = if document.kind == domain::Kind::Dataset { "dataset" } else { "software" };
    let mut lines = vec![
        "cff-version: 1.2.0".to_owned(),
        format!("message: {}", in_yaml(&messages.text("release-cff-message"))),
        format!("title: {}", in_yaml(&name.to_string())),
        format!("type: {kind}"),
        "authors:".to_owned(),
        format!("  - name: {}", in_yaml(name.namespace().as_str())),
        format!("version: {}", in_yaml(&document.version.to_string())),
        format!("date-released: {year}-{month}-{day}"),
        format!("url: {}", in_yaml(address)),
        "identifiers:".to_owned(),
        "  - type: other".to_owned(),
        format!("    value: {}", in_yaml(&release.digest.to_string())),
    ];
    // The format knows single licences, not expressions.
    if !document.license.as_str().contains([' ', '(']) {
        lines.push(format!("license: {}", document.license));
    }
    lines.join("\n")
}

/// Year, month and day of publication, with leading zeros.
fn day(release: &Release) -> (String, String, String) {
    let moment = release.document.published_at.to_string();
    let mut parts = moment.get(..10).unwrap_or_default().splitn(3, '-').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

fn in_tex(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            let escape = matches!(letter, '_' | '%' | '&' | '#' | '$' | '{' | '}').then_some('\\');
            escape.into_iter().chain([letter])
        })
        .collect()
}

/// A string in double quotes; JSON strings are YAML strings.
fn in_yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::release;

    #[test]
    fn a_release_is_cited_in_bibtex() {
        let entry = bibtex(&release(), "https://v.example/alice/tiny_x/releases/1.0.0");

        assert_eq!(
            entry.lines().take(6).collect::<Vec<_>>(),
            [
                "@misc{alice-tiny-x-1-0-0,",
                "  title   = {{alice/tiny\\_x}},",
                "  author  = {{alice}},",
                "  version = {1.0.0},",
                "  year    = {2026},",
                "  month   = nov,",
            ]
        );
    }

    #[test]
    fn a_release_is_cited_in_citation_cff() {
        let file = citation_cff(&release(), "https://v.example/x", Messages::english());

        assert!(file.starts_with("cff-version: 1.2.0\nmessage: \""), "{file}");
        assert!(
            file.contains("\ndate-released: 2026-11-22\n") && file.ends_with("\nlicense: Apache-2.0"),
            "{file}"
        );
    }
}
