//! What publishers sign themselves: `OpenSSF` model-signing bundles among the files of a release, checked when it is
//! published and again when a key becomes known.

mod keys;

use std::io::{self, Cursor, Read};

use cards::ReleaseFiles as _;
use domain::Namespace;
use oms::{Files, Item, PublicKey, What};
use serde::{Deserialize, Serialize};

use crate::files::{StoredFiles, on_thread};
use crate::{Entry, Error, Registry};

pub use keys::PublisherKey;
pub(crate) use keys::{read as read_signatures, write as write_signatures};

/// The usual name of a bundle; it is looked at whatever it holds.
const USUAL: &str = "model.sig";
/// How other bundles end.
const ENDINGS: [&str; 3] = [".sig", ".sigstore", ".sigstore.json"];
/// What a bundle begins to say of itself.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle";
/// Longest bundle that is read: 16 MiB, about 75,000 files.
const BUNDLE_BYTES: u64 = 16 << 20;
/// Most characters of what differs.
const MOST_CHARS: usize = 500;

/// What a publisher's own signature says of a release.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PublisherSignature {
    /// The file of the release that holds it.
    pub path: String,
    /// Whether it holds.
    pub verdict: SignatureVerdict,
    /// SHA-256 of the key's PEM, in hexadecimal: of the key that signed, or the one that the bundle names.
    pub key: Option<String>,
    /// Why it does not hold, as a sentence.
    pub problem: Option<String>,
}

/// Whether a publisher's signature holds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureVerdict {
    /// A key of the namespace signed exactly these files.
    Good,
    /// A key of the namespace signed something else, or it is no bundle.
    Bad,
    /// Nobody whose key the namespace has named signed it.
    UnknownKey,
    /// The files could not be read as the bundle asks.
    Unchecked,
}

impl SignatureVerdict {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::UnknownKey => "unknown_key",
            Self::Unchecked => "unchecked",
        }
    }
}

impl Registry {
    /// Checks the bundles among some files against the keys of a namespace. No SQL where there are none.
    pub(crate) async fn publisher_signatures(
        &self,
        namespace: &Namespace,
        files: &[Entry],
    ) -> Result<Vec<PublisherSignature>, Error> {
        if !files.iter().any(may_be_bundle) {
            return Ok(Vec::new());
        }
        let keys = self.keys_named(namespace).await?;
        let bundles: Vec<String> =
            files.iter().filter(|file| may_be_bundle(file)).map(|file| file.path.to_string()).collect();
        let stored = self.stored_files(files.iter().map(|file| (file.path.to_string(), file.sha256))).await?;
        on_thread(move || check(&stored, &bundles, &keys)).await?
    }
}

/// Whether a file at the top of the folder has the name and the size of a bundle.
fn may_be_bundle(file: &Entry) -> bool {
    let path = file.path.as_str();
    let named = path == USUAL || ENDINGS.iter().any(|ending| path.ends_with(ending));
    named && !path.contains('/') && file.size <= BUNDLE_BYTES
}

/// For a thread that may wait.
fn check(
    stored: &StoredFiles,
    bundles: &[String],
    keys: &[PublicKey],
) -> Result<Vec<PublisherSignature>, Error> {
    let failed = |source| Error::TaskLost { source: Box::new(source) };
    let mut read = Vec::new();
    for path in bundles {
        let bytes = stored.read(path).map_err(failed)?;
        if path == USUAL || says_bundle(&bytes) {
            read.push((path, bytes));
        }
    }
    // Each signer left the other signatures out, whether they were there or not.
    let ignored: Vec<&str> = read.iter().map(|(path, _)| path.as_str()).collect();
    let mut signatures = Vec::new();
    for (path, bytes) in &read {
        let verdict = oms::verify(bytes, keys, &mut Folder(stored), &ignored);
        signatures.push(signature(path, verdict, keys));
    }
    Ok(signatures)
}

fn says_bundle(bytes: &[u8]) -> bool {
    let said = serde_json::from_slice::<serde_json::Value>(bytes).ok();
    let media_type = said.as_ref().and_then(|said| said.get("mediaType")).and_then(serde_json::Value::as_str);
    media_type.is_some_and(|media_type| media_type.starts_with(MEDIA_TYPE))
}

fn signature(path: &str, verdict: io::Result<oms::Verdict>, keys: &[PublicKey]) -> PublisherSignature {
    let of = |verdict, key, problem: Option<String>| {
        let problem = problem.map(|text| text.chars().take(MOST_CHARS).collect());
        PublisherSignature { path: path.to_owned(), verdict, key, problem }
    };
    match verdict {
        Ok(oms::Verdict::Good { key }) => {
            of(SignatureVerdict::Good, keys.get(key).map(PublicKey::hint), None)
        }
        Ok(oms::Verdict::UnknownKey { hint }) => of(SignatureVerdict::UnknownKey, hint, None),
        Ok(oms::Verdict::Bad { bundle: Some(error), .. }) => {
            of(SignatureVerdict::Bad, None, Some(error.to_string()))
        }
        Ok(oms::Verdict::Bad { bundle: None, differences }) => {
            let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
            of(SignatureVerdict::Bad, None, Some(differences.join("; ")))
        }
        Err(error) => of(SignatureVerdict::Unchecked, None, Some(error.to_string())),
    }
}

/// Files in the store as a folder.
struct Folder<'a>(&'a StoredFiles);

impl Files for Folder<'_> {
    fn list(&mut self) -> io::Result<Vec<Item>> {
        let item = |(path, size)| Item { path, what: What::File(size) };
        Ok(self.0.sizes().into_iter().map(item).collect())
    }

    fn open(&mut self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(Cursor::new(self.0.read(path)?)))
    }

    fn known_sha256(&self, path: &str) -> Option<[u8; 32]> {
        self.0.digest(path).map(|digest| *digest.as_bytes())
    }
}
