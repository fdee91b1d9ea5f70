//! What is asked about a card.

use super::Question;
use super::choices::{Draft, amounts};
use crate::card::{Card, Control, Example, Known, MeasuredEffect, Metric, Signal};
use crate::source::Text;
use crate::source::claims::{Part, parts};
use crate::words::{Messages, Tendency, ranked_by, tendency};

/// A signal that counts at least this many times as much as another is clearly stronger.
const CLEARLY: f64 = 1.5;

/// A card, and the language in which it is asked about.
pub(super) struct Asking<'a> {
    card: &'a Card,
    messages: &'a Messages,
    seed: String,
}

impl<'a> Asking<'a> {
    pub(super) fn new(card: &'a Card, messages: &'a Messages) -> Self {
        let seed = format!("{} {}", card.card_id, card.version);
        Self { card, messages, seed }
    }

    /// Everything that can be asked, the most telling first. The last seven can always be asked.
    pub(super) fn all(&self) -> Vec<Question> {
        [
            self.strongest(),
            self.weight(),
            self.way(),
            self.why(),
            self.control(),
            self.profile(),
            self.weakest(),
            self.lists(),
            self.limit(),
            self.author(),
            self.withheld(),
            self.signals(),
            self.items(),
            self.order(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Words that people wrote, in the language that is asked in, else in English, else in any.
    fn words(&self, text: &Text) -> String {
        let best = text.best(&[self.messages.language(), Messages::english().language()]);
        let shown = |part| match part {
            Part::Words(words) => words,
            Part::Cited { shown, .. } => shown,
        };
        parts(best).into_iter().map(shown).collect()
    }

    fn text(&self, id: &str) -> String {
        self.messages.text(id)
    }

    fn texts(&self, ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| self.text(id)).collect()
    }

    fn metric(&self) -> Metric {
        self.card.signals.first().map_or(Metric::MeanAbsPlaces, |signal| signal.importance.metric)
    }

    /// `id` where the card speaks of places, `id-points` where it speaks of scores.
    fn by_metric(&self, places: &'static str, points: &'static str) -> &'static str {
        if self.metric() == Metric::MeanAbsPlaces { places } else { points }
    }

    fn place_of(&self, signal: &Signal) -> String {
        let at = self.card.signals.iter().position(|other| other.id == signal.id).unwrap_or_default();
        format!("/signals/{at}")
    }

    fn named(&self, id: &'static str, signal: &Signal) -> String {
        self.messages.say(id).with("signal", self.words(&signal.plain_name)).to_string()
    }

    fn strongest(&self) -> Option<Question> {
        let ranked = self.card.ranked_signals();
        let first = *ranked.first()?;
        let much = ranked_by(&first.importance).value;
        let clearly = |signal: &&&Signal| much > ranked_by(&signal.importance).value * CLEARLY;
        let weaker = ranked.iter().skip(1).filter(clearly).map(|signal| self.words(&signal.plain_name));
        let text = self.text(self.by_metric("quiz-strongest", "quiz-strongest-points"));
        let pointer = format!("{}/importance/rank", self.place_of(first));
        let right = self.words(&first.plain_name);
        Draft::new("strongest", text, pointer).mixed(&self.seed, &right, weaker.collect())
    }

    fn weakest(&self) -> Option<Question> {
        let ranked = self.card.ranked_signals();
        let last = *ranked.last()?;
        let little = ranked_by(&last.importance).value;
        let clearly = |signal: &&&Signal| ranked_by(&signal.importance).value > little * CLEARLY;
        let stronger = ranked.iter().filter(clearly).map(|signal| self.words(&signal.plain_name));
        let text = self.text(self.by_metric("quiz-weakest", "quiz-weakest-points"));
        let pointer = format!("{}/importance/rank", self.place_of(last));
        let right = self.words(&last.plain_name);
        Draft::new("weakest", text, pointer).mixed(&self.seed, &right, stronger.collect())
    }

    /// How much the strongest signal counts.
    fn weight(&self) -> Option<Question> {
        let signal = *self.card.ranked_signals().first()?;
        let importance = &signal.importance;
        let number = ranked_by(importance).value;
        if number <= 0.0 {
            return None;
        }
        let unit = self.card.score_unit.as_ref().map(|unit| self.words(unit));
        let right = self.messages.weight(importance, unit.as_deref());
        let (place, most) = match importance.metric {
            Metric::MeanAbsPlaces => ("mean_abs_places", self.places()),
            Metric::MeanAbsPoints => ("mean_abs_points", f64::INFINITY),
        };
        let choices =
            amounts(&self.seed, "weight", number, most).into_iter().map(|amount| match importance.metric {
                _ if amount.total_cmp(&number).is_eq() => right.clone(),
                Metric::MeanAbsPlaces => self.messages.places(amount),
                Metric::MeanAbsPoints => self.messages.points(amount, unit.as_deref()),
            });
        let text = self.named(self.by_metric("quiz-weight", "quiz-weight-points"), signal);
        let pointer = format!("{}/importance/{place}", self.place_of(signal));
        Draft::new("weight", text, pointer).ordered(&right, choices.collect())
    }

    /// How many places an item of a usual list can move at most.
    #[expect(clippy::cast_precision_loss, reason = "lists are far shorter than 2^53 items")]
    fn places(&self) -> f64 {
        self.card.lists.items_per_list.median.saturating_sub(1) as f64
    }

    /// Which way the strongest signal works whose way is known.
    fn way(&self) -> Option<Question> {
        let ranked = self.card.ranked_signals();
        let (signal, direction) =
            ranked.iter().find_map(|signal| Some((*signal, signal.importance.direction.known()?)))?;
        let ways = [
            self.by_metric("quiz-way-up", "quiz-way-up-points"),
            self.by_metric("quiz-way-down", "quiz-way-down-points"),
            "quiz-way-mixed",
            "quiz-way-none",
        ];
        let [up, down, mixed, none] = ways;
        let right = match tendency(direction) {
            Tendency::Up | Tendency::MostlyUp => up,
            Tendency::Down | Tendency::MostlyDown => down,
            Tendency::Both => mixed,
            Tendency::None => none,
        };
        let text = self.named("quiz-way", signal);
        let pointer = format!("{}/importance/direction", self.place_of(signal));
        Draft::new("way", text, pointer).ordered(&self.text(right), self.texts(&ways))
    }

    /// Which signal puts one item above another.
    fn why(&self) -> Option<Question> {
        let (at, example, first) = (0..).zip(&self.card.examples).find_map(|(at, example)| {
            let first = example.largest.first().filter(|_| example.largest_are_clear)?;
            Some((at, example, self.card.signal(first)?))
        })?;
        let ranked = self.card.ranked_signals();
        let others = ranked.iter().filter(|signal| does_little(example, &signal.id));
        let others = others.map(|signal| self.words(&signal.plain_name)).collect();
        let say = self.messages.say("quiz-why").with("upper", self.messages.item_name(&example.upper));
        let text = say.with("lower", self.messages.item_name(&example.lower)).to_string();
        let right = self.words(&first.plain_name);
        Draft::new("why", text, format!("/examples/{at}/largest")).mixed(&self.seed, &right, others)
    }

    /// What the first control does that was measured; else what is said of the first.
    fn control(&self) -> Option<Question> {
        let controls = || (0..).zip(&self.card.controls);
        let measured = |(_, control): &(usize, &Control)| control.measured.known().is_some();
        let (at, control) = controls().find(measured).or_else(|| controls().next())?;
        let pointer = format!("/controls/{at}/measured");
        let right = self.messages.effect(&control.measured, &self.card.lists, &pointer);
        let right = right.into_iter().next()?;
        let text = self.messages.say("quiz-control").with("control", self.words(&control.plain)).to_string();
        let wrong = self.other_effects(&control.measured);
        Draft::new("control", text, right.pointer).mixed(&self.seed, &right.text, wrong)
    }

    /// What the control does not do.
    fn other_effects(&self, measured: &Known<MeasuredEffect>) -> Vec<String> {
        let places = |id: &str, places: f64| {
            self.messages.say(id).with("places", self.messages.places(places)).to_string()
        };
        match measured {
            Known::Yes(MeasuredEffect::Set { places_up, .. }) => {
                let moved = places_up.value.abs().max(1.0);
                let turned = if places_up.value > 0.0 { "effect-down" } else { "effect-up" };
                vec![
                    places(turned, moved),
                    self.text("effect-moves-nothing"),
                    self.text("quiz-control-hides"),
                ]
            }
            Known::Yes(MeasuredEffect::Remove { .. }) => vec![
                places("effect-up", 3.0),
                places("effect-down", 3.0),
                self.text("effect-removes-nothing"),
            ],
            Known::Yes(MeasuredEffect::Switch { together, .. }) => {
                let moved = together.places.value.max(0.5) * 9.0;
                vec![
                    self.text("effect-moves-nothing"),
                    places("effect-switches", moved),
                    self.text("quiz-control-hides"),
                ]
            }
            Known::No(_) => {
                vec![places("effect-up", 3.0), places("effect-down", 3.0), self.text("quiz-control-hides")]
            }
        }
    }

    fn profile(&self) -> Option<Question> {
        let option = &self.card.non_profiling_option;
        let (right, place) = match (option.profile_signals, option.available) {
            (0, _) => ("quiz-profile-no", "profile_signals"),
            (_, true) => ("quiz-profile-off", "available"),
            (_, false) => ("quiz-profile-always", "available"),
        };
        let pointer = format!("/non_profiling_option/{place}");
        let choices = self.texts(&["quiz-profile-off", "quiz-profile-always", "quiz-profile-no"]);
        Draft::new("profile", self.text("quiz-profile"), pointer).ordered(&self.text(right), choices)
    }

    fn lists(&self) -> Option<Question> {
        let right = if self.card.lists.made_up { "quiz-lists-made-up" } else { "quiz-lists-real" };
        let choices =
            self.texts(&["quiz-lists-made-up", "quiz-lists-real", "quiz-lists-guess", "quiz-lists-readers"]);
        Draft::new("lists", self.text("quiz-lists"), "/lists/made_up").ordered(&self.text(right), choices)
    }

    /// What no card can prove.
    fn limit(&self) -> Option<Question> {
        let right = self.text("quiz-limit-operator");
        let wrong = self.texts(&["quiz-limit-numbers", "quiz-limit-file", "quiz-limit-lists"]);
        Draft::new("limit", self.text("quiz-limit"), "/operator/name").mixed(&self.seed, &right, wrong)
    }

    fn author(&self) -> Option<Question> {
        let (author, operator) = (&self.card.author.name, &self.card.operator.name);
        let said = |id: &str, name: &str| self.messages.say(id).with("name", name).to_string();
        let runs = said("quiz-author-operator", operator);
        let right = if author == operator { runs.clone() } else { said("quiz-author-other", author) };
        let wrong = vec![runs, self.text("quiz-author-court"), self.text("quiz-author-readers")];
        Draft::new("author", self.text("quiz-author"), "/author/name").mixed(&self.seed, &right, wrong)
    }

    fn withheld(&self) -> Option<Question> {
        let right = if self.card.withheld.is_empty() { "quiz-withheld-no" } else { "quiz-withheld-yes" };
        let choices = self.texts(&["quiz-withheld-yes", "quiz-withheld-no"]);
        Draft::new("withheld", self.text("quiz-withheld"), "/withheld").ordered(&self.text(right), choices)
    }

    fn signals(&self) -> Option<Question> {
        self.count("signals", "quiz-signals", self.card.signals.len() as u64, "/signals")
    }

    fn items(&self) -> Option<Question> {
        self.count("items", "quiz-items", self.card.lists.items, "/lists/items")
    }

    fn count(&self, id: &'static str, message: &str, right: u64, pointer: &str) -> Option<Question> {
        let said = |count: u64| self.messages.say("count").with("count", count).to_string();
        let mut counts = [right, right.saturating_mul(3), right.saturating_mul(9), right / 3];
        counts.sort_unstable();
        let counts = counts.into_iter().filter(|count| *count > 0).map(said).collect();
        Draft::new(id, self.text(message), pointer).ordered(&said(right), counts)
    }

    fn order(&self) -> Option<Question> {
        let right = match self.card.order {
            explain::Order::Descending => "quiz-order-high",
            explain::Order::Ascending => "quiz-order-low",
        };
        let choices = self.texts(&["quiz-order-high", "quiz-order-low", "quiz-order-chance"]);
        Draft::new("order", self.text("quiz-order"), "/order").ordered(&self.text(right), choices)
    }
}

/// Whether a signal is none of those that put the upper item above, nor close to them.
fn does_little(example: &Example, signal: &str) -> bool {
    let part = |id: &str| {
        let found = example.contributions.iter().find(|part| part.signal == id);
        found.map_or(0.0, |part| part.points.value * example.gap.value.signum())
    };
    let largest = example.largest.first().map_or(0.0, |first| part(first));
    part(signal) * CLEARLY < largest && !example.largest.iter().any(|id| id == signal)
}
