//! What shall follow from a message. Nothing here happens on the thread that draws.

use sluice_api::{
    ContactRequest, JobStatus, Posting, PostingImportRequest, PostingItemsQuery, PostingPatch, PostingSearchRequest, PostingsQuery,
    ReminderRequest,
};

use crate::message::Start;
use crate::state::ListOf;
use crate::window::Ask;

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    LoadMe,
    LoadOverview {
        since: u64,
    },
    LoadCounts,
    LoadPostings {
        list: ListOf,
        ask: Ask,
        query: Box<PostingsQuery>,
    },
    LoadPosting {
        id: String,
    },
    ChangePosting {
        /// Known again by it when the answer comes.
        number: u64,
        before: Box<Posting>,
        patch: Box<PostingPatch>,
        said: String,
    },
    AddReminder {
        posting_id: String,
        request: ReminderRequest,
    },
    FinishReminder {
        posting_id: String,
        id: String,
    },
    /// A new contact, or one with an id as it shall be.
    StoreContact {
        posting_id: String,
        id: Option<String>,
        request: Box<ContactRequest>,
    },
    DeleteContact {
        posting_id: String,
        id: String,
    },
    LoadJobs {
        ask: Ask,
        status: Option<JobStatus>,
    },
    LoadJob {
        id: String,
    },
    Steer {
        id: String,
        steering: Steering,
    },
    LoadItems {
        job_id: String,
        ask: Ask,
        query: PostingItemsQuery,
    },
    LoadCompanies {
        ask: Ask,
        /// Instead of the offset, far down.
        cursor: Option<String>,
    },
    Import {
        what: Start,
        request: Box<PostingImportRequest>,
    },
    Search {
        request: Box<PostingSearchRequest>,
    },
    /// Every posting that a query lists, for a selection.
    Collect {
        job_id: String,
        selects: bool,
        query: Box<PostingsQuery>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steering {
    Pause,
    Resume,
    Cancel,
    Retry,
}
