//! Pictures of cards for link previews, `/cards/{slug}/v/{n}/preview.png`: 1200 × 630, in the language of the page.
//!
//! A picture says what the first screen of the card says, in the same words. It is drawn on a thread that may wait, two
//! at a time, and the last ones are kept: by the digest of what is drawn, so that none is ever out of date.

mod lines;
mod paint;

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template as _;
use domain::{Digest, Slug};
use registry::Registry;
use tokio::sync::Semaphore;

use crate::auth::Reader;
use crate::bytes::{self, ASK, About};
use crate::pages;
use crate::problem::{Kind, Problem};

pub(crate) use lines::Picture;

/// Pictures that are kept: at most 64, of which none has more than 100 kB.
const KEPT: usize = 64;
/// Pictures that are drawn at once.
const AT_ONCE: usize = 2;
/// How long to wait for a turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pictures of this process.
struct Pictures {
    turns: Semaphore,
    kept: Mutex<VecDeque<(Digest, Bytes)>>,
}

static PICTURES: LazyLock<Arc<Pictures>> = LazyLock::new(|| {
    Arc::new(Pictures { turns: Semaphore::new(AT_ONCE), kept: Mutex::new(VecDeque::with_capacity(KEPT)) })
});

/// Adds the address.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.route("/cards/{slug}/v/{n}/preview.png", web::get().to(show));
}

async fn show(
    at: Path<(Slug, u32)>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let (slug, version) = at.into_inner();
    let stored = registry.card_version(&reader.0, &slug, version).await?;
    let picture = pages::card_picture(&request, &stored)?;
    let png = PICTURES.of(picture).await?;
    let digest = Digest::of(&png);
    let about = About { etag: digest.hex(), sha256: digest, media_type: "image/png", cache: ASK };
    Ok(bytes::of_document(&request, png.to_vec(), &about))
}

impl Pictures {
    /// The picture as PNG.
    async fn of(&self, picture: Picture) -> Result<Bytes, Problem> {
        let svg = picture.fit().render().map_err(Problem::internal)?;
        let key = Digest::of(svg.as_bytes());
        if let Some(png) = self.known(&key) {
            return Ok(png);
        }
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let _turn = turn.map_err(|_elapsed| Problem::of(Kind::Busy))?.map_err(Problem::internal)?;
        let drawn = tokio::task::spawn_blocking(move || paint::png(&svg)).await.map_err(Problem::internal)?;
        let png = Bytes::from(drawn.map_err(Problem::internal)?);
        self.keep(key, png.clone());
        Ok(png)
    }

    fn known(&self, key: &Digest) -> Option<Bytes> {
        let kept = self.kept.lock().ok()?;
        kept.iter().find(|(known, _)| known == key).map(|(_, png)| png.clone())
    }

    fn keep(&self, key: Digest, png: Bytes) {
        // A poisoned lock only means that this picture is drawn again.
        let Ok(mut kept) = self.kept.lock() else { return };
        if kept.iter().any(|(known, _)| *known == key) {
            return;
        }
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((key, png));
    }
}
