//! `vitrine verify`: whether a downloaded release is what was published.

mod files;
mod proven;
mod report;
mod seen;
mod signed;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::bar;
use crate::client::{Client, ReleaseAnswer};
use crate::error::Error;
use crate::evidence::{self, Evidence, Pieces, ReleaseName};
use crate::out::Out;
use crate::site::SiteArguments;
use proven::Around;

pub(crate) use files::check_files;
pub(crate) use report::{Finding, Report, Step};
pub(crate) use seen::Seen;

/// How long a check waits for a server.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Arguments of `vitrine verify`.
#[derive(Args, Debug)]
pub(crate) struct VerifyArguments {
    /// Folder with the files of the release
    path: PathBuf,
    /// The release that it must be
    #[arg(long, value_name = "NS/NAME@VERSION")]
    release: Option<ReleaseName>,
    /// Folder with the evidence, or file with the release document [default: PATH.vitrine]
    #[arg(long, value_name = "PATH")]
    evidence: Option<PathBuf>,
    /// File that says which record book and witnesses to trust [default: what the evidence says]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Folder where the record books seen are remembered [default: vitrine in the user's state folder]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Ask no server
    #[arg(long)]
    offline: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    site: SiteArguments,
}

/// Checks files, document, signatures, the entry in the record book, and the record book, in this order.
pub(crate) async fn verify(arguments: VerifyArguments, out: &mut Out) -> Result<u8, Error> {
    let VerifyArguments { path, release, evidence: at, policy, state, offline, json, site } = arguments;
    if !path.is_dir() {
        return Err(Error::Refused(format!("`{}` is no folder", path.display())));
    }
    let client = if offline { None } else { Some(Client::new(site.site()?, PATIENCE)?) };
    let mut report = Report::default();
    let at = at.map_or_else(|| evidence::beside(&path), Ok)?;
    if let Some(evidence) = known(&at, (release.as_ref(), client.as_ref()), &mut report).await? {
        check_name(&evidence, release.as_ref(), &mut report);
        report.about(&evidence);
        report.findings.extend(check_folder(&path, &evidence).await?);
        if let Some(client) = &client {
            ask(client, &evidence, &mut report).await;
        }
        let around = Around { client: client.as_ref(), state: state.as_deref(), policy: policy.as_deref() };
        check_evidence(&at, &evidence, &around, &mut report).await?;
    }
    report.tell(out, json)
}

/// The release document: beside the folder, or from the server where a release is named.
async fn known(
    at: &Path,
    (release, client): (Option<&ReleaseName>, Option<&Client>),
    report: &mut Report,
) -> Result<Option<Evidence>, Error> {
    let bytes = match (evidence::find(at)?, release, client) {
        (Some(bytes), _, _) => bytes,
        (None, Some(release), Some(client)) => {
            client.document(&release.repository, &release.version).await?.to_vec()
        }
        (None, _, _) => {
            let at = at.display();
            let way =
                "name the release with --release and ask a server, or give the document with --evidence";
            return Err(Error::Refused(format!("there is no release document at `{at}`; {way}")));
        }
    };
    match Evidence::read(&bytes) {
        Ok(evidence) => Ok(Some(evidence)),
        Err(wrong) => {
            report.findings.push(Finding::about(Step::Document, wrong));
            Ok(None)
        }
    }
}

/// Signatures, proof and record book: from the folder for evidence, what is missing there from the server.
async fn check_evidence(
    at: &Path,
    evidence: &Evidence,
    around: &Around<'_>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut pieces = Pieces::read(at)?;
    if let Some(client) = around.client.filter(|_| report.asked)
        && let Err(error) = pieces.fetch(client, &evidence.name()).await
    {
        report.unasked = Some(error.sentence());
    }
    signed::check(evidence, &pieces, report)?;
    proven::check(evidence, &pieces, around, report).await
}

fn check_name(evidence: &Evidence, release: Option<&ReleaseName>, report: &mut Report) {
    let found = evidence.name();
    if let Some(asked) = release.filter(|asked| **asked != found) {
        let wrong = format!("the release document is that of {found}, not of {asked}");
        report.findings.push(Finding::about(Step::Release, wrong));
    }
}

/// Checks the files of a folder without holding up anything else.
pub(crate) async fn check_folder(folder: &Path, evidence: &Evidence) -> Result<Vec<Finding>, Error> {
    let (folder, document) = (folder.to_owned(), evidence.document.clone());
    let checking = move || {
        let bar = bar::of_bytes("Checking", document.files.iter().map(|file| file.size).sum());
        let found = check_files(&folder, &document, &|count| bar.inc(count));
        bar.finish_and_clear();
        found
    };
    tokio::task::spawn_blocking(checking).await?
}

/// Asks the server what it published under that name, and what became of it.
async fn ask(client: &Client, evidence: &Evidence, report: &mut Report) {
    let ReleaseName { repository, version } = evidence.name();
    match client.release(&repository, &version).await {
        Ok(answer) => compare(evidence, &answer, report),
        Err(error) if error.is_removed() => {
            report.asked = true;
            report.removed = Some(error.sentence());
        }
        Err(error) => report.unasked = Some(error.sentence()),
    }
}

fn compare(evidence: &Evidence, answer: &ReleaseAnswer, report: &mut Report) {
    report.asked = true;
    if answer.digest != evidence.digest {
        let wrong = format!(
            "the server published {} with the digest {}, this release document has {}",
            evidence.name(),
            answer.digest,
            evidence.digest
        );
        report.findings.push(Finding::about(Step::Server, wrong));
    }
    report.withdrawn = answer.withdrawn.as_ref().map(|withdrawal| withdrawal.reason.clone());
}

#[cfg(test)]
mod tampering;
#[cfg(test)]
pub(crate) mod tests;
