//! What was tried on whole lists: small errors, other surroundings, groups of items.

use cards::card::{Checks, Diversity, Exposure, GroupExposure, Known, Measured};

use super::super::lines::{Fact, Line};
use super::{Block, Record, Telling};

impl Telling<'_> {
    /// How steady and how even the lists are; empty where nothing was tried.
    pub(super) fn checks(&self) -> Block {
        let mut block = Block {
            id: "checks",
            title: "card-checks",
            lead: Some("card-checks-lead"),
            kind: Some("kind-measured"),
            ..Block::default()
        };
        let Some(checks) = &self.card.checks else { return block };
        block.lines = vec![self.stability(checks), self.position(checks)];
        for (at, exposure) in (0_usize..).zip(&checks.exposure) {
            let groups = (0_usize..).zip(&exposure.groups);
            block.records.extend(groups.map(|(group, figures)| {
                self.group(exposure, figures, &format!("/checks/exposure/{at}/groups/{group}"))
            }));
        }
        let varied = (0_usize..).zip(&checks.diversity);
        block
            .records
            .extend(varied.map(|(at, varied)| self.variety(varied, &format!("/checks/diversity/{at}"))));
        block
    }

    fn stability(&self, checks: &Checks) -> Line {
        let (messages, stability) = (self.messages, &checks.stability);
        let kept = &stability.first_places_kept;
        let said = messages.say("check-stable").with("share", messages.share(kept.value)).to_string();
        let first = messages
            .say("check-stable-first")
            .with("share", messages.share(stability.first_item_kept.value))
            .to_string();
        let how = messages
            .say("check-stable-how")
            .with("error", messages.share(stability.error))
            .with("draws", stability.draws)
            .with("lists", stability.lists)
            .to_string();
        let said = [said, self.share_span(kept), first, how];
        let said: Vec<&str> = said.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        Line::new(said.join(" "), "/checks/stability")
    }

    fn position(&self, checks: &Checks) -> Line {
        let (messages, position) = (self.messages, &checks.position);
        let said = if position.holds() {
            messages.say("check-position-same").with("rows", position.rows).to_string()
        } else {
            let largest = messages.rounded(position.largest.value, 2);
            messages
                .say("check-position-other")
                .with("largest", largest)
                .with("rows", position.rows)
                .to_string()
        };
        Line::new(said, "/checks/position")
    }

    fn group(&self, exposure: &Exposure, group: &GroupExposure, pointer: &str) -> Record {
        let messages = self.messages;
        let name =
            group.plain_name.as_ref().map_or_else(|| group.value.clone(), |name| self.native(name).plain());
        let title = format!("{}: {name}", self.native(&exposure.plain_name).plain());
        let item_share = messages.share(group.item_share.value);
        let items = messages.say("check-group-items").with("share", item_share).to_string();
        let ratio = match &group.ratio {
            Known::Yes(ratio) => self.ratio(ratio),
            Known::No(missing) => messages.reason(Some(missing.reason)),
        };
        let mut facts = vec![
            Fact::new("check-group-of-all", items, format!("{pointer}/item_share")),
            Fact::new("check-group-attention", ratio, format!("{pointer}/ratio")),
        ];
        if let Known::Yes(share) = &group.top_share {
            let text =
                format!("{} {}", messages.sentence(&messages.share(share.value)), messages.text("exact"));
            facts.push(Fact::new("check-group-first", text, format!("{pointer}/top_share")));
        }
        // The title names column and group, so that its place is that of the whole group's column.
        let at = pointer.rsplit_once("/groups/").map_or(pointer, |(exposure, _)| exposure).to_owned();
        Record { name: Some(Line::new(title, at)), facts, ..Record::default() }
    }

    fn ratio(&self, ratio: &Measured) -> String {
        let messages = self.messages;
        let said =
            messages.say("check-group-ratio").with("ratio", messages.rounded(ratio.value, 2)).to_string();
        let (Some(low), Some(high)) = (ratio.low, ratio.high) else { return said };
        let (low, high) = (messages.rounded(low, 2), messages.rounded(high, 2));
        format!("{said} {}", messages.say("give-or-take").with("low", low).with("high", high))
    }

    fn variety(&self, varied: &Diversity, pointer: &str) -> Record {
        let messages = self.messages;
        let kinds = messages
            .say("check-varied-kinds")
            .with("first", messages.rounded(varied.distinct.value, 2))
            .with("all", messages.rounded(varied.distinct_in_list.value, 2))
            .to_string();
        let common = messages.sentence(&messages.share(varied.largest_share.value));
        let common = format!("{common} {}", self.share_span(&varied.largest_share));
        let facts = vec![
            Fact::new("check-varied", kinds, pointer),
            Fact::new("check-varied-commonest", common.trim_end(), format!("{pointer}/largest_share")),
        ];
        Record {
            name: Some(self.line(&varied.plain_name, format!("{pointer}/plain_name"))),
            facts,
            ..Record::default()
        }
    }
}

/// The sample card with what was tried on whole lists.
#[cfg(test)]
pub(super) fn sample(card: &mut serde_json::Value) {
    use serde_json::json;

    let number = |value: f64| json!({"value": value, "tolerance": 0.01});
    let around = |value: f64| json!({"value": value, "low": value / 2.0, "high": value, "tolerance": 0.01});
    let group = |value: &str, ratio: serde_json::Value, first: serde_json::Value| json!({"value": value, "items": 60, "lists": 20, "item_share": number(0.4), "ratio": ratio, "top_share": first});
    let small = json!({"value": null, "reason": "too_few_items"});
    card["checks"] = json!({
        "stability": {"error": 0.01, "draws": 10, "lists": 30, "signals": 4, "tau": around(0.96),
            "first_places_kept": around(0.94), "first_item_kept": around(0.8), "score_noise": number(0.05)},
        "position": {"rows": 200, "by_order": number(0.0), "by_copy": number(0.0), "by_size": number(1.0),
            "largest": number(0.0002)},
        "exposure": [{"column": "language", "plain_name": {"en": "Language"}, "first": 10,
            "groups": [group("ta", around(0.85), number(0.33)), group("<hi>", small.clone(), small)]}],
        "diversity": [{"column": "language", "plain_name": {"en": "Language"}, "distinct": around(2.5),
            "distinct_in_list": number(3.0), "largest_share": around(0.6), "entropy": around(1.2)}],
    });
}
