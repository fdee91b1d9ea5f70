//! The first screen: what the system does, what a reader can change, what must be known first.

use cards::card::{Control, Known, Metric};
use cards::source::Decides;

use super::super::lines::{Fact, Line};
use super::super::native::Native;
use super::super::regions;
use super::signals::SignalView;
use super::{Part, Telling};

/// Something a person can do.
pub(super) struct ControlView {
    pub(super) plain: Native,
    pub(super) place: String,
    pub(super) effects: Vec<Line>,
    pub(super) pointer: String,
}

impl Telling<'_> {
    /// Who, where and when, as short facts.
    pub(super) fn facts(&self) -> Vec<Line> {
        let (card, messages) = (self.card, self.messages);
        let release = &card.release;
        let operator = messages.say("card-fact-operator").with("name", &card.operator.name);
        let version = messages
            .say("card-fact-version")
            .with("version", card.version)
            .with("date", messages.date(release.published_at));
        let named = messages
            .say("card-fact-release")
            .with("name", release.repository.name.to_string())
            .with("version", release.version.to_string());
        vec![
            Line::new(operator.to_string(), "/operator/name"),
            self.line(&card.surface, "/surface"),
            Line::new(version.to_string(), "/version"),
            Line::new(named.to_string(), "/release"),
        ]
    }

    /// What a reader must know before the first number.
    pub(super) fn notes(&self) -> Vec<Line> {
        let (card, messages) = (self.card, self.messages);
        let mut notes = Vec::new();
        if card.domain.is_some_and(cards::source::Field::needs_advice_note) {
            notes.push(Line::new(messages.text("card-advice"), "/domain"));
        }
        if card.author.name != card.operator.name {
            let disclaimer = messages.say("card-not-by-operator").with("operator", &card.operator.name);
            let author = messages.say("card-author").with("author", &card.author.name);
            let rebuilt = messages.text("card-rebuilt");
            notes.push(Line::new(format!("{disclaimer} {rebuilt}"), "/operator/name"));
            notes.push(Line::new(author.to_string(), "/author/name"));
        }
        if card.lists.made_up {
            notes.push(Line::new(messages.text("card-made-up"), "/lists/made_up"));
        }
        notes.extend(self.warnings());
        notes
    }

    /// What is wrong with the scores themselves.
    fn warnings(&self) -> Vec<Line> {
        let (evidence, messages) = (&self.card.evidence, self.messages);
        let mut warnings = Vec::new();
        if let Some(golden) = evidence.golden.as_ref().filter(|golden| !golden.holds()) {
            let differs = messages
                .say("card-golden-differs")
                .with("rows", golden.rows)
                .with("differ", golden.differ.value)
                .to_string();
            warnings.push(Line::new(differs, "/evidence/golden/differ"));
        }
        if let Some(resolution) = evidence.resolution.filter(|resolution| resolution.saturated) {
            let share = resolution.tied_pairs.known().map_or(1.0, |share| share.value);
            let text = match self.card.decides {
                Decides::Order => {
                    messages.say("card-saturated").with("share", messages.share(share)).to_string()
                }
                Decides::Score | Decides::Step => messages.text("card-saturated-score"),
            };
            warnings.push(Line::new(text, "/evidence/resolution/tied_pairs"));
        }
        warnings
    }

    /// Whether signals are ordered by places or by points.
    pub(super) fn metric(&self) -> Metric {
        self.card.signals.first().map_or(Metric::MeanAbsPlaces, |signal| signal.importance.metric)
    }

    pub(super) fn strongest_title(&self) -> &'static str {
        match self.metric() {
            Metric::MeanAbsPlaces => "card-strongest",
            Metric::MeanAbsPoints => "card-strongest-points",
        }
    }

    pub(super) fn strongest_lead(&self) -> Line {
        let (lists, messages) = (&self.card.lists, self.messages);
        let text = match self.metric() {
            Metric::MeanAbsPlaces => messages
                .say("card-strongest-lead")
                .with("lists", lists.lists)
                .with("items", messages.spread(lists.items_per_list)),
            Metric::MeanAbsPoints => messages.say("card-strongest-lead-points").with("items", lists.items),
        };
        Line::new(text.to_string(), "/lists")
    }

    /// The signals of the first screen.
    pub(super) fn headlines(&self) -> Vec<SignalView> {
        let signals = self.signals();
        let known = |id: &String| signals.iter().find(|signal| signal.id == *id).cloned();
        self.card.headlines.iter().filter_map(known).collect()
    }

    pub(super) fn controls(&self) -> Vec<ControlView> {
        (0..).zip(&self.card.controls).map(|(at, control)| self.control(at, control)).collect()
    }

    fn control(&self, at: usize, control: &Control) -> ControlView {
        let pointer = format!("/controls/{at}");
        let effects =
            self.messages.effect(&control.measured, &self.card.lists, &format!("{pointer}/measured"));
        ControlView {
            plain: self.native(&control.plain),
            place: self.native(&control.place).plain(),
            effects: effects.into_iter().map(Line::said).collect(),
            pointer,
        }
    }

    /// What the system does with a profile of the reader, and how to be without.
    pub(super) fn profile(&self) -> Vec<Line> {
        let (option, messages) = (&self.card.non_profiling_option, self.messages);
        let counted = "/non_profiling_option/profile_signals";
        if option.profile_signals == 0 {
            return vec![
                Line::new(messages.text("card-no-profile"), counted),
                self.line(&option.how, "/non_profiling_option/how"),
            ];
        }
        let uses = messages.say("card-uses-profile").with("count", option.profile_signals);
        let off = if option.available { "card-profile-off" } else { "card-profile-no-off" };
        let mut lines = vec![
            Line::new(uses.to_string(), counted),
            Line::new(messages.text(off), "/non_profiling_option/available"),
            self.line(&option.how, "/non_profiling_option/how"),
        ];
        if let Known::Yes(_) = option.measured {
            let pointer = "/non_profiling_option/measured";
            let effect = messages.effect_at_once(&option.measured, &self.card.lists, pointer);
            lines.extend(effect.into_iter().map(Line::said));
        }
        lines
    }

    /// What it is for and whom it touches.
    pub(super) fn purpose(&self) -> Vec<Part> {
        let card = self.card;
        let part = |title: Option<&'static str>, text, pointer: &str| Part {
            title,
            text: self.native(text),
            pointer: pointer.to_owned(),
        };
        let mut parts = vec![
            part(None, &card.purpose, "/purpose"),
            part(Some("card-affected"), &card.who_is_affected, "/who_is_affected"),
        ];
        for (title, text, pointer) in [
            ("card-intended-use", &card.intended_use, "/intended_use"),
            ("card-out-of-scope", &card.out_of_scope, "/out_of_scope"),
            ("card-alternatives", &card.alternatives, "/alternatives"),
        ] {
            parts.extend(text.as_ref().map(|text| part(Some(title), text, pointer)));
        }
        let audience: Vec<String> = card.audience.iter().map(|text| self.native(text).plain()).collect();
        if !audience.is_empty() {
            let text = Native::here(audience.join(", "));
            parts.push(Part { title: Some("card-audience"), text, pointer: "/audience".to_owned() });
        }
        if !card.regions.is_empty() {
            let named = |region: &String| regions::name(region, self.messages);
            let text = Native::here(card.regions.iter().map(named).collect::<Vec<_>>().join(", "));
            parts.push(Part { title: Some("card-regions"), text, pointer: "/regions".to_owned() });
        }
        parts
    }

    /// The short proof at the side.
    pub(super) fn proof(&self) -> Vec<Fact> {
        let (card, messages) = (self.card, self.messages);
        let evidence = &card.evidence;
        vec![
            Fact::code(
                "evidence-model",
                format!("sha256:{}", evidence.model.sha256),
                "/evidence/model/sha256",
            ),
            Fact::code(
                "evidence-lists",
                format!("sha256:{}", evidence.dataset.sha256),
                "/evidence/dataset/sha256",
            ),
            Fact::new("evidence-date", messages.date(card.release.published_at), "/release/published_at"),
            Fact::new(
                "evidence-runtime",
                format!("{} {}", evidence.runtime.name, evidence.runtime.version),
                "/evidence/runtime",
            ),
        ]
    }
}
