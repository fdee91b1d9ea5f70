//! A database of its own for each test.

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

    /// Its address; `None` for the SQLite file in the platform's folder.
    pub(crate) fn url(&self) -> Option<String> {
        let OnCluster { cluster, name } = self.0.as_ref()?;
        let (server, _maintenance_database) =
            cluster.rsplit_once('/').must("TEST_DATABASE_URL has a database");
        Some(format!("{server}/{name}"))
    }

    /// Removes it.
    pub(crate) async fn remove(self) {
        if let Some(database) = self.0 {
            database.run(&format!("DROP DATABASE {} WITH (FORCE)", database.name)).await;
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
