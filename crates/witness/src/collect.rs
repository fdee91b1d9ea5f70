//! Asking witnesses for their cosignatures.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use reqwest::Client;
use tlog::witness::{Answer, Request};
use tlog::{Checkpoint, Hash, Note, Policy, SignatureLine, Witness};

/// Longest answer of a witness that we read, in bytes.
const MAX_ANSWER_BYTES: usize = 64 << 10;
/// How often a witness may say that it knows another size.
const TRIES: usize = 3;

/// Which part of the time that a witness has is waited for more answers once they are enough.
const GRACE: u32 = 10;

/// What to do where too few witnesses answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// Wait: nothing is published without a quorum.
    Strict,
    /// Publish with the cosignatures there are.
    Lenient,
}

/// How to ask.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    /// Who asks. It must follow no redirects.
    pub http: &'a Client,
    /// Whom to ask, and how many have to agree.
    pub policy: &'a Policy,
    /// Longest time for one witness, all its tries together; 1 second is usual.
    pub timeout: Duration,
    /// The size that the witnesses probably cosigned last: that of the checkpoint before. 0 at the beginning.
    pub last: u64,
}

/// Why one witness did not cosign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// Name of the witness in the policy.
    pub witness: String,
    /// Why, as a sentence.
    pub reason: String,
}

/// What the witnesses said.
#[derive(Clone, Debug)]
pub struct Collected {
    /// The checkpoint with the cosignatures that came.
    pub note: Note,
    /// Whether they are a quorum of the policy.
    pub quorum: bool,
    /// Who did not cosign.
    pub refusals: Vec<Refusal>,
}

impl Collected {
    /// Whether the checkpoint may be published.
    #[must_use]
    pub fn may_publish(&self, mode: Mode) -> bool {
        self.quorum || mode == Mode::Lenient
    }
}

/// Asks all witnesses of the policy at once to cosign `note`, until enough have. `proof` gives the consistency proof
/// from a size to it.
///
/// A cosignature counts only if it verifies; a witness without an address is not asked.
///
/// # Errors
/// [`tlog::Error`] for a note that is no checkpoint.
pub async fn collect<F, P>(note: Note, asking: &Asking<'_>, proof: F) -> Result<Collected, tlog::Error>
where
    F: Fn(u64) -> P,
    P: Future<Output = Result<Vec<Hash>, String>>,
{
    let checkpoint: Checkpoint = note.text().parse()?;
    let ask = async |witness: &Witness| {
        let asked = one(&note, &checkpoint, asking, (witness, &proof));
        let outcome = tokio::time::timeout(asking.timeout, asked).await;
        outcome.unwrap_or_else(|_late| Err(format!("no answer within {} ms", asking.timeout.as_millis())))
    };
    let witnesses = asking.policy.witnesses();
    let mut asked: FuturesUnordered<_> =
        witnesses.iter().map(async |witness| (witness, ask(witness).await)).collect();
    let mut collected = Collected { note: note.clone(), quorum: false, refusals: Vec::new() };
    let mut answered = BTreeSet::new();
    loop {
        collected.quorum = asking.policy.is_met_by(&asking.policy.cosignatures(&collected.note)?);
        let next = if collected.quorum {
            // Once they are enough the others are not waited for much longer.
            tokio::time::timeout(asking.timeout / GRACE, asked.next()).await.unwrap_or_default()
        } else {
            asked.next().await
        };
        let Some((witness, answer)) = next else { break };
        answered.insert(&witness.name);
        match answer {
            Ok(lines) => lines.into_iter().try_for_each(|line| collected.note.add(line))?,
            Err(reason) => collected.refusals.push(Refusal { witness: witness.name.clone(), reason }),
        }
    }
    let late = witnesses.iter().filter(|witness| !answered.contains(&witness.name));
    collected.refusals.extend(late.map(|witness| Refusal {
        witness: witness.name.clone(),
        reason: "it was not waited for: enough others answered".to_owned(),
    }));
    let place = |refusal: &Refusal| witnesses.iter().position(|witness| witness.name == refusal.witness);
    collected.refusals.sort_by_key(place);
    Ok(collected)
}

/// Asks one witness, again from the size that it names.
async fn one<F, P>(
    note: &Note,
    checkpoint: &Checkpoint,
    asking: &Asking<'_>,
    (witness, proof): (&Witness, &F),
) -> Result<Vec<SignatureLine>, String>
where
    F: Fn(u64) -> P,
    P: Future<Output = Result<Vec<Hash>, String>>,
{
    let Some(url) = &witness.url else { return Err("the policy names no address".to_owned()) };
    let address = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let mut old = asking.last.min(checkpoint.size());
    for _ in 0..TRIES {
        let proof = if old == 0 { Vec::new() } else { proof(old).await? };
        let request = Request::new(old, proof, note.clone()).map_err(|error| error.to_string())?;
        let (status, body) = post(asking.http, &address, request.to_string()).await?;
        match Answer::read(status, &body, checkpoint, &witness.key).map_err(|error| error.to_string())? {
            Answer::Cosigned(lines) => return Ok(lines),
            Answer::AskFrom(latest) if latest > checkpoint.size() => {
                return Err(format!("it has seen {latest} entries, more than there are"));
            }
            Answer::AskFrom(latest) => old = latest,
            Answer::Refused(status) => {
                return Err(format!("it refuses with status {status}: {}", body.trim()));
            }
        }
    }
    Err("it names another size each time".to_owned())
}

async fn post(http: &Client, address: &str, body: String) -> Result<(u16, String), String> {
    let failed = |error: reqwest::Error| format!("it cannot be asked: {}", error.without_url());
    let mut answer = http.post(address).body(body).send().await.map_err(failed)?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err("its answer is too long".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body)
        .map(|body| (status, body))
        .map_err(|_no_text| "its answer is not UTF-8".to_owned())
}
