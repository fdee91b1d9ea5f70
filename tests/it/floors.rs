//! The floors of the house: imports go down only, and each library is named on its own floor.

use std::collections::BTreeMap;

use cargo_metadata::{MetadataCommand, Package};
use tests::{Must, workspace};

/// Which crate lives on which floor, as in `ARCHITECTURE.md`.
const FLOORS: &[(u8, &[&str])] = &[
    (0, &["domain", "forms", "readability", "tlog", "xet"]),
    (1, &["onnx", "explain", "blobs", "oms", "witness"]),
    (2, &["ranking", "cards", "migrations"]),
    (3, &["registry"]),
    (4, &["server"]),
    (5, &["cli"]),
    (6, &["tests", "xtask"]),
];

/// Libraries that only some crates name.
const OWNERS: &[(&str, &[&str])] = &[
    ("actix-web", &["server"]),
    ("askama", &["server"]),
    ("utoipa", &["server"]),
    ("sea-orm", &["registry", "migrations", "tests"]),
    ("sea-orm-migration", &["migrations"]),
    ("ort", &["ranking"]),
    ("object_store", &["blobs"]),
];

fn packages() -> Vec<Package> {
    let mut command = MetadataCommand::new();
    command.manifest_path(workspace::path("Cargo.toml")).no_deps();
    command.exec().must("asking cargo").packages
}

fn floors() -> BTreeMap<&'static str, u8> {
    FLOORS.iter().flat_map(|(floor, names)| names.iter().map(|name| (*name, *floor))).collect()
}

/// Everything that breaks the table, as sentences.
fn broken(packages: &[(String, Vec<String>)]) -> Vec<String> {
    let floors = floors();
    let mut broken = Vec::new();
    for (name, imports) in packages {
        let Some(floor) = floors.get(name.as_str()) else {
            broken.push(format!("`{name}` has no floor"));
            continue;
        };
        for import in imports {
            if floors.get(import.as_str()).is_some_and(|other| other >= floor) {
                broken.push(format!("`{name}` imports `{import}`, which is not below it"));
            }
            let owners = OWNERS.iter().find(|(library, _)| library == import).map(|(_, owners)| *owners);
            if owners.is_some_and(|owners| !owners.contains(&name.as_str())) {
                broken.push(format!("`{name}` names `{import}`"));
            }
        }
    }
    broken
}

#[test]
fn imports_go_down_and_libraries_stay_on_their_floor() {
    let packages: Vec<_> = packages()
        .into_iter()
        .map(|package| {
            let imports = package.dependencies.into_iter().map(|dependency| dependency.name);
            (package.name.to_string(), imports.collect())
        })
        .collect();

    assert!(packages.len() > 10, "{packages:?}");
    assert_eq!(broken(&packages), [""; 0]);
}

#[test]
fn every_way_to_break_the_table_is_noticed() {
    let package = |name: &str, import: &str| (name.to_owned(), vec![import.to_owned()]);

    let found = broken(&[
        package("domain", "registry"),
        package("onnx", "blobs"),
        package("cards", "sea-orm"),
        package("newcomer", "serde"),
        package("server", "domain"),
    ]);

    assert_eq!(
        found,
        [
            "`domain` imports `registry`, which is not below it",
            "`onnx` imports `blobs`, which is not below it",
            "`cards` names `sea-orm`",
            "`newcomer` has no floor",
        ]
    );
}
