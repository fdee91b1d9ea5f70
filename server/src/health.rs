//! Whether the site lives, and whether it can do its work.

use actix_web::HttpResponse;
use actix_web::web::{Data, ServiceConfig, get};
use registry::Registry;
use tracing::warn;

use crate::problem::{Kind, Problem};

/// Adds `/healthz` and `/readyz`.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.route("/healthz", get().to(healthz)).route("/readyz", get().to(readyz));
}

/// The process lives.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Database and bytes can be reached.
async fn readyz(registry: Data<Registry>) -> Result<HttpResponse, Problem> {
    match registry.ping().await {
        Ok(()) => Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n")),
        Err(error) => {
            warn!(cause = ?error, "Not ready: {error}");
            Err(Problem::of(Kind::NotReady))
        }
    }
}
