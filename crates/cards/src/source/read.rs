//! Reads the whole file.

use domain::Language;

use super::hardness::HardWords;
use super::reader::{Reader, Spot};
use super::record::Record;
use super::words::{ONE_LINE, PARAGRAPH, SHORT, TITLE, UNIT};
use super::{
    Appeal, Author, Cited, Control, DataUse, Decides, Exposure, Field, Gaming, Group, ImpactAssessment,
    LegalBasis, ListsChoice, ModelChoice, NonProfiling, Operator, Risk, SCHEMA, Signal, Source, Step,
    SystemCard, Translation, Withheld, choice, claims, consistency, hardness, places, yaml,
};
use crate::Fault;

/// Most faults that are told at once.
const MAX_FAULTS: usize = 200;

/// Reads a `system-card.yaml`.
///
/// # Errors
/// Every fault that reading this file alone can show, in order of the lines; at most 200 and a count of the rest.
pub fn read(text: &str) -> Result<SystemCard, Vec<Fault>> {
    let root = yaml::read(text)?;
    let mut reader = Reader::new();
    let spot = Spot { node: &root, field: String::new() };
    let card = reader.record(&spot).map(card);
    if let Some(card) = &card {
        let numbers = claims::faults(&reader.statements, &card.cited, &card.proper_names);
        reader.faults.extend(numbers);
        let controls_told = reader.faults.iter().any(|fault| fault.field.starts_with("controls"));
        let doubled = |fault: &Fault| controls_told && fault.field == "no_controls_because";
        reader.faults.extend(consistency::faults(card).into_iter().filter(|fault| !doubled(fault)));
    }
    places::place_in(&root, reader.faults.iter_mut());
    card.filter(|_| reader.faults.is_empty()).ok_or_else(|| told(reader.faults))
}

/// The words of a `system-card.yaml` that are hard to read. Judged when a release is to be published, and never again:
/// what is published stays.
///
/// # Errors
/// As [`read`].
pub fn hard_words(text: &str) -> Result<HardWords, Vec<Fault>> {
    let names = read(text)?.proper_names;
    let root = yaml::read(text)?;
    let mut reader = Reader::new();
    let _known = reader.record(&Spot { node: &root, field: String::new() }).map(card);
    let HardWords { mut refused, mut warned } = hardness::judge(&reader.statements, &names);
    places::place_in(&root, refused.iter_mut());
    places::place_in(&root, warned.iter_mut());
    Ok(HardWords { refused: told(refused), warned: told(warned) })
}

/// In order of the lines, and not endlessly many.
fn told(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
    let more = faults.len().saturating_sub(MAX_FAULTS);
    faults.truncate(MAX_FAULTS);
    if more > 0 {
        faults.push(Fault::new("", format!("There are {more} more faults."), "Correct those above first."));
    }
    faults
}

/// Reads every part even where one fails, so that all faults are found. After a fault the card holds placeholders, and
/// [`read`] throws it away.
fn card(mut record: Record<'_, '_>) -> SystemCard {
    let it = &mut record;
    it.need(("schema", "`schema: vitrine/system-card/1`"), |r, s| r.choice(s, &[(SCHEMA, ())]));
    let card = SystemCard {
        language: language(it),
        slug: it.may("slug", |r, s| r.parsed(s, choice::word)),
        title: it.text(("title", "what the system is called"), TITLE),
        one_line: it.text(("one_line", "one sentence about what it does for a reader"), ONE_LINE),
        operator: it
            .need(("operator", "who runs the system: `{name: …}`"), Operator::read)
            .unwrap_or_default(),
        author: it.may("author", Author::read),
        surface: it.text(("surface", "where people meet the result, such as `Home feed`"), SHORT),
        regions: it
            .some(("regions", "where it runs, such as `[IN]`, or `[\"001\"]` for the world"), choice::region),
        audience: it.some(("audience", "a list of who sees the result"), |r, s| r.text(s, SHORT)),
        domain: it.may("domain", |r, s| r.choice(s, Field::NAMES)),
        purpose: it.text(("purpose", "what the system is for"), PARAGRAPH),
        who_is_affected: it.text(("who_is_affected", "whom its decisions touch"), PARAGRAPH),
        intended_use: it.may_text("intended_use", PARAGRAPH),
        out_of_scope: it.may_text("out_of_scope", PARAGRAPH),
        alternatives: it.may_text("alternatives", PARAGRAPH),
        decides: it.may("decides", |r, s| r.choice(s, Decides::NAMES)).unwrap_or_default(),
        score_unit: it.may_text("score_unit", UNIT),
        model: it.may("model", ModelChoice::read).unwrap_or_default(),
        value: it.may("value", choice::weights).unwrap_or_default(),
        lists: it
            .need(("lists", "`{made_up: true}` or `{made_up: false}`"), ListsChoice::read)
            .unwrap_or_default(),
        signals: it.some(("signals", "every input of the model in plain words"), Signal::read),
        groups: it.any("groups", Group::read),
        steps: it.some(("steps", "how the list comes about, step by step"), Step::read),
        controls: it
            .need(("controls", "what a person can do, or `[]`"), Control::read_all)
            .unwrap_or_default(),
        no_controls_because: it.may_text("no_controls_because", PARAGRAPH),
        non_profiling: it
            .need(("non_profiling", "`{available: …, how: …}`"), NonProfiling::read)
            .unwrap_or_default(),
        exposure: it.any("exposure", Exposure::read),
        limits: it.some(("limits", "a list of what the system cannot do"), |r, s| r.text(s, PARAGRAPH)),
        risks: it.some(("risks", "a list of `{name, who, harm, benefit, mitigation}`"), Risk::read),
        withheld: it
            .need(("withheld", "a list of `{what, why}`, or `[]`"), Withheld::read_all)
            .unwrap_or_default(),
        human_oversight: it.text(("human_oversight", "how people watch over the system"), PARAGRAPH),
        appeal: it.need(("appeal", "where to complain: `{how: …}`"), Appeal::read).unwrap_or_default(),
        legal_basis: it.any("legal_basis", LegalBasis::read),
        impact_assessments: it.any("impact_assessments", ImpactAssessment::read),
        data_used: it.some(("data_used", "a list of `{name, personal, retention}`"), DataUse::read),
        known_gaming: it.any("known_gaming", Gaming::read),
        cited: it.any("cited", Cited::read),
        sources: it.any("sources", Source::read),
        translations: it.any("translations", Translation::read),
        proper_names: it.any("proper_names", Reader::plain),
    };
    record.finish();
    card
}

/// The language of plain strings, which everything below needs to know.
fn language(record: &mut Record<'_, '_>) -> Language {
    let needed = ("language", "the language of your words, such as `en`");
    record.need(needed, Reader::card_language).unwrap_or_else(Language::english)
}
