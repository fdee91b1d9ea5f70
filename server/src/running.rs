//! Starting and stopping.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use domain::{Chance, Clock};
use ranking::WorkerProgram;
use registry::{KeyRole, LogKeeper, Registry};
use tlog::NoteVerifier;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{error, info};
use witness::Witnesses;

use crate::api::{self, DocumentText};
use crate::app::{self, Methods, Shared};
use crate::config::Config;
use crate::keys::{self, RegistryKey};
use crate::log_key;
use crate::site::Site;
use crate::start_error::StartError;

/// How long a connection may be silent between two requests.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a client may take to end a connection.
const DISCONNECT: Duration = Duration::from_secs(1);

/// A site that runs. Dropping it stops nothing; call [`Running::stop`].
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The registry it serves.
    pub registry: Registry,
    server: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    working: JoinHandle<()>,
    keeping: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Running {
    /// Finishes open requests and the job at hand, then stops.
    ///
    /// # Errors
    /// What the server said while it stopped.
    pub async fn stop(self) -> io::Result<()> {
        // Nobody may be listening any more; then there is nothing left to tell.
        let _told = self.stop.send(true);
        self.server.stop(true).await;
        let served = self.serving.await.map_err(io::Error::other)?;
        self.working.await.map_err(io::Error::other)?;
        self.keeping.await.map_err(io::Error::other)?;
        info!("Stopped");
        served
    }
}

/// Opens the registry that a site with these settings serves, and brings its database up to date.
///
/// # Errors
/// [`StartError::DataFolder`], [`StartError::Registry`].
pub async fn open(
    config: &Config,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> Result<Registry, StartError> {
    tokio::fs::create_dir_all(&config.data)
        .await
        .map_err(|source| StartError::DataFolder { folder: config.data.display().to_string(), source })?;
    let settings = settings(config, clock, chance)?;
    let failed = |source| StartError::Registry { source };
    let registry = Registry::open(settings).await.map_err(failed)?;
    registry.heed_removals(config.data.join("guard").join("removals")).await.map_err(failed)?;
    Ok(registry)
}

/// What the registry of a site with these settings stands on.
pub(crate) fn settings(
    config: &Config,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> Result<registry::Config, StartError> {
    let limits = registry::Limits { blob_bytes: config.limits.blob_bytes, ..registry::Limits::default() };
    let worker = match &config.worker {
        Some(program) => program.clone(),
        None => WorkerProgram::this_program().map_err(|source| StartError::Worker { source })?,
    };
    Ok(registry::Config {
        database_url: config.database(),
        blobs_url: config.blobs(),
        worker,
        clock,
        chance,
        limits,
    })
}

/// Makes the keys of a site that has none yet. The record book's key is named `origin`, or after the public address.
///
/// # Errors
/// [`StartError::Origin`] where neither is known, or where the key that there is has another name; [`StartError`].
pub async fn make_keys(
    config: &Config,
    origin: Option<&str>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> Result<(NoteVerifier, RegistryKey), StartError> {
    let named = origin.map(str::to_owned).or_else(|| config.public_url.as_deref().map(log_key::origin));
    let Some(named) = named else { return Err(StartError::Origin { found: None }) };
    let registry = open(config, clock, chance.clone()).await?;
    let key = RegistryKey::open(config.registry_key.as_deref(), &config.data, &registry, &*chance).await?;
    let begun = registry.log_begun().await.map_err(|source| StartError::Log { source })?;
    let signer = log_key::open(config.log_key.as_deref(), &config.data, (&named, begun), &*chance)?;
    let log = signer.verifier().clone();
    if origin.is_some_and(|origin| origin != log.name().as_str()) {
        return Err(StartError::Origin { found: Some(log.name().to_string()) });
    }
    Ok((log, key))
}

/// Has a key of a site give way to a new one, which the record book says when this returns. Processes that run with the
/// old key sign nothing more and have to be started again. Cut in the middle it goes on where it was when asked again.
///
/// # Errors
/// [`StartError`], such as [`StartError::KeyInEnvironment`].
pub async fn rotate(
    config: &Config,
    role: KeyRole,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> Result<(NoteVerifier, RegistryKey), StartError> {
    let variable = match role {
        KeyRole::Log => config.log_key.as_ref().map(|_| "VITRINE_LOG_KEY"),
        KeyRole::Registry => config.registry_key.as_ref().map(|_| "VITRINE_REGISTRY_KEY"),
    };
    if let Some(variable) = variable {
        return Err(StartError::KeyInEnvironment { variable });
    }
    let registry = open(config, clock, chance.clone()).await?;
    let failed = |source| StartError::Log { source };
    match role {
        KeyRole::Log => {
            let (old, new) = log_key::with_next(&config.data, &*chance)?;
            registry.hand_over_log_key(&old, &new).await.map_err(failed)?;
            log_key::take_next(&config.data)?;
        }
        KeyRole::Registry => {
            let (old, new) = RegistryKey::with_next(&config.data, &*chance)?;
            let signer = log_key::open(config.log_key.as_deref(), &config.data, ("", true), &*chance)?;
            let origin = signer.verifier().name().as_str();
            let keys = (old.signer(), new.signer());
            registry.hand_over_registry_key(origin, keys, keys::PIN).await.map_err(failed)?;
            RegistryKey::take_next(&config.data)?;
        }
    }
    open_log(config, &registry, "", &*chance).await?;
    let key = RegistryKey::open(config.registry_key.as_deref(), &config.data, &registry, &*chance).await?;
    let signer = log_key::open(config.log_key.as_deref(), &config.data, ("", true), &*chance)?;
    Ok((signer.verifier().clone(), key))
}

/// Starts a site: opens its registry, listens, answers, and works on jobs until it is stopped.
///
/// # Errors
/// [`StartError`] says what keeps it from starting.
pub async fn start(
    config: Config,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> Result<Running, StartError> {
    let registry = open(&config, clock.clone(), chance.clone()).await?;
    let key = RegistryKey::open(config.registry_key.as_deref(), &config.data, &registry, &*chance).await?;
    let refused = |source| StartError::Listen { address: config.listen, source };
    let listener = TcpListener::bind(config.listen).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    open_log(&config, &registry, &public_url, &*chance).await?;
    let document = api::openapi();
    let text = serde_json::to_string(&document).map_err(|source| StartError::Document { source })?;
    let shared = Shared {
        registry: Data::new(registry.clone()),
        site: Data::new(
            Site::new(public_url, config.limits, clock, chance).with_offload(config.offload.clone()),
        ),
        document: Data::new(DocumentText(text)),
        key: Data::new(key),
        methods: Data::new(Methods::of(&document)),
        shelf: Data::default(),
    };
    let server = serve(&config, listener, shared).map_err(refused)?;
    let handle = server.handle();
    let (stop, stopped) = watch::channel(false);
    let keeping = tokio::spawn(keep_log(registry.clone(), stopped.clone()));
    let working = tokio::spawn(work(registry.clone(), stopped));
    info!(http.address = %address, "Listening at {address}");
    let serving = tokio::spawn(server);
    Ok(Running { address, registry, server: handle, serving, working, keeping, stop })
}

fn serve(config: &Config, listener: TcpListener, shared: Shared) -> io::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || app::app(&shared))
        .client_request_timeout(config.limits.head)
        .client_disconnect_timeout(DISCONNECT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(config.limits.stopping.as_secs())
        .disable_signals();
    let server = match config.threads {
        Some(threads) => server.workers(threads.max(1)),
        None => server,
    };
    Ok(server.listen(listener)?.run())
}

/// Opens the record book before anything is answered.
async fn open_log(
    config: &Config,
    registry: &Registry,
    public_url: &str,
    chance: &dyn Chance,
) -> Result<(), StartError> {
    let failed = |source| StartError::Log { source };
    let begun = registry.log_begun().await.map_err(failed)?;
    let origin = log_key::origin(public_url);
    let signer = log_key::open(config.log_key.as_deref(), &config.data, (&origin, begun), chance)?;
    let guard = config.data.join("guard").join("log");
    let former = registry.former_log_keys(signer.verifier()).await.map_err(failed)?;
    let asked = config.log_policy.as_deref();
    let witnesses = asked.map(|path| witnesses(path, config, (signer.verifier(), &former))).transpose()?;
    registry.open_log(LogKeeper { signer, guard, witnesses }).await.map_err(failed)
}

/// The witnesses that a policy file names. A key that gave way may still stand in the file.
fn witnesses(
    path: &Path,
    config: &Config,
    (key, former): (&NoteVerifier, &[NoteVerifier]),
) -> Result<Witnesses, StartError> {
    let file = || path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|source| StartError::PolicyFile { file: file(), source })?;
    let key_text = key.to_string();
    let text = former.iter().fold(text, |text, old| text.replace(&old.to_string(), &key_text));
    Witnesses::new(&text, key, config.log_witness_mode)
        .map_err(|source| StartError::Policy { file: file(), source })
}

/// Keeps the record book until the site stops.
async fn keep_log(registry: Registry, stopped: watch::Receiver<bool>) {
    if let Err(error) = registry.keep_log(stopped).await {
        error!(cause = ?error, "The record book is no longer kept: {error}");
    }
}

/// Works on jobs until the site stops.
async fn work(registry: Registry, mut stopped: watch::Receiver<bool>) {
    let stop = async move {
        // When the sender is gone the site is too.
        let _gone = stopped.wait_for(|stop| *stop).await;
    };
    if let Err(error) = registry.work(stop).await {
        error!(cause = ?error, "The background jobs ended: {error}");
    }
}
