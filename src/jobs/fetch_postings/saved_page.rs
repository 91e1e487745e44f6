//! A page that somebody saved from a browser becomes rows. No provider is called, so that no account is needed.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sluice_providers::ProviderError;
use sluice_providers::linkedin::saved_page::{SavedKind, SavedPage, read_saved_page};

use super::{FetchCursor, ROWS_AT_ONCE};
use crate::domain::JobId;
use crate::domain::job::{Job, Progress, StopReason};
use crate::domain::posting::{Outcome as Came, PostingSource, Reason};
use crate::jobs::engine::{Next, Outcome, StepError, Write};
use crate::jobs::postings::{as_json, rows_kept};
use crate::store::postings::items::{self, NewItem};
use crate::store::postings::save::Importing;
use crate::store::{Database, StoreError, Tx, posting_pages};

/// The large page that was read last: its parts are stored one after the other, and it need not be read anew for each.
#[derive(Default)]
pub(super) struct LastRead(Mutex<Option<(JobId, Arc<SavedPage>)>>);

impl LastRead {
    fn of(&self, job: JobId) -> Option<Arc<SavedPage>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(known, _)| *known == job).map(|(_, page)| page.clone())
    }

    /// Keeps the page for as long as there are parts behind the one that begins at `taken`.
    fn keep(&self, job: JobId, page: &Arc<SavedPage>, taken: usize) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if page.records.len() > taken + ROWS_AT_ONCE {
            *kept = Some((job, page.clone()));
        } else if kept.as_ref().is_some_and(|(known, _)| *known == job) {
            *kept = None;
        }
    }
}

/// Reads the job's page; the commit stores the next part of it.
pub(super) async fn read(
    database: &Database,
    last_read: &LastRead,
    job: &Job,
    at: FetchCursor,
) -> Result<Box<dyn Write<FetchCursor>>, StepError> {
    let page = match last_read.of(job.id) {
        Some(page) => page,
        None => Arc::new(parse(database, job).await?),
    };
    last_read.keep(job.id, &page, at.taken);
    Ok(Box::new(SaveFile { at, page }))
}

async fn parse(database: &Database, job: &Job) -> Result<SavedPage, StepError> {
    let mut conn = database.read().await?;
    let bytes = posting_pages::saved(&mut conn, job.id).await?;
    drop(conn);
    // Seconds of work on the largest pages, which must not hold up the runtime.
    let read = tokio::task::spawn_blocking(move || read_saved_page(&bytes)).await;
    match read {
        Ok(Ok(page)) => Ok(page),
        Ok(Err(ProviderError::Refused { detail, .. })) => {
            Err(StepError::Fatal { reason: StopReason::Error, code: "PAGE_UNREADABLE", message: detail, retryable: false })
        }
        Ok(Err(error)) => {
            let message =
                format!("The file is a page of postings, but none of them can be read: {error}. Save a posting's own page instead.");
            Err(StepError::Fatal { reason: StopReason::MarkupChanged, code: "PAGE_UNREADABLE", message, retryable: true })
        }
        Err(_panic) => Err(StepError::Retry { message: "an internal error (it is in the server's log)".into() }),
    }
}

struct SaveFile {
    at: FetchCursor,
    page: Arc<SavedPage>,
}

#[async_trait]
impl Write<FetchCursor> for SaveFile {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<FetchCursor>, StoreError> {
        let importing = Importing::begin(tx, job.workspace_id, job.id, PostingSource::File, true).await?;
        let records = &self.page.records;
        let end = (self.at.taken + ROWS_AT_ONCE).min(records.len());
        let part = &records[self.at.taken.min(end)..end];
        let ids: Vec<&str> = part.iter().map(|record| record.posting_id.as_str()).collect();
        let mut had = items::had(tx, job.id, &ids).await?;
        let mut new = Vec::with_capacity(part.len());
        for record in part {
            let mut item = NewItem {
                query: None,
                input: format!("posting {} on the page", record.position + 1),
                linkedin_id: Some(record.posting_id.clone()),
                posting: None,
                title: record.title.clone(),
                company_name: record.company.clone(),
                outcome: Came::Duplicate,
                reason: None,
                wants_details: false,
            };
            let missing = record.missing_fields();
            match had.get(&record.posting_id) {
                Some(posting) => item.posting = *posting,
                None if missing.is_empty() => {
                    let imported = importing.save(tx, record).await?;
                    item.posting = Some(imported.number);
                    item.outcome = if imported.is_new { Came::New } else { Came::Updated };
                }
                None => (item.outcome, item.reason) = (Came::Failed, Some(Reason::lacks(&missing))),
            }
            had.entry(record.posting_id.clone()).or_insert(item.posting);
            new.push(item);
        }
        let is_last = end == records.len();
        if is_last {
            new.extend(self.page.rejected.iter().map(|row| NewItem {
                query: None,
                input: format!("posting {} on the page", row.position + 1),
                linkedin_id: None,
                posting: None,
                title: None,
                company_name: None,
                outcome: Came::Failed,
                reason: Some(Reason::new("unreadable", format!("It could not be read: {}.", row.error.trim_end_matches('.')))),
                wants_details: false,
            }));
        }
        items::add(tx, job.id, &new).await?;
        let told = items::statistics(tx, job.id).await?;
        let lack = lack(&self.page);
        let message = match lack {
            Some(lack) => format!("{} {lack}", told.sentence()),
            None => told.sentence(),
        };
        let there = (records.len() + self.page.rejected.len()) as i64;
        let result = as_json(&told);
        let next = if is_last {
            posting_pages::forget_saved(tx, job.id).await?;
            Next::Done { reason: StopReason::Exhausted, result: Some(result.clone()) }
        } else {
            Next::Continue(FetchCursor { taken: end, ..self.at.clone() })
        };
        Ok(Outcome {
            progress: Some(Progress { current: told.found, total: there.max(told.found), message: Some(message) }),
            notes: lack.map(str::to_owned).into_iter().collect(),
            rows_kept: Some(rows_kept(&told)),
            result: Some(result),
            ..Outcome::new(next)
        })
    }
}

/// What a posting's own page should have shown and does not, as when it was saved before it had loaded or the file was cut off.
fn lack(page: &SavedPage) -> Option<&'static str> {
    let is_without_words = |page: &SavedPage| page.records.iter().all(|record| record.description.is_none());
    (page.kind == SavedKind::Posting && is_without_words(page)).then_some(
        "The file holds no whole description of the posting: it may be cut off. Open the posting once more, let it load to its end, and save it anew.",
    )
}
