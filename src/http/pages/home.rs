//! `/`: what runs now, what needs somebody, and what finished since the last visit.

use askama::Template;
use axum::response::Response;

use super::frame::{Frame, Section};
use super::job_view::JobView;
use super::moment::Moment;
use super::needs::{self, Need};
use super::visit::Visit;
use crate::http::problem::Failure;
use crate::jobs::kinds::QUIET;
use crate::store::{accounts, overview};

/// Jobs in each of the lists.
const LISTED: i64 = 12;

#[derive(Template)]
#[template(path = "home/show.html")]
struct HomePage {
    frame: Frame,
    active: Vec<JobView>,
    needs: Vec<Need>,
    ended: Vec<JobView>,
    since: Option<Moment>,
    /// Nothing can be searched before one is connected.
    has_account: bool,
    is_new: bool,
}

pub async fn show(visit: Visit) -> Result<Response, Failure> {
    let caller = &visit.caller;
    let mut tx = visit.app.database.begin().await?;
    let since = overview::visit(&mut tx, caller.workspace_id, caller.user_id).await?;
    tx.commit().await?;
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Home", Section::Home).await?;
    let active = overview::active(&mut conn, caller.workspace_id, QUIET, LISTED).await?;
    let ended = overview::ended(&mut conn, caller.workspace_id, QUIET, since, LISTED).await?;
    let (_, accounts) = accounts::usable_by(&mut conn, caller.scope(), caller.user_id, 1, 0).await?;
    let needs = needs::load(&visit, &mut conn, &frame.clock).await?;
    let active = JobView::load_all(&mut conn, &active, &frame.clock).await?;
    let ended = JobView::load_all(&mut conn, &ended, &frame.clock).await?;
    visit.page(&HomePage {
        is_new: active.is_empty() && ended.is_empty() && since.0 == 0,
        since: (since.0 > 0).then(|| frame.clock.moment(since.timestamp())),
        has_account: accounts > 0,
        active,
        needs,
        ended,
        frame,
    })
}
