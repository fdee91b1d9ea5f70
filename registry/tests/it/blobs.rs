use std::io;

use domain::{Digest, Role, Scope, Visibility};
use futures_util::{TryStreamExt as _, stream};
use registry::{Actor, Error, Limits, Operation};

use crate::harness::Platform;

#[tokio::test]
async fn bytes_come_back_as_they_were_sent_whole_and_in_part() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let bytes: Vec<u8> = (0..25_000_u32).map(|number| (number % 251) as u8).collect();

    let blob = platform.receive(&asha, &bytes).await;

    let read = |range| {
        let (registry, blob) = (platform.registry.clone(), blob.clone());
        async move {
            let chunks: Vec<bytes::Bytes> =
                registry.read_blob(&blob, range).await.unwrap().try_collect().await.unwrap();
            chunks.concat()
        }
    };
    assert_eq!(read(None).await, bytes);
    assert_eq!(read(Some(100..20_000)).await, bytes[100..20_000]);
    assert_eq!((blob.size, blob.large), (25_000, true));
}

#[tokio::test]
async fn bytes_with_another_digest_are_refused_and_nothing_is_kept() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let announced = Digest::of(b"other");

    let refused = platform.try_receive(&asha, announced, b"bytes").await.unwrap_err();

    assert!(matches!(
        refused,
        Error::DigestMismatch { expected, actual } if expected == announced && actual == Digest::of(b"bytes")
    ));
    assert!(matches!(platform.registry.blob(&asha, &announced).await, Err(Error::BlobNotFound { .. })));
    assert!(platform.objects().is_empty());
}

#[tokio::test]
async fn a_cut_upload_leaves_nothing_and_can_be_repeated() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let chunks = [Ok(bytes::Bytes::from_static(b"by")), Err(io::Error::other("cut"))];

    let cut = platform
        .registry
        .receive(&asha, Digest::of(b"bytes"), Some(5), stream::iter(chunks))
        .await
        .unwrap_err();

    assert!(matches!(cut, Error::UploadCut { .. }));
    assert!(platform.objects().is_empty());
    platform.receive(&asha, b"bytes").await;
    platform.assert_sound().await;
}

#[tokio::test]
async fn too_many_bytes_are_refused_before_and_while_they_come() {
    let platform = Platform::with_limits(Limits { blob_bytes: 1500, ..Limits::default() }).await;
    let asha = platform.user("asha").await;
    let long = vec![7; 1501];

    let while_coming = platform.try_receive(&asha, Digest::of(&long), &long).await;
    let nothing = stream::empty::<io::Result<bytes::Bytes>>();
    let announced = platform.registry.receive(&asha, Digest::of(&long), Some(1501), nothing).await;

    assert!(matches!(while_coming, Err(Error::TooLarge { limit_bytes: 1500 })));
    assert!(matches!(announced, Err(Error::TooLarge { limit_bytes: 1500 })));
    assert!(platform.objects().is_empty());
}

#[tokio::test]
async fn the_same_bytes_are_stored_once_however_many_send_them() {
    let platform = Platform::start().await;
    let [asha, ben] = [platform.user("asha").await, platform.user("ben").await];

    let sent = futures_util::future::join_all(
        [&asha, &ben, &asha, &ben].map(|actor| platform.receive(actor, b"the same")),
    )
    .await;

    assert!(sent.iter().all(|blob| blob.sha256 == sent[0].sha256));
    assert_eq!(platform.objects().len(), 1);
    platform.assert_sound().await;
}

#[tokio::test]
async fn who_only_knows_a_digest_does_not_get_the_bytes() {
    let platform = Platform::start().await;
    let [asha, ben] = [platform.user("asha").await, platform.user("ben").await];
    let secret = platform.repository(&asha, "asha/secret", Visibility::Private).await;
    platform.commit(&asha, &secret, &[("weights.bin", b"secret")]).await;
    let bens = platform.repository(&ben, "ben/public", Visibility::Public).await;
    let digest = Digest::of(b"secret");
    let put = || vec![Operation::Put { path: "stolen.bin".parse().unwrap(), blob: digest }];

    let read = platform.registry.blob(&ben, &digest).await;
    let attached = platform.try_commit(&ben, &bens, None, put()).await;

    assert!(matches!(read, Err(Error::BlobNotFound { .. })));
    assert!(matches!(attached, Err(Error::BlobUnknown { .. })));
    assert!(platform.registry.blob(&asha, &digest).await.is_ok());
    assert!(matches!(
        platform.registry.blob(&Actor::Anonymous, &digest).await,
        Err(Error::BlobNotFound { .. })
    ));
    // Whoever has the bytes may use them.
    platform.receive(&ben, b"secret").await;
    assert!(platform.try_commit(&ben, &bens, None, put()).await.is_ok());
    assert!(platform.registry.blob(&Actor::Anonymous, &digest).await.is_ok());
}

#[tokio::test]
async fn sending_bytes_needs_a_token_that_may_write() {
    let platform = Platform::start().await;
    let reader = platform.user_with("reader", Role::User, &[Scope::Read]).await;
    let digest = Digest::of(b"bytes");

    let nameless = platform.try_receive(&Actor::Anonymous, digest, b"bytes").await;
    let reading = platform.try_receive(&reader, digest, b"bytes").await;

    assert!(matches!(nameless, Err(Error::Unauthenticated)));
    assert!(matches!(reading, Err(Error::ScopeMissing { scope: Scope::Write })));
}
