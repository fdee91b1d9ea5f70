//! What a check found, in words and in JSON.

use std::fmt;

use domain::Digest;
use serde::Serialize;

use crate::error::Error;
use crate::evidence::{Evidence, ReleaseName};
use crate::out::{Out, counted};

/// Which step of a check found something.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Reading the release document.
    Document,
    /// Comparing its name with the one asked for.
    Release,
    /// Looking for a file.
    Missing,
    /// Looking whether it is a file.
    Kind,
    /// Comparing its size.
    Size,
    /// Comparing its SHA-256.
    Content,
    /// Looking for files that do not belong there.
    Extra,
    /// Comparing the release document with the server's.
    Server,
    /// Checking what the registry signed.
    Signature,
    /// Comparing the entry of the record book with the release.
    Entry,
    /// Looking whether the entry stands in the record book.
    Inclusion,
    /// Checking who signed the record book.
    Log,
    /// Comparing keys with those seen before.
    Key,
    /// Comparing the record book with the one seen before.
    Consistency,
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Document => "release document",
            Self::Release => "release",
            Self::Missing => "missing file",
            Self::Kind => "kind of file",
            Self::Size => "size",
            Self::Content => "content",
            Self::Extra => "extra file",
            Self::Server => "server",
            Self::Signature => "signature",
            Self::Entry => "entry",
            Self::Inclusion => "inclusion",
            Self::Log => "record book",
            Self::Key => "key",
            Self::Consistency => "consistency",
        })
    }
}

/// Something that differs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct Finding {
    /// Which step found it.
    pub(crate) step: Step,
    /// The file concerned.
    pub(crate) path: Option<String>,
    /// What differs, as a sentence.
    pub(crate) wrong: String,
}

impl Finding {
    /// Something about a file.
    pub(crate) fn of(step: Step, path: &impl ToString, wrong: String) -> Self {
        Self { step, path: Some(path.to_string()), wrong }
    }

    /// Something about the whole.
    pub(crate) const fn about(step: Step, wrong: String) -> Self {
        Self { step, path: None, wrong }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(out, "{path}: {}: {}", self.step, self.wrong),
            None => write!(out, "{}: {}", self.step, self.wrong),
        }
    }
}

/// What a check found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    release: Option<ReleaseName>,
    digest: Option<Digest>,
    files: usize,
    /// Everything that differs.
    pub(crate) findings: Vec<Finding>,
    /// Whether the server was asked and answered.
    pub(crate) asked: bool,
    /// Why the server could not be asked.
    pub(crate) unasked: Option<String>,
    /// Steps that could not be done, each with the reason.
    unchecked: Vec<String>,
    /// What else is worth saying.
    pub(crate) remarks: Vec<String>,
    /// Why the release was withdrawn.
    pub(crate) withdrawn: Option<String>,
    /// What the server says where it was removed by order.
    pub(crate) removed: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    outcome: &'static str,
    release: Option<String>,
    digest: Option<Digest>,
    files: usize,
    server_asked: bool,
    reason: Option<&'a str>,
    unchecked: &'a [String],
    remarks: &'a [String],
    withdrawn: Option<&'a str>,
    removed: Option<&'a str>,
    findings: &'a [Finding],
}

impl Report {
    /// Which release was checked.
    pub(crate) fn about(&mut self, evidence: &Evidence) {
        self.release = Some(evidence.name());
        self.digest = Some(evidence.digest);
        self.files = evidence.document.files.len();
    }

    /// A step that could not be done, with the reason.
    pub(crate) fn leave_out(&mut self, reason: &str) {
        self.unchecked.push(reason.to_owned());
    }

    /// 0: everything is as published, 1: something differs, 3: something could not be checked.
    fn code(&self) -> u8 {
        match (self.findings.is_empty(), self.unasked.is_some() || !self.unchecked.is_empty()) {
            (false, _) => 1,
            (true, true) => 3,
            (true, false) => 0,
        }
    }

    /// Says what was found. Gives the exit code.
    pub(crate) fn tell(&self, out: &mut Out, json: bool) -> Result<u8, Error> {
        let code = self.code();
        if json {
            out.say(serde_json::to_string(&self.answer(code))?)?;
            return Ok(code);
        }
        for finding in &self.findings {
            out.say(finding)?;
        }
        if let Some(reason) = &self.unasked {
            out.remark(format_args!("vitrine: {reason}; with --offline the server is not asked"));
        }
        for reason in &self.unchecked {
            out.say(format_args!("not checked: {reason}"))?;
        }
        for remark in &self.remarks {
            out.remark(format_args!("vitrine: {remark}"));
        }
        if let (Some(release), Some(digest)) = (&self.release, &self.digest) {
            self.conclude(out, release, digest)?;
        }
        Ok(code)
    }

    fn conclude(&self, out: &mut Out, release: &ReleaseName, digest: &Digest) -> Result<(), Error> {
        if let Some(reason) = &self.withdrawn {
            out.say(format_args!("{release} was withdrawn by its publisher: {reason}"))?;
        }
        if let Some(reason) = &self.removed {
            out.say(format_args!("{release} was removed by order from the server: {reason}"))?;
        }
        let of = counted(self.files, "file");
        match self.findings.len() {
            0 if self.unasked.is_some() => out.say(format_args!(
                "Not fully checked: {of} fit {release} ({digest}), but the server was not reached"
            )),
            0 if !self.unchecked.is_empty() => {
                out.say(format_args!("Not fully checked: {of} fit {release} ({digest})"))
            }
            0 if self.removed.is_some() => {
                out.say(format_args!("All good: {of} of {release} ({digest}), as it was published"))
            }
            0 if self.asked => {
                out.say(format_args!("All good: {of} of {release} ({digest}), as on the server"))
            }
            0 => out.say(format_args!("All good: {of} of {release} ({digest}); no server was asked")),
            1 => out.say(format_args!("One thing differs from {release} ({digest})")),
            count => out.say(format_args!("{count} things differ from {release} ({digest})")),
        }
    }

    fn answer(&self, code: u8) -> Answer<'_> {
        Answer {
            outcome: match code {
                0 => "ok",
                1 => "mismatch",
                _ => "could_not_check",
            },
            release: self.release.as_ref().map(ReleaseName::to_string),
            digest: self.digest,
            files: self.files,
            server_asked: self.asked,
            reason: self.unasked.as_deref().or(self.unchecked.first().map(String::as_str)),
            unchecked: &self.unchecked,
            remarks: &self.remarks,
            withdrawn: self.withdrawn.as_deref(),
            removed: self.removed.as_deref(),
            findings: &self.findings,
        }
    }
}
