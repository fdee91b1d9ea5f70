//! Stories and posts that people vote on.

use super::ITEMS;
use super::chance::{Chance, decimal, flag, named, whole};

/// First second of the made-up Reddit lists: 16 October 2017, the day of the archived code.
const REDDIT_START: f64 = 1_508_112_000.0;

fn items(mut item: impl FnMut() -> Vec<String>) -> Vec<Vec<String>> {
    (0..ITEMS).map(|_| item()).collect()
}

/// Votes that come in over time: fast at first, then slower.
fn votes(chance: &mut Chance, an_hour: f64, age_hours: f64) -> f64 {
    chance.skewed(an_hour, 1.0) * libm::pow(age_hours.max(0.05), 0.6)
}

pub(super) fn hacker_news(chance: &mut Chance) -> Vec<Vec<String>> {
    items(|| {
        let age_minutes = chance.skewed(420.0, 0.9).clamp(5.0, 4000.0).round();
        let score = 1.0 + votes(chance, 14.0, age_minutes / 60.0).round().min(2999.0);
        let comments = score * chance.skewed(0.45, 0.7);
        let fake = if chance.happens(0.15) { chance.below(20) + 1 } else { 0 };
        let sock_votes = if score > 30.0 { fake } else { 0 };
        let is_story = chance.happens(0.96);
        vec![
            whole(score, 1.0, 3000.0),
            sock_votes.to_string(),
            whole(age_minutes, 0.0, 4000.0),
            whole(comments, 0.0, 1500.0),
            flag(is_story),
            flag(is_story && chance.happens(0.88)),
            flag(chance.happens(0.06)),
        ]
    })
}

pub(super) fn reddit(chance: &mut Chance) -> Vec<Vec<String>> {
    let now = REDDIT_START + chance.between(0.0, 30.0 * 86_400.0).round();
    items(|| {
        let age_hours = chance.skewed(7.0, 0.8).clamp(0.1, 60.0);
        let ups = votes(chance, 60.0, age_hours).round();
        let downs = ups * chance.skewed(0.12, 0.9).min(2.0);
        vec![
            named(chance, "Community", 6),
            whole(ups, 0.0, 200_000.0),
            whole(downs, 0.0, 50_000.0),
            whole(now - age_hours * 3600.0, 1_500_000_000.0, 1_900_000_000.0),
        ]
    })
}

pub(super) fn lemmy(chance: &mut Chance) -> Vec<Vec<String>> {
    items(|| {
        let age_hours = chance.skewed(14.0, 1.1).clamp(0.05, 200.0);
        let ups = votes(chance, 9.0, age_hours);
        let score = ups - ups * chance.skewed(0.15, 1.0);
        vec![
            named(chance, "Community", 6),
            whole(score.round(), -50.0, 5000.0),
            decimal(age_hours, 0.05, 200.0, 2),
        ]
    })
}

pub(super) fn mastodon(chance: &mut Chance) -> Vec<Vec<String>> {
    items(|| {
        let age_hours = chance.skewed(6.0, 0.8).clamp(0.1, 72.0);
        let favourites = votes(chance, 40.0, age_hours);
        let boosts = favourites * chance.skewed(0.5, 0.5);
        vec![
            named(chance, "Author", 8),
            whole(boosts, 0.0, 20_000.0),
            whole(favourites, 0.0, 50_000.0),
            decimal(age_hours, 0.01, 72.0, 2),
            flag(chance.happens(0.85)),
        ]
    })
}
