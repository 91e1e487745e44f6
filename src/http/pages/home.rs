//! `/`: what runs now, what needs somebody, and what finished since the last visit.

use std::time::Duration;

use askama::Template;
use axum::response::Response;
use sluice_api::wording::numbers::thousands;

use super::frame::{Frame, Section};
use super::job_view::JobView;
use super::moment::{Clock, Moment};
use super::visit::Visit;
use crate::domain::Role;
use crate::domain::account::{Account, AccountState};
use crate::http::problem::Failure;
use crate::jobs::kinds::QUIET;
use crate::store::charges::{self, Action};
use crate::store::{Conn, accounts, overview};

/// Jobs in each of the lists.
const LISTED: i64 = 12;
/// Failures that are older need nobody any more.
const FAILED_WITHIN: Duration = Duration::from_secs(7 * 24 * 3600);
/// From this share of it on, a budget is near its end, in percent.
const NEARLY_SPENT: i64 = 80;
const MOST_ACCOUNTS: u32 = 100;

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

/// Something that waits for a person.
pub struct Need {
    pub hue: &'static str,
    pub sign: char,
    pub title: String,
    pub text: String,
    pub href: String,
    pub action: &'static str,
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
    let (accounts, _) = accounts::usable_by(&mut conn, caller.scope(), caller.user_id, MOST_ACCOUNTS, 0).await?;
    let needs = needs(&visit, &mut conn, &accounts, &frame.clock).await?;
    let active = JobView::load_all(&mut conn, &active, &frame.clock).await?;
    let ended = JobView::load_all(&mut conn, &ended, &frame.clock).await?;
    visit.page(&HomePage {
        is_new: active.is_empty() && ended.is_empty() && since.0 == 0,
        since: (since.0 > 0).then(|| frame.clock.moment(since.timestamp())),
        has_account: !accounts.is_empty(),
        active,
        needs,
        ended,
        frame,
    })
}

async fn needs(visit: &Visit, conn: &mut Conn, accounts: &[Account], clock: &Clock) -> Result<Vec<Need>, Failure> {
    let mut needs = Vec::new();
    for account in accounts {
        let href = format!("/accounts/{}", account.id);
        if account.state == AccountState::Trouble {
            needs.push(Need {
                hue: "red",
                sign: '×',
                title: format!("{} is in trouble", account.name),
                text: account.state_message.clone().unwrap_or_else(|| "The provider refuses it. Test it, then retry its jobs.".into()),
                href,
                action: "Check the account",
            });
        } else if account.state == AccountState::Connected {
            let used = charges::used(conn, account.id, Action::SearchRows).await?;
            let budget = account.budgets.search_rows_per_day;
            if used * 100 >= budget * NEARLY_SPENT {
                needs.push(Need {
                    hue: "amber",
                    sign: '◷',
                    title: format!("{} has little budget left", account.name),
                    text: format!(
                        "{} of {} rows of the last 24 hours are used. Searches that need more wait and go on by themselves.",
                        thousands(used.max(0) as u64),
                        thousands(budget.max(0) as u64)
                    ),
                    href,
                    action: "See the budget",
                });
            }
        }
    }
    for job in overview::failed(conn, visit.caller.workspace_id, FAILED_WITHIN, LISTED).await? {
        let view = JobView::load(conn, &job, clock).await?;
        needs.push(Need {
            hue: view.hue,
            sign: view.sign,
            title: format!("{}: {}", view.word, view.title),
            text: view.message,
            href: view.href,
            action: if visit.caller.role.covers(Role::Member) { "Look and retry" } else { "Look" },
        });
    }
    Ok(needs)
}
