//! `vitrine push`: a folder becomes a commit, and if wished a release.

mod commit;
mod publish;
mod upload;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use domain::{Digest, Kind, RepositoryName, Version, Visibility};
use indicatif::ProgressBar;
use serde_json::json;

use crate::bar;
use crate::client::{Client, RepositoryAnswer};
use crate::error::Error;
use crate::folder::{self, Source};
use crate::out::Out;
use crate::site::SiteArguments;

/// How long a push waits for the server to come back.
const PATIENCE: Duration = Duration::from_mins(2);
/// The branch that is pushed to.
const BRANCH: &str = "main";

/// Arguments of `vitrine push`.
#[derive(Args, Debug)]
pub(crate) struct PushArguments {
    /// Folder to upload
    dir: PathBuf,
    /// Repository; made if it does not exist
    #[arg(value_name = "NS/NAME")]
    name: RepositoryName,
    /// Publish it as this version (final: a release never changes)
    #[arg(long, value_name = "VERSION")]
    release: Option<Version>,
    /// What changed
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// What a new repository holds: model, ranking or dataset [default: what the files say]
    #[arg(long)]
    kind: Option<Kind>,
    #[command(flatten)]
    site: SiteArguments,
}

/// A file with its digest.
#[derive(Clone, Debug)]
struct Hashed {
    source: Source,
    sha256: Digest,
}

/// Uploads a folder. Running it again completes what was begun and repeats nothing.
pub(crate) async fn push(arguments: PushArguments, out: &mut Out) -> Result<u8, Error> {
    let PushArguments { dir, name, release, message, kind, site } = arguments;
    let site = site.site()?;
    if site.token().is_none() {
        let need = "set VITRINE_TOKEN to a token that may write; `vitrine admin token NAME` prints one";
        return Err(Error::Usage(format!("pushing needs a token: {need}")));
    }
    let files = hash(folder::sources(&dir)?).await?;
    let client = Client::new(site, PATIENCE)?;
    let kind = kind.unwrap_or_else(|| kind_of(&files));
    let repository = repository(&client, &name, kind).await?;
    let published = match release {
        Some(version) if repository.releases.contains(&version) => {
            publish::refuse_other_content(&client, (&repository.name, &version), &files).await?;
            out.say(format_args!(
                "{}@{version} is published already, with these very files",
                repository.name
            ))?;
            return publish::wait_for_card(&client, (&repository.name, &version), out).await;
        }
        other => other,
    };
    let message = message.unwrap_or_else(|| usual_message(published.as_ref()));
    commit::commit(&client, (&repository, &message), &files, out).await?;
    match published {
        Some(version) => publish::publish(&client, (&repository.name, &version), &files, out).await,
        None => Ok(0),
    }
}

/// Hashes every file, one after the other, without holding up anything else.
async fn hash(sources: Vec<Source>) -> Result<Vec<Hashed>, Error> {
    let hashing = move || {
        let bar = bar::of_bytes("Hashing", sources.iter().map(|source| source.size).sum());
        let hashed = sources.into_iter().map(|source| hash_one(source, &bar)).collect();
        bar.finish_and_clear();
        hashed
    };
    tokio::task::spawn_blocking(hashing).await?
}

fn hash_one(source: Source, bar: &ProgressBar) -> Result<Hashed, Error> {
    let (sha256, size) = folder::digest(&source.file, &|count| bar.inc(count))?;
    Ok(Hashed { source: Source { size, ..source }, sha256 })
}

/// Three certain files make a ranking system.
fn kind_of(files: &[Hashed]) -> Kind {
    let paths: Vec<&str> = files.iter().map(|file| file.source.path.as_str()).collect();
    if cards::is_ranking(&paths) { Kind::Ranking } else { Kind::Model }
}

fn usual_message(version: Option<&Version>) -> String {
    version.map_or_else(|| "Upload".to_owned(), |version| format!("Upload {version}"))
}

/// The repository; made, public, when there is none.
async fn repository(client: &Client, name: &RepositoryName, kind: Kind) -> Result<RepositoryAnswer, Error> {
    match client.repository(name).await {
        Err(error) if error.is_problem("repository-not-found") => {}
        outcome => return outcome,
    }
    let new = json!({
        "namespace": name.namespace(), "name": name.name(), "kind": kind, "visibility": Visibility::Public,
        "first_commit": true,
    });
    let create = async || client.post::<RepositoryAnswer>("/api/v1/repositories", &new).await;
    match client.patience().retry(create).await {
        // An earlier try reached the server although its answer did not reach us.
        Err(error) if error.is_problem("repository-exists") => client.repository(name).await,
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Vec<Hashed> {
        let file = |path: &&str| Hashed {
            source: Source { path: path.parse().unwrap(), file: PathBuf::from(path), size: 0 },
            sha256: Digest::of(b""),
        };
        paths.iter().map(file).collect()
    }

    #[test]
    fn the_files_say_what_a_repository_holds() {
        assert_eq!(kind_of(&files(&["m.onnx", "system-card.yaml", "reference.csv"])), Kind::Ranking);
        assert_eq!(kind_of(&files(&["m.onnx", "README.md"])), Kind::Model);
    }

    #[tokio::test]
    async fn a_folder_is_hashed_file_by_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "abc").unwrap();
        std::fs::write(folder.path().join("b"), "").unwrap();

        let hashed = hash(folder::sources(folder.path()).unwrap()).await.unwrap();

        let digests: Vec<Digest> = hashed.iter().map(|file| file.sha256).collect();
        assert_eq!(digests, [Digest::of(b"abc"), Digest::of(b"")]);
    }
}
