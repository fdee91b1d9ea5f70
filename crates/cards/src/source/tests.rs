use insta::assert_snapshot;

use super::*;
use crate::Fault;

const EXAMPLE: &str = include_str!("../../../../collection/example-social-feed/system-card.yaml");

const SMALL: &str = r#"schema: vitrine/system-card/1
language: en
title: Small feed
one_line: Decides what you see first.
operator: {name: Example}
surface: Home
regions: [IN, "001"]
audience: [everyone]
purpose: Puts new posts first.
who_is_affected: Readers and authors.
lists: {made_up: true}
signals:
  - {id: age, column: age, plain_name: Age, plain_help: Hours since posting, unit: hours, source: the clock, uses_profile: false, sensitive: false, mutable_by: no_one, reason_for_importance: New posts matter.}
steps:
  - {kind: show, title: Show, plain: Posts are shown in order.}
controls: []
no_controls_because: There is nothing to set.
non_profiling: {available: false, how: It uses no profile.}
limits: [It looks at age alone.]
risks:
  - {name: Old posts, who: Authors, harm: Old posts sink., benefit: Readers see news., mitigation: None.}
withheld: []
human_oversight: None.
appeal: {how: Write to us.}
data_used:
  - {name: Posts, personal: false, retention: Kept.}
"#;

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// The faults of the small card after replacing a part of it.
#[track_caller]
fn faults_after(part: &str, replacement: &str) -> String {
    assert!(SMALL.contains(part), "{part}");
    told(&read(&SMALL.replacen(part, replacement, 1)).expect_err("the card was accepted"))
}

#[test]
fn the_example_is_accepted() {
    let card = read(EXAMPLE).unwrap_or_else(|faults| panic!("{}", told(&faults)));

    assert_eq!(card.signals.len(), 24);
    assert_eq!(card.model.output.as_deref(), Some("score"));
    assert_eq!(card.signals.iter().filter(|signal| signal.unit.is_none()).count(), 9);
    assert!(
        matches!(&card.controls[1].effect, Effect::Remove(condition) if condition.to_string() == "video_seconds > 60")
    );
}

#[test]
fn a_card_survives_json() {
    let card = read(SMALL).unwrap();

    let json = serde_json::to_string(&card).unwrap();

    assert_eq!(serde_json::from_str::<SystemCard>(&json).unwrap(), card);
}

#[test]
fn texts_may_be_given_in_several_languages() {
    let card = read(&SMALL.replace("title: Small feed", "title: {en: Small feed, hi: छोटी फ़ीड}")).unwrap();

    assert_eq!(card.title.in_language(&"hi".parse().unwrap()), Some("छोटी फ़ीड"));
    assert_snapshot!(faults_after("title: Small feed", "title: {hi: छोटी फ़ीड, klingon!: x}"), @r"
    line 3, title.klingon!: `klingon!` is no language. Write a tag such as `en` or `hi`: write a BCP 47 tag such as `en`, `hi` or `sd-Arab` (Parser error: The given language subtag is invalid).
    line 3, title: The text in the card's language, `en`, is missing. Write `en: …`.
    ");
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let faults = told(&read("schema: vitrine/system-card/1\nlanguage: en\n").unwrap_err());

    assert_snapshot!(faults, @r#"
    line 1, title: This is missing. Write what the system is called.
    line 1, one_line: This is missing. Write one sentence about what it does for a reader.
    line 1, operator: This is missing. Write who runs the system: `{name: …}`.
    line 1, surface: This is missing. Write where people meet the result, such as `Home feed`.
    line 1, regions: This is missing. Write where it runs, such as `[IN]`, or `["001"]` for the world.
    line 1, audience: This is missing. Write a list of who sees the result.
    line 1, purpose: This is missing. Write what the system is for.
    line 1, who_is_affected: This is missing. Write whom its decisions touch.
    line 1, lists: This is missing. Write `{made_up: true}` or `{made_up: false}`.
    line 1, signals: This is missing. Write every input of the model in plain words.
    line 1, steps: This is missing. Write how the list comes about, step by step.
    line 1, controls: This is missing. Write what a person can do, or `[]`.
    line 1, non_profiling: This is missing. Write `{available: …, how: …}`.
    line 1, limits: This is missing. Write a list of what the system cannot do.
    line 1, risks: This is missing. Write a list of `{name, who, harm, benefit, mitigation}`.
    line 1, withheld: This is missing. Write a list of `{what, why}`, or `[]`.
    line 1, human_oversight: This is missing. Write how people watch over the system.
    line 1, appeal: This is missing. Write where to complain: `{how: …}`.
    line 1, data_used: This is missing. Write a list of `{name, personal, retention}`.
    "#);
}

#[test]
fn unknown_fields_are_named_with_the_nearest_known_one() {
    assert_snapshot!(faults_after("title: Small feed", "titel: Small feed"), @r"
    line 1, title: This is missing. Write what the system is called.
    line 3, titel: `titel` is no known field. Did you mean `title`?
    ");
    assert_snapshot!(faults_after("unit: hours", "unit: hours, colour: red"), @"line 13, signals[0].colour: `colour` is no known field. Known here: id, column, input, index, plain_name, plain_help, unit, group, source, uses_profile, sensitive, mutable_by, neutral, reason_for_importance.");
}

#[test]
fn values_of_another_kind_say_what_would_be_right() {
    assert_snapshot!(faults_after("uses_profile: false", "uses_profile: nope"), @"line 13, signals[0].uses_profile: `nope` does not fit here. Write one of `true`, `false`.");
    assert_snapshot!(faults_after("mutable_by: no_one", "mutable_by: god"), @"line 13, signals[0].mutable_by: `god` does not fit here. Write one of `reader`, `author`, `operator`, `no_one`.");
    assert_snapshot!(faults_after("limits: [It looks at age alone.]", "limits: []"), @"line 19, limits: The list is empty. Write at least one item.");
    assert_snapshot!(faults_after("operator: {name: Example}", "operator: Example"), @"line 5, operator: This is a single value, not a mapping. Write `key: value` lines below it.");
    assert_snapshot!(faults_after("audience: [everyone]", "audience: everyone"), @"line 8, audience: This is a single value, not a list. Write each item on a line that starts with `- `, or `[]` for none.");
    assert_snapshot!(faults_after("title: Small feed", "title: [a]"), @"line 3, title: This is a list, not text. Write words. Put them in quotes if they hold a colon.");
    assert_snapshot!(faults_after("title: Small feed", "title:"), @"line 3, title: The text is empty. Write words for readers.");
    assert_snapshot!(faults_after("regions: [IN, \"001\"]", "regions: [India]"), @r#"line 7, regions[0]: `India` does not fit here. Write a country code such as `IN`, or `"001"` for the world."#);
    assert_snapshot!(faults_after("appeal: {how: Write to us.}", "appeal: {how: Write to us., url: example.org, days: -1}"), @r"
    line 24, appeal.url: `example.org` does not fit here. Write an address that starts with `https://`.
    line 24, appeal.days: `-1` does not fit here. Write a whole number from 0.
    ");
    assert_snapshot!(faults_after("schema: vitrine/system-card/1", "schema: vitrine/system-card/2\nslug: Small Feed"), @r"
    line 1, schema: `vitrine/system-card/2` does not fit here. Write one of `vitrine/system-card/1`.
    line 2, slug: `Small Feed` does not fit here. Write 2 to 64 lower-case letters, digits and single hyphens, such as `example-social-feed`.
    ");
    assert_snapshot!(faults_after("withheld: []", "withheld: [{what: A, why: B, until: 2026-02-30}]"), @"line 22, withheld[0].until: `2026-02-30` does not fit here. Write a day such as `2026-11-22`.");
    assert_snapshot!(faults_after("lists: {made_up: true}", "lists: {made_up: true, file: data/reference.csv}\nmodel: {file: ../model.onnx}"), @r"
    line 11, lists.file: `data/reference.csv` does not fit here. Write a file at the root whose name ends in .csv or .parquet.
    line 12, model.file: `../model.onnx` does not fit here. Write a file at the root whose name ends in .onnx.
    ");
}

#[test]
fn long_texts_are_counted_without_their_references() {
    let cited = "cited: [{id: n, value: 1000, unit: posts, source_url: \"https://example.org\", commit_or_date: 2026-01-01, locator: page}]\n";
    let title = |letters| format!("title: {}", "a".repeat(letters));
    assert!(read(&SMALL.replace("title: Small feed", &title(60))).is_ok());
    assert_snapshot!(faults_after("title: Small feed", &title(61)), @"line 3, title: The text has 61 characters. Write at most 60.");
    let line = format!("one_line: \"{} [1,000](#n)\"", "a".repeat(134));
    assert!(read(&(SMALL.replace("one_line: Decides what you see first.", &line) + cited)).is_ok());
    assert_snapshot!(faults_after("title: Small feed", &title(20_000)), @"line 3, title: The text is far too long. Write at most 60 characters.");
}

#[test]
fn numbers_in_claims_need_a_source() {
    assert_snapshot!(faults_after("purpose: Puts new posts first.", "purpose: Looks at 1000 posts and [500](#posts)."), @r"
    line 9, purpose: `1000` is a number without a source. Add it to `cited` and write `[number](#id)`, or say it in words without a number.
    line 9, purpose: `#posts` is no id in `cited`. Add the number to `cited`, or name one that is there.
    ");
    assert!(read(&SMALL.replace("Hours since posting", "Posts of the last 30 days")).is_ok());
    assert!(
        read(&(SMALL.replace("New posts matter", "Route 66 posts matter") + "proper_names: [Route 66]\n"))
            .is_ok()
    );
}

#[test]
fn effects_are_one_of_four() {
    let control = |effect: &str| {
        faults_after(
            "controls: []\nno_controls_because: There is nothing to set.",
            &format!("controls: [{{id: a, plain: Do it, where: Here, effect: {effect}}}]"),
        )
    };
    assert_snapshot!(control("{}"), @"line 16, controls[0].effect: A control has one effect; 0 are given. Write one of `set`, `remove`, `switch`, `outside`.");
    assert_snapshot!(control("{outside: true, remove: \"age > 3\"}"), @"line 16, controls[0].effect: A control has one effect; 2 are given. Write one of `set`, `remove`, `switch`, `outside`.");
    assert_snapshot!(control("{set: {height: 1}}"), @"line 16, controls[0].effect.set: `height` is no signal. Name the `id` of a signal.");
    assert_snapshot!(control("{set: {}}"), @"line 16, controls[0].effect.set: This is empty. Write `{NAME: NUMBER}`.");
    assert_snapshot!(control("{set: {age: old}}"), @"line 16, controls[0].effect.set.age: `old` does not fit here. Write a number such as `24` or `0.5`.");
    assert_snapshot!(control("{remove: age >}"), @r#"line 16, controls[0].effect.remove: `age >` does not fit here. At character 6: Expected a column, a number or a "text"."#);
    assert_snapshot!(control("{switch: a/b@1}"), @"line 16, controls[0].effect.switch: `a/b@1` does not fit here. Write the name of an output, or a release such as `ns/name@1.0.0`: write a semantic version such as `1.2.0` or `2.0.0-rc.1` (unexpected end of input while parsing major version number).");
    let card = read(&SMALL.replace(
        "controls: []\n",
        "controls: [{id: a, plain: Do, where: Here, effect: {switch: ns/name@1.0.0}, in_lists: age > 3}]\n",
    ));
    assert!(
        matches!(&card.unwrap().controls[0].effect, Effect::Switch(Switch::Release { version, .. }) if version.to_string() == "1.0.0")
    );
}

#[test]
fn parts_must_fit_each_other() {
    assert_snapshot!(faults_after("no_controls_because: There is nothing to set.\n", ""), @"line 1, no_controls_because: There are no controls and no reason is given. Say why a person can do nothing.");
    assert_snapshot!(faults_after("title: Small feed", "title: Small feed\ndecides: score"), @"line 1, score_unit: A system that decides a score needs the unit of its score. Write it, such as `points`.");
    let optional = SMALL.replace("available: false", "available: true");
    assert!(read(&optional).is_ok());
    let profiled = optional.replace("uses_profile: false", "uses_profile: true");
    assert_snapshot!(told(&read(&profiled).unwrap_err()), @"line 18, non_profiling.effect: The option without profiling is said to exist, but not what it does. Write it as for a control, or `{outside: true}`.");
    assert_snapshot!(faults_after("unit: hours", "unit: hours, group: g9"), @"line 13, signals[0].group: `g9` is no group. Add it to `groups`, or name one that is there.");
    assert_snapshot!(faults_after("kind: show,", "kind: show, cited: n9,"), @"line 15, steps[0].cited: `n9` is no id in `cited`. Add the number to `cited`, or name one that is there.");
    assert_snapshot!(faults_after("steps:", "groups: [{id: g, plain_name: A}, {id: g, plain_name: B}]\nsteps:"), @"line 14, groups[1].id: `g` is used twice. Give each its own.");
}

#[test]
fn yaml_that_can_hide_things_is_refused() {
    let refused = |text: &str| told(&read(text).unwrap_err());
    assert_snapshot!(refused(""), @"The file is empty. Start with `schema: vitrine/system-card/1`.");
    assert_snapshot!(refused("a: &x 1\nb: *x\n"), @"line 1: Anchors with `&` are not read here. Write the value out each time.");
    assert_snapshot!(refused("a: !!str 1\n"), @"line 1: Tags with `!` are not read here. Write the plain value.");
    assert_snapshot!(refused("a: 1\nb: 2\na: 3\nb: 4\n"), @r"
    line 3, a: `a` is given twice. Keep one of them.
    line 4, b: `b` is given twice. Keep one of them.
    ");
    assert_snapshot!(refused("a: 1\n---\nb: 2\n"), @"line 2: A second document starts here. Keep one document a file.");
    assert_snapshot!(refused("a: [1\n"), @r"line 2: This is not YAML: while parsing a flow sequence, expected ',' or ']'. Look at the indentation, quotes and colons around this line.");
    assert_snapshot!(refused("[a]: 1\n"), @"line 1: A key must be a single word. Write `key: value`.");
    assert_snapshot!(refused("- a\n"), @"line 1: This is a list, not a mapping. Write `key: value` lines below it.");
    assert_snapshot!(refused(&"[".repeat(33)), @"line 1: This is nested more than 32 deep. Write it flatter.");
    assert_snapshot!(refused(&"- a\n".repeat(100_001)), @"line 100001: There are more than 100,000 values. Write fewer.");
    assert_snapshot!(refused(&"#".repeat(1_100_000)), @"The file is larger than 1 MiB. Write less than 1 MiB.");
}

#[test]
fn endless_faults_are_counted() {
    let fields = (0..500).map(|number| format!("strange{number}: 1")).collect::<Vec<_>>().join("\n");

    let faults = read(&fields).unwrap_err();

    assert_eq!(faults.len(), 201);
    assert!(faults.last().unwrap().wrong.contains("more faults"));
}

#[test]
fn hostile_patterns_of_a_full_mebibyte_come_to_an_end() {
    for pattern in [
        "[", "{a: ", "- ", "? ", "a: 1\n", "'", "\"", "\"\\", "&a ", "*a ", "!a ", "!!", "# ", "|\n ", ">\n",
        "%A\n", ",", "a ", "\t", "---\n", "a\n", "- - \n", "[a, ",
    ] {
        let text = pattern.repeat((1 << 20) / pattern.len());

        assert!(read(&text).is_err(), "{pattern}");
        assert!(read(&format!("a: [{text}")).is_err(), "{pattern}");
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics(start in 0_usize..1500, length in 0_usize..200, noise in "[ -~\n]{0,8}") {
        let mut text: Vec<char> = SMALL.chars().collect();
        let end = (start + length).min(text.len());
        text.splice(start.min(end)..end, noise.chars());
        let _ = read(&text.into_iter().collect::<String>());
    }
}

#[test]
fn text_that_deceives_readers_is_refused() {
    let plain = "Write plain text; right-to-left words turn by themselves.";
    let told = faults_after("title: Small feed", "title: \"Small \\u202Edeef\"");
    assert_eq!(
        told,
        format!(
            "line 3, title: The text holds control characters, or some that turn the writing direction. {plain}"
        )
    );
    let told = faults_after("unit: hours", "unit: hours, input: \"a\\u2066b\"");
    assert!(
        told.contains("signals[0].input: This holds a line break, or a character that is not seen."),
        "{told}"
    );
    assert!(read(&SMALL.replace("title: Small feed", "title: \"مرحبا फ़ीड\"")).is_ok());
}
