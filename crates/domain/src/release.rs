//! The release document: what a publisher made final.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::named;
use crate::{
    CommitId, Digest, FilePath, Language, License, Malformed, RepositoryName, Version, canonical,
    serde_as_text,
};

/// What a repository holds.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// A model of any kind.
    Model,
    /// A ranking model.
    Ranking,
    /// A data set.
    Dataset,
}

/// Who may see a repository and its bytes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Visibility {
    /// Everyone sees everything.
    Public,
    /// Everyone sees that it exists; bytes after acceptance.
    Gated,
    /// Digest, manifest and card are public, bytes only for named auditors.
    Sealed,
    /// Only members of the namespace see it. No release has this visibility.
    Private,
}

/// How a release was made from its base release.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Relation {
    /// Small weights to lay over the base.
    Adapter,
    /// Several models in one.
    Merge,
    /// The same model with coarser numbers.
    Quantized,
    /// Trained further.
    Finetune,
}

/// How far a model's training went.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Variant {
    /// Trained on a large amount of general data.
    Pretrained,
    /// Trained further for a purpose.
    FineTuned,
}

named!(
    Variant,
    "a variant of a model",
    "write pretrained or fine-tuned",
    Pretrained = "pretrained",
    FineTuned = "fine-tuned"
);
named!(
    Kind,
    "a kind of repository",
    "write model, ranking or dataset",
    Model = "model",
    Ranking = "ranking",
    Dataset = "dataset"
);
named!(
    Visibility,
    "a visibility",
    "write public, gated, sealed or private",
    Public = "public",
    Gated = "gated",
    Sealed = "sealed",
    Private = "private"
);
named!(
    Relation,
    "a relation to the base release",
    "write adapter, merge, quantized or finetune",
    Adapter = "adapter",
    Merge = "merge",
    Quantized = "quantized",
    Finetune = "finetune"
);

/// The repository a release belongs to. The id is what the record book names; the name is for people.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRepository {
    /// Identifier that never changes.
    pub id: Uuid,
    /// `namespace/name` at the time of publication.
    pub name: RepositoryName,
}

/// The release that this one was made from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// `namespace/name@version` of a release here, or a name elsewhere.
    pub release: String,
    /// Digest of that release's document, when it is published here.
    pub digest: Option<Digest>,
    /// How this one was made from it.
    pub relation: Relation,
}

/// A test that was made before publication, as the publisher tells it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PreReleaseTest {
    /// What kind of test, such as red teaming.
    pub kind: String,
    /// Who made it.
    pub who: Option<String>,
    /// Hours of work that went into it.
    pub hours: Option<u32>,
    /// What was found.
    #[serde(default)]
    pub findings: Vec<String>,
}

/// One file of a release.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseFile {
    /// Where it lies.
    pub path: FilePath,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its content, 64 hex digits.
    #[serde(with = "hex_only")]
    pub sha256: Digest,
}

/// A published release, whole. Its canonical bytes never change; their SHA-256 is the release digest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseDocument {
    /// Always `vitrine/release/1`.
    pub schema: ReleaseSchema,
    /// Whose release it is.
    pub repository: ReleaseRepository,
    /// Its version.
    pub version: Version,
    /// What it holds.
    pub kind: Kind,
    /// The commit that was published.
    pub commit: CommitId,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who may have the bytes: public, gated or sealed.
    pub visibility: Visibility,
    /// Under which terms.
    pub license: License,
    /// Languages it is made for.
    pub languages: Vec<Language>,
    /// What it was made from.
    pub base: Option<Base>,
    /// What it does, as a task of the Hub such as `text-ranking`. Absent when not stated, as the three fields below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline_tag: Option<String>,
    /// The library that reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library_name: Option<String>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Names of the data sets it learnt from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<String>,
    /// The family of models it belongs to. Absent when not stated, as the fields below it up to the tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// How far its training went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Variant>,
    /// What it learnt from, in the publisher's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_data: Option<String>,
    /// What its training took of energy, in the publisher's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy: Option<String>,
    /// Who should not use it, or what for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_scope: Vec<String>,
    /// Tests that were made before it was published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pre_release_tests: Vec<PreReleaseTest>,
    /// What it is, in the publisher's words.
    pub description: Option<String>,
    /// Address of the announcement.
    pub announcement: Option<String>,
    /// Address of the paper.
    pub paper: Option<String>,
    /// Address of the starting code.
    pub starting_code: Option<String>,
    /// What it is meant for.
    pub intended_use: Option<String>,
    /// What it cannot do.
    pub limits: Vec<String>,
    /// What could go wrong.
    pub risks: Vec<String>,
    /// What it is good for.
    pub benefits: Vec<String>,
    /// Whether it makes text, pictures, sound or video; `null` when not stated.
    pub generates_media: Option<bool>,
    /// What the publisher discloses about generated media.
    pub disclosure: Option<String>,
    /// Every file, sorted by path.
    pub files: Vec<ReleaseFile>,
}

impl ReleaseDocument {
    /// The exact bytes that are kept, and their digest.
    ///
    /// # Errors
    /// [`canonical::Error`] never happens for documents made of these types, but is not swallowed.
    pub fn to_bytes(&self) -> Result<(Vec<u8>, Digest), canonical::Error> {
        let bytes = canonical::to_vec(self)?;
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// The file at this path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&ReleaseFile> {
        self.files.iter().find(|file| file.path.as_str() == path)
    }
}

/// The schema of release documents that this program writes: `vitrine/release/1`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ReleaseSchema;

impl fmt::Display for ReleaseSchema {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("vitrine/release/1")
    }
}

impl FromStr for ReleaseSchema {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text == "vitrine/release/1" {
            Ok(Self)
        } else {
            Err(Malformed::new(
                "a schema of release documents",
                text,
                "this program reads `vitrine/release/1`",
            ))
        }
    }
}

serde_as_text!(ReleaseSchema);

/// Digests as bare hex digits, where the field's name says the algorithm.
mod hex_only {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::Digest;

    pub(super) fn serialize<S: Serializer>(digest: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&digest.hex())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> ReleaseDocument {
        ReleaseDocument {
            schema: ReleaseSchema,
            repository: ReleaseRepository { id: Uuid::nil(), name: "alice/tiny".parse().unwrap() },
            version: "1.0.0".parse().unwrap(),
            kind: Kind::Ranking,
            commit: CommitId::of(b"x"),
            published_at: "2026-11-22T10:00:00Z".parse().unwrap(),
            visibility: Visibility::Public,
            license: "Apache-2.0".parse().unwrap(),
            languages: vec!["hi".parse().unwrap()],
            base: None,
            pipeline_tag: None,
            library_name: None,
            tags: vec![],
            datasets: vec![],
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
            limits: vec![],
            risks: vec![],
            benefits: vec![],
            generates_media: None,
            disclosure: None,
            files: vec![ReleaseFile { path: "a.txt".parse().unwrap(), size: 3, sha256: Digest::of(b"abc") }],
        }
    }

    #[test]
    fn a_document_reads_back_from_its_bytes() {
        let (bytes, digest) = document().to_bytes().unwrap();

        let again: ReleaseDocument = serde_json::from_slice(&bytes).unwrap();

        assert_eq!(again, document());
        assert_eq!(again.to_bytes().unwrap(), (bytes.clone(), digest));
        assert!(String::from_utf8(bytes).unwrap().contains(r#""schema":"vitrine/release/1""#));
    }

    #[test]
    fn unknown_fields_and_other_schemas_are_errors() {
        let mut value = serde_json::to_value(document()).unwrap();
        value["surprise"] = true.into();
        assert!(serde_json::from_value::<ReleaseDocument>(value.clone()).is_err());

        value.as_object_mut().unwrap().remove("surprise");
        value["schema"] = "vitrine/release/2".into();
        assert!(serde_json::from_value::<ReleaseDocument>(value).is_err());
    }
}
