//! What a collection brought becomes rows, a hundred in each commit.

use async_trait::async_trait;
use sluice_providers::linkedin::posting_url::id_of_posting;
use sluice_providers::{PostingPage, PostingRecord, RejectedRecord};

use super::{FetchCursor, ROWS_AT_ONCE};
use crate::domain::job::{Job, Progress};
use crate::domain::posting::{Outcome as Came, PostingSource, Reason};
use crate::jobs::engine::{Next, Outcome, Write};
use crate::jobs::postings::{Passed, after_answer, as_json, not_ready, rows_kept};
use crate::store::postings::items::{self, Settled};
use crate::store::postings::save::Importing;
use crate::store::{StoreError, Tx, charges};

pub(super) struct SaveCollected {
    pub at: FetchCursor,
    pub page: PostingPage,
    pub passed: Passed,
    pub source: PostingSource,
    pub host: String,
}

#[async_trait]
impl Write<FetchCursor> for SaveCollected {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<FetchCursor>, StoreError> {
        if self.page.end.is_none() {
            after_answer(tx, &self.host, self.passed).await?;
            let cursor = FetchCursor { page: self.page.next.clone(), ..self.at.clone() };
            return not_ready(tx, job, self.at.asked_at.unwrap_or(self.passed.at), self.page.wait, cursor).await;
        }
        if let Some(charge) = self.at.charge {
            charges::settle(tx, charge, i64::try_from(self.page.received()).unwrap_or(i64::MAX)).await?;
        }
        let importing = Importing::begin(tx, job.workspace_id, job.id, self.source, true).await?;
        let end = (self.at.taken + ROWS_AT_ONCE).min(self.page.records.len());
        let part = &self.page.records[self.at.taken.min(end)..end];
        store(tx, job, importing, part).await?;
        if end == self.page.records.len() {
            refuse(tx, job, &self.page.rejected).await?;
            let reason = Reason::new("not_delivered", "The provider's collection does not have it.".into());
            items::give_up(tx, job.id, &reason).await?;
        }
        // The workspace before the host, as everywhere.
        after_answer(tx, &self.host, self.passed).await?;
        let told = items::statistics(tx, job.id).await?;
        let left = items::count_wanting(tx, job.id).await?;
        let message = format!("{} of {} seen to.", told.found - left, told.found);
        Ok(Outcome {
            progress: Some(Progress { current: told.found - left, total: told.found, message: Some(message) }),
            rows_kept: Some(rows_kept(&told)),
            result: Some(as_json(&told)),
            ..Outcome::new(Next::Continue(FetchCursor { taken: end, ..self.at.clone() }))
        })
    }
}

async fn store(tx: &mut Tx, job: &Job, importing: Importing, records: &[PostingRecord]) -> Result<(), StoreError> {
    let ids: Vec<&str> = records.iter().map(|record| record.posting_id.as_str()).collect();
    let mut wanting = items::wanting_among(tx, job.id, &ids).await?;
    for record in records {
        // A row that comes twice has been seen to.
        let Some(item) = wanting.remove(&record.posting_id) else { continue };
        let missing = record.missing_fields();
        let (title, company_name) = (record.title.as_deref(), record.company.as_deref());
        let (outcome, settled) = if missing.is_empty() {
            let imported = importing.save(tx, record).await?;
            let came = if imported.is_new { Came::New } else { Came::Updated };
            (came, Settled { posting: Some(imported.number), title, company_name, reason: None })
        } else {
            (Came::Failed, Settled { posting: None, title, company_name, reason: Some(Reason::lacks(&missing)) })
        };
        items::settle(tx, job.id, item.position, outcome, settled).await?;
    }
    Ok(())
}

/// Notes why a posting could not be had, where the row says which one was asked for.
async fn refuse(tx: &mut Tx, job: &Job, rejected: &[RejectedRecord]) -> Result<(), StoreError> {
    for row in rejected {
        let asked = row.raw.get("input").and_then(|input| input.get("url")).and_then(serde_json::Value::as_str);
        let Some(id) = asked.and_then(|url| id_of_posting(url).ok()) else { continue };
        let Some(item) = items::wanting_among(tx, job.id, &[&id]).await?.remove(&id) else { continue };
        let reason = Reason::new("refused", format!("The provider could not collect it: {}.", row.error.trim_end_matches('.')));
        items::settle(tx, job.id, item.position, Came::Failed, Settled { reason: Some(reason), ..Settled::default() }).await?;
    }
    Ok(())
}
