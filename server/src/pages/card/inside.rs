//! What each signal does inside the score: what is proven, its part, its curve, and what changing it can win.

use cards::card::{AloneIntoTop, Dependence, Gain, Known, Measured, Signal};

use super::super::lines::Line;
use super::super::native::Native;
use super::Telling;

/// Width and height of a curve, in units of the drawing.
const SIZE: (f64, f64) = (300.0, 40.0);

/// How the score depends on a signal, as a line and as a table.
pub(super) struct CurveView {
    pub(super) id: String,
    pub(super) name: Native,
    pub(super) lead: String,
    /// What the line shows, for those who do not see it.
    pub(super) told: String,
    pub(super) path: String,
    pub(super) rows: Vec<RowView>,
    /// Where the signal stands in the card.
    pub(super) signal: String,
    pub(super) pointer: String,
}

/// One value of a signal.
pub(super) struct RowView {
    pub(super) value: String,
    pub(super) score: String,
    pub(super) local: String,
    pub(super) thin: bool,
    pub(super) pointer: String,
}

impl Telling<'_> {
    /// What was found inside the score about one signal.
    pub(super) fn inside_facts(&self, signal: &Signal, pointer: &str) -> Vec<Line> {
        let mut facts = Vec::new();
        let importance = &signal.importance;
        if let Known::Yes(direction) = &importance.direction {
            let proven = format!("{pointer}/importance/direction/proven");
            let text = direction.proven.map(|proof| self.messages.proof(&proof, importance.metric));
            facts.extend(text.map(|text| Line::new(text, proven)));
        }
        let share = importance.attribution_share.filter(|share| share.value > 0.0);
        facts.extend(share.map(|share| {
            let said = self.messages.say("signal-part").with("share", self.messages.share(share.value));
            let text = format!("{said} {}", self.share_span(&share));
            Line::new(text.trim_end(), format!("{pointer}/importance/attribution_share"))
        }));
        facts.extend(signal.gain.map(|gain| self.gain(&gain, format!("{pointer}/gain"))));
        facts.extend(signal.alone_into_top.map(|top| self.alone(&top, format!("{pointer}/alone_into_top"))));
        facts
    }

    /// Between which shares a number lies, as a sentence; nothing where no interval can be had, or where both ends are
    /// said alike.
    pub(super) fn share_span(&self, number: &Measured) -> String {
        let (Some(low), Some(high)) = (number.low, number.high) else { return String::new() };
        let told = |share: f64| {
            let part = share > 0.0 && share < 1.0;
            if part { self.messages.share_of_hundred(share) } else { self.messages.share(share) }
        };
        let (low, high) = (told(low), told(high));
        if low == high {
            return String::new();
        }
        self.messages.say("give-or-take").with("low", low).with("high", high).to_string()
    }

    fn gain(&self, gain: &Gain, pointer: String) -> Line {
        let messages = self.messages;
        let said = if gain.most.value > 0.0 {
            let said = messages.say("signal-gain").with("mean", messages.places(gain.mean.value));
            said.with("most", messages.places(gain.most.value)).to_string()
        } else {
            messages.text("signal-gain-none")
        };
        let exactness = if gain.exact { "signal-gain-exact" } else { "signal-gain-tried" };
        let exactness = messages.say(exactness).with("items", gain.items);
        Line::new(format!("{said} {exactness}"), pointer)
    }

    fn alone(&self, top: &AloneIntoTop, pointer: String) -> Line {
        let said = if top.reached.value > 0.0 { "signal-alone" } else { "signal-alone-none" };
        let said = self.messages.say(said).with("reached", top.reached.value).with("items", top.items);
        let exactness = self.messages.text(if top.exact { "exact" } else { "at-least" });
        Line::new(format!("{said} {exactness}"), pointer)
    }

    /// The curves of all signals that have one, the strongest signal first.
    pub(super) fn curves(&self) -> Vec<CurveView> {
        let mut ranked: Vec<(usize, &Signal)> = (0..).zip(&self.card.signals).collect();
        ranked.sort_by_key(|(_, signal)| signal.importance.rank);
        let curve = |(at, signal): (usize, &Signal)| {
            Some(self.curve(signal, signal.dependence.as_ref()?, format!("/signals/{at}")))
        };
        ranked.into_iter().filter_map(curve).collect()
    }

    fn curve(&self, signal: &Signal, dependence: &Dependence, pointer: String) -> CurveView {
        let messages = self.messages;
        let unit = signal.unit.as_ref().map(|unit| self.native(unit).plain());
        let shown = |value: f64| messages.value(value, unit.as_deref());
        let told = match (dependence.points.first(), dependence.points.last()) {
            (Some(first), Some(last)) => messages
                .say("curve-told")
                .with("from", shown(first.value))
                .with("to", shown(last.value))
                .with("first", messages.rounded(first.score.value, 4))
                .with("last", messages.rounded(last.score.value, 4))
                .to_string(),
            _ => String::new(),
        };
        let row = |(at, point): (usize, &cards::card::Point)| RowView {
            value: shown(point.value),
            score: messages.rounded(point.score.value, 4),
            local: messages.rounded(point.local.value, 4),
            thin: point.thin,
            pointer: format!("{pointer}/dependence/points/{at}"),
        };
        CurveView {
            id: signal.id.clone(),
            name: self.native(&signal.plain_name),
            lead: messages.say("curve-rows").with("rows", dependence.rows).to_string(),
            told,
            path: path(dependence),
            rows: (0..).zip(&dependence.points).map(row).collect(),
            pointer: format!("{pointer}/dependence"),
            signal: pointer,
        }
    }
}

/// The line of a curve, from left to right, in tenths of a unit; a flat one runs along the middle.
fn path(dependence: &Dependence) -> String {
    let points = &dependence.points;
    let span = |of: fn(&cards::card::Point) -> f64| {
        let ends = points.iter().map(of);
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
    };
    let (across, up) = (span(|point| point.value), span(|point| point.score.value));
    let part = |at: f64, (low, high): (f64, f64)| if high > low { (at - low) / (high - low) } else { 0.5 };
    let place = |point: &cards::card::Point| {
        let x = part(point.value, across) * SIZE.0;
        let y = 2.0 + (1.0 - part(point.score.value, up)) * (SIZE.1 - 4.0);
        format!("{x:.1} {y:.1}")
    };
    let places: Vec<String> = points.iter().map(place).collect();
    format!("M{}", places.join("L"))
}

/// The sample card with everything that is found inside a score.
#[cfg(test)]
pub(super) fn sample(card: &mut serde_json::Value) {
    use serde_json::json;

    let number = |value: f64| json!({"value": value, "tolerance": 0.01});
    let around = |value: f64| json!({"value": value, "low": value / 2.0, "high": value, "tolerance": 0.01});
    let point = |value: f64, score: f64, thin: bool| json!({"value": value, "score": number(score), "local": number(score - 2.0), "thin": thin});
    let verdicts = ["up", "down", "mixed", "none"];
    for (at, signal) in card["signals"].as_array_mut().into_iter().flatten().enumerate() {
        let exact = at % 2 == 0;
        let reached = if exact { 12.0 } else { 0.0 };
        let tested = json!({"rows": 200, "intervals": 17});
        let mut proof = json!({"verdict": verdicts[at % 4]});
        if exact {
            proof["tested"] = tested;
        }
        if signal["importance"]["direction"]["value"].is_null()
            && signal["importance"]["direction"]["reason"].is_null()
        {
            signal["importance"]["direction"]["proven"] = proof;
        }
        signal["importance"]["attribution_share"] = around(0.3);
        signal["dependence"] = json!({"rows": 100, "local_rows": 900,
            "points": [point(0.5, 1.25, false), point(2.0, 3.5, true), point(4.0, 2.75, false)]});
        signal["gain"] =
            json!({"items": 100, "mean": number(reached / 4.0), "most": number(reached), "exact": exact});
        signal["alone_into_top"] = json!({"items": 80, "reached": number(reached), "exact": exact});
    }
    card["predictions"] = json!([{"name": "p_like", "weight": 2.5, "points": number(0.75)}]);
    card["examples"][0]["flip"] =
        json!({"signal": card["signals"][0]["id"], "own": 9.0, "value": 2.5, "score": number(3.25)});
    card["evidence"]["quality"] = json!({"method": "trees", "exact": true, "rows": 200, "background_rows": 100,
        "additivity_gap": number(1e-9), "largest_stderr": number(0.0), "halves": number(0.9)});
    super::checks::sample(card);
}

#[cfg(test)]
mod tests {
    use cards::card::Point;

    use super::*;

    fn curve(points: &[(f64, f64)]) -> Dependence {
        let number = |value| Measured::new(value, 0.0);
        let point = |(value, score): &(f64, f64)| Point {
            value: *value,
            score: number(*score),
            local: number(0.0),
            thin: false,
        };
        Dependence { rows: 1, local_rows: 1, points: points.iter().map(point).collect() }
    }

    #[test]
    fn a_curve_runs_from_the_left_end_to_the_right_and_upwards_where_scores_rise() {
        assert_eq!(path(&curve(&[(0.0, 1.0), (5.0, 3.0), (10.0, 2.0)])), "M0.0 38.0L150.0 2.0L300.0 20.0");
        assert_eq!(path(&curve(&[(0.0, 1.0), (1.0, 1.0)])), "M0.0 20.0L300.0 20.0");
    }
}
