//! Unipile v1: accounts, people search, search parameters, profiles.

mod accounts;
mod cursor;
mod error;
mod gate;
mod items;
mod parameters;
mod profile;
mod saved;
mod search;
mod shape;
mod translate;
mod url;
mod users;
mod validate;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::world::World;

pub fn routes(world: Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/api/v1/accounts", get(accounts::list))
        .route("/api/v1/accounts/{id}", get(accounts::show))
        .route("/api/v1/linkedin/search", post(search::search))
        .route("/api/v1/linkedin/search/parameters", get(parameters::list))
        .route("/api/v1/users/{identifier}", get(users::show))
        .layer(axum::middleware::from_fn_with_state((world, &gate::UNIPILE), crate::gate::pass))
}
