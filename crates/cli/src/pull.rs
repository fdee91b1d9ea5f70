//! `vitrine pull`: a release into a folder, every byte checked.

mod blob;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use domain::{Malformed, ReleaseDocument, ReleaseFile, RepositoryName, Version};

use crate::bar;
use crate::client::{Client, ReleaseAnswer};
use crate::error::Error;
use crate::evidence::{self, Evidence, Pieces, ReleaseName};
use crate::folder::{self, What};
use crate::out::{Out, counted};
use crate::site::SiteArguments;

/// How long a download waits for the server to come back.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// Arguments of `vitrine pull`.
#[derive(Args, Debug)]
pub(crate) struct PullArguments {
    /// The release; without a version the newest one that is not withdrawn
    #[arg(value_name = "NS/NAME[@VERSION]")]
    release: Wanted,
    /// Folder for the files; what proves them goes to DIR.vitrine
    dir: PathBuf,
    #[command(flatten)]
    site: SiteArguments,
}

/// Which release is wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Wanted {
    repository: RepositoryName,
    version: Option<Version>,
}

impl FromStr for Wanted {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text.contains('@') {
            let ReleaseName { repository, version } = text.parse()?;
            return Ok(Self { repository, version: Some(version) });
        }
        Ok(Self { repository: text.parse()?, version: None })
    }
}

/// Downloads a release. Running it again goes on where it stopped.
pub(crate) async fn pull(arguments: PullArguments, out: &mut Out) -> Result<u8, Error> {
    let PullArguments { release: Wanted { repository, version }, dir, site } = arguments;
    let client = Client::new(site.site()?, PATIENCE)?;
    let answer = match version {
        Some(version) => client.release(&repository, &version).await?,
        None => newest(&client, &repository).await?,
    };
    let name = ReleaseName { repository: answer.repository.clone(), version: answer.version.clone() };
    if let Some(withdrawal) = &answer.withdrawn {
        out.remark(format_args!("vitrine: {name} was withdrawn by its publisher: {}", withdrawal.reason));
    }
    let evidence = published(&client, &name).await?;
    if evidence.digest != answer.digest {
        let (said, found) = (answer.digest, evidence.digest);
        return Err(Error::Refused(format!(
            "the server says {said} and sends a document that hashes to {found}"
        )));
    }
    download(&client, &evidence, &dir).await?;
    let mut pieces = Pieces::default();
    pieces.fetch(&client, &name).await?;
    pieces.keep(&evidence::beside(&dir)?)?;
    let count = counted(evidence.document.files.len(), "file");
    out.say(format_args!("{name} is in {}: {count}, {}", dir.display(), evidence.digest))?;
    Ok(0)
}

/// The newest release that is not withdrawn, else the newest.
async fn newest(client: &Client, name: &RepositoryName) -> Result<ReleaseAnswer, Error> {
    let repository = client.repository(name).await?;
    let mut first = None;
    for version in &repository.releases {
        let release = client.release(&repository.name, version).await?;
        if release.withdrawn.is_none() {
            return Ok(release);
        }
        first.get_or_insert(release);
    }
    first.ok_or_else(|| Error::Refused(format!("{name} has published no release yet")))
}

/// The document that a server published under this name.
pub(crate) async fn published(client: &Client, name: &ReleaseName) -> Result<Evidence, Error> {
    let bytes = client.document(&name.repository, &name.version).await?;
    let evidence = Evidence::read(&bytes)
        .map_err(|wrong| Error::Refused(format!("the server's release document of {name}: {wrong}")))?;
    if evidence.name() == *name {
        return Ok(evidence);
    }
    let found = evidence.name();
    Err(Error::Refused(format!("the server was asked for {name} and sent the release document of {found}")))
}

/// Brings every file of a release into a folder, and what proves it beside the folder.
pub(crate) async fn download(client: &Client, evidence: &Evidence, dir: &Path) -> Result<(), Error> {
    let document = &evidence.document;
    fs::create_dir_all(dir).map_err(Error::write(dir))?;
    let beside = evidence::beside(dir)?;
    refuse_others(dir, document)?;
    // From here on a stopped download can be gone on with, and checked.
    evidence.keep(&beside)?;
    let halves = beside.join("partial");
    fs::create_dir_all(&halves).map_err(Error::write(&halves))?;
    let bar = bar::of_bytes("Downloading", document.files.iter().map(|file| file.size).sum());
    for file in &document.files {
        let place = dir.join(file.path.as_str());
        if is_there(&place, file).await? {
            bar.inc(file.size);
            continue;
        }
        let half = blob::fetch(client, file, &halves, &bar).await?;
        put(&half, &place)?;
    }
    bar.finish_and_clear();
    // Holds nothing any more; where something else lies in it, it stays.
    let _kept = fs::remove_dir(&halves);
    Ok(())
}

/// Refuses a folder in which other things lie than this release: nothing is overwritten, and nothing left over.
fn refuse_others(dir: &Path, document: &ReleaseDocument) -> Result<(), Error> {
    for found in folder::list(dir)? {
        let belongs = document.file(&found.path).is_some_and(|file| found.what == What::File(file.size));
        if !belongs {
            let (path, dir) = (found.path, dir.display());
            return Err(Error::Refused(format!(
                "`{path}` in `{dir}` is not what this release holds there; choose an empty folder"
            )));
        }
    }
    Ok(())
}

/// Whether the file is here already, byte for byte.
async fn is_there(place: &Path, file: &ReleaseFile) -> Result<bool, Error> {
    if !place.is_file() {
        return Ok(false);
    }
    let path = place.to_owned();
    let (digest, _) = tokio::task::spawn_blocking(move || folder::digest(&path, &|_| ())).await??;
    if digest == file.sha256 {
        return Ok(true);
    }
    let place = place.display();
    Err(Error::Refused(format!(
        "`{place}` differs from the release; choose an empty folder, or take the file away"
    )))
}

/// Puts a whole file in its place.
fn put(half: &Path, place: &Path) -> Result<(), Error> {
    let write = |source| Error::write(place)(source);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(Error::write(folder))?;
    }
    match fs::rename(half, place) {
        // The folder is a disk of its own.
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            fs::copy(half, place).map_err(write)?;
            fs::remove_file(half).map_err(Error::write(half))
        }
        outcome => outcome.map_err(write),
    }
}

#[cfg(test)]
mod tests;
