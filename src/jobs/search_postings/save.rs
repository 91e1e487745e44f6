//! What a page of cards becomes: items, rows of what is kept, and the decision how to go on.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use sluice_providers::posting::{SearchEnd, Shown};
use sluice_providers::{PostingPage, PostingRecord};

use super::{ROWS_AT_ONCE, SearchCursor, most_rows};
use crate::domain::Micros;
use crate::domain::job::{Job, Progress};
use crate::domain::posting::order::label;
use crate::domain::posting::{Outcome as Came, PostingSource, Reason, SearchArgs};
use crate::jobs::engine::{Next, Outcome, PageOutcome, Write};
use crate::jobs::postings::{Keeping, Passed, after_answer, as_json, not_ready, rows_kept};
use crate::store::postings::items::{self, NewItem};
use crate::store::postings::save::Importing;
use crate::store::{StoreError, Tx, charges, job_pages};

pub(super) struct SavePage {
    pub args: SearchArgs,
    pub keeping: Keeping,
    pub at: SearchCursor,
    pub page: PostingPage,
    pub passed: Passed,
    pub source: PostingSource,
    /// The most that the provider hands out for one query.
    pub cap: u32,
    pub host: String,
    /// Whether the page is a whole collection of whole postings.
    pub is_collection: bool,
}

/// How many cards were seen, and how many of them for the first time.
#[derive(Default)]
struct Seen {
    received: i64,
    new_to_query: i64,
    rejected: i64,
    left_out: i64,
    new: i64,
    updated: i64,
    duplicates: i64,
    filtered: i64,
    /// Lack what a posting has to have, and have no page that could bring it.
    failed: i64,
    /// Whose own page decides what they come to.
    undecided: i64,
}

impl Seen {
    fn count(&mut self, outcome: Came) {
        match outcome {
            Came::New => self.new += 1,
            Came::Updated => self.updated += 1,
            Came::Duplicate => self.duplicates += 1,
            Came::Filtered => self.filtered += 1,
            Came::Failed => self.failed += 1,
            Came::Pending => self.undecided += 1,
            Came::Fresh => {}
        }
    }

    /// As the end of the job will tell it, in the same words.
    fn words(&self) -> String {
        let others = [
            (self.updated, "updated"),
            (self.duplicates, "came before"),
            (self.filtered, "filtered out"),
            (self.failed, "failed"),
            (self.undecided, "whose own pages are read first"),
            (self.left_out, "more than wanted"),
        ];
        let others = others.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!(", {number} {what}"));
        format!("{} new{}", self.new, others.collect::<String>())
    }
}

#[async_trait]
impl Write<SearchCursor> for SavePage {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<SearchCursor>, StoreError> {
        if self.is_collection && self.page.end.is_none() {
            return self.wait_for_collection(tx, job).await;
        }
        let charge = self.at.charge.or(self.passed.charge);
        if let Some(charge) = charge {
            charges::settle(tx, charge, i64::try_from(self.page.received()).unwrap_or(i64::MAX)).await?;
        }
        if self.page.end == Some(SearchEnd::NothingFound) && !self.at.asked_again {
            after_answer(tx, &self.host, self.passed).await?;
            let cursor = SearchCursor { asked_again: true, ..self.at.clone() };
            let notes = vec!["the first page was empty; asking once more".into()];
            return Ok(Outcome { notes, ..Outcome::new(Next::Continue(cursor)) });
        }
        let seen = self.store(tx, job).await?;
        after_answer(tx, &self.host, self.passed).await?;
        let told = self.keeping.statistics(tx, job).await?;
        let (cursor, notes) = self.without_circles(tx, job, &seen, self.next()).await?;
        let same_query = cursor.query == self.at.query;
        let left = items::count_wanting(tx, job.id).await?;
        let progress = Progress {
            current: told.found - left,
            total: told.found.max(if cursor.query < self.args.queries.len() { self.expected(told.found) } else { 0 }),
            message: Some(format!("{} found so far ({}, page {}).", told.found, self.label(), self.at.pages + 1)),
        };
        let page = PageOutcome {
            position: place(&self.at),
            next_position: same_query.then(|| place(&cursor)),
            received: seen.received,
            stored: seen.new_to_query,
            rejected: seen.rejected,
            left_out: seen.left_out,
            brought: Some(seen.words()),
        };
        Ok(Outcome {
            // Pages without anything new are counted by the query, which they end before they could end the job.
            page: (seen.new_to_query > 0 && !self.is_unrelated()).then_some(page),
            progress: Some(progress),
            rows_kept: Some(rows_kept(&told)),
            notes,
            result: Some(as_json(&told)),
            // Going on without a wait; the gate keeps the pace before the next call.
            next: Next::Continue(cursor),
        })
    }
}

/// Where a page began, for the guard against circles.
fn place(cursor: &SearchCursor) -> String {
    match (&cursor.page, cursor.taken) {
        (_, taken) if taken > 0 => format!("{}:#{taken}", cursor.query),
        (page, _) => format!("{}:{}", cursor.query, page.as_ref().map(|page| page.0.as_str()).unwrap_or_default()),
    }
}

/// So many pages in a row without anything new end a query.
const MOST_STALE: u32 = 3;

impl SavePage {
    /// Where to go on, if that leads anywhere: a query that goes in a circle ends, and the next one begins.
    async fn without_circles(
        &self,
        tx: &mut Tx,
        job: &Job,
        seen: &Seen,
        (mut cursor, mut notes): (SearchCursor, Vec<String>),
    ) -> Result<(SearchCursor, Vec<String>), StoreError> {
        if self.is_collection || cursor.query != self.at.query {
            return Ok((cursor, notes));
        }
        let (label, page) = (self.label(), self.at.pages + 1);
        if seen.new_to_query == 0 {
            notes.push(format!("page {page} of “{label}” brought nothing that had not come before"));
            cursor.stale_pages = self.at.stale_pages + 1;
        } else {
            cursor.stale_pages = 0;
        }
        let next = place(&cursor);
        if cursor.stale_pages >= MOST_STALE {
            notes.push(format!("“{label}” was left after {MOST_STALE} such pages; what it brought is kept"));
            return Ok((self.next_query(false, false), notes));
        }
        if next == place(&self.at) || job_pages::is_known(tx, job.id, &next).await? {
            notes.push(format!("“{label}” was left, since page {page} leads back to one that had come before; what it brought is kept"));
            return Ok((self.next_query(false, false), notes));
        }
        Ok((cursor, notes))
    }

    /// Whether the page holds anything but results.
    fn is_unrelated(&self) -> bool {
        self.page.end == Some(SearchEnd::Unrelated)
    }

    fn label(&self) -> String {
        self.args.queries.get(self.at.query).map(label).unwrap_or_default()
    }

    /// Cards that this and the later queries may still bring, with those that have come.
    fn expected(&self, found: i64) -> i64 {
        let most = i64::from(most_rows(&self.args).min(self.cap));
        let here = self.page.total.map_or(most, |total| i64::try_from(total).unwrap_or(most).min(most));
        let seen_here = i64::from(self.at.pages + 1) * 10;
        let later = (self.args.queries.len() - self.at.query - 1) as i64 * most;
        found + (here - seen_here).max(0) + later
    }

    /// The part of a collection that this commit stores; all of a page.
    fn part(&self) -> (&[PostingRecord], bool) {
        let records = &self.page.records;
        if !self.is_collection {
            return (records, true);
        }
        let most = records.len().min(most_rows(&self.args) as usize);
        let end = (self.at.taken + ROWS_AT_ONCE).min(most);
        (&records[self.at.taken.min(end)..end], end == most)
    }

    async fn store(&self, tx: &mut Tx, job: &Job) -> Result<Seen, StoreError> {
        let importing = Importing::begin(tx, job.workspace_id, job.id, self.source, self.keeping.saves()).await?;
        let (records, is_last) = self.part();
        let query = self.at.query as i64;
        let input = format!("{}, page {}", self.label(), self.at.pages + 1);
        let ids: Vec<&str> = records.iter().map(|record| record.posting_id.as_str()).collect();
        let mut had: HashMap<String, Option<i64>> = items::had(tx, job.id, &ids).await?;
        let mut brought: HashSet<String> = items::brought_by(tx, job.id, query, &ids).await?;
        let now = Micros(tx.now_us().await?);
        let mut seen = Seen::default();
        let mut new = Vec::with_capacity(records.len());
        for record in records {
            seen.received += 1;
            seen.new_to_query += i64::from(brought.insert(record.posting_id.clone()));
            let mut item = NewItem {
                query: Some(query),
                input: input.clone(),
                linkedin_id: Some(record.posting_id.clone()),
                posting: None,
                title: record.title.clone(),
                company_name: record.company.clone(),
                outcome: Came::Duplicate,
                reason: None,
                wants_details: false,
            };
            match had.get(&record.posting_id) {
                Some(posting) => item.posting = *posting,
                None if self.is_unrelated() => {
                    let reason = Reason::new("unrelated", "It has no word in common with what was looked for.".into());
                    (item.outcome, item.reason) = (Came::Filtered, Some(reason));
                }
                None => {
                    self.judge(tx, importing, record, now, &mut item).await?;
                    had.insert(record.posting_id.clone(), item.posting);
                }
            }
            new.push(item);
        }
        // Those that could not be read come with the last part.
        if is_last {
            for row in &self.page.rejected {
                seen.received += 1;
                seen.rejected += 1;
                new.push(NewItem {
                    query: Some(query),
                    input: input.clone(),
                    linkedin_id: None,
                    posting: None,
                    title: None,
                    company_name: None,
                    outcome: Came::Failed,
                    reason: Some(Reason::new("unreadable", format!("It could not be read: {}.", row.error.trim_end_matches('.')))),
                    wants_details: false,
                });
            }
            if self.is_collection {
                seen.left_out = self.page.records.len().saturating_sub(most_rows(&self.args) as usize) as i64;
                seen.received += seen.left_out;
            }
        }
        for item in &new {
            seen.count(item.outcome);
        }
        items::add(tx, job.id, &new).await?;
        Ok(seen)
    }

    /// Keeps a card, leaves it out, or puts the decision off until its page is there.
    async fn judge(
        &self,
        tx: &mut Tx,
        importing: Importing,
        record: &PostingRecord,
        now: Micros,
        item: &mut NewItem,
    ) -> Result<(), StoreError> {
        if let Some(reason) = self.keeping.failed(item.query, record, now) {
            (item.outcome, item.reason) = (Came::Filtered, Some(reason));
            return Ok(());
        }
        let wants_details = self.args.fetch_details && record.shown == Shown::SearchCard;
        let missing = record.missing_fields();
        if missing.is_empty() {
            let imported = importing.save(tx, record).await?;
            item.posting = Some(imported.number);
            item.outcome = if imported.is_new { Came::New } else { Came::Updated };
            item.wants_details = wants_details;
        } else if wants_details {
            (item.outcome, item.wants_details) = (Came::Pending, true);
        } else {
            (item.outcome, item.reason) = (Came::Failed, Some(Reason::lacks(&missing)));
        }
        Ok(())
    }

    /// The provider is still at work.
    async fn wait_for_collection(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<SearchCursor>, StoreError> {
        after_answer(tx, &self.host, self.passed).await?;
        let charge = self.at.charge.or(self.passed.charge);
        let cursor = SearchCursor { page: self.page.next.clone(), charge, ..self.at.clone() };
        let asked_at = self.at.asked_at.get(self.at.query).copied().unwrap_or(self.passed.at);
        not_ready(tx, job, asked_at, self.page.wait, cursor).await
    }

    /// Where to go on, and what people should know about the end of a query.
    fn next(&self) -> (SearchCursor, Vec<String>) {
        let pages = self.at.pages + 1;
        let label = self.label();
        if self.is_collection {
            let (records, is_last) = self.part();
            if !is_last {
                return (SearchCursor { taken: self.at.taken + records.len(), pages, ..self.at.clone() }, Vec::new());
            }
            // No more than this was asked for, so that nobody knows whether there is more.
            let limited = self.page.received() >= most_rows(&self.args) as usize;
            return (self.next_query(false, limited), Vec::new());
        }
        match (self.page.end, &self.page.next) {
            (Some(SearchEnd::Unrelated), _) => {
                let note = format!(
                    "nothing matches “{label}”: what came ({} postings) has no word in common with it and is not kept; a search that keeps unrelated postings too would take it",
                    self.page.received()
                );
                (self.next_query(false, false), vec![note])
            }
            (Some(SearchEnd::NothingFound), _) => {
                let note = format!("nothing was found for “{label}”; LinkedIn answers like this, too, when it blocks without saying so");
                (self.next_query(false, false), vec![note])
            }
            (Some(SearchEnd::ProviderCap), _) => {
                let note = format!("“{label}” has more than the {} postings that are handed out for one query", self.cap);
                (self.next_query(true, false), vec![note])
            }
            (Some(SearchEnd::CutShort), _) => {
                let note = format!("LinkedIn refused page {pages} of “{label}”: what came before it is kept, and the next query goes on");
                (self.next_query(false, false), vec![note])
            }
            (_, None) => (self.next_query(false, false), Vec::new()),
            (_, Some(_)) if pages >= self.args.max_pages => (self.next_query(false, true), Vec::new()),
            (_, Some(next)) => (SearchCursor { page: Some(next.clone()), pages, ..self.at.clone() }, Vec::new()),
        }
    }

    fn next_query(&self, capped: bool, limited: bool) -> SearchCursor {
        SearchCursor {
            query: self.at.query + 1,
            capped: self.at.capped || capped,
            limited: self.at.limited || limited,
            asked_at: self.at.asked_at.clone(),
            streak: self.at.streak.clone(),
            ..SearchCursor::default()
        }
    }
}
