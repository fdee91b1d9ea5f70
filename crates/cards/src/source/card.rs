//! The whole of `system-card.yaml`.

use domain::{Language, Slug};
use serde::{Deserialize, Serialize};

use super::reader::{Reader, Spot};
use super::{
    Appeal, Cited, Control, DataUse, Exposure, Gaming, Group, ImpactAssessment, LegalBasis, ListsChoice,
    ModelChoice, NonProfiling, Risk, Signal, Source, Step, Text, Translation, Value, Withheld,
};

/// Everything that people write about a ranking system, as read from `system-card.yaml`
/// (schema `vitrine/system-card/1`).
///
/// Invariants: ids are unique in their list; groups, signals and cited numbers that are named exist; every text is
/// within its length; no bare digits stand in claims (see [`super::claims`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemCard {
    /// Address of the card; `None`: the repository's name.
    pub slug: Option<Slug>,
    /// Language of plain strings.
    pub language: Language,
    /// What the system is called, at most 60 characters.
    pub title: Text,
    /// What it does for a reader, at most 140 characters.
    pub one_line: Text,
    /// Who runs the system.
    pub operator: Operator,
    /// Who wrote this card; `None`: whoever publishes the release.
    pub author: Option<Author>,
    /// Where people meet the order, such as a home feed.
    pub surface: Text,
    /// BCP 47 region subtags: two capital letters (ISO 3166-1) or three digits (UN M49, `001` is the world).
    pub regions: Vec<String>,
    /// Who sees the result.
    pub audience: Vec<Text>,
    /// The field of life; health and justice pages open with an advice note.
    pub domain: Option<Field>,
    /// What the system is for, at most 600 characters.
    pub purpose: Text,
    /// Whom its decisions touch, at most 600 characters.
    pub who_is_affected: Text,
    /// What it is meant to be used for.
    pub intended_use: Option<Text>,
    /// What it must not be used for.
    pub out_of_scope: Option<Text>,
    /// What was considered instead.
    pub alternatives: Option<Text>,
    /// Whether it decides an order, a score or a step.
    pub decides: Decides,
    /// Unit of the score, such as `points`; always there when [`Decides::Score`].
    pub score_unit: Option<Text>,
    /// Which file, output and direction.
    pub model: ModelChoice,
    /// Weights of the heads that are combined outside the graph; empty: the graph gives the score itself.
    pub value: Value,
    /// The reference lists.
    pub lists: ListsChoice,
    /// Every input of the model in plain words.
    pub signals: Vec<Signal>,
    /// Groups of signals.
    pub groups: Vec<Group>,
    /// How the list comes about, in order.
    pub steps: Vec<Step>,
    /// What a person can do.
    pub controls: Vec<Control>,
    /// Why there are no controls; always there when `controls` is empty.
    pub no_controls_because: Option<Text>,
    /// The option without profiling.
    pub non_profiling: NonProfiling,
    /// Columns whose groups' share of attention is measured.
    pub exposure: Vec<Exposure>,
    /// What the system cannot do; at least one.
    pub limits: Vec<Text>,
    /// What may go wrong, for whom; at least one.
    pub risks: Vec<Risk>,
    /// What is not published; empty: nothing is withheld.
    pub withheld: Vec<Withheld>,
    /// How people watch over the system.
    pub human_oversight: Text,
    /// Where to complain.
    pub appeal: Appeal,
    /// Laws it stands on.
    pub legal_basis: Vec<LegalBasis>,
    /// Assessments that were made.
    pub impact_assessments: Vec<ImpactAssessment>,
    /// Data that the system uses.
    pub data_used: Vec<DataUse>,
    /// Ways people are known to trick it.
    pub known_gaming: Vec<Gaming>,
    /// Numbers that others published.
    pub cited: Vec<Cited>,
    /// Documents that this card rests on.
    pub sources: Vec<Source>,
    /// State of the languages that are not the first one.
    pub translations: Vec<Translation>,
    /// Names that readability does not count and in which digits may stand.
    pub proper_names: Vec<String>,
}

impl SystemCard {
    /// The signal with this id.
    #[must_use]
    pub fn signal(&self, id: &str) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.id == id)
    }

    /// The published number with this id.
    #[must_use]
    pub fn cited(&self, id: &str) -> Option<&Cited> {
        self.cited.iter().find(|cited| cited.id == id)
    }
}

/// Who runs a system.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Name, as the operator writes it.
    pub name: String,
    /// Web address.
    pub url: Option<String>,
    /// Mail address or web page for questions.
    pub contact: Option<String>,
}

/// Who wrote a card.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// Name of a person or group.
    pub name: String,
    /// Web address.
    pub url: Option<String>,
    /// Mail address or web page for questions.
    pub contact: Option<String>,
}

/// What a system decides.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decides {
    /// The order of a list.
    #[default]
    Order,
    /// One number for one thing, in a unit of its own.
    Score,
    /// One step among others that decide together.
    Step,
}

/// The field of life in which a system decides.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Feeds, news, posts, comments.
    Content,
    /// Finding things.
    Search,
    /// Programs and packages.
    Software,
    /// Ratings and league tables.
    Ratings,
    /// Decisions of the state.
    PublicSector,
    /// Hiring and work.
    Work,
    /// Schools and universities.
    Education,
    /// Money and credit.
    Finance,
    /// Health. Such a page opens with a note that it is no medical advice.
    Health,
    /// Justice. Such a page opens with a note that it is no legal advice.
    Justice,
    /// Anything else.
    Other,
}

impl Field {
    /// Whether the page must open with a note that it is no advice.
    #[must_use]
    pub const fn needs_advice_note(self) -> bool {
        matches!(self, Self::Health | Self::Justice)
    }
}

impl Operator {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let operator = Self {
            name: record.plain(("name", "the operator's name")),
            url: record.may("url", Reader::url),
            contact: record.may_plain("contact"),
        };
        record.finish();
        Some(operator)
    }
}

impl Author {
    pub(super) fn read(reader: &mut Reader, spot: &Spot<'_>) -> Option<Self> {
        let mut record = reader.record(spot)?;
        let author = Self {
            name: record.plain(("name", "the name of whoever wrote this card")),
            url: record.may("url", Reader::url),
            contact: record.may_plain("contact"),
        };
        record.finish();
        Some(author)
    }
}

impl Decides {
    pub(super) const NAMES: &[(&str, Self)] =
        &[("order", Self::Order), ("score", Self::Score), ("step", Self::Step)];
}

impl Field {
    pub(super) const NAMES: &[(&str, Self)] = &[
        ("content", Self::Content),
        ("search", Self::Search),
        ("software", Self::Software),
        ("ratings", Self::Ratings),
        ("public_sector", Self::PublicSector),
        ("work", Self::Work),
        ("education", Self::Education),
        ("finance", Self::Finance),
        ("health", Self::Health),
        ("justice", Self::Justice),
        ("other", Self::Other),
    ];
}
