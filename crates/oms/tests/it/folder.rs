//! Folders on disk and in memory.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use oms::{Files, Item, What};

/// A folder on disk.
pub(crate) struct OnDisk(pub(crate) PathBuf);

impl OnDisk {
    fn walk(&self, below: &Path, items: &mut Vec<Item>) -> io::Result<()> {
        for entry in std::fs::read_dir(below)? {
            let entry = entry?;
            let (path, about) = (entry.path(), entry.metadata()?);
            if about.is_dir() {
                self.walk(&path, items)?;
                continue;
            }
            let what = if about.is_symlink() { What::Link } else { What::File(about.len()) };
            let path = path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned();
            items.push(Item { path, what });
        }
        Ok(())
    }
}

impl Files for OnDisk {
    fn list(&mut self) -> io::Result<Vec<Item>> {
        let mut items = Vec::new();
        self.walk(&self.0.clone(), &mut items)?;
        Ok(items)
    }

    fn open(&mut self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(std::fs::File::open(self.0.join(path))?))
    }
}

/// A folder in memory.
#[derive(Clone, Default)]
pub(crate) struct InMemory(pub(crate) BTreeMap<String, Vec<u8>>);

impl InMemory {
    pub(crate) fn of(files: &[(&str, &[u8])]) -> Self {
        Self(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect())
    }
}

impl Files for InMemory {
    fn list(&mut self) -> io::Result<Vec<Item>> {
        let item = |(path, bytes): (&String, &Vec<u8>)| Item {
            path: path.clone(),
            what: What::File(bytes.len() as u64),
        };
        Ok(self.0.iter().map(item).collect())
    }

    fn open(&mut self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.0.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(Box::new(bytes.as_slice()))
    }
}
