//! A database of its own for each test.

use std::path::Path;

use sea_orm::{ConnectionTrait, Database};

use crate::Must;

/// A database on the cluster of `TEST_DATABASE_URL`, or none: then the platform makes a SQLite file in its folder.
pub(crate) struct TestDatabase(Option<OnCluster>);

struct OnCluster {
    cluster: String,
    name: String,
}

impl TestDatabase {
    /// Makes a fresh database; the seed makes its name unique.
    pub(crate) async fn create(seed: &str) -> Self {
        let Ok(cluster) = std::env::var("TEST_DATABASE_URL") else { return Self(None) };
        let letters: String = seed.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = format!("vitrine_{}_{}", std::process::id(), letters.to_lowercase());
        let database = OnCluster { cluster, name };
        database.run(&format!("CREATE DATABASE {}", database.name)).await;
        Self(Some(database))
    }

    /// The SQLite file in the platform's folder.
    pub(crate) const fn in_folder() -> Self {
        Self(None)
    }

    /// Its address; `None` for the SQLite file in the platform's folder.
    pub(crate) fn url(&self) -> Option<String> {
        let OnCluster { cluster, name } = self.0.as_ref()?;
        let (server, _maintenance_database) =
            cluster.rsplit_once('/').must("TEST_DATABASE_URL has a database");
        Some(format!("{server}/{name}"))
    }

    /// Keeps a copy. A SQLite file lies in this folder, and the copy in `backup` there.
    pub(crate) async fn back_up(&self, folder: &Path) {
        match &self.0 {
            Some(OnCluster { name, .. }) => self.replace(&format!("{name}_backup"), name).await,
            None => copy_files(folder, &folder.join("backup")),
        }
    }

    /// Puts the copy in its place.
    pub(crate) async fn restore(&self, folder: &Path) {
        match &self.0 {
            Some(OnCluster { name, .. }) => self.replace(name, &format!("{name}_backup")).await,
            None => copy_files(&folder.join("backup"), folder),
        }
    }

    async fn replace(&self, name: &str, template: &str) {
        let database = self.0.as_ref().must("a database on a cluster");
        database.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        database.run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    }

    /// Removes it.
    pub(crate) async fn remove(self) {
        if let Some(database) = self.0 {
            for name in [database.name.clone(), format!("{}_backup", database.name)] {
                database.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            }
        }
    }
}

/// Copies the files of a SQLite database, and takes those away that the copy does not have.
fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).must("making a folder");
    for name in ["vitrine.sqlite", "vitrine.sqlite-wal", "vitrine.sqlite-shm"] {
        let (from, to) = (from.join(name), to.join(name));
        if from.exists() {
            std::fs::copy(from, to).must("copying a database");
        } else if to.exists() {
            std::fs::remove_file(to).must("removing a file");
        }
    }
}

impl OnCluster {
    async fn run(&self, statement: &str) {
        let connection = Database::connect(&self.cluster).await.must("connecting to TEST_DATABASE_URL");
        connection.execute_unprepared(statement).await.must(statement);
        connection.close().await.must("closing the connection");
    }
}
