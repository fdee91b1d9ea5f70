//! Why a site cannot start: one sentence each that says what to do.

use std::io;
use std::net::SocketAddr;

use witness::WitnessesError;

use crate::keys::KeyError;
use crate::log_key::LogKeyError;

/// Why the site cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A key that is to give way stands in a variable, which no command can change.
    #[error("the key stands in {variable}: put it into its file, take the variable away, and rotate it then")]
    KeyInEnvironment {
        /// The variable.
        variable: &'static str,
    },
    /// The data folder cannot be made.
    #[error("the data folder `{folder}` cannot be made; choose another with VITRINE_DATA")]
    DataFolder {
        /// The folder.
        folder: String,
        /// What the system said.
        source: io::Error,
    },
    /// The program that runs models is not known.
    #[error("it is not known which program runs models")]
    Worker {
        /// What the system said.
        source: ranking::RunError,
    },
    /// Database or bytes cannot be opened.
    #[error("the registry cannot be opened")]
    Registry {
        /// What the registry said.
        source: registry::Error,
    },
    /// There is no key to sign with, or not the right one.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no key for the record book, or not the right one.
    #[error(transparent)]
    LogKey(#[from] LogKeyError),
    /// The record book cannot be gone on with.
    #[error("the record book cannot be opened")]
    Log {
        /// What the registry said.
        source: registry::Error,
    },
    /// The record book has no name, or another one.
    #[error("{}", origin_refused(.found.as_deref()))]
    Origin {
        /// The name that its key has.
        found: Option<String>,
    },
    /// The policy file cannot be read.
    #[error("the policy file `{file}` cannot be read; name another with VITRINE_LOG_POLICY")]
    PolicyFile {
        /// The file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The policy file does not name witnesses of this record book.
    #[error("`{file}` does not say which witnesses to ask")]
    Policy {
        /// The file.
        file: String,
        /// What is wrong with it.
        source: WitnessesError,
    },
    /// The address cannot be listened at.
    #[error("nothing can listen at {address}; choose another with VITRINE_LISTEN")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The API document cannot be written.
    #[error("the API document cannot be written")]
    Document {
        /// What the writer said.
        source: serde_json::Error,
    },
}

fn origin_refused(found: Option<&str>) -> String {
    match found {
        Some(found) => format!("this site's record book is named `{found}` for ever; leave --origin out"),
        None => "the record book needs a name: write --origin, such as `vitrine.example/log`".to_owned(),
    }
}
