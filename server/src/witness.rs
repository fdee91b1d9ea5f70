//! A witness that listens: `POST /add-checkpoint` and `GET /{hex}/checkpoint` (C2SP tlog-witness v1.0.0).

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Data, PayloadConfig};
use actix_web::{App, HttpResponse, HttpServer};
use domain::Clock;
use tlog::witness::MAX_REQUEST_BYTES;
use tracing::error;
use witness::{Keeper, KeeperError};

/// What the handlers share.
#[derive(Clone)]
struct Desk {
    keeper: Arc<Keeper>,
    clock: Arc<dyn Clock>,
}

/// A witness that listens until it is stopped.
pub struct Listening {
    /// Where it listens.
    pub address: SocketAddr,
    server: actix_web::dev::ServerHandle,
    serving: tokio::task::JoinHandle<io::Result<()>>,
}

impl Listening {
    /// Finishes open requests, then stops.
    ///
    /// # Errors
    /// What the server said while it stopped.
    pub async fn stop(self) -> io::Result<()> {
        self.server.stop(true).await;
        self.serving.await.map_err(io::Error::other)?
    }
}

/// Starts a witness at this address.
///
/// # Errors
/// When nothing can listen there.
pub fn listen(address: SocketAddr, keeper: Keeper, clock: Arc<dyn Clock>) -> io::Result<Listening> {
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    let desk = Desk { keeper: Arc::new(keeper), clock };
    let app = move || {
        App::new()
            .app_data(Data::new(desk.clone()))
            .app_data(PayloadConfig::new(MAX_REQUEST_BYTES))
            .route("/add-checkpoint", web::post().to(add_checkpoint))
            .route("/{origin}/checkpoint", web::get().to(checkpoint))
    };
    let server = HttpServer::new(app).disable_signals().workers(2).listen(listener)?.run();
    Ok(Listening { address, server: server.handle(), serving: tokio::spawn(server) })
}

async fn add_checkpoint(body: web::Bytes, desk: Data<Desk>) -> HttpResponse {
    let Ok(body) = String::from_utf8(body.to_vec()) else {
        return HttpResponse::BadRequest().body("a request is written in UTF-8\n");
    };
    let now = u64::try_from(desk.clock.now().as_second()).unwrap_or(0);
    let keeper = Arc::clone(&desk.keeper);
    let answered = web::block(move || keeper.add_checkpoint(&body, now)).await;
    let reply = match answered {
        Ok(Ok(reply)) => reply,
        Ok(Err(failure)) => return failed(&failure),
        Err(failure) => {
            return failed(&KeeperError::Disk { path: "?".into(), source: io::Error::other(failure) });
        }
    };
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).insert_header((CONTENT_TYPE, reply.content_type)).body(reply.body)
}

async fn checkpoint(origin: web::Path<String>, desk: Data<Desk>) -> HttpResponse {
    match desk.keeper.latest(&origin) {
        Ok(Some(note)) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(note),
        Ok(None) => HttpResponse::NotFound().body("this witness has cosigned nothing of that name\n"),
        Err(failure) => failed(&failure),
    }
}

fn failed(failure: &KeeperError) -> HttpResponse {
    error!(cause = ?failure, "The witness cannot work: {failure}");
    HttpResponse::InternalServerError().body("the witness cannot work at the moment\n")
}
