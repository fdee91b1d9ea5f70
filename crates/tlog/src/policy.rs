//! Whom to trust: logs, witnesses, and how many of them (C2SP tlog-policy).

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::{Attestation, Checkpoint, Error, Note, NoteVerifier, SignatureKind, strict};

/// Most lines of a policy we read.
const MAX_LINES: usize = 4096;

/// A log that may sign checkpoints.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// Its key, named like its origin.
    pub key: NoteVerifier,
    /// Where it is read, if the policy says so.
    pub url: Option<String>,
    /// The entry with which this key took over; it signs what holds that entry. `None`: it was the first.
    pub from: Option<u64>,
    /// The entry with which the next key took over; this one signs nothing that holds it. `None`: it still signs.
    pub until: Option<u64>,
}

impl Log {
    fn of(key: NoteVerifier, url: Option<String>) -> Self {
        Self { key, url, from: None, until: None }
    }

    /// Whether this key signs checkpoints of so many entries.
    fn signs(&self, size: u64) -> bool {
        self.from.is_none_or(|from| size > from) && self.until.is_none_or(|until| size <= until)
    }
}

/// Somebody who watches logs and cosigns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Witness {
    /// Its name in the policy.
    pub name: String,
    /// Its key.
    pub key: NoteVerifier,
    /// Where it takes checkpoints, if the policy says so.
    pub url: Option<String>,
}

/// A number of members of whom `threshold` have to agree.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Group {
    threshold: usize,
    members: Vec<String>,
}

/// Which logs are trusted, and which witnesses must have signed besides.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: BTreeMap<String, Group>,
    /// `None`: no witness is needed.
    quorum: Option<String>,
}

impl Policy {
    /// Trust in one log without witnesses.
    ///
    /// # Errors
    /// [`Error::KeyKind`] for a witness's key.
    pub fn of_log(key: NoteVerifier) -> Result<Self, Error> {
        of_kind(&key, SignatureKind::Note)?;
        Ok(Self { logs: vec![Log::of(key, None)], ..Self::default() })
    }

    /// Has a key of the policy give way to the next with this entry, which the caller has checked. A policy that names
    /// only the next learns the old one. Nothing happens where the policy names neither.
    pub fn hand_over(&mut self, old: &NoteVerifier, new: &NoteVerifier, entry: u64) {
        let at = |key: &NoteVerifier| self.logs.iter().position(|log| log.key == *key);
        let (was, is) = (at(old), at(new));
        if was.is_none() && is.is_none() {
            return;
        }
        for (at, key) in [(was, old), (is, new)] {
            if at.is_none() {
                self.logs.push(Log::of(key.clone(), None));
            }
        }
        for log in &mut self.logs {
            if log.key == *old {
                log.until = Some(entry);
            } else if log.key == *new {
                log.from = Some(entry);
            }
        }
    }

    /// The same trust in logs, whatever witnesses say.
    #[must_use]
    pub fn without_witnesses(&self) -> Self {
        Self { logs: self.logs.clone(), ..Self::default() }
    }

    /// The trusted logs.
    #[must_use]
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The known witnesses.
    #[must_use]
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Checks a signed checkpoint: of a trusted log, signed by it, and cosigned by a quorum.
    ///
    /// # Errors
    /// [`Error::UnknownLog`], [`Error::FalseSignature`], [`Error::NoKnownSignature`], [`Error::OutOfTurn`],
    /// [`Error::NoQuorum`], [`Error::EmptyRoot`], [`Error::Malformed`].
    pub fn verify(&self, note: &Note) -> Result<Checkpoint, Error> {
        let checkpoint: Checkpoint = note.text().parse()?;
        let logs = self.logs.iter().map(|log| &log.key);
        let keys: Vec<NoteVerifier> =
            logs.filter(|key| key.name().as_str() == checkpoint.origin()).cloned().collect();
        if keys.is_empty() {
            return Err(Error::UnknownLog { found: checkpoint.origin().to_owned() });
        }
        let signed = note.verify(&keys)?;
        let signs =
            |key: &NoteVerifier| self.logs.iter().any(|log| log.key == *key && log.signs(checkpoint.size()));
        if let Some(first) = signed.first().filter(|_| !signed.iter().any(|one| signs(&one.key))) {
            return Err(Error::OutOfTurn { id: first.key.id(), size: checkpoint.size() });
        }
        if checkpoint.size() == 0 && checkpoint.root() != crate::Hash::of_nothing() {
            return Err(Error::EmptyRoot { found: checkpoint.root() });
        }
        let cosigned = self.cosignatures(note)?;
        if self.is_met_by(&cosigned) {
            return Ok(checkpoint);
        }
        let quorum = self.quorum.clone().unwrap_or_default();
        Err(Error::NoQuorum { found: cosigned.len(), quorum })
    }

    /// The good cosignatures by witnesses of the policy, once each.
    ///
    /// # Errors
    /// [`Error::FalseSignature`].
    pub fn cosignatures(&self, note: &Note) -> Result<Vec<Attestation>, Error> {
        let keys: Vec<NoteVerifier> = self.witnesses.iter().map(|witness| witness.key.clone()).collect();
        match note.verify(&keys) {
            Err(Error::NoKnownSignature { .. }) => Ok(Vec::new()),
            verified => verified,
        }
    }

    /// Whether these cosignatures are a quorum.
    #[must_use]
    pub fn is_met_by(&self, cosigned: &[Attestation]) -> bool {
        let keys: Vec<&NoteVerifier> = cosigned.iter().map(|attestation| &attestation.key).collect();
        self.quorum.as_ref().is_none_or(|name| self.agrees(name, &keys))
    }

    /// Whether a witness signed or a group reached its threshold. Ends: members are defined before their group.
    fn agrees(&self, name: &str, keys: &[&NoteVerifier]) -> bool {
        if let Some(group) = self.groups.get(name) {
            return group.members.iter().filter(|member| self.agrees(member, keys)).count()
                >= group.threshold;
        }
        self.witnesses.iter().any(|witness| witness.name == name && keys.contains(&&witness.key))
    }
}

fn of_kind(key: &NoteVerifier, kind: SignatureKind) -> Result<(), Error> {
    match (key.kind(), kind) {
        (SignatureKind::Cosignature, SignatureKind::Note) => {
            Err(Error::KeyKind { found: 4, wanted: "a log's key is of kind 0x01" })
        }
        (SignatureKind::Note, SignatureKind::Cosignature) => {
            Err(Error::KeyKind { found: 1, wanted: "a witness's key is of kind 0x04" })
        }
        _ => Ok(()),
    }
}

impl FromStr for Policy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut draft = Draft::default();
        for (number, line) in text.split('\n').enumerate() {
            if number == MAX_LINES {
                return Err(Error::TooMany { what: "lines in a policy", limit: MAX_LINES });
            }
            if let Some(found) = line.chars().find(|letter| letter.is_ascii_control() && *letter != '\t') {
                let reason = format!("{found:?} cannot stand in a policy; lines end in a line feed alone");
                return Err(Error::Policy { line: number + 1, reason });
            }
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            if words.first().is_some_and(|word| !word.starts_with('#')) {
                draft.read(&words).map_err(|reason| Error::Policy { line: number + 1, reason })?;
            }
        }
        if draft.quorum_seen {
            return Ok(draft.policy);
        }
        Err(Error::Policy { line: 0, reason: "a line `quorum <name>` or `quorum none` is needed".to_owned() })
    }
}

/// A policy half read.
#[derive(Default)]
struct Draft {
    policy: Policy,
    quorum_seen: bool,
    keys: BTreeSet<(SignatureKind, [u8; 32])>,
    /// Names that already belong to a group.
    members: BTreeSet<String>,
}

impl Draft {
    fn read(&mut self, words: &[&str]) -> Result<(), String> {
        match words {
            ["log", key] => self.log(key, None),
            ["log", key, url] => self.log(key, Some(url)),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some(url)),
            ["group", name, threshold, members @ ..] => self.group(name, threshold, members),
            ["quorum", name] => self.quorum(name),
            [word, ..] => Err(format!(
                "`{word}` with {} more words is no rule; rules are `log KEY [URL]`, \
                 `witness NAME KEY [URL]`, `group NAME all|any|NUMBER MEMBER…`, `quorum NAME`",
                words.len() - 1
            )),
            [] => Ok(()),
        }
    }

    fn key(&mut self, text: &str, kind: SignatureKind) -> Result<NoteVerifier, String> {
        let key: NoteVerifier = text.parse().map_err(|error: Error| error.to_string())?;
        of_kind(&key, kind).map_err(|error| error.to_string())?;
        if self.keys.insert((kind, *key.public_key())) {
            Ok(key)
        } else {
            Err("this key stands here twice".to_owned())
        }
    }

    fn log(&mut self, key: &str, url: Option<&str>) -> Result<(), String> {
        let key = self.key(key, SignatureKind::Note)?;
        self.policy.logs.push(Log::of(key, url.map(str::to_owned)));
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>) -> Result<(), String> {
        self.free(name)?;
        let key = self.key(key, SignatureKind::Cosignature)?;
        self.policy.witnesses.push(Witness { name: name.to_owned(), key, url: url.map(str::to_owned) });
        Ok(())
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), String> {
        self.free(name)?;
        for member in members {
            if !self.is_defined(member) {
                return Err(format!("`{member}` has to be defined above"));
            }
            if !self.members.insert((*member).to_owned()) {
                return Err(format!("`{member}` is already a member of a group"));
            }
        }
        let threshold = match threshold {
            "all" => members.len(),
            "any" => 1,
            number => strict::decimal("a threshold", number)
                .map_err(|error| error.to_string())?
                .try_into()
                .unwrap_or(usize::MAX),
        };
        if !(1..=members.len()).contains(&threshold) {
            return Err(format!("{threshold} of {} members cannot agree", members.len()));
        }
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.policy.groups.insert(name.to_owned(), Group { threshold, members });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), String> {
        if std::mem::replace(&mut self.quorum_seen, true) {
            return Err("there is one quorum only".to_owned());
        }
        if name != "none" {
            if !self.is_defined(name) {
                return Err(format!("`{name}` has to be defined above"));
            }
            self.policy.quorum = Some(name.to_owned());
        }
        Ok(())
    }

    fn is_defined(&self, name: &str) -> bool {
        self.policy.groups.contains_key(name) || self.policy.witnesses.iter().any(|known| known.name == name)
    }

    fn free(&self, name: &str) -> Result<(), String> {
        if name == "none" || self.is_defined(name) {
            return Err(format!("the name `{name}` is taken"));
        }
        Ok(())
    }
}
