//! Releases as JSON.

use domain::{
    Base, CommitId, Digest, FilePath, Kind as Holds, Language, License, PreReleaseTest, RepositoryName,
    Timestamp, Variant, Version, Visibility,
};
use registry::{CardState, PublisherSignature, Release, Removal, Withdrawal};
use serde::Serialize;
use utoipa::ToSchema;

use crate::site::Site;

/// A release: what was published, and what became of it since.
#[derive(Serialize, ToSchema)]
#[schema(as = Release)]
pub(crate) struct ReleaseDocument {
    /// `namespace/name` of its repository.
    #[schema(value_type = String, example = "alice/tiny-ranker")]
    repository: RepositoryName,
    /// Its version.
    #[schema(value_type = String, example = "1.0.0")]
    version: Version,
    /// `model`, `ranking` or `dataset`.
    #[schema(value_type = String, example = "ranking")]
    kind: Holds,
    /// `public`, `gated` or `sealed`.
    #[schema(value_type = String, example = "public")]
    visibility: Visibility,
    /// SHA-256 of the release document.
    #[schema(value_type = String,
             example = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    digest: Digest,
    /// The commit that was published.
    #[schema(value_type = String, example = "bd9dbf5aae1a3862dd1526723246b20206e5fc37")]
    commit: CommitId,
    /// When it was published.
    #[schema(value_type = String, format = DateTime, example = "2026-11-22T10:00:00Z")]
    published_at: Timestamp,
    /// Address of its page.
    #[schema(example = "https://vitrine.example/alice/tiny-ranker/releases/1.0.0")]
    url: String,
    /// Under which terms, an SPDX expression.
    #[schema(value_type = String, example = "Apache-2.0")]
    license: License,
    /// Languages it is made for.
    #[schema(value_type = Vec<String>, example = json!(["en"]))]
    languages: Vec<Language>,
    /// What it was made from.
    base: Option<BaseDocument>,
    /// What it does, as a task of the Hub.
    pipeline_tag: Option<String>,
    /// The library that reads it.
    library_name: Option<String>,
    /// Words to find it by.
    tags: Vec<String>,
    /// Names of the data sets it learnt from.
    datasets: Vec<String>,
    /// The family of models it belongs to.
    family: Option<String>,
    /// How far its training went: `pretrained` or `fine-tuned`.
    #[schema(value_type = Option<String>)]
    variant: Option<Variant>,
    /// What it learnt from.
    training_data: Option<String>,
    /// What its training took of energy.
    energy: Option<String>,
    /// Who should not use it, or what for.
    out_of_scope: Vec<String>,
    /// Tests that were made before it was published.
    pre_release_tests: Vec<TestDocument>,
    /// What it is.
    description: Option<String>,
    /// Address of the announcement.
    announcement: Option<String>,
    /// Address of the paper.
    paper: Option<String>,
    /// Address of the starting code.
    starting_code: Option<String>,
    /// What it is meant for.
    intended_use: Option<String>,
    /// What it cannot do.
    limits: Vec<String>,
    /// What could go wrong.
    risks: Vec<String>,
    /// What it is good for.
    benefits: Vec<String>,
    /// Whether it makes text, pictures, sound or video.
    generates_media: Option<bool>,
    /// What the publisher discloses about generated media.
    disclosure: Option<String>,
    /// Every file, sorted by path.
    files: Vec<FileDocument>,
    /// Whether its files were inspected: `pending`, `done` or `refused`.
    #[schema(example = "done")]
    scan: &'static str,
    /// What became of its card.
    card: CardStateDocument,
    /// Set once its publisher has withdrawn it.
    withdrawn: Option<WithdrawalDocument>,
    /// Set once its bytes were removed by order.
    removed: Option<RemovalDocument>,
    /// What the publisher's own signatures among the files say.
    signatures: Vec<SignatureDocument>,
}

/// What a publisher's own signature says: an `OpenSSF` model-signing bundle among the files.
#[derive(Serialize, ToSchema)]
#[schema(as = PublisherSignature)]
struct SignatureDocument {
    /// The file that holds it.
    #[schema(example = "model.sig")]
    path: String,
    /// `good`; `bad`; `unknown_key` where the publisher has not named the key; `unchecked` where the files could not
    /// be read as the bundle asks.
    #[schema(example = "good")]
    verdict: &'static str,
    /// SHA-256 of the PEM of the key that signed, or that the bundle names.
    #[schema(example = "dec5f5fdba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61")]
    key: Option<String>,
    /// Why it does not hold.
    problem: Option<String>,
}

impl From<PublisherSignature> for SignatureDocument {
    fn from(PublisherSignature { path, verdict, key, problem }: PublisherSignature) -> Self {
        Self { path, verdict: verdict.as_str(), key, problem }
    }
}

/// A test that was made before publication, as the publisher tells it.
#[derive(Serialize, ToSchema)]
#[schema(as = PreReleaseTest)]
struct TestDocument {
    /// What kind of test.
    #[schema(example = "red teaming")]
    kind: String,
    /// Who made it.
    who: Option<String>,
    /// Hours of work that went into it.
    hours: Option<u32>,
    /// What was found.
    findings: Vec<String>,
}

impl From<PreReleaseTest> for TestDocument {
    fn from(PreReleaseTest { kind, who, hours, findings }: PreReleaseTest) -> Self {
        Self { kind, who, hours, findings }
    }
}

/// A release that was just published, and the proof of it.
#[derive(Serialize, ToSchema)]
#[schema(as = PublishedRelease)]
pub(super) struct PublishedDocument {
    /// The release.
    #[serde(flatten)]
    pub(super) release: ReleaseDocument,
    /// That it stands in the record book: a proof file as of C2SP tlog-proof, which can be checked without a network.
    #[schema(example = "c2sp.org/tlog-proof@v1\nindex 0\n\nvitrine.example/log\n1\n…")]
    pub(super) proof: String,
}

/// What a release was made from.
#[derive(Serialize, ToSchema)]
#[schema(as = Base)]
struct BaseDocument {
    /// `namespace/name@version` of a release here, or a name elsewhere.
    #[schema(example = "alice/base@2.1.0")]
    release: String,
    /// SHA-256 of that release's document, when it is published here.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// `adapter`, `merge`, `quantized` or `finetune`.
    #[schema(example = "finetune")]
    relation: &'static str,
}

/// A file of a release.
#[derive(Serialize, ToSchema)]
#[schema(as = ReleaseFile)]
struct FileDocument {
    /// Where it lies.
    #[schema(value_type = String, example = "model.onnx")]
    path: FilePath,
    /// Size in bytes.
    #[schema(example = 1024)]
    size: u64,
    /// SHA-256 of its bytes, 64 hex digits.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    sha256: String,
}

/// What became of the card of a release.
#[derive(Serialize, ToSchema)]
#[schema(as = CardState)]
pub(crate) struct CardStateDocument {
    /// `none`, `pending`, `ready` or `failed`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Last part of the card's address.
    #[schema(example = "example-social-feed")]
    slug: Option<String>,
    /// Version of the card, once it is ready.
    #[schema(example = 1)]
    version: Option<u32>,
    /// Why no card could be made, as a sentence.
    problem: Option<String>,
    /// How the run of the model ended, such as `load_error`, when no card could be made.
    outcome: Option<String>,
}

impl From<CardState> for CardStateDocument {
    fn from(card: CardState) -> Self {
        let (problem, outcome) = card.problem.map(|problem| (problem.text, problem.code)).unzip();
        Self {
            status: card.status.as_str(),
            slug: card.slug.map(|slug| slug.to_string()),
            version: card.version,
            problem,
            outcome,
        }
    }
}

/// That a publisher took a release back.
#[derive(Serialize, ToSchema)]
#[schema(as = Withdrawal)]
pub(crate) struct WithdrawalDocument {
    /// Why.
    reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<Withdrawal> for WithdrawalDocument {
    fn from(withdrawal: Withdrawal) -> Self {
        Self { reason: withdrawal.reason, at: withdrawal.at }
    }
}

/// That the bytes of a release were removed by order.
#[derive(Serialize, ToSchema)]
#[schema(as = Removal)]
struct RemovalDocument {
    /// By which law or order.
    basis: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<Removal> for RemovalDocument {
    fn from(removal: Removal) -> Self {
        Self { basis: removal.basis, at: removal.at }
    }
}

impl From<Base> for BaseDocument {
    fn from(base: Base) -> Self {
        Self { release: base.release, digest: base.digest, relation: base.relation.as_str() }
    }
}

impl ReleaseDocument {
    /// The JSON of a release.
    pub(super) fn new(release: Release, site: &Site) -> Self {
        let said = release.document;
        let files = said.files.into_iter().map(|file| FileDocument {
            path: file.path,
            size: file.size,
            sha256: file.sha256.hex(),
        });
        Self {
            url: page(site, &said.repository.name, &said.version),
            repository: said.repository.name,
            version: said.version,
            kind: said.kind,
            visibility: said.visibility,
            digest: release.digest,
            commit: said.commit,
            published_at: said.published_at,
            license: said.license,
            languages: said.languages,
            base: said.base.map(BaseDocument::from),
            pipeline_tag: said.pipeline_tag,
            library_name: said.library_name,
            tags: said.tags,
            datasets: said.datasets,
            family: said.family,
            variant: said.variant,
            training_data: said.training_data,
            energy: said.energy,
            out_of_scope: said.out_of_scope,
            pre_release_tests: said.pre_release_tests.into_iter().map(Into::into).collect(),
            description: said.description,
            announcement: said.announcement,
            paper: said.paper,
            starting_code: said.starting_code,
            intended_use: said.intended_use,
            limits: said.limits,
            risks: said.risks,
            benefits: said.benefits,
            generates_media: said.generates_media,
            disclosure: said.disclosure,
            files: files.collect(),
            scan: release.scan.as_str(),
            card: release.card.into(),
            withdrawn: release.withdrawn.map(WithdrawalDocument::from),
            removed: release.removed.map(RemovalDocument::from),
            signatures: release.signatures.into_iter().map(SignatureDocument::from).collect(),
        }
    }
}

/// Address of the page of a release.
pub(super) fn page(site: &Site, repository: &RepositoryName, version: &Version) -> String {
    format!("{}/{repository}/releases/{version}", site.public_url)
}
