//! From a commit to a release, and the wait for its card.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::{Digest, FilePath, RepositoryName, Version};
use serde_json::json;

use super::{BRANCH, Hashed};
use crate::bar;
use crate::client::{Client, ReleaseAnswer};
use crate::error::Error;
use crate::folder::is_servers;
use crate::out::Out;

/// Longest wait for a card. Others may stand before it in the queue.
const CARD_WAIT: Duration = Duration::from_mins(30);
/// The first pause between two looks at a card.
const FIRST_LOOK: Duration = Duration::from_millis(200);
/// The longest pause between two looks.
const LAST_LOOK: Duration = Duration::from_secs(3);

/// Publishes the branch as a release and waits for its card. Gives the exit code.
pub(super) async fn publish(
    client: &Client,
    (name, version): (&RepositoryName, &Version),
    files: &[Hashed],
    out: &mut Out,
) -> Result<u8, Error> {
    let draft = json!({"repository": name, "version": version, "revision": BRANCH});
    let tell = async || client.post::<ReleaseAnswer>("/api/v1/releases", &draft).await;
    let release = match client.patience().retry(tell).await {
        // An earlier try reached the server although its answer did not reach us; or someone was faster.
        Err(error) if error.is_problem("release-exists") => {
            refuse_other_content(client, (name, version), files).await?
        }
        outcome => outcome?,
    };
    out.say(format_args!("Published {name}@{version} ({}): {}", release.digest, release.url))?;
    wait_for_card(client, (name, version), out).await
}

/// The release of that version, if it holds exactly these files.
pub(super) async fn refuse_other_content(
    client: &Client,
    (name, version): (&RepositoryName, &Version),
    files: &[Hashed],
) -> Result<ReleaseAnswer, Error> {
    let release = client.release(name, version).await?;
    match first_difference(&release, files) {
        None => Ok(release),
        Some(path) => Err(Error::Refused(format!(
            "{name}@{version} is published already, and `{path}` differs there; what is published never changes, \
             so choose a new version"
        ))),
    }
}

fn first_difference(release: &ReleaseAnswer, files: &[Hashed]) -> Option<FilePath> {
    let here: BTreeMap<&FilePath, Digest> =
        files.iter().map(|file| (&file.source.path, file.sha256)).collect();
    let there: BTreeMap<&FilePath, Digest> = release
        .files
        .iter()
        .filter(|file| !is_servers(&file.path) || here.contains_key(&file.path))
        .map(|file| (&file.path, file.sha256))
        .collect();
    let all = here.keys().chain(there.keys());
    all.filter(|path| here.get(*path) != there.get(*path)).min().map(|path| (*path).clone())
}

/// Waits until the card is there, has failed, or takes too long. Gives the exit code.
pub(super) async fn wait_for_card(
    client: &Client,
    (name, version): (&RepositoryName, &Version),
    out: &mut Out,
) -> Result<u8, Error> {
    let bar = bar::of_waiting("Waiting for the card");
    let begun = Instant::now();
    let mut pause = FIRST_LOOK;
    let release = loop {
        let release = client.release(name, version).await?;
        if release.card.status != "pending" {
            break release;
        }
        if begun.elapsed() > CARD_WAIT {
            let minutes = CARD_WAIT.as_secs() / 60;
            let url = release.url;
            return Err(Error::Refused(format!(
                "the card is not ready after {minutes} minutes; look at {url} later"
            )));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(LAST_LOOK);
    };
    bar.finish_and_clear();
    tell_card(client, release, out)
}

fn tell_card(client: &Client, release: ReleaseAnswer, out: &mut Out) -> Result<u8, Error> {
    let card = release.card;
    match (card.status.as_str(), card.slug) {
        ("none", _) => Ok(0),
        ("ready", Some(slug)) => {
            let version = card.version.map(|version| format!("/v/{version}")).unwrap_or_default();
            out.say(format_args!("Card: {}", client.site().below(&format!("/cards/{slug}{version}"))))?;
            Ok(0)
        }
        ("failed", _) => {
            let why = card.problem.unwrap_or_else(|| "the server does not say why".to_owned());
            out.remark(format_args!(
                "vitrine: the release is published, but no card could be made of it: {why}\n\
                 A release never changes: put it right and publish a new version."
            ));
            Ok(1)
        }
        (other, _) => Err(Error::Unreadable {
            address: release.url,
            wrong: format!("`{other}` is no state of a card that this program knows"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::folder::Source;

    fn release(files: &[(&str, &str)]) -> ReleaseAnswer {
        let files: Vec<_> = files
            .iter()
            .map(|(path, content)| json!({"path": path, "sha256": Digest::of(content.as_bytes()).hex()}))
            .collect();
        serde_json::from_value(json!({
            "repository": "alice/tiny", "version": "1.0.0", "digest": Digest::of(b"x"), "url": "http://a.example/r",
            "files": files, "card": {"status": "none", "slug": null, "version": null, "problem": null},
            "withdrawn": null, "removed": null, "scan": "pending",
        }))
        .unwrap()
    }

    fn files(files: &[(&str, &str)]) -> Vec<Hashed> {
        let file = |(path, content): &(&str, &str)| Hashed {
            source: Source { path: path.parse().unwrap(), file: PathBuf::new(), size: 0 },
            sha256: Digest::of(content.as_bytes()),
        };
        files.iter().map(file).collect()
    }

    fn difference(there: &[(&str, &str)], here: &[(&str, &str)]) -> Option<String> {
        first_difference(&release(there), &files(here)).map(|path| path.to_string())
    }

    #[test]
    fn the_same_files_are_the_same_release() {
        assert_eq!(difference(&[("a", "1"), (".gitattributes", "x")], &[("a", "1")]), None);
    }

    #[test]
    fn every_difference_is_found() {
        assert_eq!(difference(&[("a", "1")], &[("a", "2")]).as_deref(), Some("a"));
        assert_eq!(difference(&[("a", "1")], &[]).as_deref(), Some("a"));
        assert_eq!(difference(&[], &[("b", "1")]).as_deref(), Some("b"));
        let own = [(".gitattributes", "mine")];
        assert_eq!(difference(&[(".gitattributes", "x")], &own).as_deref(), Some(".gitattributes"));
    }
}
