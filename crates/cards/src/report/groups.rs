//! Who is shown how far up, and how varied the first places are.

use std::collections::BTreeMap;

use explain::diversity::{similarity, variety};
use explain::exposure::{Placed, by_group, ndkl};
use explain::{Bootstrap, Settings};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::answer::{Error, Found, Work};
use super::document::{Answer, Id};
use super::importance::interval;

const TIE_RULE: &str = "higher score first, then lower item_id";
const WORTH: &str = "1/log2(1+rank)";

/// How varied the first places of one list are.
#[derive(Debug, Serialize)]
struct DiversityEntry<'a> {
    list: Id,
    /// Items that were looked at.
    items: usize,
    /// How alike their signals are, from 0 to 1; `null` for one item.
    similarity: Option<f64>,
    /// For each column of groups.
    groups: BTreeMap<&'a str, VarietyEntry>,
}

#[derive(Debug, Serialize)]
struct VarietyEntry {
    /// Different groups.
    distinct: usize,
    /// Part of the largest group, from 0 to 1.
    largest_share: f64,
    /// Entropy in bits.
    entropy: f64,
}

impl Work<'_> {
    pub(super) fn exposure(&mut self) -> Result<Found, Error> {
        if self.sheet.groups.is_empty() {
            return Err(Error::Impossible(
                "no column says to which group a row belongs; name one with `group`".to_owned(),
            ));
        }
        let ranks = self.ranks();
        let settings = Settings::default();
        let bootstrap = Bootstrap::new(self.sheet.sizes.len(), settings.bootstrap, self.request.seed);
        let (mut attributes, mut distances) = (BTreeMap::new(), BTreeMap::new());
        for (attribute, groups) in &self.sheet.groups {
            let placed = ranks.iter().zip(groups).map(|((list, rank), group)| Placed {
                list: *list,
                rank: *rank,
                group,
            });
            let placed: Vec<Placed<'_>> = placed.collect();
            let found = by_group(&placed, self.request.first_places, &bootstrap)?;
            let names: Vec<&str> = found.keys().copied().collect();
            let shares: Vec<f64> = found.values().map(|group| group.item_share).collect();
            distances.insert(attribute.clone(), self.distance(&placed, &names, &shares));
            let figures =
                found.into_iter().map(|(group, figures)| (group.to_owned(), self.figures(&figures)));
            attributes.insert(attribute.clone(), figures.collect::<BTreeMap<String, Value>>());
        }
        let results = vec![json!({
            "tie_rule": TIE_RULE, "exposure": WORTH, "attributes": &attributes, "ndkl": &distances,
        })];
        let answer = Answer::Exposure { results, tie_rule: TIE_RULE, exposure: WORTH, attributes };
        Ok(Found { method: "ranks".to_owned(), exact: true, answer })
    }

    fn figures(&self, group: &explain::exposure::GroupExposure) -> Value {
        let top = format!("top{}_share", self.request.first_places);
        let mut figures = Map::new();
        for (key, value) in [
            ("items", json!(group.items)),
            ("lists", json!(group.lists)),
            ("item_share", json!(group.item_share)),
            ("exposure_share", json!(group.exposure_share)),
            ("mean_exposure", json!(group.mean_exposure)),
            ("exposure_ratio", json!(group.exposure_ratio.value)),
            ("exposure_ratio_ci", json!(interval(&group.exposure_ratio))),
            (top.as_str(), json!(group.top_share)),
            ("mean_rank", json!(group.mean_rank)),
            ("skew", json!(group.skew)),
            ("small", json!(group.small)),
            ("p_value", json!(group.p_value)),
        ] {
            figures.insert(key.to_owned(), value);
        }
        Value::Object(figures)
    }

    /// The mean over lists of how far the groups of the first places are from those of all.
    fn distance(&self, placed: &[Placed<'_>], names: &[&str], shares: &[f64]) -> f64 {
        let mut distances = Vec::with_capacity(self.sheet.sizes.len());
        for bounds in self.bounds() {
            let mut list: Vec<&Placed<'_>> = placed.get(bounds).unwrap_or_default().iter().collect();
            list.sort_by_key(|item| item.rank);
            let groups = list.iter().filter_map(|item| names.iter().position(|name| *name == item.group));
            distances.push(ndkl(&groups.collect::<Vec<_>>(), shares));
        }
        distances.iter().sum::<f64>() / f64::from(u32::try_from(distances.len()).unwrap_or(u32::MAX)).max(1.0)
    }

    /// For each row its list, from 0, and its whole rank there, from 1.
    pub(super) fn ranks(&self) -> Vec<(usize, usize)> {
        let mut ranks = vec![(0, 0); self.sheet.numbers.rows()];
        for (list, bounds) in self.bounds().into_iter().enumerate() {
            for (place, row) in self.shown(&bounds).into_iter().enumerate() {
                if let Some(rank) = ranks.get_mut(row) {
                    *rank = (list, place + 1);
                }
            }
        }
        ranks
    }

    /// The rows of a list from the first place on; of equal scores the lower id comes first.
    fn shown(&self, bounds: &std::ops::Range<usize>) -> Vec<usize> {
        let mut rows: Vec<usize> = bounds.clone().collect();
        let score = |row: usize| {
            let score = self.model.scores.get(row).copied().unwrap_or_default();
            // Adding zero makes one of both zeros.
            self.request.order.upward(score) + 0.0
        };
        let id = |row: usize| self.sheet.items.get(row).map(String::as_str).unwrap_or_default();
        rows.sort_by(|one, other| {
            score(*other).total_cmp(&score(*one)).then_with(|| compare(id(*one), id(*other)))
        });
        rows
    }

    pub(super) fn diversity(&mut self) -> Result<Found, Error> {
        let background = self.background.as_ref().unwrap_or(&self.sheet.numbers);
        let mut entries = Vec::with_capacity(self.sheet.sizes.len());
        for (list, bounds) in self.bounds().into_iter().enumerate() {
            let first: Vec<usize> = self.shown(&bounds).into_iter().take(self.request.first_places).collect();
            let rows = first.iter().filter_map(|row| self.sheet.numbers.row(*row)).flatten().copied();
            let rows = explain::Matrix::new(self.sheet.numbers.columns(), rows.collect())?;
            let mut groups = BTreeMap::new();
            for (name, values) in &self.sheet.groups {
                let found = variety(first.iter().filter_map(|row| values.get(*row)).map(String::as_str))?;
                let explain::diversity::Variety { distinct, largest_share, entropy } = found;
                groups.insert(name.as_str(), VarietyEntry { distinct, largest_share, entropy });
            }
            entries.push(DiversityEntry {
                list: self.id_of_list(list),
                items: first.len(),
                similarity: similarity(&rows, background)?,
                groups,
            });
        }
        Found::results(("ranks", true), &entries)
    }
}

/// Ids that are numbers by size, before all others, which stand in the order of their letters.
fn compare(one: &str, other: &str) -> std::cmp::Ordering {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.total_cmp(&other),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => one.cmp(other),
    }
}
