//! On what class of processor a card was made. The same class must compute the same bytes.

use std::path::{Path, PathBuf};

use super::stored::Stored;
use crate::client::{Client, RunAnswer};
use crate::error::Error;
use crate::folder;

/// Where `vitrine card fetch` keeps the run record: in `CARD.vitrine`, beside the release. `None` for a release that
/// lies elsewhere.
fn kept(release: &Path) -> Option<PathBuf> {
    let folder = release.parent()?;
    let ours = folder.extension().is_some_and(|end| end == "vitrine");
    ours.then(|| folder.join("run.json"))
}

/// Asks the server for the run record of a card; `None` where it has none.
pub(crate) async fn ask(stored: &Stored, client: &Client) -> Result<Option<RunAnswer>, Error> {
    match client.card_state(&stored.slug).await {
        Ok(state) => Ok(state.run(stored.version)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps the run record beside the release of a card file.
pub(crate) fn keep(run: &RunAnswer, release: &Path) -> Result<(), Error> {
    match kept(release) {
        Some(file) => folder::write_whole(&file, &serde_json::to_vec(run)?),
        None => Ok(()),
    }
}

/// The class of processor that a card was made on: as kept beside its release, else as the server says; `None` when
/// neither knows.
pub(super) async fn cpu(
    stored: &Stored,
    release: Option<&Path>,
    client: Option<&Client>,
) -> Result<Option<String>, Error> {
    if let Some(file) = release.and_then(kept).filter(|file| file.is_file()) {
        let bytes = folder::read_whole(&file).map_err(Error::read(&file))?;
        let run: RunAnswer = serde_json::from_slice(&bytes)?;
        return Ok(Some(run.cpu));
    }
    match client {
        Some(client) => Ok(ask(stored, client).await?.map(|run| run.cpu)),
        None => Ok(None),
    }
}
