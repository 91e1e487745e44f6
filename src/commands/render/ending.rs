//! What is said when a job ends: what, how many, why it stopped, and what to type next.

use console::Style;
use jiff::tz::TimeZone;
use sluice_api::{Job, JobStatus, PostingStatistics};

use super::lines::rows;
use super::state::{Coloured, state};
use super::unhad::{self, Unhad};
use sluice_api::wording::numbers::{between, count, duration, thousands};
use sluice_api::wording::posting as wording;

/// Reasons that are told; the rest is counted.
const MOST_REASONS: usize = 5;

/// The last words of a watched job: what happened, what came of it, and the command that most people type next.
pub fn ending(job: &Job, unhad: &Unhad, colour: bool) -> String {
    let state = state(job, job.created_at, &TimeZone::UTC);
    let told = PostingStatistics::of(job);
    // Work that counts what it has gone through keeps another number of rows.
    let counted = if job.status.is_final() && job.status != JobStatus::Completed { job.rows_kept } else { job.progress.current };
    let kept = rows(job, counted);
    let took = match (job.started_at, job.completed_at) {
        (Some(from), Some(to)) => format!(" in {}", duration(between(from, to))),
        _ => String::new(),
    };
    let why = job.stop_message.as_deref().or(job.error.as_ref().map(|error| error.message.as_str())).unwrap_or_default();
    let mut what = match job.status {
        JobStatus::Completed => format!("Done: {}{took}.", told.as_ref().map_or(kept, wording::came_of)),
        JobStatus::Failed if job.partial => format!("Stopped early, {kept} kept."),
        JobStatus::Failed => "Failed, nothing was stored.".to_owned(),
        JobStatus::Canceled => format!("Canceled, {kept} kept."),
        JobStatus::Queued | JobStatus::Processing | JobStatus::Paused => format!("{}, {kept} so far.", state.word),
    };
    if !why.is_empty() {
        what.push(' ');
        what.push_str(why);
    }
    let sign = state.hue.style(colour).apply_to(state.sign).to_string();
    let bold = Style::new().force_styling(colour).bold();
    let mut text = format!("{sign} {what}");
    if let Some(told) = &told {
        text.push_str(&summary(told));
    }
    text.push_str(&unhad::lines(&job.id, unhad));
    if let Some(command) = next_command(job) {
        text.push_str(&format!("\n  {}", bold.apply_to(command)));
    }
    text
}

/// How many are new, updated and so on, and why some are not there.
fn summary(statistics: &PostingStatistics) -> String {
    let parts = [
        (statistics.new, "new"),
        (statistics.updated, "updated"),
        (statistics.fresh, "read lately"),
        (statistics.duplicates, "duplicate"),
        (statistics.filtered, "filtered out"),
        (statistics.failed, "failed"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, word)| *number > 0 || matches!(*word, "new" | "updated"))
        .map(|(number, word)| match *word {
            "duplicate" => count(*number, "duplicate", "duplicates"),
            word => format!("{} {word}", thousands(*number)),
        })
        .collect();
    let mut text = format!("\n  {}", parts.join(", "));
    if statistics.closed > 0 {
        text.push_str(&format!("\n  {} no more applications", count(statistics.closed, "of them takes", "of them take")));
    }
    if statistics.reposts > 0 {
        text.push_str(&format!("\n  {} an older posting", count(statistics.reposts, "of them repeats", "of them repeat")));
    }
    for reason in statistics.reasons.iter().take(MOST_REASONS) {
        text.push_str(&format!("\n  {:>5}  {}", thousands(reason.count), wording::reason(&reason.reason)));
    }
    if let Some(more) = statistics.reasons.len().checked_sub(MOST_REASONS).filter(|more| *more > 0) {
        text.push_str(&format!("\n         and {}", count(more as u64, "more reason", "more reasons")));
    }
    if statistics.reasons.iter().any(|reason| reason.reason == "unrelated") {
        text.push_str("\n  note: --accept-unrelated keeps what has no word of the keywords, for postings in another language.");
    }
    for filter in statistics.applied_locally.iter().filter(|filter| filter.count > 0) {
        text.push_str(&format!(
            "\n  note: LinkedIn did not filter by {}; {} filtered here.",
            wording::filter(&filter.reason),
            count(filter.count, "was", "were")
        ));
    }
    for filter in &statistics.unproven {
        text.push_str(&format!("\n  note: whether LinkedIn filtered by {} cannot be told.", wording::filter(filter)));
    }
    text
}

/// The command that most people want after this.
fn next_command(job: &Job) -> Option<String> {
    let id = &job.id;
    let retryable = job.error.as_ref().is_none_or(|error| error.retryable);
    match job.status {
        JobStatus::Failed if job.brings_postings() && retryable => Some(format!("sluice import retry {id} --wait")),
        JobStatus::Completed | JobStatus::Failed | JobStatus::Canceled if job.brings_postings() => {
            (job.rows_kept > 0).then(|| format!("sluice postings list --job {id}"))
        }
        JobStatus::Failed if retryable => Some(format!("sluice jobs retry {id}")),
        JobStatus::Completed if job.kind == "export_results" => Some(format!("sluice export {id}")),
        _ if job.kind != "search_prospects" && job.status.is_final() => None,
        JobStatus::Completed | JobStatus::Failed | JobStatus::Canceled => {
            (job.progress.current > 0).then(|| format!("sluice results {id} --format csv > prospects.csv"))
        }
        JobStatus::Paused => Some(format!("sluice jobs resume {id}")),
        JobStatus::Queued | JobStatus::Processing => Some(format!("sluice jobs watch {id}")),
    }
}

/// Ctrl-C ends the watching, not the job.
pub fn left(job_id: &str, inside: bool) -> String {
    if inside {
        format!("The job is kept and goes on with the next command or server. Come back to it with\n  sluice jobs watch {job_id}")
    } else {
        format!("The job goes on without you. Come back to it with\n  sluice jobs watch {job_id}")
    }
}

#[cfg(test)]
mod tests {
    use sluice_api::{JobError, StopReason};

    use super::super::state::tests::{ended, halfway};
    use super::*;

    #[test]
    fn each_end_says_what_how_many_why_and_what_next() {
        let mut done = ended(JobStatus::Completed, StopReason::TargetReached, "The target was reached.");
        done.progress.current = 2_500;
        let mut one = ended(JobStatus::Completed, StopReason::Exhausted, "LinkedIn has no more people like these.");
        one.progress.current = 1;
        let mut nobody = ended(JobStatus::Completed, StopReason::Exhausted, "Nobody matches. Loosen the criteria and search again.");
        nobody.progress.current = 0;
        let mut blocked = ended(
            JobStatus::Failed,
            StopReason::AccountTrouble,
            "Unipile refused the key. Check it with `sluice accounts test`, then retry.",
        );
        blocked.partial = true;
        let mut failed = ended(JobStatus::Failed, StopReason::Error, "Unipile answered 500 five times.");
        failed.progress.current = 0;
        let mut refused = ended(JobStatus::Failed, StopReason::Error, "This account cannot filter by headcount.");
        refused.progress.current = 0;
        refused.error = Some(JobError { code: "REFUSED".into(), message: "x".into(), retryable: false });
        let canceled = ended(JobStatus::Canceled, StopReason::Canceled, "You canceled it.");
        let paused = Job { status: JobStatus::Paused, ..halfway() };
        let shown: Vec<String> = [done, one, nobody, blocked, failed, refused, canceled, paused]
            .iter()
            .map(|job| ending(job, &Unhad::default(), false))
            .collect();
        insta::assert_snapshot!(shown.join("\n\n"));
    }

    #[test]
    fn the_end_of_an_import_says_what_came_of_it() {
        let import = |status, reason, message: &str, result: serde_json::Value| {
            let mut job = ended(status, reason, message);
            job.kind = "fetch_postings".into();
            (job.progress.current, job.rows_kept) = (97, 97);
            job.result = Some(result);
            job
        };
        let full = serde_json::json!({
            "found": 120, "new": 84, "updated": 13, "duplicates": 6, "filtered": 12, "failed": 5, "fresh": 0, "closed": 3, "reposts": 1,
            "reasons": [
                {"reason": "title_exclude", "count": 9}, {"reason": "another_posting", "count": 3}, {"reason": "filter_workplaces", "count": 2},
                {"reason": "gone", "count": 1}, {"reason": "unreadable", "count": 1}, {"reason": "missing_fields", "count": 1},
            ],
            "applied_locally": [{"reason": "workplaces", "count": 4}, {"reason": "easy_apply", "count": 0}], "unproven": ["distance_mi"],
        });
        let plain = serde_json::json!({"found": 97, "new": 97});
        let mut blocked =
            import(JobStatus::Failed, StopReason::Blocked, "LinkedIn asked us to stop. Wait a day, then retry.", plain.clone());
        blocked.partial = true;
        let mut nothing =
            import(JobStatus::Completed, StopReason::Exhausted, "None of them is there.", serde_json::json!({"found": 1, "failed": 1}));
        (nothing.progress.current, nothing.rows_kept) = (0, 0);
        let mut unrelated = import(
            JobStatus::Completed,
            StopReason::Exhausted,
            "Nothing like this was found.",
            serde_json::json!({"found": 10, "filtered": 10, "reasons": [{"reason": "unrelated", "count": 10}]}),
        );
        unrelated.kind = "search_postings".into();
        (unrelated.progress.current, unrelated.rows_kept) = (10, 0);
        let done = import(JobStatus::Completed, StopReason::Exhausted, "All of them were read.", full);
        let shown: Vec<String> = [done, blocked, nothing, unrelated].iter().map(|job| ending(job, &Unhad::default(), false)).collect();
        insta::assert_snapshot!(shown.join("\n\n"));
    }

    #[test]
    fn leaving_says_how_to_come_back() {
        insta::assert_snapshot!(format!("{}\n\n{}", left("JOB", false), left("JOB", true)));
    }

    #[test]
    fn the_sign_alone_is_coloured() {
        let done = ended(JobStatus::Completed, StopReason::TargetReached, "The target was reached.");
        assert!(ending(&done, &Unhad::default(), true).starts_with("\u{1b}[32m●\u{1b}[0m Done"));
        assert_eq!(console::strip_ansi_codes(&ending(&done, &Unhad::default(), true)), ending(&done, &Unhad::default(), false));
    }
}
