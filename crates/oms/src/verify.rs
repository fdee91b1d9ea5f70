//! Whether a folder is the one that was signed.

use std::collections::BTreeMap;
use std::{fmt, io};

use crate::{Bundle, Error, Files, HashType, Manifest, Method, PublicKey, Resource, What, hex};

/// What is never signed, at the top of the folder (OMS v1.0, "Ignored paths").
pub const ALWAYS_IGNORED: [&str; 4] = [".git", ".gitattributes", ".github", ".gitignore"];

/// One thing in which a folder differs from what was signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// The file concerned.
    pub path: String,
    /// What differs, as a sentence.
    pub wrong: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.wrong)
    }
}

/// What a check of a bundle says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// A known key signed exactly this folder.
    Good {
        /// Which of the known keys, from 0.
        key: usize,
    },
    /// A known key signed something else, or the bundle is no bundle.
    Bad {
        /// What is wrong with the bundle, where the files were not even looked at.
        bundle: Option<Error>,
        /// In which files the folder differs.
        differences: Vec<Difference>,
    },
    /// Nobody we know signed it.
    UnknownKey {
        /// The key that it names.
        hint: Option<String>,
    },
}

/// Checks a bundle over a folder. `ignored` are the paths that the caller leaves out, such as the signature file.
///
/// # Errors
/// What the system said while files were read; a verdict needs all of them.
pub fn verify(
    json: &[u8],
    keys: &[PublicKey],
    files: &mut dyn Files,
    ignored: &[&str],
) -> io::Result<Verdict> {
    let bad = |error| Ok(Verdict::Bad { bundle: Some(error), differences: Vec::new() });
    let bundle = match Bundle::read(json) {
        Ok(bundle) => bundle,
        Err(error) => return bad(error),
    };
    let mut known = None;
    for (number, key) in keys.iter().enumerate().filter(|(_, key)| bundle.may_be_by(key)) {
        match bundle.open(key) {
            // Without a hint another key may have signed.
            Err(Error::FalseSignature) if bundle.hint().is_none() => {}
            opened => known = Some((number, opened)),
        }
    }
    match known {
        None => Ok(Verdict::UnknownKey { hint: bundle.hint().map(str::to_owned) }),
        Some((_, Err(error))) => bad(error),
        Some((key, Ok(manifest))) => {
            let differences = check(&manifest, files, ignored)?;
            if differences.is_empty() {
                return Ok(Verdict::Good { key });
            }
            Ok(Verdict::Bad { bundle: None, differences })
        }
    }
}

/// In which files a folder differs from a manifest; none if it is the signed one.
///
/// # Errors
/// What the system said while files were read.
pub fn check(manifest: &Manifest, files: &mut dyn Files, ignored: &[&str]) -> io::Result<Vec<Difference>> {
    let mut here = BTreeMap::new();
    for item in files.list()? {
        if !is_ignored(&item.path, manifest, ignored) {
            here.insert(item.path, item.what);
        }
    }
    let mut signed: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
    for resource in &manifest.resources {
        signed.entry(&resource.path).or_default().push(resource);
    }
    let mut differences = Vec::new();
    for (path, parts) in &mut signed {
        parts.sort_by_key(|resource| resource.part);
        let what = here.remove(*path);
        let wrong = match what {
            None => Some("the file is missing".to_owned()),
            Some(What::Other) => Some("this is no ordinary file".to_owned()),
            Some(What::Link) if !manifest.allow_symlinks => {
                Some("this is a symbolic link, which the bundle does not allow".to_owned())
            }
            Some(What::Link | What::File(_)) => compare(files, path, manifest.hash, parts)?,
        };
        differences.extend(wrong.map(|wrong| Difference { path: (*path).to_owned(), wrong }));
    }
    // Pieces of empty files do not exist, so nothing can be said of them.
    let is_extra = |what: &What| *what != What::File(0) || manifest.method == Method::Files;
    differences.extend(
        here.into_iter()
            .filter(|(_, what)| is_extra(what))
            .map(|(path, _)| Difference { path, wrong: "the bundle does not name this file".to_owned() }),
    );
    Ok(differences)
}

/// Whether a path is left out: by the standard, by the signer, or by the caller.
fn is_ignored(path: &str, manifest: &Manifest, ignored: &[&str]) -> bool {
    let below = |left_out: &str| {
        let left_out = left_out.trim_end_matches('/');
        path.strip_prefix(left_out).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let all = ALWAYS_IGNORED.iter().chain(ignored).copied();
    all.chain(manifest.ignore_paths.iter().map(String::as_str))
        .any(|left_out| !left_out.is_empty() && below(left_out))
}

/// In what a file differs from its signed parts, which are sorted.
fn compare(
    files: &mut dyn Files,
    path: &str,
    hash: HashType,
    parts: &[&Resource],
) -> io::Result<Option<String>> {
    let known = files.known_sha256(path).filter(|_| hash == HashType::Sha256);
    if let ([Resource { part: None, digest, .. }], Some(found)) = (parts, known) {
        return Ok(differs(hash, &found, digest));
    }
    let mut bytes = files.open(path)?;
    let mut at = 0;
    for resource in parts {
        let length = match resource.part {
            None => None,
            Some((start, end)) if start == at => Some(end - start),
            Some((start, _)) => return Ok(Some(format!("the bytes from {at} to {start} are not signed"))),
        };
        let (found, count) = hash.digest(&mut *bytes, length)?;
        at += count;
        if let Some(wrong) = differs(hash, &found, &resource.digest) {
            let piece = resource.part.map(|(start, end)| format!("in the bytes from {start} to {end}, "));
            return Ok(Some(format!("{}{wrong}", piece.unwrap_or_default())));
        }
    }
    let (_, more) = hash.digest(&mut *bytes, Some(1))?;
    Ok((more > 0).then(|| format!("the bytes from {at} on are not signed")))
}

fn differs(hash: HashType, found: &[u8], signed: &[u8]) -> Option<String> {
    (found != signed).then(|| format!("its {} is {}, {} was signed", hash.as_str(), hex(found), hex(signed)))
}
