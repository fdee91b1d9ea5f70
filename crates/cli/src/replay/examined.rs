//! Examinations of releases, computed again from their files.

use std::path::{Path, PathBuf};

use cards::examination::{Examination, ExaminationSchema, examine};
use ranking::{Limits, WorkerProgram};
use registry::ExaminationRuntime;
use serde_json::Value;

use super::verdict::Verdict;
use super::{AtHand, Judged};
use crate::client::Client;
use crate::error::Error;
use crate::evidence::ReleaseName;
use crate::folder::Candidate;

/// The examination that these bytes are, or none: then they are something else.
pub(super) fn read(bytes: &[u8]) -> Result<Option<(Examination, Value)>, Error> {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Ok(None) };
    if value.get("schema").and_then(Value::as_str) != Some(ExaminationSchema::WORD) {
        return Ok(None);
    }
    let examination = serde_json::from_value(value.clone())
        .map_err(|error| Error::Refused(format!("this is no examination: {error}")))?;
    Ok(Some((examination, value)))
}

/// Examines the release again.
pub(super) async fn judge(
    (stored, value, bytes): (&Examination, &Value, &[u8]),
    given: Option<PathBuf>,
    client: Option<&Client>,
) -> Result<Judged, Error> {
    let release = ReleaseName {
        repository: stored.release.repository.clone(),
        version: stored.release.version.clone(),
    };
    let at_hand = match (given, client) {
        (Some(folder), _) => AtHand::open(&folder).await?,
        (None, Some(client)) => Ok(AtHand::fetch(&release, client).await?),
        (None, None) => {
            let way = "give its folder with --release-dir";
            return Err(Error::Refused(format!("the release {release} is not here; {way}")));
        }
    };
    let at_hand = match at_hand {
        Ok(at_hand) => at_hand,
        Err(findings) => return Ok(Verdict::Release(findings).into()),
    };
    if at_hand.evidence.digest != stored.release.digest {
        return Ok(Verdict::Card(cards::Replay::Differs {
            pointer: "/release/digest".to_owned(),
            stored: stored.release.digest.to_string().into(),
            again: at_hand.evidence.digest.to_string().into(),
        })
        .into());
    }
    let again = examined(&at_hand, at_hand.folder()).await?;
    let (again, _) = again.to_bytes()?;
    let same = again == bytes;
    let computed: Value = serde_json::from_slice(&again)?;
    let verdict = match cards::compare(value, &computed) {
        cards::Replay::Exact if !same => Verdict::OtherForm,
        replay => Verdict::Card(replay),
    };
    Ok(Judged { verdict, again: Some((again, computed)) })
}

async fn examined(at_hand: &AtHand, folder: &Path) -> Result<Examination, Error> {
    let files = Candidate::open(folder)?;
    let (document, digest) = (at_hand.evidence.document.clone(), at_hand.evidence.digest);
    let examined = tokio::task::spawn_blocking(move || {
        let (program, limits) = (WorkerProgram::this_program()?, Limits::default());
        let mut runtime = ExaminationRuntime::new(&program, &limits);
        let found = examine((&document, digest), &files, &mut runtime);
        found.map_err(|error| Error::Refused(error.to_string()))
    });
    examined.await?
}
