//! `vitrine replay`: every number of a card, computed again from the hashed model.

mod address;
mod at_hand;
mod examined;
mod packed;
pub(crate) mod recorded;
mod stored;
mod verdict;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
use crate::evidence::ReleaseName;
use crate::folder;
use crate::models::{self, Task};
use crate::out::Out;
use crate::site::SiteArguments;

pub(crate) use address::{CardAt, Place};
pub(crate) use at_hand::{AtHand, kept_beside, others_folder};
pub(crate) use stored::Stored;
use verdict::{Verdict, told};

/// How long a replay waits for the server to come back.
const PATIENCE: Duration = Duration::from_secs(20);

/// Arguments of `vitrine replay`.
#[derive(Args, Debug)]
pub(crate) struct ReplayArguments {
    /// Address of a card, its last part, a file made by `vitrine card fetch`, or the zip from its page; or
    /// `ns/name@version` for what was found in a release
    card: String,
    /// Folder with the release, from `vitrine pull`
    #[arg(long, value_name = "DIR")]
    release_dir: Option<PathBuf>,
    /// Ask no server
    #[arg(long)]
    offline: bool,
    /// File for the card as it was computed again
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    site: SiteArguments,
}

/// Computes a card again and compares everything it says.
pub(crate) async fn replay(arguments: ReplayArguments, out: &mut Out) -> Result<u8, Error> {
    let ReplayArguments { card, release_dir, offline, output, json, site } = arguments;
    let at = CardAt::find(&card, &site.site()?)?;
    // A zip is unpacked for as long as this takes; it holds all that is needed, and no server is asked.
    let (mut offline, mut _unpacked) = (offline, None);
    let (bytes, beside) = match &at.place {
        Place::File(file) => {
            let (bytes, card, unpacked) = packed::card_file(file)?;
            offline |= unpacked.is_some();
            _unpacked = unpacked;
            (bytes, Some(kept_beside(&card)))
        }
        Place::Server { .. } if offline => {
            let way = "give a file made by `vitrine card fetch`";
            return Err(Error::Refused(format!(
                "`{card}` lies on a server, which --offline forbids to ask; {way}"
            )));
        }
        Place::Server { slug, version } => {
            (Client::new(at.site.clone(), PATIENCE)?.card(slug, *version).await?.to_vec(), None)
        }
        Place::Examination(_) if offline => {
            return Err(Error::Refused(format!(
                "what was found in `{card}` lies on a server, which --offline forbids to ask; give a file with it"
            )));
        }
        Place::Examination(ReleaseName { repository, version }) => {
            let client = Client::new(at.site.clone(), PATIENCE)?;
            (client.examination(repository, version).await?.to_vec(), None)
        }
    };
    let client = if offline { None } else { Some(Client::new(at.site, PATIENCE)?) };
    let given = release_dir.or_else(|| beside.filter(|beside| beside.is_dir()));
    if let Some((stored, value)) = examined::read(&bytes)? {
        let Judged { verdict, again } =
            examined::judge((&stored, &value, &bytes), given, client.as_ref()).await?;
        if let (Some(file), Some((bytes, _))) = (&output, &again) {
            folder::write_whole(file, bytes)?;
        }
        return told(&verdict, &bytes, out, json);
    }
    let verdict = match Stored::read(&bytes)? {
        Ok(stored) => {
            let Judged { verdict, again } = judge(&stored, given.clone(), client.as_ref()).await?;
            if let (Some(file), Some((bytes, _))) = (&output, &again) {
                folder::write_whole(file, bytes)?;
            }
            match (verdict, again) {
                (Verdict::Card(cards::Replay::Agrees { .. }), Some((_, again)))
                    if recorded::cpu(&stored, given.as_deref(), client.as_ref()).await?.as_deref()
                        == Some(&ranking::cpu_class()) =>
                {
                    Verdict::Card(cards::compare_exactly(&stored.value, &again))
                }
                (verdict, _) => verdict,
            }
        }
        Err(malformed) => malformed,
    };
    told(&verdict, &bytes, out, json)
}

/// A verdict that allows the tolerances, and the card that was computed: its bytes and what they say.
struct Judged {
    verdict: Verdict,
    again: Option<(Vec<u8>, Value)>,
}

impl From<Verdict> for Judged {
    /// Nothing was computed.
    fn from(verdict: Verdict) -> Self {
        Self { verdict, again: None }
    }
}

/// Computes a card again.
async fn judge(stored: &Stored, given: Option<PathBuf>, client: Option<&Client>) -> Result<Judged, Error> {
    let at_hand = match given {
        Some(folder) => AtHand::open(&folder).await?,
        None => AtHand::pull(stored, client).await?,
    };
    let at_hand = match at_hand {
        Ok(at_hand) => at_hand,
        Err(findings) => return Ok(Verdict::Release(findings).into()),
    };
    if at_hand.evidence.digest != stored.digest {
        return Ok(Verdict::Card(cards::Replay::Differs {
            pointer: "/release/digest".to_owned(),
            stored: stored.digest.to_string().into(),
            again: at_hand.evidence.digest.to_string().into(),
        })
        .into());
    }
    let bundle = at_hand.bundle().await?;
    let others = at_hand.others(&bundle, client).await?;
    let task = Task {
        document: at_hand.evidence.document.clone(),
        digest: at_hand.evidence.digest,
        version: stored.version,
        previous: stored.previous,
        bundle,
        others,
    };
    let (bytes, _) = models::measure(task).await?.to_bytes()?;
    let same = bytes == stored.bytes;
    let again: Value = serde_json::from_slice(&bytes)?;
    let verdict = match cards::compare(&stored.value, &again) {
        cards::Replay::Exact if !same => Verdict::OtherForm,
        replay => Verdict::Card(replay),
    };
    Ok(Judged { verdict, again: Some((bytes, again)) })
}
