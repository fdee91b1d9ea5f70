//! What is signed: the files of a folder with their hashes (OMS v1.0, "Statement").

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{Error, HashType, hex, unhex};

/// What the statement claims.
pub const PREDICATE_TYPE: &str = "https://model_signing/signature/v1.0";
/// What the statement is.
pub(crate) const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// Most files or pieces of files in a bundle.
pub const MAX_RESOURCES: usize = 1_000_000;
/// Bytes of a piece where the statement names no other number.
const USUAL_SHARD_BYTES: u64 = 1_000_000_000;

#[derive(Deserialize)]
struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Predicate,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(default)]
    name: String,
    digest: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Predicate {
    serialization: Serialization,
    resources: Vec<WrittenResource>,
}

#[derive(Deserialize)]
struct Serialization {
    method: String,
    hash_type: String,
    #[serde(default)]
    allow_symlinks: bool,
    shard_size: Option<f64>,
    #[serde(default)]
    ignore_paths: Vec<String>,
}

#[derive(Deserialize)]
struct WrittenResource {
    name: String,
    algorithm: String,
    digest: String,
}

/// How files are cut before they are hashed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Each file as a whole.
    Files,
    /// In pieces of so many bytes; empty files are left out.
    Shards(u64),
}

/// A file, or a piece of one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resource {
    /// Path of the file from the folder, parts joined by `/`.
    pub path: String,
    /// First byte and the byte behind the last, of a piece.
    pub part: Option<(u64, u64)>,
    /// Its hash, as many bytes as the hash has.
    pub digest: Vec<u8>,
}

/// What a statement says of a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Manifest {
    /// Name of the folder when it was signed; says nothing.
    pub name: String,
    /// SHA-256 over the digests of all resources, in their order.
    pub root: [u8; 32],
    /// How files are cut.
    pub method: Method,
    /// How they are hashed.
    pub hash: HashType,
    /// Whether symbolic links were followed.
    pub allow_symlinks: bool,
    /// Paths that are not signed, with all below them.
    pub ignore_paths: Vec<String>,
    /// Every signed file or piece, in the order of the statement.
    pub resources: Vec<Resource>,
}

impl Manifest {
    /// Reads a statement. Unknown fields are passed over, as in-toto asks.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooMany`], [`Error::Duplicate`], [`Error::Root`].
    pub fn read(payload: &[u8]) -> Result<Self, Error> {
        let wanted = "an in-toto statement about a signed folder";
        let statement: Statement = serde_json::from_slice(payload)
            .map_err(|error| Error::malformed("the signed statement", &error.to_string(), wanted))?;
        expect("the type of the statement", &statement.kind, STATEMENT_TYPE, "in-toto Statement v1")?;
        expect(
            "the predicate type",
            &statement.predicate_type,
            PREDICATE_TYPE,
            "`https://model_signing/signature/v1.0`",
        )?;
        let [Subject { name, digest }] = statement.subject.as_slice() else {
            let found = statement.subject.len().to_string();
            return Err(Error::malformed("the number of subjects", &found, "1"));
        };
        let stated = digest.get("sha256").map(String::as_str).unwrap_or_default();
        let Predicate { serialization, resources } = statement.predicate;
        let hash = HashType::named(&serialization.hash_type).ok_or_else(|| {
            Error::malformed("the hash type", &serialization.hash_type, "sha256, blake2b or blake3")
        })?;
        let method = method(&serialization)?;
        let resources = resources_of(&resources, method, hash)?;
        let root = root(&resources, stated)?;
        Ok(Self {
            name: name.clone(),
            root,
            method,
            hash,
            allow_symlinks: serialization.allow_symlinks,
            ignore_paths: serialization.ignore_paths,
            resources,
        })
    }
}

fn expect(what: &'static str, found: &str, right: &str, wanted: &'static str) -> Result<(), Error> {
    if found == right { Ok(()) } else { Err(Error::malformed(what, found, wanted)) }
}

/// Reads the method; the reference writes the size of pieces as a number with a point.
fn method(serialization: &Serialization) -> Result<Method, Error> {
    match serialization.method.as_str() {
        "files" => Ok(Method::Files),
        "shards" => {
            let Some(size) = serialization.shard_size else { return Ok(Method::Shards(USUAL_SHARD_BYTES)) };
            let whole: Option<u64> = format!("{size:.0}").parse().ok();
            let fits = size >= 1.0 && size.fract() == 0.0 && size <= 9_007_199_254_740_992.0;
            whole.filter(|_| fits).map(Method::Shards).ok_or_else(|| {
                Error::malformed("the shard size", &size.to_string(), "a whole number of bytes from 1")
            })
        }
        other => Err(Error::malformed("the method", other, "files or shards")),
    }
}

fn resources_of(written: &[WrittenResource], method: Method, hash: HashType) -> Result<Vec<Resource>, Error> {
    if written.is_empty() {
        return Err(Error::malformed("the list of files", "empty", "one file or more"));
    }
    if written.len() > MAX_RESOURCES {
        return Err(Error::TooMany { what: "files in a bundle", limit: MAX_RESOURCES });
    }
    let mut seen = BTreeSet::new();
    let mut resources = Vec::with_capacity(written.len());
    for resource in written {
        if !seen.insert(resource.name.as_str()) {
            return Err(Error::Duplicate { name: resource.name.clone() });
        }
        resources.push(read_resource(resource, method, hash)?);
    }
    Ok(resources)
}

fn read_resource(written: &WrittenResource, method: Method, hash: HashType) -> Result<Resource, Error> {
    let algorithm = match method {
        Method::Files => hash.as_str().to_owned(),
        Method::Shards(size) => format!("{}-sharded-{size}", hash.as_str()),
    };
    // The name of the hash alone is what the standard shows for pieces too.
    if written.algorithm != algorithm && written.algorithm != hash.as_str() {
        let wanted = "the hash that the whole bundle uses";
        return Err(Error::malformed("the hash of a file", &written.algorithm, wanted));
    }
    let digest = unhex(&written.digest).filter(|digest| digest.len() == hash.bytes()).ok_or_else(|| {
        Error::malformed(
            "the digest of a file",
            &written.digest,
            "lower-case hexadecimal of the hash's length",
        )
    })?;
    let (path, part) = match method {
        Method::Files => (written.name.clone(), None),
        Method::Shards(size) => piece(&written.name, size)?,
    };
    if !is_inside(&path) {
        let wanted = "a path inside the folder, parts joined by `/`";
        return Err(Error::malformed("the path of a file", &written.name, wanted));
    }
    Ok(Resource { path, part, digest })
}

/// `path:start:end`; a path may hold colons, so the last two count.
fn piece(name: &str, size: u64) -> Result<(String, Option<(u64, u64)>), Error> {
    let wanted = "`path:start:end`, the start a multiple of the shard size, not longer than it";
    let malformed = || Error::malformed("the name of a piece", name, wanted);
    let number = |text: &str| -> Option<u64> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        if plain { text.parse().ok() } else { None }
    };
    let (rest, end) = name.rsplit_once(':').ok_or_else(malformed)?;
    let (path, start) = rest.rsplit_once(':').ok_or_else(malformed)?;
    let (start, end) = number(start).zip(number(end)).ok_or_else(malformed)?;
    if start >= end || end - start > size || start % size != 0 {
        return Err(malformed());
    }
    Ok((path.to_owned(), Some((start, end))))
}

/// Whether a path stays inside its folder on every system.
fn is_inside(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    path.split('/').all(plain) && !path.contains('\0') && !path.contains('\\')
}

fn root(resources: &[Resource], stated: &str) -> Result<[u8; 32], Error> {
    let mut hasher = Sha256::new();
    for resource in resources {
        hasher.update(&resource.digest);
    }
    let computed: [u8; 32] = hasher.finalize().into();
    if hex(&computed) == stated {
        return Ok(computed);
    }
    Err(Error::Root { computed: hex(&computed), stated: stated.to_owned() })
}
