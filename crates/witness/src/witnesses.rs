//! The witnesses of one record book.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect;
use tlog::{Hash, Note, NoteVerifier, Policy};

use crate::collect::{Asking, Collected, Mode, collect};

/// Longest time for one witness.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Why no witnesses can be asked.
#[derive(Debug, thiserror::Error)]
pub enum WitnessesError {
    /// The policy cannot be read.
    #[error("this is no policy of a record book")]
    Policy(#[from] tlog::Error),
    /// The policy is about another record book.
    #[error("the policy is about the record book `{found}`, not about `{own}`: leave its line `log` out")]
    OtherLog {
        /// Key of the record book in the policy.
        found: String,
        /// Key of the record book itself.
        own: String,
    },
    /// No connections can be made.
    #[error("witnesses cannot be asked")]
    Client(#[from] reqwest::Error),
}

/// Whom a record book asks to cosign, and what it does where too few answer.
#[derive(Clone, Debug)]
pub struct Witnesses {
    http: Client,
    policy: Policy,
    text: String,
    mode: Mode,
}

impl Witnesses {
    /// The witnesses that the text of a policy names, for the record book of this key. A line `log` may be missing.
    ///
    /// They are asked directly, through no proxy, and no redirects are followed.
    ///
    /// # Errors
    /// [`WitnessesError`] for a policy that cannot be read or is about another record book.
    pub fn new(policy: &str, own: &NoteVerifier, mode: Mode) -> Result<Self, WitnessesError> {
        let text = format!("log {own}\n{}", without_log(policy, own)?);
        let policy = text.parse()?;
        let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { http, policy, text, mode })
    }

    /// Whom to trust, with the record book's own key: text as of C2SP tlog-policy.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What to do where too few answer.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether a signed checkpoint has the cosignatures that the policy asks for.
    #[must_use]
    pub fn are_met_by(&self, note: &Note) -> bool {
        self.policy.verify(note).is_ok()
    }

    /// Asks all of them at once. `last` is the size that they probably cosigned before.
    ///
    /// # Errors
    /// [`tlog::Error`] for a note that is no checkpoint.
    pub async fn ask<F, P>(&self, note: Note, last: u64, proof: F) -> Result<Collected, tlog::Error>
    where
        F: Fn(u64) -> P,
        P: Future<Output = Result<Vec<Hash>, String>>,
    {
        let asking = Asking { http: &self.http, policy: &self.policy, timeout: TIMEOUT, last };
        collect(note, &asking, proof).await
    }
}

/// The lines of a policy but for the one that names this record book.
fn without_log(policy: &str, own: &NoteVerifier) -> Result<String, WitnessesError> {
    let own = own.to_string();
    let mut rest = String::new();
    for line in policy.lines() {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("log"), Some(found)) if found == own => {}
            (Some("log"), found) => {
                let found = found.unwrap_or_default().to_owned();
                return Err(WitnessesError::OtherLog { found, own });
            }
            _ => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
    }
    Ok(rest)
}

/// A word that is no mode.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is no way to treat missing witnesses: write strict or lenient")]
pub struct NoMode(String);

impl fmt::Display for Mode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
        })
    }
}

impl FromStr for Mode {
    type Err = NoMode;

    fn from_str(text: &str) -> Result<Self, NoMode> {
        match text {
            "strict" => Ok(Self::Strict),
            "lenient" => Ok(Self::Lenient),
            other => Err(NoMode(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tlog::{NoteSigner, SignatureKind};

    use super::*;

    fn own() -> NoteVerifier {
        let name = "log.example/log".parse().unwrap();
        NoteSigner::from_seed(name, SignatureKind::Note, &[1; 32]).verifier().clone()
    }

    #[test]
    fn a_policy_may_name_this_record_book_and_no_other() {
        let other = "log other.example/log+00000000+AA== \nquorum none\n";

        assert!(matches!(without_log(other, &own()), Err(WitnessesError::OtherLog { .. })));
        assert_eq!(without_log(&format!("log {}\nquorum none", own()), &own()).unwrap(), "quorum none\n");
    }

    #[test]
    fn a_mode_prints_and_parses_back() {
        for mode in [Mode::Strict, Mode::Lenient] {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        assert!("Strict".parse::<Mode>().is_err());
    }
}
