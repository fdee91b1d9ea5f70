//! What the signals of a model are called, and which of them belong together.

use onnx::slots::Slot;
use serde::Deserialize;
use serde_json::Value;

use crate::Fault;
use crate::fault::legible;
use crate::report::sheet::some_of;

/// Most bytes of a file with names.
const MAX_BYTES: usize = 4 << 20;

/// What the signals of a model are called, and which of them belong together.
///
/// Read from a file like `{"groups": [{"id": 0, "label": "Freshness"}], "signals": [{"key": "age", "group": 0}]}`;
/// whatever else stands in it is passed over.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Names {
    /// The groups.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The signals, in the order of the model's inputs.
    pub signals: Vec<Signal>,
    /// The predictions that a score is made of.
    #[serde(default)]
    pub predictions: Vec<Prediction>,
    /// The output that orders lists.
    #[serde(default)]
    pub score_output: Option<String>,
    /// Whether a higher score is shown further up; taken as so where nothing is said.
    #[serde(default)]
    pub higher_is_shown_first: Option<bool>,
}

/// Signals that belong together.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Group {
    /// What signals call it: a number or a word.
    pub id: Value,
    /// What people call it.
    #[serde(default)]
    pub label: Option<String>,
}

/// One signal.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Signal {
    /// Its column.
    pub key: String,
    /// The id of its group.
    #[serde(default)]
    pub group: Option<Value>,
    /// What kind of number it is: `yes_no`, `category`, `count`, `share`, `number`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Who can change it: `reader`, `author`, `operator`, `no_one`.
    #[serde(default)]
    pub mutable_by: Option<String>,
}

/// One prediction of a score that is a weighted sum of predictions.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Prediction {
    /// The output.
    pub output: String,
    /// What it is multiplied by.
    pub weight: f64,
}

impl Names {
    /// Reads names from JSON.
    ///
    /// # Errors
    /// One fault with its line: no JSON, another form, a key or a group's id twice, a signal of an unknown group.
    pub fn read(json: &[u8]) -> Result<Self, Fault> {
        if json.len() > MAX_BYTES {
            return Err(Fault::new("", "The file is larger than 4 MiB.", "Keep at most 4 MiB."));
        }
        let names: Self = serde_json::from_slice(json).map_err(|error| {
            let right = "Write {\"groups\": [{\"id\", \"label\"}], \"signals\": [{\"key\", \"group\"}]}.";
            Fault::new("", format!("The names of the signals cannot be read: {error}."), right)
                .at(error.line())
        })?;
        names.checked()
    }

    fn checked(self) -> Result<Self, Fault> {
        let keys: Vec<&str> = self.signals.iter().map(|signal| signal.key.as_str()).collect();
        if let Some(key) = repeated(&keys) {
            let wrong = format!("The signal `{}` stands there twice.", legible(key));
            return Err(Fault::new("signals", wrong, "Name every signal once."));
        }
        let ids: Vec<String> = self.groups.iter().map(|group| group.id.to_string()).collect();
        if let Some(id) = repeated(&ids) {
            let wrong = format!("The group {} stands there twice.", legible(id));
            return Err(Fault::new("groups", wrong, "Give every group an id of its own."));
        }
        for (place, signal) in self.signals.iter().enumerate() {
            let unknown =
                signal.group.as_ref().filter(|group| self.groups.iter().all(|known| known.id != **group));
            if let Some(group) = unknown {
                let wrong = format!("There is no group {}.", legible(&group.to_string()));
                return Err(Fault::new(
                    format!("signals[{place}].group"),
                    wrong,
                    "Name a group that is listed.",
                ));
            }
        }
        Ok(self)
    }

    /// The columns of the signals, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.signals.iter().map(|signal| signal.key.clone()).collect()
    }

    /// The signals in the order of a model's inputs: those of named vectors are put there by name.
    ///
    /// # Errors
    /// One fault where the model takes other inputs, or another number of them.
    pub fn for_slots(mut self, slots: &[Slot]) -> Result<Self, Fault> {
        let (wanted, found) = (slots.len(), self.signals.len());
        if wanted != found {
            let wrong = format!("The model takes {wanted} inputs, and {found} signals are named.");
            return Err(Fault::new(
                "signals",
                wrong,
                "Name one signal for each input, in the model's order.",
            ));
        }
        if slots.iter().all(|slot| slot.index.is_none()) {
            let place = |signal: &Signal| slots.iter().position(|slot| slot.input == signal.key);
            if let Some(signal) = self.signals.iter().find(|signal| place(signal).is_none()) {
                let wrong = format!("The model has no input `{}`.", legible(&signal.key));
                let inputs: Vec<String> = slots.iter().map(|slot| slot.input.clone()).collect();
                return Err(Fault::new("signals", wrong, format!("Its inputs are {}.", some_of(&inputs))));
            }
            self.signals.sort_by_key(place);
        }
        Ok(self)
    }

    /// The groups in the order of their ids: numbers first, by size, then words.
    #[must_use]
    pub fn sorted_groups(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by(|one, other| match (one.id.as_f64(), other.id.as_f64()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => word(&one.id).cmp(&word(&other.id)),
        });
        groups
    }
}

impl Group {
    /// What people call it; its id where nothing else is said.
    #[must_use]
    pub fn name(&self) -> String {
        self.label.clone().unwrap_or_else(|| word(&self.id))
    }
}

fn word(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// The first that stands twice.
fn repeated<T: AsRef<str>>(names: &[T]) -> Option<&str> {
    let mut seen = std::collections::BTreeSet::new();
    names.iter().map(AsRef::as_ref).find(|name| !seen.insert(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stand_in_the_order_of_their_ids() {
        let names = Names::read(
            br#"{"title": "x", "groups": [{"id": 10, "label": "Late"}, {"id": "b"}, {"id": 2}],
                "signals": [{"key": "a", "group": 10, "label": "A"}, {"key": "b"}]}"#,
        )
        .unwrap();

        let groups: Vec<String> = names.sorted_groups().into_iter().map(Group::name).collect();
        assert_eq!(groups, ["2", "Late", "b"]);
    }

    #[test]
    fn names_that_contradict_each_other_are_refused() {
        for (json, wrong) in [
            ("", "cannot be read"),
            (r#"{"signals": [{"label": "x"}]}"#, "missing field `key`"),
            (r#"{"signals": [{"key": "a"}, {"key": "a"}]}"#, "`a` stands there twice"),
            (r#"{"groups": [{"id": 1}, {"id": 1}], "signals": []}"#, "The group 1 stands there twice"),
            (r#"{"groups": [{"id": 1}], "signals": [{"key": "a", "group": "1"}]}"#, "no group \\\"1\\\""),
        ] {
            let fault = Names::read(json.as_bytes()).unwrap_err().to_string();
            assert!(fault.contains(wrong), "{json}: {fault}");
        }
    }
}
