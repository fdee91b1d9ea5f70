//! Every page is rendered from samples in every language and looked at as a browser, a screen reader and a reader would.

mod html;
mod reading;
mod sources;

use cards::words::Messages;
use domain::{
    Base, Digest, FilePath, GitSha1, Kind, Relation, ReleaseDocument, ReleaseFile, ReleaseRepository,
    ReleaseSchema, Uuid, Visibility,
};
use registry::{
    Branch, CardProblem, CardState, CardStatus, CardSummary, Commit, Entry, Overview, Release,
    ReleaseSummary, Repository, Scan, StoredCard, Tree, Withdrawal,
};
use serde_json::Value;

use super::frame::Frame;

const CARD: &str = include_str!("samples/card.json");
pub(super) const SITE: &str = "https://vitrine.example";

/// A page that was rendered from a sample.
pub(super) struct Rendered {
    pub(super) name: String,
    pub(super) html: String,
}

/// Renders something for the tests of all pages.
pub(super) fn rendered(name: &str, frame: &Frame, page: &impl askama::Template) -> Rendered {
    Rendered { name: format!("{name} ({})", frame.language()), html: page.render().unwrap() }
}

/// All samples of all pages in all languages.
fn pages() -> Vec<Rendered> {
    let frames = Messages::all().map(|messages| Frame::new(messages, "/"));
    frames
        .flat_map(|frame| {
            [
                super::home::samples(&frame),
                super::cards::samples(&frame),
                super::card::samples(&frame),
                super::trial::samples(&frame),
                super::compare::samples(&frame),
                super::quiz::samples(&frame),
                super::book::samples(&frame),
                super::releases::samples(&frame),
                super::release::samples(&frame),
                super::repository::samples(&frame),
                super::tree::samples(&frame),
                super::docs::samples(&frame),
                super::reference::samples(&frame),
                super::problem::samples(&frame),
            ]
        })
        .flatten()
        .collect()
}

/// The card of the samples, changed.
pub(super) fn stored_card(change: impl Fn(&mut Value)) -> StoredCard {
    let mut value: Value = serde_json::from_str(CARD).unwrap();
    change(&mut value);
    let bytes = serde_json::to_vec(&value).unwrap();
    StoredCard {
        slug: "hacker-news-front-page".parse().unwrap(),
        version: 2,
        newest: 2,
        sha256: Digest::of(&bytes),
        bytes,
        repository: "vitrine/hacker-news-front-page".parse().unwrap(),
        repository_id: Uuid::nil(),
        release: "1.1.0".parse().unwrap(),
        release_digest: Digest::of(b"release"),
        published_at: "2026-03-12T10:00:00Z".parse().unwrap(),
        withdrawn: None,
    }
}

pub(super) fn withdrawal() -> Withdrawal {
    Withdrawal { reason: "A signal was <wrong>.".to_owned(), at: "2026-11-23T00:00:00Z".parse().unwrap() }
}

pub(super) fn card_summary() -> CardSummary {
    CardSummary {
        slug: "hacker-news-front-page".parse().unwrap(),
        language: "en".parse().unwrap(),
        title: "Hacker News front page".to_owned(),
        one_line: "Decides which stories you see first.".to_owned(),
        version: 2,
        operator: "Y Combinator".to_owned(),
        author: "The Vitrine collection".to_owned(),
        repository: "vitrine/hacker-news-front-page".parse().unwrap(),
        release: "1.1.0".parse().unwrap(),
        published_at: "2026-03-12T10:00:00Z".parse().unwrap(),
        withdrawn: None,
    }
}

pub(super) fn ready_card() -> CardState {
    CardState {
        status: CardStatus::Ready,
        slug: Some("tiny-x".parse().unwrap()),
        version: Some(1),
        problem: None,
    }
}

pub(super) fn release_summary() -> ReleaseSummary {
    ReleaseSummary {
        repository: "alice/tiny_x".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        kind: Kind::Ranking,
        digest: Digest::of(b"release"),
        published_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        license: "Apache-2.0".parse().unwrap(),
        description: Some("A <tiny> ranker.".to_owned()),
        card: ready_card(),
        withdrawn: None,
    }
}

/// A release with every fact there can be.
pub(super) fn release() -> Release {
    let address = |text: &str| Some(text.to_owned());
    let file = |path: &str, size| ReleaseFile {
        path: path.parse().unwrap(),
        size,
        sha256: Digest::of(path.as_bytes()),
    };
    let document = ReleaseDocument {
        schema: ReleaseSchema,
        repository: ReleaseRepository { id: Uuid::nil(), name: "alice/tiny_x".parse().unwrap() },
        version: "1.0.0".parse().unwrap(),
        kind: Kind::Ranking,
        commit: domain::CommitId::of(b"commit"),
        published_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        visibility: Visibility::Public,
        license: "Apache-2.0".parse().unwrap(),
        languages: vec!["en".parse().unwrap(), "hi".parse().unwrap()],
        base: Some(Base {
            release: "alice/tiny_x@0.9.0".to_owned(),
            digest: Some(Digest::of(b"base")),
            relation: Relation::Finetune,
        }),
        pipeline_tag: address("text-ranking"),
        library_name: address("onnx"),
        tags: vec!["<feed>".to_owned(), "tiny".to_owned()],
        datasets: vec!["alice/clicks".to_owned()],
        family: address("Tiny <family>"),
        variant: Some(domain::Variant::FineTuned),
        training_data: address("Posts that people wrote for us."),
        energy: address("About as much as a kettle."),
        out_of_scope: vec!["Do not rank people.".to_owned()],
        pre_release_tests: vec![domain::PreReleaseTest {
            kind: "red teaming".to_owned(),
            who: address("Example Lab"),
            hours: Some(40),
            findings: vec!["It likes long posts.".to_owned()],
        }],
        description: address("A <tiny> ranker."),
        announcement: address("https://a.example/news"),
        paper: address("javascript:alert(1)"),
        starting_code: address("https://a.example/code"),
        intended_use: address("Trying things out."),
        limits: vec!["It is tiny.".to_owned(), "It is made up.".to_owned()],
        risks: vec!["Somebody may believe it.".to_owned()],
        benefits: vec!["It is quick.".to_owned()],
        generates_media: Some(false),
        disclosure: address("It makes no pictures."),
        files: vec![file("README.md", 120), file("model.onnx", 4_711), file("data/a b.csv", 12_345_678)],
    };
    let (bytes, digest) = document.to_bytes().unwrap();
    Release {
        document,
        digest,
        bytes,
        scan: Scan::Done,
        card: ready_card(),
        withdrawn: None,
        removed: None,
        signatures: vec![],
    }
}

pub(super) fn failed_card() -> CardState {
    let text = "the model did not end within two seconds".to_owned();
    let problem = Some(CardProblem { code: "limit_wall".to_owned(), text });
    CardState { status: CardStatus::Failed, version: None, problem, ..ready_card() }
}

pub(super) fn card_state(status: CardStatus) -> CardState {
    CardState { status, slug: None, version: None, problem: None }
}

/// A tree with files in folders.
pub(super) fn tree() -> Tree {
    let entry = |path: &str| Entry {
        path: path.parse::<FilePath>().unwrap(),
        size: 1_200,
        sha256: Digest::of(path.as_bytes()),
        oid: GitSha1::of_object("blob", path.as_bytes()),
        large: false,
    };
    Tree {
        repository: "alice/tiny_x".parse().unwrap(),
        visibility: Visibility::Public,
        commit: Commit {
            id: domain::CommitId::of(b"commit"),
            parent: None,
            message: "First <files>".to_owned(),
            author: "alice".to_owned(),
            created_at: "2026-11-22T09:00:00Z".parse().unwrap(),
            files: 4,
        },
        entries: ["README.md", "data/a.csv", "data/deep/b.csv", "model.onnx"].map(entry).into(),
    }
}

/// A repository with a README, files and a release.
pub(super) fn overview() -> Overview {
    let readme = "---\nlicense: cc0-1.0\n---\n# Tiny\n\nA *small* model. See [the data](data/a.csv).\n\n## Use\n\n\
                  | Column | Means |\n|---|---|\n| a | age |\n\n```\nvitrine pull alice/tiny_x files\n```\n";
    Overview {
        repository: Repository {
            id: Uuid::nil(),
            name: "alice/tiny_x".parse().unwrap(),
            kind: Kind::Ranking,
            visibility: Visibility::Public,
            gate: None,
            created_at: "2026-11-22T08:00:00Z".parse().unwrap(),
            branches: vec![Branch { name: "main".to_owned(), head: Some(domain::CommitId::of(b"commit")) }],
            releases: vec!["1.0.0".parse().unwrap()],
        },
        releases: vec![release_summary()],
        tree: Some(tree()),
        readme: Some(readme.to_owned()),
    }
}
