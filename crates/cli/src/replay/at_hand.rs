//! The release that a card is about, in a folder of this machine.

use std::path::{Path, PathBuf};

use cards::Bundle;
use tempfile::TempDir;

use super::stored::Stored;
use crate::client::Client;
use crate::error::Error;
use crate::evidence::{self, Evidence, ReleaseName};
use crate::folder::Candidate;
use crate::models::{Other, switched_to};
use crate::pull;
use crate::verify::{Finding, Step, check_folder};

/// A release whose every file was checked.
pub(crate) struct AtHand {
    folder: PathBuf,
    /// Its document.
    pub(crate) evidence: Evidence,
    /// Removed when it is no longer needed.
    _fetched: Option<TempDir>,
}

/// Where `vitrine card fetch` keeps the release beside a card: `CARD.vitrine/release`.
pub(crate) fn kept_beside(card: &Path) -> PathBuf {
    let mut folder = card.as_os_str().to_owned();
    folder.push(".vitrine");
    PathBuf::from(folder).join("release")
}

/// Where the releases lie that a release's card switches to.
pub(crate) fn others_folder(release: &Path) -> Result<PathBuf, Error> {
    Ok(evidence::beside(release)?.join("others"))
}

impl AtHand {
    /// Opens a downloaded release. Inside: what is not as it was published.
    pub(crate) async fn open(folder: &Path) -> Result<Result<Self, Vec<Finding>>, Error> {
        if !folder.is_dir() {
            return Err(Error::Refused(format!("`{}` is no folder", folder.display())));
        }
        let place = evidence::beside(folder)?;
        let Some(bytes) = evidence::find(&place)? else {
            let place = place.display();
            return Err(Error::Refused(format!(
                "there is no release document in `{place}`; use `vitrine pull`"
            )));
        };
        let evidence = match Evidence::read(&bytes) {
            Ok(evidence) => evidence,
            Err(wrong) => return Ok(Err(vec![Finding::about(Step::Document, wrong)])),
        };
        let findings = check_folder(folder, &evidence).await?;
        if findings.is_empty() {
            return Ok(Ok(Self { folder: folder.to_owned(), evidence, _fetched: None }));
        }
        Ok(Err(findings))
    }

    /// Downloads the release that a card names; the document it names, or none.
    pub(super) async fn pull(
        stored: &Stored,
        client: Option<&Client>,
    ) -> Result<Result<Self, Vec<Finding>>, Error> {
        let Some(client) = client else {
            let way = "give its folder with --release-dir, or fetch the card with `vitrine card fetch CARD -o FILE`";
            return Err(Error::Refused(format!("the release {} is not here; {way}", stored.release)));
        };
        Self::fetch(&stored.release, client).await.map(Ok)
    }

    /// Downloads a release into a folder that lives as long as this.
    pub(super) async fn fetch(name: &ReleaseName, client: &Client) -> Result<Self, Error> {
        let evidence = pull::published(client, name).await?;
        let place = tempfile::Builder::new()
            .prefix("vitrine-")
            .tempdir()
            .map_err(|source| Error::System { doing: "making a folder for the release", source })?;
        let folder = place.path().join("release");
        pull::download(client, &evidence, &folder).await?;
        Ok(Self { folder, evidence, _fetched: Some(place) })
    }

    /// Where its files lie.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Everything that reading the files shows.
    pub(crate) async fn bundle(&self) -> Result<Bundle, Error> {
        let files = Candidate::open(&self.folder)?;
        tokio::task::spawn_blocking(move || cards::check(&files)).await?.map_err(Error::Faults)
    }

    /// The releases that the card switches to. One that does not exist, or is no ranking system, is left out: the card
    /// says then that it is not available.
    pub(crate) async fn others(&self, bundle: &Bundle, client: Option<&Client>) -> Result<Vec<Other>, Error> {
        let mut others = Vec::new();
        for name in switched_to(&bundle.card) {
            let Some(other) = self.other(&name, client).await? else { continue };
            match other.bundle().await {
                Ok(bundle) => others.push(Other { name, bundle }),
                Err(Error::Faults(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(others)
    }

    async fn other(&self, name: &ReleaseName, client: Option<&Client>) -> Result<Option<Self>, Error> {
        let folder = others_folder(&self.folder)?.join(name.to_string());
        if folder.is_dir() {
            return match Self::open(&folder).await? {
                Ok(other) => Ok(Some(other)),
                Err(findings) => {
                    let findings: Vec<String> = findings.iter().map(Finding::to_string).collect();
                    Err(Error::Refused(format!(
                        "the files of {name} are not as published: {}",
                        findings.join("; ")
                    )))
                }
            };
        }
        let Some(client) = client else {
            let way = "fetch the card with `vitrine card fetch CARD -o FILE`, which brings it";
            return Err(Error::Refused(format!(
                "the card also needs the release {name}, which is not here; {way}"
            )));
        };
        match Self::fetch(name, client).await {
            Ok(other) => Ok(Some(other)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
