//! The import of what was selected among the results of a search: one job, or several that are seen as one.

use std::collections::BTreeMap;

use sluice_api::{Job, JobStatus, PostingStatistics, Progress, ReasonCount};

use crate::names::statistics;
use crate::trouble::Trouble;

#[derive(Debug, Clone, Default)]
pub struct Bulk {
    /// The jobs that the server has accepted.
    pub jobs: Vec<String>,
    /// Requests under way.
    pub unanswered: usize,
    /// Postings that were not taken, with the reason that was given last.
    pub refused: Option<(u64, Trouble)>,
    /// All that were sent, for what is said about those that were not taken.
    pub postings: u64,
}

/// The jobs as one: the state of the one that goes on longest, and the sums of their numbers.
pub fn as_one(jobs: &[&Job]) -> Option<Job> {
    let leading = jobs.iter().min_by_key(|job| weight(job.status))?;
    if jobs.len() == 1 {
        return Some((*leading).clone());
    }
    let sum = |of: fn(&Progress) -> u64| jobs.iter().map(|job| of(&job.progress)).sum::<u64>();
    let (current, total) = (sum(|of| of.current), sum(|of| of.total));
    let rate: f64 = jobs.iter().filter(|job| !job.status.is_final()).filter_map(|job| job.progress.rate_per_minute).sum();
    let progress = Progress {
        current,
        total,
        percentage: u8::try_from((current * 100).checked_div(total).unwrap_or(0).min(100)).unwrap_or(100),
        rate_per_minute: (rate > 0.0).then_some(rate),
        // They take turns at the same source, so that the whole takes as long as all that is left at the rate of all.
        eta_s: (rate > 0.0).then(|| (total.saturating_sub(current) as f64 * 60.0 / rate).round() as u64),
        ..leading.progress.clone()
    };
    let result = jobs.iter().filter_map(|job| statistics(job)).reduce(added).and_then(|sum| serde_json::to_value(sum).ok());
    let title = serde_json::json!({"title": sluice_api::wording::numbers::count(total, "posting", "postings")});
    Some(Job {
        progress,
        args: title,
        result,
        rows_kept: jobs.iter().map(|job| job.rows_kept).sum(),
        partial: jobs.iter().any(|job| job.partial || job.status == JobStatus::Completed),
        ..(*leading).clone()
    })
}

/// What runs goes before what waits, and both before what has ended; an end that needs somebody goes before a good one.
fn weight(status: JobStatus) -> u8 {
    match status {
        JobStatus::Processing => 0,
        JobStatus::Queued => 1,
        JobStatus::Paused => 2,
        JobStatus::Failed => 3,
        JobStatus::Canceled => 4,
        JobStatus::Completed => 5,
    }
}

fn added(a: PostingStatistics, b: PostingStatistics) -> PostingStatistics {
    PostingStatistics {
        found: a.found + b.found,
        new: a.new + b.new,
        updated: a.updated + b.updated,
        duplicates: a.duplicates + b.duplicates,
        filtered: a.filtered + b.filtered,
        failed: a.failed + b.failed,
        fresh: a.fresh + b.fresh,
        closed: a.closed + b.closed,
        reposts: a.reposts + b.reposts,
        reasons: together(a.reasons, b.reasons),
        applied_locally: together(a.applied_locally, b.applied_locally),
        unproven: a.unproven.into_iter().chain(b.unproven).collect(),
    }
}

/// The same reason of both is counted once, the most frequent first.
fn together(a: Vec<ReasonCount>, b: Vec<ReasonCount>) -> Vec<ReasonCount> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for ReasonCount { reason, count } in a.into_iter().chain(b) {
        *counts.entry(reason).or_default() += count;
    }
    let mut reasons: Vec<ReasonCount> = counts.into_iter().map(|(reason, count)| ReasonCount { reason, count }).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{FETCH, name, summary};
    use crate::samples::job;

    #[test]
    fn several_jobs_are_summed_up_as_one() {
        let done =
            Job { progress: Progress { current: 1_000, total: 1_000, ..Progress::default() }, ..job("j1", FETCH, JobStatus::Completed) };
        let running = Job {
            progress: Progress { current: 50, total: 200, rate_per_minute: Some(60.0), ..Progress::default() },
            ..job("j2", FETCH, JobStatus::Processing)
        };
        let one = as_one(&[&done, &running]).unwrap();
        assert_eq!((one.id.as_str(), one.status, name(&one).as_str()), ("j2", JobStatus::Processing, "Import 1,200 postings"));
        assert_eq!((one.progress.current, one.progress.total, one.progress.percentage, one.progress.eta_s), (1_050, 1_200, 87, Some(150)));
        let statistics = statistics(&one).unwrap();
        assert_eq!(summary(&statistics), "460 new, 20 updated, 24 duplicate, 10 filtered out, 6 failed");
        let reason = |reason: &str, count| ReasonCount { reason: reason.into(), count };
        assert_eq!(statistics.reasons, [reason("filter_workplaces", 10), reason("another_posting", 6)]);
        assert_eq!(as_one(&[]), None);
    }

    #[test]
    fn a_part_that_failed_shows_once_nothing_runs_any_more() {
        let state_of = |statuses: &[JobStatus]| {
            let jobs: Vec<Job> = statuses.iter().map(|status| job("j", FETCH, *status)).collect();
            as_one(&jobs.iter().collect::<Vec<_>>()).unwrap().status
        };
        assert_eq!(state_of(&[JobStatus::Failed, JobStatus::Queued]), JobStatus::Queued);
        assert_eq!(state_of(&[JobStatus::Completed, JobStatus::Failed]), JobStatus::Failed);
        assert_eq!(state_of(&[JobStatus::Completed, JobStatus::Completed]), JobStatus::Completed);
    }
}
