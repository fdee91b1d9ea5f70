//! What every number of the card rests on.

use cards::card::File;

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
        facts.extend([
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
        ]);
        facts
    }

    fn file(&self, label: &'static str, file: &File, pointer: &str) -> Fact {
        let size = self.messages.bytes(file.bytes);
        Fact::code(label, format!("{} ({size}) sha256:{}", file.path, file.sha256), pointer)
    }
}

fn number(telling: &Telling<'_>, count: u64) -> String {
    telling.messages.say("count").with("count", count).to_string()
}
