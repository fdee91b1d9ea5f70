//! The reference of `OpenSSF` Model Signing checks what we sign: its program is asked where it is at hand
//! (`VITRINE_MODEL_SIGNING`, else `.vitrine/model-signing/bin/model_signing`, which `cargo xtask setup` fetches).

use std::path::PathBuf;

use tests::{Must, workspace};
use tokio::process::Command;

use crate::cli_program::{flip, pushed};

fn reference() -> Option<PathBuf> {
    let named = std::env::var_os("VITRINE_MODEL_SIGNING").map(PathBuf::from);
    let program = named.unwrap_or_else(|| workspace::path(".vitrine/model-signing/bin/model_signing"));
    program.is_file().then_some(program)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_accepts_a_pulled_release_and_refuses_a_flipped_bit() {
    let Some(reference) = reference() else {
        println!("left out: the program model_signing is not at hand");
        return;
    };
    let (_app, vitrine) = pushed().await;
    let _pulled = vitrine.run("pull engineer/small copy").await.with(0);
    let ask = async || {
        let line =
            "verify key --signature copy.vitrine/model.sig --public_key copy.vitrine/registry.pem copy";
        let mut command = Command::new(&reference);
        command
            .args(line.split(' '))
            .current_dir(vitrine.path("."))
            .output()
            .await
            .must("asking the reference")
    };

    let good = ask().await;
    flip(&vitrine.path("copy/model.onnx"));
    let flipped = ask().await;
    flip(&vitrine.path("copy/model.onnx"));
    vitrine.write("copy/more.bin", "x");
    let extra = ask().await;

    assert!(good.status.success(), "{good:?}");
    assert_eq!((flipped.status.code(), extra.status.code()), (Some(1), Some(1)), "{flipped:?} {extra:?}");
}
