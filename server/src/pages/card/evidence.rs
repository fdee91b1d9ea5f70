//! What every number of the card rests on.

use cards::card::{File, FormKind, Known, Parity};

use super::super::lines::Fact;
use super::Telling;

impl Telling<'_> {
    /// Everything needed to compute the card again, with its place in the card.
    pub(super) fn evidence(&self) -> Vec<Fact> {
        let (card, messages) = (self.card, self.messages);
        let (evidence, release) = (&card.evidence, &card.release);
        let mut facts = vec![
            self.file("evidence-model", &evidence.model, "/evidence/model"),
            self.file("evidence-lists", &evidence.dataset, "/evidence/dataset"),
            self.file("evidence-words", &evidence.card_source, "/evidence/card_source"),
        ];
        if let Some(recipe) = &card.lists.recipe {
            facts.push(Fact::native("evidence-recipe", self.native(recipe), "/lists/recipe"));
        }
        facts.extend([
            Fact::new(
                "evidence-release",
                format!("{} {}", release.repository.name, release.version),
                "/release",
            ),
            Fact::code("evidence-digest", release.digest.to_string(), "/release/digest"),
            Fact::new("evidence-date", messages.date(release.published_at), "/release/published_at"),
            Fact::new(
                "evidence-runtime",
                format!("{} {}", evidence.runtime.name, evidence.runtime.version),
                "/evidence/runtime",
            ),
            Fact::new("evidence-engine", evidence.engine.clone(), "/evidence/engine"),
            Fact::code("evidence-seed", evidence.seed.clone(), "/evidence/seed"),
            Fact::new(
                "evidence-draws",
                number(self, evidence.draws.importance),
                "/evidence/draws/importance",
            ),
            Fact::new(
                "evidence-bootstrap",
                number(self, evidence.draws.bootstrap),
                "/evidence/draws/bootstrap",
            ),
        ]);
        let rows = messages.say("evidence-background-rows").with("count", evidence.background.rows);
        facts.push(Fact::new("evidence-background", rows.to_string(), "/evidence/background/rows"));
        facts.extend(self.model_facts());
        facts.extend(self.form());
        facts.extend(self.quality());
        facts.extend(self.golden());
        if let Some(Known::Yes(tied)) = evidence.resolution.map(|resolution| resolution.tied_pairs) {
            let share = messages.share(tied.value);
            facts.push(Fact::new("evidence-resolution", share, "/evidence/resolution/tied_pairs"));
        }
        facts
    }

    /// What the model says about itself.
    fn model_facts(&self) -> [Fact; 4] {
        let evidence = &self.card.evidence;
        [
            Fact::code("evidence-tie", evidence.tie_tolerance.to_string(), "/evidence/tie_tolerance"),
            Fact::new(
                "evidence-nodes",
                number(self, evidence.model_facts.nodes),
                "/evidence/model_facts/nodes",
            ),
            Fact::new(
                "evidence-parameters",
                number(self, evidence.model_facts.parameters),
                "/evidence/model_facts/parameters",
            ),
            Fact::code(
                "evidence-operators",
                evidence.model_facts.operators.join(", "),
                "/evidence/model_facts/operators",
            ),
        ]
    }

    /// How good the explanation of the scores is.
    fn quality(&self) -> Vec<Fact> {
        let Some(quality) = &self.card.evidence.quality else { return Vec::new() };
        let messages = self.messages;
        let gap = quality.additivity_gap;
        let gap = if gap.value <= gap.tolerance {
            messages.text("evidence-quality-gap-none")
        } else {
            messages.rounded(gap.value, 2)
        };
        let error = if quality.exact {
            messages.text("exact")
        } else {
            let stderr = messages.rounded(quality.largest_stderr.value, 2);
            messages.say("evidence-quality-stderr").with("stderr", stderr).to_string()
        };
        let mut facts = vec![
            Fact::new("evidence-quality-rows", number(self, quality.rows), "/evidence/quality/rows"),
            Fact::new("evidence-quality-gap", gap, "/evidence/quality/additivity_gap"),
            Fact::new("evidence-quality-error", error, "/evidence/quality/largest_stderr"),
        ];
        if let Known::Yes(tau) = &quality.halves {
            let same = messages.share(f64::midpoint(1.0, tau.value));
            let text = messages.say("evidence-quality-halves-agree").with("share", same).to_string();
            facts.push(Fact::new("evidence-quality-halves", text, "/evidence/quality/halves"));
        }
        facts
    }

    /// What the model is made of, and what cannot reach the score.
    fn form(&self) -> Vec<Fact> {
        let Some(form) = &self.card.evidence.model_form else { return Vec::new() };
        let kind = match form.kind {
            FormKind::Trees => "evidence-form-trees",
            FormKind::Linear => "evidence-form-linear",
            FormKind::Parts => "evidence-form-parts",
            FormKind::Network => "evidence-form-network",
            FormKind::BlackBox => "evidence-form-black-box",
        };
        let mut facts =
            vec![Fact::new("evidence-form", self.messages.text(kind), "/evidence/model_form/kind")];
        if let Some(why) = &form.why {
            facts.push(Fact::code("evidence-form-why", why.clone(), "/evidence/model_form/why"));
        }
        if form.compared_rows > 0 {
            let rows = number(self, form.compared_rows);
            facts.push(Fact::new("evidence-form-compared", rows, "/evidence/model_form/compared_rows"));
        }
        if !form.not_used.is_empty() {
            let ids = form.not_used.join(", ");
            facts.push(Fact::code("evidence-not-used", ids, "/evidence/model_form/not_used"));
        }
        facts
    }

    /// How the scores compare with those of the author's own system.
    fn golden(&self) -> Vec<Fact> {
        let messages = self.messages;
        let Some(golden) = &self.card.evidence.golden else {
            return vec![Fact::new("evidence-golden", messages.text("evidence-golden-none"), "/evidence")];
        };
        let said = if golden.holds() { "evidence-golden-same" } else { "evidence-golden-differ" };
        let said = messages.say(said).with("rows", golden.rows).with("differ", golden.differ.value);
        let unit = self.card.score_unit.as_ref().map(|unit| self.native(unit).plain());
        let limit = messages.say("evidence-golden-limit-is").with("limit", golden.limit);
        let largest = messages.points(golden.largest.value, unit.as_deref());
        let mut facts = vec![
            Fact::new("evidence-golden", said.to_string(), "/evidence/golden/differ"),
            self.file("evidence-golden-file", &golden.file, "/evidence/golden/file"),
            Fact::new("evidence-golden-largest", largest, "/evidence/golden/largest"),
            Fact::new("evidence-golden-limit", limit.to_string(), "/evidence/golden/limit"),
        ];
        facts.extend(self.golden_order(golden));
        if let Some(worst) = &golden.worst {
            let text = match &worst.item_id {
                Some(item) => {
                    messages.say("evidence-golden-worst-item").with("row", worst.row).with("item", item)
                }
                None => messages.say("evidence-golden-worst-row").with("row", worst.row),
            };
            facts.push(Fact::new("evidence-golden-worst", text.to_string(), "/evidence/golden/worst"));
        }
        facts
    }

    /// How much of the author's order the model keeps.
    fn golden_order(&self, golden: &Parity) -> Option<Fact> {
        let tau = golden.tau.known()?.value;
        let text = if tau < 1.0 {
            let turned = self.messages.share(f64::midpoint(1.0, -tau));
            self.messages.say("evidence-golden-order-other").with("share", turned).to_string()
        } else {
            self.messages.text("evidence-golden-order-same")
        };
        Some(Fact::new("evidence-golden-order", text, "/evidence/golden/tau"))
    }

    fn file(&self, label: &'static str, file: &File, pointer: &str) -> Fact {
        let size = self.messages.bytes(file.bytes);
        Fact::code(label, format!("{} ({size}) sha256:{}", file.path, file.sha256), pointer)
    }
}

fn number(telling: &Telling<'_>, count: u64) -> String {
    telling.messages.say("count").with("count", count).to_string()
}
