//! Pictures of cards for link previews, `/cards/{slug}/v/{n}/preview.png`: 1200 × 630, in the language of the page.
//!
//! A picture says what the first screen of the card says, in the same words. It is drawn on a thread that may wait, two
//! at a time, and the last ones are kept: by what they say, so that none is ever out of date.

mod lines;
mod paint;

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use actix_web::http::header;
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
use paint::PaintError;

/// Pictures that are kept: at most 64, of which none has more than 100 kB.
const KEPT: usize = 64;
/// Most bytes of a picture: what messengers take.
const MOST_BYTES: usize = 100_000;
/// Pictures that are drawn at once.
const AT_ONCE: usize = 2;
/// How long to wait for a turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pictures of this process.
struct Pictures {
    turns: Semaphore,
    kept: Mutex<VecDeque<(Picture, Bytes)>>,
}

/// Draws a picture. For a thread that may wait: fitting words means measuring them.
fn draw(picture: &Picture) -> Result<Vec<u8>, PaintError> {
    let svg = picture.fit().render().map_err(|error| PaintError::Writing(error.to_string()))?;
    let png = paint::png(&svg)?;
    if png.len() > MOST_BYTES {
        return Err(PaintError::Writing(format!("it has {} bytes", png.len())));
    }
    Ok(png)
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
    let mut answer = bytes::of_document(&request, png.to_vec(), &about);
    // Readers of messages load it from the pages of others.
    let name = header::HeaderName::from_static("cross-origin-resource-policy");
    answer.headers_mut().insert(name, header::HeaderValue::from_static("cross-origin"));
    Ok(answer)
}

impl Pictures {
    /// The picture as PNG.
    async fn of(&self, picture: Picture) -> Result<Bytes, Problem> {
        if let Some(png) = self.known(&picture) {
            return Ok(png);
        }
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let _turn = turn.map_err(|_elapsed| Problem::of(Kind::Busy))?.map_err(Problem::internal)?;
        let said = picture.clone();
        let drawn = tokio::task::spawn_blocking(move || draw(&said)).await.map_err(Problem::internal)?;
        let png = Bytes::from(drawn.map_err(Problem::internal)?);
        self.keep(picture, png.clone());
        Ok(png)
    }

    fn known(&self, key: &Picture) -> Option<Bytes> {
        let kept = self.kept.lock().ok()?;
        kept.iter().find(|(known, _)| known == key).map(|(_, png)| png.clone())
    }

    fn keep(&self, key: Picture, png: Bytes) {
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
