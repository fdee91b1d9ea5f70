//! What is computed while bytes pass: SHA-256, the id git gives, and whether they count as a large file.

use bytes::Bytes;
use domain::{Digest, GitSha1};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// Above this many bytes content is a large file of the Hub protocol, whatever it holds: 10 MiB.
pub const LARGE_BYTES: u64 = 10 * 1024 * 1024;
/// How much of the beginning is looked at to tell text from other bytes, as the Hub does it.
const SAMPLE_BYTES: usize = 512;
/// How many bytes are hashed between two looks at the clock of the blocking pool.
const STEP_BYTES: usize = 1024 * 1024;

/// Whether these first bytes of some content are something else than UTF-8 text.
///
/// A character that the end of the sample cuts is no fault.
#[must_use]
pub fn is_binary(beginning: &[u8]) -> bool {
    let sample = beginning.get(..SAMPLE_BYTES).unwrap_or(beginning);
    match std::str::from_utf8(sample) {
        Ok(text) => text.contains('\0'),
        Err(error) => error.error_len().is_some() || sample.contains(&0) || sample.len() < SAMPLE_BYTES,
    }
}

/// SHA-256 in the making. Hashing happens on the blocking pool, so that nobody waits for it but the sender.
#[derive(Default)]
pub(crate) struct Hashing(Sha256);

impl Hashing {
    /// Goes on with these bytes.
    pub(crate) async fn update(mut self, bytes: Bytes) -> Result<Self, Error> {
        let task = tokio::task::spawn_blocking(move || {
            for step in bytes.chunks(STEP_BYTES) {
                self.0.update(step);
            }
            self
        });
        task.await.map_err(|source| Error::Task { source })
    }

    /// The digest of all bytes.
    pub(crate) fn finish(self) -> Digest {
        Digest::from_bytes(self.0.finalize().into())
    }
}

/// SHA-256 and git's id of content that is held whole.
pub(crate) async fn of_whole(bytes: Bytes) -> Result<(Digest, GitSha1), Error> {
    let task = tokio::task::spawn_blocking(move || (Digest::of(&bytes), GitSha1::of_object("blob", &bytes)));
    task.await.map_err(|source| Error::Task { source })
}

/// The id git gives to the pointer that stands for a large file (git-lfs specification, version 1).
pub(crate) fn pointer_id(digest: &Digest, size: u64) -> GitSha1 {
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid {digest}\nsize {size}\n");
    GitSha1::of_object("blob", pointer.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_other_bytes_by_its_beginning() {
        let cut = [vec![b'a'; 511], "é".as_bytes().to_vec()].concat();
        let late = [vec![b'a'; 600], vec![0]].concat();
        for (bytes, binary) in [
            (&b""[..], false),
            (b"plain", false),
            ("நிரல்".as_bytes(), false),
            (&cut, false),
            (&late, false),
            (b"a\0b", true),
            (b"\x80\x02}", true),
            (b"cut \xc3", true),
        ] {
            assert_eq!(is_binary(bytes), binary, "{bytes:?}");
        }
    }

    #[test]
    fn the_pointer_has_the_id_that_git_gives_it() {
        // `printf 'version …\noid sha256:e3b0…\nsize 0\n' | git hash-object --stdin`
        let id = pointer_id(&Digest::of(b""), 0);

        assert_eq!(id.to_string(), "fc8e42b32efb9a9bf3ae0234a18a948e499490f8");
    }
}
