//! `vitrine card fetch`: a card as it is stored, and the release it rests on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use domain::Digest;

use crate::client::Client;
use crate::error::Error;
use crate::evidence::ReleaseName;
use crate::folder;
use crate::models::switched_to;
use crate::out::Out;
use crate::pull;
use crate::replay::{AtHand, CardAt, Place, Stored, kept_beside, others_folder, recorded};
use crate::site::SiteArguments;

/// How long a fetch waits for the server to come back.
const PATIENCE: Duration = Duration::from_mins(1);

/// Arguments of `vitrine card fetch`.
#[derive(Args, Debug)]
pub(crate) struct FetchArguments {
    /// Address of a card, or its last part
    card: String,
    /// File for the card; its release goes to FILE.vitrine, so that it can be replayed offline [default: print it]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    site: SiteArguments,
}

/// Gets a card, byte for byte.
pub(super) async fn fetch(arguments: FetchArguments, out: &mut Out) -> Result<u8, Error> {
    let FetchArguments { card, output, site } = arguments;
    let at = CardAt::find(&card, &site.site()?)?;
    let Place::Server { slug, version } = at.place else {
        return Err(Error::Usage(format!("`{card}` is a file; write the address of a card")));
    };
    let client = Client::new(at.site, PATIENCE)?;
    let bytes = client.card(&slug, version).await?;
    let Some(output) = output else {
        out.write(&bytes)?;
        return Ok(0);
    };
    let stored = Stored::read(&bytes)?.map_err(|_lie| {
        Error::Refused(format!("the server's card `{slug}` is malformed; `vitrine replay` says where"))
    })?;
    // The release first: a card file without one could not be replayed.
    let beside = kept_beside(&output);
    keep_release(&client, stored.release(), &beside).await?;
    if let Some(run) = recorded::ask(&stored, &client).await? {
        recorded::keep(&run, &beside)?;
    }
    folder::write_whole(&output, &bytes)?;
    let (file, digest, release) = (output.display(), Digest::of(&bytes), stored.release());
    out.say(format_args!("{file}: card {slug} ({digest}) and, beside it, {release}"))?;
    Ok(0)
}

/// Keeps the release of a card, and the releases that the card switches to.
async fn keep_release(client: &Client, name: &ReleaseName, folder: &Path) -> Result<(), Error> {
    let evidence = pull::published(client, name).await?;
    pull::download(client, &evidence, folder).await?;
    let bundle = match AtHand::open(folder).await? {
        Ok(kept) => kept.bundle().await?,
        Err(findings) => {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            return Err(Error::Refused(findings.join("; ")));
        }
    };
    for other in switched_to(&bundle.card) {
        let evidence = match pull::published(client, &other).await {
            Ok(evidence) => evidence,
            // The card says then that it is not available.
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        pull::download(client, &evidence, &others_folder(folder)?.join(other.to_string())).await?;
    }
    Ok(())
}
