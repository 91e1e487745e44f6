//! One posting's page becomes part of its row, or the reason why not.

use async_trait::async_trait;
use sluice_providers::{PostingAnswer, PostingRecord, UnreadPage};

use super::Passed;
use super::ending::{as_json, rows_kept};
use super::keeping::Keeping;
use super::streak::{GONE, MOST_GONE, MOST_UNREADABLE, Unread, Verdict};
use crate::domain::Micros;
use crate::domain::job::{Job, Progress, StopReason};
use crate::domain::posting::{Outcome as Came, PostingSource, Reason};
use crate::jobs::engine::{Next, Outcome, Write};
use crate::store::postings::items::{self, Settled, Wanting};
use crate::store::postings::save::Importing;
use crate::store::{StoreError, Tx, accounts, charges, hosts, paces, posting_pages};

/// The answer to the question for one posting.
pub(super) struct Details<C> {
    /// With the streak after this answer.
    pub cursor: C,
    pub item: Wanting,
    /// What came, or why this posting alone cannot be had.
    pub answer: Result<PostingAnswer, Reason>,
    pub verdict: Verdict,
    pub keeping: Keeping,
    pub source: PostingSource,
    pub host: String,
    pub passed: Passed,
}

#[async_trait]
impl<C: Clone + Send + Sync> Write<C> for Details<C> {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<C>, StoreError> {
        if let Some(charge) = self.passed.charge {
            charges::settle(tx, charge, i64::from(self.answer.is_ok())).await?;
        }
        let importing = Importing::begin(tx, job.workspace_id, job.id, self.source, self.keeping.saves()).await?;
        if let Ok(PostingAnswer::Unreadable { page, .. }) = &self.answer {
            posting_pages::keep_unread(tx, job.id, &page.url, &page.bytes).await?;
        }
        let next = match &self.verdict {
            Verdict::Settle { gone } => {
                settle_gone(tx, job, importing, gone).await?;
                self.settle(tx, job, importing).await?;
                Next::Continue(self.cursor.clone())
            }
            Verdict::Hold => Next::Continue(self.cursor.clone()),
            Verdict::MarkupChanged { again } => self.markup_changed(tx, job, again).await?,
            Verdict::AllGone => self.all_gone(),
        };
        if self.answer.is_ok() {
            after_answer(tx, &self.host, self.passed).await?;
        }
        told(tx, job, &self.keeping, next).await
    }
}

impl<C: Clone> Details<C> {
    async fn settle(&self, tx: &mut Tx, job: &Job, importing: Importing) -> Result<(), StoreError> {
        match &self.answer {
            Ok(PostingAnswer::Found(record)) => self.found(tx, job, importing, record).await,
            Ok(PostingAnswer::Gone) => lost(tx, job, importing, &self.item, gone()).await,
            Ok(PostingAnswer::Another { posting_id }) => {
                let message = format!("LinkedIn answered with another posting, {posting_id}, which was not asked for and is not stored.");
                lost(tx, job, importing, &self.item, Reason::new("another_posting", message)).await
            }
            Ok(PostingAnswer::Refused { detail }) => self.refused(tx, job, Reason::new("refused", detail.clone())).await,
            Ok(PostingAnswer::Unreadable { detail, page, .. }) => {
                let UnreadPage { url, .. } = page.as_ref();
                tracing::warn!(job = %job.id, url, detail, "a posting's page could not be read");
                let message = format!("Its page could not be read: {}. It is kept with the job.", detail.trim_end_matches('.'));
                self.refused(tx, job, Reason::new("unreadable", message)).await
            }
            Err(reason) => self.refused(tx, job, reason.clone()).await,
        }
    }

    async fn found(&self, tx: &mut Tx, job: &Job, importing: Importing, record: &PostingRecord) -> Result<(), StoreError> {
        let item = &self.item;
        let missing = record.missing_fields();
        let reason = if missing.is_empty() { self.left_out(tx, job, record).await? } else { Some(Reason::lacks(&missing)) };
        let (title, company_name) = (record.title.as_deref(), record.company.as_deref());
        let Some(reason) = reason else {
            let imported = importing.save(tx, record).await?;
            let came = match item.outcome {
                Came::Pending if imported.is_new => Came::New,
                Came::Pending => Came::Updated,
                before => before,
            };
            let settled = Settled { posting: Some(imported.number), title, company_name, reason: None };
            return items::settle(tx, job.id, item.position, came, settled).await;
        };
        let came = if missing.is_empty() { Came::Filtered } else { Came::Failed };
        let posting = taken_back(tx, importing, item).await?;
        items::settle(tx, job.id, item.position, came, Settled { posting, title, company_name, reason: Some(reason) }).await
    }

    /// Why the posting is left out, now that all is known of it. What one query leaves out is kept when another one that brought it does not,
    /// and is that one's from then on.
    async fn left_out(&self, tx: &mut Tx, job: &Job, record: &PostingRecord) -> Result<Option<Reason>, StoreError> {
        let now = Micros(tx.now_us().await?);
        let Some(reason) = self.keeping.failed(self.item.query, record, now) else { return Ok(None) };
        for query in items::queries_of(tx, job.id, &self.item.linkedin_id).await? {
            if self.keeping.failed(Some(query), record, now).is_none() {
                items::give_to(tx, job.id, self.item.position, query).await?;
                return Ok(None);
            }
        }
        Ok(Some(reason))
    }

    /// It was not shown, and may be there all the same: what is known of it stays.
    async fn refused(&self, tx: &mut Tx, job: &Job, reason: Reason) -> Result<(), StoreError> {
        let settled = Settled { posting: self.item.posting, reason: Some(reason), ..Settled::default() };
        items::settle(tx, job.id, self.item.position, Came::Failed, settled).await
    }

    /// Ends the job; the postings of the streak are read again after a Retry.
    async fn markup_changed(&self, tx: &mut Tx, job: &Job, again: &[Unread]) -> Result<Next<C>, StoreError> {
        for unread in again {
            items::want_again(tx, job.id, unread.position, unread.outcome).await?;
        }
        let detail = match &self.answer {
            Ok(PostingAnswer::Unreadable { detail, excerpt, .. }) => {
                tracing::error!(job = %job.id, detail, excerpt, "postings cannot be read any more");
                detail.trim_end_matches('.')
            }
            _ => "nothing is known of them",
        };
        let message = format!(
            "{MOST_UNREADABLE} postings in a row could not be read ({detail}), so LinkedIn's pages may look different by now. What was found is \
             kept, and so are these pages; Retry asks for them again."
        );
        Ok(self.failed("ANSWER_UNREADABLE", message))
    }

    /// Ends the job before anything is closed that may be there all the same.
    fn all_gone(&self) -> Next<C> {
        let message = format!(
            "LinkedIn has none of {MOST_GONE} postings in a row, so its pages may have moved. None of them was closed. Look at one of them in a \
             browser: if they are really gone, Retry believes it for the rest of this job."
        );
        self.failed("POSTINGS_GONE", message)
    }

    fn failed(&self, code: &'static str, message: String) -> Next<C> {
        let cursor = Some(self.cursor.clone());
        Next::Failed { cursor, reason: StopReason::MarkupChanged, code, message, retryable: true }
    }
}

/// The last postings of a job are said to be gone, and no other is left to be compared with.
pub(in crate::jobs) struct SettleGone<C> {
    /// With an empty streak.
    pub cursor: C,
    pub gone: Vec<i64>,
    pub keeping: Keeping,
    pub source: PostingSource,
}

#[async_trait]
impl<C: Clone + Send + Sync> Write<C> for SettleGone<C> {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<C>, StoreError> {
        let importing = Importing::begin(tx, job.workspace_id, job.id, self.source, self.keeping.saves()).await?;
        settle_gone(tx, job, importing, &self.gone).await?;
        told(tx, job, &self.keeping, Next::Continue(self.cursor.clone())).await
    }
}

async fn settle_gone(tx: &mut Tx, job: &Job, importing: Importing, positions: &[i64]) -> Result<(), StoreError> {
    for item in items::wanting_at(tx, job.id, positions).await? {
        lost(tx, job, importing, &item, gone()).await?;
    }
    Ok(())
}

/// The posting is not to be had: what this job stored of it goes again, and what was known before is noted to be closed.
async fn lost(tx: &mut Tx, job: &Job, importing: Importing, item: &Wanting, reason: Reason) -> Result<(), StoreError> {
    let posting = taken_back(tx, importing, item).await?;
    importing.close(tx, &item.linkedin_id).await?;
    items::settle(tx, job.id, item.position, Came::Failed, Settled { posting, reason: Some(reason), ..Settled::default() }).await
}

/// The posting that stays, if it was there before this job.
async fn taken_back(tx: &mut Tx, importing: Importing, item: &Wanting) -> Result<Option<i64>, StoreError> {
    match (item.posting, item.outcome) {
        (Some(number), Came::New) => Ok(if importing.withdraw(tx, number).await? { None } else { Some(number) }),
        (posting, _) => Ok(posting),
    }
}

fn gone() -> Reason {
    Reason::new(GONE, "LinkedIn has no such posting any more, or never had it.".into())
}

/// What the job came to by now.
async fn told<C>(tx: &mut Tx, job: &Job, keeping: &Keeping, next: Next<C>) -> Result<Outcome<C>, StoreError> {
    let told = keeping.statistics(tx, job).await?;
    let left = items::count_wanting(tx, job.id).await?;
    let message = format!("Reading pages: {} of {} seen to.", told.found - left, told.found);
    Ok(Outcome {
        progress: Some(Progress { current: told.found - left, total: told.found, message: Some(message) }),
        rows_kept: Some(rows_kept(&told)),
        result: Some(as_json(&told)),
        ..Outcome::new(next)
    })
}

/// The host has answered: it is asked at its pace again, by everybody, and the account that was tried works.
pub(in crate::jobs) async fn after_answer(tx: &mut Tx, host: &str, passed: Passed) -> Result<(), StoreError> {
    if let Some(wanted_at) = passed.probing {
        hosts::reopen(tx, host, wanted_at).await?;
    }
    paces::clear_strikes(tx, paces::Door::Host(host)).await?;
    match passed.on_trial {
        Some(account) => accounts::end_trouble(tx, account).await,
        None => Ok(()),
    }
}
