//! A release in plain words: what it is for, in which languages, under which terms, how large.

use cards::words::Messages;
use domain::{Kind, Language, ReleaseDocument, Variant};
use registry::{ExaminationState, KeptExamination};

/// A question about a release and its answer.
pub(super) struct Answer {
    pub(super) question: &'static str,
    pub(super) lines: Vec<Sentence>,
}

/// A sentence of an answer.
pub(super) struct Sentence {
    pub(super) text: String,
    /// Where the figure in it stands in the examination (RFC 6901), if there is one.
    pub(super) pointer: Option<&'static str>,
}

impl Sentence {
    fn said(text: impl Into<String>) -> Self {
        Self { text: text.into(), pointer: None }
    }
}

/// The licences that can be told in one sentence, by their SPDX ids.
const LICENSES: &[(&str, &[&str])] = &[
    ("licence-free", &["CC0-1.0", "Unlicense", "0BSD", "PDDL-1.0", "MIT-0", "WTFPL"]),
    (
        "licence-notice",
        &[
            "Apache-2.0",
            "MIT",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "ISC",
            "Zlib",
            "BSL-1.0",
            "Artistic-2.0",
            "MS-PL",
        ],
    ),
    (
        "licence-name",
        &[
            "CC-BY-2.0",
            "CC-BY-2.5",
            "CC-BY-3.0",
            "CC-BY-4.0",
            "ODC-By-1.0",
            "CDLA-Permissive-1.0",
            "CDLA-Permissive-2.0",
        ],
    ),
    (
        "licence-same-terms",
        &[
            "GPL-2.0-only",
            "GPL-2.0-or-later",
            "GPL-3.0-only",
            "GPL-3.0-or-later",
            "AGPL-3.0-only",
            "AGPL-3.0-or-later",
            "LGPL-2.1-only",
            "LGPL-2.1-or-later",
            "LGPL-3.0-only",
            "LGPL-3.0-or-later",
            "MPL-2.0",
            "EPL-2.0",
            "EUPL-1.2",
            "CC-BY-SA-3.0",
            "CC-BY-SA-4.0",
            "ODbL-1.0",
            "OSL-3.0",
        ],
    ),
    (
        "licence-no-money",
        &["CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"],
    ),
    ("licence-no-change", &["CC-BY-ND-3.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0"]),
];

/// The first things that people ask about a release.
pub(super) fn answers(
    document: &ReleaseDocument,
    examination: &ExaminationState,
    messages: &Messages,
) -> Vec<Answer> {
    let said = |texts: &[String], missing: &str| -> Vec<Sentence> {
        if texts.is_empty() {
            return vec![Sentence::said(messages.text(missing))];
        }
        texts.iter().map(Sentence::said).collect()
    };
    let mut answers = vec![
        Answer { question: "ask-for", lines: purpose(document, messages) },
        Answer { question: "ask-not-for", lines: said(&document.out_of_scope, "answer-not-said") },
        Answer {
            question: "ask-languages",
            lines: vec![Sentence::said(languages(&document.languages, messages))],
        },
        Answer { question: "ask-terms", lines: vec![Sentence::said(terms(document, messages))] },
    ];
    let training: Vec<String> =
        document.training_data.iter().cloned().chain(data_sets(document, messages)).collect();
    answers.push(Answer { question: "ask-learnt", lines: said(&training, "answer-not-said") });
    let family = family(document, messages);
    if !family.is_empty() {
        answers.push(Answer { question: "ask-family", lines: family });
    }
    if let ExaminationState::Ready(kept) = examination {
        let size = size(kept, messages);
        if !size.is_empty() {
            answers.push(Answer { question: "ask-size", lines: size });
        }
        if let Some(given) = given(kept, messages) {
            answers.push(Answer { question: "ask-samples", lines: vec![given] });
        }
    }
    answers
}

fn purpose(document: &ReleaseDocument, messages: &Messages) -> Vec<Sentence> {
    if let Some(stated) = &document.intended_use {
        return vec![Sentence::said(stated)];
    }
    let task = document.pipeline_tag.as_deref().unwrap_or_default();
    let known = match (document.kind, task) {
        (Kind::Ranking, _) | (_, "text-ranking") => "task-ranking",
        (Kind::Dataset, _) => "task-dataset",
        (_, "text-generation" | "text2text-generation") => "task-text",
        (_, "translation") => "task-translation",
        (_, "summarization") => "task-summary",
        (
            _,
            "text-classification"
            | "image-classification"
            | "tabular-classification"
            | "token-classification",
        ) => "task-class",
        (_, "tabular-regression") => "task-number",
        (_, "feature-extraction" | "sentence-similarity") => "task-meaning",
        (_, "question-answering") => "task-questions",
        (_, "automatic-speech-recognition") => "task-speech",
        (_, "text-to-speech" | "text-to-audio") => "task-voice",
        (_, "text-to-image" | "image-to-image") => "task-pictures",
        _ => "answer-not-said",
    };
    vec![Sentence::said(messages.text(known))]
}

fn languages(languages: &[Language], messages: &Messages) -> String {
    if languages.is_empty() {
        return messages.text("answer-no-language");
    }
    languages.iter().map(|language| language_name(language, messages)).collect::<Vec<_>>().join(", ")
}

/// The name of a language in the language of the page; its tag where we know no name.
pub(super) fn language_name(language: &Language, messages: &Messages) -> String {
    const KNOWN: &[(&str, &str)] = &[
        ("ar", "tongue-ar"),
        ("as", "tongue-as"),
        ("bn", "tongue-bn"),
        ("brx", "tongue-brx"),
        ("de", "tongue-de"),
        ("doi", "tongue-doi"),
        ("en", "tongue-en"),
        ("es", "tongue-es"),
        ("fr", "tongue-fr"),
        ("gu", "tongue-gu"),
        ("hi", "tongue-hi"),
        ("id", "tongue-id"),
        ("it", "tongue-it"),
        ("ja", "tongue-ja"),
        ("kn", "tongue-kn"),
        ("ko", "tongue-ko"),
        ("kok", "tongue-kok"),
        ("ks", "tongue-ks"),
        ("mai", "tongue-mai"),
        ("ml", "tongue-ml"),
        ("mni", "tongue-mni"),
        ("mr", "tongue-mr"),
        ("ne", "tongue-ne"),
        ("nl", "tongue-nl"),
        ("or", "tongue-or"),
        ("pa", "tongue-pa"),
        ("pt", "tongue-pt"),
        ("ru", "tongue-ru"),
        ("sa", "tongue-sa"),
        ("sat", "tongue-sat"),
        ("sd", "tongue-sd"),
        ("sw", "tongue-sw"),
        ("ta", "tongue-ta"),
        ("te", "tongue-te"),
        ("th", "tongue-th"),
        ("tr", "tongue-tr"),
        ("ur", "tongue-ur"),
        ("vi", "tongue-vi"),
        ("zh", "tongue-zh"),
    ];
    let tag = language.to_string();
    let (base, rest) = tag.split_once('-').map_or((tag.as_str(), None), |(base, rest)| (base, Some(rest)));
    match (KNOWN.iter().find(|(known, _)| *known == base), rest) {
        (Some((_, message)), None) => messages.text(message),
        (Some((_, message)), Some(rest)) => format!("{} ({rest})", messages.text(message)),
        (None, _) => tag,
    }
}

fn terms(document: &ReleaseDocument, messages: &Messages) -> String {
    let id = document.license.as_str();
    let known = LICENSES.iter().find(|(_, ids)| ids.contains(&id)).map(|(message, _)| *message);
    messages.say(known.unwrap_or("licence-other")).with("licence", id).to_string()
}

fn data_sets(document: &ReleaseDocument, messages: &Messages) -> Option<String> {
    (!document.datasets.is_empty())
        .then(|| messages.say("answer-data-sets").with("names", document.datasets.join(", ")).to_string())
}

fn family(document: &ReleaseDocument, messages: &Messages) -> Vec<Sentence> {
    let mut lines = Vec::new();
    if let Some(family) = &document.family {
        lines.push(Sentence::said(messages.say("answer-family").with("family", family.as_str()).to_string()));
    }
    match document.variant {
        Some(Variant::Pretrained) => lines.push(Sentence::said(messages.text("answer-pretrained"))),
        Some(Variant::FineTuned) => lines.push(Sentence::said(messages.text("answer-fine-tuned"))),
        None => {}
    }
    lines
}

fn size(kept: &KeptExamination, messages: &Messages) -> Vec<Sentence> {
    let Some(parameters) = kept.examination.parameters() else { return Vec::new() };
    let mut lines = Vec::new();
    let said = messages.say("answer-parameters").with("count", parameters).to_string();
    lines.push(Sentence { text: said, pointer: Some("/models") });
    if let Some(milliseconds) = kept.run.as_ref().and_then(|run| run.median_milliseconds) {
        let shown = messages.number(milliseconds);
        lines.push(Sentence::said(messages.say("answer-time").with("time", shown).to_string()));
    }
    lines
}

/// How many samples gave the published answer.
fn given(kept: &KeptExamination, messages: &Messages) -> Option<Sentence> {
    let samples = kept.examination.samples.as_ref().filter(|samples| samples.ran > 0)?;
    let said = messages.say("samples-gave").with("same", samples.same).with("ran", samples.ran);
    Some(Sentence { text: said.to_string(), pointer: Some("/samples/same") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_licence_that_has_a_sentence_is_an_spdx_id() {
        for id in LICENSES.iter().flat_map(|(_, ids)| *ids) {
            assert_eq!(id.parse::<domain::License>().unwrap().as_str(), *id);
        }
    }

    #[test]
    fn languages_have_names_and_regions_stay_with_them() {
        let name = |tag: &str| language_name(&tag.parse().unwrap(), Messages::english());
        assert_eq!(name("hi"), "Hindi");
        assert_eq!(name("pt-BR"), "Portuguese (BR)");
        assert_eq!(name("mul"), "mul");
    }
}
