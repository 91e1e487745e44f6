//! Postings, the jobs that bring them in, and what is noted about them.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::{Client, ClientError};
use crate::list::{List, PageQuery};
use crate::posting::{
    Company, Contact, ContactRequest, Posting, PostingCounts, PostingPatch, PostingWhole, PostingsPatch, PostingsPatched, PostingsQuery,
    Reminder, ReminderPatch, ReminderRequest,
};
use crate::posting_job::{PostingImportRequest, PostingItem, PostingItemsQuery, PostingJobAccepted, PostingSearchRequest};
use crate::schedule::Schedule;

const POSTINGS: [&str; 3] = ["api", "v1", "job-postings"];

fn under<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    POSTINGS.iter().chain(rest).copied().collect()
}

impl Client {
    pub async fn search_postings(&self, request: &PostingSearchRequest) -> Result<PostingJobAccepted, ClientError> {
        self.answer(self.creation(&under(&["search"])).json(request)).await
    }

    /// Stores a search whose `schedule` is given: it starts at its times instead of now.
    pub async fn schedule_posting_search(&self, request: &PostingSearchRequest) -> Result<Schedule, ClientError> {
        self.answer(self.creation(&under(&["search"])).json(request)).await
    }

    pub async fn import_postings(&self, request: &PostingImportRequest) -> Result<PostingJobAccepted, ClientError> {
        self.answer(self.creation(&under(&["import"])).json(request)).await
    }

    /// Reads the postings of a page that was saved from a browser.
    pub async fn import_posting_page(&self, page: Bytes) -> Result<PostingJobAccepted, ClientError> {
        self.answer(self.creation(&under(&["import"])).header(CONTENT_TYPE, "text/html").body(page)).await
    }

    /// What became of each card or address of a job.
    pub async fn posting_items(&self, job_id: &str, query: &PostingItemsQuery) -> Result<List<PostingItem>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "jobs", job_id, "posting-items"]).query(query)).await
    }

    pub async fn postings(&self, query: &PostingsQuery) -> Result<List<Posting>, ClientError> {
        self.answer(self.request(Method::GET, &POSTINGS).query(query)).await
    }

    pub async fn posting_counts(&self) -> Result<PostingCounts, ClientError> {
        self.answer(self.request(Method::GET, &under(&["counts"]))).await
    }

    pub async fn posting(&self, id: &str) -> Result<PostingWhole, ClientError> {
        self.answer(self.request(Method::GET, &under(&[id]))).await
    }

    pub async fn change_posting(&self, id: &str, patch: &PostingPatch) -> Result<Posting, ClientError> {
        self.answer(self.request(Method::PATCH, &under(&[id])).json(patch)).await
    }

    pub async fn change_postings(&self, patch: &PostingsPatch) -> Result<PostingsPatched, ClientError> {
        self.answer(self.request(Method::PATCH, &POSTINGS).json(patch)).await
    }

    pub async fn add_contact(&self, posting_id: &str, contact: &ContactRequest) -> Result<Contact, ClientError> {
        self.answer(self.creation(&under(&[posting_id, "contacts"])).json(contact)).await
    }

    pub async fn change_contact(&self, posting_id: &str, id: &str, contact: &ContactRequest) -> Result<Contact, ClientError> {
        self.answer(self.request(Method::PUT, &under(&[posting_id, "contacts", id])).json(contact)).await
    }

    pub async fn delete_contact(&self, posting_id: &str, id: &str) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &under(&[posting_id, "contacts", id]))).await
    }

    pub async fn add_reminder(&self, posting_id: &str, reminder: &ReminderRequest) -> Result<Reminder, ClientError> {
        self.answer(self.creation(&under(&[posting_id, "reminders"])).json(reminder)).await
    }

    pub async fn change_reminder(&self, posting_id: &str, id: &str, patch: &ReminderPatch) -> Result<Reminder, ClientError> {
        self.answer(self.request(Method::PATCH, &under(&[posting_id, "reminders", id])).json(patch)).await
    }

    pub async fn delete_reminder(&self, posting_id: &str, id: &str) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &under(&[posting_id, "reminders", id]))).await
    }

    pub async fn companies(&self, query: &PageQuery) -> Result<List<Company>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "companies"]).query(query)).await
    }
}
