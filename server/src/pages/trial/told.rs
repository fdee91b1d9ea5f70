//! What came of a trial, in sentences.

use registry::trials::{Goal, GoalState, TrialRow};

use super::Telling;

/// What would bring the item among the first ones.
pub(super) struct GoalView {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
}

/// An item in the new order.
pub(super) struct RowView {
    pub(super) place: String,
    pub(super) name: String,
    pub(super) before: String,
    pub(super) way: String,
    pub(super) mark: &'static str,
    pub(super) class: &'static str,
    pub(super) score: String,
    pub(super) is_changed: bool,
}

impl Telling<'_> {
    /// What happened, in two sentences: said aloud by screen readers whenever it changes.
    pub(super) fn said(&self) -> String {
        let messages = self.frame.messages;
        let moved = match self.trial.moved {
            0 => messages.text("trial-moved-none"),
            count => messages.say("trial-moved").with("count", count).to_string(),
        };
        let Some(row) = self.row() else { return moved };
        let place = messages.number(row.place);
        let stands = if row.place.total_cmp(&row.place_before).is_eq() {
            messages.say("trial-stays").with("item", name(row)).with("place", place)
        } else {
            let before = messages.number(row.place_before);
            messages.say("trial-stands").with("item", name(row)).with("place", place).with("before", before)
        };
        format!("{stands} {moved}")
    }

    /// The item that got other values.
    fn row(&self) -> Option<&TrialRow> {
        self.trial.rows.iter().find(|row| row.item == self.trial.item)
    }

    /// What each changed value did to the score.
    pub(super) fn reasons(&self) -> Vec<String> {
        let messages = self.frame.messages;
        let unit = self.card.score_unit.as_ref().map(|unit| self.words(unit));
        let told = |reason: &registry::trials::Reason| {
            let id = match reason.points {
                up if up > 0.0 => "trial-reason-up",
                down if down < 0.0 => "trial-reason-down",
                _ => "trial-reason-none",
            };
            let points = messages.points(reason.points, unit.as_deref());
            let say = messages.say(id).with("signal", self.signal_name(&reason.signal));
            say.with("points", points).to_string()
        };
        self.trial.reasons.iter().map(told).collect()
    }

    /// What must be known about the other items.
    pub(super) fn notes(&self) -> Vec<String> {
        let messages = self.frame.messages;
        let mut notes = Vec::new();
        for signal in &self.trial.signals {
            if let Some(value) = signal.instead {
                let name = self.signal_name(&signal.signal);
                let value = messages.rounded(value, 4);
                let say = messages.say("trial-without-done").with("signal", name).with("value", value);
                notes.push(say.to_string());
            }
        }
        if notes.is_empty() && self.trial.moved > 1 {
            notes.push(messages.text("trial-others"));
        }
        notes
    }

    pub(super) fn goal(&self) -> Option<GoalView> {
        let goal = self.trial.goal.as_ref()?;
        let messages = self.frame.messages;
        let title = messages.say("trial-goal").with("count", goal.top).to_string();
        let lines = match goal.state {
            GoalState::Already => vec![messages.text("trial-goal-already")],
            GoalState::Found => self.found(goal),
            GoalState::NotFound => vec![messages.text("trial-goal-not-found")],
            GoalState::OutOfTime => vec![messages.text("trial-goal-out-of-time")],
            GoalState::NothingToChange => vec![messages.text("trial-goal-nothing")],
        };
        Some(GoalView { title, lines })
    }

    fn found(&self, goal: &Goal) -> Vec<String> {
        let messages = self.frame.messages;
        let changes = goal.values.iter().map(|(signal, value)| {
            let unit = self.card.signal(signal).and_then(|signal| self.unit(signal));
            let value = messages.full_value(*value, unit.as_deref());
            messages
                .say("trial-goal-value")
                .with("signal", self.signal_name(signal))
                .with("value", value)
                .to_string()
        });
        let both = |one: String, other| {
            messages.say("trial-goal-and").with("one", one).with("other", other).to_string()
        };
        let changes: String = changes.reduce(both).unwrap_or_default();
        let place = messages.number(goal.place.unwrap_or_default());
        let found =
            messages.say("trial-goal-found").with("changes", changes).with("place", place).to_string();
        vec![found, messages.text(if goal.exact { "trial-goal-exact" } else { "trial-goal-tried" })]
    }

    pub(super) fn rows(&self) -> Vec<RowView> {
        self.trial.rows.iter().map(|row| self.row_view(row)).collect()
    }

    fn row_view(&self, row: &TrialRow) -> RowView {
        let messages = self.frame.messages;
        let up = row.place_before - row.place;
        let (class, mark, id) = match up {
            up if up > 0.0 => ("up", "▲", "trial-up"),
            down if down < 0.0 => ("down", "▼", "trial-down"),
            _ => ("same", "", "trial-same"),
        };
        RowView {
            place: messages.number(row.place),
            name: name(row),
            before: messages.number(row.place_before),
            way: messages.say(id).with("places", up.abs()).to_string(),
            mark,
            class,
            score: messages.rounded(row.score, 4),
            is_changed: row.item == self.trial.item && row.score.total_cmp(&row.score_before).is_ne(),
        }
    }
}

fn name(row: &TrialRow) -> String {
    row.title.clone().unwrap_or_else(|| row.item.clone())
}

#[cfg(test)]
fn row(item: &str, place: f64, place_before: f64) -> TrialRow {
    TrialRow {
        item: item.to_owned(),
        title: (item == "2").then(|| "A <tiny> story \u{202e}".to_owned()),
        place,
        place_before,
        score: 10.0 - place,
        score_before: 10.0 - place_before,
    }
}

/// The first look, a change, and every answer to the question about the first places.
#[cfg(test)]
pub(super) fn samples() -> Vec<(registry::trials::Trial, registry::trials::Wish)> {
    use registry::trials::{Reason, Trial, TrialSignal, Wish};

    let card: serde_json::Value =
        serde_json::from_slice(&crate::pages::tests::stored_card(|_| {}).bytes).unwrap();
    let ids: Vec<String> = card["signals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|signal| signal["id"].as_str().unwrap().to_owned())
        .collect();
    let signal = |id: &String| TrialSignal {
        signal: id.clone(),
        own: Some(2.0),
        value: Some(2.5),
        min: Some(0.0),
        max: Some(1_234_567.0),
        whole: false,
        instead: None,
    };
    let mut signals: Vec<TrialSignal> = ids.iter().map(signal).collect();
    let rows = vec![row("2", 1.0, 3.0), row("1", 2.5, 1.0), row("4", 2.5, 2.5), row("3", 4.0, 2.5)];
    let reason = |points| Reason { signal: ids[0].clone(), points };
    let moved = Trial {
        list: "0".to_owned(),
        lists: vec!["0".to_owned(), "1".to_owned()],
        item: "2".to_owned(),
        signals: signals.clone(),
        rows,
        moved: 3,
        reasons: vec![reason(2.0), reason(-1.5), reason(0.0)],
        goal: None,
    };
    signals[0].instead = Some(0.5);
    signals[1].own = None;
    let still = vec![row("2", 1.0, 1.0)];
    let first =
        Trial { signals, rows: still, moved: 0, reasons: Vec::new(), list: "9".to_owned(), ..moved.clone() };
    let goal = |state, values: &[(String, f64)], exact| Trial {
        goal: Some(Goal { top: 3, state, values: values.to_vec(), place: Some(1.0), exact }),
        ..moved.clone()
    };
    let both: Vec<(String, f64)> = ids.iter().take(2).map(|id| (id.clone(), 1.5)).collect();
    let trials = [
        first,
        goal(GoalState::Found, &both, true),
        goal(GoalState::Found, &both[..1], false),
        goal(GoalState::Already, &[], true),
        goal(GoalState::NotFound, &[], false),
        goal(GoalState::OutOfTime, &[], false),
        goal(GoalState::NothingToChange, &[], false),
        moved,
    ];
    let wish = Wish { without: vec![ids[0].clone()], top: Some(3), ..Wish::default() };
    trials.into_iter().map(|trial| (trial, wish.clone())).collect()
}
