//! Formulas of the metrics that publishers claim most, over labels and answers of whole rows.
//!
//! Sums run in the order of the rows, so the same rows give the same number.

use std::collections::BTreeMap;

/// A metric that can be measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Metric {
    /// Share of rows whose class is the label.
    Accuracy,
    /// Mean of |answer − label|.
    MeanAbsoluteError,
    /// Mean of (answer − label)².
    MeanSquaredError,
    /// Root of the mean of (answer − label)².
    RootMeanSquaredError,
    /// 1 − Σ(label − answer)² / Σ(label − mean)².
    R2,
    /// Share of pairs of a row labelled above 0 and another one in which the first scores higher; ties count half.
    RocAuc,
    /// Mean over lists of DCG / ideal DCG, gains 2^label − 1, discounts log2(place + 1), at most so many places.
    /// Lists without any label above 0 are left out. Ties are broken by the order of the rows.
    Ndcg(Option<usize>),
    /// Mean over lists of 1 / place of the first row labelled above 0; lists without any are left out.
    MeanReciprocalRank,
}

/// What a metric is computed from.
pub(super) struct Rows<'a> {
    /// The right answers.
    pub(super) labels: &'a [f64],
    /// One number a row: the score, or the probability of the last class.
    pub(super) scores: &'a [f64],
    /// The class of each row.
    pub(super) classes: &'a [f64],
    /// The list each row belongs to.
    pub(super) lists: &'a [&'a str],
}

impl Metric {
    /// The metric of this name, in any of its usual spellings.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name: String =
            name.to_ascii_lowercase().chars().map(|c| if c == '-' || c == ' ' { '_' } else { c }).collect();
        if let Some(places) = name.strip_prefix("ndcg") {
            let places = places.trim_start_matches(['@', '_', 'a', 't']);
            return match places {
                "" => Some(Self::Ndcg(None)),
                places => {
                    places.parse().ok().filter(|places| *places > 0).map(|places| Self::Ndcg(Some(places)))
                }
            };
        }
        Some(match name.as_str() {
            "accuracy" | "acc" => Self::Accuracy,
            "mae" | "mean_absolute_error" => Self::MeanAbsoluteError,
            "mse" | "mean_squared_error" => Self::MeanSquaredError,
            "rmse" | "root_mean_squared_error" => Self::RootMeanSquaredError,
            "r2" | "r_squared" | "r2_score" => Self::R2,
            "auc" | "roc_auc" | "auroc" | "roc_auc_score" => Self::RocAuc,
            "mrr" | "mean_reciprocal_rank" => Self::MeanReciprocalRank,
            _ => return None,
        })
    }

    /// The word for the formula.
    pub(super) fn formula(self) -> String {
        match self {
            Self::Accuracy => "accuracy".to_owned(),
            Self::MeanAbsoluteError => "mae".to_owned(),
            Self::MeanSquaredError => "mse".to_owned(),
            Self::RootMeanSquaredError => "rmse".to_owned(),
            Self::R2 => "r2".to_owned(),
            Self::RocAuc => "roc_auc".to_owned(),
            Self::Ndcg(None) => "ndcg".to_owned(),
            Self::Ndcg(Some(places)) => format!("ndcg@{places}"),
            Self::MeanReciprocalRank => "mrr".to_owned(),
        }
    }

    /// Whether it lies between 0 and 1, so that a claim above 1 is in percent.
    pub(super) const fn is_share(self) -> bool {
        matches!(self, Self::Accuracy | Self::RocAuc | Self::Ndcg(_) | Self::MeanReciprocalRank)
    }

    /// The number; `None` where the formula divides by nothing.
    pub(super) fn of(self, rows: &Rows<'_>) -> Option<f64> {
        let pairs = || rows.scores.iter().zip(rows.labels);
        let found =
            match self {
                Self::Accuracy => mean(rows.classes.iter().zip(rows.labels).map(|(class, label)| {
                    f64::from(u8::from((class + 0.0).total_cmp(&(label + 0.0)).is_eq()))
                })),
                Self::MeanAbsoluteError => mean(pairs().map(|(score, label)| (score - label).abs())),
                Self::MeanSquaredError => mean(pairs().map(|(score, label)| (score - label).powi(2))),
                Self::RootMeanSquaredError => {
                    mean(pairs().map(|(score, label)| (score - label).powi(2))).map(f64::sqrt)
                }
                Self::R2 => {
                    let middle = mean(rows.labels.iter().copied())?;
                    let all = mean(rows.labels.iter().map(|label| (label - middle).powi(2)))?;
                    let rest = mean(pairs().map(|(score, label)| (score - label).powi(2)))?;
                    (all > 0.0).then(|| 1.0 - rest / all)
                }
                Self::RocAuc => roc_auc(rows),
                Self::Ndcg(places) => over_lists(rows, |list| ndcg(list, places)),
                Self::MeanReciprocalRank => over_lists(rows, reciprocal_rank),
            };
        found.filter(|found| found.is_finite())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// By ranks: the sum of the places of the rows labelled above 0, ties sharing their mean place.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn roc_auc(rows: &Rows<'_>) -> Option<f64> {
    let mut order: Vec<(f64, bool)> =
        rows.scores.iter().zip(rows.labels).map(|(score, label)| (*score + 0.0, *label > 0.0)).collect();
    order.sort_by(|left, right| left.0.total_cmp(&right.0));
    let positives = order.iter().filter(|(_, positive)| *positive).count() as f64;
    let negatives = order.len() as f64 - positives;
    let (mut below, mut ranks) = (0_usize, 0.0);
    for tied in order.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()) {
        let place = below as f64 + f64::midpoint(tied.len() as f64, 1.0);
        ranks += place * tied.iter().filter(|(_, positive)| *positive).count() as f64;
        below += tied.len();
    }
    (positives > 0.0 && negatives > 0.0)
        .then(|| (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}

/// The mean of a quality over the lists that have one. A list is labels in the order of the scores, highest first.
fn over_lists(rows: &Rows<'_>, quality: impl Fn(&[f64]) -> Option<f64>) -> Option<f64> {
    let mut lists = BTreeMap::<&str, Vec<(f64, f64)>>::new();
    for ((list, score), label) in rows.lists.iter().zip(rows.scores).zip(rows.labels) {
        lists.entry(list).or_default().push((*score, *label));
    }
    let found = lists.into_values().filter_map(|mut list| {
        list.sort_by(|left, right| right.0.total_cmp(&left.0));
        let labels: Vec<f64> = list.into_iter().map(|(_, label)| label).collect();
        quality(&labels)
    });
    mean(found)
}

fn ndcg(labels: &[f64], places: Option<usize>) -> Option<f64> {
    let mut best = labels.to_vec();
    best.sort_by(|left, right| right.total_cmp(left));
    let ideal = dcg(&best, places);
    (ideal > 0.0).then(|| dcg(labels, places) / ideal)
}

#[expect(clippy::cast_precision_loss, reason = "places are far below 2^53")]
fn dcg(labels: &[f64], places: Option<usize>) -> f64 {
    let some = labels.iter().take(places.unwrap_or(labels.len())).enumerate();
    some.map(|(at, label)| (libm::exp2(*label) - 1.0) / libm::log2(at as f64 + 2.0)).sum()
}

#[expect(clippy::cast_precision_loss, reason = "places are far below 2^53")]
fn reciprocal_rank(labels: &[f64]) -> Option<f64> {
    labels.iter().position(|label| *label > 0.0).map(|at| 1.0 / (at as f64 + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, labels: &[f64], scores: &[f64], lists: &[&str]) -> f64 {
        let rows = Rows { labels, scores, classes: scores, lists };
        Metric::named(name).unwrap().of(&rows).unwrap()
    }

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-12, "{left} and {right}");
    }

    #[test]
    fn errors_are_means_over_rows() {
        let (labels, scores) = ([1.0, 2.0, 4.0], [1.0, 3.0, 2.0]);
        near(measured("mae", &labels, &scores, &[]), 1.0);
        near(measured("MSE", &labels, &scores, &[]), 5.0 / 3.0);
        near(measured("rmse", &labels, &scores, &[]), (5.0_f64 / 3.0).sqrt());
        near(measured("r2", &labels, &scores, &[]), 1.0 - 5.0 / (14.0 / 3.0));
        near(measured("accuracy", &labels, &scores, &[]), 1.0 / 3.0);
    }

    #[test]
    fn the_area_under_the_curve_counts_pairs_and_halves_ties() {
        // Pairs: (0.9, 0.5), (0.9, 0.1) won, (0.5, 0.5) half, (0.5, 0.1) won.
        near(measured("roc-auc", &[1.0, 1.0, 0.0, 0.0], &[0.9, 0.5, 0.5, 0.1], &[]), 3.5 / 4.0);
    }

    #[test]
    fn lists_are_judged_one_by_one() {
        let lists = ["a", "a", "a", "b", "b", "c"];
        let (labels, scores) = ([0.0, 1.0, 3.0, 0.0, 1.0, 0.0], [3.0, 2.0, 1.0, 1.0, 2.0, 9.0]);
        near(measured("mrr", &labels, &scores, &lists), 0.75);
        let first = (1.0 / 3.0_f64.log2() + 7.0 / 4.0_f64.log2()) / (7.0 + 1.0 / 3.0_f64.log2());
        near(measured("ndcg", &labels, &scores, &lists), f64::midpoint(first, 1.0));
        near(measured("ndcg@1", &labels, &scores, &lists), 0.5);
    }

    #[test]
    fn unknown_metrics_and_empty_divisions_have_no_number() {
        assert_eq!(Metric::named("bleu"), None);
        assert_eq!(Metric::named("ndcg@0"), None);
        let rows = Rows { labels: &[1.0, 1.0], scores: &[1.0, 2.0], classes: &[], lists: &["a", "a"] };
        for name in ["r2", "auc", "accuracy"] {
            assert_eq!(Metric::named(name).unwrap().of(&rows), None, "{name}");
        }
    }
}
