//! Colleges with marks.

use super::ITEMS;
use super::chance::{Chance, decimal};

pub(super) fn nirf(chance: &mut Chance) -> Vec<Vec<String>> {
    let college = |chance: &mut Chance| {
        let quality = chance.normal();
        // Middle and spread of each mark, and how closely it follows the quality of the college.
        [(58.0, 14.0, 0.7), (32.0, 20.0, 0.8), (62.0, 13.0, 0.6), (55.0, 10.0, 0.3), (28.0, 19.0, 0.8)]
            .map(|(middle, spread, follows): (f64, f64, f64)| {
                let own = libm::sqrt(1.0 - follows * follows) * chance.normal();
                decimal(middle + spread * (follows * quality + own), 0.0, 100.0, 2)
            })
            .to_vec()
    };
    (0..ITEMS).map(|_| college(chance)).collect()
}
