//! Settings of a site, from the environment and over them from the command line.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;
use server::Config;
use tracing_subscriber::EnvFilter;

use crate::error::Error;

/// Where a site keeps what it has.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Folder of the database and the bytes [else `VITRINE_DATA`, or ./vitrine-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Another database, such as `postgres://user:password@host/vitrine` [else `VITRINE_DATABASE_URL`]
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
}

impl Settings {
    /// The settings of the environment with these over them.
    pub(crate) fn config(self) -> Result<Config, Error> {
        let Self { data, database_url } = self;
        let set = |name| match name {
            "VITRINE_DATABASE_URL" => database_url.clone().map_or_else(|| std::env::var(name), Ok),
            other => std::env::var(other),
        };
        let mut config = Config::from_variables(set)?;
        config.data = data.unwrap_or(config.data);
        Ok(config)
    }
}

/// Writes what happens to standard error: as lines for people at a terminal, else as JSON. `VITRINE_LOG` says how much.
pub(crate) fn start_log(usual: &str) {
    let wanted = std::env::var("VITRINE_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter = EnvFilter::new(wanted.as_deref().unwrap_or(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only where a log was started already; then that one goes on.
    let _started_already =
        if std::io::stderr().is_terminal() { log.try_init() } else { log.json().try_init() };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins() {
        let settings = Settings {
            data: Some(PathBuf::from("/srv/v")),
            database_url: Some("postgres://u:p@h/d".to_owned()),
        };

        let config = settings.config().unwrap();

        assert_eq!(config.database(), "postgres://u:p@h/d");
        assert_eq!(config.data, PathBuf::from("/srv/v"));
    }

    #[test]
    fn a_wrong_address_of_a_database_is_told_without_its_password() {
        let settings = Settings { data: None, database_url: Some("mysql://u:secret@h/d".to_owned()) };

        let error = settings.config().unwrap_err().to_string();

        assert!(error.contains("VITRINE_DATABASE_URL") && !error.contains("secret"), "{error}");
    }
}
