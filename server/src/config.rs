//! Settings, and the only place that reads the environment.

use std::env::VarError;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// How a site is run.
#[derive(Clone, Eq, PartialEq)]
pub struct Config {
    /// Where to listen; port 0 takes a free one. `VITRINE_LISTEN`, default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// Folder of the database file and the bytes. `VITRINE_DATA`, default `./vitrine-data`.
    pub data: PathBuf,
    /// Another database than the file in the data folder. `VITRINE_DATABASE_URL`.
    pub database_url: Option<String>,
    /// Another store of bytes than the data folder. `VITRINE_BLOBS_URL`.
    pub blobs_url: Option<String>,
    /// Address that people see, without a slash at its end. `VITRINE_PUBLIC_URL`; `None` means the address listened at.
    pub public_url: Option<String>,
    /// Secret key that the site signs with, as PEM. `VITRINE_REGISTRY_KEY`; `None` means the file `keys/registry.pem`
    /// in the data folder, which is made once.
    pub registry_key: Option<String>,
    /// Secret key of the record book, in the spelling `PRIVATE+KEY+…`. `VITRINE_LOG_KEY`; `None` means the file
    /// `keys/log.key` in the data folder, which is made once.
    pub log_key: Option<String>,
    /// Threads that answer requests. `VITRINE_THREADS`; `None` means one a processor core.
    pub threads: Option<usize>,
    /// Who sends files instead of this process. `VITRINE_OFFLOAD`; `None` means nobody.
    pub offload: Option<Offload>,
    /// What may be sent.
    pub limits: Limits,
    /// The program that runs models; `None` means this program with the argument `rank-worker`.
    pub worker: Option<ranking::WorkerProgram>,
}

/// How the proxy before this process is told to send a file of the data folder itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Offload {
    /// `X-Accel-Redirect` with this address before the file's key, as nginx reads it.
    XAccelRedirect(String),
    /// `X-Sendfile` with the file's path, as Apache and lighttpd read it.
    XSendfile,
}

impl FromStr for Offload {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "x-sendfile" {
            return Ok(Self::XSendfile);
        }
        let address = text.strip_prefix("x-accel-redirect:").map(|address| address.trim_end_matches('/'));
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        match address {
            Some(address) if address.len() > 1 && address.starts_with('/') && address.chars().all(plain) => {
                Ok(Self::XAccelRedirect(address.to_owned()))
            }
            _ => Err(()),
        }
    }
}

/// What may be sent, and how slowly.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Largest file, in bytes. `VITRINE_BLOB_BYTES`, default 64 GiB.
    pub blob_bytes: u64,
    /// Largest JSON body but for commits, in bytes. `VITRINE_JSON_BYTES`, default 1 MiB.
    pub json_bytes: usize,
    /// Largest commit as JSON, in bytes. `VITRINE_COMMIT_BYTES`, default 32 MiB.
    pub commit_bytes: usize,
    /// Longest pause in the middle of a body. `VITRINE_IDLE_SECONDS`, default 60.
    pub idle: Duration,
    /// Longest time for the head of a request. Not to be set; 5 seconds.
    pub head: Duration,
    /// How long open requests may take once the server stops. Not to be set; 30 seconds.
    pub stopping: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            blob_bytes: 64 << 30,
            json_bytes: 1 << 20,
            commit_bytes: 32 << 20,
            idle: Duration::from_mins(1),
            head: Duration::from_secs(5),
            stopping: Duration::from_secs(30),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from("./vitrine-data"),
            database_url: None,
            blobs_url: None,
            public_url: None,
            registry_key: None,
            log_key: None,
            threads: None,
            offload: None,
            limits: Limits::default(),
            worker: None,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses of databases and stores hold passwords.
        let secret = |url: &Option<String>| url.as_ref().map(|_| "…");
        out.debug_struct("Config")
            .field("listen", &self.listen)
            .field("data", &self.data)
            .field("database_url", &secret(&self.database_url))
            .field("blobs_url", &secret(&self.blobs_url))
            .field("public_url", &self.public_url)
            .field("registry_key", &secret(&self.registry_key))
            .field("log_key", &secret(&self.log_key))
            .field("threads", &self.threads)
            .field("offload", &self.offload)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A setting that cannot be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{variable} is `{value}`: {right}")]
pub struct WrongSetting {
    /// The variable of the environment.
    pub variable: &'static str,
    /// What it holds; `…` where it may hold a password.
    pub value: String,
    /// What would be right.
    pub right: String,
}

impl Config {
    /// The settings of this process's environment over the defaults.
    ///
    /// # Errors
    /// [`WrongSetting`] for the first variable that holds what cannot be.
    pub fn from_env() -> Result<Self, WrongSetting> {
        Self::from_variables(std::env::var::<&'static str>)
    }

    /// The settings of some variables over the defaults.
    ///
    /// # Errors
    /// [`WrongSetting`] for the first variable that holds what cannot be.
    pub fn from_variables(
        variable: impl Fn(&'static str) -> Result<String, VarError>,
    ) -> Result<Self, WrongSetting> {
        let usual = Self::default();
        let read = |name| read_text(name, &variable);
        Ok(Self {
            listen: parse("VITRINE_LISTEN", read, "write an address and a port such as `127.0.0.1:8080`")?
                .unwrap_or(usual.listen),
            data: read("VITRINE_DATA")?.map_or(usual.data, PathBuf::from),
            database_url: read("VITRINE_DATABASE_URL")?.map(database_url).transpose()?,
            blobs_url: read("VITRINE_BLOBS_URL")?,
            public_url: read("VITRINE_PUBLIC_URL")?.map(|url| public_url(&url)).transpose()?,
            registry_key: read("VITRINE_REGISTRY_KEY")?,
            log_key: read("VITRINE_LOG_KEY")?,
            threads: parse("VITRINE_THREADS", read, "write a whole number from 1")?,
            offload: parse("VITRINE_OFFLOAD", read, "write `x-sendfile` or `x-accel-redirect:/` and a name")?,
            limits: Limits {
                blob_bytes: parse("VITRINE_BLOB_BYTES", read, "write a whole number of bytes")?
                    .unwrap_or(usual.limits.blob_bytes),
                json_bytes: parse("VITRINE_JSON_BYTES", read, "write a whole number of bytes")?
                    .unwrap_or(usual.limits.json_bytes),
                commit_bytes: parse("VITRINE_COMMIT_BYTES", read, "write a whole number of bytes")?
                    .unwrap_or(usual.limits.commit_bytes),
                idle: parse("VITRINE_IDLE_SECONDS", read, "write a whole number of seconds")?
                    .map_or(usual.limits.idle, Duration::from_secs),
                ..usual.limits
            },
            worker: None,
        })
    }

    /// Settings for a test: everything in one folder, a free port, two threads, small limits.
    #[must_use]
    pub fn for_testing(folder: &Path) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: folder.to_owned(),
            threads: Some(2),
            limits: Limits { blob_bytes: 8 << 20, ..Limits::default() },
            ..Self::default()
        }
    }

    /// Address of the database: the one set, or the file in the data folder.
    #[must_use]
    pub fn database(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}?mode=rwc", self.data.join("vitrine.sqlite").display()))
    }

    /// Address of the store of bytes: the one set, or the folder in the data folder.
    #[must_use]
    pub fn blobs(&self) -> String {
        self.blobs_url.clone().unwrap_or_else(|| self.data.join("blobs").display().to_string())
    }
}

/// A public address without the slash at its end.
///
/// # Errors
/// [`WrongSetting`] when it is no address of a site.
pub fn public_url(text: &str) -> Result<String, WrongSetting> {
    let bare = text.trim_end_matches('/');
    let host = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"));
    let plain = |host: &str| !host.is_empty() && !host.contains(|c: char| "?#@\\\"'<> ".contains(c));
    if host.is_some_and(plain) {
        Ok(bare.to_owned())
    } else {
        Err(WrongSetting {
            variable: "VITRINE_PUBLIC_URL",
            value: text.to_owned(),
            right: "write the address people use, such as `https://vitrine.example`".to_owned(),
        })
    }
}

fn database_url(text: String) -> Result<String, WrongSetting> {
    if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(text);
    }
    Err(WrongSetting {
        variable: "VITRINE_DATABASE_URL",
        value: "…".to_owned(),
        right: "write `postgres://user:password@host/database` or `sqlite://file`".to_owned(),
    })
}

/// The text of a variable; `None` when it is not set or empty.
fn read_text(
    name: &'static str,
    variable: &impl Fn(&'static str) -> Result<String, VarError>,
) -> Result<Option<String>, WrongSetting> {
    match variable(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(value)) => Err(WrongSetting {
            variable: name,
            value: value.to_string_lossy().into_owned(),
            right: "write it in UTF-8".to_owned(),
        }),
    }
}

fn parse<T: FromStr>(
    name: &'static str,
    read: impl Fn(&'static str) -> Result<Option<String>, WrongSetting>,
    right: &str,
) -> Result<Option<T>, WrongSetting> {
    let Some(value) = read(name)? else { return Ok(None) };
    match value.parse() {
        Ok(parsed) => Ok(Some(parsed)),
        Err(_no_such_value) => Err(WrongSetting { variable: name, value, right: right.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &str) -> Result<Config, WrongSetting> {
        Config::from_variables(
            |asked| {
                if asked == name { Ok(value.to_owned()) } else { Err(VarError::NotPresent) }
            },
        )
    }

    #[test]
    fn an_empty_environment_gives_the_defaults() {
        assert_eq!(Config::from_variables(|_| Err(VarError::NotPresent)), Ok(Config::default()));
        assert_eq!(with("VITRINE_LISTEN", ""), Ok(Config::default()));
    }

    #[test]
    fn a_wrong_value_is_named_with_what_would_be_right() {
        let error = with("VITRINE_LISTEN", "everywhere").unwrap_err();

        assert_eq!(
            error.to_string(),
            "VITRINE_LISTEN is `everywhere`: write an address and a port such as `127.0.0.1:8080`"
        );
        for (name, value) in [
            ("VITRINE_BLOB_BYTES", "64GB"),
            ("VITRINE_THREADS", "-1"),
            ("VITRINE_PUBLIC_URL", "vitrine.example"),
            ("VITRINE_PUBLIC_URL", "https://a b"),
            ("VITRINE_DATABASE_URL", "mysql://x"),
            ("VITRINE_OFFLOAD", "nginx"),
            ("VITRINE_OFFLOAD", "x-accel-redirect:kept"),
            ("VITRINE_OFFLOAD", "x-accel-redirect:/"),
            ("VITRINE_OFFLOAD", "x-accel-redirect:/a b"),
        ] {
            assert_eq!(with(name, value).unwrap_err().variable, name, "{value}");
        }
    }

    #[test]
    fn files_are_sent_by_who_is_named() {
        let named = |value| with("VITRINE_OFFLOAD", value).unwrap().offload;

        assert_eq!(named("x-sendfile"), Some(Offload::XSendfile));
        assert_eq!(named("x-accel-redirect:/kept/"), Some(Offload::XAccelRedirect("/kept".to_owned())));
        assert_eq!(named(""), None);
    }

    #[test]
    fn passwords_are_not_printed() {
        let config = with("VITRINE_DATABASE_URL", "postgres://u:secret@h/d").unwrap();

        assert_eq!(config.database(), "postgres://u:secret@h/d");
        assert!(!format!("{config:?}").contains("secret"));
        assert!(!with("VITRINE_DATABASE_URL", "secret").unwrap_err().to_string().contains("secret"));
    }

    #[test]
    fn everything_lies_in_the_data_folder_unless_said_otherwise() {
        let config = with("VITRINE_DATA", "/srv/v").unwrap();

        assert_eq!(config.database(), "sqlite:///srv/v/vitrine.sqlite?mode=rwc");
        assert_eq!(config.blobs(), "/srv/v/blobs");
    }

    #[test]
    fn a_public_address_loses_its_last_slash() {
        assert_eq!(public_url("https://v.example/").as_deref(), Ok("https://v.example"));
    }
}
