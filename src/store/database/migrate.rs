//! Bringing the schema up to date, and refusing a database that is newer than this program.

use sqlx::migrate::{MigrateError, Migrator};

use super::super::error::StoreError;
use super::{Database, Engine, sql};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How the schema of the open database stands to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    UpToDate,
    /// So many migrations have yet to run.
    Behind(usize),
}

impl Database {
    /// Runs what is missing. Several processes may call it at once on Postgres.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let done = match &self.engine {
            Engine::Sqlite { writer, .. } => SQLITE.run(writer).await,
            Engine::Postgres { pool } => POSTGRES.run(pool).await,
        };
        done.map_err(refusal)?;
        self.recall_clock().await
    }

    /// Compares the schema with what this program knows, changing nothing.
    pub async fn schema_state(&self) -> Result<SchemaState, StoreError> {
        let known = match &self.engine {
            Engine::Sqlite { .. } => &SQLITE,
            Engine::Postgres { .. } => &POSTGRES,
        };
        let mut conn = self.read().await?;
        let applied = match sql("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version").fetch_all(&mut conn).await {
            Ok(rows) => rows.iter().map(|row| row.get::<i64>("version")).collect::<Result<Vec<_>, _>>()?,
            // No such table: nothing has ever run here.
            Err(StoreError::Statement { .. }) => Vec::new(),
            Err(other) => return Err(other),
        };
        let newest = known.iter().map(|migration| migration.version).max().unwrap_or(0);
        if let Some(newer) = applied.iter().find(|version| **version > newest) {
            return Err(newer_than_us(*newer));
        }
        let missing = known.iter().filter(|migration| !applied.contains(&migration.version)).count();
        if missing > 0 {
            return Ok(SchemaState::Behind(missing));
        }
        drop(conn);
        self.recall_clock().await?;
        Ok(SchemaState::UpToDate)
    }

    /// On SQLite the clock goes on from the highest time that an earlier process wrote down.
    async fn recall_clock(&self) -> Result<(), StoreError> {
        if let Engine::Sqlite { .. } = self.engine {
            let row = sql("SELECT high_water FROM database_clock").fetch_one(&mut self.read().await?).await?;
            self.clock.raise_to(row.get("high_water")?);
        }
        Ok(())
    }
}

fn refusal(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => newer_than_us(version),
        MigrateError::VersionMismatch(version) => StoreError::Refused(format!(
            "migration {version} of this database is not the one that this program knows; run the program that made it, or restore a backup"
        )),
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => StoreError::from_sqlx(source, "run a migration"),
        other => StoreError::Refused(format!("the schema cannot be brought up to date: {other}")),
    }
}

fn newer_than_us(version: i64) -> StoreError {
    StoreError::Refused(format!(
        "the database is newer than this program (it has migration {version}); run the newer program, or restore a backup made before it"
    ))
}
