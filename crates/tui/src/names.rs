//! What jobs are called, and what they say about themselves.

use serde_json::Value;
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::{Job, PostingStatistics};

pub const SEARCH: &str = "search_postings";
pub const FETCH: &str = "fetch_postings";

/// Whether it brings postings in.
pub fn is_of_postings(job: &Job) -> bool {
    job.kind == SEARCH || job.kind == FETCH
}

/// The kind that is told by its own arrival, and by nothing else.
pub const QUIET: &str = "send_mail";

/// Whether people hear of it by themselves, and it counts among the tasks.
pub fn is_told(job: &Job) -> bool {
    job.kind != QUIET
}

/// What kind of work it is.
pub fn kind(job: &Job) -> String {
    match job.kind.as_str() {
        SEARCH => "Search".to_owned(),
        FETCH => "Import".to_owned(),
        "search_prospects" => "People".to_owned(),
        "export_results" => "Export".to_owned(),
        "import_people" => "People in".to_owned(),
        "send_mail" => "Mail".to_owned(),
        other => other.replace('_', " "),
    }
}

/// What it is about, as its arguments say.
pub fn title(job: &Job) -> String {
    for name in ["title", "name"] {
        if let Some(said) = job.args.get(name).and_then(Value::as_str).filter(|said| !said.trim().is_empty()) {
            return said.to_owned();
        }
    }
    let word = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match job.kind.as_str() {
        SEARCH => {
            let first = job.args.get("queries").and_then(|queries| queries.get(0));
            let said: Vec<String> =
                first.into_iter().flat_map(|query| [word(query, "keywords"), word(query, "location")]).flatten().collect();
            if said.is_empty() { "Postings".to_owned() } else { said.join(", ") }
        }
        FETCH => match job.args.get("urls").and_then(Value::as_array) {
            Some(urls) => count(urls.len() as u64, "posting", "postings"),
            None => count(job.progress.total, "posting", "postings"),
        },
        _ => kind(job),
    }
}

/// "Search rust, Berlin"
pub fn name(job: &Job) -> String {
    let (kind, title) = (kind(job), title(job));
    if kind == title { kind } else { format!("{kind} {title}") }
}

pub fn statistics(job: &Job) -> Option<PostingStatistics> {
    if !is_of_postings(job) {
        return None;
    }
    serde_json::from_value(job.result.clone()?).ok()
}

/// "240 new, 12 updated, 3 failed"; what is nought is left out.
pub fn summary(statistics: &PostingStatistics) -> String {
    let parts = [
        (statistics.new, "new"),
        (statistics.updated, "updated"),
        (statistics.fresh, "known"),
        (statistics.duplicates, "duplicate"),
        (statistics.filtered, "filtered out"),
        (statistics.failed, "failed"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{} {word}", thousands(*number))).collect();
    if said.is_empty() { "nothing found".to_owned() } else { said.join(", ") }
}

/// How many results it has brought.
pub fn results(job: &Job) -> u64 {
    statistics(job).map_or(job.progress.current, |statistics| statistics.new + statistics.updated + statistics.fresh)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sluice_api::{JobStatus, Progress};

    use super::*;

    fn job(kind: &str, args: Value) -> Job {
        Job {
            id: "j1".into(),
            kind: kind.into(),
            status: JobStatus::Processing,
            args,
            account_id: None,
            priority: 0,
            progress: Progress { total: 12, ..Progress::default() },
            waiting_until: None,
            waiting_reason: None,
            stop_reason: None,
            stop_message: None,
            partial: false,
            rows_kept: 0,
            attempt: 1,
            result: None,
            error: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            started_at: None,
            completed_at: None,
            timeline: Vec::new(),
        }
    }

    #[test]
    fn a_job_is_called_by_what_it_is_about() {
        let named: Vec<String> = [
            job(SEARCH, json!({"title": "Rust around Berlin", "queries": []})),
            job(SEARCH, json!({"queries": [{"keywords": "rust", "location": "Berlin"}]})),
            job(SEARCH, json!({})),
            job(FETCH, json!({"urls": ["1", "2"]})),
            job(FETCH, json!({})),
            job("search_prospects", json!({})),
            job("a_kind_of_tomorrow", json!({})),
        ]
        .iter()
        .map(name)
        .collect();
        assert_eq!(
            named,
            [
                "Search Rust around Berlin",
                "Search rust, Berlin",
                "Search Postings",
                "Import 2 postings",
                "Import 12 postings",
                "People",
                "a kind of tomorrow"
            ]
        );
    }

    #[test]
    fn an_end_is_summed_up_without_noughts() {
        let statistics = PostingStatistics { new: 1_240, failed: 3, fresh: 2, ..PostingStatistics::default() };
        assert_eq!(summary(&statistics), "1,240 new, 2 known, 3 failed");
        assert_eq!(summary(&PostingStatistics::default()), "nothing found");
    }
}
