//! `vitrine log export`: a record book as static files.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::PATIENCE;
use super::audit::{check, tell};
use super::trust::TrustArguments;
use crate::error::Error;
use crate::folder;
use crate::out::Out;
use crate::record::Source;
use crate::site::SiteArguments;

/// Arguments of `vitrine log export`.
#[derive(Args, Debug)]
pub(crate) struct ExportArguments {
    /// Folder for the files
    dir: PathBuf,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    site: SiteArguments,
}

/// Copies a record book. The checkpoint comes last, and only when everything before it is good.
pub(crate) async fn export(arguments: ExportArguments, out: &mut Out) -> Result<u8, Error> {
    let ExportArguments { dir, trust, site } = arguments;
    let client = crate::client::Client::new(site.site()?, PATIENCE)?;
    let source = Source::site(client);
    let copying = move || {
        fs::create_dir_all(&dir).map_err(Error::write(&dir))?;
        for name in ["vkey", "policy"] {
            match source.read(name) {
                Ok(bytes) => put(&dir, name, &bytes)?,
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        check(&source, &trust, &[], Some(&dir))
    };
    let found = tokio::task::spawn_blocking(copying).await??;
    tell(&found, false, out)
}

/// Writes a file of a record book. A tile that is there already is not written again: it never changes.
pub(super) fn put(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Error> {
    let file = folder.join(path);
    if fs::read(&file).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    let parent = file.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(Error::write(parent))?;
    folder::write_whole(&file, bytes)
}
