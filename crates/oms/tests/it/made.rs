//! Bundles that we make.

use oms::{Bundle, HashType, Method, PublicKey, Verdict, sign, verify};
use sha2::Digest as _;
use tlog::dsse::StatementSigner;

use crate::folder::InMemory;

pub(crate) const FILES: &[(&str, &[u8])] = &[
    ("a/x", b"1"),
    ("a-b/y", b"2"),
    ("empty", b""),
    ("sub/.git/HEAD", b"3"),
    (".gitattributes", b"not signed"),
    (".git/config", b"not signed"),
];

pub(crate) fn signer() -> StatementSigner {
    StatementSigner::from_secret(&[7; 32]).unwrap()
}

pub(crate) fn public() -> PublicKey {
    PublicKey::from_pem(&signer().verifier().to_pem().unwrap()).unwrap()
}

/// Our bundle over [`FILES`].
pub(crate) fn made() -> Vec<u8> {
    let files: Vec<(&str, [u8; 32])> =
        FILES.iter().map(|(path, bytes)| (*path, sha2::Sha256::digest(bytes).into())).collect();
    sign("engineer/small@1.0.0", &files, &signer()).unwrap()
}

#[test]
fn what_we_sign_we_verify() {
    let mut folder = InMemory::of(FILES);

    assert_eq!(verify(&made(), &[public()], &mut folder, &[]).unwrap(), Verdict::Good { key: 0 });
    assert_eq!(public().hint(), signer().verifier().hint().unwrap());
}

#[test]
fn a_bundle_is_the_same_each_time_and_in_the_order_of_the_standard() {
    let manifest = Bundle::read(&made()).unwrap().open(&public()).unwrap();

    let names: Vec<&str> = manifest.resources.iter().map(|resource| resource.path.as_str()).collect();
    assert_eq!(made(), made());
    assert_eq!(names, ["a-b/y", "a/x", "empty", "sub/.git/HEAD"]);
    assert_eq!((manifest.method, manifest.hash), (Method::Files, HashType::Sha256));
    assert_eq!(manifest.name, "engineer/small@1.0.0");
}

#[test]
fn a_folder_without_files_to_sign_is_refused() {
    let only: &[(&str, [u8; 32])] = &[(".gitattributes", [0; 32])];

    assert!(sign("x", only, &signer()).is_err());
    assert_eq!(oms::root_digest(only), None);
}

#[test]
fn every_change_names_its_file() {
    let wrong = |change: &dyn Fn(&mut InMemory)| {
        let mut folder = InMemory::of(FILES);
        change(&mut folder);
        let Verdict::Bad { bundle: None, differences } =
            verify(&made(), &[public()], &mut folder, &[]).unwrap()
        else {
            panic!("not refused")
        };
        differences.into_iter().map(|difference| difference.path).collect::<Vec<_>>()
    };
    let put = |folder: &mut InMemory, path: &str, bytes: &[u8]| {
        folder.0.insert(path.to_owned(), bytes.to_vec());
    };

    assert_eq!(wrong(&|folder| put(folder, "a/x", b"2")), ["a/x"]);
    assert_eq!(wrong(&|folder| put(folder, "empty", b"x")), ["empty"]);
    assert_eq!(wrong(&|folder| put(folder, "a/more", b"")), ["a/more"]);
    assert_eq!(wrong(&|folder| put(folder, "sub/.gitignore", b"")), ["sub/.gitignore"]);
    assert_eq!(wrong(&|folder| drop(folder.0.remove("a-b/y"))), ["a-b/y"]);
    assert_eq!(
        wrong(&|folder| {
            let bytes = folder.0.remove("a/x").unwrap();
            folder.0.insert("a/z".to_owned(), bytes);
        }),
        ["a/x", "a/z"]
    );
}
