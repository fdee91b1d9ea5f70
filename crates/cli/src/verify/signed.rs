//! The third step: what the registry signed about the release, with its key.

use std::io::{self, Read};

use domain::ReleaseDocument;
use oms::{Files, Item, PublicKey, Statement, Verdict, What};
use tlog::dsse::StatementVerifier;

use super::{Finding, Report, Step};
use crate::error::Error;
use crate::evidence::{Evidence, Piece, Pieces};

/// The files of a release as its document names them. The files on disk were compared with it before.
struct Named<'a>(&'a ReleaseDocument);

impl Files for Named<'_> {
    fn list(&mut self) -> io::Result<Vec<Item>> {
        let item =
            |file: &domain::ReleaseFile| Item { path: file.path.to_string(), what: What::File(file.size) };
        Ok(self.0.files.iter().map(item).collect())
    }

    fn open(&mut self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        Err(io::Error::other(format!("the hash of `{path}` in the bundle is not SHA-256")))
    }

    fn known_sha256(&self, path: &str) -> Option<[u8; 32]> {
        self.0.file(path).map(|file| *file.sha256.as_bytes())
    }
}

/// Checks the registry's statement and bundle against the release document.
pub(super) fn check(evidence: &Evidence, pieces: &Pieces, report: &mut Report) -> Result<(), Error> {
    let Some(pem) = pieces.text(Piece::RegistryKey) else {
        report.leave_out("signature: there is no registry key (registry.pem)");
        return Ok(());
    };
    match pieces.get(Piece::Statement) {
        None => report.leave_out("signature: there is no signed statement (release.json)"),
        Some(envelope) => {
            if let Some(wrong) = statement_fault(envelope, evidence, &pem) {
                report.findings.push(Finding::of(Step::Signature, &Piece::Statement.file(), wrong));
            }
        }
    }
    match pieces.get(Piece::Bundle) {
        None => report.leave_out("signature: there is no model-signing bundle (model.sig)"),
        Some(bundle) => bundle_faults(bundle, evidence, &pem, report)?,
    }
    Ok(())
}

fn statement_fault(envelope: &[u8], evidence: &Evidence, pem: &str) -> Option<String> {
    let key = match StatementVerifier::from_pem(pem) {
        Ok(key) => key,
        Err(error) => return Some(error.to_string()),
    };
    match Statement::open(envelope, &key) {
        Err(error) => Some(error.to_string()),
        Ok(found) => found.difference(&Statement::of_release(&evidence.document, &evidence.digest)),
    }
}

fn bundle_faults(bundle: &[u8], evidence: &Evidence, pem: &str, report: &mut Report) -> Result<(), Error> {
    let mut fault = |path: &str, wrong: String| {
        report.findings.push(Finding::of(Step::Signature, &path, wrong));
    };
    let name = Piece::Bundle.file();
    let key = match PublicKey::from_pem(pem) {
        Ok(key) => key,
        Err(error) => {
            fault(Piece::RegistryKey.file(), error.to_string());
            return Ok(());
        }
    };
    let verdict = oms::verify(bundle, &[key], &mut Named(&evidence.document), &[])
        .map_err(|source| Error::System { doing: "checking the model-signing bundle", source })?;
    match verdict {
        Verdict::Good { .. } => {}
        Verdict::UnknownKey { hint } => {
            let hint = hint.unwrap_or_else(|| "without a name".to_owned());
            fault(name, format!("the bundle is by another key ({hint}) than the registry's"));
        }
        Verdict::Bad { bundle: Some(error), .. } => fault(name, error.to_string()),
        Verdict::Bad { differences, .. } => {
            for difference in differences {
                fault(name, format!("about `{}`: {}", difference.path, difference.wrong));
            }
        }
    }
    Ok(())
}
