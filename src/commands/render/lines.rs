//! Plain lines for a pipe or a log: one a page, one for each thing that a reader should know.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::{Job, JobStatus, PageStored, TimelineAdded};

use super::state::long_wait;
use sluice_api::wording::numbers::{clock, count, duration, thousands};

/// A page of rows was stored.
pub fn page(page: &PageStored, job: &Job) -> String {
    // People who were known already can take a page more than was expected when the job was last looked at.
    let of_pages = job.progress.pages.map(|pages| format!("/{}", pages.max(page.batch))).unwrap_or_default();
    if let Some(brought) = &page.brought {
        return format!("page {}{of_pages}: {brought}", page.batch);
    }
    let total = job.progress.total;
    let mut line = format!("page {}{of_pages}: {} new", page.batch, thousands(page.stored.into()));
    if page.known > 0 {
        line.push_str(&format!(", {} known already", thousands(page.known.into())));
    }
    line.push_str(&format!(", {} of {}", thousands(page.total_stored), thousands(total)));
    if let Some(share) = (page.total_stored * 100).checked_div(total) {
        line.push_str(&format!(" ({}%)", share.min(100)));
    }
    line
}

/// What changed between two looks at a job, when a reader should know; pages have their own lines.
pub fn change(before: Option<&Job>, now: &Job, at: Timestamp, zone: &TimeZone) -> Option<String> {
    let was = before.map(|job| job.status);
    if was != Some(now.status) {
        match now.status {
            JobStatus::Queued => return Some("queued".to_owned()),
            JobStatus::Paused => return Some("paused".to_owned()),
            JobStatus::Processing => {
                let known = if now.progress.current > 0 { format!(" at {}", stored(now)) } else { String::new() };
                return Some(format!("running{known}"));
            }
            JobStatus::Completed | JobStatus::Failed | JobStatus::Canceled => return None,
        }
    }
    let waited = before.and_then(|job| job.waiting_until);
    if let Some(until) = long_wait(now, at)
        && waited != Some(until)
    {
        let reason = now.waiting_reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        return Some(format!("waiting until {}{reason}", clock(until, at, zone)));
    }
    before.and_then(|before| pages_read(before, now))
}

/// So many postings' own pages are one line.
const PAGES_A_LINE: u64 = 10;

/// Postings whose own pages are read one by one, which no page of a search tells of.
fn pages_read(before: &Job, now: &Job) -> Option<String> {
    let (was, is) = (&before.progress, &now.progress);
    let goes_on = now.brings_postings() && was.total == is.total && is.current > was.current;
    (goes_on && is.current / PAGES_A_LINE > was.current / PAGES_A_LINE).then(|| {
        let left = is.eta_s.map(|left| format!(", {} left", duration(std::time::Duration::from_secs(left)))).unwrap_or_default();
        format!("{} gone through{left}", stored(now))
    })
}

/// Whether a line of the timeline tells what the other lines do not.
pub fn is_news(added: &TimelineAdded) -> bool {
    ["wait", "retry", "note", "taken_over"].contains(&added.kind.as_str())
}

/// The connection to the server is gone for now.
pub fn lost(why: &str, again_in: std::time::Duration) -> String {
    format!("connection lost ({why}), trying again in {}", duration(again_in.max(std::time::Duration::from_secs(1))))
}

/// "1,240 of 2,500 prospects".
pub fn stored(job: &Job) -> String {
    format!("{} of {}", thousands(job.progress.current), rows(job, job.progress.total))
}

/// The job's rows by their name.
pub fn rows(job: &Job, number: u64) -> String {
    match job.kind.as_str() {
        "search_prospects" => count(number, "prospect", "prospects"),
        "search_postings" | "fetch_postings" => count(number, "posting", "postings"),
        "ingest_profiles" => count(number, "profile", "profiles"),
        _ => count(number, "row", "rows"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::{halfway, noon};
    use super::*;

    fn stored_page(batch: u32, known: u32) -> PageStored {
        PageStored { job_id: halfway().id, batch, stored: 100 - known, known, total_stored: u64::from(batch) * 100, brought: None }
    }

    #[test]
    fn a_run_reads_as_one_line_a_page() {
        let queued = Job { status: JobStatus::Queued, ..halfway() };
        let waiting = Job {
            waiting_until: Some("2026-03-02T14:05:00Z".parse().unwrap()),
            waiting_reason: Some("LinkedIn asked us to slow down.".into()),
            ..halfway()
        };
        let paused = Job { status: JobStatus::Paused, ..halfway() };
        let mut unknown_pages = halfway();
        unknown_pages.progress.pages = None;
        let mut lines: Vec<Option<String>> = Vec::new();
        let change = |before: Option<&Job>, now: &Job| change(before, now, noon(), &TimeZone::UTC);
        lines.push(change(None, &queued));
        lines.push(change(Some(&queued), &halfway()));
        lines.push(Some(page(&stored_page(12, 0), &halfway())));
        lines.push(change(Some(&halfway()), &halfway()));
        lines.push(Some(page(&stored_page(13, 2), &halfway())));
        lines.push(Some(page(&stored_page(13, 2), &unknown_pages)));
        lines.push(Some(page(&PageStored { total_stored: 2_500, ..stored_page(26, 40) }, &halfway())));
        lines.push(change(Some(&halfway()), &waiting));
        lines.push(change(Some(&waiting), &waiting));
        lines.push(change(Some(&waiting), &paused));
        let bringing = |current, total, eta_s| {
            let mut job = Job { kind: "search_postings".into(), ..halfway() };
            (job.progress.current, job.progress.total, job.progress.eta_s) = (current, total, eta_s);
            job
        };
        let brought = Some("3 new, 7 updated".to_owned());
        lines.push(Some(page(&PageStored { stored: 10, total_stored: 30, brought, ..stored_page(3, 0) }, &bringing(0, 30, None))));
        lines.push(change(Some(&bringing(0, 20, None)), &bringing(10, 30, None)));
        lines.push(change(Some(&bringing(8, 30, None)), &bringing(9, 30, Some(126))));
        lines.push(change(Some(&bringing(9, 30, None)), &bringing(10, 30, Some(120))));
        lines.push(Some(lost("connection closed", std::time::Duration::from_millis(250))));
        let shown: Vec<String> = lines.into_iter().map(|line| line.unwrap_or_else(|| "(nothing)".to_owned())).collect();
        insta::assert_snapshot!(shown.join("\n"));
    }
}
