//! Jobs and prospects as rows of the published tables: the one place that fills their columns.

use serde_json::Value as Json;

use super::prospect_search::{criteria, shapes};
use crate::domain::job::Job;
use crate::domain::published::{Cell, Row, Table};
use crate::domain::search::SearchArgs;
use crate::store::prospects::Prospect;

pub fn job_row(job: &Job) -> Row {
    // The arguments were written by this program; what an older version wrote and this one cannot read shows as nothing.
    let args: Option<SearchArgs> = serde_json::from_value(job.args.clone()).ok();
    Row::new(
        Table::Jobs,
        vec![
            job.id.to_string().into(),
            job.user_id.to_string().into(),
            job.workspace_id.to_string().into(),
            args.as_ref().map(|args| criteria::show(&args.query)).into(),
            "linkedin".into(),
            args.as_ref().map(|args| args.api.as_str()).into(),
            shapes::status(job).into(),
            job.progress.current.into(),
            job.progress.total.into(),
            job.started_at.into(),
            job.completed_at.into(),
            job.rows_kept.into(),
            shapes::error_message(job).into(),
            job.retries.into(),
            job.created_at.into(),
            job.updated_at.into(),
        ],
    )
}

pub fn result_row(prospect: Prospect) -> Row {
    let (id, job, batch, at) = (prospect.id.to_string(), prospect.job_id.to_string(), prospect.batch, prospect.created_at);
    let data: Json = shapes::prospect(prospect);
    Row::new(Table::Results, vec![id.into(), job.into(), Cell::Json(data), batch.into(), at.into()])
}
