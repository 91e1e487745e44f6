//! The one list of job kinds.

use std::sync::Arc;

use super::engine::{Engine, EngineSettings};
use super::search_prospects::SearchProspects;
use crate::accounts::Accounts;
use crate::randomness::Randomness;
use crate::store::Database;

/// An engine that knows every kind.
pub fn engine(database: &Database, accounts: &Arc<Accounts>, settings: EngineSettings, randomness: &Randomness) -> Engine {
    Engine::builder()
        .kind(SearchProspects { database: database.clone(), accounts: accounts.clone(), randomness: randomness.clone() })
        .build(database.clone(), settings, randomness.clone())
}
