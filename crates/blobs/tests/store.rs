//! Bytes in, bytes out, on a folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io;
use std::path::PathBuf;

use blobs::{BlobStore, Error, Expected, Layout, PART_BYTES, Piece, Received};
use bytes::Bytes;
use domain::{Digest, GitSha1, SystemChance, SystemClock, Timestamp, Uuid, new_id};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};

struct Folder {
    store: BlobStore,
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: BlobStore::open(folder.path().to_str().unwrap()).unwrap(), folder }
    }

    async fn receive(&self, bytes: &[u8]) -> Received {
        self.try_receive(expecting(bytes), chunks(bytes)).await.unwrap()
    }

    async fn try_receive(
        &self,
        expected: Expected,
        bytes: impl Stream<Item = io::Result<Bytes>>,
    ) -> Result<Received, Error> {
        self.store.receive(id(), expected, bytes).await
    }

    async fn read(&self, layout: &Layout, range: Option<std::ops::Range<u64>>) -> Result<Vec<u8>, Error> {
        let chunks: Vec<Bytes> = self.store.stream(layout, range).await?.try_collect().await?;
        Ok(chunks.concat())
    }

    /// Everything below the folder that is no folder.
    fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }
}

const ANYTHING: Expected = Expected { digest: None, length: None, limit_bytes: u64::MAX };

fn id() -> Uuid {
    new_id(&SystemClock, &SystemChance)
}

fn expecting(bytes: &[u8]) -> Expected {
    Expected { digest: Some(Digest::of(bytes)), length: Some(bytes.len() as u64), limit_bytes: u64::MAX }
}

/// In chunks of an odd size, so that they do not end where parts end.
fn chunks(bytes: &[u8]) -> impl Stream<Item = io::Result<Bytes>> {
    let chunks: Vec<io::Result<Bytes>> =
        bytes.chunks(100_003).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    stream::iter(chunks)
}

/// Text of this length that is nowhere the same.
fn text(length: usize) -> Vec<u8> {
    (0_u64..).flat_map(|number| format!("{number} ").into_bytes()).take(length).collect()
}

#[tokio::test]
async fn content_of_every_length_around_a_part_comes_back_and_is_named_as_git_names_it() {
    let folder = Folder::new();
    for (length, large) in [
        (0, false),
        (1, false),
        (PART_BYTES - 1, false),
        (PART_BYTES, false),
        (PART_BYTES + 1, true),
        (2 * PART_BYTES, true),
    ] {
        let bytes = text(length);

        let received = folder.receive(&bytes).await;

        assert_eq!(
            (received.size, received.large, received.sha256),
            (length as u64, large, Digest::of(&bytes))
        );
        let pointer = format!(
            "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {length}\n",
            received.sha256.hex()
        );
        let named = if large { pointer.into_bytes() } else { bytes.clone() };
        assert_eq!(received.oid, GitSha1::of_object("blob", &named), "{length}");
        let layout = Layout::whole(received.key, received.size);
        assert!(folder.read(&layout, None).await.unwrap() == bytes, "{length}");
        assert_eq!(folder.store.digest(&layout).await.unwrap(), received.sha256);
    }
}

#[tokio::test]
async fn small_content_that_is_no_text_counts_as_large() {
    let folder = Folder::new();

    let received = folder.receive(b"\x80\x04.").await;

    assert!(received.large);
    assert_ne!(received.oid, GitSha1::of_object("blob", b"\x80\x04."));
}

#[tokio::test]
async fn a_range_crosses_the_pieces_of_a_layout() {
    let folder = Folder::new();
    let [one, two] = [folder.receive(b"0123456789").await, folder.receive(b"abcdefghij").await];
    let piece = |received: &Received, offset, length| Piece { key: received.key.clone(), offset, length };
    let layout = Layout(vec![piece(&one, 2, 5), piece(&two, 0, 3)]);

    assert_eq!(folder.read(&layout, None).await.unwrap(), b"23456abc");
    assert_eq!(folder.read(&layout, Some(4..7)).await.unwrap(), b"6ab");
    assert_eq!(folder.read(&layout, Some(3..3)).await.unwrap(), b"");
    assert!(matches!(folder.read(&layout, Some(7..9)).await, Err(Error::Range { size: 8, .. })));
    assert_eq!(folder.store.read(&layout, 8).await.unwrap(), b"23456abc");
    assert!(matches!(folder.store.read(&layout, 7).await, Err(Error::TooLarge { limit_bytes: 7 })));
}

#[tokio::test]
async fn what_is_not_as_announced_is_refused_and_nothing_is_kept() {
    let folder = Folder::new();
    for length in [100, PART_BYTES + 100] {
        let bytes = text(length);
        let other = Expected { digest: Some(Digest::of(b"other")), ..expecting(&bytes) };
        let longer = Expected { length: Some(length as u64 + 1), ..expecting(&bytes) };
        let limited = Expected { length: None, limit_bytes: length as u64 - 1, ..expecting(&bytes) };

        let mismatch = folder.try_receive(other, chunks(&bytes)).await;
        let short = folder.try_receive(longer, chunks(&bytes)).await;
        let long = folder.try_receive(limited, chunks(&bytes)).await;

        assert!(matches!(mismatch, Err(Error::Mismatch { actual, .. }) if actual == Digest::of(&bytes)));
        assert!(matches!(short, Err(Error::LengthMismatch { .. })));
        assert!(matches!(long, Err(Error::TooLarge { .. })));
        assert!(folder.files().is_empty(), "{:?}", folder.files());
    }
}

#[tokio::test]
async fn a_sender_that_stops_leaves_nothing() {
    let folder = Folder::new();
    let begun: Vec<io::Result<Bytes>> =
        vec![Ok(text(PART_BYTES + 5).into()), Err(io::Error::other("the line is cut"))];

    let cut = folder.try_receive(ANYTHING, stream::iter(begun)).await;

    assert!(matches!(cut, Err(Error::Sender { .. })));
    assert!(folder.files().is_empty());
}

#[tokio::test]
async fn an_upload_nobody_waits_for_any_more_leaves_nothing() {
    let folder = Folder::new();
    let begun = stream::iter([Ok(text(PART_BYTES + 5).into())]).chain(stream::pending());
    let receiving = folder.try_receive(ANYTHING, begun);

    let waited = tokio::time::timeout(std::time::Duration::from_millis(500), receiving).await;

    assert!(waited.is_err());
    for _ in 0..100 {
        if folder.files().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("still there: {:?}", folder.files());
}

#[tokio::test]
async fn a_missing_object_and_a_short_one_are_told_apart() {
    let folder = Folder::new();
    let received = folder.receive(b"0123456789").await;
    let missing = Layout::whole("objects/00/00/none".to_owned(), 3);
    let longer = Layout::whole(received.key.clone(), 12);
    let behind = Layout(vec![Piece { key: received.key.clone(), offset: 11, length: 1 }]);

    assert!(matches!(folder.read(&missing, None).await, Err(Error::Missing { .. })));
    assert!(matches!(folder.read(&longer, None).await, Err(Error::Truncated { missing_bytes: 2, .. })));
    assert!(matches!(folder.read(&behind, None).await, Err(Error::Truncated { missing_bytes: 2, .. })));
}

#[tokio::test]
async fn objects_are_listed_and_removed_and_leavings_of_crashes_swept() {
    let folder = Folder::new();
    let received = folder.receive(b"0123456789").await;
    let leaving = folder.folder.path().join("objects/ab/cd/0123#1");
    std::fs::create_dir_all(leaving.parent().unwrap()).unwrap();
    std::fs::write(&leaving, b"cut").unwrap();

    let listed: Vec<_> = folder.store.list().try_collect().await.unwrap();

    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0].key, listed[0].size), (&received.key, 10));
    assert_eq!(folder.store.remove_leavings(Timestamp::UNIX_EPOCH).await.unwrap(), (0, 0));
    assert_eq!(folder.store.remove_leavings(Timestamp::MAX).await.unwrap(), (1, 3));
    folder.store.remove(&received.key).await.unwrap();
    folder.store.remove(&received.key).await.unwrap();
    assert!(folder.files().is_empty());
}
