//! One posting's page becomes part of its row, or the reason why not.

use std::sync::Arc;

use async_trait::async_trait;
use sluice_providers::{PostingAnswer, PostingQuery, PostingRecord};

use super::ending::{as_json, rows_kept};
use super::{Passed, Refusal};
use crate::domain::Micros;
use crate::domain::job::{Job, Progress};
use crate::domain::posting::filter::WordFilters;
use crate::domain::posting::order::wire_name;
use crate::domain::posting::{Outcome as Came, PostingSource, Reason, SearchArgs};
use crate::jobs::engine::{Next, Outcome, Write};
use crate::store::postings::items::{self, Settled, Wanting};
use crate::store::postings::save::Importing;
use crate::store::{StoreError, Tx, charges, hosts, paces};

/// What is kept, and how.
#[derive(Clone)]
pub(in crate::jobs) enum Keeping {
    /// Somebody asked for these very postings: they are saved.
    Asked,
    /// What a search found, as far as its filters let it pass.
    Found(Arc<SearchArgs>),
}

impl Keeping {
    pub(in crate::jobs) fn saves(&self) -> bool {
        matches!(self, Self::Asked)
    }

    /// Why a posting is left out, by what is known of it; `None` when it is kept.
    pub(in crate::jobs) fn failed(&self, query: Option<i64>, record: &PostingRecord, now: Micros) -> Option<Reason> {
        let Self::Found(args) = self else { return None };
        let asked = query.and_then(|query| args.queries.get(usize::try_from(query).ok()?));
        asked.and_then(|query| filtered(query, record, now)).or_else(|| worded(&args.filters, record))
    }

    /// With what became of the filters.
    pub(in crate::jobs) async fn statistics(&self, tx: &mut Tx, job: &Job) -> Result<crate::domain::posting::Statistics, StoreError> {
        let told = items::statistics(tx, job.id).await?;
        Ok(match self {
            Self::Asked => told,
            Self::Found(args) => told.with_filters(&args.checked, &args.unproven),
        })
    }
}

fn filtered(query: &PostingQuery, record: &PostingRecord, now: Micros) -> Option<Reason> {
    query.failed_filter(record, now.timestamp()).map(|name| Reason::filter(wire_name(name)))
}

fn worded(filters: &WordFilters, record: &PostingRecord) -> Option<Reason> {
    filters.failed(record.title.as_deref(), record.company.as_deref())
}

/// The answer to the question for one posting.
pub(in crate::jobs) struct Details<C> {
    pub cursor: C,
    pub item: Wanting,
    /// What came, or why the provider will not tell.
    pub answer: Result<PostingAnswer, Refusal>,
    pub keeping: Keeping,
    pub source: PostingSource,
    pub host: String,
    pub passed: Passed,
}

#[async_trait]
impl<C: Clone + Send + Sync> Write<C> for Details<C> {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<C>, StoreError> {
        if let Some(charge) = self.passed.charge {
            charges::settle(tx, charge, 1).await?;
        }
        let importing = Importing::begin(tx, job.workspace_id, job.id, self.source, self.keeping.saves()).await?;
        match &self.answer {
            Ok(PostingAnswer::Found(record)) => self.found(tx, job, importing, record).await?,
            Ok(PostingAnswer::Gone) => {
                let reason = Reason::new("gone", "LinkedIn has no such posting any more, or never had it.".into());
                self.lost(tx, job, importing, reason).await?;
            }
            Ok(PostingAnswer::Another { posting_id }) => {
                let message = format!("LinkedIn answered with another posting, {posting_id}, which was not asked for and is not stored.");
                self.lost(tx, job, importing, Reason::new("another_posting", message)).await?;
            }
            Ok(PostingAnswer::Refused { detail }) => self.refused(tx, job, Reason::new("refused", detail.clone())).await?,
            Ok(PostingAnswer::Unreadable { detail, .. }) => {
                let message = format!("Its page could not be read: {}.", detail.trim_end_matches('.'));
                self.refused(tx, job, Reason::new("unreadable", message)).await?;
            }
            Err(refusal) => self.refused(tx, job, Reason::new(refusal.code, refusal.detail.clone())).await?,
        }
        after_answer(tx, &self.host, self.passed).await?;
        let told = self.keeping.statistics(tx, job).await?;
        let left = items::count_wanting(tx, job.id).await?;
        let message = format!("Reading pages: {} of {} seen to.", told.found - left, told.found);
        Ok(Outcome {
            progress: Some(Progress { current: told.found - left, total: told.found, message: Some(message) }),
            rows_kept: Some(rows_kept(&told)),
            result: Some(as_json(&told)),
            ..Outcome::new(Next::Continue(self.cursor.clone()))
        })
    }
}

impl<C> Details<C> {
    async fn found(&self, tx: &mut Tx, job: &Job, importing: Importing, record: &PostingRecord) -> Result<(), StoreError> {
        let missing = record.missing_fields();
        let now = Micros(tx.now_us().await?);
        let (outcome, reason) = if !missing.is_empty() {
            (Came::Failed, Some(Reason::lacks(&missing)))
        } else if let Some(reason) = self.keeping.failed(self.item.query, record, now) {
            (Came::Filtered, Some(reason))
        } else {
            let imported = importing.save(tx, record).await?;
            let came = match self.item.outcome {
                Came::Pending if imported.is_new => Came::New,
                Came::Pending => Came::Updated,
                before => before,
            };
            let settled = Settled {
                posting: Some(imported.number),
                title: record.title.as_deref(),
                company_name: record.company.as_deref(),
                reason: None,
            };
            return items::settle(tx, job.id, self.item.position, came, settled).await;
        };
        let posting = self.taken_back(tx, importing).await?;
        let settled = Settled { posting, title: record.title.as_deref(), company_name: record.company.as_deref(), reason };
        items::settle(tx, job.id, self.item.position, outcome, settled).await
    }

    /// It was not shown, and may be there all the same: what is known of it stays.
    async fn refused(&self, tx: &mut Tx, job: &Job, reason: Reason) -> Result<(), StoreError> {
        let settled = Settled { posting: self.item.posting, reason: Some(reason), ..Settled::default() };
        items::settle(tx, job.id, self.item.position, Came::Failed, settled).await
    }

    /// The posting is not to be had: what this job stored of it goes again, and what was known before is noted to be closed.
    async fn lost(&self, tx: &mut Tx, job: &Job, importing: Importing, reason: Reason) -> Result<(), StoreError> {
        let posting = self.taken_back(tx, importing).await?;
        importing.close(tx, &self.item.linkedin_id).await?;
        items::settle(tx, job.id, self.item.position, Came::Failed, Settled { posting, reason: Some(reason), ..Settled::default() }).await
    }

    /// The posting that stays, if it was there before this job.
    async fn taken_back(&self, tx: &mut Tx, importing: Importing) -> Result<Option<i64>, StoreError> {
        match (self.item.posting, self.item.outcome) {
            (Some(number), Came::New) => Ok(if importing.withdraw(tx, number).await? { None } else { Some(number) }),
            (posting, _) => Ok(posting),
        }
    }
}

/// The host has answered: it is asked at its pace again, by everybody.
pub(in crate::jobs) async fn after_answer(tx: &mut Tx, host: &str, passed: Passed) -> Result<(), StoreError> {
    if let Some(wanted_at) = passed.probing {
        hosts::reopen(tx, host, wanted_at).await?;
    }
    paces::clear_strikes(tx, paces::Door::Host(host)).await
}
