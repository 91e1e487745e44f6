//! Which postings are meant: the filters that lists and exports share.

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::{EmploymentType, PostingSeniority, PostingsQuery, Workplace};

use crate::commands::failure::Failure;
use crate::commands::moment::{Towards, moment};
use crate::commands::words::word;

#[derive(Debug, Default, Args)]
pub struct FilterArgs {
    /// saved, applied, interviewing, offer, rejected, withdrawn, none or any; several with commas between
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Words in title, company, location, notes or description
    #[arg(long, value_name = "WORDS")]
    find: Option<String>,
    /// Words of the location
    #[arg(long, value_name = "PLACE")]
    location: Option<String>,
    /// Of this company, by its id here
    #[arg(long, value_name = "ID")]
    company_id: Option<String>,
    /// on_site, remote or hybrid
    #[arg(long, value_name = "WORKPLACE", value_parser = word::<Workplace>)]
    workplace: Option<Workplace>,
    /// full_time, part_time, contract, temporary, volunteer, internship or other
    #[arg(long = "type", value_name = "TYPE", value_parser = word::<EmploymentType>)]
    employment_type: Option<EmploymentType>,
    /// internship, entry, associate, mid_senior, director or executive
    #[arg(long = "level", value_name = "LEVEL", value_parser = word::<PostingSeniority>)]
    seniority: Option<PostingSeniority>,
    /// Only those where one applies on LinkedIn itself
    #[arg(long)]
    easy_apply: bool,
    /// At least so many stars
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    stars: Option<u8>,
    /// Only those that take no more applications
    #[arg(long, conflicts_with = "open")]
    closed: bool,
    /// Only those that still take applications
    #[arg(long)]
    open: bool,
    /// Only those that nobody has opened
    #[arg(long)]
    new: bool,
    /// Only hidden ones
    #[arg(long)]
    hidden: bool,
    /// Only those with a reminder that is due
    #[arg(long)]
    due: bool,
    /// Posted then or later: a day such as 2026-03-01, or 7d for the last seven days
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only those that this job found or imported
    #[arg(long, value_name = "JOB")]
    job: Option<String>,
    /// created_at, posted_at, updated_at, title, company, location, status, stars or salary; a leading - turns it round
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
}

impl FilterArgs {
    /// The list's query without its page.
    pub fn query(&self, now: Timestamp, zone: &TimeZone) -> Result<PostingsQuery, Failure> {
        Ok(PostingsQuery {
            job_id: self.job.clone(),
            status: self.status.clone(),
            q: self.find.clone(),
            company_id: self.company_id.clone(),
            location: self.location.clone(),
            workplace: self.workplace,
            employment_type: self.employment_type,
            seniority: self.seniority,
            easy_apply: self.easy_apply.then_some(true),
            stars: self.stars,
            hidden: self.hidden.then_some(true),
            closed: if self.closed { Some(true) } else { self.open.then_some(false) },
            new: self.new.then_some(true),
            reminder_before: self.due.then_some(now),
            posted_after: self.since.as_deref().map(|since| moment(since, now, zone, Towards::Past)).transpose()?,
            sort: self.sort.clone(),
            ..PostingsQuery::default()
        })
    }
}
