//! `vitrine card preview`: the card that a folder would get, measured here.

use std::path::PathBuf;

use clap::Args;
use domain::{
    Clock as _, CommitId, Kind, License, ReleaseDocument, ReleaseFile, ReleaseRepository, ReleaseSchema,
    RepositoryName, SystemClock, Uuid, Version, Visibility,
};

use crate::error::Error;
use crate::folder::{self, Candidate, Source};
use crate::models::{self, Task};
use crate::out::Out;

/// Arguments of `vitrine card preview`.
#[derive(Args, Debug)]
pub(crate) struct PreviewArguments {
    /// Folder with the model, system-card.yaml and the reference lists
    dir: PathBuf,
    /// File for the card [default: print it]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The repository it will be pushed to
    #[arg(long, value_name = "NS/NAME", default_value = "nobody/preview")]
    name: RepositoryName,
}

/// Measures a folder as if it were the first release of a repository.
pub(super) async fn preview(arguments: PreviewArguments, out: &mut Out) -> Result<u8, Error> {
    let PreviewArguments { dir, output, name } = arguments;
    let reading = move || {
        let bundle = cards::check(&Candidate::open(&dir)?).map_err(Error::Faults)?;
        Ok::<_, Error>((bundle, document(&folder::sources(&dir)?, name)?))
    };
    let (bundle, document) = tokio::task::spawn_blocking(reading).await??;
    let (_, digest) = document.to_bytes()?;
    // Other releases are not asked for: a preview needs no server, and says that they are not available.
    let task = Task { document, digest, version: 1, previous: None, bundle, others: Vec::new() };
    let (bytes, _) = models::measure(task).await?.to_bytes()?;
    if let Some(file) = output {
        folder::write_whole(&file, &bytes)?;
        out.say(format_args!("Wrote the card to {}", file.display()))?;
    } else {
        out.write(&bytes)?;
        out.say("")?;
    }
    Ok(0)
}

/// The document that a release of these files would have, but for what only a server knows.
fn document(sources: &[Source], name: RepositoryName) -> Result<ReleaseDocument, Error> {
    let file = |source: &Source| {
        let (sha256, size) = folder::digest(&source.file, &|_| ())?;
        Ok(ReleaseFile { path: source.path.clone(), size, sha256 })
    };
    let word = |malformed: domain::Malformed| Error::Refused(malformed.to_string());
    let version: Version = "0.0.0-preview".parse().map_err(word)?;
    let license: License = "LicenseRef-preview".parse().map_err(word)?;
    Ok(ReleaseDocument {
        schema: ReleaseSchema,
        repository: ReleaseRepository { id: Uuid::nil(), name },
        version,
        kind: Kind::Ranking,
        commit: CommitId::of(b"preview"),
        published_at: SystemClock.now(),
        visibility: Visibility::Public,
        license,
        languages: Vec::new(),
        base: None,
        pipeline_tag: None,
        library_name: None,
        tags: Vec::new(),
        datasets: Vec::new(),
        family: None,
        variant: None,
        training_data: None,
        energy: None,
        out_of_scope: vec![],
        pre_release_tests: vec![],
        description: None,
        announcement: None,
        paper: None,
        starting_code: None,
        intended_use: None,
        limits: Vec::new(),
        risks: Vec::new(),
        benefits: Vec::new(),
        generates_media: None,
        disclosure: None,
        files: sources.iter().map(file).collect::<Result<_, Error>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_lists_every_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), "abc").unwrap();

        let document =
            document(&folder::sources(folder.path()).unwrap(), "alice/tiny".parse().unwrap()).unwrap();

        assert_eq!(document.file("a.txt").unwrap().sha256, domain::Digest::of(b"abc"));
        assert!(document.to_bytes().is_ok());
    }
}
