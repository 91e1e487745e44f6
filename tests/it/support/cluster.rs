//! A Postgres cluster of the test's own, to be crashed.

use std::path::{Path, PathBuf};

use sluice::domain::JobId;
use sluice::store::database::sql;
use tokio::process::Command;

use super::TestDatabase;

pub struct OwnCluster {
    folder: PathBuf,
    url: String,
}

impl OwnCluster {
    pub async fn start() -> Self {
        // Postgres runs as a user of its own, who cannot enter a folder that is private to ours.
        let folder = Path::new("/tmp").join(format!("sluice-own-cluster-{}", JobId::new()));
        let mut cluster = Self { folder, url: String::new() };
        cluster.url = cluster.script("start").await;
        cluster
    }

    /// Its one database, migrated. A throwaway cluster does not wait for its log to be written, which a crash may not be allowed to hide.
    pub async fn database(&self) -> TestDatabase {
        let test = TestDatabase::at(&self.url).await;
        let database = test.database();
        let mut tx = database.begin().await.expect("a transaction");
        sql("ALTER DATABASE postgres SET synchronous_commit = on").execute(&mut tx).await.expect("set");
        tx.commit().await.expect("commit");
        // Connections made before do not know of it.
        database.close().await;
        TestDatabase::at(&self.url).await
    }

    pub async fn crash_and_restart(&self) {
        self.script("restart").await;
    }

    async fn script(&self, word: &str) -> String {
        let output = Command::new(script()).arg(word).env("SLUICE_POSTGRES_DIR", &self.folder).output().await.expect("the script runs");
        assert!(output.status.success(), "{word}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        let stopped = std::process::Command::new(script()).arg("stop").env("SLUICE_POSTGRES_DIR", &self.folder).status();
        if !stopped.is_ok_and(|status| status.success()) {
            eprintln!("the cluster in {} stays behind", self.folder.display());
        }
    }
}

fn script() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres")
}
