//! What waits for a person: counted by the running pill, listed by Home.

use std::time::Duration;

use sluice_api::wording::numbers::{count, thousands};

use super::job_view::JobView;
use super::moment::Clock;
use super::visit::Visit;
use crate::domain::account::{Account, AccountState};
use crate::domain::review::ReviewState;
use crate::domain::tracker::PostingFilter;
use crate::domain::{Micros, Role};
use crate::store::charges::{self, Action};
use crate::store::postings::{self, Asked, At, Posting, PostingSort};
use crate::store::reviews::{self, Review};
use crate::store::{Conn, StoreError, accounts, overview};

/// The most of each sort.
const LISTED: i64 = 12;
/// Failures that are older need nobody any more.
const FAILED_WITHIN: Duration = Duration::from_secs(7 * 24 * 3600);
/// From this share of it on, a budget is near its end, in percent.
const NEARLY_SPENT: i64 = 80;
const MOST_ACCOUNTS: u32 = 100;

#[derive(Debug)]
pub struct Need {
    pub hue: &'static str,
    pub sign: char,
    pub title: String,
    pub text: String,
    pub href: String,
    pub action: &'static str,
}

/// The most pressing first: accounts in trouble, jobs that failed, reminders that are due, reviews that wait, budgets near their end.
pub async fn load(visit: &Visit, conn: &mut Conn, clock: &Clock) -> Result<Vec<Need>, StoreError> {
    let caller = &visit.caller;
    let (accounts, _) = accounts::usable_by(conn, caller.scope(), caller.user_id, MOST_ACCOUNTS, 0).await?;
    let mut needs: Vec<Need> = accounts.iter().filter(|account| account.state == AccountState::Trouble).map(in_trouble).collect();
    for job in overview::failed(conn, caller.workspace_id, FAILED_WITHIN, LISTED).await? {
        let view = JobView::load(conn, &job, clock).await?;
        needs.push(Need {
            hue: view.hue,
            sign: view.sign,
            title: format!("{}: {}", view.word, view.title),
            text: view.message,
            href: view.href,
            action: if caller.role.covers(Role::Member) { "Look and retry" } else { "Look" },
        });
    }
    let due = PostingFilter { reminder_before: Some(Micros(clock.now.as_microsecond())), ..PostingFilter::default() };
    let asked = Asked {
        workspace: caller.workspace_id,
        filter: &due,
        sort: PostingSort::Created,
        descending: true,
        at: &At::Offset(0),
        limit: LISTED,
        with_texts: false,
    };
    needs.extend(postings::page(conn, &asked).await?.postings.iter().map(|posting| follow_up(posting, clock)));
    let (reviews, _) = reviews::list(conn, caller.scope(), Some(ReviewState::Open), LISTED, 0).await?;
    needs.extend(reviews.iter().filter(|review| review.counts.pending() > 0).map(undecided));
    for account in accounts.iter().filter(|account| account.state == AccountState::Connected) {
        let used = charges::used(conn, account.id, Action::SearchRows).await?;
        if used * 100 >= account.budgets.search_rows_per_day * NEARLY_SPENT {
            needs.push(nearly_spent(account, used));
        }
    }
    Ok(needs)
}

fn in_trouble(account: &Account) -> Need {
    Need {
        hue: "red",
        sign: '×',
        title: format!("{} is in trouble", account.name),
        text: account.state_message.clone().unwrap_or_else(|| "The provider refuses it. Test it, then retry its jobs.".into()),
        href: format!("/accounts/{}", account.id),
        action: "Check the account",
    }
}

fn follow_up(posting: &Posting, clock: &Clock) -> Need {
    let title = posting.title.clone().unwrap_or_else(|| format!("Posting {}", posting.linkedin_id));
    let since = posting.next_reminder_at.map(|at| format!(" since {}", clock.moment(at.timestamp()).clock)).unwrap_or_default();
    Need {
        hue: "amber",
        sign: '◷',
        title: posting.company_name.as_ref().map_or_else(|| title.clone(), |company| format!("{title}, {company}")),
        text: format!("A reminder is due{since}."),
        href: format!("/postings/{}#reminders", posting.id),
        action: "Follow up",
    }
}

fn undecided(review: &Review) -> Need {
    let pending = u64::try_from(review.counts.pending()).unwrap_or(0);
    Need {
        hue: "amber",
        sign: '○',
        title: review.name.clone(),
        text: format!(
            "{} of {} to decide.",
            count(pending, "person", "people"),
            thousands(u64::try_from(review.counts.total).unwrap_or(0))
        ),
        href: format!("/reviews/{}", review.id),
        action: "Go on with the review",
    }
}

fn nearly_spent(account: &Account, used: i64) -> Need {
    let shown = |number: i64| thousands(u64::try_from(number).unwrap_or(0));
    Need {
        hue: "amber",
        sign: '◷',
        title: format!("{} has little budget left", account.name),
        text: format!(
            "{} of {} rows of the last 24 hours are used. Searches that need more wait and go on by themselves.",
            shown(used),
            shown(account.budgets.search_rows_per_day)
        ),
        href: format!("/accounts/{}", account.id),
        action: "See the budget",
    }
}
