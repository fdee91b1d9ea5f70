//! What a `README.md` states at its head, as the server reads it.

use std::path::Path;

use cards::Fault;
use registry::README;

use crate::error::Error;
use crate::folder;

/// Everything that the server would find wrong with the `README.md` of a folder, or with there being none.
pub(crate) fn faults(dir: &Path) -> Result<Vec<Fault>, Error> {
    let readme = dir.join(README);
    let bytes = match folder::read_whole(&readme) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Error::read(&readme)(error)),
    };
    Ok(registry::readme_faults(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_at_the_head_is_checked_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let text = "---\nlicense: free-for-all\nlanguage: [hi, klingonese-x]\nbase_model: a/b\n\
                    base_model_relation: cousin\n---\n";
        std::fs::write(folder.path().join(README), text).unwrap();

        let faults = faults(folder.path()).unwrap();

        let places: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.line)).collect();
        assert_eq!(places, [("license", Some(2)), ("language", Some(3)), ("base_model_relation", Some(5))]);
        assert!(faults.iter().all(|fault| fault.file.as_deref() == Some(README)));
    }

    #[test]
    fn a_folder_without_a_readme_lacks_a_licence() {
        let folder = tempfile::tempdir().unwrap();

        let faults = faults(folder.path()).unwrap();

        assert_eq!(faults.first().unwrap().wrong, "The licence is missing.");
        assert_eq!(faults.len(), 1);
    }
}
