//! The registry's key: it signs what the site says of releases and cards. The secret half is in a file or in the
//! environment, never in the database; the database only remembers which key it is.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::Chance;
use registry::Registry;
use tlog::dsse::{StatementSigner, StatementVerifier};

use crate::log_key::replace;

/// The name under which the database remembers the key.
pub(crate) const PIN: &str = "registry-key-hint";
/// How often fresh bytes are tried; one try in 2^32 is no key.
const TRIES: usize = 8;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("the registry's key `{}` cannot be read or made", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file or variable holds no key.
    #[error("{place} holds no key: write an EC P-256 private key as PKCS #8 PEM")]
    NoKey {
        /// The file or the variable.
        place: String,
        /// What is wrong with it.
        source: tlog::Error,
    },
    /// This site signed with a key that is gone.
    #[error(
        "this site signed with a key that is gone: put its file back at `{}`, or its text into \
         VITRINE_REGISTRY_KEY",
        path.display()
    )]
    Lost {
        /// Where the key belongs.
        path: PathBuf,
    },
    /// This site signed with another key.
    #[error(
        "this site signs with the key {known}, but {place} holds the key {found}; put the right one back"
    )]
    Other {
        /// SHA-256 of the site's public key.
        known: String,
        /// SHA-256 of the public key that was found.
        found: String,
        /// The file or the variable.
        place: String,
    },
    /// The database did not say which key it is.
    #[error("the registry does not say which key this site signs with")]
    Registry {
        /// What the registry said.
        source: registry::Error,
    },
}

/// The registry's key.
#[derive(Clone)]
pub struct RegistryKey {
    signer: StatementSigner,
    pem: String,
}

impl RegistryKey {
    /// The site's key: of the setting, else of `keys/registry.pem` in the data folder, which is made once.
    ///
    /// # Errors
    /// [`KeyError`] also says when the key is not the one that this site began with.
    pub async fn open(
        setting: Option<&str>,
        data: &Path,
        registry: &Registry,
        chance: &dyn Chance,
    ) -> Result<Self, KeyError> {
        let failed = |source| KeyError::Registry { source };
        let path = data.join("keys").join("registry.pem");
        let known = registry.pinned(PIN).await.map_err(failed)?;
        let (pem, place) = match setting {
            Some(pem) => (pem.to_owned(), "VITRINE_REGISTRY_KEY".to_owned()),
            None => (at(&path, known.is_some(), chance)?, format!("`{}`", path.display())),
        };
        let key = Self::read(&pem).map_err(|source| KeyError::NoKey { place: place.clone(), source })?;
        let found = key.hint().map_err(|source| KeyError::NoKey { place: place.clone(), source })?;
        let known = match known {
            Some(known) => known,
            None => registry.pin(PIN, &found).await.map_err(failed)?,
        };
        if known == found { Ok(key) } else { Err(KeyError::Other { known, found, place }) }
    }

    /// What to sign with, as long as no other process of this site gave the key away.
    ///
    /// # Errors
    /// [`registry::Error::LogStuck`] once another key follows; [`registry::Error::Database`].
    pub(crate) async fn in_turn(&self, registry: &Registry) -> Result<&StatementSigner, registry::Error> {
        let own = self.hint()?;
        match registry.pinned(PIN).await? {
            Some(known) if known != own => Err(registry::Error::LogStuck {
                reason: "the registry's key gave way to another; start this process again with that one",
            }),
            _same => Ok(&self.signer),
        }
    }

    /// The key in the file and the one that is to follow it, which is made where none waits already.
    ///
    /// # Errors
    /// [`KeyError`]; where there is no file: [`KeyError::Lost`].
    pub fn with_next(data: &Path, chance: &dyn Chance) -> Result<(Self, Self), KeyError> {
        let path = data.join("keys").join("registry.pem");
        let read = |path: &Path| {
            let pem = fs::read_to_string(path);
            let pem = pem.map_err(|source| KeyError::File { path: path.to_owned(), source })?;
            let place = format!("`{}`", path.display());
            Self::read(&pem).map_err(|source| KeyError::NoKey { place, source })
        };
        if !path.is_file() {
            return Err(KeyError::Lost { path });
        }
        let next = next_to(&path);
        if !next.is_file() {
            let place = "chance".to_owned();
            let pem = fresh(chance).map_err(|source| KeyError::NoKey { place, source })?;
            make(&next, &pem).map_err(|source| KeyError::File { path: next.clone(), source })?;
        }
        Ok((read(&path)?, read(&next)?))
    }

    /// Puts the key that waits in the place of the old one, whose secret is gone then.
    ///
    /// # Errors
    /// [`KeyError::File`].
    pub fn take_next(data: &Path) -> Result<(), KeyError> {
        let path = data.join("keys").join("registry.pem");
        replace(&next_to(&path), &path).map_err(|source| KeyError::File { path, source })
    }

    fn read(pem: &str) -> Result<Self, tlog::Error> {
        let signer = StatementSigner::from_pem(pem)?;
        let pem = signer.verifier().to_pem()?;
        Ok(Self { signer, pem })
    }

    /// What signs.
    #[must_use]
    pub const fn signer(&self) -> &StatementSigner {
        &self.signer
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> StatementVerifier {
        self.signer.verifier()
    }

    /// The public half as PEM.
    #[must_use]
    pub fn public_pem(&self) -> &str {
        &self.pem
    }

    /// SHA-256 of the public half's PEM, in lower-case hexadecimal.
    ///
    /// # Errors
    /// Should the encoder refuse.
    pub fn hint(&self) -> Result<String, tlog::Error> {
        self.verifier().hint()
    }
}

/// Where a new key waits until the record book says that it follows.
fn next_to(path: &Path) -> PathBuf {
    path.with_extension("pem.next")
}

impl fmt::Debug for RegistryKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RegistryKey").field("public", &self.pem).finish_non_exhaustive()
    }
}

/// The secret text in the file; where there is none and none was used before, a new one.
fn at(path: &Path, used_before: bool, chance: &dyn Chance) -> Result<String, KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read.map_err(failed),
    }
    if used_before {
        return Err(KeyError::Lost { path: path.to_owned() });
    }
    let pem = fresh(chance).map_err(|source| KeyError::NoKey { place: "chance".to_owned(), source })?;
    match make(path, &pem) {
        // Another process of the same site was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::read_to_string(path).map_err(failed)
        }
        made => made.map(|()| pem).map_err(failed),
    }
}

fn fresh(chance: &dyn Chance) -> Result<String, tlog::Error> {
    let mut tried = 0;
    loop {
        let mut secret = [0; 32];
        chance.fill(&mut secret);
        tried += 1;
        match StatementSigner::from_secret(&secret) {
            Err(_no_key) if tried < TRIES => {}
            made => return made?.to_pem(),
        }
    }
}

/// Writes the file for its owner alone. It appears whole or not at all.
fn make(path: &Path, pem: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let half = folder.join(format!(".registry.pem.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    // A link refuses where a name is taken, which renaming would not.
    let linked = fs::hard_link(&half, path);
    fs::remove_file(&half)?;
    linked?;
    // If we die before this the key may be gone with the power; nothing was signed with it yet.
    fs::File::open(folder)?.sync_all()
}
