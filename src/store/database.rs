//! The open database: the only place that knows which one it is.

mod clock;
mod migrate;
mod notify;
mod row;
mod sql;
mod terms;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::watch;

use super::error::StoreError;
use clock::DatabaseClock;

pub use migrate::SchemaState;
pub use row::{Column, Row};
pub use sql::{Sql, Value, list, sql, value_rows};
pub use terms::Terms;

#[derive(Clone)]
pub struct Database {
    engine: Engine,
    clock: Arc<DatabaseClock>,
    bells: Arc<Bells>,
}

#[derive(Clone)]
enum Engine {
    /// One writer, since SQLite has one; readers see the last commit and never wait for it.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres {
        pool: PgPool,
    },
}

/// Rung after a commit; a bell says "look again", never what happened.
struct Bells {
    events: watch::Sender<u64>,
    jobs: watch::Sender<u64>,
    /// Counts what other processes have yet to hear of (Postgres).
    outbound: watch::Sender<Rung>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Rung {
    events: u64,
    jobs: u64,
}

/// A connection in use. Statements on it are autocommitted, unless it belongs to a [`Tx`].
pub struct Conn {
    link: Link,
    clock: Arc<DatabaseClock>,
}

enum Link {
    Sqlite(SqliteLink),
    Postgres(PostgresLink),
}

enum SqliteLink {
    Plain(PoolConnection<Sqlite>),
    Within(Transaction<'static, Sqlite>),
}

enum PostgresLink {
    Plain(PoolConnection<Postgres>),
    Within(Transaction<'static, Postgres>),
}

/// One transaction; rolled back when dropped.
pub struct Tx {
    conn: Conn,
    bells: Arc<Bells>,
    ring_events: bool,
    ring_jobs: bool,
}

impl Database {
    /// Opens `sqlite://PATH` or `postgres://…` without touching the schema. The SQLite file is made when missing.
    pub async fn open(url: &str, postgres_connections: u32) -> Result<Self, StoreError> {
        let engine = if let Some(path) = url.strip_prefix("sqlite://") {
            open_sqlite(Path::new(path)).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, postgres_connections).await?
        } else {
            return Err(StoreError::Refused(
                "SLUICE_DATABASE_URL must begin with sqlite:// or postgres://, for example sqlite:///var/lib/sluice/sluice.db".into(),
            ));
        };
        Ok(Self {
            engine,
            clock: Arc::default(),
            bells: Arc::new(Bells {
                events: watch::Sender::new(0),
                jobs: watch::Sender::new(0),
                outbound: watch::Sender::new(Rung::default()),
            }),
        })
    }

    /// Whether other processes can share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres { .. })
    }

    /// `sqlite` or `postgres`, for people to read.
    pub fn name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "sqlite",
            Engine::Postgres { .. } => "postgres",
        }
    }

    /// A connection for reading. On SQLite it cannot write.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        let failed = |source| StoreError::from_sqlx(source, "acquire a connection");
        let link = match &self.engine {
            Engine::Sqlite { readers, .. } => Link::Sqlite(SqliteLink::Plain(readers.acquire().await.map_err(failed)?)),
            Engine::Postgres { pool } => Link::Postgres(PostgresLink::Plain(pool.acquire().await.map_err(failed)?)),
        };
        Ok(Conn { link, clock: self.clock.clone() })
    }

    /// Starts a transaction that may write. On SQLite it waits for its turn and then holds the only writer, so keep it short.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let failed = |source| StoreError::from_sqlx(source, "begin a transaction");
        let link = match &self.engine {
            Engine::Sqlite { writer, .. } => Link::Sqlite(SqliteLink::Within(writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?)),
            Engine::Postgres { pool } => Link::Postgres(PostgresLink::Within(pool.begin().await.map_err(failed)?)),
        };
        Ok(Tx { conn: Conn { link, clock: self.clock.clone() }, bells: self.bells.clone(), ring_events: false, ring_jobs: false })
    }

    /// The database's clock, in microseconds since the Unix epoch.
    pub async fn now_us(&self) -> Result<i64, StoreError> {
        match &self.engine {
            Engine::Sqlite { .. } => Ok(self.clock.now_us()),
            Engine::Postgres { .. } => sql("SELECT {now} AS now").fetch_one(&mut self.read().await?).await?.get("now"),
        }
    }

    /// Moves the clock of this handle, for tests.
    pub fn advance_clock(&self, by: Duration) {
        self.clock.advance_us(i64::try_from(by.as_micros()).unwrap_or(i64::MAX));
    }

    /// Rung when events have been committed, here or in another process.
    pub fn events_bell(&self) -> watch::Receiver<u64> {
        self.bells.events.subscribe()
    }

    /// Rung when a job may have become due, here or in another process.
    pub fn jobs_bell(&self) -> watch::Receiver<u64> {
        self.bells.jobs.subscribe()
    }

    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres { pool } => pool.close().await,
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<Engine, StoreError> {
    let failed = |source| StoreError::from_sqlx(source, "open the SQLite file");
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A claim that a power cut takes back would let a second worker start the same page.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "memory")
        .pragma("trusted_schema", "off");
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options.clone())
        .await
        .map_err(failed)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "on"))
        .await
        .map_err(failed)?;
    Ok(Engine::Sqlite { writer, readers })
}

async fn open_postgres(url: &str, connections: u32) -> Result<Engine, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Refused("SLUICE_DATABASE_URL is not a Postgres URL like postgres://user:password@host:5432/name".into()))?
        .application_name("sluice")
        // No transaction of ours waits for anything but the database, so one that idles belongs to a stopped worker; its locks must
        // be gone before its lease is over.
        .options([("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "5s")])
        // Lists answer in milliseconds: to compile a statement, or to start processes for it, takes longer than most of them do. Pages of
        // indexes are in memory or on a disk without heads, so reading them here and there costs hardly more than in a row.
        .options([("jit", "off"), ("max_parallel_workers_per_gather", "0"), ("random_page_cost", "1.1")]);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(|source| StoreError::from_sqlx(source, "connect to Postgres"))?;
    Ok(Engine::Postgres { pool })
}

impl Conn {
    /// The database's clock, in microseconds since the Unix epoch.
    pub async fn now_us(&mut self) -> Result<i64, StoreError> {
        sql("SELECT {now} AS now").fetch_one(self).await?.get("now")
    }

    /// Whether other processes can share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.link, Link::Postgres(_))
    }
}

impl Tx {
    /// Commits, then tells: first the bells of this process, then (on Postgres, debounced) those of the others.
    /// `Unreachable` means that the commit may or may not have happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        let failed = |source| StoreError::from_sqlx(source, "commit");
        match self.conn.link {
            Link::Sqlite(SqliteLink::Within(transaction)) => transaction.commit().await.map_err(failed)?,
            Link::Postgres(PostgresLink::Within(transaction)) => transaction.commit().await.map_err(failed)?,
            Link::Sqlite(SqliteLink::Plain(_)) | Link::Postgres(PostgresLink::Plain(_)) => {}
        }
        self.bells.ring(self.ring_events, self.ring_jobs);
        Ok(())
    }

    /// Tells readers of events after the commit.
    pub fn ring_events(&mut self) {
        self.ring_events = true;
    }

    /// Tells workers after the commit that a job may be due.
    pub fn ring_jobs(&mut self) {
        self.ring_jobs = true;
    }
}

impl Bells {
    fn ring(&self, events: bool, jobs: bool) {
        if events {
            self.events.send_modify(|count| *count += 1);
        }
        if jobs {
            self.jobs.send_modify(|count| *count += 1);
        }
        if events || jobs {
            self.outbound.send_modify(|rung| {
                rung.events += u64::from(events);
                rung.jobs += u64::from(jobs);
            });
        }
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Deref for SqliteLink {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Plain(connection) => connection,
            Self::Within(transaction) => transaction,
        }
    }
}

impl DerefMut for SqliteLink {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Plain(connection) => connection,
            Self::Within(transaction) => transaction,
        }
    }
}

impl Deref for PostgresLink {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        match self {
            Self::Plain(connection) => connection,
            Self::Within(transaction) => transaction,
        }
    }
}

impl DerefMut for PostgresLink {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Plain(connection) => connection,
            Self::Within(transaction) => transaction,
        }
    }
}
