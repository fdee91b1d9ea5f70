//! A report as a table.
//!
//! One line for each row or result. Keys of objects inside are joined with a dot; a list that holds one number for each
//! player becomes a column for each player; an interval becomes two columns; other lists, such as a grid and what
//! was found on it, become one line for each of their entries.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The rows or results of a report, written as CSV.
///
/// # Errors
/// What the writer says; memory is all it can lack.
pub fn to_csv(report: &Value) -> Result<String, csv::Error> {
    let players = names(report.get("players"));
    let rows = [report.get("rows"), report.get("results")].into_iter().flatten().find_map(Value::as_array);
    let mut lines = Vec::new();
    for row in rows.into_iter().flatten().filter_map(Value::as_object) {
        match row.get("attributes").and_then(Value::as_object) {
            Some(attributes) => lines.extend(of_groups(attributes)),
            None => lines.extend(unfolded(flat(row, &players))),
        }
    }
    write(&lines)
}

type Line = Vec<(String, Value)>;

fn write(lines: &[Line]) -> Result<String, csv::Error> {
    let mut seen = BTreeSet::new();
    let names = lines.iter().flatten().map(|(name, _)| name.as_str());
    let header: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header)?;
    for line in lines {
        let cell = |name: &&str| line.iter().find(|(here, _)| here == name).map(|(_, value)| text(value));
        writer.write_record(header.iter().map(|name| cell(name).unwrap_or_default()))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What names a line, in the order in which it is written.
const NAMING: [&str; 8] = ["row", "list", "item", "above", "below", "prediction", "signal", "signals"];

/// Where a key stands in a line: what names the line first, shares and their errors last.
fn rank(key: &str) -> usize {
    let last = NAMING.len() + 1;
    match key {
        "values" => last,
        "stderr" => last + 1,
        key => NAMING.iter().position(|name| *name == key).unwrap_or(NAMING.len()),
    }
}

/// Keys without anything inside them, but for lists that are to be unfolded.
fn flat(row: &Map<String, Value>, players: &[String]) -> Line {
    let mut line = Vec::new();
    let mut row: Vec<(&String, &Value)> = row.iter().collect();
    row.sort_by_key(|(key, _)| rank(key));
    for (key, value) in row {
        match value {
            Value::Object(inner) => {
                line.extend(
                    flat(inner, players).into_iter().map(|(name, value)| (format!("{key}.{name}"), value)),
                );
            }
            Value::Array(entries) if is_interval(key, entries) => {
                let ends = ["low", "high"].into_iter().zip(entries.iter().cloned());
                line.extend(ends.map(|(end, value)| (format!("{key}_{end}"), value)));
            }
            Value::Array(entries)
                if !players.is_empty() && entries.len() == players.len() && is_shared(key) =>
            {
                let prefix = if key == "values" { String::new() } else { format!("{key} ") };
                let shares = players.iter().zip(entries.iter().cloned());
                line.extend(shares.map(|(player, value)| (format!("{prefix}{player}"), value)));
            }
            Value::Null if is_shared(key) => {}
            other => line.push((key.clone(), other.clone())),
        }
    }
    line
}

/// Whether a key holds one number for each player.
fn is_shared(key: &str) -> bool {
    matches!(key, "values" | "stderr")
}

fn is_interval(key: &str, entries: &[Value]) -> bool {
    key.ends_with("ci") && entries.len() == 2
}

/// One line for each entry of the lists in a line; where a list is shorter its last cells are empty.
fn unfolded(line: Line) -> Vec<Line> {
    let entries = line.iter().filter_map(|(_, value)| value.as_array().map(Vec::len)).max().unwrap_or(0);
    if entries == 0 {
        return vec![line];
    }
    let entry = |at: usize| {
        line.iter().map(move |(name, value)| match value.as_array() {
            Some(list) => (name.clone(), list.get(at).cloned().unwrap_or(Value::Null)),
            None => (name.clone(), value.clone()),
        })
    };
    (0..entries).map(|at| entry(at).collect()).collect()
}

/// One line for each group of each attribute.
fn of_groups(attributes: &Map<String, Value>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (attribute, groups) in attributes {
        for (group, figures) in groups.as_object().into_iter().flatten() {
            let mut line = vec![
                ("attribute".to_owned(), Value::String(attribute.clone())),
                ("group".to_owned(), Value::String(group.clone())),
            ];
            line.extend(figures.as_object().map(|figures| flat(figures, &[])).unwrap_or_default());
            lines.push(line);
        }
    }
    lines
}

fn names(list: Option<&Value>) -> Vec<String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(report: &Value, expected: &str) {
        assert_eq!(to_csv(report).unwrap(), expected);
    }

    #[test]
    fn every_player_has_a_column() {
        check(
            &json!({"players": ["a", "b, c"], "rows": [
                {"row": 0, "base": 1.5, "values": [0.1, -2e-9], "stderr": null},
                {"row": 1, "base": 1.5, "values": [3, 4], "stderr": [0.5, 0.25]},
            ]}),
            "row,base,a,\"b, c\",stderr a,\"stderr b, c\"\n0,1.5,0.1,-2e-9,,\n1,1.5,3,4,0.5,0.25\n",
        );
    }

    #[test]
    fn grids_become_lines_and_what_is_inside_gets_a_dot() {
        check(
            &json!({"players": ["a"], "results": [{"signal": "a", "grid": [0, 1], "pdp": [2, 3], "flat": 7}]}),
            "signal,flat,grid,pdp\na,7,0,2\na,7,1,3\n",
        );
        check(
            &json!({"results": [{"item": 1, "nearest": {"gt": null, "le": 2}, "ci": [0.1, 0.2]}, {"item": 2, "nearest": null}]}),
            "item,ci_low,ci_high,nearest.gt,nearest.le,nearest\n1,0.1,0.2,,2,\n2,,,,,\n",
        );
        check(
            &json!({"results": [{"attributes": {"lang": {"hi": {"items": 3}, "ta": {"items": 4}}}}]}),
            "attribute,group,items\nlang,hi,3\nlang,ta,4\n",
        );
    }
}
