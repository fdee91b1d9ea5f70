//! What an operator owes to the public: risks, oversight, complaint, what is withheld, data, laws, sources.

use cards::source::Text;

use super::super::lines::{Fact, Line, outward};
use super::{Block, Link, Record, Telling};

impl Telling<'_> {
    pub(super) fn risks(&self) -> Vec<Record> {
        let record = |(at, risk): (usize, &cards::source::Risk)| {
            let pointer = format!("/risks/{at}");
            Record {
                name: Some(self.line(&risk.name, format!("{pointer}/name"))),
                facts: vec![
                    self.fact("card-risk-who", &risk.who, format!("{pointer}/who")),
                    self.fact("card-risk-harm", &risk.harm, format!("{pointer}/harm")),
                    self.fact("card-risk-benefit", &risk.benefit, format!("{pointer}/benefit")),
                    self.fact("card-risk-mitigation", &risk.mitigation, format!("{pointer}/mitigation")),
                ],
                ..Record::default()
            }
        };
        (0..).zip(&self.card.risks).map(record).collect()
    }

    /// The sections after the risks; empty ones are left out, but for what is withheld.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let blocks = [
            self.checks(),
            self.gaming(),
            self.oversight(),
            self.appeal(),
            self.withheld(),
            self.laws(),
            self.data(),
            self.cited(),
            self.sources(),
        ];
        let empty = |block: &Block| block.lines.is_empty() && block.records.is_empty();
        blocks.into_iter().filter(|block| !empty(block)).collect()
    }

    fn gaming(&self) -> Block {
        let record = |(at, gaming): (usize, &cards::source::Gaming)| Record {
            name: Some(self.line(&gaming.attack, format!("/known_gaming/{at}/attack"))),
            facts: gaming
                .defence
                .iter()
                .map(|text| self.fact("card-gaming-defence", text, format!("/known_gaming/{at}/defence")))
                .collect(),
            ..Record::default()
        };
        let records = (0..).zip(&self.card.known_gaming).map(record).collect();
        Block { id: "gaming", title: "card-gaming", records, ..Block::default() }
    }

    fn oversight(&self) -> Block {
        let lines = vec![self.line(&self.card.human_oversight, "/human_oversight")];
        Block { id: "oversight", title: "card-oversight", lines, ..Block::default() }
    }

    fn appeal(&self) -> Block {
        let appeal = &self.card.appeal;
        let mut lines = vec![self.line(&appeal.how, "/appeal/how")];
        if let Some(days) = appeal.days {
            let text = self.messages.say("card-appeal-days").with("days", days).to_string();
            lines.push(Line::new(text, "/appeal/days"));
        }
        let outside = [
            ("card-appeal-open", appeal.url.as_deref()),
            ("card-contact", self.card.operator.contact.as_deref()),
        ];
        let link = |(label, address): (_, Option<&str>)| Some(Link { label, address: outward(address?)? });
        let mut block = Block { id: "appeal", title: "card-appeal", lines, ..Block::default() };
        block.links.extend(outside.into_iter().filter_map(link));
        block
    }

    fn withheld(&self) -> Block {
        let mut block = Block { id: "withheld", title: "card-withheld", ..Block::default() };
        if self.card.withheld.is_empty() {
            block.lines.push(Line::new(self.messages.text("card-withheld-nothing"), "/withheld"));
        }
        for (at, withheld) in (0_usize..).zip(&self.card.withheld) {
            let pointer = format!("/withheld/{at}");
            let until = withheld.until.as_ref().map(|day| {
                let day = self.messages.day(day);
                Fact::new("card-withheld-until", day, format!("{pointer}/until"))
            });
            block.records.push(Record {
                name: Some(self.line(&withheld.what, format!("{pointer}/what"))),
                facts: std::iter::once(self.fact(
                    "card-withheld-why",
                    &withheld.why,
                    format!("{pointer}/why"),
                ))
                .chain(until)
                .collect(),
                ..Record::default()
            });
        }
        block
    }

    /// Laws and impact assessments.
    fn laws(&self) -> Block {
        let mut records = Vec::new();
        for (at, law) in (0_usize..).zip(&self.card.legal_basis) {
            let pointer = format!("/legal_basis/{at}");
            let mut name = self.fact("card-law-name", &law.law, format!("{pointer}/law"));
            name = name.linked(law.url.as_deref());
            let why = law.why.as_ref().map(|why| self.fact("card-law-why", why, format!("{pointer}/why")));
            records.push(Record { facts: std::iter::once(name).chain(why).collect(), ..Record::default() });
        }
        for (at, study) in (0_usize..).zip(&self.card.impact_assessments) {
            let pointer = format!("/impact_assessments/{at}");
            let mut facts = vec![
                self.fact("card-impact", &study.name, format!("{pointer}/name")).linked(study.url.as_deref()),
            ];
            if let Some(day) = &study.date {
                facts.push(Fact::new("card-impact-date", self.messages.day(day), format!("{pointer}/date")));
            }
            if let Some(summary) = &study.summary {
                facts.push(self.fact("card-impact-summary", summary, format!("{pointer}/summary")));
            }
            records.push(Record { facts, ..Record::default() });
        }
        Block { id: "laws", title: "card-law", records, ..Block::default() }
    }

    fn data(&self) -> Block {
        let record = |(at, data): (usize, &cards::source::DataUse)| {
            let pointer = format!("/data_used/{at}");
            let personal = if data.personal { "card-data-personal" } else { "card-data-not-personal" };
            let digest = data.dataset_sha256.as_ref();
            Record {
                name: Some(self.line(&data.name, format!("{pointer}/name"))),
                facts: [
                    Fact::new("card-data-about", self.messages.text(personal), format!("{pointer}/personal")),
                    self.fact("card-data-retention", &data.retention, format!("{pointer}/retention")),
                ]
                .into_iter()
                .chain(digest.map(|digest| {
                    Fact::code("card-data-digest", digest.to_string(), format!("{pointer}/dataset_sha256"))
                }))
                .collect(),
                ..Record::default()
            }
        };
        let records = (0..).zip(&self.card.data_used).map(record).collect();
        Block { id: "data", title: "card-data", records, ..Block::default() }
    }

    fn cited(&self) -> Block {
        let record = |(at, cited): (usize, &cards::source::Cited)| {
            let pointer = format!("/cited/{at}");
            let place = self
                .messages
                .say("card-cited-where")
                .with("locator", &cited.locator)
                .with("when", self.messages.day(&cited.commit_or_date))
                .to_string();
            Record {
                id: Some(format!("cited-{}", cited.id)),
                name: Some(Line::new(self.cited_value(cited), format!("{pointer}/value"))),
                facts: vec![
                    Fact::new("card-cited-source", &cited.source_url, format!("{pointer}/source_url"))
                        .linked(Some(&cited.source_url)),
                    Fact::new("card-cited-place", place, pointer),
                ],
            }
        };
        let records = (0..).zip(&self.card.cited).map(record).collect();
        Block {
            id: "cited",
            title: "card-cited",
            lead: Some("card-cited-lead"),
            kind: Some("kind-cited"),
            records,
            ..Block::default()
        }
    }

    fn sources(&self) -> Block {
        let record = |(at, source): (usize, &cards::source::Source)| {
            let pointer = format!("/sources/{at}");
            let name = Fact::new("card-source-name", &source.name, format!("{pointer}/name"));
            let read = source.commit_or_date.as_ref().map(|when| {
                Fact::new("card-source-when", self.messages.day(when), format!("{pointer}/commit_or_date"))
            });
            let locator = source.locator.as_ref();
            let place =
                locator.map(|text| Fact::new("card-source-place", text, format!("{pointer}/locator")));
            let facts = [Some(name.linked(source.url.as_deref())), place, read];
            Record { facts: facts.into_iter().flatten().collect(), ..Record::default() }
        };
        let records = (0..).zip(&self.card.sources).map(record).collect();
        Block { id: "sources", title: "card-sources", records, ..Block::default() }
    }

    /// A text of the card under a label.
    fn fact(&self, label: &'static str, text: &Text, pointer: String) -> Fact {
        Fact::native(label, self.native(text), pointer)
    }
}
