//! What proves a release beside its document: signatures, keys, and the proof that it stands in the record book.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::ReleaseName;
use crate::client::Client;
use crate::error::Error;
use crate::folder;

/// One piece of evidence: the name of its file in the folder for evidence.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Piece {
    /// What the registry says of the release, signed (DSSE).
    Statement,
    /// The `OpenSSF` model-signing bundle.
    Bundle,
    /// The proof that the release stands in the record book.
    Proof,
    /// The registry's public key.
    RegistryKey,
    /// The record book's public key.
    LogKey,
    /// Which witnesses must have seen the record book.
    Policy,
}

impl Piece {
    const ALL: [Self; 6] =
        [Self::Statement, Self::Bundle, Self::Proof, Self::RegistryKey, Self::LogKey, Self::Policy];

    /// Its file in the folder for evidence.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Statement => "release.json",
            Self::Bundle => "model.sig",
            Self::Proof => "release.tlog-proof",
            Self::RegistryKey => "registry.pem",
            Self::LogKey => "log.vkey",
            Self::Policy => "log.policy",
        }
    }

    /// Where a server gives it.
    fn address(self, name: &ReleaseName) -> String {
        match self {
            Self::Statement | Self::Bundle | Self::Proof => {
                format!("/{}/releases/{}/{}", name.repository, name.version, self.file())
            }
            Self::RegistryKey => "/keys/registry.pem".to_owned(),
            Self::LogKey => "/log/vkey".to_owned(),
            Self::Policy => "/log/policy".to_owned(),
        }
    }
}

/// The pieces that are at hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces(BTreeMap<Piece, Vec<u8>>);

impl Pieces {
    /// The pieces in a folder for evidence.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let mut pieces = Self::default();
        if !folder.is_dir() {
            return Ok(pieces);
        }
        for piece in Piece::ALL {
            let path = folder.join(piece.file());
            match folder::read_whole(&path) {
                Ok(bytes) => drop(pieces.0.insert(piece, bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::read(&path)(error)),
            }
        }
        Ok(pieces)
    }

    /// Asks a server for the pieces that are missing. What it does not have stays missing.
    pub(crate) async fn fetch(&mut self, client: &Client, name: &ReleaseName) -> Result<(), Error> {
        for piece in Piece::ALL {
            if self.0.contains_key(&piece) {
                continue;
            }
            match client.look_bytes(&piece.address(name)).await {
                Ok(bytes) => drop(self.0.insert(piece, bytes.to_vec())),
                Err(error) if error.is_not_found() || error.is_removed() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes them into a folder for evidence.
    pub(crate) fn keep(&self, folder: &Path) -> Result<(), Error> {
        fs::create_dir_all(folder).map_err(Error::write(folder))?;
        self.0.iter().try_for_each(|(piece, bytes)| folder::write_whole(&folder.join(piece.file()), bytes))
    }

    /// A piece, if it is at hand.
    pub(crate) fn get(&self, piece: Piece) -> Option<&[u8]> {
        self.0.get(&piece).map(Vec::as_slice)
    }

    /// A piece that is text. What is not UTF-8 is no text of ours.
    pub(crate) fn text(&self, piece: Piece) -> Option<String> {
        self.get(piece).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }
}
