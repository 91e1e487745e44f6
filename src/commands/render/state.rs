//! The hues of states, in the colours of a terminal.

use console::Style;
pub use sluice_api::wording::state::{Hue, long_wait, state};

/// A hue as terminals show it.
pub trait Coloured {
    fn style(self, colour: bool) -> Style;
    fn table_colour(self) -> comfy_table::Color;
}

impl Coloured for Hue {
    /// From the terminal's own sixteen colours, which its owner has chosen.
    fn style(self, colour: bool) -> Style {
        let style = Style::new().force_styling(colour);
        match self {
            Hue::Amber => style.yellow(),
            Hue::Blue => style.blue(),
            Hue::Violet => style.magenta(),
            Hue::Green => style.green(),
            Hue::Orange => style.yellow().bright(),
            Hue::Red => style.red(),
            Hue::Grey => style.dim(),
        }
    }

    fn table_colour(self) -> comfy_table::Color {
        match self {
            Hue::Amber => comfy_table::Color::DarkYellow,
            Hue::Blue => comfy_table::Color::DarkBlue,
            Hue::Violet => comfy_table::Color::DarkMagenta,
            Hue::Green => comfy_table::Color::DarkGreen,
            Hue::Orange => comfy_table::Color::Yellow,
            Hue::Red => comfy_table::Color::DarkRed,
            Hue::Grey => comfy_table::Color::DarkGrey,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use serde_json::json;
    use sluice_api::{Job, JobStatus, Progress, StopReason};

    use super::*;

    pub(crate) fn noon() -> Timestamp {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    /// A search of 2,500 that is half-way, as of `noon`.
    pub(crate) fn halfway() -> Job {
        Job {
            id: "0199c0de-0000-7000-8000-00000000000a".into(),
            kind: "search_prospects".into(),
            status: JobStatus::Processing,
            args: json!({}),
            account_id: Some("0199c0de-0000-7000-8000-00000000000b".into()),
            priority: 0,
            progress: Progress {
                current: 1_240,
                total: 2_500,
                percentage: 49,
                message: "Searching".into(),
                rate_per_minute: Some(620.0),
                eta_s: Some(123),
                page: 13,
                pages: Some(25),
                retries: 0,
            },
            waiting_until: None,
            waiting_reason: None,
            stop_reason: None,
            stop_message: None,
            partial: false,
            rows_kept: 1_240,
            attempt: 1,
            result: None,
            error: None,
            created_at: "2026-03-02T11:57:50Z".parse().unwrap(),
            started_at: Some("2026-03-02T11:58:00Z".parse().unwrap()),
            completed_at: None,
            timeline: Vec::new(),
        }
    }

    pub(crate) fn ended(status: JobStatus, reason: StopReason, message: &str) -> Job {
        Job {
            status,
            stop_reason: Some(reason),
            stop_message: Some(message.into()),
            completed_at: Some("2026-03-02T12:00:10Z".parse().unwrap()),
            ..halfway()
        }
    }

    #[test]
    fn every_state_has_its_sign_and_word() {
        let waiting = Job { waiting_until: Some("2026-03-02T14:05:00Z".parse().unwrap()), ..halfway() };
        let pacing = Job { waiting_until: Some("2026-03-02T12:00:02Z".parse().unwrap()), ..halfway() };
        let with = |status| Job { status, ..halfway() };
        let jobs = [
            with(JobStatus::Queued),
            halfway(),
            pacing,
            waiting,
            with(JobStatus::Paused),
            with(JobStatus::Completed),
            Job { partial: true, ..with(JobStatus::Failed) },
            with(JobStatus::Failed),
            with(JobStatus::Canceled),
        ];
        let shown: Vec<String> =
            jobs.iter().map(|job| state(job, noon(), &TimeZone::UTC)).map(|state| format!("{} {}", state.sign, state.word)).collect();
        assert_eq!(
            shown,
            [
                "○ Queued",
                "◐ Running",
                "◐ Running",
                "◷ Waiting until 14:05",
                "‖ Paused",
                "● Done",
                "◒ Stopped early, 1,240 kept",
                "× Failed",
                "– Canceled"
            ]
        );
    }
}
