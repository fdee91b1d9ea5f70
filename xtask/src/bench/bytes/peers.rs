//! The servers that are measured, each started for this run on a port and a folder of its own.

use std::fs::{self, File};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::super::Ground;
use super::super::process::tree;
use super::transfer::{Answer, request};
use crate::command::{cargo, find, run};
use crate::server::Server;
use crate::setup::python;
use crate::workspace::{Workspace, copy_folder};
use crate::{Problem, say};

/// The server that keeps artifacts of experiments.
const MLFLOW: [&str; 1] = ["mlflow==3.17.2"];
/// Longest time until a peer listens.
const START: Duration = Duration::from_mins(3);
/// Pause between two looks whether it does.
const PAUSE: Duration = Duration::from_millis(100);

/// A running server. Ended when dropped.
pub(in crate::bench) struct Peer {
    pub(super) name: &'static str,
    /// Where it keeps its files.
    pub(in crate::bench) folder: PathBuf,
    kind: Kind,
    running: Vec<Running>,
}

/// How a file gets to it.
enum Kind {
    /// `PUT` and `GET` of one address under this one.
    Plain(String),
    /// The blobs of an OCI registry (distribution-spec 1.1, "Pushing a blob monolithically").
    Oci(String),
    /// The blobs of this project.
    Vitrine { address: String, token: String },
}

/// A process of a peer.
enum Running {
    Ours(Server),
    Theirs(Child),
}

impl Running {
    fn pid(&self) -> Pid {
        match self {
            Self::Ours(server) => server.pid(),
            Self::Theirs(child) => Pid::from_child(child),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        for running in &mut self.running {
            if let Running::Theirs(child) = running {
                // Asked first, so that it ends its own children; an error only says that it has ended.
                let _gone = kill_process(Pid::from_child(child), Signal::TERM);
                let _gone = child.wait();
            }
        }
    }
}

impl Peer {
    /// Where it listens.
    pub(in crate::bench) fn address(&self) -> &str {
        match &self.kind {
            Kind::Plain(address) | Kind::Oci(address) | Kind::Vitrine { address, .. } => address,
        }
    }

    /// All its processes.
    pub(super) fn processes(&self) -> Vec<Pid> {
        self.running.iter().flat_map(|running| tree(running.pid())).collect()
    }

    /// Sends a file. Gives the address from which it can be fetched.
    pub(super) fn send(&self, file: &Path, digest: &str) -> Result<String, Problem> {
        let at = match &self.kind {
            Kind::Plain(address) => format!("{address}/{digest}.bin"),
            Kind::Vitrine { address, .. } => format!("{address}/api/v1/blobs/{digest}"),
            Kind::Oci(address) => {
                let begun = self.ask("POST", &format!("{address}/v2/bench/model/blobs/uploads/"), None)?;
                let place = begun.header("location").unwrap_or_default();
                let place =
                    if place.starts_with('/') { format!("{address}{place}") } else { place.to_owned() };
                let joined = if place.contains('?') { '&' } else { '?' };
                self.ask("PUT", &format!("{place}{joined}digest=sha256:{digest}"), Some(file))?;
                return Ok(format!("{address}/v2/bench/model/blobs/sha256:{digest}"));
            }
        };
        self.ask("PUT", &at, Some(file))?;
        Ok(at)
    }

    /// Fetches a file and drops its bytes.
    pub(super) fn fetch(&self, at: &str, size: u64) -> Result<(), Problem> {
        let answer = self.ask("GET", at, None)?;
        if answer.length == size {
            return Ok(());
        }
        Err(Problem::Found(format!("{} gave {} of {size} bytes", self.name, answer.length)))
    }

    fn ask(&self, method: &str, url: &str, body: Option<&Path>) -> Result<Answer, Problem> {
        let token = match &self.kind {
            Kind::Vitrine { token, .. } => Some(token.as_str()),
            Kind::Plain(_) | Kind::Oci(_) => None,
        };
        let answer = request(method, url, token, body);
        let answer = answer.map_err(Problem::system(format!("asking {} to {method} {url}", self.name)))?;
        if answer.status < 300 {
            return Ok(answer);
        }
        Err(Problem::Found(format!("{} answers {} to {method} {url}", self.name, answer.status)))
    }
}

/// Starts all peers; nginx is the first. Who is not here is left out, and said so.
pub(super) fn start(
    workspace: &Workspace,
    program: &Path,
    ground: &Ground,
    out: &mut dyn Write,
) -> Result<Vec<Peer>, Problem> {
    let nginx_program = nginx_program()?;
    let mut peers = vec![nginx(&nginx_program, ground, 1)?, vitrine(program, ground)?];
    peers.push(behind_nginx(program, &nginx_program, ground)?);
    match find("docker-registry") {
        Some(registry) => peers.push(docker_registry(&registry, ground)?),
        None => say(out, "docker-registry is left out: `apt-get install docker-registry`")?,
    }
    match sink(workspace)? {
        Some(sink) => {
            peers.push(limit(&sink, ("sink, SHA-256 in a second thread", "thread"), ground)?);
            peers.push(limit(&sink, ("sink, the same and durable", "thread+sync"), ground)?);
        }
        None => say(out, "the sink programs are left out: the shared folder is not beside the project")?,
    }
    python(workspace, ("mlflow", "MLflow"), &MLFLOW, out)?;
    let mlflow_program = workspace.downloads().join("mlflow/bin/mlflow");
    if mlflow_program.is_file() {
        peers.push(mlflow(&mlflow_program, ground)?);
    }
    Ok(peers)
}

/// nginx with so many workers, which gives the files of a folder.
pub(in crate::bench) fn static_files(ground: &Ground, workers: u32) -> Result<Peer, Problem> {
    nginx(&nginx_program()?, ground, workers)
}

fn nginx_program() -> Result<PathBuf, Problem> {
    let usual = ["/usr/sbin/nginx"].into_iter().map(PathBuf::from).find(|path| path.is_file());
    usual
        .or_else(|| find("nginx"))
        .ok_or_else(|| Problem::Missing("install nginx, for example by `apt-get install nginx`".to_owned()))
}

fn nginx(program: &Path, ground: &Ground, workers: u32) -> Result<Peer, Problem> {
    let (folder, port) = place(ground, "nginx")?;
    let root = folder.display();
    let server = format!("root {root}; location / {{ dav_methods PUT DELETE; create_full_put_path on; }}");
    let running = start_nginx(program, &folder, (workers, port, &server))?;
    let kind = Kind::Plain(format!("http://127.0.0.1:{port}"));
    Ok(Peer { name: "nginx (PUT and sendfile, no hash)", folder, kind, running: vec![running] })
}

fn start_nginx(
    program: &Path,
    folder: &Path,
    (workers, port, server): (u32, u16, &str),
) -> Result<Running, Problem> {
    let root = folder.display();
    let text = format!(
        "worker_processes {workers}; daemon off; pid {root}/pid; error_log {root}/errors; user root;\n\
         events {{ }}\n\
         http {{ access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on; client_max_body_size 0; client_body_buffer_size 1m;\n\
         client_body_temp_path {root}/body; proxy_temp_path {root}/proxy; fastcgi_temp_path {root}/fastcgi;\n\
         uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi; default_type application/octet-stream;\n\
         server {{ listen 127.0.0.1:{port}; {server} }} }}\n"
    );
    let settings = write(folder, "nginx.conf", &text)?;
    let mut command = Command::new(program);
    command.arg("-e").arg(folder.join("errors")).arg("-c").arg(settings);
    wait_for(command, folder, port)
}

fn vitrine(program: &Path, ground: &Ground) -> Result<Peer, Problem> {
    let server = ground.server(program)?;
    let kind = Kind::Vitrine { address: server.address().to_owned(), token: server.token("bench")? };
    let folder = ground.path("data");
    Ok(Peer { name: "vitrine (hashed and durable)", folder, kind, running: vec![Running::Ours(server)] })
}

/// Vitrine behind an nginx that sends the files.
fn behind_nginx(program: &Path, nginx: &Path, ground: &Ground) -> Result<Peer, Problem> {
    let data = ground.path("offloaded");
    let server = Server::start_with(
        program,
        ("127.0.0.1:0", &data, &ground.path("offloaded.log")),
        &[("VITRINE_OFFLOAD", "x-accel-redirect:/kept")],
    )?;
    let token = server.token("bench")?;
    let (folder, port) = place(ground, "proxy")?;
    let (address, blobs) = (server.address(), data.join("blobs"));
    let blobs = blobs.display();
    let text = format!(
        "location / {{ proxy_pass {address}; proxy_request_buffering off; proxy_http_version 1.1;\n\
         proxy_set_header X-Sendfile-Type X-Accel-Redirect; }}\n\
         location /kept/ {{ internal; alias {blobs}/; }}"
    );
    let proxy = start_nginx(nginx, &folder, (1, port, &text))?;
    let kind = Kind::Vitrine { address: format!("http://127.0.0.1:{port}"), token };
    let running = vec![proxy, Running::Ours(server)];
    Ok(Peer { name: "vitrine behind nginx (X-Accel-Redirect)", folder: data, kind, running })
}

fn docker_registry(program: &Path, ground: &Ground) -> Result<Peer, Problem> {
    let (folder, port) = place(ground, "docker")?;
    let text = format!(
        "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n\
         storage: {{filesystem: {{rootdirectory: {}}}, delete: {{enabled: true}}}}\n\
         http: {{addr: '127.0.0.1:{port}'}}\n",
        folder.display()
    );
    let settings = write(&folder, "settings.yml", &text)?;
    let mut command = Command::new(program);
    command.arg("serve").arg(settings);
    let running = wait_for(command, &folder, port)?;
    let kind = Kind::Oci(format!("http://127.0.0.1:{port}"));
    Ok(Peer { name: "docker-registry (SHA-256)", folder, kind, running: vec![running] })
}

/// The least a hashing server can be, built from the shared folder.
fn sink(workspace: &Workspace) -> Result<Option<PathBuf>, Problem> {
    let source = workspace.root.join("../shared/tools/perf/rustbench");
    if !source.is_dir() {
        return Ok(None);
    }
    let folder = workspace.target.join("peers");
    copy_folder(&source, &folder)?;
    let target = folder.join("target");
    run(cargo(&folder)
        .args(["build", "--quiet", "--release", "--bin", "sink", "--target-dir"])
        .arg(&target))?;
    Ok(Some(target.join("release/sink")))
}

fn limit(program: &Path, (name, mode): (&'static str, &str), ground: &Ground) -> Result<Peer, Problem> {
    let (folder, port) = place(ground, mode)?;
    let mut command = Command::new(program);
    command.arg(port.to_string()).arg(&folder).arg(mode);
    let running = wait_for(command, &folder, port)?;
    let kind = Kind::Plain(format!("http://127.0.0.1:{port}"));
    Ok(Peer { name, folder, kind, running: vec![running] })
}

fn mlflow(program: &Path, ground: &Ground) -> Result<Peer, Problem> {
    let (folder, port) = place(ground, "mlflow")?;
    let mut command = Command::new(program);
    command.args(["server", "--host", "127.0.0.1", "--workers", "1", "--port"]).arg(port.to_string());
    command.arg("--backend-store-uri").arg(format!("sqlite:///{}/runs.sqlite", folder.display()));
    command.arg("--artifacts-destination").arg(folder.join("artifacts"));
    command.env("MLFLOW_DISABLE_TELEMETRY", "true").env("DO_NOT_TRACK", "true");
    let running = wait_for(command, &folder, port)?;
    let kind = Kind::Plain(format!("http://127.0.0.1:{port}/api/2.0/mlflow-artifacts/artifacts"));
    Ok(Peer { name: "MLflow (no hash)", folder, kind, running: vec![running] })
}

/// A new folder, and a port that was free a moment ago.
fn place(ground: &Ground, name: &str) -> Result<(PathBuf, u16), Problem> {
    let folder = ground.path(name);
    fs::create_dir_all(&folder).map_err(Problem::system(format!("making `{}`", folder.display())))?;
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    Ok((folder, listener.map_err(Problem::system("looking for a free port"))?.port()))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, Problem> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(Problem::system(format!("writing `{}`", path.display())))?;
    Ok(path)
}

/// Starts a peer in its folder and waits until it listens.
fn wait_for(mut command: Command, folder: &Path, port: u16) -> Result<Running, Problem> {
    let log = folder.join("said");
    let said = File::create(&log).map_err(Problem::system(format!("writing `{}`", log.display())))?;
    let errors = said.try_clone().map_err(Problem::system("sharing a log"))?;
    command.current_dir(folder).stdin(Stdio::null()).stdout(said).stderr(errors);
    let what = crate::command::line(&command);
    let mut child = command.spawn().map_err(Problem::system(format!("starting `{what}`")))?;
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = child.try_wait().map_err(Problem::system(format!("waiting for `{what}`")))?;
        if ended.is_some() || begun.elapsed() > START {
            let _gone = child.kill();
            let said = fs::read_to_string(&log).unwrap_or_default();
            return Err(Problem::Found(format!("`{what}` does not listen: {}", said.trim())));
        }
        thread::sleep(PAUSE);
    }
    Ok(Running::Theirs(child))
}
