//! How the list comes about, and what the model gives.

use cards::card::{Known, Measured, Output, Step};
use cards::source::StepKind;

use super::super::lines::Line;
use super::super::native::Native;
use super::Telling;

/// One step.
pub(super) struct StepView {
    pub(super) title: Native,
    pub(super) plain: Native,
    /// What kind of step, unless the title says just that.
    pub(super) kind: Option<&'static str>,
    pub(super) facts: Vec<Line>,
    pub(super) rule: Option<String>,
    pub(super) pointer: String,
}

/// One output of the model.
pub(super) struct OutputView {
    pub(super) name: String,
    pub(super) fact: Line,
    pub(super) pointer: String,
}

impl Telling<'_> {
    pub(super) fn steps(&self) -> Vec<StepView> {
        (0..).zip(&self.card.steps).map(|(at, step)| self.step(at, step)).collect()
    }

    fn step(&self, at: usize, step: &Step) -> StepView {
        let pointer = format!("/steps/{at}");
        let (title, kind) = (self.native(&step.title), kind_message(step.kind));
        StepView {
            kind: (title.plain() != self.messages.text(kind)).then_some(kind),
            title,
            plain: self.native(&step.plain),
            facts: self.step_facts(at, step, &pointer),
            rule: step.rule.as_ref().map(ToString::to_string),
            pointer,
        }
    }

    fn step_facts(&self, at: usize, step: &Step, pointer: &str) -> Vec<Line> {
        let messages = self.messages;
        let mut facts = Vec::new();
        if let Some(count) = step.keep_top {
            let text = messages.say("card-step-keeps").with("count", count).to_string();
            facts.push(Line::new(text, format!("{pointer}/keep_top")));
        }
        let number = |number: &Measured| messages.rounded(number.value, 3);
        let missing =
            |place: &str, reason| Line::new(messages.reason(reason), format!("{pointer}/{place}/reason"));
        match (&step.count_in, &step.count_out, self.step_cited(at, step)) {
            (Known::Yes(before), Known::Yes(after), _) => {
                let counts = messages.say("card-step-counts").with("before", number(before));
                facts.push(Line::new(counts.with("after", number(after)).to_string(), pointer));
            }
            (_, _, Some(cited)) => facts.push(cited),
            _ if step.rule.is_none() && leaves_nothing_out(step.kind) => {}
            (_, Known::No(why), None) => facts.push(missing("count_out", Some(why.reason))),
            (Known::No(why), Known::Yes(_), None) => facts.push(missing("count_in", Some(why.reason))),
        }
        facts
    }

    /// The number that the operator published about a step.
    fn step_cited(&self, at: usize, step: &Step) -> Option<Line> {
        let id = step.cited.as_ref()?;
        let cited = self.card.cited.iter().find(|cited| cited.id == *id)?;
        let text = self.messages.say("card-step-cited").with("value", self.cited_value(cited)).to_string();
        Some(Line::new(text, format!("/steps/{at}/cited")))
    }

    pub(super) fn cited_value(&self, cited: &cards::source::Cited) -> String {
        let unit = cited.unit.as_ref().map(|unit| self.native(unit).plain());
        self.messages.full_value(cited.value, unit.as_deref())
    }

    pub(super) fn outputs(&self) -> Vec<OutputView> {
        (0..).zip(&self.card.outputs).map(|(at, output)| self.output(at, output)).collect()
    }

    /// The predictions inside the model, with what each adds.
    pub(super) fn predictions(&self) -> Vec<OutputView> {
        let unit = self.card.score_unit.as_ref().map(|unit| self.native(unit).plain());
        let prediction = |(at, prediction): (usize, &cards::card::Prediction)| {
            let pointer = format!("/predictions/{at}");
            let points = self.messages.points(prediction.points.value, unit.as_deref());
            let said = self.messages.say("card-prediction").with("points", points);
            let text = format!("{said} {}", self.messages.text("exact"));
            let fact = Line::new(text, format!("{pointer}/points"));
            OutputView { name: prediction.name.clone(), fact, pointer }
        };
        (0..).zip(&self.card.predictions).map(prediction).collect()
    }

    fn output(&self, at: usize, output: &Output) -> OutputView {
        let (messages, pointer) = (self.messages, format!("/outputs/{at}"));
        let fact = match (output.weight, output.used) {
            (Some(weight), _) => {
                let text = messages.say("card-output-weight").with("weight", weight).to_string();
                Line::new(text, format!("{pointer}/weight"))
            }
            (None, true) => Line::new(messages.text("card-output-used"), format!("{pointer}/used")),
            (None, false) => Line::new(messages.text("card-output-unused"), format!("{pointer}/used")),
        };
        OutputView { name: output.name.clone(), fact, pointer }
    }
}

/// Whether steps of this kind only score or order, so that no count is missing.
const fn leaves_nothing_out(kind: StepKind) -> bool {
    matches!(kind, StepKind::Score | StepKind::Rerank | StepKind::Diversity | StepKind::Show)
}

const fn kind_message(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Gather => "step-gather",
        StepKind::Filter => "step-filter",
        StepKind::Score => "step-score",
        StepKind::Rerank => "step-rerank",
        StepKind::Diversity => "step-diversity",
        StepKind::IntegrityDemotion => "step-integrity-demotion",
        StepKind::Mix => "step-mix",
        StepKind::Show => "step-show",
    }
}
