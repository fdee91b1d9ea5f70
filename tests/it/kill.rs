//! The program dies at any moment, and its record book loses nothing that was acknowledged and takes back nothing that
//! was signed.
//!
//! A few deaths are a small share; `cargo xtask verify-all kill` asks for hundreds in `VITRINE_KILLS`.

mod point;
mod seen;

use std::time::Duration;

use serde_json::json;
use tests::{Must, Site};
use tlog::Policy;

use self::point::Points;
use self::seen::Seen;

/// Deaths that are always died: one of each kind of point, and some at random moments.
const DEATHS: usize = 12;
/// Repositories; each has somebody who publishes as fast as they can.
const PUBLISHERS: usize = 4;
/// How long to wait for a death at a call, before the program is killed anyway.
const PATIENCE: Duration = Duration::from_secs(3);

async fn prepare(site: &Site, token: &str) -> Policy {
    let engineer = site.client(Some(token));
    for number in 0..PUBLISHERS {
        let name = repository(number);
        engineer.repository(&name, "model", "public").await;
        engineer.put_files(&name, &[("a.txt", b"one")]).await;
    }
    let key = engineer.get("/log/vkey").await.status(200).text().trim().parse().must("a key");
    Policy::of_log(key).must("a policy")
}

fn repository(number: usize) -> String {
    format!("engineer/box-{number}")
}

/// Everybody publishes and somebody watches until the program has died; then it starts again.
async fn die(site: &mut Site, token: &str, points: &mut Points, seen: &mut Seen) -> String {
    let client = site.client(Some(token));
    let watching = tokio::spawn(seen::watch(client.clone()));
    let publishing: Vec<_> = (0..PUBLISHERS)
        .map(|number| tokio::spawn(seen::publish(client.clone(), repository(number), seen.deaths)))
        .collect();
    let place = points.strike(site).await;
    let before = seen.acknowledged.len();
    for publishing in publishing {
        seen.acknowledged.extend(publishing.await.must("publishing"));
    }
    seen.keep(watching.await.must("watching"), before);
    seen.deaths += 1;
    site.start().await.must(&format!("starting after a death at {place}"));
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_the_program_dies_its_record_book_is_whole() {
    let deaths = std::env::var("VITRINE_KILLS").map_or(DEATHS, |count| count.parse().must("a count"));
    let mut site = Site::create().await;
    site.start().await.must("starting");
    let token = site.person("engineer").await;
    let policy = prepare(&site, &token).await;
    let mut points = Points::new(site.database_url().is_some());
    if !points.tracer {
        println!("left out: strace is not at hand, so nobody dies at a step of a round");
    }
    let mut seen = Seen::new(policy);

    for _ in 0..deaths {
        let before = seen.acknowledged.len();
        let place = die(&mut site, &token, &mut points, &mut seen).await;
        site.ask("admin check").await;
        seen.stand(&site, before).await;
        println!("{}", json!({"died": place, "acknowledged": seen.acknowledged.len() - before}));
    }

    assert!(!seen.acknowledged.is_empty(), "nothing was published");
    seen.stand(&site, 0).await;
    seen.are_one_history(&site).await;
    let (acknowledged, checkpoints) = (seen.acknowledged.len(), seen.checkpoints.len());
    let whole = format!("everywhere; {checkpoints} checkpoints are one history");
    println!("{}", json!({"whole": whole, "deaths": deaths, "acknowledged": acknowledged}));
    site.remove().await;
}
