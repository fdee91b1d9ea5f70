//! One release in plain words: what it is for, how to run it, what was found in it, how to check and cite it.

mod found;
mod plain;
mod run;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use cards::words::Messages;
use domain::{Coordinates, EntryKind, PreReleaseTest, Relation, ReleaseDocument};
use registry::{
    CardState, CardStatus, ExaminationState, PublisherSignature, Record, Registry, Release, Scan,
    SignatureVerdict,
};

use self::found::{Found, Missing};
use self::plain::Answer;
use self::run::Recipe;
use super::citation;
use super::frame::Frame;
use super::lines::{Fact, Withdrawn, card_path, file_path, kind_message, release_path, repository_path};
use super::record::{About, RecordBox, allow_script};
use crate::address;
use crate::api::withdrawn_header;
use crate::auth::Reader;
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "release/show.html")]
pub(super) struct ReleasePage {
    frame: Frame,
    name: String,
    version: String,
    repository_path: String,
    document_path: String,
    description: Option<String>,
    withdrawn: Option<Withdrawn>,
    card: CardLink,
    answers: Vec<Answer>,
    run: Recipe,
    found: Result<Found, Missing>,
    parts: Vec<Stated>,
    tests: Vec<TestLine>,
    files: Vec<FileLine>,
    record: RecordBox,
    signatures: Vec<SignatureLine>,
    bibtex: String,
    citation_cff: String,
    facts: Vec<Fact>,
}

/// What became of the card, and where it is.
struct CardLink {
    message: &'static str,
    path: Option<String>,
    problem: Option<String>,
}

/// Something the publisher states, unchecked.
struct Stated {
    title: &'static str,
    lines: Vec<String>,
}

/// A test before publication, as the publisher tells it.
struct TestLine {
    kind: String,
    who: Option<String>,
    hours: Option<u32>,
    findings: Vec<String>,
}

/// A file of the release.
struct FileLine {
    path: String,
    name: String,
    size: String,
    sha256: String,
}

/// A signature by the publisher among the files.
struct SignatureLine {
    message: &'static str,
    mark: &'static str,
    class: &'static str,
    path: String,
    key: Option<String>,
    problem: Option<String>,
}

pub(super) async fn show(
    at: web::Path<(String, String, String)>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (namespace, name, version) = at.into_inner();
    let name = address::repository(&namespace, &name)?;
    let version = address::word(&version)?;
    let (release, examination) = registry.examined_release(&reader.0, &name, &version).await?;
    if let Some(redirect) = address::respelled(&request, &name, &release.document.repository.name) {
        return Ok(redirect);
    }
    let frame = Frame::of(&request);
    let (id, ver) = (release.document.repository.id, release.document.version.to_string());
    let record = registry.record(&Coordinates { kind: EntryKind::Release, id, ver }).await?;
    let page = ReleasePage::new(frame.clone(), (&release, record.as_ref(), &examination), &site.public_url);
    let mut answer = super::answer(&request, &frame, &page)?;
    allow_script(&mut answer);
    if let Some((name, value)) = release.withdrawn.as_ref().map(withdrawn_header) {
        answer.headers_mut().insert(name, value);
    }
    Ok(answer)
}

impl ReleasePage {
    /// The page of a release and its place in the record book, on the site at this address.
    pub(super) fn new(
        frame: Frame,
        (release, record, examination): (&Release, Option<&Record>, &ExaminationState),
        site: &str,
    ) -> Self {
        let document = &release.document;
        let (name, version) = (&document.repository.name, &document.version);
        let folder = format!("{}-{version}", name.name());
        let messages = frame.messages;
        let path = release_path(name, version);
        let proof_path = format!("{path}/release.tlog-proof");
        let document_path =
            format!("/api/v1/releases{}/{}/", repository_path(name), address::encoded(&version.to_string()));
        let examination_path = format!("{document_path}examination");
        let replay = format!("vitrine replay {site}{examination_path}");
        let about = About { release: &format!("{name}@{version}"), folder: &folder, proof_path, site };
        Self {
            name: name.to_string(),
            version: version.to_string(),
            repository_path: repository_path(name),
            document_path: format!("{document_path}document"),
            description: document.description.clone(),
            withdrawn: release.withdrawn.as_ref().map(|withdrawal| Withdrawn::new(withdrawal, messages)),
            card: CardLink::new(&release.card),
            answers: plain::answers(document, examination, messages),
            run: run::recipe(document, examination, site),
            found: Found::new(examination, (examination_path, replay), messages),
            parts: stated(document),
            tests: document.pre_release_tests.iter().map(TestLine::new).collect(),
            files: files(document, messages),
            record: RecordBox::new(about, record, messages),
            signatures: release.signatures.iter().map(SignatureLine::new).collect(),
            bibtex: citation::bibtex(release, &format!("{site}{path}")),
            citation_cff: citation::citation_cff(release, &format!("{site}{path}"), messages),
            facts: facts(release, messages),
            frame,
        }
    }
}

impl CardLink {
    fn new(card: &CardState) -> Self {
        let message = match card.status {
            CardStatus::None => "release-card-none",
            CardStatus::Pending => "release-card-pending",
            CardStatus::Ready => "release-card-ready",
            CardStatus::Failed => "release-card-failed",
        };
        let path = match (&card.slug, card.version) {
            (Some(slug), Some(version)) if card.status == CardStatus::Ready => {
                Some(format!("{}/v/{version}", card_path(slug.as_str())))
            }
            _ => None,
        };
        Self { message, path, problem: card.problem.as_ref().map(|problem| problem.text.clone()) }
    }
}

impl TestLine {
    fn new(test: &PreReleaseTest) -> Self {
        let PreReleaseTest { kind, who, hours, findings } = test.clone();
        Self { kind, who, hours, findings }
    }
}

impl SignatureLine {
    fn new(signature: &PublisherSignature) -> Self {
        let (message, mark, class) = match signature.verdict {
            SignatureVerdict::Good => ("signature-good", "✓", "verdict good"),
            SignatureVerdict::Bad => ("signature-bad", "✗", "verdict bad"),
            SignatureVerdict::UnknownKey => ("signature-unknown-key", "?", "verdict"),
            SignatureVerdict::Unchecked => ("signature-unchecked", "?", "verdict"),
        };
        let PublisherSignature { path, key, problem, .. } = signature.clone();
        Self { message, mark, class, path, key, problem }
    }
}

fn stated(document: &ReleaseDocument) -> Vec<Stated> {
    let one = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    [
        ("release-limits", document.limits.clone()),
        ("release-risks", document.risks.clone()),
        ("release-benefits", document.benefits.clone()),
        ("release-energy", one(&document.energy)),
        ("release-disclosure", one(&document.disclosure)),
    ]
    .into_iter()
    .filter(|(_, lines)| !lines.is_empty())
    .map(|(title, lines)| Stated { title, lines })
    .collect()
}

fn files(document: &ReleaseDocument, messages: &Messages) -> Vec<FileLine> {
    let line = |file: &domain::ReleaseFile| FileLine {
        path: file_path(&document.repository.name, &document.version.tag(), file.path.as_str()),
        name: file.path.to_string(),
        size: messages.bytes(file.size),
        sha256: file.sha256.hex(),
    };
    document.files.iter().map(line).collect()
}

fn facts(release: &Release, messages: &Messages) -> Vec<Fact> {
    let document = &release.document;
    let mut facts = vec![
        Fact::new("fact-published", messages.date(document.published_at), ""),
        Fact::new("fact-kind", messages.text(kind_message(document.kind)), ""),
        Fact::new("fact-licence", document.license.to_string(), ""),
    ];
    for (label, words) in [
        ("fact-task", document.pipeline_tag.as_slice()),
        ("fact-library", document.library_name.as_slice()),
        ("fact-tags", &document.tags),
    ] {
        if !words.is_empty() {
            facts.push(Fact::new(label, words.join(", "), ""));
        }
    }
    facts.push(Fact::code("fact-digest", release.digest.to_string(), ""));
    facts.push(Fact::code("fact-commit", document.commit.to_string(), ""));
    if let Some(base) = &document.base {
        let relation = messages.say(relation_message(base.relation)).with("release", &base.release);
        facts.push(Fact::new("fact-base", relation.to_string(), ""));
        facts.extend(base.digest.map(|digest| Fact::code("fact-base-digest", digest.to_string(), "")));
    }
    for (label, address) in [
        ("fact-announcement", &document.announcement),
        ("fact-paper", &document.paper),
        ("fact-code", &document.starting_code),
    ] {
        facts.extend(address.as_deref().map(|address| Fact::new(label, address, "").linked(Some(address))));
    }
    if let Some(media) = document.generates_media {
        let answer = if media { "answer-yes" } else { "answer-no" };
        facts.push(Fact::new("fact-media", messages.text(answer), ""));
    }
    if let Some(scan) = scan_message(release.scan) {
        facts.push(Fact::new("fact-scan", messages.text(scan), ""));
    }
    facts
}

const fn relation_message(relation: Relation) -> &'static str {
    match relation {
        Relation::Adapter => "relation-adapter",
        Relation::Merge => "relation-merge",
        Relation::Quantized => "relation-quantized",
        Relation::Finetune => "relation-finetune",
    }
}

const fn scan_message(scan: Scan) -> Option<&'static str> {
    match scan {
        Scan::Pending => None,
        Scan::Done => Some("scan-done"),
        Scan::Refused => Some("scan-refused"),
    }
}

/// Signatures with every verdict.
#[cfg(test)]
fn signatures() -> Vec<PublisherSignature> {
    use SignatureVerdict::{Bad, Good, Unchecked, UnknownKey};
    let signature = |verdict: SignatureVerdict| PublisherSignature {
        path: format!("{}.sig", verdict.as_str()),
        verdict,
        key: Some("ab".repeat(32)),
        problem: (verdict == Bad).then(|| "the file `model.onnx` is another one".to_owned()),
    };
    [Good, Bad, UnknownKey, Unchecked].map(signature).to_vec()
}

/// An examination that found something of every kind.
#[cfg(test)]
fn examination() -> ExaminationState {
    use domain::Digest;
    use registry::{ExaminationRun, KeptExamination};

    let text = include_str!("samples/examination.json");
    let run = ExaminationRun {
        cpu: "x86_64-v4".to_owned(),
        answers: 4,
        median_milliseconds: Some(1.25),
        p95_milliseconds: Some(2.5),
    };
    ExaminationState::Ready(Box::new(KeptExamination {
        examination: serde_json::from_str(text).unwrap(),
        text: text.to_owned(),
        digest: Digest::of(text.as_bytes()),
        run: Some(run),
    }))
}

/// A release in every state.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    use super::record::sample;
    use registry::KeptExamination;

    use super::tests::{SITE, card_state, failed_card, release, withdrawal};

    let mut plain = Release { card: card_state(CardStatus::None), scan: Scan::Refused, ..release() };
    plain.document.base = None;
    plain.document.languages.clear();
    plain.document.generates_media = Some(true);
    plain.document.out_of_scope.clear();
    plain.document.pre_release_tests.clear();
    plain.document.intended_use = None;
    plain.document.training_data = None;
    let empty: KeptExamination = match examination() {
        ExaminationState::Ready(kept) => {
            let mut kept = *kept;
            kept.examination.models.clear();
            kept.examination.weights.clear();
            kept.examination.claims.clear();
            kept.examination.samples = None;
            kept
        }
        other => panic!("{other:?}"),
    };
    let examinations = [
        examination(),
        ExaminationState::Ready(Box::new(empty)),
        ExaminationState::Pending,
        ExaminationState::Failed("The disk is <full>.".to_owned()),
        examination(),
    ];
    [
        release(),
        plain,
        Release { card: card_state(CardStatus::Pending), scan: Scan::Pending, ..release() },
        Release { card: failed_card(), withdrawn: Some(withdrawal()), ..release() },
        Release { signatures: signatures(), ..release() },
    ]
    .iter()
    .zip([
        Some(sample(&["one.example", "two.example"])),
        Some(sample(&[])),
        None,
        Some(sample(&["one.example"])),
        None,
    ])
    .zip(&examinations)
    .map(|((release, record), examination)| {
        let page = ReleasePage::new(frame.clone(), (release, record.as_ref(), examination), SITE);
        super::tests::rendered("release", frame, &page)
    })
    .collect()
}
