//! The formula language: what it computes, and what it says when something is wrong.

#![cfg(test)]

use onnx::formula::{self, Formula, FormulaError, Order};

fn formula(steps: &[&str]) -> Formula {
    let inputs = ["x", "y"].map(str::to_owned).into();
    Formula {
        id: "test".to_owned(),
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        inputs,
        order: Order::default(),
    }
}

/// The value of an expression at x = 7, y = -2.5.
#[track_caller]
fn check(expression: &str, expected: f64) {
    let found = formula::evaluate(&formula(&[&format!("s = x * 0 + {expression}")]), &[7.0, -2.5]);

    assert_eq!(found, Ok(expected), "{expression}");
}

#[track_caller]
fn check_error(steps: &[&str], expected: &str) {
    let compiled = formula::compile(&formula(steps));
    let evaluated = formula::evaluate(&formula(steps), &[1.0, 2.0]);

    let error = compiled.expect_err("an error");
    assert_eq!(error.to_string(), expected);
    assert_eq!(evaluated, Err(error));
}

#[test]
fn operators_bind_as_in_python() {
    check("1 + 2 * 3 - 4 / 2", 5.0);
    check("10 - 4 - 3", 3.0);
    check("16 / 4 / 2", 2.0);
    check("-(x - 9) * 2", 4.0);
    check("- -x", 7.0);
    check("(1 + 2) * -3", -9.0);
    check("where(1 + 1 == 4 - 2, 5, 6)", 5.0);
    check("1e-6 * 1E6 + .5 + 2.", 3.5);
}

#[test]
fn functions_do_what_they_are_called() {
    check("pow(2, 10)", 1024.0);
    check("sqrt(x + 2)", 3.0);
    check("exp(0) + ln(1)", 1.0);
    check("abs(y) + sign(y)", 1.5);
    check("floor(y) + ceil(y)", -5.0);
    check("tanh(0)", 0.0);
    check("min(x, y, 3) + max(1, 2, x, 0)", 4.5);
    check("where(both(x > 6, nope(y >= 0)), 1, 2)", 1.0);
    check("where(either(x < 6, y != -2.5), 1, 2)", 2.0);
}

#[test]
fn halves_are_rounded_to_the_even_number_and_the_fraction_is_dropped_towards_zero() {
    check("rint(2.5)", 2.0);
    check("rint(3.5)", 4.0);
    check("rint(y)", -2.0);
    check("trunc(y)", -2.0);
    check("trunc(2.9)", 2.0);
}

#[test]
fn whole_powers_have_exact_logarithms() {
    for power in 0..=22 {
        check(&format!("log10(1e{power})"), f64::from(power));
    }
    check("log2(8) + log2(0.125)", 0.0);
    check("log10(2)", 2_f64.ln() / 10_f64.ln());
}

#[test]
fn a_table_gives_the_first_value_whose_bound_is_not_exceeded() {
    for (at, expected) in [("-9", 1.0), ("0", 1.0), ("0.1", 2.0), ("5", 2.0), ("5.1", -3.0)] {
        check(&format!("table({at}, [0, 5], [1, 2, -3])"), expected);
    }
}

#[test]
fn dividing_by_zero_gives_infinity_as_in_the_graph() {
    check("1 / (x - 7)", f64::INFINITY);
}

#[test]
fn steps_build_on_each_other() {
    let formula = formula(&["big = x > 3", "a = where(big, x, 0)", "score = a * a"]);

    assert_eq!(formula::evaluate(&formula, &[4.0, 0.0]), Ok(16.0));
}

#[test]
fn an_unknown_name_is_named_with_its_place_and_the_likely_meaning() {
    let steps = ["total = x + y", "s = 2 * totl"];
    let expected = "step `s`, character 9: `totl` is neither an input nor an earlier step; \
        did you mean `total`? Else declare it under `inputs`";
    check_error(&steps, expected);
    let expected = "step `s`, character 5: `votes` is neither an input nor an earlier step; \
        declare it under `inputs` or compute it before";
    check_error(&["s = votes"], expected);
}

#[test]
fn functions_are_checked_by_name_and_number_of_values() {
    let known = "pow, sqrt, exp, ln, log10, log2, abs, sign, floor, ceil, tanh, rint, trunc, min, max, where, both, \
        either, nope, table";
    check_error(
        &["s = sin(x)"],
        &format!("step `s`, character 5: there is no function `sin`; the functions are {known}"),
    );
    check_error(&["s = pow(x)"], "step `s`, character 5: `pow` is given 1 value; it takes 2 values");
    check_error(&["s = max(x)"], "step `s`, character 5: `max` is given 1 value; it takes 2 values or more");
    check_error(&["s = sqrt()"], "step `s`, character 5: `sqrt` is given 0 values; it takes 1 value");
}

#[test]
fn numbers_and_truth_values_are_not_mixed() {
    let number = "write where(c, 1, 0) to make a number of it";
    let truth = "write a comparison, such as x > 0";
    let wrong = |what: &str, expected: &str, found: &str| {
        format!("`{what}` needs {expected} here, but this is {found}")
    };
    let (a_number, a_truth) = ("a number", "a truth value");

    check_error(
        &["s = x + (y > 1)"],
        &format!("step `s`, character 12: {}; {number}", wrong("+", a_number, a_truth)),
    );
    check_error(
        &["s = where(x, 1, 2)"],
        &format!("step `s`, character 11: {}; {truth}", wrong("where", a_truth, a_number)),
    );
    check_error(
        &["s = nope(x)"],
        &format!("step `s`, character 10: {}; {truth}", wrong("nope", a_truth, a_number)),
    );
    check_error(&["s = x > 1"], "step `s`, character 7: the score is a truth value; write where(c, 1, 0)");
}

#[test]
fn a_score_that_is_the_same_for_all_is_refused() {
    let expected = "step `s`, character 7: the score is the same for every item; use an input in it";

    check_error(&["a = 2", "s = a * 3"], expected);
}

#[test]
fn habits_of_other_languages_get_a_hint() {
    check_error(&["s = x ** 2"], "step `s`, character 7: `**` is not in the language; write pow(a, b)");
    check_error(&["s = x // 2"], "step `s`, character 7: `//` is not in the language; write floor(a / b)");
    check_error(
        &["s = where(1 < x < 3, 1, 0)"],
        "step `s`, character 17: a second comparison follows the first; write both(a < b, b < c)",
    );
    check_error(
        &["s = x and y"],
        "step `s`, character 7: `and` follows a finished expression; write both(c, d)",
    );
    check_error(&["x + y"], "step `1`, character 1: this is no step; write `name = expression`");
}

#[test]
fn the_place_of_an_error_at_the_end_is_behind_the_last_character() {
    let expected = "step `s`, character 8: the end stands where a value should; \
        write a number, a name, a function or an expression in parentheses";

    check_error(&["s = x +"], expected);
}

#[test]
fn names_are_used_once_and_not_taken_from_the_language() {
    check_error(&["x = y"], "step `x`: an input has this name already; choose another");
    check_error(&["a = y", "a = x"], "step `a`: an earlier step has this name already; choose another");
    check_error(&["min = y"], "step `min`: this word is taken by the language; choose another");
    check_error(&[], "the formula has no steps; write at least `score = …`");
}

#[test]
fn a_name_that_no_expression_can_hold_is_refused() {
    let mut formula = formula(&["s = x"]);
    formula.inputs = vec!["x".to_owned(), "two words".to_owned()];

    let error = formula::compile(&formula).expect_err("an error");

    let expected = "input `two words`: a name is made of the letters A to Z and a to z, digits and `_`, and begins with no digit";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_table_needs_one_value_more_than_bounds() {
    let expected = "step `s`, character 5: the table has 2 bounds and 2 values; \
        give one value more than bounds, the last for all above";

    check_error(&["s = table(x, [1, 2], [3, 4])"], expected);
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    for number in ["1e999", "1.2.3", "12abc", "."] {
        let answer = formula::compile(&formula(&[&format!("s = x + {number}")]));

        assert!(matches!(&answer, Err(FormulaError::Step { position: 9, .. })), "{number}: {answer:?}");
    }
}

#[test]
fn the_output_gives_way_to_an_input_called_score() {
    let mut formula = formula(&["s = x"]);
    assert_eq!(formula::output_name(&formula), "score");

    formula.inputs = vec!["x".to_owned(), "score".to_owned()];
    let model = onnx::read(&formula::compile(&formula).expect("a model")).expect("read");
    assert_eq!(model.inputs[1].name, "score");
    assert_eq!(model.outputs[0].name, "rank_score");

    formula.inputs.push("rank_score".to_owned());
    let error = formula::compile(&formula).expect_err("no name is left");
    let expected = "input `rank_score`: where an input is called `score` the output takes this name; rename one of the two";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn as_many_numbers_are_needed_as_there_are_inputs() {
    let error = formula::evaluate(&formula(&["s = x"]), &[1.0]).expect_err("an error");

    assert_eq!(error.to_string(), "the formula has 2 inputs, but 1 numbers are given");
}

#[test]
fn one_entry_needs_no_id() {
    let text = "id: one\norder: ascending\nformula:\n- s = x\n  + y\ninputs: [x, {name: y, unit: s}]\nother: {a: [1]}\n";

    let found = formula::read_yaml(text, None);

    let expected = Formula { id: "one".to_owned(), order: Order::Ascending, ..formula(&["s = x + y"]) };
    assert_eq!(found, Ok(expected));
}

#[test]
fn what_is_wrong_in_the_yaml_is_told_with_its_line() {
    let check = |text: &str, id: Option<&str>, expected: &str| {
        let error = formula::read_yaml(text, id).expect_err("an error");
        assert_eq!(error.to_string(), expected, "{text}");
    };

    check("", None, "line 1: the text is empty; write id, formula and inputs");
    check("id: a\n", None, "line 1: neither `formula` nor `entries` is here; write one of them");
    check("formula: [s = x]\nid: a\n", None, "line 1: the entry has no `inputs`; add it as a list");
    check("formula: [s = x]\ninputs: [x]\n", None, "line 1: the entry has no `id`; give it one");
    check("id: a\nid: b\n", None, "line 2: the key `id` stands here twice; keep one");
    check("id: a\nformula: x\ninputs: []\n", None, "line 2: `formula` should be a list");
    check("entries: [{id: hot}, {id: top}]\n", None, "the file holds 2 entries; say which one by its id");
    check("entries: [{id: hot}, {id: top}]\n", Some("hut"), "no entry has the id `hut`; did you mean `hot`?");
    check("id: a\n---\nid: b\n", None, "line 2: a second document begins here; keep one");
}
