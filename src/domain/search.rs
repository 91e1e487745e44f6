//! A search for prospects, as it is stored with its job.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sluice_providers::{Api, PeopleQuery};

/// The arguments of a prospect search. They never change after the job was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchArgs {
    pub query: PeopleQuery,
    pub api: Api,
    /// How many prospects to store at most: what was asked for, clamped to what the api hands out.
    pub target: u32,
    /// What was asked for.
    pub asked: u32,
    /// People per page; the same for all pages, since cursors depend on it.
    pub limit: u32,
    /// What people call the ids among the criteria.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub names: Names,
}

/// By criterion and id: what was chosen when the id was looked up. For people to read; nothing is asked for by it.
pub type Names = BTreeMap<String, BTreeMap<String, String>>;

impl SearchArgs {
    pub fn is_clamped(&self) -> bool {
        self.asked > self.target
    }
}

/// The largest target that anybody may ask for.
pub const MAX_TARGET: u32 = 2_500;
/// The target when none is given.
pub const DEFAULT_TARGET: u32 = 1_000;
