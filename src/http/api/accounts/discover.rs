//! `POST /api/v1/accounts/discover`: which accounts are behind a provider key.

use axum::Json;
use axum::extract::State;
use sluice_api::{DiscoverRequest, DiscoveredAccount, List, Problem};

use super::{address, connect};
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::listing::Page;
use crate::http::problem::{Failure, refused};
use crate::http::{Shared, wire};

/// Lists the accounts behind a provider key. The key is used for this question and not kept.
#[utoipa::path(
    post, path = "/api/v1/accounts/discover", tag = "Accounts", request_body = DiscoverRequest,
    responses((status = 200, body = List<DiscoveredAccount>), (status = 422, body = Problem), (status = 502, body = Problem)),
)]
pub async fn discover(
    State(app): State<Shared>,
    caller: Caller,
    Body(request): Body<DiscoverRequest>,
) -> Result<Json<List<DiscoveredAccount>>, Failure> {
    let data = behind(&app, &caller, request).await?;
    let total = data.len() as i64;
    Ok(Json(Page::new(None, None, None)?.list(data, total, 0, None)))
}

/// The accounts behind a key, as its provider lists them.
pub async fn behind(app: &Shared, caller: &Caller, request: DiscoverRequest) -> Result<Vec<DiscoveredAccount>, Failure> {
    let provider = wire::provider_from(request.provider);
    let Some(connector) = app.accounts.connector(provider) else {
        let message = "Accounts are listed at Unipile only; connect one of this provider with POST /api/v1/accounts.";
        return Err(Failure::invalid(vec![refused("provider", "invalid_value", provider.as_str(), message)]));
    };
    let own = request.base_url.as_deref().map(|text| address::check(app, caller, text)).transpose()?;
    let mut conn = app.database.read().await?;
    let address = address::of(&mut conn, caller, provider, own.as_deref()).await?;
    drop(conn);
    let login = connect::login(&address, Some(request.api_key), Some(String::new()))?;
    let found = connector.discover(&login).await.map_err(|error| address::provider_failure(error, true))?;
    Ok(found
        .into_iter()
        .map(|found| DiscoveredAccount {
            external_account_id: found.external_account_id,
            name: found.report.name,
            api: Some(wire::api_word(found.report.api)),
            trouble: found.report.trouble,
        })
        .collect())
}
