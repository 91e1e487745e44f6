//! How the pages of single postings come out, one after the other: one odd page is that posting's own, several in a row are the host's.

use serde::{Deserialize, Serialize};
use sluice_providers::PostingAnswer;

use crate::domain::posting::Outcome as Came;
use crate::store::postings::items::Wanting;

/// So many different postings in a row that cannot be read say that all look so by now.
pub(super) const MOST_UNREADABLE: usize = 3;
/// So many postings in a row that are not there may mean that the pages have moved.
pub(super) const MOST_GONE: usize = 5;

/// What came since the last posting that was there. It is kept in the cursor, so that a job which is killed decides like one that is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::jobs) struct Streak {
    /// Items that failed since their pages could not be read.
    unreadable: Vec<Unread>,
    /// Places of items that are said to be gone. They are settled when a posting comes that is there, or when no more are left.
    gone: Vec<i64>,
    /// Whether the job has ended by postings that are gone. It goes on only when a person has retried, who has looked by then.
    believes_gone: bool,
}

/// An item that failed, and what it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unread {
    pub position: i64,
    pub outcome: Came,
}

/// What is to be done about an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The item is settled by it, and so are those that were held as gone.
    Settle { gone: Vec<i64> },
    /// Whether the posting is gone will be seen by the next ones.
    Hold,
    /// No page can be read any more: these are to be read again, with the one in hand.
    MarkupChanged { again: Vec<Unread> },
    /// Nothing seems to be there any more: these will be asked for again, with the one in hand.
    AllGone,
}

impl Streak {
    /// Places of items that are not to be asked for again for the time being.
    pub(in crate::jobs) fn held(&self) -> &[i64] {
        &self.gone
    }

    /// The streak after an answer, and what to do about it. After a verdict that ends the job the streak is empty: a Retry begins anew, and
    /// believes for the rest of the job what it was asked to believe.
    pub(super) fn after(mut self, item: &Wanting, answer: &PostingAnswer) -> (Self, Verdict) {
        let anew = Self { believes_gone: self.believes_gone, ..Self::default() };
        match answer {
            PostingAnswer::Found(_) | PostingAnswer::Another { .. } => (anew, Verdict::Settle { gone: self.gone }),
            PostingAnswer::Refused { .. } => (self, Verdict::Settle { gone: Vec::new() }),
            PostingAnswer::Unreadable { .. } if self.unreadable.len() + 1 >= MOST_UNREADABLE => {
                (anew, Verdict::MarkupChanged { again: self.unreadable })
            }
            PostingAnswer::Unreadable { .. } => {
                self.unreadable.push(Unread { position: item.position, outcome: item.outcome });
                (self, Verdict::Settle { gone: Vec::new() })
            }
            PostingAnswer::Gone if self.believes_gone => (self, Verdict::Settle { gone: Vec::new() }),
            PostingAnswer::Gone if self.gone.len() + 1 >= MOST_GONE => (Self { believes_gone: true, ..Self::default() }, Verdict::AllGone),
            PostingAnswer::Gone => {
                self.gone.push(item.position);
                (self, Verdict::Hold)
            }
        }
    }
}

/// The reason of what is not there.
pub(super) const GONE: &str = "gone";
/// The reason of what a host cannot show though it shows others, and of a wanting item that has ended a job by that.
pub(super) const UNREACHABLE: &str = "unreachable";

#[cfg(test)]
mod tests {
    use sluice_providers::UnreadPage;

    use super::*;

    fn item(position: i64) -> Wanting {
        Wanting { position, query: None, linkedin_id: format!("39{position:08}"), posting: None, outcome: Came::Pending, doubted: None }
    }

    fn unreadable() -> PostingAnswer {
        let page = UnreadPage { url: String::new(), bytes: bytes::Bytes::new() };
        PostingAnswer::Unreadable { detail: String::new(), excerpt: String::new(), page: Box::new(page) }
    }

    /// The verdicts on these answers, one after the other.
    fn verdicts(answers: Vec<PostingAnswer>) -> Vec<Verdict> {
        let mut streak = Streak::default();
        let mut verdicts = Vec::new();
        for (position, answer) in (0..).zip(answers) {
            // What a cursor says is all that the next step knows.
            let kept = serde_json::to_string(&streak).expect("JSON");
            let (next, verdict) = serde_json::from_str::<Streak>(&kept).expect("a streak").after(&item(position), &answer);
            streak = next;
            verdicts.push(verdict);
        }
        verdicts
    }

    const ALONE: Verdict = Verdict::Settle { gone: Vec::new() };

    #[test]
    fn the_third_page_in_a_row_that_cannot_be_read_ends_the_job_and_brings_back_the_two_before() {
        let other = || PostingAnswer::Another { posting_id: "1".into() };
        let again = (2..4).map(|position| Unread { position, outcome: Came::Pending }).collect();
        assert_eq!(
            verdicts(vec![unreadable(), other(), unreadable(), unreadable(), unreadable()]),
            [ALONE, ALONE, ALONE, ALONE, Verdict::MarkupChanged { again }]
        );
    }

    #[test]
    fn what_is_said_to_be_gone_is_believed_when_another_one_is_there_and_doubted_after_five() {
        let there = || PostingAnswer::Another { posting_id: "1".into() };
        let mut answers = vec![PostingAnswer::Gone, PostingAnswer::Gone, there()];
        answers.extend(std::iter::repeat_n(PostingAnswer::Gone, 5));
        let (hold, all) = (Verdict::Hold, Verdict::AllGone);
        let believed = Verdict::Settle { gone: vec![0, 1] };
        assert_eq!(verdicts(answers), [hold.clone(), hold.clone(), believed, hold.clone(), hold.clone(), hold.clone(), hold, all]);
    }

    #[test]
    fn what_is_gone_after_a_retry_is_believed_for_the_rest_of_the_job() {
        let there = || PostingAnswer::Another { posting_id: "1".into() };
        let mut answers = vec![PostingAnswer::Gone; 14];
        answers.push(there());
        answers.push(PostingAnswer::Gone);
        let mut expected = vec![Verdict::Hold; 4];
        expected.push(Verdict::AllGone);
        expected.extend(std::iter::repeat_n(ALONE, 11));
        assert_eq!(verdicts(answers), expected);
    }
}
