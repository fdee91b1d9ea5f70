//! What a folder has to tell about itself.

use std::io::{self, Read};

/// Something that lies in a folder and is no folder.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Item {
    /// Its path from the folder, parts joined by `/`.
    pub path: String,
    /// What it is.
    pub what: What,
}

/// What lies somewhere.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum What {
    /// A file of so many bytes.
    File(u64),
    /// A symbolic link.
    Link,
    /// Anything else: a pipe, a socket, a name that is not UTF-8.
    Other,
}

/// A folder, wherever it lies.
pub trait Files {
    /// Everything in it and in the folders in it, in any order.
    ///
    /// # Errors
    /// What the system said.
    fn list(&mut self) -> io::Result<Vec<Item>>;

    /// The bytes of a file that [`Files::list`] named.
    ///
    /// # Errors
    /// What the system said.
    fn open(&mut self, path: &str) -> io::Result<Box<dyn Read + '_>>;

    /// Its SHA-256, where that is known without reading.
    fn known_sha256(&self, _path: &str) -> Option<[u8; 32]> {
        None
    }
}
