//! What the exit code says.

use std::process::ExitCode;

use sluice_api::Job;

/// The exit code of a command: 0 complete, 1 error, 2 usage, 3 stopped early with rows, 4 failed without rows, 5 canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(pub u8);

impl Exit {
    pub const DONE: Exit = Exit(0);
    pub const ERROR: Exit = Exit(1);
    /// A person left a waiting command with Ctrl-C; as shells say it.
    pub const LEFT: Exit = Exit(130);

    /// The end of a waiting command; a job whose run is not over has no code of its own, so that 0 always means complete.
    pub fn of(job: &Job) -> Exit {
        Exit(job.exit_code().unwrap_or(Exit::ERROR.0))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sluice_api::{JobStatus, StopReason};

    use super::*;
    use crate::commands::render::state::tests::{ended, halfway};

    #[test]
    fn immunity_05_only_a_complete_run_exits_with_zero() {
        let partial = Job { partial: true, ..ended(JobStatus::Failed, StopReason::Blocked, "") };
        let codes = [
            ended(JobStatus::Completed, StopReason::TargetReached, ""),
            halfway(),
            Job { status: JobStatus::Paused, ..halfway() },
            partial,
            ended(JobStatus::Failed, StopReason::Error, ""),
            ended(JobStatus::Canceled, StopReason::Canceled, ""),
        ]
        .map(|job| Exit::of(&job).0);
        assert_eq!(codes, [0, 1, 1, 3, 4, 5]);
    }

    #[test]
    fn an_import_of_which_nothing_could_be_had_exits_with_one() {
        let import = |result: serde_json::Value| Job {
            kind: "fetch_postings".into(),
            result: Some(result),
            ..ended(JobStatus::Completed, StopReason::Exhausted, "")
        };
        let codes = [
            json!({"found": 4, "failed": 4}),
            json!({"found": 4, "failed": 3, "duplicates": 1}),
            json!({"found": 4, "failed": 3, "updated": 1}),
            json!({"found": 4, "failed": 3, "fresh": 1}),
            json!({"found": 4, "failed": 3, "filtered": 1}),
            json!({"found": 4, "filtered": 4}),
            json!({"found": 0}),
        ]
        .map(|result| Exit::of(&import(result)).0);
        assert_eq!(codes, [1, 1, 0, 0, 0, 0, 0]);
        let other = Job { kind: "export_results".into(), ..import(json!({"failed": 1})) };
        assert_eq!(Exit::of(&other).0, 0, "only a job about postings has such a result");
    }
}
