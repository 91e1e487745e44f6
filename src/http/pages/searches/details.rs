//! What a search was asked, the pages that it fetched, and the rows that could not be read.

use sluice_api::wording::numbers::{duration, thousands};

use crate::domain::ScheduleId;
use crate::domain::job::Job;
use crate::domain::search::SearchArgs;
use crate::http::pages::jobs::pretty;
use crate::http::pages::moment::{Clock, Moment};
use crate::http::pages::visit::Visit;
use crate::http::problem::Failure;
use crate::http::wire;
use crate::store::{Conn, job_pages, prospects, schedules};

/// Pages and rejected rows that the page shows; the others can be downloaded.
const SHOWN: i64 = 50;

pub struct Details {
    pub facts: Vec<(&'static str, String)>,
    pub created: Moment,
    pub started: Option<Moment>,
    pub ended: Option<Moment>,
    pub schedule: Option<(ScheduleId, String)>,
    pub args: String,
    pub pages: Vec<PageLine>,
    pub more_pages: i64,
    pub rejected: Vec<RejectedLine>,
    pub rejected_total: i64,
}

pub struct PageLine {
    pub batch: i64,
    pub at: String,
    pub exact: String,
    pub received: i64,
    pub stored: i64,
    /// Received, readable, and in this search already, or beyond its target.
    pub known: i64,
    pub rejected: i64,
}

pub struct RejectedLine {
    pub place: String,
    pub error: String,
    pub raw: String,
}

impl Details {
    pub async fn load(conn: &mut Conn, visit: &Visit, job: &Job, clock: &Clock) -> Result<Self, Failure> {
        let pages = job_pages::list(conn, job.id, SHOWN).await?;
        let (rejected, rejected_total) = prospects::rejected(conn, job.id, SHOWN).await?;
        let schedule = match job.schedule_id {
            Some(id) => schedules::find(conn, visit.caller.scope(), id).await?.map(|schedule| (id, schedule.name)),
            None => None,
        };
        let moment = |at: crate::domain::Micros| clock.moment(at.timestamp());
        Ok(Self {
            facts: facts(job),
            created: moment(job.created_at),
            started: job.started_at.map(moment),
            ended: job.completed_at.map(moment),
            schedule,
            args: pretty(&job.args),
            more_pages: (job.pages - i64::try_from(pages.len()).unwrap_or(0)).max(0),
            pages: pages
                .into_iter()
                .map(|row| PageLine {
                    batch: row.batch,
                    at: clock.to_the_second(row.stored_at.timestamp()),
                    exact: moment(row.stored_at).exact,
                    received: row.page.received,
                    stored: row.page.stored,
                    known: (row.page.received - row.page.stored - row.page.rejected).max(0),
                    rejected: row.page.rejected,
                })
                .collect(),
            rejected: rejected
                .into_iter()
                .map(|row| RejectedLine {
                    place: format!("Page {}, row {}", row.batch, row.position + 1),
                    error: row.error,
                    raw: pretty(&row.raw),
                })
                .collect(),
            rejected_total,
        })
    }
}

fn facts(job: &Job) -> Vec<(&'static str, String)> {
    let number = |count: i64| thousands(u64::try_from(count).unwrap_or(0));
    let mut facts = vec![("Id", job.id.to_string())];
    if let Ok(args) = serde_json::from_value::<SearchArgs>(job.args.clone()) {
        facts.push(("Api", wire::api_word(args.api).title().to_owned()));
        let target = match args.is_clamped() {
            true => format!(
                "{} of the {} asked for, which is all that the api hands out",
                number(args.target.into()),
                number(args.asked.into())
            ),
            false => number(args.target.into()),
        };
        facts.push(("Target", target));
        facts.push(("People on a page", number(args.limit.into())));
    }
    facts.push(("Pages", number(job.pages)));
    facts.push(("Retries", number(job.retries)));
    facts.push(("Working time", duration(std::time::Duration::from_micros(u64::try_from(job.worked_us).unwrap_or(0)))));
    facts
}
