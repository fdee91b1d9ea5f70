//! Sentences that explain numbers of a card. Each is made from measured figures and names where they stand.

use explain::direction::Verdict;

use super::Messages;
use super::amounts::whole;
use crate::card::{
    Direction, Example, ExampleItem, Importance, Known, ListFacts, Measured, MeasuredEffect, Metric,
    OtherLists, Proof, Reason, Spread, Together,
};

/// A sentence, and the place in the card's JSON of the figures it was made from (RFC 6901 pointer).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statement {
    /// The sentence.
    pub text: String,
    /// Where its figures stand.
    pub pointer: String,
}

/// Most words in the sentence why one item is above another.
pub const WHY_WORDS: usize = 30;
/// Words that this sentence has besides names and titles, with some room for other languages.
const WHY_OWN_WORDS: usize = 9;
/// Most words of a signal's name in it.
const NAME_WORDS: usize = 6;

impl Statement {
    fn at(pointer: &str, place: &str, text: String) -> Self {
        Self { text, pointer: format!("{pointer}{place}") }
    }
}

impl Messages {
    /// How much a signal counts, for a headline: `about 9 places`, or in points where the system gives scores.
    #[must_use]
    pub fn weight(&self, importance: &Importance, unit: Option<&str>) -> String {
        match importance.metric {
            Metric::MeanAbsPlaces => {
                let places = &importance.mean_abs_places;
                match (places.low, places.high) {
                    (Some(low), Some(high)) if places.value >= 0.05 => {
                        self.places_in_span(places.value, low, high)
                    }
                    _ => self.places(places.value),
                }
            }
            Metric::MeanAbsPoints => self.points(importance.mean_abs_points.value, unit),
        }
    }

    /// Between which numbers that lies, as a sentence; and where no interval can be had, that there is none.
    #[must_use]
    pub fn weight_range(&self, importance: &Importance, unit: Option<&str>) -> String {
        let number = ranked_by(importance);
        match (number.low, number.high) {
            _ if importance.never_moved => self.text("signal-never-moved"),
            (Some(low), Some(high)) => match importance.metric {
                Metric::MeanAbsPlaces => self.sentence(&self.places_between(low, high)),
                Metric::MeanAbsPoints => self.sentence(&self.points_between(low, high, unit)),
            },
            _ => self.text("range-unknown"),
        }
    }

    /// Which way more of a signal moves an item, as a sentence.
    #[must_use]
    pub fn way(&self, direction: &Known<Direction>, metric: Metric) -> String {
        let Some(direction) = direction.known() else { return self.reason(direction.reason()) };
        self.text(match (tendency(direction), metric) {
            (Tendency::Up, Metric::MeanAbsPlaces) => "way-up",
            (Tendency::Down, Metric::MeanAbsPlaces) => "way-down",
            (Tendency::MostlyUp, Metric::MeanAbsPlaces) => "way-mostly-up",
            (Tendency::MostlyDown, Metric::MeanAbsPlaces) => "way-mostly-down",
            (Tendency::Up, Metric::MeanAbsPoints) => "way-up-points",
            (Tendency::Down, Metric::MeanAbsPoints) => "way-down-points",
            (Tendency::MostlyUp, Metric::MeanAbsPoints) => "way-mostly-up-points",
            (Tendency::MostlyDown, Metric::MeanAbsPoints) => "way-mostly-down-points",
            (Tendency::Both, _) => "way-mixed",
            (Tendency::None, _) => "way-none",
        })
    }

    /// What is proven about the way, and for which items, as two sentences.
    #[must_use]
    pub fn proof(&self, proof: &Proof, metric: Metric) -> String {
        let what = self.text(match (proof.verdict, metric) {
            (Verdict::Up, Metric::MeanAbsPlaces) => "proof-up",
            (Verdict::Down, Metric::MeanAbsPlaces) => "proof-down",
            (Verdict::Up, Metric::MeanAbsPoints) => "proof-up-points",
            (Verdict::Down, Metric::MeanAbsPoints) => "proof-down-points",
            (Verdict::Mixed, _) => "proof-mixed",
            (Verdict::None, _) => "proof-none",
        });
        let scope = match proof.tested {
            Some(tested) => self.say("proof-tested").with("rows", tested.rows).to_string(),
            None => self.text("proof-any"),
        };
        format!("{what} {scope}")
    }

    /// How far the importance hangs on the lists: its span over three kinds of lists, as a sentence.
    #[must_use]
    pub fn other_lists(&self, other: &OtherLists, metric: Metric, unit: Option<&str>) -> String {
        let (low, high) = (other.low.value, other.high.value);
        let span = match metric {
            Metric::MeanAbsPlaces => self.places_between(low, high),
            Metric::MeanAbsPoints => self.points_between(low, high, unit),
        };
        self.say("signal-other-lists").with("span", span).to_string()
    }

    /// What a control does, in one to three sentences. `pointer` is where the effect stands in the card.
    #[must_use]
    pub fn effect(&self, effect: &Known<MeasuredEffect>, lists: &ListFacts, pointer: &str) -> Vec<Statement> {
        match effect {
            Known::No(missing) => vec![Statement::at(pointer, "/reason", self.reason(Some(missing.reason)))],
            Known::Yes(MeasuredEffect::Set { places_up, moved, together, .. }) => {
                let pointer = format!("{pointer}/set");
                let mut said = vec![Statement::at(&pointer, "/places_up", self.set_effect(places_up, moved))];
                if moved.value > 0.0 {
                    said.push(Statement::at(&pointer, "/moved", self.moved(moved)));
                    said.push(self.top("top-all-changed", together, lists, &pointer));
                }
                said
            }
            Known::Yes(MeasuredEffect::Remove { leave, top_changed, .. }) => {
                let pointer = format!("{pointer}/remove");
                let mut said = vec![Statement::at(&pointer, "/leave", self.leaving(leave))];
                if leave.value > 0.0 {
                    let text = self.of_top("top-new", top_changed, lists.top);
                    said.push(Statement::at(&pointer, "/top_changed", text));
                }
                said
            }
            Known::Yes(MeasuredEffect::Switch { together, .. }) => {
                self.reordering(together, lists, &format!("{pointer}/switch"))
            }
        }
    }

    /// What a choice does that changes all items at once, such as the one without profiling.
    #[must_use]
    pub fn effect_at_once(
        &self,
        effect: &Known<MeasuredEffect>,
        lists: &ListFacts,
        pointer: &str,
    ) -> Vec<Statement> {
        match effect {
            Known::Yes(MeasuredEffect::Set { together, .. }) => {
                self.reordering(together, lists, &format!("{pointer}/set"))
            }
            _ => self.effect(effect, lists, pointer),
        }
    }

    /// Which part of the top of a list changes, as a sentence.
    #[must_use]
    pub fn top_changed(&self, changed: &Measured, top: Spread) -> String {
        self.of_top("top-without", changed, top)
    }

    /// Why one item is above another: names the signals that do most for it, in at most [`WHY_WORDS`] words.
    #[must_use]
    pub fn why_above(&self, example: &Example, name: impl Fn(&str) -> String) -> String {
        let reasons: Vec<String> =
            example.largest.iter().take(2).map(|id| shortened(&name(id), NAME_WORDS)).collect();
        let named: usize = reasons.iter().map(|reason| words(reason)).sum();
        let room = (WHY_WORDS.saturating_sub(WHY_OWN_WORDS + named) / 2).max(2);
        let title = |item: &ExampleItem| match &item.title {
            Some(title) => shortened(title, room),
            None => self.say("item-by-id").with("id", &item.item_id).to_string(),
        };
        let id = match (reasons.len(), example.largest_are_clear) {
            (0, _) => "why-none",
            (1, _) => "why-one",
            (_, true) => "why-two",
            (_, false) => "why-two-unclear",
        };
        let (upper, lower) = (title(&example.upper), title(&example.lower));
        let mut saying = self.say(id).with("upper", upper).with("lower", lower);
        for (argument, reason) in ["first", "second"].into_iter().zip(reasons) {
            saying = saying.with(argument, reason);
        }
        saying.to_string()
    }

    /// Why a number is missing, as a sentence.
    #[must_use]
    pub fn reason(&self, reason: Option<Reason>) -> String {
        self.text(match reason {
            Some(Reason::NotPublished) | None => "reason-not-published",
            Some(Reason::Cited) => "reason-cited",
            Some(Reason::OutsideTheModel) => "reason-outside-the-model",
            Some(Reason::NoItemConcerned) => "reason-no-item-concerned",
            Some(Reason::NotAvailable) => "reason-not-available",
            Some(Reason::NotDescribed) => "reason-not-described",
            Some(Reason::NoSuchOption) => "reason-no-such-option",
            Some(Reason::NotAmongTheStrongest) => "reason-not-among-the-strongest",
            Some(Reason::OneValueOnly) => "reason-one-value-only",
            Some(Reason::ListsAreReal) => "reason-lists-are-real",
            Some(Reason::NothingToOrder) => "reason-nothing-to-order",
            Some(Reason::TooFewItems) => "reason-too-few-items",
        })
    }

    /// One number or two, such as `20` or `10 to 30`.
    #[must_use]
    pub fn spread(&self, spread: Spread) -> String {
        if spread.min == spread.max {
            self.say("count").with("count", spread.max).to_string()
        } else {
            self.say("count-span").with("low", spread.min).with("high", spread.max).to_string()
        }
    }

    /// What an item is called in a sentence: its words, cut short, or its id.
    #[must_use]
    pub fn item_name(&self, item: &ExampleItem) -> String {
        match &item.title {
            Some(title) => shortened(title, NAME_WORDS),
            None => self.say("item-by-id").with("id", &item.item_id).to_string(),
        }
    }

    /// Words as a sentence: a capital at the beginning, an end.
    #[must_use]
    pub fn sentence(&self, words: &str) -> String {
        self.say("sentence").with("words", capital(words)).to_string()
    }

    fn set_effect(&self, places_up: &Measured, moved: &Measured) -> String {
        if moved.value <= 0.0 {
            return self.text("effect-moves-nothing");
        }
        if places_up.may_be_zero() || places_up.value == 0.0 {
            return self.text("effect-unclear");
        }
        let id = if places_up.value > 0.0 { "effect-up" } else { "effect-down" };
        self.say(id).with("places", self.places(places_up.value)).to_string()
    }

    fn moved(&self, moved: &Measured) -> String {
        self.say("effect-moved").with("share", self.share(moved.value)).to_string()
    }

    fn leaving(&self, leave: &Measured) -> String {
        if leave.value <= 0.0 {
            return self.text("effect-removes-nothing");
        }
        self.say("effect-removes").with("count", whole(leave.value)).to_string()
    }

    fn reordering(&self, together: &Together, lists: &ListFacts, pointer: &str) -> Vec<Statement> {
        let moves = self.say("effect-switches").with("places", self.places(together.places.value));
        vec![
            Statement::at(pointer, "/together/places", moves.to_string()),
            self.top("top-new", together, lists, pointer),
        ]
    }

    fn top(&self, id: &str, together: &Together, lists: &ListFacts, pointer: &str) -> Statement {
        let text = self.of_top(id, &together.top_changed, lists.top);
        Statement::at(pointer, "/together/top_changed", text)
    }

    fn of_top(&self, id: &str, changed: &Measured, top: Spread) -> String {
        let top = if top.min == top.max && top.max > 1 {
            self.say("top-of").with("count", top.max).to_string()
        } else {
            self.text("top-of-list")
        };
        self.say(id).with("share", self.share(changed.value)).with("top", top).to_string()
    }
}

/// Which way more of a signal moves an item, and how firmly.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tendency {
    /// Towards the top, in every tested step that moved anything.
    Up,
    /// Away from the top, in every such step.
    Down,
    /// Towards the top in at least four of five such steps.
    MostlyUp,
    /// Away from the top in at least four of five such steps.
    MostlyDown,
    /// Now this way, now that.
    Both,
    /// No step moved anything.
    None,
}

/// Which part of the steps that moved something must agree for the word "mostly".
const MOSTLY: f64 = 0.8;

/// What the tested steps of a signal say together.
#[must_use]
pub fn tendency(direction: &Direction) -> Tendency {
    let (rises, falls) = (direction.rises.value, direction.falls.value);
    let least = MOSTLY * (rises + falls);
    match direction.verdict {
        Verdict::Up => Tendency::Up,
        Verdict::Down => Tendency::Down,
        Verdict::Mixed if rises >= least => Tendency::MostlyUp,
        Verdict::Mixed if falls >= least => Tendency::MostlyDown,
        Verdict::Mixed => Tendency::Both,
        Verdict::None => Tendency::None,
    }
}

/// The number that orders the signals.
#[must_use]
pub const fn ranked_by(importance: &Importance) -> &Measured {
    match importance.metric {
        Metric::MeanAbsPlaces => &importance.mean_abs_places,
        Metric::MeanAbsPoints => &importance.mean_abs_points,
    }
}

/// How many words a text has.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The first words of a text, with an ellipsis where some are missing.
fn shortened(text: &str, most: usize) -> String {
    let kept: Vec<&str> = text.split_whitespace().take(most).collect();
    let joined = kept.join(" ");
    if words(text) > most { format!("{joined}…") } else { joined }
}

/// The text with a capital first letter, where the script has capitals.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
