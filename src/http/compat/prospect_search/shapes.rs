//! A job and a prospect in the older shapes.

use serde_json::{Value, json};

use crate::domain::job::{Job, JobState, StopReason};
use crate::http::wire;
use crate::store::prospects::Prospect;

/// Older clients know fewer words: paused shows as processing, canceled as failed.
pub fn status(job: &Job) -> &'static str {
    match job.state {
        JobState::Queued => "queued",
        JobState::Waiting | JobState::Running | JobState::Paused => "processing",
        JobState::Completed => "completed",
        JobState::Failed | JobState::Canceled => "failed",
    }
}

pub fn job(job: &Job) -> Value {
    json!({
        "id": job.id,
        "status": status(job),
        "progress": {
            "current": job.progress.current,
            "total": job.progress.total,
            "percentage": wire::job::percentage(job),
        },
        "results_count": job.rows_kept,
        "started_at": job.started_at.map(|at| at.timestamp()),
        "completed_at": job.completed_at.map(|at| at.timestamp()),
        "error_message": error_message(job),
    })
}

/// The words that frontends look for come first, then the remedy.
pub fn error_message(job: &Job) -> Option<String> {
    let remedy = wire::job::stop_message(job).unwrap_or_default();
    match (job.state, job.stop_reason) {
        (JobState::Canceled, _) => Some("Canceled".into()),
        (JobState::Failed, Some(StopReason::AccountTrouble)) => Some(match job.error.as_ref().map(|error| error.code.as_str()) {
            Some("ACCOUNT_REFUSED_401") => format!("Unipile API error: 401. {remedy}"),
            Some("ACCOUNT_REFUSED_403") => format!("Unipile API error: 403. {remedy}"),
            _ => format!("No active LinkedIn account found. {remedy}"),
        }),
        (JobState::Failed, Some(StopReason::Deadline)) => Some(format!("Job timeout. {remedy}")),
        (JobState::Failed, _) => Some(remedy),
        _ => None,
    }
}

pub fn prospect(prospect: Prospect) -> Value {
    let record = prospect.record;
    json!({
        "id": format!("linkedin_{}", record.provider_id),
        "name": record.name,
        "firstName": record.first_name,
        "lastName": record.last_name,
        "headline": record.headline,
        "title": record.title,
        "company": record.company,
        "industry": record.industry,
        "linkedinUrl": record.profile_url,
        "publicIdentifier": record.public_identifier,
        "location": record.location,
        "country": record.country,
        "connectionDegree": record.network_distance.and_then(wire::prospect::degree),
        "mutualConnections": record.shared_connections,
        "summary": record.summary,
        "premium": record.premium,
        "openToWork": record.open_to_work,
        "source": "linkedin",
        "scrapedAt": prospect.created_at.timestamp(),
        "raw": record.raw,
    })
}
