//! What a page of people becomes: rows, a settled charge, and the decision how to go on.

use std::time::Duration;

use async_trait::async_trait;
use sluice_api::wording::state::KEEPING_PACE;
use sluice_providers::Page;

use super::SearchCursor;
use crate::domain::id::ChargeId;
use crate::domain::job::{Job, Progress, StopReason};
use crate::domain::search::SearchArgs;
use crate::domain::{AccountId, Micros, Scope};
use crate::jobs::engine::{Next, Outcome, PageOutcome, Write};
use crate::store::prospects::Saved;
use crate::store::{StoreError, Tx, accounts, charges, paces, prospects, reviews};

pub(super) struct SavePage {
    pub account: AccountId,
    pub args: SearchArgs,
    pub at: SearchCursor,
    pub page: Page,
    pub charge: ChargeId,
    /// Drawn for the distance between the next start and the one after it.
    pub gap: Duration,
}

#[async_trait]
impl Write<SearchCursor> for SavePage {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<SearchCursor>, StoreError> {
        let received = (self.page.records.len() + self.page.rejected.len()) as u64;
        charges::settle(tx, self.charge, i64::try_from(received).unwrap_or(i64::MAX)).await?;
        if received == 0 && self.is_first() && self.page.next.is_none() && !self.at.asked_again {
            return self.ask_again(tx).await;
        }
        let batch = job.pages + 1;
        let room = i64::from(self.args.target) - job.rows_kept;
        let saved = prospects::save_page(tx, job, batch, &self.page.records, room).await?;
        prospects::keep_rejected(tx, job, batch, &self.page.rejected).await?;
        reviews::following::page_saved(tx, job).await?;
        // After the people, as in every transaction that locks both.
        paces::clear_strikes(tx, self.account).await?;
        Ok(Outcome {
            next: self.next(tx, received, saved).await?,
            page: Some(PageOutcome {
                position: self.at.page.as_ref().map(|cursor| cursor.0.clone()).unwrap_or_default(),
                next_position: self.page.next.as_ref().map(|cursor| cursor.0.clone()),
                received: i64::try_from(received).unwrap_or(i64::MAX),
                stored: saved.stored,
                rejected: self.page.rejected.len() as i64,
                left_out: saved.left_out,
                brought: None,
            }),
            progress: Some(self.progress(saved)),
            rows_kept: Some(saved.total),
            notes: Vec::new(),
            result: None,
        })
    }
}

impl SavePage {
    fn is_first(&self) -> bool {
        self.at.page.is_none()
    }

    /// Nothing at all may be a hiccup; it is believed when it comes twice.
    async fn ask_again(&self, tx: &mut Tx) -> Result<Outcome<SearchCursor>, StoreError> {
        let cursor = SearchCursor { asked_again: true, slot: None, ..self.at.clone() };
        let next = self.at_pace(tx, cursor).await?;
        Ok(Outcome { notes: vec!["the first page was empty; asking once more".into()], ..Outcome::new(next) })
    }

    async fn next(&self, tx: &mut Tx, received: u64, saved: Saved) -> Result<Next<SearchCursor>, StoreError> {
        let done = |reason| Next::Done { reason, result: None };
        if saved.total >= i64::from(self.args.target) {
            return Ok(done(if self.args.is_clamped() { StopReason::ProviderCap } else { StopReason::TargetReached }));
        }
        let received = self.at.received + received;
        let Some(next) = &self.page.next else {
            let capped = received >= u64::from(self.args.api.cap());
            return Ok(done(if capped { StopReason::ProviderCap } else { StopReason::Exhausted }));
        };
        self.at_pace(tx, SearchCursor { page: Some(next.clone()), slot: None, received, ..self.at.clone() }).await
    }

    /// Reserves the next start in the same transaction, so that the page and the wait after it are one commit.
    async fn at_pace(&self, tx: &mut Tx, cursor: SearchCursor) -> Result<Next<SearchCursor>, StoreError> {
        // An account that was removed meanwhile has no pace to keep; the next step says so, with this page kept.
        if self.gap.is_zero() || accounts::find(tx, Scope::System, self.account).await?.is_none() {
            return Ok(Next::Continue(cursor));
        }
        let (slot, wait) = paces::reserve(tx, self.account, self.gap).await?;
        Ok(Next::Wait { cursor: SearchCursor { slot: Some(slot), ..cursor }, at: Micros(slot.at_us), wait, reason: KEEPING_PACE.into() })
    }

    /// Out of what can be had at all: the target, the cap of the api, and what the provider says there is.
    fn progress(&self, saved: Saved) -> Progress {
        let cap = u64::from(self.args.target.min(self.args.api.cap()));
        let there = self.page.total.map_or(cap, |total| total.min(cap));
        let total = i64::try_from(there).unwrap_or(i64::MAX).max(saved.total);
        Progress { current: saved.total, total, message: None }
    }
}
