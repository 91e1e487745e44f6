//! Carries effects out, each on a task of its own; what comes of it returns as a message.

use std::future::Future;
use std::time::Duration;

use futures_util::future::join_all;
use sluice_api::wording::posting as words;
use sluice_api::{
    Client, ClientError, Heard, Job, JobStatus, JobsQuery, List, PageQuery, Posting, PostingItemsQuery, PostingPatch, PostingsQuery,
    ReminderPatch,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::effect::{Effect, Steering};
use crate::message::{Answer, Message, Start};
use crate::names::QUIET;
use crate::overview::{JobCounts, LAST_RESULTS};
use crate::trouble::Trouble;
use crate::underway::{Request, Underway, refused};
use crate::window::PAGE;

/// Jobs that have not ended are all held, as far as one page reaches.
const ACTIVE: u32 = 100;
/// After the stream gave up, before it is tried anew.
const REST: Duration = Duration::from_secs(15);
/// More results than any search stores.
const MOST_COLLECTED: usize = 100_000;

#[derive(Debug, Clone)]
pub struct Performer {
    client: Client,
    messages: UnboundedSender<Message>,
    changes: UnboundedSender<Change>,
    underway: Underway,
}

/// A change of a posting, as `Effect::ChangePosting` has it.
#[derive(Debug)]
struct Change {
    number: u64,
    before: Box<Posting>,
    patch: Box<PostingPatch>,
    said: String,
    request: Request,
}

impl Performer {
    /// Must be called within a runtime.
    pub fn new(client: Client, messages: UnboundedSender<Message>) -> Self {
        let (changes, asked) = unbounded_channel();
        tokio::spawn(store_in_order(client.clone(), asked, messages.clone()));
        Performer { client, messages, changes, underway: Underway::default() }
    }

    /// Waits for what is yet to be stored, but not longer than `patience`; returns what was not stored, in words.
    pub async fn finish(self, mut messages: UnboundedReceiver<Message>, patience: Duration) -> Vec<String> {
        let left = self.underway.ended(patience).await;
        let answered = std::iter::from_fn(|| messages.try_recv().ok());
        let mut unstored: Vec<String> = answered.filter_map(|message| refused(&message)).collect();
        unstored.extend(left.into_iter().map(|words| format!("{words} (the server has not answered)")));
        unstored
    }

    pub fn perform(&self, effect: Effect) {
        let client = self.client.clone();
        match effect {
            Effect::LoadMe => self.spawn(async move { Message::Me(told(client.me().await).map(Box::new)) }),
            Effect::LoadOverview { since } => self.spawn(async move { Message::Overview { since, answer: overview(&client).await } }),
            Effect::LoadCounts => self.spawn(async move { Message::Counts(told(client.posting_counts().await)) }),
            Effect::LoadPostings { list, ask, query } => self.spawn(async move {
                let offset = query.cursor.is_none().then(|| ask.offset());
                let query = PostingsQuery { limit: limit(), offset, ..*query };
                Message::Postings { list, ask, answer: told(client.postings(&query).await) }
            }),
            Effect::LoadPosting { id } => self.spawn(async move {
                let answer = told(client.posting(&id).await).map(Box::new);
                Message::Posting { id, answer }
            }),
            Effect::ChangePosting { number, before, patch, said } => {
                // The task that takes them ends with the runtime, and so does whoever asks.
                let words = if said.is_empty() { String::new() } else { format!("{said}: {}", words::title(&before)) };
                let request = self.underway.begin(words);
                let _ended = self.changes.send(Change { number, before, patch, said, request });
            }
            Effect::AddReminder { posting_id, request } => self.store("A reminder", async move {
                let answer = told(client.add_reminder(&posting_id, &request).await);
                Message::Reminded { posting_id, said: "The reminder is set.".to_owned(), answer }
            }),
            Effect::FinishReminder { posting_id, id } => self.store("A reminder that is ticked off", async move {
                let patch = ReminderPatch { done: Some(true), ..ReminderPatch::default() };
                let answer = told(client.change_reminder(&posting_id, &id, &patch).await);
                Message::Reminded { posting_id, said: "The reminder is ticked off.".to_owned(), answer }
            }),
            Effect::StoreContact { posting_id, id, request } => self.store("A contact", async move {
                let stored = match id {
                    Some(id) => client.change_contact(&posting_id, &id, &request).await,
                    None => client.add_contact(&posting_id, &request).await,
                };
                Message::ContactStored { posting_id, said: "The contact is noted.".to_owned(), answer: told(stored).map(|_| ()) }
            }),
            Effect::DeleteContact { posting_id, id } => self.store("A contact that is deleted", async move {
                let answer = told(client.delete_contact(&posting_id, &id).await);
                Message::ContactStored { posting_id, said: "The contact is deleted.".to_owned(), answer }
            }),
            Effect::LoadJobs { ask, status } => self.spawn(async move {
                let query = JobsQuery { status, limit: limit(), offset: Some(ask.offset()), ..JobsQuery::default() };
                Message::Jobs { ask, answer: told(client.jobs(&query).await) }
            }),
            Effect::LoadJob { id } => self.spawn(async move {
                let answer = told(client.job(&id).await).map(Box::new);
                Message::Job { id, answer }
            }),
            Effect::Steer { id, steering } => self.store("A job's pause, end or retry", async move {
                let answer = match steering {
                    Steering::Pause => client.pause_job(&id).await,
                    Steering::Resume => client.resume_job(&id).await,
                    Steering::Cancel => client.cancel_job(&id).await,
                    Steering::Retry => client.retry_job(&id).await,
                };
                Message::Steered { id, answer: told(answer).map(Box::new) }
            }),
            Effect::LoadItems { job_id, ask, query } => self.spawn(async move {
                let query = PostingItemsQuery { limit: limit(), offset: Some(ask.offset()), ..query };
                let answer = told(client.posting_items(&job_id, &query).await);
                Message::Items { job_id, ask, answer }
            }),
            Effect::LoadCompanies { ask, cursor } => self.spawn(async move {
                let offset = cursor.is_none().then(|| ask.offset());
                let query = PageQuery { limit: limit(), offset, cursor };
                Message::Companies { ask, answer: told(client.companies(&query).await) }
            }),
            Effect::Import { what, request } => self.store("An import", async move {
                let answer = told(client.import_postings(&request).await);
                Message::Started { what, sent: request.urls, answer }
            }),
            Effect::Search { request } => self.store("A search", async move {
                let answer = told(client.search_postings(&request).await);
                Message::Started { what: Start::Search, sent: Vec::new(), answer }
            }),
            Effect::Collect { job_id, selects, query } => self.spawn(async move {
                let answer = told(collect(&client, *query).await);
                Message::Collected { job_id, selects, answer }
            }),
        }
    }

    /// Like `spawn`, for what changes something.
    fn store(&self, words: &str, work: impl Future<Output = Message> + Send + 'static) {
        let request = self.underway.begin(words);
        let messages = self.messages.clone();
        tokio::spawn(async move {
            // The answer goes out before the request is over, so that whoever waits for its end finds it.
            let _ended = messages.send(work.await);
            drop(request);
        });
    }

    fn spawn(&self, work: impl Future<Output = Message> + Send + 'static) {
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let message = work.await;
            // Nobody listens any more when the application has ended.
            let _ended = messages.send(message);
        });
    }

    /// Follows every committed change for as long as the application runs.
    pub fn listen(&self) {
        let (client, messages) = (self.client.clone(), self.messages.clone());
        tokio::spawn(async move {
            loop {
                if follow(&client, &messages).await.is_none() {
                    return;
                }
                tokio::time::sleep(REST).await;
            }
        });
    }
}

/// One stream until it gives up; `None` when nobody listens any more.
async fn follow(client: &Client, messages: &UnboundedSender<Message>) -> Option<()> {
    let mut events = client.events();
    while let Some(heard) = events.next().await {
        let message = match heard {
            Ok(Heard::Frame(frame)) => Message::Told(Box::new(frame.told)),
            Ok(Heard::Lost { why, again_in }) => Message::Lost { why: Trouble::from(&why), again_in },
            Err(why) => {
                messages.send(Message::Lost { why: Trouble::from(&why), again_in: REST }).ok()?;
                return Some(());
            }
        };
        messages.send(message).ok()?;
    }
    Some(())
}

/// Stores changes one after the other: of two that are made in a hurry, the later one must be the one that stays.
async fn store_in_order(client: Client, mut asked: UnboundedReceiver<Change>, messages: UnboundedSender<Message>) {
    while let Some(Change { number, before, patch, said, request }) = asked.recv().await {
        let answer = told(client.change_posting(&before.id, &patch).await).map(Box::new);
        if messages.send(Message::Changed { number, before, said, answer }).is_err() {
            return;
        }
        drop(request);
    }
}

fn told<T>(answer: Result<T, ClientError>) -> Answer<T> {
    answer.map_err(|error| Trouble::from(&error))
}

fn limit() -> Option<u32> {
    u32::try_from(PAGE).ok()
}

/// How many jobs there are in each status, those that have not ended, and the last that have.
async fn overview(client: &Client) -> Answer<(JobCounts, Vec<Job>)> {
    let pages = join_all(JobStatus::ALL.map(|status| async move {
        let limit = if status.is_final() { u32::try_from(LAST_RESULTS).ok() } else { Some(ACTIVE) };
        let query = JobsQuery { status: Some(status), except_kind: Some(QUIET.to_owned()), limit, ..JobsQuery::default() };
        client.jobs(&query).await.map(|page| (status, page))
    }))
    .await;
    let mut counts = JobCounts::default();
    let mut jobs = Vec::new();
    for page in pages {
        let (status, List { data, pagination }) = told(page)?;
        let count = match status {
            JobStatus::Queued => &mut counts.queued,
            JobStatus::Processing => &mut counts.running,
            JobStatus::Paused => &mut counts.paused,
            JobStatus::Completed => &mut counts.done,
            JobStatus::Failed => &mut counts.failed,
            JobStatus::Canceled => &mut counts.canceled,
        };
        *count = pagination.total;
        jobs.extend(data);
    }
    Ok((counts, jobs))
}

/// Our ids and LinkedIn's of every posting that the query lists.
async fn collect(client: &Client, query: PostingsQuery) -> Result<Vec<(String, String)>, ClientError> {
    let mut collected = Vec::new();
    let mut query = PostingsQuery { limit: limit(), ..query };
    loop {
        let page = client.postings(&query).await?;
        collected.extend(page.data.into_iter().map(|posting| (posting.id, posting.linkedin_id)));
        match page.pagination.next_cursor {
            Some(cursor) if collected.len() < MOST_COLLECTED => query.cursor = Some(cursor),
            _ => return Ok(collected),
        }
    }
}

#[cfg(test)]
mod tests;
