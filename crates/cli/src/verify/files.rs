//! The files of a folder against a release document.

use std::collections::BTreeMap;
use std::path::Path;

use domain::{ReleaseDocument, ReleaseFile};

use super::{Finding, Step};
use crate::error::Error;
use crate::folder::{self, What};

/// Compares everything in a folder with what was published; `passed` learns of bytes that were read.
pub(crate) fn check_files(
    folder: &Path,
    document: &ReleaseDocument,
    passed: &dyn Fn(u64),
) -> Result<Vec<Finding>, Error> {
    let found = folder::list(folder)?;
    let mut here: BTreeMap<&str, What> =
        found.iter().map(|found| (found.path.as_str(), found.what)).collect();
    let mut findings = Vec::new();
    for file in &document.files {
        match here.remove(file.path.as_str()) {
            // A folder that was pushed never had it.
            None if folder::is_servers(&file.path) => {}
            None => findings.push(Finding::of(Step::Missing, &file.path, "the file is missing".to_owned())),
            Some(What::File(size)) => findings.extend(check_file(folder, file, size, passed)?),
            Some(What::Link) => {
                findings.push(Finding::of(
                    Step::Kind,
                    &file.path,
                    "this is a symbolic link, not the file".to_owned(),
                ));
            }
            Some(What::Other) => {
                findings.push(Finding::of(Step::Kind, &file.path, "this is no ordinary file".to_owned()));
            }
        }
    }
    let extra = |path: &&str| Finding::of(Step::Extra, path, "the release has no such file".to_owned());
    findings.extend(here.keys().map(extra));
    Ok(findings)
}

fn check_file(
    folder: &Path,
    published: &ReleaseFile,
    size: u64,
    passed: &dyn Fn(u64),
) -> Result<Option<Finding>, Error> {
    if size != published.size {
        let wrong = format!("it has {size} bytes, {} were published", published.size);
        return Ok(Some(Finding::of(Step::Size, &published.path, wrong)));
    }
    let (digest, _) = folder::digest(&folder.join(published.path.as_str()), passed)?;
    if digest == published.sha256 {
        return Ok(None);
    }
    let wrong = format!("its bytes hash to {digest}, {} was published", published.sha256);
    Ok(Some(Finding::of(Step::Content, &published.path, wrong)))
}
