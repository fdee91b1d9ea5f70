//! Everything about a card in one file, `/cards/{slug}/v/{n}/everything.zip`: the card, its page in every language, the
//! releases it rests on, signatures and proofs. `vitrine replay` reads the file, and its folders are those that
//! `vitrine card fetch` makes.

mod archive;

use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig, get};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;
use cards::words::Messages;
use domain::{Coordinates, Digest, EntryKind, Slug, Visibility};
use futures_util::stream;
use oms::Statement;
use registry::{Registry, RunRecord, StoredCard, WholeRelease};

use crate::auth::Reader;
use crate::bytes::{ASK, NOWHERE};
use crate::edge::HeadOnly;
use crate::keys::RegistryKey;
use crate::pages;
use crate::problem::Problem;
use crate::site::Site;

use archive::{Content, Member};

/// The card, as in a folder of `vitrine card fetch`.
const CARD: &str = "card.json";
/// What lies beside it.
const BESIDE: &str = "card.json.vitrine";

/// What the file says of itself.
#[derive(Template)]
#[template(path = "card/everything.txt", escape = "none")]
pub(crate) struct ReadMe<'a> {
    pub(crate) title: &'a str,
    pub(crate) slug: &'a str,
    pub(crate) version: u32,
    pub(crate) file: &'a str,
    pub(crate) pages: &'a [String],
}

/// Adds the addresses.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/cards/{slug}/everything.zip", get().to(newest))
        .route("/cards/{slug}/v/{n}/everything.zip", get().to(version));
}

/// The way to the newest version.
async fn newest(slug: Path<Slug>, reader: Reader, registry: Data<Registry>) -> Result<HttpResponse, Problem> {
    let card = registry.card(&reader.0, &slug).await?;
    let place = format!("/cards/{}/v/{}/everything.zip", card.slug, card.version);
    Ok(HttpResponse::Found().insert_header((header::LOCATION, place)).finish())
}

async fn version(
    at: Path<(Slug, u32)>,
    request: HttpRequest,
    reader: Reader,
    (site, registry, key): (Data<Site>, Data<Registry>, Data<RegistryKey>),
) -> Result<HttpResponse, Problem> {
    let (slug, version) = at.into_inner();
    let card = registry.card_version(&reader.0, &slug, version).await?;
    let releases = registry.card_releases(&reader.0, &card).await?;
    let open = releases.iter().all(|whole| whole.visibility == Visibility::Public);
    let file = format!("{slug}-v{version}.zip");
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .insert_header((header::CACHE_CONTROL, if open { ASK } else { NOWHERE }));
    if request.extensions().contains::<HeadOnly>() {
        return Ok(answer.finish());
    }
    let mut members = about_card((&card, &file), &registry, (&site, &key), &reader).await?;
    for (at, whole) in releases.into_iter().enumerate() {
        let name = &whole.release.document.repository.name;
        let folder = match at {
            0 => format!("{BESIDE}/release"),
            _ => format!("{BESIDE}/release.vitrine/others/{name}@{}", whole.release.document.version),
        };
        members.extend(about_release(&folder, whole, &registry, &key).await?);
    }
    let sums = archive::sums(&members);
    members.push(Member::of("SHA256SUMS", sums));
    let pieces = archive::write(registry.into_inner().as_ref().clone(), members);
    Ok(answer.streaming(stream::unfold(pieces, async |mut pieces| {
        pieces.recv().await.map(|piece| (piece, pieces))
    })))
}

/// The card, its page, and what signs and proves it.
async fn about_card(
    (card, file): (&StoredCard, &str),
    registry: &Registry,
    (site, key): (&Site, &RegistryKey),
    reader: &Reader,
) -> Result<Vec<Member>, Problem> {
    let coordinates =
        Coordinates { kind: EntryKind::Card, id: card.repository_id, ver: card.version.to_string() };
    let record = registry.record(&coordinates).await?;
    let mut shown = Vec::new();
    for messages in Messages::all() {
        let name = match messages.language().to_string().as_str() {
            "en" => "page.html".to_owned(),
            tag => format!("page.{tag}.html"),
        };
        shown.push((name, pages::card_alone(card, record.as_ref(), &site.public_url, messages)?));
    }
    let names: Vec<String> = shown.iter().map(|(name, _)| name.clone()).collect();
    let read_me = ReadMe {
        title: &pages::card_title(card)?,
        slug: card.slug.as_str(),
        version: card.version,
        file,
        pages: &names,
    };
    let statement = Statement::of_card(card.slug.as_str(), card.version, &card.sha256, &card.release_digest);
    let signed = statement.sign(key.in_turn(registry).await?).map_err(Problem::internal)?;
    let mut members = vec![
        Member::of("README.txt", read_me.render().map_err(Problem::internal)?),
        Member::of(CARD, card.bytes.clone()),
        Member::of(&format!("{BESIDE}/statement.json"), signed),
    ];
    if let Some(run) = run_of(card, registry, reader).await? {
        let run = serde_json::to_vec(&run).map_err(Problem::internal)?;
        members.push(Member::of(&format!("{BESIDE}/run.json"), run));
    }
    if let Some(proof) = registry.proof(&coordinates).await? {
        members.push(Member::of(&format!("{BESIDE}/card.tlog-proof"), proof.to_string()));
    }
    members.extend(shown.into_iter().map(|(name, html)| Member::of(&name, html)));
    Ok(members)
}

/// On what machine the card was made.
async fn run_of(
    card: &StoredCard,
    registry: &Registry,
    reader: &Reader,
) -> Result<Option<RunRecord>, Problem> {
    let history = registry.card_history(&reader.0, &card.slug).await?;
    let entry = history.entries.into_iter().find(|entry| entry.card.version == Some(card.version));
    Ok(entry.and_then(|entry| entry.run))
}

/// A release in its folder, and its evidence beside that.
async fn about_release(
    folder: &str,
    whole: WholeRelease,
    registry: &Registry,
    key: &RegistryKey,
) -> Result<Vec<Member>, Problem> {
    let WholeRelease { release, files, .. } = whole;
    let beside = |name: &str| format!("{folder}.vitrine/{name}");
    let signer = key.in_turn(registry).await?;
    let statement =
        Statement::of_release(&release.document, &release.digest).sign(signer).map_err(Problem::internal)?;
    let bundle = oms::release_bundle(&release.document, signer).map_err(Problem::internal)?;
    let (id, ver) = (release.document.repository.id, release.document.version.to_string());
    let mut members = vec![
        Member::of(&beside("document.json"), release.bytes),
        Member::of(&beside("release.json"), statement),
        Member::of(&beside("model.sig"), bundle),
        Member::of(&beside("registry.pem"), key.public_pem()),
        Member::of(&beside("log.vkey"), format!("{}\n", registry.log_key()?)),
        Member::of(&beside("log.policy"), registry.log_policy().await?),
    ];
    if let Some(proof) = registry.proof(&Coordinates { kind: EntryKind::Release, id, ver }).await? {
        members.push(Member::of(&beside("release.tlog-proof"), proof.to_string()));
    }
    members.extend(files.into_iter().map(|(path, blob)| Member {
        path: format!("{folder}/{path}"),
        sha256: blob.sha256,
        content: Content::Blob(blob),
    }));
    Ok(members)
}

impl Member {
    fn of(path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self { path: path.to_owned(), sha256: Digest::of(&bytes), content: Content::Bytes(bytes) }
    }
}
