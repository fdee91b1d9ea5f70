//! Figures of `textstat` 0.7.3, and the rules behind them.

use super::*;

/// Text, words, sentences, syllables and grade as `textstat` 0.7.3 (with `pyphen` 0.18.1) gives them.
const PINNED: &[(&str, usize, usize, usize, f64)] = &[
    ("The cat sat. It was fat. We all saw it.", 10, 3, 10, -2.6),
    (
        "Institutional transparency obligations necessitate comprehensive documentation of algorithmic prioritisation.",
        9,
        1,
        34,
        32.8,
    ),
    (
        "See what decides the order of the lists you use, what you can change, and check every number yourself.",
        19,
        1,
        24,
        7.2,
    ),
    ("A true card of a published model does not prove that the operator runs this model.", 16, 1, 22, 7.2),
    (
        "Places an item moves, up or down, when the system no longer knows this. Measured in 30 lists of 20 items.",
        21,
        2,
        23,
        1.5,
    ),
    ("Hello", 1, 1, 2, 8.4),
    ("", 0, 1, 0, -15.7),
    ("Yes. No. Maybe.", 3, 1, 3, -2.7),
    ("It's 3.5 times as big, isn't it? Well-known authors don't say so!", 12, 2, 15, 2.1),
    ("Every measured number comes from running the published model.", 9, 1, 15, 8.0),
    ("Model, lists and card are kept for ever. Their fingerprints name them.", 12, 2, 16, 2.1),
    ("You can run all of it again yourself.", 8, 1, 9, 0.5),
    ("What happened to the lists when something small changed?", 9, 1, 11, 2.1),
    ("In our lists this moved nothing.", 6, 1, 7, 0.9),
    ("One list alone shows no range.", 6, 1, 6, -1.5),
    ("More of this can work both ways: sometimes up, sometimes down.", 11, 1, 13, 2.9),
    (
        "The system does not use this. This is certain: nothing in the model leads from it to the score.",
        19,
        2,
        23,
        2.3,
    ),
    ("This page is no medical or legal advice; a person decides.", 11, 1, 17, 6.4),
    ("The quick brown fox jumps over the lazy dog near the river bank every morning.", 15, 1, 18, 4.4),
    (
        "Photosynthesis converts electromagnetic radiation into chemical energy within chloroplasts.",
        9,
        1,
        29,
        25.7,
    ),
    ("We the people of this small town ask for one thing. Fix the road.", 14, 2, 15, 0.1),
    ("Antidisestablishmentarianism is a word. Nobody uses it. People like it, though.", 11, 3, 23, 10.6),
    ("He said \"stop\" and she stopped. Then, nothing!", 8, 1, 9, 0.5),
    ("Wait... what? Are you sure about that?!", 7, 1, 7, -1.2),
    (
        "The recommender orders candidate items by a weighted sum of predicted engagement probabilities.",
        13,
        1,
        27,
        14.3,
    ),
    ("Children under twelve must not enter alone. Bring a parent, or wait at the gate.", 15, 2, 19, 2.7),
    ("Your data stays with you. We do not sell it. We do not keep it.", 15, 3, 16, -0.8),
    (
        "Responsibility, accountability and explainability are frequently conflated in contemporary governance discourse.",
        11,
        1,
        34,
        25.3,
    ),
    ("1,000 people asked. 12.1% knew the register.", 7, 2, 10, 2.3),
    ("snake_case_words stay one word each, as they are.", 8, 1, 10, 2.9),
    ("A list of ten. A list of nine. A list of eight or so, give or take.", 17, 3, 17, -1.7),
    (
        "Nevertheless, the committee unanimously recommended postponing the implementation indefinitely.",
        9,
        1,
        30,
        26.9,
    ),
    ("Read this first. Then read that. Then stop and think about what you have read.", 15, 3, 15, -1.9),
    (
        "The operator may withdraw a release, giving a reason, but never delete it or change what it holds.",
        18,
        1,
        26,
        8.0,
    ),
    (
        "Rhythm and blues. Syzygy. The psychologist's hypothesis was strengthened throughout the experiment.",
        12,
        2,
        24,
        10.4,
    ),
    ("Some say café, some say cafe; naïve readers do not mind.", 11, 1, 12, 1.7),
    ("UPPER CASE WORDS COUNT THE SAME AS LOWER CASE ONES DO.", 11, 1, 13, 2.9),
    ("One\ntwo\nthree four five six seven eight nine ten.", 10, 1, 11, 1.3),
    (
        "Table, people, little, created, being, idea, science, quiet, diary, area: words with odd vowels.",
        14,
        1,
        24,
        9.9,
    ),
    ("We looked at them twice. Both times they were the same, down to the last digit.", 16, 2, 17, 0.5),
    ("This model gives many items the same score, so it can hardly put them in order.", 16, 1, 19, 4.8),
    ("The server answers. The reader reads. The auditor checks. The record stays.", 12, 4, 17, 2.1),
    (
        "Unquestionably extraordinary circumstances necessitated interdisciplinary collaboration.",
        6,
        1,
        28,
        42.2,
    ),
    (
        "If you live in the European Union, you can turn the profile off; if you do not, ask the operator.",
        20,
        1,
        26,
        7.6,
    ),
    ("Go! Run! Hide now! They are coming for you.", 9, 1, 10, 0.9),
    (
        "The first items, the last items and all those in between were scored again with small errors added.",
        18,
        1,
        20,
        4.4,
    ),
];

#[test]
fn the_figures_are_those_of_textstat() {
    assert!(PINNED.len() >= 40);
    for (text, words, sentences, syllables, grade) in PINNED {
        let reading = Reading::of(text);

        let expected = Reading { words: *words, sentences: *sentences, syllables: *syllables };
        assert_eq!(reading, expected, "{text}");
        if reading.words > 0 {
            assert!((reading.grade() - grade).abs() < 1e-9, "{} instead of {grade}: {text}", reading.grade());
        }
    }
}

#[test]
fn nothing_has_grade_zero() {
    assert!(Reading::of("").grade().abs() < f64::EPSILON);
    assert!(Reading::of("?! …").grade().abs() < f64::EPSILON);
}

#[test]
fn a_sentence_keeps_its_end() {
    assert_eq!(sentences("One is here. Is two?! Three"), ["One is here.", "Is two?!", "Three"]);
    assert_eq!(sentences("यह एक सूची है। यह दूसरी है।").len(), 2);
    assert_eq!(word_count("यह एक सूची है।"), 4);
}

#[test]
fn hostile_text_is_read_in_time() {
    let long = "a".repeat(1_000_000);
    let dots = "a. ".repeat(200_000);

    assert_eq!(Reading::of(&long).words, 1);
    assert_eq!(Reading::of(&dots).words, 200_000);
}
