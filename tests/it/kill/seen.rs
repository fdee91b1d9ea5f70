//! What clients saw before the program died: acknowledgements with their proofs, and checkpoints.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Client, Must, Site};
use tlog::{Checkpoint, Hash, Note, Policy, ProofFile};

/// A release that the server answered 201 to.
pub(super) struct Acknowledged {
    repository: String,
    version: String,
    proof: ProofFile,
}

/// Everything that was seen.
pub(super) struct Seen {
    policy: Policy,
    /// How often the program has died.
    pub(super) deaths: usize,
    /// Releases that were published.
    pub(super) acknowledged: Vec<Acknowledged>,
    /// Checkpoints by their size.
    pub(super) checkpoints: BTreeMap<u64, Note>,
}

/// Publishes one release after the other, until the server no longer answers.
pub(super) async fn publish(client: Client, repository: String, death: usize) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let version = format!("1.{death}.{number}");
        let draft = json!({
            "repository": repository, "version": version, "revision": "main", "license": "Apache-2.0",
        });
        let asked = client.request(Method::POST, "/api/v1/releases").json(&draft);
        let Ok(answer) = asked.send().await else { break };
        let code = answer.status().as_u16();
        let Ok(body) = answer.json::<Value>().await else { break };
        assert_eq!(code, 201, "{body}");
        let proof = body.get("proof").and_then(Value::as_str).must("a proof");
        let proof = proof.parse().must("a proof file");
        acknowledged.push(Acknowledged { repository: repository.clone(), version, proof });
    }
    acknowledged
}

/// Reads the checkpoint again and again, until the server no longer answers.
pub(super) async fn watch(client: Client) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    while let Ok(answer) = client.request(Method::GET, "/log/checkpoint").send().await {
        let code = answer.status().as_u16();
        let Ok(text) = answer.text().await else { break };
        assert_eq!(code, 200, "{text}");
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts
}

impl Seen {
    pub(super) fn new(policy: Policy) -> Self {
        Self { policy, deaths: 0, acknowledged: Vec::new(), checkpoints: BTreeMap::new() }
    }

    /// Keeps the checkpoints that were watched, and those of what was acknowledged from this one on.
    pub(super) fn keep(&mut self, watched: Vec<String>, from: usize) {
        let watched = watched.into_iter().map(|text| text.parse().must("a note"));
        let fresh = self.acknowledged.iter().skip(from);
        let proven = fresh.map(|acknowledged| acknowledged.proof.checkpoint.clone());
        for note in watched.chain(proven).collect::<Vec<Note>>() {
            let checkpoint = self.verified(&note);
            let before = self.checkpoints.insert(checkpoint.size(), note);
            let before = before.map(|note| self.verified(&note));
            assert!(
                before.is_none_or(|before| before == checkpoint),
                "two checkpoints of {}",
                checkpoint.size()
            );
        }
    }

    fn verified(&self, note: &Note) -> Checkpoint {
        self.policy.verify(note).must("a checkpoint of this record book")
    }

    /// Looks whether the releases from this one on stand where they were said to stand.
    pub(super) async fn stand(&self, site: &Site, from: usize) {
        let client = site.client(None);
        for Acknowledged { repository, version, proof } in self.acknowledged.iter().skip(from) {
            let at = format!("/{repository}/releases/{version}/release.tlog-proof");
            let now: ProofFile = client.get(&at).await.status(200).text().parse().must("a proof file");
            let leaf = proof.extra.as_deref().must("the entry");
            assert_eq!((now.index, now.extra.as_deref()), (proof.index, Some(leaf)), "{at}");
            now.verify(&Hash::of_leaf(leaf), &self.policy).must("the proof holds");
        }
    }

    /// Looks whether all checkpoints are beginnings of the record book as it is, and so of one another.
    pub(super) async fn are_one_history(&self, site: &Site) {
        let mut line = format!("log audit http://{} --state seen", site.address());
        for (size, note) in &self.checkpoints {
            let name = format!("{size}.checkpoint");
            std::fs::write(site.folder().join(&name), note.to_string()).must("writing a checkpoint");
            line = line + " --checkpoint " + &name;
        }
        let said = site.ask(&line).await;
        let older = format!("every tile, and {} older checkpoints", self.checkpoints.len());
        assert!(said.starts_with("All good: ") && said.ends_with(&older), "{said}");
    }
}
