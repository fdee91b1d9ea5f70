//! What a release says of itself: from the draft, and where that is silent from the front matter of `README.md`.

use std::collections::BTreeSet;
use std::str::FromStr;

use cards::Fault;
use domain::{Malformed, PreReleaseTest, Relation};

use crate::front_matter::{Field, FrontMatter, README};
use crate::text::plain;
use crate::{Facts, NewBase};

/// Longest text, in bytes.
const TEXT_BYTES: usize = 16 * 1024;
/// Longest label, in bytes.
const LABEL_BYTES: usize = 200;
/// Longest address, in bytes.
const ADDRESS_BYTES: usize = 2048;
/// Most languages, limits, risks or benefits.
const MOST: usize = 200;

/// The facts with what the front matter adds, checked. Every fault is added to `faults`.
pub(super) fn complete(given: &Facts, matter: &FrontMatter, faults: &mut Vec<Fault>) -> Facts {
    let mut facts = given.clone();
    add_license(&mut facts, matter, faults);
    add_languages(&mut facts, matter, faults);
    add_base(&mut facts, matter, faults);
    add_words(&mut facts, matter, faults);
    for (word, name) in [(&mut facts.pipeline_tag, "pipeline_tag"), (&mut facts.library_name, "library_name")]
    {
        let source = matter.field(name).filter(|_| word.is_none());
        if let Some(field) = source {
            *word = field.values.first().cloned();
        }
        check_label((name, source), word, faults);
    }
    for (words, name) in [(&mut facts.tags, "tags"), (&mut facts.datasets, "datasets")] {
        let source = matter.field(name).filter(|_| words.is_empty());
        if let Some(field) = source {
            words.clone_from(&field.values);
        }
        check_labels((name, source), words, faults);
    }
    check_texts(&mut facts, faults);
    facts
}

/// Texts and lists where the draft is silent.
fn add_words(facts: &mut Facts, matter: &FrontMatter, faults: &mut Vec<Fault>) {
    let texts = [
        (&mut facts.description, "description"),
        (&mut facts.family, "family"),
        (&mut facts.training_data, "training_data"),
        (&mut facts.energy, "energy"),
        (&mut facts.intended_use, "intended_use"),
        (&mut facts.announcement, "announcement"),
        (&mut facts.paper, "paper"),
        (&mut facts.starting_code, "starting_code"),
        (&mut facts.disclosure, "disclosure"),
    ];
    for (text, name) in texts.into_iter().filter(|(text, _)| text.is_none()) {
        *text = matter.value(name).map(str::to_owned);
    }
    let lists = [
        (&mut facts.out_of_scope, "out_of_scope"),
        (&mut facts.limits, "limits"),
        (&mut facts.risks, "risks"),
        (&mut facts.benefits, "benefits"),
    ];
    for (list, name) in lists.into_iter().filter(|(list, _)| list.is_empty()) {
        list.extend(matter.field(name).into_iter().flat_map(|field| field.values.iter().cloned()));
    }
    if let Some(field) = matter.field("variant").filter(|_| facts.variant.is_none()) {
        facts.variant = read_word(field, "variant", faults);
    }
}

fn add_license(facts: &mut Facts, matter: &FrontMatter, faults: &mut Vec<Fault>) {
    if facts.license.is_some() {
        return;
    }
    match matter.field("license") {
        Some(field) => facts.license = read_word(field, "license", faults),
        None => faults.push(Fault::new(
            "license",
            "The licence is missing.",
            "Give an SPDX expression such as `Apache-2.0` with the release, or as `license:` at the head of README.md.",
        )),
    }
}

fn add_languages(facts: &mut Facts, matter: &FrontMatter, faults: &mut Vec<Fault>) {
    if let Some(field) = matter.field("language").filter(|_| facts.languages.is_empty()) {
        for word in &field.values {
            let one = Field { line: field.line, values: vec![word.clone()] };
            facts.languages.extend(read_word(&one, "language", faults));
        }
    }
    facts.languages.sort();
    facts.languages.dedup();
}

fn add_base(facts: &mut Facts, matter: &FrontMatter, faults: &mut Vec<Fault>) {
    let Some(field) = matter.field("base_model").filter(|_| facts.base.is_none()) else { return };
    let stated = matter.field("base_model_relation");
    let relation = match stated {
        Some(stated) => read_word(stated, "base_model_relation", faults),
        // The Hub reads several bases as a merge and one as further training.
        None if field.values.len() > 1 => Some(Relation::Merge),
        None => Some(Relation::Finetune),
    };
    facts.base = relation.zip(field.values.first()).map(|(relation, release)| {
        let release = release.clone();
        NewBase { release, relation }
    });
}

/// The first value of a field of the front matter as a word.
fn read_word<W: FromStr<Err = Malformed>>(field: &Field, name: &str, faults: &mut Vec<Fault>) -> Option<W> {
    let text = field.values.first()?;
    match text.parse() {
        Ok(word) => Some(word),
        Err(malformed) => {
            faults.push(fault(name, &malformed).at(field.line).in_file(README));
            None
        }
    }
}

/// A malformed word as a fault, in two sentences.
fn fault(field: &str, malformed: &Malformed) -> Fault {
    let wrong = format!("`{}` is not {}.", malformed.found, malformed.what);
    let mut rule = malformed.rule.chars();
    let right = rule.next().map(|first| format!("{}{}.", first.to_uppercase(), rule.as_str()));
    Fault::new(field, wrong, right.unwrap_or_default())
}

fn check_texts(facts: &mut Facts, faults: &mut Vec<Fault>) {
    let Facts { description, intended_use, disclosure, family, training_data, energy, .. } = facts;
    for (field, text) in [
        ("description", description),
        ("intended_use", intended_use),
        ("disclosure", disclosure),
        ("family", family),
        ("training_data", training_data),
        ("energy", energy),
    ] {
        check_text(field, text, TEXT_BYTES, faults);
    }
    let Facts { announcement, paper, starting_code, .. } = facts;
    for (field, address) in
        [("announcement", announcement), ("paper", paper), ("starting_code", starting_code)]
    {
        check_text(field, address, ADDRESS_BYTES, faults);
        check_address(field, address.as_deref(), faults);
    }
    for (field, texts) in [
        ("limits", &mut facts.limits),
        ("risks", &mut facts.risks),
        ("benefits", &mut facts.benefits),
        ("out_of_scope", &mut facts.out_of_scope),
    ] {
        check_list(field, texts, faults);
    }
    check_tests(&mut facts.pre_release_tests, faults);
    if let Some(base) = &mut facts.base {
        let mut release = Some(std::mem::take(&mut base.release));
        check_text("base.release", &mut release, ADDRESS_BYTES, faults);
        base.release = release.unwrap_or_default();
        if base.release.is_empty() {
            faults.push(Fault::new(
                "base.release",
                "The base release has no name.",
                "Write `namespace/name@version`.",
            ));
        }
    }
}

fn check_tests(tests: &mut [PreReleaseTest], faults: &mut Vec<Fault>) {
    if tests.len() > MOST {
        let wrong = format!("There are {} entries.", tests.len());
        faults.push(Fault::new("pre_release_tests", wrong, format!("Write at most {MOST}.")));
        return;
    }
    for (place, test) in tests.iter_mut().enumerate() {
        let at = format!("pre_release_tests[{place}]");
        let mut kind = Some(std::mem::take(&mut test.kind));
        check_text(&format!("{at}.kind"), &mut kind, TEXT_BYTES, faults);
        test.kind = kind.unwrap_or_default();
        if test.kind.is_empty() {
            let right = "Say in a word or two what was tested, such as `red teaming`.";
            faults.push(Fault::new(format!("{at}.kind"), "The kind of test is missing.", right));
        }
        check_text(&format!("{at}.who"), &mut test.who, TEXT_BYTES, faults);
        check_list(&format!("{at}.findings"), &mut test.findings, faults);
    }
}

/// Trims a text; an empty one is none.
fn check_text(field: &str, text: &mut Option<String>, most_bytes: usize, faults: &mut Vec<Fault>) {
    let Some(given) = text.take() else { return };
    match plain("a text", &given, most_bytes) {
        Ok(kept) => *text = Some(kept).filter(|kept| !kept.is_empty()),
        Err(malformed) => faults.push(fault(field, &malformed)),
    }
}

/// A word that a release is found by: one line without spaces at its ends.
fn check_label((name, source): (&str, Option<&Field>), word: &mut Option<String>, faults: &mut Vec<Fault>) {
    let Some(given) = word.take() else { return };
    match plain("a label", &given, LABEL_BYTES) {
        Ok(kept) if kept.contains(['\n', '\r', '\t', '\u{2028}', '\u{2029}']) => {
            let wrong = format!("A label of `{name}` goes over several lines.");
            faults.push(placed(Fault::new(name, wrong, "Write it on one line."), source));
        }
        Ok(kept) => *word = Some(kept).filter(|kept| !kept.is_empty()),
        Err(malformed) => faults.push(placed(fault(name, &malformed), source)),
    }
}

fn check_labels((name, source): (&str, Option<&Field>), words: &mut Vec<String>, faults: &mut Vec<Fault>) {
    if words.len() > MOST {
        let wrong = format!("There are {} entries.", words.len());
        faults.push(placed(Fault::new(name, wrong, format!("Write at most {MOST}.")), source));
        return;
    }
    let given = std::mem::take(words);
    let mut seen = BTreeSet::new();
    for word in given {
        let mut word = Some(word);
        check_label((name, source), &mut word, faults);
        words.extend(word.filter(|word| seen.insert(word.clone())));
    }
}

/// A fault with its line, where the value came from the front matter.
fn placed(fault: Fault, source: Option<&Field>) -> Fault {
    match source {
        Some(field) => fault.at(field.line).in_file(README),
        None => fault,
    }
}

fn check_address(field: &str, address: Option<&str>, faults: &mut Vec<Fault>) {
    let Some(address) = address else { return };
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
        let wrong = format!("`{address}` is no web address.");
        faults.push(Fault::new(field, wrong, "Write one that begins with https://."));
    }
}

fn check_list(field: &str, texts: &mut Vec<String>, faults: &mut Vec<Fault>) {
    if texts.len() > MOST {
        let wrong = format!("There are {} entries.", texts.len());
        faults.push(Fault::new(field, wrong, format!("Write at most {MOST}.")));
        return;
    }
    let given = std::mem::take(texts);
    for (place, text) in given.into_iter().enumerate() {
        let mut text = Some(text);
        check_text(&format!("{field}[{place}]"), &mut text, TEXT_BYTES, faults);
        texts.extend(text);
    }
}
