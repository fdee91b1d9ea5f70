//! Bundles that the reference made, and bundles made by hand that the reference was asked about.

use std::path::{Path, PathBuf};
use std::process::Command;

use oms::{PublicKey, Verdict, verify};

use crate::folder::OnDisk;

/// The bundles, unpacked; `None` with a word where they are not at hand.
fn bundles() -> Option<(tempfile::TempDir, PathBuf)> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/fixtures/oms-fixtures.tar.gz"))
        .find(|archive| archive.is_file());
    let Some(archive) = archive else {
        println!("left out: `shared/fixtures/oms-fixtures.tar.gz` is not beside this workspace");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let unpacked =
        Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(folder.path()).status().unwrap();
    assert!(unpacked.success());
    let inside = folder.path().join("oms-fixtures");
    Some((folder, inside))
}

fn key(bundles: &Path, name: &str) -> Result<PublicKey, oms::Error> {
    PublicKey::from_pem(&std::fs::read_to_string(bundles.join(name)).unwrap())
}

/// The verdict on a bundle over one of the two folders.
fn verdict(bundles: &Path, bundle: &str, folder: &str, key_file: &str) -> Verdict {
    let json = std::fs::read(bundles.join(bundle)).unwrap();
    let keys = [key(bundles, key_file).unwrap()];
    verify(&json, &keys, &mut OnDisk(bundles.join(folder)), &["model.sig"]).unwrap()
}

const GOOD: Verdict = Verdict::Good { key: 0 };

#[test]
fn real_bundles_verify_on_every_curve_hash_and_method() {
    let Some((_folder, bundles)) = bundles() else { return };

    for (bundle, folder, key) in [
        ("model-a/model.sig", "model-a", "key-p256.pub.pem"),
        ("model-b.sig", "model-b", "key-p384.pub.pem"),
        ("model-b.p521.sig", "model-b", "key-p521.pub.pem"),
        ("extra-blake3-files.sig", "model-a", "key-p256.pub.pem"),
        ("extra-blake2-files.sig", "model-a", "key-p256.pub.pem"),
        ("extra-sha256-shards.sig", "model-a", "key-p256.pub.pem"),
    ] {
        assert_eq!(verdict(&bundles, bundle, folder, key), GOOD, "{bundle}");
    }
}

#[test]
fn bundles_made_by_hand_verify_or_fail_as_the_standard_says() {
    let Some((_folder, bundles)) = bundles() else { return };
    let of = |name: &str| verdict(&bundles, &format!("handmade/{name}.sig"), "model-a", "key-p256.pub.pem");

    for name in [
        "spec_order_compact",
        "reversed_order",
        "extra_predicate_field",
        "extra_subject_digest",
        "no_ignore_paths",
        "no_tlogEntries",
        "no_keyid",
        "other_name",
        "no_hint",
    ] {
        // The folder holds a `.gitignore`, which is left out whatever the bundle says.
        assert_eq!(of(name), GOOD, "{name}");
    }
    for (name, word) in [
        ("media_v0.2", "media type"),
        ("two_sigs_bad_first", "number of signatures"),
        ("wrong_root", "give the root"),
        ("dup_resource", "twice"),
    ] {
        let Verdict::Bad { bundle: Some(error), .. } = of(name) else { panic!("{name} was not refused") };
        assert!(error.to_string().contains(word), "{name}: {error}");
    }
}

#[test]
fn every_change_to_a_signed_folder_is_found_by_every_kind_of_bundle() {
    let Some((_folder, bundles)) = bundles() else { return };
    let folder = bundles.join("model-a");
    let weights = std::fs::read(folder.join("weights.onnx")).unwrap();
    let kinds =
        ["model-a/model.sig", "extra-blake3-files.sig", "extra-blake2-files.sig", "extra-sha256-shards.sig"];
    let wrong = |path: &str| {
        for kind in kinds {
            let Verdict::Bad { bundle: None, differences } =
                verdict(&bundles, kind, "model-a", "key-p256.pub.pem")
            else {
                panic!("{kind} did not see the change of {path}")
            };
            assert_eq!(differences.len(), 1, "{kind}: {differences:?}");
            assert_eq!(differences[0].path, path, "{kind}");
        }
    };

    for at in [0, 29_999, 30_000, weights.len() - 1] {
        let mut flipped = weights.clone();
        flipped[at] ^= 1;
        std::fs::write(folder.join("weights.onnx"), flipped).unwrap();
        wrong("weights.onnx");
    }
    std::fs::write(folder.join("weights.onnx"), [weights.as_slice(), b"x"].concat()).unwrap();
    wrong("weights.onnx");
    std::fs::write(folder.join("weights.onnx"), &weights[..60_000]).unwrap();
    wrong("weights.onnx");
    std::fs::write(folder.join("weights.onnx"), &weights).unwrap();
    std::fs::write(folder.join("sub/extra.bin"), b"x").unwrap();
    wrong("sub/extra.bin");
    std::fs::remove_file(folder.join("sub/extra.bin")).unwrap();
    std::fs::write(folder.join("sub/.git/HEAD"), b"other").unwrap();
    wrong("sub/.git/HEAD");
    std::fs::remove_file(folder.join("sub/.git/HEAD")).unwrap();
    wrong("sub/.git/HEAD");
}

#[test]
fn links_in_a_signed_folder_are_refused() {
    let Some((_folder, bundles)) = bundles() else { return };
    let weights = bundles.join("model-a/weights.onnx");
    std::fs::rename(&weights, bundles.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(bundles.join("elsewhere"), &weights).unwrap();

    let Verdict::Bad { differences, .. } =
        verdict(&bundles, "model-a/model.sig", "model-a", "key-p256.pub.pem")
    else {
        panic!("the link was followed")
    };

    assert!(differences[0].wrong.contains("symbolic link"), "{differences:?}");
}

#[test]
fn a_bundle_by_another_key_is_unknown_and_not_good() {
    let Some((_folder, bundles)) = bundles() else { return };

    for key in ["key-p384.pub.pem", "key-p521.pub.pem"] {
        let known = verdict(&bundles, "model-a/model.sig", "model-a", key);
        let unnamed = verdict(&bundles, "handmade/no_hint.sig", "model-a", key);
        assert!(matches!(known, Verdict::UnknownKey { hint: Some(_) }), "{key}: {known:?}");
        assert_eq!(unnamed, Verdict::UnknownKey { hint: None }, "{key}");
    }
}

#[test]
fn ed25519_is_no_key_for_bundles() {
    let Some((_folder, bundles)) = bundles() else { return };

    let refused = key(&bundles, "key-ed25519.pub.pem").unwrap_err().to_string();

    assert!(refused.contains("P-256, P-384 or P-521"), "{refused}");
    assert_eq!(
        ["p256", "p384", "p521"].map(|curve| key(&bundles, &format!("key-{curve}.pub.pem")).unwrap().curve()),
        ["P-256", "P-384", "P-521"]
    );
}

#[test]
fn bundles_before_key_hints_name_their_key_by_its_bytes() {
    use base64::Engine as _;
    let Some((_folder, bundles)) = bundles() else { return };
    let known = key(&bundles, "key-p256.pub.pem").unwrap();
    let mut json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(bundles.join("model-a/model.sig")).unwrap()).unwrap();
    let with = |json: &mut serde_json::Value, raw: &[u8]| {
        let raw = base64::engine::general_purpose::STANDARD.encode(raw);
        json["verificationMaterial"]["publicKey"] =
            serde_json::json!({"rawBytes": raw, "keyDetails": "PKIX_ECDSA_P256_SHA_256"});
        let folder = &mut OnDisk(bundles.join("model-a"));
        let keys = [key(&bundles, "key-p384.pub.pem").unwrap(), known.clone()];
        verify(&serde_json::to_vec(&json).unwrap(), &keys, folder, &["model.sig"]).unwrap()
    };

    let named = with(&mut json, known.pem().as_bytes());
    let other = with(&mut json, key(&bundles, "key-p521.pub.pem").unwrap().pem().as_bytes());

    assert_eq!(named, Verdict::Good { key: 1 });
    assert!(matches!(other, Verdict::UnknownKey { hint: Some(_) }), "{other:?}");
}
