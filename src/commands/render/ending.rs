//! What is said when a job ends: what, how many, why it stopped, and what to type next.

use console::Style;
use jiff::tz::TimeZone;
use sluice_api::{Job, JobStatus};

use super::lines::rows;
use super::state::{Coloured, state};
use sluice_api::wording::numbers::{between, duration};

/// The last words of a watched job; two lines, the second one a command.
pub fn ending(job: &Job, colour: bool) -> String {
    let state = state(job, job.created_at, &TimeZone::UTC);
    let kept = rows(job, job.progress.current);
    let took = match (job.started_at, job.completed_at) {
        (Some(from), Some(to)) => format!(" in {}", duration(between(from, to))),
        _ => String::new(),
    };
    let why = job.stop_message.as_deref().or(job.error.as_ref().map(|error| error.message.as_str())).unwrap_or_default();
    let mut what = match job.status {
        JobStatus::Completed => format!("Done: {kept}{took}."),
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
    if let Some(command) = next_command(job) {
        text.push_str(&format!("\n  {}", bold.apply_to(command)));
    }
    text
}

/// The command that most people want after this.
fn next_command(job: &Job) -> Option<String> {
    let id = &job.id;
    match job.status {
        JobStatus::Failed if job.error.as_ref().is_none_or(|error| error.retryable) => Some(format!("sluice jobs retry {id}")),
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
        let shown: Vec<String> =
            [done, one, nobody, blocked, failed, refused, canceled, paused].iter().map(|job| ending(job, false)).collect();
        insta::assert_snapshot!(shown.join("\n\n"));
    }

    #[test]
    fn leaving_says_how_to_come_back() {
        insta::assert_snapshot!(format!("{}\n\n{}", left("JOB", false), left("JOB", true)));
    }

    #[test]
    fn the_sign_alone_is_coloured() {
        let done = ended(JobStatus::Completed, StopReason::TargetReached, "The target was reached.");
        assert!(ending(&done, true).starts_with("\u{1b}[32m●\u{1b}[0m Done"));
        assert_eq!(console::strip_ansi_codes(&ending(&done, true)), ending(&done, false));
    }
}
