//! Signals: how much each counts, which way, and what is known of it.

use cards::card::{Known, Metric, Signal};
use cards::source::MutableBy;
use cards::words::{Tendency, capital, ranked_by, tendency};

use super::super::lines::Line;
use super::super::native::Native;
use super::Telling;

/// Length of the longest bar, in units of the drawing.
const LONGEST: f64 = 300.0;

/// A signal with its bar.
#[derive(Clone)]
pub(super) struct SignalView {
    pub(super) id: String,
    pub(super) name: Native,
    pub(super) help: Native,
    pub(super) reason: Native,
    pub(super) source: Native,
    pub(super) mutable_by: &'static str,
    pub(super) weight: Line,
    pub(super) range: Line,
    pub(super) way: Line,
    pub(super) bar: Bar,
    pub(super) facts: Vec<Line>,
    pub(super) chips: Vec<&'static str>,
    pub(super) pointer: String,
}

/// A bar of a chart. Lengths are whole units of the drawing; the sentence beside it says the same.
#[derive(Clone)]
pub(super) struct Bar {
    pub(super) width: String,
    pub(super) range: Option<Ends>,
    pub(super) class: &'static str,
    pub(super) mark: &'static str,
}

/// Both ends of a range on a bar.
#[derive(Clone)]
pub(super) struct Ends {
    pub(super) low: String,
    pub(super) high: String,
}

/// A group of signals and its share.
pub(super) struct GroupView {
    pub(super) name: Native,
    pub(super) share: String,
    pub(super) width: String,
    pub(super) pointer: String,
}

impl Telling<'_> {
    /// All signals, the strongest first.
    pub(super) fn signals(&self) -> Vec<SignalView> {
        let mut ranked: Vec<(usize, &Signal)> = (0..).zip(&self.card.signals).collect();
        ranked.sort_by_key(|(_, signal)| signal.importance.rank);
        let most = |signal: &Signal| {
            let number = ranked_by(&signal.importance);
            number.high.unwrap_or(number.value).max(number.value)
        };
        let longest = self.card.signals.iter().map(most).fold(0.0, f64::max);
        ranked.into_iter().map(|(at, signal)| self.signal(at, signal, longest)).collect()
    }

    fn signal(&self, at: usize, signal: &Signal, longest: f64) -> SignalView {
        let (messages, importance) = (self.messages, &signal.importance);
        let pointer = format!("/signals/{at}");
        let number = match importance.metric {
            Metric::MeanAbsPlaces => format!("{pointer}/importance/mean_abs_places"),
            Metric::MeanAbsPoints => format!("{pointer}/importance/mean_abs_points"),
        };
        let unit = self.score_unit();
        SignalView {
            id: signal.id.clone(),
            name: self.native(&signal.plain_name),
            help: self.native(&signal.plain_help),
            reason: self.native(&signal.reason_for_importance),
            source: self.native(&signal.source),
            mutable_by: match signal.mutable_by {
                MutableBy::Reader => "mutable-reader",
                MutableBy::Author => "mutable-author",
                MutableBy::Operator => "mutable-operator",
                MutableBy::NoOne => "mutable-no-one",
            },
            weight: Line::new(messages.weight(importance, unit.as_deref()), number.clone()),
            range: Line::new(messages.weight_range(importance, unit.as_deref()), number),
            way: Line::new(
                messages.way(&importance.direction, importance.metric),
                format!("{pointer}/importance/direction"),
            ),
            bar: Bar::of(signal, longest),
            facts: self.signal_facts(signal, &pointer),
            chips: [(signal.uses_profile, "card-chip-profile"), (signal.sensitive, "card-chip-sensitive")]
                .into_iter()
                .filter_map(|(applies, chip)| applies.then_some(chip))
                .collect(),
            pointer,
        }
    }

    /// What one point of the score is called, where the card says so.
    fn score_unit(&self) -> Option<String> {
        self.card.score_unit.as_ref().map(|unit| self.native(unit).plain())
    }

    fn signal_facts(&self, signal: &Signal, pointer: &str) -> Vec<Line> {
        let (messages, importance) = (self.messages, &signal.importance);
        let mut facts = Vec::new();
        let form = self.card.evidence.model_form.as_ref();
        if form.is_some_and(|form| form.not_used.contains(&signal.id)) {
            facts.push(Line::new(messages.text("signal-not-used"), "/evidence/model_form/not_used"));
        }
        if signal.depends_on_list {
            let text =
                format!("{} {}", messages.text("signal-depends"), messages.text("signal-depends-help"));
            facts.push(Line::new(text, format!("{pointer}/depends_on_list")));
        }
        if let Known::Yes(other) = &signal.other_lists {
            let text = messages.other_lists(other, importance.metric, self.score_unit().as_deref());
            facts.push(Line::new(text, format!("{pointer}/other_lists")));
        }
        if importance.metric == Metric::MeanAbsPoints {
            let places = messages.places(importance.mean_abs_places.value);
            let among = messages.say("card-strongest-places").with("places", places);
            let text = among.with("items", messages.spread(self.card.lists.items_per_list)).to_string();
            facts.push(Line::new(text, format!("{pointer}/importance/mean_abs_places")));
        }
        if !importance.never_moved {
            let share = messages.share(importance.share.value);
            let text = messages.say("card-signal-share").with("share", share).to_string();
            facts.push(Line::new(text, format!("{pointer}/importance/share")));
            let text = messages.top_changed(&signal.off_effect.top_changed, self.card.lists.top);
            facts.push(Line::new(text, format!("{pointer}/off_effect/top_changed")));
        }
        facts.extend(self.inside_facts(signal, pointer));
        facts.extend(self.range_facts(signal, pointer));
        facts
    }

    fn range_facts(&self, signal: &Signal, pointer: &str) -> Vec<Line> {
        let (messages, range) = (self.messages, signal.range);
        let unit = signal.unit.as_ref().map(|unit| self.native(unit).plain());
        let mut facts = Vec::new();
        // Of a constant signal the direction says so already.
        if !range.constant {
            let (min, max) = (messages.rounded(range.min, 4), messages.value(range.max, unit.as_deref()));
            let text = messages.say("card-signal-range").with("min", min).with("max", max).to_string();
            facts.push(Line::new(text, format!("{pointer}/range")));
        }
        if range.missing > 0.0 {
            let share = messages.share(range.missing);
            let text = messages.say("card-signal-missing").with("share", share).to_string();
            facts.push(Line::new(capital(&text), format!("{pointer}/range/missing")));
        }
        if range.same_within_lists && !range.constant {
            let text = messages.text("card-signal-same-in-list");
            facts.push(Line::new(text, format!("{pointer}/range/same_within_lists")));
        }
        facts
    }

    pub(super) fn groups(&self) -> Vec<GroupView> {
        let group = |(at, group): (usize, &cards::card::Group)| GroupView {
            name: self.native(&group.plain_name),
            share: self.messages.share(group.share.value),
            width: length(group.share.value, 1.0),
            pointer: format!("/groups/{at}"),
        };
        let mut groups: Vec<_> = (0..).zip(&self.card.groups).collect();
        groups.sort_by(|one, other| other.1.share.value.total_cmp(&one.1.share.value));
        groups.into_iter().map(group).collect()
    }
}

impl Bar {
    fn of(signal: &Signal, longest: f64) -> Self {
        let number = ranked_by(&signal.importance);
        let (class, mark) = match signal.importance.direction.known().map(tendency) {
            Some(Tendency::Up | Tendency::MostlyUp) => ("up", "▲"),
            Some(Tendency::Down | Tendency::MostlyDown) => ("down", "▼"),
            Some(Tendency::Both | Tendency::None) | None => ("mixed", "◆"),
        };
        let range = match (number.low, number.high) {
            (Some(low), Some(high)) if high > 0.0 => {
                Some(Ends { low: length(low, longest), high: length(high, longest) })
            }
            _ => None,
        };
        Self { width: length(number.value, longest), range, class, mark }
    }
}

/// A length of the drawing in whole units; 0 when there is nothing to compare with.
fn length(value: f64, longest: f64) -> String {
    let share = if longest > 0.0 { (value / longest).clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.0}", share * LONGEST)
}
