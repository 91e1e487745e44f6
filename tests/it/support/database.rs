//! An empty, migrated database for one test: a SQLite file in a folder of its own, or a clone of a Postgres template.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use sha2::{Digest, Sha256};
use sluice::store::Database;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};
use tempfile::TempDir;

use sluice::domain::JobId;

/// Connections of one open handle; tests run side by side on one cluster.
const CONNECTIONS: u32 = 5;
/// Held while the template is made, so that one process of many makes it.
const TEMPLATE_LOCK: i64 = 0x51_0c_e0;

pub struct TestDatabase {
    database: Database,
    url: String,
    folder: TempDir,
    #[expect(dead_code, reason = "held so that the clone is dropped with the test")]
    clone: Option<PostgresClone>,
}

struct PostgresClone {
    cluster: PgConnectOptions,
    name: String,
}

impl TestDatabase {
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("sluice.db").display());
        let database = Database::open(&url, CONNECTIONS).await.expect("the SQLite file opens");
        database.migrate().await.expect("the migrations run");
        Self { database, url, folder, clone: None }
    }

    pub async fn postgres() -> Self {
        let cluster = cluster();
        let template = template(&cluster).await;
        let name = format!("sluice_test_{}", JobId::new().to_string().replace('-', ""));
        let mut connection = cluster.connect().await.expect("the test cluster answers");
        run(&mut connection, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        connection.close().await.expect("the connection closes");
        let url = url_of(&cluster, &name);
        let clone = PostgresClone { cluster, name };
        let database = Database::open(&url, CONNECTIONS).await.expect("the clone opens");
        Self { database, url, folder: TempDir::new().expect("a temporary folder"), clone: Some(clone) }
    }

    /// A database that is there already, brought up to date; it stays.
    pub async fn at(url: &str) -> Self {
        let database = Database::open(url, CONNECTIONS).await.expect("the database opens");
        database.migrate().await.expect("the migrations run");
        Self { database, url: url.to_owned(), folder: TempDir::new().expect("a temporary folder"), clone: None }
    }

    /// A fresh one of the same kind.
    pub async fn again(&self) -> Self {
        if self.database.is_shared() { Self::postgres().await } else { Self::sqlite().await }
    }

    /// A handle on the open database; its clock can be moved.
    pub fn database(&self) -> Database {
        self.database.clone()
    }

    /// As `SLUICE_DATABASE_URL` takes it, for another process or a second handle.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder of the test's own; the SQLite file lies in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A second handle with its own connections, as another process would have (Postgres), or after a restart.
    pub async fn open_again(&self) -> Database {
        Database::open(&self.url, CONNECTIONS).await.expect("the database opens again")
    }
}

impl Drop for PostgresClone {
    fn drop(&mut self) {
        let (cluster, name) = (self.cluster.clone(), self.name.clone());
        // A runtime may already be running on this thread, so the clone is dropped on another one.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                if let Ok(mut connection) = cluster.connect().await {
                    run(&mut connection, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                }
            });
        });
        if dropped.join().is_err() {
            eprintln!("the test database {} stays behind", self.name);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own setting, which the program does not know")]
fn cluster() -> PgConnectOptions {
    let Ok(url) = std::env::var("SLUICE_TEST_POSTGRES") else {
        panic!(
            "SLUICE_TEST_POSTGRES is not set, so there is no Postgres to test on. Run scripts/test, or: \
             scripts/postgres start && eval \"$(scripts/postgres env)\""
        );
    };
    PgConnectOptions::from_str(&url).expect("SLUICE_TEST_POSTGRES is a Postgres URL").disable_statement_logging()
}

/// Makes the migrated template once for each state of the migrations.
async fn template(cluster: &PgConnectOptions) -> String {
    let name = format!("sluice_template_{}", digest_of_migrations());
    let mut connection = cluster.connect().await.expect("the test cluster answers");
    run(&mut connection, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let found = sqlx::query("SELECT count(*) AS found FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .expect("the list of databases")
        .get::<i64, _>("found");
    if found == 0 {
        // Renamed when whole, so that a run that was stopped half-way leaves no half template.
        let half = format!("{name}_half");
        run(&mut connection, &format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)")).await;
        run(&mut connection, &format!("CREATE DATABASE {half}")).await;
        let database = Database::open(&url_of(cluster, &half), 1).await.expect("the template opens");
        database.migrate().await.expect("the migrations run");
        database.close().await;
        run(&mut connection, &format!("ALTER DATABASE {half} RENAME TO {name}")).await;
    }
    // Closing the session lets go of the lock.
    connection.close().await.expect("the connection closes");
    name
}

async fn run(connection: &mut PgConnection, statement: &str) {
    if let Err(error) = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(connection).await {
        panic!("{statement}: {error}");
    }
}

fn url_of(cluster: &PgConnectOptions, name: &str) -> String {
    cluster.clone().database(name).to_url_lossy().to_string()
}

fn digest_of_migrations() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("the migrations").map(|entry| entry.expect("a migration").path()).collect();
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(std::fs::read(&file).expect("a migration"));
    }
    hex::encode(&digest.finalize()[..8])
}
