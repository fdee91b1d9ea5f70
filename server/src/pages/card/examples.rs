//! Examples: why one item is above another, with the part of each signal.

use cards::card::{Contribution, Example, Measured};
use cards::source::MutableBy;

use super::super::lines::Line;
use super::super::native::Native;
use super::Telling;

/// How many parts of an example are shown unfolded.
const UNFOLDED: usize = 4;

/// One pair of items.
pub(super) struct ExampleView {
    pub(super) why: Line,
    pub(super) facts: Vec<Line>,
    /// The largest parts.
    pub(super) parts: Vec<PartView>,
    /// The other parts, folded away.
    pub(super) smaller: Vec<PartView>,
    pub(super) exactness: Line,
    /// What would turn it round.
    pub(super) flip: Option<Line>,
}

/// The part of one signal, for or against the upper item.
pub(super) struct PartView {
    pub(super) name: Line,
    pub(super) values: Option<Line>,
    pub(super) points: Line,
    pub(super) class: &'static str,
    pub(super) mark: &'static str,
}

impl Telling<'_> {
    pub(super) fn examples(&self) -> Vec<ExampleView> {
        (0..).zip(&self.card.examples).map(|(at, example)| self.example(at, example)).collect()
    }

    /// The example of the first screen: the first whose reasons lead clearly, else the first.
    pub(super) fn first_example(&self) -> Option<Line> {
        let examples = &self.card.examples;
        let at = examples.iter().position(|example| example.largest_are_clear).unwrap_or_default();
        examples.get(at).map(|example| self.why(at, example))
    }

    fn why(&self, at: usize, example: &Example) -> Line {
        let name = |id: &str| self.signal_name(id).plain();
        Line::new(self.messages.why_above(example, name), format!("/examples/{at}"))
    }

    fn example(&self, at: usize, example: &Example) -> ExampleView {
        let pointer = format!("/examples/{at}");
        let mut parts: Vec<PartView> = (0..)
            .zip(&example.contributions)
            .map(|(place, part)| self.part(example, part, &format!("{pointer}/contributions/{place}")))
            .collect();
        parts.extend(self.other_parts(example, &format!("{pointer}/others")));
        let smaller = parts.split_off(parts.len().min(UNFOLDED));
        let exactness = match example.drawn {
            0 => self.messages.text("card-example-exact"),
            drawn => self.messages.say("card-example-drawn").with("count", drawn).to_string(),
        };
        ExampleView {
            why: self.why(at, example),
            facts: self.example_facts(example, &pointer),
            parts,
            smaller,
            exactness: Line::new(exactness, format!("{pointer}/drawn")),
            flip: self.flip(example, &pointer),
        }
    }

    fn example_facts(&self, example: &Example, pointer: &str) -> Vec<Line> {
        let messages = self.messages;
        let number = |number: &Measured| messages.rounded(number.value, 4);
        let list = messages.say("card-example-list").with("list", &example.list_id);
        let places = messages
            .say("card-example-places")
            .with("upper", number(&example.upper.place))
            .with("lower", number(&example.lower.place));
        let gap = messages
            .say("card-example-gap")
            .with("upper", number(&example.upper.score))
            .with("lower", number(&example.lower.score))
            .with("gap", messages.rounded(example.gap.value.abs(), 3));
        vec![Line::new(format!("{list} {places}"), pointer), Line::new(gap.to_string(), pointer)]
    }

    /// The one change that puts the lower item above, in the words of whoever can make it.
    fn flip(&self, example: &Example, pointer: &str) -> Option<Line> {
        let flip = example.flip.as_ref()?;
        let signal = self.card.signal(&flip.signal)?;
        let id = match signal.mutable_by {
            MutableBy::Reader => "flip-reader",
            MutableBy::Author => "flip-author",
            MutableBy::Operator => "flip-operator",
            MutableBy::NoOne => "flip-no-one",
        };
        let unit = signal.unit.as_ref().map(|unit| self.native(unit).plain());
        let value = |value: f64| self.messages.full_value(value, unit.as_deref());
        let said = self
            .messages
            .say(id)
            .with("lower", self.messages.item_name(&example.lower))
            .with("signal", self.native(&signal.plain_name).plain())
            .with("value", value(flip.value))
            .with("own", value(flip.own));
        let checked = self.messages.text("flip-checked");
        Some(Line::new(format!("{said} {checked}"), pointer))
    }

    fn part(&self, example: &Example, part: &Contribution, pointer: &str) -> PartView {
        let signal = self.card.signal(&part.signal);
        let unit = signal.and_then(|signal| signal.unit.as_ref()).map(|unit| self.native(unit).plain());
        let value = |value: f64| self.messages.value(value, unit.as_deref());
        let values = self
            .messages
            .say("card-example-values")
            .with("upper", value(part.upper_value))
            .with("lower", value(part.lower_value));
        let name = Line { text: self.signal_name(&part.signal), pointer: format!("{pointer}/signal") };
        PartView {
            values: Some(Line::new(values.to_string(), pointer)),
            ..self.points(example, name, &part.points, pointer)
        }
    }

    /// The smaller parts, together.
    fn other_parts(&self, example: &Example, pointer: &str) -> Option<PartView> {
        let others = example.others?;
        let name = self.messages.say("card-example-others").with("count", others.signals).to_string();
        let name = Line::new(name, format!("{pointer}/signals"));
        Some(self.points(example, name, &others.points, pointer))
    }

    fn points(&self, example: &Example, name: Line, points: &Measured, pointer: &str) -> PartView {
        let messages = self.messages;
        let is_for = points.value * example.gap.value >= 0.0;
        let (id, class, mark) = if is_for {
            ("card-example-for", "for", "▲")
        } else {
            ("card-example-against", "against", "▼")
        };
        let unit = self.card.score_unit.as_ref().map(|unit| self.native(unit).plain());
        let amount = messages.points(points.value, unit.as_deref());
        let mut text = messages.say(id).with("points", amount).to_string();
        if let Some(stderr) = points.stderr.filter(|stderr| *stderr > 0.0) {
            let stderr = messages.rounded(stderr, 2);
            let chance = messages.say("card-example-stderr").with("stderr", stderr).to_string();
            text = format!("{text}, {chance}");
        }
        PartView { name, values: None, points: Line::new(text, format!("{pointer}/points")), class, mark }
    }

    /// The plain name of a signal; its id where the card names an unknown one.
    fn signal_name(&self, id: &str) -> Native {
        self.card.signal(id).map_or_else(|| Native::here(id), |signal| self.native(&signal.plain_name))
    }
}
