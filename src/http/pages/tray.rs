//! `/tray`: the running pill and what it opens, for the scripts that keep it true.

use askama::Template;
use axum::response::Response;

use super::frame::{Frame, Section};
use super::visit::Visit;
use crate::http::problem::Failure;

#[derive(Template)]
#[template(path = "tray.html")]
struct TrayPage {
    frame: Frame,
}

pub async fn show(visit: Visit) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Running", Section::Jobs).await?;
    visit.page(&TrayPage { frame })
}
