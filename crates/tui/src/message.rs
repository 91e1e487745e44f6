//! Everything that can happen.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};
use sluice_api::{Company, Job, List, Me, Posting, PostingCounts, PostingItem, PostingJobAccepted, PostingWhole, Reminder, Told};

use crate::overview::JobCounts;
use crate::state::ListOf;
use crate::trouble::Trouble;
use crate::window::Ask;

pub type Answer<T> = Result<T, Trouble>;

#[derive(Debug)]
pub enum Message {
    Key(KeyEvent),
    Mouse(MouseEvent),
    Paste(String),
    Resize(u16, u16),
    /// Time has passed.
    Tick,
    /// A committed change.
    Told(Box<Told>),
    /// The stream of changes broke off and is taken up again.
    Lost {
        why: Trouble,
        again_in: Duration,
    },

    Me(Answer<Box<Me>>),
    Overview {
        since: u64,
        answer: Answer<(JobCounts, Vec<Job>)>,
    },
    Counts(Answer<PostingCounts>),
    Postings {
        list: ListOf,
        ask: Ask,
        answer: Answer<List<Posting>>,
    },
    Posting {
        id: String,
        answer: Answer<Box<PostingWhole>>,
    },
    /// A change of a posting was stored, or not; then it is as before again.
    Changed {
        number: u64,
        before: Box<Posting>,
        said: String,
        answer: Answer<Box<Posting>>,
    },
    Reminded {
        posting_id: String,
        said: String,
        answer: Answer<Reminder>,
    },
    ContactStored {
        posting_id: String,
        said: String,
        answer: Answer<()>,
    },
    Jobs {
        ask: Ask,
        answer: Answer<List<Job>>,
    },
    Job {
        id: String,
        answer: Answer<Box<Job>>,
    },
    Steered {
        id: String,
        answer: Answer<Box<Job>>,
    },
    Items {
        job_id: String,
        ask: Ask,
        answer: Answer<List<PostingItem>>,
    },
    Companies {
        ask: Ask,
        answer: Answer<List<Company>>,
    },
    Started {
        what: Start,
        /// The addresses that were sent, as they were typed.
        sent: Vec<String>,
        answer: Answer<PostingJobAccepted>,
    },
    /// What a rule chose: our id and LinkedIn's.
    Collected {
        job_id: String,
        selects: bool,
        answer: Answer<Vec<(String, String)>>,
    },
}

/// What somebody started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// Addresses.
    Urls,
    Search,
    /// Results of the search that this job carries out.
    Selected(String),
}
