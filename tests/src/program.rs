//! The program `vitrine`, which runs models.

use std::path::PathBuf;

use crate::Must;

/// Where the program is: `VITRINE_PROGRAM`, else beside the folder of the running test.
///
/// # Panics
/// When the system does not say which file the running test is.
#[must_use]
pub fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("VITRINE_PROGRAM") {
        return PathBuf::from(path);
    }
    // The test lies in `deps` of the target folder, the program one folder up.
    let test = std::env::current_exe().must("finding the running test");
    let target = test.parent().and_then(std::path::Path::parent).must("the target folder");
    target.join(format!("vitrine{}", std::env::consts::EXE_SUFFIX))
}

/// For tests that run models.
///
/// # Panics
/// When the program is not there, with what to do about it.
pub fn needs_models() {
    let program = program();
    assert!(
        program.is_file(),
        "`{}` is not there: build it with `cargo build -p cli`, or name it in VITRINE_PROGRAM",
        program.display()
    );
}
