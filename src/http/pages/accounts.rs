//! `/accounts`: the logins at providers, how they are and what they have spent.

pub mod change;
pub mod connect;
mod draft;
pub mod postings;
pub mod settings;
pub mod show;
pub mod spending;
pub mod view;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::frame::{Frame, Section};
use super::pager::Pager;
use super::visit::Visit;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::store::accounts;
use view::AccountView;

const PAGE: u32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct ListPage {
    frame: Frame,
    accounts: Vec<AccountView>,
    pager: Pager,
}

/// The accounts that the reader may use: their own, then the shared ones of others.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let caller = &visit.caller;
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Accounts", Section::Accounts).await?;
    let number = i64::from(asked.page.unwrap_or(1).max(1));
    let offset = (number - 1) * i64::from(PAGE);
    let (found, total) = accounts::usable_by(&mut conn, caller.scope(), caller.user_id, PAGE, offset).await?;
    let mut views = Vec::with_capacity(found.len());
    for account in found {
        views.push(AccountView::load(&mut conn, caller, account, &frame.clock).await?);
    }
    let shown = i64::try_from(views.len()).unwrap_or(0);
    visit.page(&ListPage { frame, accounts: views, pager: Pager::new(number, i64::from(PAGE), shown, total, "/accounts") })
}
