//! Where the rows come from, and how to go on reading them after a stop.

use serde::{Deserialize, Serialize};

use super::columns::ExportRow;
use crate::domain::export::ExportSource;
use crate::domain::job::Job;
use crate::domain::{ProviderName, Scope};
use crate::store::prospects::{self, Extent, FieldsAsked, Mark, Prospect, ProspectQuery, ProspectSort};
use crate::store::{Conn, StoreError};

/// What there was at the start, and the last row that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Place {
    Search { extent: Extent, last: Option<Mark> },
}

impl Place {
    /// Rows from the start to the end.
    pub fn total(&self) -> i64 {
        match self {
            Self::Search { extent, .. } => extent.rows,
        }
    }
}

/// Looks at what there is now; later rows are not taken in.
pub async fn begin(conn: &mut Conn, job: &Job, source: &ExportSource) -> Result<Place, StoreError> {
    match source {
        ExportSource::Search { .. } => {
            let query = search(job, source);
            Ok(Place::Search { extent: prospects::extent(conn, &query).await?, last: None })
        }
    }
}

/// The next rows, and where to go on after them.
pub async fn read_on(
    conn: &mut Conn,
    job: &Job,
    source: &ExportSource,
    place: Place,
    limit: i64,
) -> Result<(Vec<ExportRow>, Place), StoreError> {
    match place {
        Place::Search { extent, last } => {
            let query = search(job, source);
            let found = prospects::read_on(conn, &query, &extent, last.as_ref(), limit).await?;
            let last = found.last().map(|prospect| Mark::of(prospect, query.sort)).or(last);
            Ok((found.into_iter().map(of_prospect).collect(), Place::Search { extent, last }))
        }
    }
}

/// The list of results as it was asked for.
pub fn search(job: &Job, source: &ExportSource) -> ProspectQuery {
    let ExportSource::Search { search_id, words, sort, descending } = source;
    ProspectQuery {
        scope: Scope::Workspace(job.workspace_id),
        job_id: *search_id,
        words: words.clone(),
        fields: FieldsAsked::default(),
        sort: ProspectSort::from_word(sort).unwrap_or(ProspectSort::Found),
        descending: *descending,
    }
}

fn of_prospect(prospect: Prospect) -> ExportRow {
    ExportRow {
        id: prospect.id.to_string(),
        batch: Some(prospect.batch),
        position: prospect.position,
        api: Some(prospect.record.api),
        record: prospect.record,
        // The only provider that is searched.
        provider: ProviderName::Unipile.as_str().to_owned(),
        fetched_at: prospect.created_at.timestamp(),
        decision: None,
    }
}
