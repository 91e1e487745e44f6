//! `sluice migrate`: brings the database up to date.

use anyhow::Result;
use secrecy::ExposeSecret;
use serde_json::json;

use super::exit::Exit;
use super::terminal::Terminal;
use crate::config::{Config, Settings};
use crate::data_dir;
use crate::store::{Database, SchemaState};
use sluice_api::wording::numbers::count;

pub async fn run(settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let config = Config::load(settings)?;
    // A server of this data directory has done it at its own start, and must not find the tables changed under it.
    let _lock = if config.database.is_sqlite() { Some(data_dir::lock(&config.data_dir)?) } else { None };
    let database = Database::open(config.database.url.expose_secret(), config.database.postgres_connections).await?;
    let before = database.schema_state().await?;
    database.migrate().await?;
    database.close().await;
    let ran = match before {
        SchemaState::UpToDate => 0,
        SchemaState::Behind(missing) => missing,
    };
    if terminal.json {
        terminal.data(&json!({ "migrations_run": ran, "up_to_date": true }))?;
    } else if ran == 0 {
        terminal.say("● Up to date already, nothing to do.")?;
    } else {
        terminal.say(format!("● Up to date: {} ran.", count(ran as u64, "migration", "migrations")))?;
    }
    Ok(Exit::DONE)
}
