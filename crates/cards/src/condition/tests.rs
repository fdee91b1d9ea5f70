use proptest::prelude::*;

use super::*;

fn item(column: &str) -> Option<Value> {
    match column {
        "age_hours" => Some(Value::Number(30.0)),
        "ups" => Some(Value::Number(-2.0)),
        "language" => Some(Value::Text("ta".to_owned())),
        "creator size" => Some(Value::Text("small".to_owned())),
        _ => None,
    }
}

#[track_caller]
fn check(text: &str, expected: bool) {
    let condition = Condition::parse(text).unwrap();
    assert_eq!(condition.holds(&item), Ok(expected), "{text}");
    assert_eq!(condition.to_string(), text.trim());
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let outcome = Condition::parse(text).and_then(|condition| condition.holds(&item));
    assert_eq!(outcome.map_err(|error| error.to_string()), Err(expected.to_owned()), "{text}");
}

#[test]
fn comparisons_hold_or_do_not() {
    check("age_hours <= 24", false);
    check("age_hours >= 30", true);
    check("age_hours > 3e1", false);
    check("ups < -1.5", true);
    check("ups == -2", true);
    check("ups != -2", false);
    check("language == \"ta\"", true);
    check("language == 'hi'", false);
    check("language < 'tb'", true);
    check("24 < age_hours", true);
    check("ups < age_hours", true);
    check("`creator size` == \"small\"", true);
}

#[test]
fn and_binds_stronger_than_or_and_not_strongest() {
    check("ups == 0 and ups == 0 or language == 'ta'", true);
    check("ups == 0 and (ups == 0 or language == 'ta')", false);
    check("not ups == 0 and language == 'ta'", true);
    check("not (ups == 0 or language == 'ta')", false);
    check("not not ups == -2", true);
}

#[test]
fn what_is_not_a_condition_is_refused_with_its_place() {
    refused("", "at character 1: Expected a column, a number or a \"text\".");
    refused("age_hours", "at character 10: Expected one of == != < <= > >=.");
    refused("age_hours = 3", "at character 11: `=` is no comparison. Write one of == != < <= > >=.");
    refused("age_hours <= 24 and", "at character 20: Expected a column, a number or a \"text\".");
    refused("(age_hours <= 24", "at character 17: Expected `)`.");
    refused("age_hours <= 24)", "at character 16: Expected `and`, `or` or the end.");
    refused("1 < 2", "at character 1: Neither side is a column. Compare a column with something.");
    refused(
        "1 < ups < 2",
        "at character 9: Expected `and` or `or`; write two comparisons instead of a chain such as `a < b < c`.",
    );
    refused("language == \"ta", "at character 13: The closing \" is missing.");
    refused("ups < 1x", "at character 7: `1x` is no number. Write it such as `24`, `0.5` or `-3`.");
    refused("ups < 1e999", "at character 7: `1e999` is no number. Write it such as `24`, `0.5` or `-3`.");
    refused("system('x')", "at character 7: Expected one of == != < <= > >=.");
    refused("ups; 1", "at character 4: `;` is not understood. Write comparisons such as `age_hours <= 24`.");
}

#[test]
fn unknown_columns_and_mixed_kinds_are_errors_even_where_the_outcome_is_clear() {
    refused("ups == -2 or colour == 1", "there is no column `colour`");
    refused("language == 1", "`language` and `1` cannot be compared: one is a number, the other is text");
    refused(
        "ups == 0 and ups < 'x'",
        "`ups` and `\"x\"` cannot be compared: one is a number, the other is text",
    );
}

#[test]
fn columns_are_named_once() {
    let condition = Condition::parse("b < 1 and (a == b or not c != 'x')").unwrap();

    assert_eq!(condition.columns().into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn depth_and_length_are_limited() {
    let nested = |depth| format!("{}ups < 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Condition::parse(&nested(32)).is_ok());
    refused(&nested(33), "at character 34: Expected fewer than 33 nested brackets.");
    refused(&"not ".repeat(200), "at character 133: Expected fewer than 33 nested brackets.");
    refused(&" ".repeat(1001), "the condition has more than 1000 bytes");
}

proptest! {
    #[test]
    fn nothing_panics(text in ".{0,60}", tokens in proptest::collection::vec("and|or|not|\\(|\\)|a|1|<|==|'x'", 0..40)) {
        let _ = Condition::parse(&text).map(|condition| condition.holds(&item));
        let _ = Condition::parse(&tokens.join(" ")).map(|condition| condition.holds(&item));
    }
}
